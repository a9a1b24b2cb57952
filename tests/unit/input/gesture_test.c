/*
 * Gestures and switches on a fake libinput. What is heard: "S3+" a swipe of three fingers begins,
 * "S 5,6" it goes on, "S-" it ends, "Sx" it is cancelled; "P 5,6 2 30" a pinch with its scale and
 * turn, "H.." a hold; "lid" and "!lid", "tablet" and "!tablet" switches.
 */
#include <math.h>
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

#define SWIPE(phase) LIBINPUT_EVENT_GESTURE_SWIPE_##phase
#define PINCH(phase) LIBINPUT_EVENT_GESTURE_PINCH_##phase
#define HOLD(phase)  LIBINPUT_EVENT_GESTURE_HOLD_##phase

static const struct input_keymap us = {.layout = "us"};

enum {
	TOUCHPAD,
	SECOND,
	LID,
	FOLD,
}; /* devices */

static struct input *input;
static bool suspends; /* the listener, at an update */
static int activities;

static void handle_pointer(void *data, const struct input_pointer *p)
{
}

static void handle_gesture(void *data, const struct input_gesture *g)
{
	char kind = "SPH"[g->kind];
	assert_int_equal(g->mods, 0);
	switch (g->phase) {
	case INPUT_GESTURE_BEGIN:
		hear("%c%u+", kind, g->fingers);
		break;
	case INPUT_GESTURE_UPDATE:
		hear("%c %g,%g", kind, (double)g->dx, (double)g->dy);
		if (g->kind == INPUT_GESTURE_PINCH)
			hear("%g %g", (double)g->scale, (double)g->rotation);
		if (suspends)
			input_suspend(input);
		break;
	case INPUT_GESTURE_END:
		hear("%c-", kind);
		break;
	case INPUT_GESTURE_CANCEL:
		hear("%cx", kind);
		break;
	}
}

static void handle_switched(void *data, enum input_switch which, bool on)
{
	hear("%s%s", on ? "" : "!", which == INPUT_SWITCH_LID ? "lid" : "tablet");
}

static void handle_activity(void *data)
{
	activities++;
}

static const struct input_listener listener = {
	.open_device = open_any,
	.close_device = close_any,
	.pointer = handle_pointer,
	.gesture = handle_gesture,
	.switched = handle_switched,
	.activity = handle_activity,
};

static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	fake_reset();
	heard[0] = '\0';
	suspends = false;
	activities = 0;
	for (unsigned i = TOUCHPAD; i <= FOLD; i++)
		fake.devices[i].plugged = true;
	fake.devices[TOUCHPAD].touchpad = fake.devices[SECOND].touchpad = true;
	fake.devices[LID].flips = fake.devices[FOLD].flips = true;
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

static void expect(const char *what)
{
	assert_string_equal(heard, what);
	heard[0] = '\0';
}

static void dispatch(const char *what)
{
	assert_int_equal(input_dispatch(input), 0);
	expect(what);
}

static void swipe(unsigned device, enum libinput_event_type type, double dx, double dy)
{
	struct fake_gesture g = {.fingers = 3, .dx = dx, .dy = dy};
	fake_gesture(device, type, &g, 7);
}

static void test_swipe(void **state)
{
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	swipe(TOUCHPAD, SWIPE(UPDATE), 5, -6);
	swipe(TOUCHPAD, SWIPE(UPDATE), 0.5, 0);
	swipe(TOUCHPAD, SWIPE(END), 0, 0);
	dispatch("S3+ S 5,-6 S 0.5,0 S-");
}

static void test_pinch(void **state)
{
	struct fake_gesture g = {.fingers = 2};
	fake_gesture(TOUCHPAD, PINCH(BEGIN), &g, 1);
	g.dx = 1;
	g.scale = 1.5;
	g.rotation = 30;
	fake_gesture(TOUCHPAD, PINCH(UPDATE), &g, 1);
	g.scale = NAN;
	g.rotation = INFINITY;
	g.dx = -NAN;
	g.dy = 1e30;
	fake_gesture(TOUCHPAD, PINCH(UPDATE), &g, 1);
	g.scale = 0;
	fake_gesture(TOUCHPAD, PINCH(UPDATE), &g, 1);
	g.cancelled = true;
	fake_gesture(TOUCHPAD, PINCH(END), &g, 1);
	dispatch("P2+ P 1,0 1.5 30 P 0,0 1.5 0 P 0,0 1.5 0 Px");
}

/* A hold becomes a swipe: it is cancelled by libinput itself. */
static void test_hold(void **state)
{
	struct fake_gesture g = {.fingers = 4};
	fake_gesture(TOUCHPAD, HOLD(BEGIN), &g, 1);
	g.cancelled = true;
	fake_gesture(TOUCHPAD, HOLD(END), &g, 1);
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	dispatch("H4+ Hx S3+");
}

static void test_two_touchpads(void **state)
{
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	swipe(SECOND, SWIPE(BEGIN), 0, 0);
	swipe(SECOND, SWIPE(UPDATE), 1, 1);
	swipe(SECOND, SWIPE(END), 0, 0);
	swipe(TOUCHPAD, SWIPE(UPDATE), 2, 2);
	swipe(TOUCHPAD, SWIPE(END), 0, 0);
	swipe(SECOND, SWIPE(BEGIN), 0, 0);
	dispatch("S3+ S 2,2 S- S3+");
}

/* What does not belong to anything, and a beginning whose end was lost. */
static void test_lost(void **state)
{
	struct fake_gesture g = {.fingers = 2, .scale = 1};
	swipe(TOUCHPAD, SWIPE(UPDATE), 1, 1);
	swipe(TOUCHPAD, SWIPE(END), 0, 0);
	dispatch("");
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	fake_gesture(TOUCHPAD, PINCH(UPDATE), &g, 1);
	fake_gesture(TOUCHPAD, PINCH(BEGIN), &g, 1);
	dispatch("S3+ Sx P2+");
}

static void test_unplugged(void **state)
{
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	fake_unplug(TOUCHPAD);
	dispatch("S3+ Sx");
	swipe(SECOND, SWIPE(BEGIN), 0, 0);
	fake.devices[SECOND].dies = true;
	fake_unplug(SECOND);
	dispatch("S3+ Sx");
	fake_plug(TOUCHPAD);
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	dispatch("S3+");
}

static void test_suspended(void **state)
{
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	dispatch("S3+");
	input_suspend(input);
	expect("Sx");
	assert_int_equal(input_resume(input), 0);
	swipe(TOUCHPAD, SWIPE(UPDATE), 1, 1);
	dispatch("");
	suspends = true;
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	swipe(TOUCHPAD, SWIPE(UPDATE), 1, 1);
	swipe(TOUCHPAD, SWIPE(END), 1, 1);
	dispatch("S3+ S 1,1 Sx");
}

/* Switched off in the middle: libinput's own end comes late, and is nothing any more. */
static void test_switched_off(void **state)
{
	struct input_rule rule = {.match = "type:touchpad"};
	char why[DEVICE_WHY_MAX];
	device_config_set(&rule.config, "send-events", "off", why);
	swipe(TOUCHPAD, SWIPE(BEGIN), 0, 0);
	dispatch("S3+");
	input_configure(input, &rule, 1);
	expect("Sx");
	swipe(TOUCHPAD, SWIPE(END), 0, 0);
	dispatch("");
}

/* Switches. */

static void test_switches(void **state)
{
	fake_switch(LID, LIBINPUT_SWITCH_LID, true, 1);
	fake_switch(FOLD, LIBINPUT_SWITCH_TABLET_MODE, true, 1);
	dispatch("lid tablet");
	assert_int_equal(activities, 0);
	fake_switch(LID, LIBINPUT_SWITCH_LID, true, 2);
	dispatch("");
	fake_switch(LID, LIBINPUT_SWITCH_LID, false, 3);
	dispatch("!lid");
	assert_int_equal(activities, 1);
}

/* On in the same batch as off again: nothing was. */
static void test_flicker(void **state)
{
	fake_switch(LID, LIBINPUT_SWITCH_LID, true, 1);
	fake_switch(LID, LIBINPUT_SWITCH_LID, false, 1);
	dispatch("");
}

/* Closed already when the session begins. */
static void test_closed_at_first(void **state)
{
	input_destroy(input);
	fake.devices[LID].on = 1u << LIBINPUT_SWITCH_LID;
	assert_int_equal(
		input_create(NULL, "seat0", &us, &listener, NULL, &input, NULL), 0);
	expect("lid");
}

/* Unplugged it is open; of two of them one is enough. */
static void test_switch_unplugged(void **state)
{
	fake_switch(LID, LIBINPUT_SWITCH_LID, true, 1);
	fake_switch(FOLD, LIBINPUT_SWITCH_LID, true, 1);
	dispatch("lid");
	fake_unplug(LID);
	dispatch("");
	fake_unplug(FOLD);
	dispatch("!lid");
}

/* While the devices are closed it is as it was; what changed meanwhile is told then. */
static void test_switch_suspended(void **state)
{
	fake_switch(LID, LIBINPUT_SWITCH_LID, true, 1);
	fake_switch(FOLD, LIBINPUT_SWITCH_TABLET_MODE, true, 1);
	dispatch("lid tablet");
	input_suspend(input);
	expect("");
	fake.devices[FOLD].on = 0;
	assert_int_equal(input_resume(input), 0);
	expect("!tablet");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_swipe), CASE(test_pinch),
		CASE(test_hold), CASE(test_two_touchpads), CASE(test_lost),
		CASE(test_unplugged), CASE(test_suspended), CASE(test_switched_off),
		CASE(test_switches), CASE(test_flicker), CASE(test_closed_at_first),
		CASE(test_switch_unplugged), CASE(test_switch_suspended)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
