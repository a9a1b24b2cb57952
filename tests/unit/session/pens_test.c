/*
 * Pens as pointers, and gestures: what is sent to whom. What is heard: of the pointer "M", "P110
 * 1", "R110 0" (which buttons are down), "S 40", "leave", "cancel"; of an area "pen 5 0.5" before
 * it, if it listens (the pressure); "g1 5 begin" a gesture of window 1, area 5.
 */
#include "session/pens.h"

#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "session/gesturing.h"
#include "session/idle.h"
#include "session/input_record.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/opwire.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct session session;
static struct window windows[2];
static char heard[512];
static uint32_t listens; /* what area 5 listens to */
static bool wakes;

static void hear(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void hear(const char *fmt, ...)
{
	size_t n = strlen(heard);
	va_list ap;
	if (n)
		heard[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(heard + n, sizeof heard - n, fmt, ap);
	va_end(ap);
}

static void expect(const char *what)
{
	assert_string_equal(heard, what);
	heard[0] = '\0';
}

struct gl_listen gl_layer_listen(const struct gl_layer *layer, uint64_t tag)
{
	(void)layer;
	return (struct gl_listen){.kinds = tag == 5 ? listens : LISTEN_POINTER};
}

void input_record_pen(struct input_record *record, const struct input_pen *pen)
{
	assert_null(record);
	assert_non_null(pen);
}

void input_record_gesture(
	struct input_record *record, const struct input_gesture *gesture)
{
	assert_null(record);
	assert_non_null(gesture);
}

/* Area 5 of the first window is under it. */
void session_pointer(struct session *s, const struct input_pointer *p)
{
	assert_ptr_equal(s, &session);
	assert_int_equal(p->source, INPUT_SOURCE_PEN);
	s->pointed = *p;
	pens_tell(&windows[0], 5);
	pens_tell(&windows[0], 6);
	switch (p->kind) {
	case INPUT_POINTER_MOVE:
		hear("M %g,%g", (double)p->x, (double)p->y);
		break;
	case INPUT_POINTER_SCROLL:
		hear("S %g", (double)p->scroll_y);
		break;
	default:
		hear("%c%x %u", p->kind == INPUT_POINTER_PRESS ? 'P' : 'R', p->button,
			p->buttons);
		break;
	}
}

void session_pointer_leave(struct session *s)
{
	hear("leave");
}

void session_pointer_cancel(struct session *s)
{
	hear("cancel");
}

void window_send_pen(struct window *window, uint64_t tag, const struct input_pen *pen)
{
	hear("pen %u %g", (unsigned)tag, (double)pen->pressure);
}

bool idle_takes_gesture(struct idle *idle)
{
	bool was = wakes;
	wakes = false;
	return was;
}

bool pointer_where(const struct pointer *pointer, double *x, double *y)
{
	*x = 3;
	*y = 4;
	return false;
}

struct window *routing_listener(
	struct session *s, double x, double y, uint32_t kinds, uint64_t *tag)
{
	assert_true(x == 3 && y == 4);
	if (!(listens & kinds))
		return NULL;
	*tag = 5;
	return &windows[1];
}

void window_send_gesture(
	struct window *window, uint64_t tag, const struct input_gesture *gesture)
{
	static const char *const phases[] = {"begin", "update", "end", "cancel"};
	hear("g%d %u %s", (int)(window - windows), (unsigned)tag, phases[gesture->phase]);
}

static int begin(void **state)
{
	session = (struct session){0};
	windows[0] = windows[1] = (struct window){
		.session = &session, .layer = (struct gl_layer *)&session};
	heard[0] = '\0';
	listens = LISTEN_POINTER;
	wakes = false;
	return 0;
}

static void pen(enum input_pen_kind kind, uint32_t id, uint32_t button, uint32_t buttons)
{
	struct input_pen p = {.kind = kind,
		.id = id,
		.x = 1,
		.y = 2,
		.pressure = 0.5f,
		.scroll_y = kind == INPUT_PEN_SCROLL ? 40 : 0,
		.button = button,
		.buttons = buttons};
	session_pen(&session, &p);
}

static const struct {
	enum input_pen_kind kind;
	uint32_t button, buttons;
	const char *heard;
} kinds[] = {
	{INPUT_PEN_IN, 0, 0, "M 1,2"},
	{INPUT_PEN_MOVE, 0, 0, "M 1,2"},
	{INPUT_PEN_PRESS, BTN_TOUCH, 1, "P110 1"},
	{INPUT_PEN_PRESS, BTN_STYLUS, 3, "P111 3"},
	{INPUT_PEN_PRESS, BTN_STYLUS2, 7, "P112 7"},
	{INPUT_PEN_PRESS, BTN_STYLUS3, 15, "P113 15"},
	{INPUT_PEN_RELEASE, BTN_TOUCH, 14, "R110 14"},
	{INPUT_PEN_SCROLL, 0, 0, "S 40"},
	{INPUT_PEN_OUT, 0, 0, "leave"},
};

static void test_kinds(void **state)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		pen(kinds[i].kind, 0, kinds[i].button, kinds[i].buttons);
		expect(kinds[i].heard);
	}
	pen(INPUT_PEN_IN, 0, 0, 0);
	pen(INPUT_PEN_CANCEL, 0, 0, 0);
	expect("M 1,2 cancel");
	/* Over twice is once. */
	pen(INPUT_PEN_CANCEL, 0, 0, 0);
	pen(INPUT_PEN_OUT, 0, 0, 0);
	expect("");
}

/* Only who listens hears more, and before the event; a window without a picture does not. */
static void test_listens(void **state)
{
	pen(INPUT_PEN_IN, 0, 0, 0);
	expect("M 1,2");
	listens |= LISTEN_PEN;
	pen(INPUT_PEN_PRESS, 0, BTN_TOUCH, 1);
	expect("pen 5 0.5 P110 1");
	windows[0].layer = NULL;
	pen(INPUT_PEN_MOVE, 0, 0, 1);
	expect("M 1,2");
}

/* Of two the one that spoke last is the pointer. */
static void test_two(void **state)
{
	pen(INPUT_PEN_IN, 0, 0, 0);
	pen(INPUT_PEN_IN, 1, 0, 0);
	expect("M 1,2 M 1,2");
	pen(INPUT_PEN_OUT, 0, 0, 0);
	expect("");
	pen(INPUT_PEN_OUT, 1, 0, 0);
	expect("leave");
	pen(INPUT_PEN_IN, 0, 0, 0);
	session.pointed.source = INPUT_SOURCE_MOUSE;
	pen(INPUT_PEN_OUT, 0, 0, 0);
	expect("M 1,2");
}

static void gesture(enum input_gesture_phase phase)
{
	struct input_gesture g = {.phase = phase};
	session_gesture(&session, &g);
}

static void test_gesture(void **state)
{
	gesture(INPUT_GESTURE_BEGIN);
	gesture(INPUT_GESTURE_UPDATE);
	gesture(INPUT_GESTURE_END);
	expect("");
	listens |= LISTEN_GESTURE;
	gesture(INPUT_GESTURE_UPDATE); /* it began before */
	gesture(INPUT_GESTURE_END);
	expect("");
	gesture(INPUT_GESTURE_BEGIN);
	listens = 0; /* another frame: who heard the beginning hears the end */
	gesture(INPUT_GESTURE_UPDATE);
	gesture(INPUT_GESTURE_CANCEL);
	gesture(INPUT_GESTURE_END);
	expect("g1 5 begin g1 5 update g1 5 cancel");
}

/* What wakes the displays is for nobody, up to its end; the next one is. */
static void test_gesture_wakes(void **state)
{
	listens |= LISTEN_GESTURE;
	wakes = true;
	gesture(INPUT_GESTURE_BEGIN);
	gesture(INPUT_GESTURE_UPDATE);
	gesture(INPUT_GESTURE_END);
	expect("");
	gesture(INPUT_GESTURE_BEGIN);
	wakes = true; /* they slept in the midst of it */
	gesture(INPUT_GESTURE_UPDATE);
	gesture(INPUT_GESTURE_END);
	expect("g1 5 begin g1 5 update g1 5 end");
}

static void test_window_goes(void **state)
{
	listens |= LISTEN_GESTURE;
	gesture(INPUT_GESTURE_BEGIN);
	gesturing_forget(&session.gesturing, &windows[0]);
	gesture(INPUT_GESTURE_UPDATE);
	gesturing_forget(&session.gesturing, &windows[1]);
	gesture(INPUT_GESTURE_UPDATE);
	gesture(INPUT_GESTURE_END);
	expect("g1 5 begin g1 5 update");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_kinds, begin),
		cmocka_unit_test_setup(test_listens, begin),
		cmocka_unit_test_setup(test_two, begin),
		cmocka_unit_test_setup(test_gesture, begin),
		cmocka_unit_test_setup(test_gesture_wakes, begin),
		cmocka_unit_test_setup(test_window_goes, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
