/*
 * keyboard_config: what the keyboard is to be, as [keyboard] of the configuration and
 * 'osaas ctl keyboard KEY=VALUE' say it. Pure. The keys are documented in
 * man/osaas.ini.5.scd.
 */
#ifndef OSAAS_SESSION_KEYBOARD_CONFIG_H
#define OSAAS_SESSION_KEYBOARD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct access_config;
struct input_keymap;

#define KEYBOARD_WHY_MAX  300
#define KEYBOARD_TEXT_MAX 200

enum keyboard_key {
	/* Texts; "": not said. */
	KEYBOARD_COMPOSE_FILE,
	KEYBOARD_KEYMAP_FILE,
	KEYBOARD_LAYOUT,
	KEYBOARD_METHOD, /* an input method, by its id or name; "off" */
	KEYBOARD_MODEL,
	KEYBOARD_OPTIONS,
	KEYBOARD_RULES,
	KEYBOARD_VARIANT,
	KEYBOARD_TEXTS,
	/* Numbers; of switches 0 and 1. */
	KEYBOARD_BOUNCE_KEYS = KEYBOARD_TEXTS, /* ms */
	KEYBOARD_MOUSE_KEYS,
	KEYBOARD_MOUSE_RAMP,  /* ms */
	KEYBOARD_MOUSE_SPEED, /* units in a second */
	KEYBOARD_NUMLOCK,
	KEYBOARD_REPEAT_DELAY, /* ms */
	KEYBOARD_REPEAT_RATE,  /* in a second; 0: none */
	KEYBOARD_SLOW_KEYS,    /* ms */
	KEYBOARD_STICKY,
	KEYBOARD_STICKY_FIVE_SHIFT,
	KEYBOARD_STICKY_LOCK,
	KEYBOARD_STICKY_PAIR_OFF,
	KEYBOARD_KEYS,
};

struct keyboard_config {
	uint32_t set; /* bit by enum keyboard_key: it was said */
	char text[KEYBOARD_TEXTS][KEYBOARD_TEXT_MAX];
	int32_t number[KEYBOARD_KEYS]; /* of texts not used */
};

struct keyboard_config keyboard_config_default(void); /* nothing was said */
/*
 * keyboard_config_set: one key. 0, or -EINVAL with why in one line. A text of "none" is what
 * it is when nothing is said.
 */
int keyboard_config_set(struct keyboard_config *config, const char *name,
	const char *value, char why[static KEYBOARD_WHY_MAX]);
/* keyboard_config_word likewise of KEY=VALUE. */
int keyboard_config_word(struct keyboard_config *config, const char *word,
	char why[static KEYBOARD_WHY_MAX]);
/* keyboard_config_merge: what is said in over counts in config from now on. */
void keyboard_config_merge(
	struct keyboard_config *config, const struct keyboard_config *over);
const char *keyboard_config_name(enum keyboard_key key);
/* keyboard_config_write: its value as it would be said. */
void keyboard_config_write(const struct keyboard_config *config, enum keyboard_key key,
	char to[static KEYBOARD_TEXT_MAX]);

/* What input makes of it; texts are borrowed. */
struct input_keymap keyboard_config_keymap(const struct keyboard_config *config);
struct access_config keyboard_config_access(const struct keyboard_config *config);
/* keyboard_config_take_keymap: what is compiled of it is as in from, said or not. */
void keyboard_config_take_keymap(
	struct keyboard_config *config, const struct keyboard_config *from);
/* keyboard_config_same_keymap: it is compiled of the same. */
bool keyboard_config_same_keymap(
	const struct keyboard_config *a, const struct keyboard_config *b);

#endif
