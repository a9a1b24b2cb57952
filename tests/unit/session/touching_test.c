/*
 * Fingers as pointers. A case is a script: what each finger does over which areas, and what
 * is emitted: "a+P1" is target a, the first finger's, PRESS, id 1; "a*" another finger's.
 */
#include "session/touching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>

#define STEPS 8

enum what {
	END,
	DOWN,
	MOVE,
	UP,
	CANCEL,
	FORGET,
	CANCEL_ALL,
	BUSY_DOWN
};

struct step {
	enum what what;
	uint32_t id;
	const char *under; /* a letter each */
	const char *emitted;
};

static const struct touching_case {
	const char *name;
	struct step steps[STEPS];
} cases[] = {
	{"a tap", {{DOWN, 0, "a", "a+E0 a+P0"}, {UP, 0, "a", "a+R0 a+L0"}}},
	{"on two areas at once", {{DOWN, 0, "ab", "a+E0 b+E0 a+P0 b+P0"},
					 {UP, 0, "ab", "a+R0 b+R0 a+L0 b+L0"}}},
	{"dragged away and lifted there",
		{{DOWN, 0, "a", "a+E0 a+P0"}, {MOVE, 0, "a", "a+D0"},
			{MOVE, 0, "b", "a+L0 a+D0"}, {UP, 0, "b", "a+R0"}}},
	{"and back", {{DOWN, 0, "a", "a+E0 a+P0"}, {MOVE, 0, "", "a+L0 a+D0"},
			     {MOVE, 0, "a", "a+E0 a+D0"}, {UP, 0, "a", "a+R0 a+L0"}}},
	{"a second finger is another one",
		{{DOWN, 3, "a", "a+E3 a+P3"}, {DOWN, 1, "a", "a*E1 a*P1"},
			{MOVE, 1, "a", "a*D1"}, {MOVE, 3, "a", "a+D3"},
			{UP, 3, "a", "a+R3 a+L3"}, {MOVE, 1, "a", "a*D1"},
			{UP, 1, "a", "a*R1 a*L1"}}},
	{"no new first while one is down",
		{{DOWN, 0, "a", "a+E0 a+P0"}, {DOWN, 1, "b", "b*E1 b*P1"},
			{UP, 0, "a", "a+R0 a+L0"}, {DOWN, 0, "a", "a*E0 a*P0"},
			{UP, 1, "b", "b*R1 b*L1"}, {UP, 0, "a", "a*R0 a*L0"},
			{DOWN, 5, "a", "a+E5 a+P5"}}},
	{"grabs are apart", {{DOWN, 0, "a", "a+E0 a+P0"}, {DOWN, 1, "b", "b*E1 b*P1"},
				    {MOVE, 0, "b", "a+L0 a+D0"}, {MOVE, 1, "b", "b*D1"}}},
	{"a button of the mouse is down: all are further ones",
		{{BUSY_DOWN, 0, "a", "a*E0 a*P0"}, {UP, 0, "a", "a*R0 a*L0"},
			{DOWN, 0, "a", "a+E0 a+P0"}}},
	{"cancelled",
		{{DOWN, 0, "a", "a+E0 a+P0"}, {DOWN, 1, "a", "a*E1 a*P1"},
			{CANCEL, 0, "", "a+C0"}, {MOVE, 0, "a", ""}, {UP, 0, "", ""},
			{CANCEL, 1, "", "a*C1"}, {DOWN, 2, "", ""}}},
	{"all cancelled", {{DOWN, 0, "a", "a+E0 a+P0"}, {DOWN, 1, "b", "b*E1 b*P1"},
				  {CANCEL_ALL, 0, "", "a+C0 b*C1"},
				  {CANCEL_ALL, 0, "", ""}, {DOWN, 1, "a", "a+E1 a+P1"}}},
	{"who went hears nothing",
		{{DOWN, 0, "ab", "a+E0 b+E0 a+P0 b+P0"}, {FORGET, 0, "a", ""},
			{MOVE, 0, "ab", "b+D0"}, {UP, 0, "ab", "b+R0 b+L0"}}},
	{"a finger that is down over nothing stays there",
		{{DOWN, 0, "", ""}, {MOVE, 0, "a", ""}, {UP, 0, "a", ""}}},
	{"what is not down, or twice",
		{{UP, 0, "a", ""}, {MOVE, 0, "a", ""}, {DOWN, 0, "a", "a+E0 a+P0"},
			{DOWN, 0, "b", ""}, {DOWN, 99, "a", ""}}},
};

static char emitted[256];

static void emit(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	static const char sources[] = {[INPUT_SOURCE_MOUSE] = '?',
		[INPUT_SOURCE_TOUCH] = '+',
		[INPUT_SOURCE_TOUCH_MORE] = '*'};
	size_t n = strlen(emitted);
	assert_ptr_equal(data, emitted);
	snprintf(emitted + n, sizeof emitted - n, "%s%c%c%c%u", n ? " " : "",
		(int)*(const char *)target->owner, sources[pointer->source],
		"CPRMDELS"[__builtin_ctz((unsigned)kind)], pointer -> finger);
	bool turned = kind == INPUT_ROUTE_PRESS || kind == INPUT_ROUTE_RELEASE;
	if (turned)
		assert_int_equal(pointer->button, BTN_LEFT);
	if (kind == INPUT_ROUTE_DRAG || kind == INPUT_ROUTE_PRESS)
		assert_int_equal(pointer->buttons, 1);
	if (kind == INPUT_ROUTE_RELEASE)
		assert_int_equal(pointer->buttons, 0);
}

static struct input_filter all(void *data, const struct input_target *target)
{
	(void)data, (void)target;
	return (struct input_filter){.kinds = INPUT_ROUTE_ALL};
}

static const struct input_audience to = {all, emit, emitted};

static void play(struct touching *t, const struct step *s)
{
	static char owners[] = "abc";
	static const enum input_touch_kind kinds[] = {[DOWN] = INPUT_TOUCH_DOWN,
		[MOVE] = INPUT_TOUCH_MOVE,
		[UP] = INPUT_TOUCH_UP,
		[CANCEL] = INPUT_TOUCH_CANCEL,
		[BUSY_DOWN] = INPUT_TOUCH_DOWN};
	struct input_target under[3];
	size_t n = 0;
	for (const char *c = s->under; *c; c++)
		under[n++] = (struct input_target){.owner = strchr(owners, *c), .tag = 7};
	if (s->what == FORGET) {
		touching_forget(t, under[0].owner);
	} else if (s->what == CANCEL_ALL) {
		touching_cancel(t, &to);
	} else {
		struct input_touch touch = {.kind = kinds[s->what], .id = s->id};
		touching_event(t, &touch, s->what != BUSY_DOWN, under, n, &to);
	}
}

static void test_case(void **state)
{
	const struct touching_case *c = *state;
	struct touching touching;
	touching_init(&touching);
	for (size_t i = 0; i < STEPS && c->steps[i].what != END; i++) {
		emitted[0] = '\0';
		play(&touching, &c->steps[i]);
		assert_string_equal(emitted, c->steps[i].emitted);
	}
}

static void test_any(void **state)
{
	struct touching touching;
	struct input_touch touch = {.kind = INPUT_TOUCH_DOWN, .id = 4};
	touching_init(&touching);
	assert_false(touching_any(&touching));
	touching_event(&touching, &touch, true, NULL, 0, &to);
	assert_true(touching_any(&touching));
	touch.kind = INPUT_TOUCH_UP;
	touching_event(&touching, &touch, true, NULL, 0, &to);
	assert_false(touching_any(&touching));
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 1] = {cmocka_unit_test(test_any)};
	for (size_t i = 0; i < N; i++)
		tests[i + 1] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
