/* The pointer: bounds, buttons, wheel. A case is a script and what came of it, as text. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>

#include "input/pointer.h"

#define STEPS 12

enum what {
	END,
	BOUNDS, /* x, y: size */
	BY,
	TO,
	SCROLL,
	DOWN, /* x: button */
	UP,
	ALL_UP,
	TAKE,  /* x: whether motion is taken */
	RAW,   /* x, y: raw; twice as much with acceleration */
	MERGE, /* x: whether; flushes */
};

struct step {
	enum what what;
	double x, y;
	const char *
		delivered; /* kind, position, buttons in hex; several by space. W: motion */
};

struct pointer_case {
	const char *name;
	struct step steps[STEPS];
};

static const struct pointer_case cases[] = {
	{"it starts in the middle", {{BOUNDS, 800, 600, ""}, {BY, 1, -1, "M 401,299 0"}}},
	{"before the bounds it stays at the origin", {{BY, 5, 5, "M 0,0 0"}}},
	{"parts of a pixel add up",
		{{BOUNDS, 800, 600, ""}, {BY, 0.25, 0, "M 400.25,300 0"},
			{BY, 0.25, 0, "M 400.5,300 0"}}},
	{"it stops at each edge",
		{{BOUNDS, 800, 600, ""}, {BY, -5000, 0, "M 0,300 0"},
			{BY, 0, -5000, "M 0,0 0"}, {BY, 5000, 0, "M 799.984,0 0"},
			{BY, 0, 5000, "M 799.984,599.984 0"},
			{BY, -1, -1, "M 798.984,598.984 0"}}},
	{"absolute, clamped",
		{{BOUNDS, 800, 600, ""}, {TO, 10, 20, "M 10,20 0"},
			{TO, 800, 600, "M 799.984,599.984 0"}, {TO, -1, -1, "M 0,0 0"}}},
	{"no number is no place", {{BOUNDS, 800, 600, ""}, {TO, NAN, 7, "M 0,7 0"}}},
	{"smaller bounds pull it in, larger leave it",
		{{BOUNDS, 800, 600, ""}, {TO, 700, 500, "M 700,500 0"},
			{BOUNDS, 640, 480, ""}, {BY, 0, 0, "M 639.984,479.984 0"},
			{BOUNDS, 1920, 1080, ""}, {BY, 0, 0, "M 639.984,479.984 0"}}},
	{"buttons: the set after the event",
		{{BOUNDS, 2, 2, ""}, {DOWN, BTN_LEFT, 0, "P110 1,1 1"},
			{DOWN, BTN_RIGHT, 0, "P111 1,1 3"}, {BY, 0, 0, "M 1,1 3"},
			{UP, BTN_LEFT, 0, "R110 1,1 2"},
			{UP, BTN_RIGHT, 0, "R111 1,1 0"}}},
	{"a side button",
		{{DOWN, BTN_SIDE, 0, "P113 0,0 8"}, {UP, BTN_SIDE, 0, "R113 0,0 0"}}},
	{"pressed twice is once",
		{{DOWN, BTN_LEFT, 0, "P110 0,0 1"}, {DOWN, BTN_LEFT, 0, ""},
			{UP, BTN_LEFT, 0, "R110 0,0 0"}, {UP, BTN_LEFT, 0, ""}}},
	{"not a mouse button", {{DOWN, BTN_TOUCH, 0, ""}, {DOWN, BTN_0, 0, ""}}},
	{"the last button there can be", {{DOWN, BTN_LEFT + 31, 0, "P12f 0,0 80000000"},
						 {DOWN, BTN_LEFT + 32, 0, ""}}},
	{"scrolling has its place", {{SCROLL, -2.5, 40, "S 0,0 0 -2.5,40"}}},
	{"no scrolling is no event", {{SCROLL, 0, 0, ""}}},
	{"all up: each is released, lowest first",
		{{DOWN, BTN_RIGHT, 0, "P111 0,0 2"}, {DOWN, BTN_LEFT, 0, "P110 0,0 3"},
			{ALL_UP, 0, 0, "R110 0,0 2 R111 0,0 0"}, {ALL_UP, 0, 0, ""},
			{UP, BTN_LEFT, 0, ""}}},
	{"motion that is taken moves nothing",
		{{BOUNDS, 800, 600, ""}, {TAKE, 1, 0, ""}, {BY, 5, -6, "W 5,-6 5,-6"},
			{RAW, 1, 2, "W 2,4 1,2"}, {DOWN, BTN_LEFT, 0, "P110 400,300 1"},
			{SCROLL, 0, 1, "S 400,300 1 0,1"}, {TAKE, 0, 0, ""},
			{RAW, 1, 2, "M 402,304 1"}}},
	{"places that are taken are the way from the last one",
		{{BOUNDS, 800, 600, ""}, {TAKE, 1, 0, ""},
			{TO, 410, 310, "W 10,10 10,10"}, {TO, 400, 310, "W -10,0 -10,0"},
			{TAKE, 0, 0, ""}, {TO, 401, 310, "M 401,310 0"}}},
	{"no number is no motion",
		{{TAKE, 1, 0, ""}, {BY, NAN, INFINITY, "W 0,1e+06 0,1e+06"},
			{TO, NAN, 0, "W 0,0 0,0"}, {TO, 4, 4, "W 0,4 0,4"}}},
	{"merged motion adds up, and what follows comes after it",
		{{BOUNDS, 800, 600, ""}, {TAKE, 1, 0, ""}, {BY, 1, 1, "W 1,1 1,1"},
			{MERGE, 1, 0, ""}, {BY, 1, 2, ""}, {RAW, 2, 2, ""},
			{DOWN, BTN_LEFT, 0, "W 5,6 3,4 P110 400,300 1"},
			{SCROLL, 0, 1, ""}, {BY, 1, 0, "S 400,300 1 0,1"},
			{MERGE, 0, 0, "W 1,0 1,0"}}},
	{"what was merged and is taken no more moves it",
		{{BOUNDS, 800, 600, ""}, {TAKE, 1, 0, ""}, {BY, 1, 1, "W 1,1 1,1"},
			{MERGE, 1, 0, ""}, {BY, 1, 2, ""}, {TAKE, 0, 0, ""},
			{BY, 1, 2, ""}, {MERGE, 0, 0, "M 402,304 0"}}},
};

static bool takes;

static bool handle_motion(void *data, const struct input_motion *m)
{
	char *text = data;
	size_t n = strlen(text);
	assert_int_equal(m->time_ns, 77);
	if (takes)
		snprintf(text + n, 128 - n, "%sW %g,%g %g,%g", n ? " " : "", m->dx, m->dy,
			m->raw_dx, m->raw_dy);
	return takes;
}

static void handle_pointer(void *data, const struct input_pointer *e)
{
	char *text = data, head[16], tail[32] = "";
	size_t n = strlen(text);
	snprintf(head, sizeof head, "%c", "MPRS"[e->kind]);
	if (e->button)
		snprintf(head, sizeof head, "%c%x", "MPRS"[e->kind], e -> button);
	if (e->kind == INPUT_POINTER_SCROLL)
		snprintf(tail, sizeof tail, " %g,%g", e->scroll_x, e->scroll_y);
	snprintf(text + n, 128 - n, "%s%s %g,%g %x%s", n ? " " : "", head, e->x, e->y,
		e->buttons, tail);
	assert_int_equal(e->mods, INPUT_MOD_ALT);
	assert_int_equal(e->time_ns, 77);
}

static const struct input_listener listener = {
	.pointer = handle_pointer, .motion = handle_motion};

static void play(struct pointer *p, struct arrangement *outputs, const struct step *s)
{
	const uint32_t mods = INPUT_MOD_ALT;
	switch (s->what) {
	case BOUNDS:
		arrangement_set(outputs,
			&(struct input_output){.width = s->x, .height = s->y}, 1);
		pointer_arrange(p);
		break;
	case BY:
		pointer_move_by(p, s->x, s->y, mods, 77);
		break;
	case TO:
		pointer_move_to(p, s->x, s->y, mods, 77);
		break;
	case TAKE:
		takes = s->x > 0;
		break;
	case RAW:
		pointer_move(p,
			&(struct input_motion){77, 2 * s->x, 2 * s->y, s->x, s->y}, mods);
		break;
	case MERGE:
		p->merge = s->x > 0;
		pointer_flush(p);
		break;
	case SCROLL:
		pointer_scroll(p, s->x, s->y, mods, 77);
		break;
	case DOWN:
	case UP:
		pointer_button(p, (uint32_t)s->x, s->what == DOWN, mods, 77);
		break;
	default:
		pointer_release_all(p, mods, 77);
		break;
	}
}

static void test_case(void **state)
{
	const struct pointer_case *c = *state;
	struct pointer pointer;
	struct arrangement outputs = {0};
	char text[128];
	takes = false;
	pointer_init(&pointer, &outputs, &listener, text);
	for (size_t i = 0; i < STEPS && c->steps[i].what != END; i++) {
		text[0] = '\0';
		play(&pointer, &outputs, &c->steps[i]);
		assert_string_equal(text, c->steps[i].delivered);
	}
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
