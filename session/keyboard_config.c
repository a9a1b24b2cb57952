#include "session/keyboard_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/access.h"
#include "input/input.h"
#include "session/nearest.h"
#include "session/why.h"
#include "util/clock.h"

enum kind {
	TEXT,   /* a name, or a list by commas */
	NAME,   /* any text */
	FILE_,  /* a path from the root */
	SWITCH, /* on, off */
	NUMBER, /* from, to */
	WAIT,   /* the same, or off */
};

static const struct key {
	const char *name;
	enum kind kind;
	int32_t normal, from, to;
	const char *unit;
} keys[KEYBOARD_KEYS] = {
	[KEYBOARD_COMPOSE_FILE] = {"compose-file", FILE_, 0, 0, 0, NULL},
	[KEYBOARD_KEYMAP_FILE] = {"keymap-file", FILE_, 0, 0, 0, NULL},
	[KEYBOARD_LAYOUT] = {"layout", TEXT, 0, 0, 0, NULL},
	[KEYBOARD_METHOD] = {"method", NAME, 0, 0, 0, NULL},
	[KEYBOARD_MODEL] = {"model", TEXT, 0, 0, 0, NULL},
	[KEYBOARD_OPTIONS] = {"options", TEXT, 0, 0, 0, NULL},
	[KEYBOARD_RULES] = {"rules", TEXT, 0, 0, 0, NULL},
	[KEYBOARD_VARIANT] = {"variant", TEXT, 0, 0, 0, NULL},
	[KEYBOARD_BOUNCE_KEYS] = {"bounce-keys", WAIT, 0, 1, 5000, "milliseconds"},
	[KEYBOARD_MOUSE_KEYS] = {"mouse-keys", SWITCH, 0, 0, 1, NULL},
	[KEYBOARD_MOUSE_RAMP] = {"mouse-ramp", NUMBER, 1000, 0, 10000, "milliseconds"},
	[KEYBOARD_MOUSE_SPEED] = {"mouse-speed", NUMBER, ACCESS_MOUSE_SPEED, 10, 10000,
		"units of length in a second"},
	[KEYBOARD_NUMLOCK] = {"numlock", SWITCH, 0, 0, 1, NULL},
	[KEYBOARD_REPEAT_DELAY] = {"repeat-delay", NUMBER, 600, 50, 10000,
		"milliseconds"},
	[KEYBOARD_REPEAT_RATE] = {"repeat-rate", NUMBER, 25, 0, 200, "keys in a second"},
	[KEYBOARD_SLOW_KEYS] = {"slow-keys", WAIT, 0, 1, 5000, "milliseconds"},
	[KEYBOARD_STICKY] = {"sticky", SWITCH, 0, 0, 1, NULL},
	[KEYBOARD_STICKY_FIVE_SHIFT] = {"sticky-five-shift", SWITCH, 0, 0, 1, NULL},
	[KEYBOARD_STICKY_LOCK] = {"sticky-lock", SWITCH, 1, 0, 1, NULL},
	[KEYBOARD_STICKY_PAIR_OFF] = {"sticky-pair-off", SWITCH, 0, 0, 1, NULL},
};

static const enum keyboard_key of_keymap[] = {KEYBOARD_KEYMAP_FILE, KEYBOARD_LAYOUT,
	KEYBOARD_MODEL, KEYBOARD_OPTIONS, KEYBOARD_RULES, KEYBOARD_VARIANT};

struct keyboard_config keyboard_config_default(void)
{
	struct keyboard_config config = {.set = 0};
	for (size_t i = 0; i < KEYBOARD_KEYS; i++)
		config.number[i] = keys[i].normal;
	return config;
}

#define refuse(why, ...) why_not(why, KEYBOARD_WHY_MAX, __VA_ARGS__)

static int set_text(char to[static KEYBOARD_TEXT_MAX], const struct key *key,
	const char *value, char why[static KEYBOARD_WHY_MAX])
{
	bool none = strcmp(value, "none") == 0;
	if (strlen(value) >= KEYBOARD_TEXT_MAX)
		return refuse(why, "the %s is longer than %d bytes", key->name,
			KEYBOARD_TEXT_MAX - 1);
	if (key->kind == FILE_ && !none && value[0] != '/')
		return refuse(why,
			"'%.60s' is no %s: write a path that begins with /, or none",
			value, key->name);
	if (key->kind == TEXT && strpbrk(value, " \t\""))
		return refuse(why,
			"'%.60s' is no %s of a keyboard: write xkb's names, with commas "
			"and no blanks between them, as us,de",
			value, key->name);
	snprintf(to, KEYBOARD_TEXT_MAX, "%s", none ? "" : value);
	return 0;
}

static int set_number(int32_t *to, const struct key *key, const char *value,
	char why[static KEYBOARD_WHY_MAX])
{
	char *end;
	long n = strtol(value, &end, 10);
	if (key->kind == SWITCH && strcmp(value, "on") == 0) {
		*to = 1;
		return 0;
	}
	if ((key->kind == SWITCH || key->kind == WAIT) && strcmp(value, "off") == 0) {
		*to = 0;
		return 0;
	}
	if (key->kind == SWITCH)
		return refuse(why, "'%.60s' is no value of %s: write on or off", value,
			key->name);
	if (value[0] < '0' || value[0] > '9' || *end || n < key->from || n > key->to)
		return refuse(why, "'%.60s' is no value of %s: write %s from %d to %d%s",
			value, key->name, key->unit, key->from, key->to,
			key->kind == WAIT ? ", or off" : "");
	*to = (int32_t)n;
	return 0;
}

int keyboard_config_set(struct keyboard_config *config, const char *name,
	const char *value, char why[static KEYBOARD_WHY_MAX])
{
	const char *names[KEYBOARD_KEYS];
	char hint[NEAREST_HINT];
	for (size_t i = 0; i < KEYBOARD_KEYS; i++) {
		names[i] = keys[i].name;
		if (strcmp(name, names[i]) != 0)
			continue;
		if (!value[0])
			return refuse(why,
				"'%s' has no value: write one, or leave it out", name);
		int r = i < KEYBOARD_TEXTS
				? set_text(config->text[i], &keys[i], value, why)
				: set_number(&config->number[i], &keys[i], value, why);
		if (r == 0)
			config->set |= 1u << i;
		return r;
	}
	return refuse(why, "a keyboard has no key '%.60s'%s", name,
		nearest_hint(hint, name, names, KEYBOARD_KEYS, "'", "osaas.ini(5)"));
}

int keyboard_config_word(struct keyboard_config *config, const char *word,
	char why[static KEYBOARD_WHY_MAX])
{
	char name[64];
	size_t n = strcspn(word, "=");
	if (!word[n] || n >= sizeof name)
		return refuse(why, "'%.60s' is no setting: write KEY=VALUE, as sticky=on",
			word);
	memcpy(name, word, n);
	name[n] = '\0';
	return keyboard_config_set(config, name, word + n + 1, why);
}

void keyboard_config_merge(
	struct keyboard_config *config, const struct keyboard_config *over)
{
	for (size_t i = 0; i < KEYBOARD_KEYS; i++) {
		if (!(over->set & 1u << i))
			continue;
		config->number[i] = over->number[i];
		if (i < KEYBOARD_TEXTS)
			memcpy(config->text[i], over->text[i], KEYBOARD_TEXT_MAX);
	}
	config->set |= over->set;
}

const char *keyboard_config_name(enum keyboard_key key)
{
	return keys[key].name;
}

void keyboard_config_write(const struct keyboard_config *config, enum keyboard_key key,
	char to[static KEYBOARD_TEXT_MAX])
{
	int32_t n = config->number[key];
	if (key < KEYBOARD_TEXTS)
		snprintf(to, KEYBOARD_TEXT_MAX, "%s",
			config->text[key][0] ? config->text[key] : "none");
	else if (keys[key].kind == SWITCH)
		snprintf(to, KEYBOARD_TEXT_MAX, "%s", n ? "on" : "off");
	else if (keys[key].kind == WAIT && n == 0)
		snprintf(to, KEYBOARD_TEXT_MAX, "off");
	else
		snprintf(to, KEYBOARD_TEXT_MAX, "%d", n);
}

struct input_keymap keyboard_config_keymap(const struct keyboard_config *config)
{
	return (struct input_keymap){.rules = config->text[KEYBOARD_RULES],
		.model = config->text[KEYBOARD_MODEL],
		.layout = config->text[KEYBOARD_LAYOUT],
		.variant = config->text[KEYBOARD_VARIANT],
		.options = config->text[KEYBOARD_OPTIONS],
		.file = config->text[KEYBOARD_KEYMAP_FILE]};
}

struct access_config keyboard_config_access(const struct keyboard_config *config)
{
	const int32_t *n = config->number;
	return (struct access_config){.sticky = n[KEYBOARD_STICKY],
		.sticky_lock = n[KEYBOARD_STICKY_LOCK],
		.sticky_pairs = n[KEYBOARD_STICKY_PAIR_OFF],
		.shift_turns = n[KEYBOARD_STICKY_FIVE_SHIFT],
		.mouse = n[KEYBOARD_MOUSE_KEYS],
		.slow_ns = (uint64_t)n[KEYBOARD_SLOW_KEYS] * NS_PER_MS,
		.bounce_ns = (uint64_t)n[KEYBOARD_BOUNCE_KEYS] * NS_PER_MS,
		.mouse_speed = n[KEYBOARD_MOUSE_SPEED],
		.mouse_ramp_ns = (uint64_t)n[KEYBOARD_MOUSE_RAMP] * NS_PER_MS};
}

void keyboard_config_take_keymap(
	struct keyboard_config *config, const struct keyboard_config *from)
{
	for (size_t i = 0; i < sizeof of_keymap / sizeof *of_keymap; i++)
		memcpy(config->text[of_keymap[i]], from->text[of_keymap[i]],
			KEYBOARD_TEXT_MAX);
}

bool keyboard_config_same_keymap(
	const struct keyboard_config *a, const struct keyboard_config *b)
{
	for (size_t i = 0; i < sizeof of_keymap / sizeof *of_keymap; i++) {
		if (strcmp(a->text[of_keymap[i]], b->text[of_keymap[i]]) != 0)
			return false;
	}
	return true;
}
