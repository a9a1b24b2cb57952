/*
 * Touch screens and absolute pointers on a fake libinput: which output, where on it, and
 * that no finger sticks. What is heard: "D0 3,4" finger 0 down, "M0 .." moved, "U0 .." up,
 * "C0 .." cancelled, each with its place; "P 3,4" the pointer; "!" activity.
 */
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

static const struct input_keymap us = {.layout = "us"};

enum {
	SCREEN,
	PEN,
	SECOND
}; /* devices */

#define DOWN   LIBINPUT_EVENT_TOUCH_DOWN
#define MOVE   LIBINPUT_EVENT_TOUCH_MOTION
#define UP     LIBINPUT_EVENT_TOUCH_UP
#define CANCEL LIBINPUT_EVENT_TOUCH_CANCEL

static struct input *input;
static bool hear_activity;
static uint64_t time_ns;

static void handle_pointer(void *data, const struct input_pointer *p)
{
	hear("P %g,%g", (double)p->x, (double)p->y);
}

static void handle_touch(void *data, const struct input_touch *t)
{
	hear("%c%u %g,%g", "DMUC"[t->kind], t -> id, (double)t -> x, (double)t -> y);
	time_ns = t->time_ns;
}

static void handle_activity(void *data)
{
	if (hear_activity)
		hear("!");
}

static const struct input_listener listener = {
	.open_device = open_any,
	.close_device = close_any,
	.pointer = handle_pointer,
	.touch = handle_touch,
	.activity = handle_activity,
};

static const struct input_output layout[] = {
	{.name = "HDMI-A-1", .width = 800, .height = 400},
	{.name = "eDP-1",
		.x = 800,
		.width = 400,
		.height = 800,
		.transform = TRANSFORM_90,
		.panel = true},
};

static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	fake_reset();
	hear_activity = false;
	heard[0] = '\0';
	for (unsigned i = 0; i < 3; i++)
		fake.devices[i].plugged = true;
	fake.devices[SCREEN].touch = fake.devices[SECOND].touch = true;
	fake.devices[PEN].mouse = true;
	fake.devices[SECOND].name = "second screen";
	assert_int_equal(
		input_create(NULL, "seat0", &us, &listener, NULL, &input, NULL), 0);
	input_set_outputs(input, layout, 2);
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

/* The panel's own corner, and a quarter on; it is built in and stands on its side. */
static void test_built_in(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0, 0, 5);
	dispatch("D0 1199.98,0");
	assert_int_equal(time_ns, 5000);
	fake_touch(SCREEN, MOVE, 0, 0.25, 0, 6);
	dispatch("M0 1199.98,200");
	fake_touch(SCREEN, MOVE, 0, 0.25, 0.5, 7);
	fake_touch(SCREEN, UP, 0, 0, 0, 8);
	dispatch("M0 1000,200 U0 1000,200");
	assert_int_equal(time_ns, 8000);
}

static void test_udev_says(void **state)
{
	fake.devices[SCREEN].output = "HDMI-A-1";
	fake_touch(SCREEN, DOWN, 0, 0.25, 0.5, 1);
	dispatch("D0 200,200");
}

static void test_mapped(void **state)
{
	struct input_rule rules[] = {
		{.match = "second screen", .output = "HDMI-A-1"},
		{.match = "*", .output = "eDP-1"},
	};
	input_configure(input, rules, 1);
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_touch(SECOND, DOWN, 0, 0.5, 0.5, 1);
	dispatch("D0 1000,400 D1 400,200");
	fake_absolute(PEN, 0.5, 0.5, 2);
	dispatch("P 400,200");
	input_configure(input, rules, 2);
	fake_absolute(PEN, 0, 0.5, 3);
	dispatch("P 1000,0");
	input_configure(input, NULL, 0);
	fake_absolute(PEN, 0.5, 0.5, 4);
	dispatch("P 400,200");
}

/* The rule is for an output that is away: what there is is used, and the rule not forgotten. */
static void test_mapped_output_goes(void **state)
{
	struct input_rule rule = {.match = "type:touch", .output = "HDMI-A-1"};
	input_configure(input, &rule, 1);
	input_set_outputs(input, layout + 1, 1);
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	dispatch("D0 1000,400");
	input_set_outputs(input, layout, 2);
	fake_touch(SCREEN, MOVE, 0, 0.5, 0.5, 1);
	dispatch("M0 400,200");
}

static void test_no_output(void **state)
{
	input_set_outputs(input, layout, 0);
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_touch(SCREEN, UP, 0, 0, 0, 1);
	fake_absolute(PEN, 0.5, 0.5, 2);
	dispatch("");
}

/* A finger that is down when all displays go comes up. */
static void test_output_goes(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	dispatch("D0 1000,400");
	input_set_outputs(input, layout, 0);
	fake_touch(SCREEN, MOVE, 0, 0.25, 0.25, 1);
	fake_touch(SCREEN, UP, 0, 0, 0, 1);
	dispatch("U0 1000,400");
}

/* Ids are of contacts, not of devices' slots, and free ones are used again. */
static void test_ids(void **state)
{
	input_set_outputs(input, layout, 1);
	fake_touch(SCREEN, DOWN, 0, 0, 0, 1);
	fake_touch(SCREEN, DOWN, 7, 0.5, 0, 1);
	fake_touch(SECOND, DOWN, 0, 0, 0.5, 1);
	dispatch("D0 0,0 D1 400,0 D2 0,200");
	fake_touch(SCREEN, UP, 7, 0, 0, 2);
	fake_touch(SECOND, MOVE, 0, 0.5, 0.5, 2);
	dispatch("U1 400,0 M2 400,200");
	fake_touch(SECOND, DOWN, 3, 0, 0, 3);
	dispatch("D1 0,0");
}

static void test_too_many(void **state)
{
	for (int32_t i = 0; i < INPUT_TOUCHES; i++)
		fake_touch(SCREEN, DOWN, i, 0, 0, 1);
	input_dispatch(input);
	heard[0] = '\0';
	fake_touch(SCREEN, DOWN, INPUT_TOUCHES, 0, 0, 2);
	fake_touch(SCREEN, MOVE, INPUT_TOUCHES, 0, 0, 2);
	fake_touch(SCREEN, UP, INPUT_TOUCHES, 0, 0, 2);
	dispatch("");
	fake_touch(SCREEN, UP, 4, 0, 0, 3);
	fake_touch(SCREEN, DOWN, INPUT_TOUCHES + 1, 0, 0, 3);
	dispatch("U4 1199.98,0 D4 1199.98,0");
}

static void test_down_twice(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_touch(SCREEN, DOWN, 0, 0, 0.5, 2);
	dispatch("D0 1000,400 U0 1000,400 D0 1000,0");
}

static void test_never_down(void **state)
{
	fake_touch(SCREEN, MOVE, 0, 0.5, 0.5, 1);
	fake_touch(SCREEN, UP, 0, 0, 0, 2);
	fake_touch(SCREEN, CANCEL, 0, 0, 0, 3);
	dispatch("");
}

static void test_cancelled(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_touch(SCREEN, DOWN, 1, 0, 0, 1);
	fake_touch(SCREEN, CANCEL, 0, 0, 0, 2);
	dispatch("D0 1000,400 D1 1199.98,0 C0 1000,400");
}

/* libinput lifts the fingers of what goes; of what it does not lift we say so. */
static void test_unplugged(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_touch(SECOND, DOWN, 0, 0.5, 0.5, 1);
	dispatch("D0 1000,400 D1 1000,400");
	fake_unplug(SCREEN);
	dispatch("U0 1000,400");
	fake.devices[SECOND].dies = true;
	fake_unplug(SECOND);
	dispatch("C1 1000,400");
	fake_plug(SECOND);
	fake_touch(SECOND, DOWN, 0, 0.5, 0.5, 2);
	dispatch("D0 1000,400");
}

static void test_suspended(void **state)
{
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	dispatch("D0 1000,400");
	input_suspend(input);
	expect("C0 1000,400");
	assert_int_equal(input_resume(input), 0);
	fake_touch(SCREEN, DOWN, 0, 0, 0, 2);
	dispatch("D0 1199.98,0");
}

static void test_activity(void **state)
{
	hear_activity = true;
	fake_touch(SCREEN, DOWN, 0, 0.5, 0.5, 1);
	fake_motion(1, 0, 1);
	dispatch("! D0 1000,400 ! P 401,200");
	fake_unplug(PEN);
	fake_plug(PEN);
	dispatch("");
	input_suspend(input);
	expect("C0 1000,400");
}

static void test_has_pointer(void **state)
{
	assert_true(input_has_pointer(input));
	fake_unplug(PEN);
	dispatch("");
	assert_false(input_has_pointer(input));
	fake_plug(PEN);
	dispatch("");
	assert_true(input_has_pointer(input));
}

/* A button that switches off is none. */
static void test_has_keyboard(void **state)
{
	enum {
		POWER = 3,
		KEYBOARD
	};
	assert_false(input_has_keyboard(input));
	fake.devices[POWER].keyboard = fake.devices[POWER].buttons = true;
	fake.devices[KEYBOARD].keyboard = true;
	fake_plug(POWER);
	dispatch("");
	assert_false(input_has_keyboard(input));
	fake_plug(KEYBOARD);
	dispatch("");
	assert_true(input_has_keyboard(input));
	fake_unplug(KEYBOARD);
	dispatch("");
	assert_false(input_has_keyboard(input));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_built_in),
		CASE(test_udev_says), CASE(test_mapped), CASE(test_mapped_output_goes),
		CASE(test_no_output), CASE(test_output_goes), CASE(test_ids),
		CASE(test_too_many), CASE(test_down_twice), CASE(test_never_down),
		CASE(test_cancelled), CASE(test_unplugged), CASE(test_suspended),
		CASE(test_activity), CASE(test_has_pointer), CASE(test_has_keyboard)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
