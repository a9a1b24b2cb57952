/*
 * Hostile devices on a fake libinput: events without end, nonsense for numbers, a thousand that come
 * and go. Bounded is what a turn of the loop does; nothing sticks, nothing stays behind.
 */
#include <float.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_libinput.h"
#include "listening.h"
#include "input/input.h"
#include "util/log.h"

#define STORM 100000 /* a second of it */
#define TURN  512    /* events that a turn may handle, and the listener may hear */

static const struct input_keymap us = {.layout = "us"};

enum {
	KEYBOARD,
	MOUSE,
	SCREEN,
	TABLET,
	TOUCHPAD,
	N_DEVICES,
};

static struct input *input;
static struct {
	unsigned events, keys, moves, presses, releases, touches, downs, ups, pens,
		gestures;
	int keys_down, buttons_down, contacts_down, pens_down, gestures_on;
	double x, y, scroll;
	bool wild; /* a place outside, or no number */
} count;

static void handle_key(void *data, const struct input_key *key)
{
	count.events++;
	count.keys++;
	count.keys_down += key->pressed ? 1 : -1;
}

static void place(float x, float y)
{
	count.wild |= !(x >= 0 && y >= 0 && x < 800 && y < 600);
	count.x = (double)x;
	count.y = (double)y;
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	count.events++;
	count.moves += p->kind == INPUT_POINTER_MOVE;
	count.presses += p->kind == INPUT_POINTER_PRESS;
	count.releases += p->kind == INPUT_POINTER_RELEASE;
	count.buttons_down += p->kind == INPUT_POINTER_PRESS     ? 1
			      : p->kind == INPUT_POINTER_RELEASE ? -1
								 : 0;
	count.scroll += (double)p->scroll_y;
	count.wild |= !isfinite(p->scroll_x) || !isfinite(p->scroll_y);
	place(p->x, p->y);
}

static void handle_touch(void *data, const struct input_touch *t)
{
	count.events++;
	count.touches++;
	count.downs += t->kind == INPUT_TOUCH_DOWN;
	count.ups += t->kind == INPUT_TOUCH_UP || t->kind == INPUT_TOUCH_CANCEL;
	count.contacts_down = (int)count.downs - (int)count.ups;
	place(t->x, t->y);
}

static void handle_pen(void *data, const struct input_pen *p)
{
	count.events++;
	count.pens++;
	count.pens_down += p->kind == INPUT_PEN_IN                                   ? 1
			   : p->kind == INPUT_PEN_OUT || p->kind == INPUT_PEN_CANCEL ? -1
										     : 0;
	count.wild |= !(p->pressure >= 0 && p->pressure <= 1);
	place(p->x, p->y);
}

static void handle_gesture(void *data, const struct input_gesture *g)
{
	count.events++;
	count.gestures++;
	count.gestures_on += g->phase == INPUT_GESTURE_BEGIN    ? 1
			     : g->phase == INPUT_GESTURE_UPDATE ? 0
								: -1;
	count.wild |= !isfinite(g->dx) || !isfinite(g->dy) || !isfinite(g->scale);
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
};

static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	fake_reset();
	memset(&count, 0, sizeof count);
	for (unsigned i = 0; i < N_DEVICES; i++)
		fake.devices[i].plugged = true;
	fake.devices[KEYBOARD].keyboard = true;
	fake.devices[MOUSE].mouse = true;
	fake.devices[SCREEN].touch = true;
	fake.devices[TABLET].tablet = true;
	fake.devices[TOUCHPAD].touchpad = true;
	assert_int_equal(
		input_create(NULL, "seat0", &us, &listener, NULL, &input, NULL), 0);
	input_set_bounds(input, 800, 600);
	return 0;
}

static int finish(void **state)
{
	input_destroy(input);
	assert_int_equal(fake.alive, 0);
	return 0;
}

/* One turn of the loop, in which the listener hears so many at most. How many it heard. */
static unsigned turn(unsigned most)
{
	unsigned before = count.events;
	assert_int_equal(input_dispatch(input), 0);
	assert_in_range(count.events - before, 0, most);
	return count.events - before;
}

static unsigned turns(unsigned most)
{
	unsigned n = 0;
	do {
		turn(most);
		n++;
	} while (input_pending(input));
	return n;
}

/* Up to half a second of a fast mouse in one turn: each move is heard. */
static void test_no_storm(void **state)
{
	for (unsigned i = 0; i < TURN; i++)
		fake_motion(i % 2 ? -1 : 1, 0, i);
	assert_int_equal(turns(TURN), 1);
	assert_int_equal(count.moves, TURN);
}

/* Beyond that they are one, and it is where all of them lead to. Nothing more is read meanwhile. */
static void test_moves(void **state)
{
	for (unsigned i = 0; i < STORM; i++)
		fake_motion(i % 100 ? 0 : 0.25, 0, i);
	assert_int_equal(turns(TURN), (STORM + TURN - 1) / TURN);
	assert_int_equal(fake.dispatches, 1);
	assert_int_equal(count.moves, TURN + (STORM - 1) / TURN);
	assert_true(fabs(count.x - 650) < 0.01);
	assert_false(input_pending(input));
	fake_motion(1, 0, STORM);
	fake_motion(1, 0, STORM);
	assert_int_equal(turn(TURN), 2);
}

/* A press in the midst of it comes when it came: after the moves before it, before those behind. */
static void test_order(void **state)
{
	for (unsigned i = 0; i < 2 * TURN; i++)
		fake_motion(0.125, 0, i);
	fake_button(MOUSE, BTN_LEFT, true, 2 * TURN);
	for (unsigned i = 0; i < TURN / 4; i++)
		fake_motion(0.125, 0, 2 * TURN + i);
	fake_button(MOUSE, BTN_LEFT, false, 3 * TURN);
	turn(TURN);
	turn(1);
	assert_true(fabs(count.x - 400 - 128) < 0.01);
	assert_int_equal(count.presses, 0);
	assert_int_equal(turn(3), 3);
	assert_int_equal(count.releases, 1);
	assert_true(fabs(count.x - 400 - 144) < 0.01);
}

/* A wheel is not heard less: what it scrolls adds up. */
static void test_scroll(void **state)
{
	for (unsigned i = 0; i < STORM; i++)
		fake_scroll(LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, NAN, 120, i);
	turns(TURN);
	assert_true(fabs(count.scroll - 40.0 * STORM) < 1);
	assert_in_range(count.events, 1, TURN + STORM / TURN + 1);
}

/* Keys are not merged, and come in turns. */
static void test_keys(void **state)
{
	for (unsigned i = 0; i < STORM / 2; i++) {
		fake_key(KEYBOARD, KEY_A, true, i);
		fake_key(KEYBOARD, KEY_A, false, i);
	}
	assert_int_equal(turns(TURN), (STORM + TURN - 1) / TURN);
	assert_int_equal(count.keys, STORM);
	assert_int_equal(count.keys_down, 0);
}

/* Ten fingers, a pen, and swipes, all at once. */
static void test_everything(void **state)
{
	struct fake_tool pen = {.on = true};
	struct fake_gesture swipe = {.fingers = 3, .dx = 1};
	fake_tool(TABLET, LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, &pen, 0);
	fake_gesture(TOUCHPAD, LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, &swipe, 0);
	for (int32_t i = 0; i < 10; i++)
		fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_DOWN, i, 0, 0, 0);
	for (unsigned i = 0; i < STORM; i++) {
		double at = (i % 1000) / 1000.0;
		pen.x = at;
		if (i % 3 == 0)
			fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_MOTION, (int32_t)i % 10,
				at, at, i);
		else if (i % 3 == 1)
			fake_tool(TABLET, LIBINPUT_EVENT_TABLET_TOOL_AXIS, &pen, i);
		else
			fake_gesture(
				TOUCHPAD, LIBINPUT_EVENT_GESTURE_SWIPE_UPDATE, &swipe, i);
	}
	turn(TURN);
	while (input_pending(input))
		turn(10 + 1 + 1);
	for (unsigned i = 0; i < N_DEVICES; i++)
		fake_unplug(i);
	turns(TURN);
	assert_int_equal(count.contacts_down, 0);
	assert_int_equal(count.pens_down, 0);
	assert_int_equal(count.gestures_on, 0);
	assert_false(count.wild);
}

/* Suspended in the midst: what waits is dropped, and nothing is down. */
static void test_suspended(void **state)
{
	fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_DOWN, 0, 0, 0, 0);
	fake_key(KEYBOARD, KEY_A, true, 0);
	fake_button(MOUSE, BTN_LEFT, true, 0);
	for (unsigned i = 0; i < STORM; i++)
		fake_motion(0.01, 0, i);
	turn(TURN);
	assert_true(input_pending(input));
	input_suspend(input);
	assert_false(input_pending(input));
	assert_int_equal(count.keys_down, 0);
	assert_int_equal(count.buttons_down, 0);
	assert_int_equal(count.contacts_down, 0);
	unsigned before = count.events;
	turn(0);
	assert_int_equal(count.events, before);
	assert_int_equal(input_resume(input), 0);
}

/* As libinput computes them of axes whose range is none, the wrong way round, or huge. */
static const double nonsense[] = {NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, DBL_MIN,
	-0.0, 1e9, -1e9, 4294967296.0};

static void test_nonsense(void **state)
{
	size_t n = sizeof nonsense / sizeof *nonsense;
	struct fake_gesture g = {.fingers = -1};
	fake_gesture(TOUCHPAD, LIBINPUT_EVENT_GESTURE_PINCH_BEGIN, &g, 0);
	for (size_t i = 0; i < n * n; i++) {
		double x = nonsense[i / n], y = nonsense[i % n];
		struct fake_tool t = {.x = x,
			.y = y,
			.pressure = x,
			.distance = y,
			.tilt_x = x,
			.tilt_y = y,
			.rotation = x,
			.slider = y,
			.on = true};
		fake_motion(x, y, i);
		fake_absolute(MOUSE, x, y, i);
		fake_scroll(LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, x, y, i);
		fake_scroll(LIBINPUT_EVENT_POINTER_SCROLL_FINGER, x, y, i);
		fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_DOWN, (int32_t)i % 20, x, y, i);
		fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_MOTION, (int32_t)i % 20, y, x, i);
		fake_tool(TABLET, LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, &t, i);
		fake_tool(TABLET, LIBINPUT_EVENT_TABLET_TOOL_AXIS, &t, i);
		g = (struct fake_gesture){
			.fingers = 2, .dx = x, .dy = y, .scale = x, .rotation = y};
		fake_gesture(TOUCHPAD, LIBINPUT_EVENT_GESTURE_PINCH_UPDATE, &g, i);
	}
	turns(3 * TURN); /* what is down already is up first */
	assert_false(count.wild);
	assert_true(count.moves > 0 && count.pens > 0 && count.gestures > 0);
	assert_int_equal(count.downs - count.ups, 16);
}

/* All at once, and again and again. */
static void test_thousand(void **state)
{
	enum {
		FROM = N_DEVICES,
		TO = FROM + 1000
	};
	size_t before = fake.alive;
	for (unsigned i = FROM; i < TO; i++) {
		struct fake_device *d = &fake.devices[i];
		d->keyboard = i % 7 == 0;
		d->mouse = i % 7 == 1;
		d->touch = i % 7 == 2;
		d->tablet = i % 7 == 3;
		d->touchpad = i % 7 == 4;
		d->pad = i % 7 == 5;
		d->dies = i % 2;
	}
	for (unsigned round = 0; round < 5; round++) {
		struct fake_tool pen = {.on = true};
		struct fake_gesture swipe = {.fingers = 3};
		for (unsigned i = FROM; i < TO; i++) {
			fake_plug(i);
			if (i % 7 == 0)
				fake_key(i, KEY_A + i % 8, true, i);
			if (i % 7 == 1)
				fake_button(i, BTN_LEFT + i % 3, true, i);
			if (i % 7 == 2)
				fake_touch(i, LIBINPUT_EVENT_TOUCH_DOWN, 0, 0, 0, i);
			if (i % 7 == 3)
				fake_tool(
					i, LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, &pen, i);
			if (i % 7 == 4)
				fake_gesture(
					i, LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN, &swipe, i);
			if (i % 7 == 5)
				fake_pad(i, LIBINPUT_EVENT_TABLET_PAD_BUTTON, i % 20, 1,
					i);
		}
		turns(TURN);
		assert_true(count.keys_down > 0 && count.buttons_down > 0);
		assert_int_equal(count.contacts_down, INPUT_TOUCHES);
		for (unsigned i = FROM; i < TO; i++)
			fake_unplug(i);
		turns(2 * TURN);
		assert_int_equal(count.keys_down, 0);
		assert_int_equal(count.buttons_down, 0);
		assert_int_equal(count.contacts_down, 0);
		assert_int_equal(count.pens_down, 0);
		assert_int_equal(count.gestures_on, 0);
		assert_int_equal(fake.alive, before);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_no_storm), CASE(test_moves),
		CASE(test_order), CASE(test_scroll), CASE(test_keys),
		CASE(test_everything), CASE(test_suspended), CASE(test_nonsense),
		CASE(test_thousand)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
