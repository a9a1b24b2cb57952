/*
 * What is held when the ground moves: each modifier, sticky or not, over a VT switch, an
 * unplugged keyboard, another keymap and another layout; lamps and layouts after it; and mouse
 * keys, which are a key and a pointer. On the fake libinput.
 */
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_libinput.h"
#include "listening.h"
#include "input/access.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "util/clock.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct input *input;
static int down[KEY_CNT];
static bool fingers[KEY_CNT]; /* a device that comes again knows nothing of them */
static unsigned presses;
static float at_x;
static int buttons;

static void handle_key(void *data, const struct input_key *key)
{
	(void)data;
	if (key->repeat)
		return;
	presses += key->pressed;
	down[key->code] += key->pressed ? 1 : -1;
	assert_in_range(down[key->code], 0, 1);
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	(void)data;
	at_x = p->x;
	buttons += p->kind == INPUT_POINTER_PRESS;
	buttons -= p->kind == INPUT_POINTER_RELEASE;
}

static const struct input_listener listener = {.open_device = open_any,
	.close_device = close_any,
	.shortcut = take_no_key,
	.key = handle_key,
	.pointer = handle_pointer};

/* Two keyboards. */
static void start(const char *layout, const struct access_config *access)
{
	const struct input_keymap keymap = {.layout = layout};
	struct input_error err;
	log_set_level(LOG_SILENT);
	fake_reset();
	memset(down, 0, sizeof down);
	memset(fingers, 0, sizeof fingers);
	presses = 0;
	buttons = 0;
	for (unsigned i = 0; i < 2; i++)
		fake.devices[i].plugged = fake.devices[i].keyboard = true;
	if (input_create(NULL, "seat0", &keymap, &listener, NULL, &input, &err) < 0)
		fail_msg("%s", err.text);
	input_set_bounds(input, 800, 600);
	if (access)
		keyboard_set_access(input_keyboard(input), access);
}

static void stop(void)
{
	input_destroy(input);
	assert_int_equal(fake.alive, 0);
}

static void key(uint32_t code, bool pressed)
{
	if (fingers[code] == pressed)
		return;
	fingers[code] = pressed;
	fake_key(0, code, pressed, 1);
	assert_int_equal(input_dispatch(input), 0);
}

static void nothing_is_down(void)
{
	for (size_t i = 0; i < KEY_CNT; i++)
		assert_int_equal(down[i], 0);
	assert_int_equal(keyboard_mods(input_keyboard(input)), 0);
	assert_int_equal(buttons, 0);
	assert_int_equal(input_next_repeat_ns(input), 0);
}

/* Each of these leaves nothing down, and what is pressed after it is by itself. */

static void suspend(void)
{
	input_suspend(input);
	nothing_is_down();
	memset(fingers, 0, sizeof fingers);
	assert_int_equal(input_resume(input), 0);
}

static void unplug(void)
{
	fake_unplug(0);
	assert_int_equal(input_dispatch(input), 0);
	/* Sticky ones stay for the next key, as if the finger had gone. */
	if (keyboard_access(input_keyboard(input))->sticky)
		keyboard_set_access(input_keyboard(input), &(struct access_config){0});
	nothing_is_down();
	memset(fingers, 0, sizeof fingers);
	fake_plug(0);
}

static void swap_keymap(void)
{
	const struct input_keymap other = {.layout = "fr,ru"};
	assert_int_equal(keyboard_set_keymap(input_keyboard(input), &other, 5, NULL), 0);
	nothing_is_down();
}

static void away(void)
{
	input_feed_away(input, 5);
	nothing_is_down();
}

/* The fingers stay where they are, and so does the modifier. */
static void switch_layout(void)
{
	assert_int_equal(keyboard_set_layout(input_keyboard(input), 1), 0);
}

static const struct {
	const char *name;
	void (*happens)(void);
} grounds[] = {{"suspended", suspend}, {"unplugged", unplug},
	{"another keymap", swap_keymap}, {"somebody else's", away},
	{"another layout", switch_layout}};

static const uint32_t modifiers[] = {KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL,
	KEY_RIGHTCTRL, KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA, KEY_RIGHTMETA,
	KEY_CAPSLOCK, KEY_NUMLOCK};

static const struct access_config sticky = {.sticky = true, .sticky_lock = true};

/* taps: of a sticky modifier: 1 latched, 2 locked; 0: it is held, with a key. */
static void hold(uint32_t modifier, int taps)
{
	for (int i = 0; i < taps; i++) {
		key(modifier, true);
		key(modifier, false);
	}
	if (taps)
		return;
	key(modifier, true);
	key(KEY_A, true);
}

static void test_held(void **state)
{
	for (size_t m = 0; m < COUNT(modifiers); m++) {
		for (size_t g = 0; g < COUNT(grounds); g++) {
			for (int taps = 0; taps < 3; taps++) {
				start("us,ru", taps ? &sticky : NULL);
				hold(modifiers[m], taps);
				grounds[g].happens();
				/* The fingers let go now, of what is up already. */
				key(KEY_A, false);
				key(modifiers[m], false);
				keyboard_set_access(input_keyboard(input),
					&(struct access_config){0});
				assert_int_equal(keyboard_mods(input_keyboard(input)), 0);
				unsigned before = presses;
				key(KEY_B, true);
				assert_int_equal(presses, before + 1);
				key(KEY_B, false);
				nothing_is_down();
				stop();
			}
		}
	}
}

/* Layout and Num Lock are as they were after a VT switch; Caps Lock is off; lamps say so. */
static void test_lamps(void **state)
{
	const struct input_keymap keymap = {
		.layout = "us,gr", .options = "grp_led:scroll"};
	start("us", NULL);
	struct keyboard *k = input_keyboard(input);
	assert_int_equal(keyboard_set_keymap(k, &keymap, 1, NULL), 0);
	keyboard_set_layout(k, 1);
	keyboard_set_num_lock(k, true);
	key(KEY_CAPSLOCK, true);
	key(KEY_CAPSLOCK, false);
	assert_int_equal(fake.devices[1].leds, LIBINPUT_LED_NUM_LOCK |
						       LIBINPUT_LED_CAPS_LOCK |
						       LIBINPUT_LED_SCROLL_LOCK);
	input_suspend(input);
	fake.devices[0].leds = fake.devices[1].leds = 0;
	memset(fingers, 0, sizeof fingers);
	assert_int_equal(input_resume(input), 0);
	assert_int_equal(keyboard_layout(k), 1);
	assert_int_equal(
		fake.devices[0].leds, LIBINPUT_LED_NUM_LOCK | LIBINPUT_LED_SCROLL_LOCK);
	assert_int_equal(
		fake.devices[1].leds, LIBINPUT_LED_NUM_LOCK | LIBINPUT_LED_SCROLL_LOCK);
	/* A keyboard that comes has them, too. */
	fake_unplug(1);
	fake.devices[1].leds = 0;
	fake_plug(1);
	assert_int_equal(input_dispatch(input), 0);
	assert_int_equal(
		fake.devices[1].leds, LIBINPUT_LED_NUM_LOCK | LIBINPUT_LED_SCROLL_LOCK);
	keyboard_set_layout(k, 0);
	keyboard_set_num_lock(k, false);
	assert_int_equal(fake.devices[0].leds, 0);
	/* And one that comes while another has taken the console gets none of it. */
	stop();
}

/* A lock that is taken over presses no key: Caps Lock may be what changes the layout. */
static void test_locks(void **state)
{
	const struct input_keymap keymap = {
		.layout = "us,gr", .options = "grp:caps_toggle"};
	start("us", NULL);
	struct keyboard *k = input_keyboard(input);
	key(KEY_CAPSLOCK, true);
	key(KEY_CAPSLOCK, false);
	assert_int_equal(keyboard_leds(k), KEYBOARD_LED_CAPS);
	assert_int_equal(keyboard_set_keymap(k, &keymap, 1, NULL), 0);
	assert_int_equal(keyboard_layout(k), 0);
	assert_int_equal(keyboard_leds(k), 0);
	input_feed_locks(input, true, true);
	assert_int_equal(keyboard_layout(k), 0);
	assert_int_equal(keyboard_leds(k), KEYBOARD_LED_NUM);
	input_feed_locks(input, true, false);
	assert_int_equal(keyboard_layout(k), 0);
	assert_int_equal(keyboard_leds(k), 0);
	stop();
}

/* Without a wake-up but while a key is held. */
static void test_mouse_keys(void **state)
{
	const struct access_config mouse = {
		.mouse = true, .mouse_speed = 1000, .mouse_ramp_ns = 1};
	start("us", &mouse);
	assert_int_equal(input_next_repeat_ns(input), 0);
	key(KEY_KP6, true);
	assert_true(at_x > 400.9f && at_x < 401.1f);
	uint64_t due = input_next_repeat_ns(input);
	assert_true(due > 0);
	input_repeat(input, due);
	assert_true(at_x > 416 && at_x < 418);
	key(KEY_KP0, true);
	key(KEY_KP0, false);
	assert_int_equal(buttons, 1);
	assert_int_equal(presses, 0);
	input_suspend(input);
	nothing_is_down();
	memset(fingers, 0, sizeof fingers);
	assert_int_equal(input_resume(input), 0);
	key(KEY_KP6, false);
	assert_int_equal(input_next_repeat_ns(input), 0);
	stop();
}

/* With the last keyboard all goes that only a key could let go of. */
static void test_last(void **state)
{
	const struct access_config all = {.sticky = true,
		.sticky_lock = true,
		.mouse = true,
		.mouse_speed = 1000,
		.mouse_ramp_ns = 1};
	start("us", &all);
	key(KEY_LEFTCTRL, true);
	key(KEY_LEFTCTRL, false);
	key(KEY_LEFTCTRL, true);
	key(KEY_LEFTCTRL, false);
	key(KEY_LEFTSHIFT, true);
	key(KEY_LEFTSHIFT, false);
	key(KEY_KP0, true);
	key(KEY_KP0, false);
	fake_unplug(1);
	assert_int_equal(input_dispatch(input), 0);
	assert_int_equal(buttons, 1);
	assert_int_equal(
		keyboard_mods(input_keyboard(input)), INPUT_MOD_CTRL | INPUT_MOD_SHIFT);
	fake_unplug(0);
	assert_int_equal(input_dispatch(input), 0);
	nothing_is_down();
	fake_plug(1);
	assert_int_equal(input_dispatch(input), 0);
	nothing_is_down();
	stop();
}

/* A key that slow keys hold back is nobody's when the console goes. */
static void test_slow_keys(void **state)
{
	const struct access_config slow = {.slow_ns = 300 * NS_PER_MS};
	start("us", &slow);
	key(KEY_A, true);
	assert_int_equal(presses, 0);
	uint64_t due = input_next_repeat_ns(input);
	assert_true(due >= 300 * NS_PER_MS);
	input_suspend(input);
	input_repeat(input, due);
	assert_int_equal(presses, 0);
	memset(fingers, 0, sizeof fingers);
	assert_int_equal(input_resume(input), 0);
	key(KEY_A, false);
	key(KEY_A, true);
	input_repeat(input, input_next_repeat_ns(input));
	assert_int_equal(presses, 1);
	key(KEY_A, false);
	nothing_is_down();
	stop();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_lamps),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_mouse_keys),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_slow_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
