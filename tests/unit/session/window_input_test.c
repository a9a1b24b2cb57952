/* What a window tells its plugin of input. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "util/opwire.h"
#include "window_rig.h"

static void test_pointer(void **state)
{
	struct osaas_window_pointer p;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window->x = 100;
	struct input_pointer at = pointer_at(110);
	at.mods = INPUT_MOD_LOGO | INPUT_MOD_SHIFT;
	window_send_pointer(window, 9, INPUT_ROUTE_DRAG, &at);
	struct message msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.tag, 9);
	assert_int_equal(p.kind, OSAAS_POINTER_DRAG);
	assert_true(p.x == 5 && p.y == 10); /* in the area's coordinates */
	assert_int_equal(p.mods, OSAAS_MOD_SUPER | OSAAS_MOD_SHIFT);
	assert_int_equal(p.priority, OSAAS_PRIORITY_SHARED);
	at.grabbed = true;
	window_send_pointer(window, 9, INPUT_ROUTE_DRAG, &at);
	msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.priority, OSAAS_PRIORITY_GRABBED);
}

/* Which message a source comes as, what it says of itself, and that scrolling says nothing. */
static void test_sources(void **state)
{
	static const struct {
		enum input_source source;
		enum input_route_kind kind;
		uint32_t type, says, id;
	} cases[] = {
		{INPUT_SOURCE_MOUSE, INPUT_ROUTE_PRESS, OSAAS_WINDOW_POINTER,
			OSAAS_SOURCE_MOUSE, 0},
		{INPUT_SOURCE_TOUCH, INPUT_ROUTE_PRESS, OSAAS_WINDOW_POINTER,
			OSAAS_SOURCE_TOUCH, 3},
		{INPUT_SOURCE_TOUCH_MORE, INPUT_ROUTE_DRAG, OSAAS_WINDOW_TOUCH,
			OSAAS_SOURCE_TOUCH, 3},
	};
	struct osaas_window_pointer p;
	struct input_pointer at = pointer_at(1);
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	at.finger = 3;
	at.scroll_x = 1;
	at.scroll_y = -2;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		at.source = cases[i].source;
		window_send_pointer(window, 9, cases[i].kind, &at);
		struct message msg = receive(cases[i].type);
		memcpy(&p, msg.bytes, sizeof p);
		assert_int_equal(p.source, cases[i].says);
		assert_int_equal(p.id, cases[i].id);
	}
	at.source = INPUT_SOURCE_MOUSE;
	window_send_pointer(window, 9, INPUT_ROUTE_SCROLL, &at);
	struct message msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&p, msg.bytes, sizeof p);
	assert_true(p.scroll_x == 1 && p.scroll_y == -2);
	assert_int_equal(sizeof p, 40);
}

static void test_area_focus(void **state)
{
	const uint64_t tag = UINT64_C(1) << 40 | 5;
	uint64_t got;
	uint32_t on;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_area_focus(window, tag, true);
	struct message msg = receive(OSAAS_WINDOW_AREA_FOCUS);
	memcpy(&got, msg.bytes, sizeof got);
	memcpy(&on, &msg.bytes[8], sizeof on);
	assert_true(got == tag && on == 1);
}

static void draw(float pressure, enum input_pen_kind kind)
{
	struct input_pen pen = {.kind = kind,
		.tool = INPUT_PEN_ERASER,
		.tool_id = 77,
		.pressure = pressure,
		.distance = 0.5f,
		.tilt_x = 30,
		.tilt_y = -20,
		.rotation = 359.99f,
		.slider = -1,
		.buttons = 3,
		.time_ns = 5};
	struct input_pointer at = pointer_at(pressure);
	at.source = INPUT_SOURCE_PEN;
	window_send_pen(window, 9, &pen);
	window_send_pointer(window, 9,
		kind == INPUT_PEN_MOVE ? INPUT_ROUTE_MOVE : INPUT_ROUTE_PRESS, &at);
}

static void expect_pen(float pressure)
{
	struct osaas_window_pen p;
	struct osaas_window_pointer at;
	struct message msg = receive(OSAAS_WINDOW_PEN);
	memcpy(&p, msg.bytes, sizeof p);
	assert_int_equal(p.pressure, lroundf(pressure * 65535));
	msg = receive(OSAAS_WINDOW_POINTER);
	memcpy(&at, msg.bytes, sizeof at);
	assert_int_equal(at.source, OSAAS_SOURCE_PEN);
	assert_true(at.x == pressure / 2);
}

/* What a pen tells goes before its event, and is merged as its moves are; a press is not. */
static void test_pen(void **state)
{
	struct osaas_window_pen p;
	float x;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	draw(1, INPUT_PEN_PRESS);
	struct message msg = receive(OSAAS_WINDOW_PEN);
	memcpy(&p, msg.bytes, sizeof p);
	assert_true(p.time_ns == 5 && p.tag == 9 && p.tool_id == 77);
	assert_int_equal(p.tool, OSAAS_PEN_ERASER);
	assert_int_equal(p.pressure, 65535);
	assert_int_equal(p.distance, 32768);
	assert_true(p.tilt_x == 30 && p.tilt_y == -20);
	assert_int_equal(p.rotation, 35999);
	assert_int_equal(p.slider, -32767);
	assert_int_equal(p.buttons, 3);
	receive(OSAAS_WINDOW_POINTER);
	nothing_more();
	fill_with_moves(64);
	gl.listen |= LISTEN_MERGE;
	for (int i = 0; i < 1000; i++)
		draw((float)i / 1024, INPUT_PEN_MOVE);
	draw(0.5f, INPUT_PEN_PRESS);
	draw(0.25f, INPUT_PEN_MOVE);
	draw(0.75f, INPUT_PEN_MOVE);
	count_moves(&x);
	window_flush(window);
	expect_pen(999.0f / 1024);
	expect_pen(0.5f);
	expect_pen(0.75f);
	nothing_more();
	assert_false(window->lost);
}

static void test_gesture(void **state)
{
	struct input_gesture pinch = {.time_ns = 5,
		.kind = INPUT_GESTURE_PINCH,
		.phase = INPUT_GESTURE_UPDATE,
		.fingers = 1000,
		.dx = 1,
		.dy = 2,
		.scale = 3,
		.rotation = 4,
		.mods = INPUT_MOD_SHIFT};
	struct osaas_window_gesture g;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_gesture(window, 9, &pinch);
	struct message msg = receive(OSAAS_WINDOW_GESTURE);
	memcpy(&g, msg.bytes, sizeof g);
	assert_true(g.time_ns == 5 && g.tag == 9 && g.kind == OSAAS_GESTURE_PINCH);
	assert_int_equal(g.phase, OSAAS_GESTURE_UPDATE);
	assert_int_equal(g.fingers, 255);
	assert_int_equal(g.mods, OSAAS_MOD_SHIFT);
	assert_true(g.dx == 1 && g.dy == 2 && g.scale == 3 && g.rotation == 4);
	pinch.kind = INPUT_GESTURE_HOLD;
	pinch.phase = INPUT_GESTURE_CANCEL;
	window_send_gesture(window, 9, &pinch);
	msg = receive(OSAAS_WINDOW_GESTURE);
	memcpy(&g, msg.bytes, sizeof g);
	assert_int_equal(g.kind, OSAAS_GESTURE_HOLD);
	assert_int_equal(g.phase, OSAAS_GESTURE_CANCEL);
}

/* A release, say, that is no reason to draw: the next press is measured by itself. */
static void test_input_without_effect(void **state)
{
	struct group group;
	struct input_key key = {.time_ns = 5};
	(void)state;
	group_init(&group, "test");
	window->group = &group;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_key(window, &key, 7);
	window_flush(window);
	assert_true(window->ledger.routed_ns && !window->ledger.idle_ns); /* not taken */
	receive(OSAAS_WINDOW_KEY);
	window->owes_shown = true; /* it may not send before that is told */
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0);
	window_send_shown(window, 1, 1);
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0);
	receive(OSAAS_WINDOW_SHOWN);
	struct message odd = {.type = 99};
	assert_int_equal(endpoint_try_send(plugin, &odd), 0);
	window_flush(window);
	assert_true(window->ledger.idle_ns == 0); /* what it sent is not looked at */
	window_receive(window);
	window_flush(window);
	assert_true(window->ledger.idle_ns > 0);
	key.time_ns = 9;
	group.began_ns = 7;
	window_send_key(window, &key, 7);
	assert_true(window->ledger.input_ns == 9 && group.began_ns == 0);
	window->group = NULL;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_pointer),
		T(test_sources),
		T(test_area_focus),
		T(test_pen),
		T(test_gesture),
		T(test_input_without_effect),
	};
	return cmocka_run_group_tests_name("window input", tests, NULL, NULL);
}
