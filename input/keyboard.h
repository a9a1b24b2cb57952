/*
 * keyboard: key codes in, keys with symbols, text and modifiers out; repeat.
 * Knows xkbcommon and nothing of devices: all keyboards of a seat are one.
 */
#ifndef OSAAS_INPUT_KEYBOARD_H
#define OSAAS_INPUT_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

struct keyboard;

enum keyboard_led {
	KEYBOARD_LED_NUM = 1 << 0,
	KEYBOARD_LED_CAPS = 1 << 1,
	KEYBOARD_LED_SCROLL = 1 << 2,
};

/* layout as for input_create. 0 or -EINVAL with err->text. */
int keyboard_create(const char *layout, const struct input_listener *listener, void *data,
	struct keyboard **out, struct input_error *err);
void keyboard_destroy(struct keyboard *keyboard); /* takes NULL */

/*
 * keyboard_key: the kernel's event. The shortcut function is asked, then the key
 * is delivered. A press of what is down and a release of what is not are dropped.
 */
void keyboard_key(
	struct keyboard *keyboard, uint32_t code, bool pressed, uint64_t time_ns);

/*
 * keyboard_release_all delivers a release for all that is down, then clears
 * every modifier, lock and latch.
 */
void keyboard_release_all(struct keyboard *keyboard, uint64_t time_ns);

uint64_t keyboard_next_repeat_ns(const struct keyboard *keyboard); /* 0: none */
void keyboard_repeat(struct keyboard *keyboard, uint64_t now_ns);
void keyboard_set_repeat(
	struct keyboard *keyboard, uint64_t delay_ns, uint64_t interval_ns);

uint32_t keyboard_mods(const struct keyboard *keyboard); /* enum input_modifier */
/* keyboard_set_locks: of enum keyboard_led CAPS and NUM, as if their keys had been pressed elsewhere. */
void keyboard_set_locks(struct keyboard *keyboard, uint32_t leds);
uint32_t keyboard_leds(const struct keyboard *keyboard); /* enum keyboard_led */

#endif
