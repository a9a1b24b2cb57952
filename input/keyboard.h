/*
 * keyboard: key codes in, keys with symbols, text and modifiers out; layouts, composition,
 * repeat, and what access.h does for those who cannot press keys as others do. Knows
 * xkbcommon and nothing of devices: all keyboards of a seat are one.
 */
#ifndef OSAAS_INPUT_KEYBOARD_H
#define OSAAS_INPUT_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

struct access_config;
struct keyboard;

enum keyboard_led {
	KEYBOARD_LED_NUM = 1 << 0,
	KEYBOARD_LED_CAPS = 1 << 1,
	KEYBOARD_LED_SCROLL = 1 << 2,
};

/* What keys do beside being keys. */
struct keyboard_drive {
	/* Lamps are others now. */
	void (*leds)(void *data, uint32_t leds);
	/* Mouse keys: units of the layout; BTN_*. */
	void (*move)(void *data, double dx, double dy, uint64_t time_ns);
	void (*button)(void *data, uint32_t button, bool pressed, uint64_t time_ns);
};

/* keymap as for input_create. 0, or as keymap_compile with err->text. */
int keyboard_create(const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct keyboard **out,
	struct input_error *err);
void keyboard_destroy(struct keyboard *keyboard); /* takes NULL */
void keyboard_set_drive(
	struct keyboard *keyboard, const struct keyboard_drive *drive, void *data);

/*
 * keyboard_key: the kernel's event. The shortcut function is asked, then the key
 * is delivered. A press of what is down and a release of what is not are dropped.
 */
void keyboard_key(
	struct keyboard *keyboard, uint32_t code, bool pressed, uint64_t time_ns);

/*
 * keyboard_let_go delivers a release for all that is down, held by sticky keys or mouse keys too;
 * what was begun to compose is for nobody. Locks and the layout stay as they are.
 */
void keyboard_let_go(struct keyboard *keyboard, uint64_t time_ns);

/*
 * keyboard_release_all: as keyboard_let_go, then it clears every modifier, latch and Caps Lock.
 * Num Lock and the layout stay as they are.
 */
void keyboard_release_all(struct keyboard *keyboard, uint64_t time_ns);

/*
 * keyboard_set_keymap: all that is down is released first, then keys are those of the
 * other keymap. Locks stay, the layout too if there is one of its name. 0, or as
 * keymap_compile with err->text: then nothing has changed.
 */
int keyboard_set_keymap(struct keyboard *keyboard, const struct input_keymap *wanted,
	uint64_t time_ns, struct input_error *err);

/*
 * Layouts: keyboard_layout is the number of the present one, below keyboard_layouts;
 * keyboard_layout_name "us" or "de(nodeadkeys)", of a keymap file "", and
 * keyboard_layout_title xkb's own, "German (no dead keys)"; both borrowed, till the next
 * keymap. keyboard_set_layout: as if its key had been pressed; -EINVAL: no such number.
 */
size_t keyboard_layouts(const struct keyboard *keyboard);
size_t keyboard_layout(const struct keyboard *keyboard);
int keyboard_set_layout(struct keyboard *keyboard, size_t layout);
const char *keyboard_layout_name(const struct keyboard *keyboard, size_t layout);
const char *keyboard_layout_title(const struct keyboard *keyboard, size_t layout);

/* keyboard_set_compose: as compose_open. keyboard_reset_compose: what was begun is for nobody. */
int keyboard_set_compose(
	struct keyboard *keyboard, const char *file, struct input_error *err);
void keyboard_reset_compose(struct keyboard *keyboard);
const char *keyboard_pending(const struct keyboard *keyboard); /* "": nothing was begun */

/* When keyboard_repeat must be called at the latest: for repeats, and for access.h. 0: never. */
uint64_t keyboard_next_repeat_ns(const struct keyboard *keyboard);
void keyboard_repeat(struct keyboard *keyboard, uint64_t now_ns);
/* keyboard_stop_repeat: what is held repeats no more: it was pressed for somebody else. */
void keyboard_stop_repeat(struct keyboard *keyboard);
/* interval_ns 0: no key repeats. */
void keyboard_set_repeat(
	struct keyboard *keyboard, uint64_t delay_ns, uint64_t interval_ns);

/* keyboard_set_access: at once; keyboard_access: as it is, sticky keys may be turned by keys. */
void keyboard_set_access(struct keyboard *keyboard, const struct access_config *config);
const struct access_config *keyboard_access(const struct keyboard *keyboard);

/*
 * What keys are for an on-screen keyboard: those of the present layout that type something, or
 * are dead, by level (0 plain, 1 Shift, 2 AltGr, 3 both), without Caps Lock, with Num Lock.
 * keyboard_symbols writes at most max, by their codes, and returns how many.
 */
#define KEYBOARD_LEVELS 4
struct keyboard_symbol {
	uint32_t code;
	uint32_t keysym[KEYBOARD_LEVELS]; /* 0: none */
	/* One character; of a dead key its accent alone; 0: nothing that can be shown. */
	uint32_t text[KEYBOARD_LEVELS];
	uint32_t dead; /* bit n: level n is a dead key */
};
size_t keyboard_symbols(
	const struct keyboard *keyboard, struct keyboard_symbol *out, size_t max);
/* keyboard_keymaps counts them: it is another number when there is another keymap. */
uint32_t keyboard_keymaps(const struct keyboard *keyboard);

/*
 * keyboard_type: a key that no device has is pressed and released, at that level, under mods
 * (enum input_modifier: Ctrl, Alt, Logo) beside it; times 2 or more: it is held for so many
 * presses. It is composed and delivered as others, but no shortcut hears it, and what
 * devices hold stays as it is. -EINVAL: no such key, or it means nothing.
 */
struct keyboard_typed {
	uint64_t time_ns;
	uint32_t code, level, mods, times;
};
int keyboard_type(struct keyboard *keyboard, const struct keyboard_typed *typed);

uint32_t keyboard_mods(const struct keyboard *keyboard); /* enum input_modifier */
/* keyboard_set_locks: of enum keyboard_led CAPS and NUM, as if their keys had been pressed elsewhere. */
void keyboard_set_locks(struct keyboard *keyboard, uint32_t leds);
void keyboard_set_num_lock(struct keyboard *keyboard, bool on);
uint32_t keyboard_leds(const struct keyboard *keyboard); /* enum keyboard_led */

#endif
