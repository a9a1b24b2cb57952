/*
 * Tablets on a fake libinput. What is heard of pens: "I0 3,4" pen 0 is near, "M0 .." moved,
 * "P0:t" and "R0:t" the tip down and up ("1" .. "3": on the barrel), "S0:40" its wheel, "O0" away,
 * "C0" cancelled; of the mouse "m 3,4", "p110", "r110", "s 40"; of keys "+30", "-30".
 */
#include <linux/input-event-codes.h>
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

#define PROXIMITY LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY
#define AXIS      LIBINPUT_EVENT_TABLET_TOOL_AXIS
#define TIP       LIBINPUT_EVENT_TABLET_TOOL_TIP
#define BUTTON    LIBINPUT_EVENT_TABLET_TOOL_BUTTON

static const struct input_keymap us = {.layout = "us"};

enum {
	TABLET,
	SECOND,
	MOUSE,
	PAD,
}; /* devices */

static struct input *input;
static struct input_pen last;
static bool suspends; /* the listener, at a press */

static void handle_key(void *data, const struct input_key *key)
{
	assert_string_equal(key->utf8, "");
	hear("%c%x", key->pressed ? '+' : '-', key->code);
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	if (p->kind == INPUT_POINTER_MOVE)
		hear("m %g,%g", (double)p->x, (double)p->y);
	else if (p->kind == INPUT_POINTER_SCROLL)
		hear("s %g", (double)p->scroll_y);
	else
		hear("%c%x", p->kind == INPUT_POINTER_PRESS ? 'p' : 'r', p->button);
}

static char button_name(uint32_t button)
{
	return button == BTN_TOUCH     ? 't'
	       : button == BTN_STYLUS  ? '1'
	       : button == BTN_STYLUS2 ? '2'
	       : button == BTN_STYLUS3 ? '3'
				       : '?';
}

static void handle_pen(void *data, const struct input_pen *p)
{
	static const char letters[] = "IMPRSOC";
	char kind = letters[p->kind];
	last = *p;
	if (kind == 'I' || kind == 'M')
		hear("%c%u %g,%g", kind, p->id, (double)p->x, (double)p->y);
	else if (kind == 'P' || kind == 'R')
		hear("%c%u:%c", kind, p->id, button_name(p->button));
	else if (kind == 'S')
		hear("S%u:%g", p->id, (double)p->scroll_y);
	else
		hear("%c%u", kind, p->id);
	if (suspends && kind == 'P')
		input_suspend(input);
}

static const struct input_listener listener = {
	.open_device = open_any,
	.close_device = close_any,
	.shortcut = take_no_key,
	.key = handle_key,
	.pointer = handle_pointer,
	.pen = handle_pen,
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
	heard[0] = '\0';
	suspends = false;
	for (unsigned i = TABLET; i <= PAD; i++)
		fake.devices[i].plugged = true;
	fake.devices[TABLET].tablet = fake.devices[SECOND].tablet = true;
	fake.devices[MOUSE].mouse = true;
	fake.devices[PAD].pad = true;
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

static void dispatch(const char *what)
{
	assert_int_equal(input_dispatch(input), 0);
	assert_string_equal(heard, what);
	heard[0] = '\0';
}

static void tool(unsigned device, enum libinput_event_type type, double x, double y,
	bool on, uint32_t button)
{
	struct fake_tool t = {.x = x, .y = y, .on = on, .button = button};
	fake_tool(device, type, &t, 7);
}

static void near(unsigned device)
{
	tool(device, PROXIMITY, 0.5, 0.5, true, 0);
}

static void test_strokes(void **state)
{
	double x, y;
	near(TABLET);
	tool(TABLET, AXIS, 0.25, 0.5, false, 0);
	tool(TABLET, TIP, 0.25, 0.5, true, 0);
	tool(TABLET, AXIS, 0.5, 0.25, false, 0);
	tool(TABLET, TIP, 0.5, 0.25, false, 0);
	tool(TABLET, PROXIMITY, 0.5, 0.25, false, 0);
	dispatch("I0 400,200 M0 200,200 P0:t M0 400,100 R0:t O0");
	assert_int_equal(last.time_ns, 7000);
	assert_true(input_where(input, &x, &y));
	assert_true(x == 400 && y == 100);
	fake_motion(1, 0, 8);
	dispatch("m 401,100");
}

static void test_buttons(void **state)
{
	near(TABLET);
	tool(TABLET, BUTTON, 0.5, 0.5, true, BTN_STYLUS);
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	dispatch("I0 400,200 P0:1 P0:t");
	assert_int_equal(last.buttons, 3);
	tool(TABLET, BUTTON, 0.5, 0.5, true, BTN_STYLUS2);
	tool(TABLET, BUTTON, 0.5, 0.5, true, BTN_STYLUS3);
	tool(TABLET, BUTTON, 0.5, 0.5, true, BTN_STYLUS3); /* twice is once */
	tool(TABLET, BUTTON, 0.5, 0.5, true, BTN_0);       /* none of a pen's */
	dispatch("P0:2 P0:3");
	assert_int_equal(last.buttons, 15);
	tool(TABLET, BUTTON, 0.5, 0.5, false, BTN_STYLUS);
	dispatch("R0:1");
	assert_int_equal(last.buttons, 13);
	tool(TABLET, PROXIMITY, 0.5, 0.5, false, 0);
	dispatch("R0:t R0:2 R0:3 O0");
	assert_int_equal(last.buttons, 0);
}

/* Values as they come, and those of a device that tells nonsense. */
static const struct {
	struct fake_tool tool;
	struct input_pen pen;
} axes[] = {
	{{.type = LIBINPUT_TABLET_TOOL_TYPE_ERASER,
		 .serial = 77,
		 .pressure = 0.5,
		 .distance = 0.25,
		 .tilt_x = 30,
		 .tilt_y = -20,
		 .rotation = 90,
		 .slider = -0.5},
		{.tool = INPUT_PEN_ERASER,
			.tool_id = 77,
			.pressure = 0.5f,
			.distance = 0.25f,
			.tilt_x = 30,
			.tilt_y = -20,
			.rotation = 90,
			.slider = -0.5f}},
	{{.type = LIBINPUT_TABLET_TOOL_TYPE_AIRBRUSH,
		 .x = NAN,
		 .y = INFINITY,
		 .pressure = 7,
		 .distance = -1,
		 .tilt_x = 1e30,
		 .tilt_y = -INFINITY,
		 .rotation = -5,
		 .slider = NAN},
		{.tool = INPUT_PEN_AIRBRUSH, .pressure = 1, .tilt_x = 90, .tilt_y = -90}},
	{{.type = LIBINPUT_TABLET_TOOL_TYPE_BRUSH,
		 .x = -3,
		 .y = -1e300,
		 .pressure = NAN,
		 .rotation = 720,
		 .slider = 2},
		{.tool = INPUT_PEN_BRUSH, .rotation = 360, .slider = 1}},
	{{.type = LIBINPUT_TABLET_TOOL_TYPE_PENCIL}, {.tool = INPUT_PEN_PENCIL}},
	{{.type = LIBINPUT_TABLET_TOOL_TYPE_TOTEM}, {.tool = INPUT_PEN_MOUSE}},
};

static void test_axes(void **state)
{
	for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
		struct fake_tool t = axes[i].tool;
		struct input_pen want = axes[i].pen;
		t.on = true;
		fake_tool(TABLET, PROXIMITY, &t, 0);
		input_dispatch(input);
		last.kind = want.kind;
		if (last.tool != want.tool || last.tool_id != want.tool_id)
			fail_msg("case %zu: tool %d, %u", i, last.tool, last.tool_id);
		const float a[] = {last.x, last.y, last.pressure, last.distance,
			last.tilt_x, last.tilt_y, last.rotation, last.slider};
		const float b[] = {want.x, want.y, want.pressure, want.distance,
			want.tilt_x, want.tilt_y, want.rotation, want.slider};
		for (size_t k = 0; k < 8; k++) {
			if (!(fabsf(a[k] - b[k]) < 1e-4f))
				fail_msg("case %zu: value %zu is %g, not %g", i, k,
					(double)a[k], (double)b[k]);
		}
	}
}

/* On a turned panel the pen's place turns, and so do the ways it leans and points. */
static void test_turned(void **state)
{
	struct input_rule rule = {.match = "type:tablet", .output = "eDP-1"};
	struct fake_tool t = {.x = 0.25, .y = 0.5, .tilt_x = 30, .on = true};
	input_configure(input, &rule, 1);
	fake_tool(TABLET, PROXIMITY, &t, 0);
	dispatch("I0 1000,200");
	assert_true(fabsf(last.tilt_x) < 1e-4f && fabsf(last.tilt_y - 30) < 1e-4f);
	assert_true(fabsf(last.rotation - 90) < 1e-3f);
}

/* A tablet that is the panel is calibrated: it lies on that one; others on the first. */
static void test_built_in(void **state)
{
	fake.devices[4].tablet = true;
	fake.devices[4].config.set = 1u << DEVICE_CALIBRATION;
	fake_plug(4);
	near(4);
	dispatch("I0 1000,400");
	near(TABLET);
	dispatch("I1 400,200");
}

static void test_wheel(void **state)
{
	struct fake_tool t = {.x = 0.5, .y = 0.5, .wheel = -2};
	near(TABLET);
	fake_tool(TABLET, AXIS, &t, 0);
	dispatch("I0 400,200 M0 400,200 S0:-80");
}

/* A tablet's mouse is a mouse. */
static void test_mouse(void **state)
{
	struct fake_tool t = {.type = LIBINPUT_TABLET_TOOL_TYPE_MOUSE, .on = true};
	fake_tool(TABLET, PROXIMITY, &t, 0);
	t.dx = 5;
	t.wheel = 1;
	fake_tool(TABLET, AXIS, &t, 0);
	t.button = BTN_LEFT;
	fake_tool(TABLET, BUTTON, &t, 0);
	t.on = false;
	fake_tool(TABLET, BUTTON, &t, 0);
	fake_tool(TABLET, PROXIMITY, &t, 0);
	dispatch("m 405,200 s 40 p110 r110");
}

/* While one has something down the other is for nobody, and nothing of it sticks. */
static void test_mouse_and_pen(void **state)
{
	fake_button(MOUSE, BTN_LEFT, true, 1);
	near(TABLET);
	tool(TABLET, TIP, 0.25, 0.5, true, 0);
	dispatch("p110");
	fake_button(MOUSE, BTN_LEFT, false, 2);
	tool(TABLET, AXIS, 0.25, 0.5, false, 0);
	tool(TABLET, TIP, 0.25, 0.5, false, 0);
	dispatch("r110 I0 200,200 M0 200,200");
	tool(TABLET, TIP, 0.25, 0.5, true, 0);
	fake_motion(5, 5, 3);
	fake_absolute(MOUSE, 0, 0, 3);
	fake_button(MOUSE, BTN_RIGHT, true, 3);
	dispatch("P0:t");
	tool(TABLET, TIP, 0.25, 0.5, false, 0);
	fake_button(MOUSE, BTN_RIGHT, false, 4);
	fake_motion(5, 5, 4);
	dispatch("R0:t m 205,205");
}

static void test_two_pens(void **state)
{
	near(TABLET);
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	near(SECOND);
	tool(SECOND, TIP, 0.25, 0.5, true, 0);
	tool(SECOND, TIP, 0.25, 0.5, false, 0);
	tool(SECOND, PROXIMITY, 0.25, 0.5, false, 0);
	dispatch("I0 400,200 P0:t");
	tool(TABLET, TIP, 0.5, 0.5, false, 0);
	near(SECOND);
	dispatch("R0:t I1 400,200");
}

/* libinput lifts what goes; of what it does not lift we say so. */
static void test_unplugged(void **state)
{
	near(TABLET);
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	dispatch("I0 400,200 P0:t");
	fake_unplug(TABLET);
	dispatch("R0:t O0");
	near(SECOND);
	tool(SECOND, TIP, 0.5, 0.5, true, 0);
	fake.devices[SECOND].dies = true;
	fake_unplug(SECOND);
	dispatch("I0 400,200 P0:t C0");
	fake_plug(SECOND);
	near(SECOND);
	dispatch("I0 400,200");
}

static void test_suspended(void **state)
{
	near(TABLET);
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	dispatch("I0 400,200 P0:t");
	input_suspend(input);
	assert_string_equal(heard, "C0");
	heard[0] = '\0';
	assert_int_equal(input_resume(input), 0);
	fake_motion(1, 0, 2);
	dispatch("m 401,200");
}

static void test_suspended_in_listener(void **state)
{
	suspends = true;
	near(TABLET);
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	tool(TABLET, AXIS, 0.25, 0.5, true, 0);
	dispatch("I0 400,200 P0:t C0");
}

static void test_too_many(void **state)
{
	for (unsigned i = 0; i <= INPUT_PENS; i++) {
		fake.devices[10 + i].tablet = true;
		fake_plug(10 + i);
		near(10 + i);
	}
	dispatch("I0 400,200 I1 400,200 I2 400,200 I3 400,200");
	tool(10 + INPUT_PENS, PROXIMITY, 0.5, 0.5, false, 0);
	tool(11, PROXIMITY, 0.5, 0.5, false, 0);
	near(10 + INPUT_PENS);
	dispatch("O1 I1 400,200");
}

/* One of which it was lost that it came near, and one that comes twice. */
static void test_lost(void **state)
{
	tool(TABLET, TIP, 0.5, 0.5, true, 0);
	dispatch("I0 400,200 P0:t");
	near(TABLET);
	dispatch("R0:t O0 I0 400,200");
	tool(SECOND, PROXIMITY, 0.5, 0.5, false, 0);
	dispatch("");
}

static void test_no_output(void **state)
{
	input_set_outputs(input, layout, 0);
	near(TABLET);
	tool(TABLET, PROXIMITY, 0, 0, false, 0);
	dispatch("");
}

#define PAD_BUTTON LIBINPUT_EVENT_TABLET_PAD_BUTTON
#define PAD_KEY    LIBINPUT_EVENT_TABLET_PAD_KEY
#define RING       LIBINPUT_EVENT_TABLET_PAD_RING
#define STRIP      LIBINPUT_EVENT_TABLET_PAD_STRIP

static void test_pad(void **state)
{
	fake_pad(PAD, PAD_BUTTON, 0, 1, 1);
	fake_pad(PAD, PAD_BUTTON, 0, 1, 1);
	fake_pad(PAD, PAD_BUTTON, 15, 1, 1);
	fake_pad(PAD, PAD_BUTTON, 16, 1, 1);
	fake_pad(PAD, PAD_KEY, KEY_CONTROLPANEL, 1, 1);
	dispatch("+100 +10f +243");
	fake_pad(PAD, PAD_BUTTON, 0, 0, 2);
	fake_unplug(PAD);
	dispatch("-100 -10f -243");
}

/* Of the second ring; over the top; lifted and put elsewhere; a ring that there is not. */
static void test_rings(void **state)
{
	fake_pad(PAD, RING, 1, 350, 1);
	fake_pad(PAD, RING, 1, 5, 1);
	dispatch("s 40");
	fake_pad(PAD, RING, 1, -1, 1);
	fake_pad(PAD, RING, 1, 100, 1);
	fake_pad(PAD, RING, 0, 200, 1);
	fake_pad(PAD, RING, 1, NAN, 1);
	fake_pad(PAD, RING, 1, 1e300, 1);
	fake_pad(PAD, RING, 1, 90, 1);
	fake_pad(PAD, RING, 9, 0, 1);
	fake_pad(PAD, RING, 9, 30, 1);
	dispatch("");
	fake_pad(PAD, RING, 1, 60, 1);
	dispatch("s -80");
	fake_pad(PAD, STRIP, 0, 0.5, 1);
	fake_pad(PAD, STRIP, 0, 0.75, 1);
	dispatch("s 100");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_strokes), CASE(test_buttons),
		CASE(test_axes), CASE(test_turned), CASE(test_built_in), CASE(test_wheel),
		CASE(test_mouse), CASE(test_mouse_and_pen), CASE(test_two_pens),
		CASE(test_unplugged), CASE(test_suspended),
		CASE(test_suspended_in_listener), CASE(test_too_many), CASE(test_lost),
		CASE(test_no_output), CASE(test_pad), CASE(test_rings)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
