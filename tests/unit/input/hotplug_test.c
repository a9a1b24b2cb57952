/*
 * Hotplug in the middle of anything, by chance: keys, buttons, contacts, pens, gestures of many
 * devices that come and go, while the seat is suspended and resumed, devices are switched off and
 * on, and outputs go. Whatever happens, what is heard is whole: nothing goes on, or ends, that
 * did not begin, nothing begins twice, mouse and pen are never down together, and at the end
 * nothing is down.
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
#include "input/input.h"
#include "util/log.h"

#define ROUNDS       300
#define STEPS        400
#define DEVICES      14 /* two of each kind */
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct input_keymap us = {.layout = "us"};

enum kind {
	KEYBOARD,
	MOUSE,
	SCREEN,
	TABLET,
	TOUCHPAD,
	PAD,
	SWITCH,
	KINDS,
};

static struct input *input;
static uint64_t seed;
static bool suspended;

/* What is down as the listener heard it. */
static struct {
	bool keys[KEY_CNT];
	uint32_t buttons;
	bool contacts[INPUT_TOUCHES];
	bool pens[INPUT_PENS];
	uint32_t pen_buttons[INPUT_PENS];
	bool gesture;
	enum input_gesture_kind kind;
	bool switches[INPUT_SWITCHES];
	unsigned events;
} now;

/* What the devices do. */
static struct {
	bool keys[FAKE_CODES];
	bool touched[10];
	bool near;
	enum libinput_event_type gesture; /* its BEGIN; 0: none */
} doing[DEVICES];

/* xorshift64: Marsaglia, "Xorshift RNGs", 2003. */
static unsigned chance(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

static void handle_key(void *data, const struct input_key *key)
{
	now.events++;
	assert_int_not_equal(now.keys[key->code], key->pressed);
	now.keys[key->code] = key->pressed;
}

static bool any_pen_down(void)
{
	for (unsigned i = 0; i < INPUT_PENS; i++) {
		if (now.pen_buttons[i])
			return true;
	}
	return false;
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	uint32_t bit = p->button ? 1u << (p->button - BTN_LEFT) : 0;
	now.events++;
	if (p->kind == INPUT_POINTER_PRESS) {
		assert_false(now.buttons & bit);
		assert_false(any_pen_down());
		now.buttons |= bit;
	} else if (p->kind == INPUT_POINTER_RELEASE) {
		assert_true(now.buttons & bit);
		now.buttons &= ~bit;
	}
	assert_int_equal(p->buttons, now.buttons);
}

static void handle_touch(void *data, const struct input_touch *t)
{
	now.events++;
	assert_int_not_equal(now.contacts[t->id], t->kind == INPUT_TOUCH_DOWN);
	now.contacts[t->id] = t->kind == INPUT_TOUCH_DOWN || t->kind == INPUT_TOUCH_MOVE;
}

static uint32_t pen_bit(uint32_t button)
{
	return button == BTN_TOUCH ? 1 : 2u << (button - BTN_STYLUS);
}

static void handle_pen(void *data, const struct input_pen *p)
{
	uint32_t *buttons = &now.pen_buttons[p->id];
	now.events++;
	assert_int_not_equal(now.pens[p->id], p->kind == INPUT_PEN_IN);
	now.pens[p->id] = p->kind != INPUT_PEN_OUT && p->kind != INPUT_PEN_CANCEL;
	if (p->kind == INPUT_PEN_PRESS) {
		assert_int_equal(now.buttons, 0);
		assert_false(*buttons & pen_bit(p->button));
		*buttons |= pen_bit(p->button);
	} else if (p->kind == INPUT_PEN_RELEASE) {
		assert_true(*buttons & pen_bit(p->button));
		*buttons &= ~pen_bit(p->button);
	} else if (p->kind == INPUT_PEN_CANCEL) {
		*buttons = 0;
	}
	assert_int_equal(p->buttons, *buttons);
	for (unsigned i = 0; i < INPUT_PENS; i++)
		assert_true(i == p->id || !now.pen_buttons[i] || !now.pens[p->id]);
}

static void handle_gesture(void *data, const struct input_gesture *g)
{
	now.events++;
	assert_int_not_equal(now.gesture, g->phase == INPUT_GESTURE_BEGIN);
	assert_true(g->phase == INPUT_GESTURE_BEGIN || g->kind == now.kind);
	now.kind = g->kind;
	now.gesture = g->phase == INPUT_GESTURE_BEGIN || g->phase == INPUT_GESTURE_UPDATE;
}

static void handle_switched(void *data, enum input_switch which, bool on)
{
	now.events++;
	assert_int_not_equal(now.switches[which], on);
	now.switches[which] = on;
}

static const struct input_listener listener = {
	.open_device = open_any,
	.close_device = close_any,
	.shortcut = take_no_key,
	.key = handle_key,
	.pointer = handle_pointer,
	.touch = handle_touch,
	.pen = handle_pen,
	.gesture = handle_gesture,
	.switched = handle_switched,
};

static const struct input_output outputs[] = {
	{.name = "A", .width = 800, .height = 600},
	{.name = "B", .x = 800, .width = 400, .height = 400, .transform = TRANSFORM_270},
};

static void press(unsigned i, uint32_t code, uint64_t usec)
{
	bool pressed = doing[i].keys[code] = !doing[i].keys[code];
	if (code < BTN_MISC)
		fake_key(i, code, pressed, usec);
	else
		fake_button(i, code, pressed, usec);
}

static void touch(unsigned i, uint64_t usec)
{
	int32_t slot = (int32_t)chance(10);
	bool *down = &doing[i].touched[slot];
	enum libinput_event_type type = LIBINPUT_EVENT_TOUCH_DOWN;
	if (*down)
		type = (enum libinput_event_type[]){LIBINPUT_EVENT_TOUCH_MOTION,
			LIBINPUT_EVENT_TOUCH_UP, LIBINPUT_EVENT_TOUCH_CANCEL}[chance(3)];
	*down = type == LIBINPUT_EVENT_TOUCH_DOWN || type == LIBINPUT_EVENT_TOUCH_MOTION;
	fake_touch(i, type, slot, chance(100) / 100.0, chance(100) / 100.0, usec);
}

/* Also what no tablet should say: an event without its beginning. */
static void draw(unsigned i, uint64_t usec)
{
	static const uint32_t barrel[] = {BTN_STYLUS, BTN_STYLUS2};
	static const enum libinput_event_type types[] = {
		LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, LIBINPUT_EVENT_TABLET_TOOL_AXIS,
		LIBINPUT_EVENT_TABLET_TOOL_TIP, LIBINPUT_EVENT_TABLET_TOOL_BUTTON};
	struct fake_tool t = {.x = chance(100) / 100.0,
		.y = chance(100) / 100.0,
		.button = barrel[chance(2)],
		.on = chance(2),
		.wheel = chance(20) == 0};
	fake_tool(i, types[chance(4)], &t, usec);
}

static void swipe(unsigned i, uint64_t usec)
{
	static const enum libinput_event_type begins[] = {
		LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, LIBINPUT_EVENT_GESTURE_PINCH_BEGIN,
		LIBINPUT_EVENT_GESTURE_HOLD_BEGIN};
	struct fake_gesture g = {
		.fingers = 3, .dx = 1, .scale = 1, .cancelled = chance(2)};
	enum libinput_event_type *begin = &doing[i].gesture;
	bool hold = *begin == LIBINPUT_EVENT_GESTURE_HOLD_BEGIN;
	if (!*begin) {
		*begin = begins[chance(3)];
		fake_gesture(i, *begin, &g, usec);
	} else if (hold || chance(4) == 0) {
		fake_gesture(i, *begin + (hold ? 1 : 2), &g, usec);
		*begin = LIBINPUT_EVENT_NONE;
	} else {
		fake_gesture(i, *begin + 1, &g, usec);
	}
}

static void act(unsigned i, uint64_t usec)
{
	switch ((enum kind)(i % KINDS)) {
	case KEYBOARD:
		press(i, KEY_Q + chance(12), usec);
		break;
	case MOUSE:
		if (chance(2))
			fake_motion(chance(100), chance(100), usec);
		else
			press(i, BTN_LEFT + chance(5), usec);
		break;
	case SCREEN:
		touch(i, usec);
		break;
	case TABLET:
		draw(i, usec);
		break;
	case TOUCHPAD:
		swipe(i, usec);
		break;
	case PAD:
		fake_pad(
			i, LIBINPUT_EVENT_TABLET_PAD_BUTTON, chance(20), chance(2), usec);
		break;
	case SWITCH:
		fake_switch(i, (enum libinput_switch)(1 + chance(2)), chance(2), usec);
		break;
	case KINDS:
		break;
	}
}

static void unplug(unsigned i)
{
	fake.devices[i].dies = chance(2);
	fake_unplug(i);
	memset(&doing[i], 0, sizeof doing[i]);
}

/* Some of them off, as a user may say at any time. */
static void configure(void)
{
	static const char *const matches[] = {
		"type:touch", "type:tablet", "type:touchpad", "type:pad", "*"};
	struct input_rule rule = {{0}};
	char why[DEVICE_WHY_MAX];
	snprintf(rule.match, sizeof rule.match, "%s", matches[chance(COUNT(matches))]);
	device_config_set(&rule.config, "send-events", chance(2) ? "on" : "off", why);
	input_configure(input, &rule, chance(2));
}

static void change_seat(void)
{
	if (suspended)
		assert_int_equal(input_resume(input), 0);
	else
		input_suspend(input);
	suspended = !suspended;
	memset(doing, 0, sizeof doing);
}

static void step(uint64_t usec)
{
	unsigned i = chance(DEVICES), what = chance(100);
	if (what == 0)
		change_seat();
	else if (what == 1)
		input_set_outputs(input, outputs, chance(3));
	else if (what == 2)
		configure();
	else if (suspended)
		return;
	else if (what < 8 && fake.devices[i].plugged)
		unplug(i);
	else if (!fake.devices[i].plugged)
		fake_plug(i);
	else
		act(i, usec);
	if (chance(3) == 0)
		input_dispatch(input);
}

static void expect_nothing(void)
{
	static const bool no_keys[KEY_CNT];
	assert_memory_equal(now.keys, no_keys, sizeof no_keys);
	assert_int_equal(now.buttons, 0);
	for (unsigned i = 0; i < INPUT_TOUCHES; i++)
		assert_false(now.contacts[i]);
	for (unsigned i = 0; i < INPUT_PENS; i++)
		assert_false(now.pens[i] || now.pen_buttons[i]);
	assert_false(now.gesture);
}

static void begin_round(void)
{
	fake_reset();
	memset(&now, 0, sizeof now);
	memset(doing, 0, sizeof doing);
	suspended = false;
	for (unsigned i = 0; i < DEVICES; i++) {
		struct fake_device *d = &fake.devices[i];
		enum kind kind = (enum kind)(i % KINDS);
		d->plugged = true;
		d->keyboard = kind == KEYBOARD;
		d->mouse = kind == MOUSE;
		d->touch = kind == SCREEN;
		d->tablet = kind == TABLET;
		d->touchpad = kind == TOUCHPAD;
		d->pad = kind == PAD;
		d->flips = kind == SWITCH;
		d->config.set = 1u << DEVICE_SEND_EVENTS;
	}
	assert_int_equal(
		input_create(NULL, "seat0", &us, &listener, NULL, &input, NULL), 0);
	input_set_outputs(input, outputs, 2);
}

/* Odd rounds end with the devices, even ones with the seat. */
static void end_round(unsigned round)
{
	if (suspended)
		assert_int_equal(input_resume(input), 0);
	input_dispatch(input);
	for (unsigned i = 0; i < DEVICES && round % 2; i++) {
		if (fake.devices[i].plugged)
			unplug(i);
	}
	if (round % 2 == 0)
		input_suspend(input);
	input_dispatch(input);
	expect_nothing();
	assert_false(round % 2 && (now.switches[0] || now.switches[1]));
	input_destroy(input);
	assert_int_equal(fake.alive, 0);
}

static void test_hotplug(void **state)
{
	unsigned events = 0;
	log_set_level(LOG_SILENT);
	for (unsigned round = 1; round <= ROUNDS; round++) {
		seed = round * UINT64_C(0x9e3779b97f4a7c15);
		begin_round();
		for (unsigned i = 0; i < STEPS; i++)
			step(i);
		end_round(round);
		events += now.events;
	}
	print_message("# %u rounds, %u events heard\n", ROUNDS, events);
	assert_true(events > ROUNDS * STEPS / 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_hotplug)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
