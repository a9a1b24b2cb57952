/*
 * Routing, as tables: a case is a script of steps and the exact text of all
 * that was emitted. A target is a letter; "W:a" in the output means that W went
 * to a.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "input/input.h"

#define STEPS 10

enum what {
	END,
	MOVE,
	PRESS,
	RELEASE,
	SCROLL,
	FORGET, /* under: whose owner */
	CANCEL,
	LEAVE, /* it is nowhere */
};

struct step {
	enum what what;
	const char *under;   /* topmost first, a letter each */
	uint32_t buttons;    /* down after it */
	const char *emitted; /* "E:a P:a" */
};

struct route_case {
	const char *name;
	struct step steps[STEPS];
};

static const struct route_case cases[] = {
	{"a move enters, then moves", {{MOVE, "ab", 0, "E:a E:b M:a M:b"}}},
	{"a second move only moves", {{MOVE, "a", 0, "E:a M:a"}, {MOVE, "a", 0, "M:a"}}},
	{"leaves go before enters",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {MOVE, "cb", 0, "L:a E:c M:c M:b"}}},
	{"out into nothing", {{MOVE, "a", 0, "E:a M:a"}, {MOVE, "", 0, "L:a"}}},
	{"nothing under the pointer",
		{{MOVE, "", 0, ""}, {PRESS, "", 1, ""}, {RELEASE, "", 0, ""}}},
	{"a press without a move enters first", {{PRESS, "ab", 1, "E:a E:b P:a P:b"}}},
	{"a press where it is does not enter again",
		{{MOVE, "a", 0, "E:a M:a"}, {PRESS, "a", 1, "P:a"}}},
	{"a press elsewhere leaves and enters first",
		{{MOVE, "a", 0, "E:a M:a"}, {PRESS, "b", 1, "L:a E:b P:b"}}},
	{"a drag inside", {{PRESS, "a", 1, "E:a P:a"}, {MOVE, "a", 1, "D:a"}}},
	{"a drag outside leaves, and still drags",
		{{PRESS, "a", 1, "E:a P:a"}, {MOVE, "", 1, "L:a D:a"},
			{MOVE, "", 1, "D:a"}}},
	{"a drag over others does not enter them",
		{{PRESS, "a", 1, "E:a P:a"}, {MOVE, "b", 1, "L:a D:a"},
			{MOVE, "c", 1, "D:a"}}},
	{"a drag comes back in", {{PRESS, "a", 1, "E:a P:a"}, {MOVE, "b", 1, "L:a D:a"},
					 {MOVE, "ba", 1, "E:a D:a"}}},
	{"released outside: release, then the others",
		{{PRESS, "a", 1, "E:a P:a"}, {MOVE, "b", 1, "L:a D:a"},
			{RELEASE, "b", 0, "R:a E:b"}, {MOVE, "b", 0, "M:b"}}},
	{"released inside: release, no leave",
		{{PRESS, "a", 1, "E:a P:a"}, {RELEASE, "a", 0, "R:a"},
			{MOVE, "a", 0, "M:a"}}},
	{"released after a jump: release, leave, enter",
		{{PRESS, "a", 1, "E:a P:a"}, {RELEASE, "b", 0, "R:a L:a E:b"}}},
	{"the grab is frozen at the press",
		{{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {MOVE, "bc", 1, "L:a D:a D:b"},
			{RELEASE, "bc", 0, "R:a R:b E:c"}}},
	{"nobody under the press: nobody hears of it",
		{{PRESS, "", 1, ""}, {MOVE, "a", 1, ""}, {RELEASE, "a", 0, "E:a"},
			{MOVE, "a", 0, "M:a"}}},
	{"the grab lasts until the last button",
		{{PRESS, "a", 1, "E:a P:a"}, {PRESS, "a", 3, "P:a"},
			{RELEASE, "a", 2, "R:a"}, {MOVE, "b", 2, "L:a D:a"},
			{RELEASE, "b", 0, "R:a E:b"}, {MOVE, "b", 0, "M:b"}}},
	{"a second button over another goes to the grab",
		{{PRESS, "a", 1, "E:a P:a"}, {MOVE, "b", 1, "L:a D:a"},
			{PRESS, "b", 3, "P:a"}, {RELEASE, "b", 2, "R:a"},
			{RELEASE, "b", 0, "R:a E:b"}}},
	{"a release that nobody pressed only moves",
		{{MOVE, "a", 0, "E:a M:a"}, {RELEASE, "a", 0, ""},
			{RELEASE, "b", 0, "L:a E:b"}}},
	{"scrolling enters nobody",
		{{SCROLL, "ab", 0, "S:a S:b"}, {MOVE, "a", 0, "E:a M:a"},
			{SCROLL, "b", 0, "S:b"}, {MOVE, "a", 0, "M:a"}}},
	{"scrolling goes to what is under, not to the grab",
		{{PRESS, "a", 1, "E:a P:a"}, {SCROLL, "b", 1, "S:b"},
			{MOVE, "a", 1, "D:a"}}},
	{"twice the same target counts once",
		{{MOVE, "aba", 0, "E:a E:b M:a M:b"}, {SCROLL, "aa", 0, "S:a"},
			{PRESS, "aa", 1, "L:b P:a"}}},
	{"forgotten while entered: no leave",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {FORGET, "a", 0, ""},
			{MOVE, "b", 0, "M:b"}}},
	{"forgotten in mid grab: the rest goes on",
		{{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {FORGET, "a", 0, ""},
			{MOVE, "b", 1, "D:b"}, {RELEASE, "b", 0, "R:b"}}},
	{"the only one forgotten in mid grab: silence until the release",
		{{PRESS, "a", 1, "E:a P:a"}, {FORGET, "a", 0, ""}, {MOVE, "b", 1, ""},
			{RELEASE, "b", 0, "E:b"}, {MOVE, "b", 0, "M:b"}}},
	{"one owner's targets are all forgotten",
		{{MOVE, "aAb", 0, "E:a E:A E:b M:a M:A M:b"}, {FORGET, "a", 0, ""},
			{MOVE, "b", 0, "M:b"}}},
	{"cancel: everybody once, then nothing is known",
		{{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {MOVE, "b", 1, "L:a D:a D:b"},
			{CANCEL, "", 0, "C:a C:b"}, {MOVE, "b", 0, "E:b M:b"}}},
	{"cancel while hovering",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {CANCEL, "", 0, "C:a C:b"}}},
	{"nowhere: left, and entered again",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {LEAVE, "", 0, "L:a L:b"},
			{LEAVE, "", 0, ""}, {MOVE, "b", 0, "E:b M:b"}}},
	{"nowhere in mid grab: it hears of its release",
		{{PRESS, "a", 1, "E:a P:a"}, {LEAVE, "", 1, "L:a"},
			{RELEASE, "", 0, "R:a"}}},
	{"cancel of nothing", {{CANCEL, "", 0, ""}}},
	{"the button is still down after a cancel",
		{{PRESS, "a", 1, "E:a P:a"}, {CANCEL, "", 0, "C:a"},
			{MOVE, "a", 1, "E:a M:a"}, {RELEASE, "a", 0, ""},
			{PRESS, "a", 1, "P:a"}}},
};

static char letters[256]; /* its elements' addresses are the owners */

/* 'A' is another target of the owner of 'a'. */
static struct input_target target(char letter)
{
	return (struct input_target){&letters[letter | 0x20], (uint64_t)letter};
}

struct trace {
	char text[256];
	const struct input_pointer *sent;
};

static void emit(void *data, const struct input_target *t, enum input_route_kind kind,
	const struct input_pointer *pointer)
{
	struct trace *trace = data;
	static const char names[] = {
		[INPUT_ROUTE_ENTER] = 'E',
		[INPUT_ROUTE_LEAVE] = 'L',
		[INPUT_ROUTE_MOVE] = 'M',
		[INPUT_ROUTE_DRAG] = 'D',
		[INPUT_ROUTE_PRESS] = 'P',
		[INPUT_ROUTE_RELEASE] = 'R',
		[INPUT_ROUTE_SCROLL] = 'S',
		[INPUT_ROUTE_CANCEL] = 'C',
	};
	size_t n = strlen(trace->text);
	assert_ptr_equal(t->owner, target((char)t->tag).owner);
	if (kind != INPUT_ROUTE_CANCEL)
		assert_ptr_equal(pointer, trace->sent);
	snprintf(trace->text + n, sizeof trace->text - n, "%s%c:%c", n ? " " : "",
		names[kind], (char)t->tag);
}

static void play(struct input_route *route, const struct step *step, struct trace *trace)
{
	static const enum input_pointer_kind kinds[] = {
		[MOVE] = INPUT_POINTER_MOVE,
		[PRESS] = INPUT_POINTER_PRESS,
		[RELEASE] = INPUT_POINTER_RELEASE,
		[SCROLL] = INPUT_POINTER_SCROLL,
	};
	struct input_target under[8];
	size_t n = strlen(step->under);
	for (size_t i = 0; i < n; i++)
		under[i] = target(step->under[i]);
	if (step->what == FORGET) {
		input_route_forget(route, under[0].owner);
		return;
	}
	if (step->what == LEAVE) {
		struct input_pointer nowhere = {.buttons = step->buttons};
		trace->sent = &nowhere;
		input_route_leave(route, &nowhere, emit, trace);
		return;
	}
	if (step->what == CANCEL) {
		input_route_cancel(route, emit, trace);
		return;
	}
	struct input_pointer pointer = {
		.kind = kinds[step->what], .buttons = step->buttons};
	trace->sent = &pointer;
	input_route_pointer(route, &pointer, under, n, emit, trace);
}

static void test_case(void **state)
{
	const struct route_case *c = *state;
	struct input_route route;
	input_route_init(&route);
	for (size_t i = 0; i < STEPS && c->steps[i].what != END; i++) {
		struct trace trace = {0};
		play(&route, &c->steps[i], &trace);
		assert_string_equal(trace.text, c->steps[i].emitted);
	}
}

static void count(void *data, const struct input_target *t, enum input_route_kind kind,
	const struct input_pointer *pointer)
{
	size_t *n = data;
	assert_true(t->tag < INPUT_ROUTE_MAX);
	n[kind]++;
}

/* More than can be followed: the topmost are, and nothing is written past the end. */
static void test_too_many(void **state)
{
	struct input_target under[INPUT_ROUTE_MAX + 9];
	size_t n = sizeof under / sizeof under[0], counts[8] = {0};
	struct input_route route;
	for (size_t i = 0; i < n; i++)
		under[i] = (struct input_target){letters, i};
	input_route_init(&route);
	struct input_pointer press = {.kind = INPUT_POINTER_PRESS, .buttons = 1};
	struct input_pointer release = {.kind = INPUT_POINTER_RELEASE};
	struct input_pointer scroll = {.kind = INPUT_POINTER_SCROLL};
	input_route_pointer(&route, &press, under, n, count, counts);
	input_route_pointer(&route, &scroll, under, n, count, counts);
	input_route_pointer(&route, &release, under, 0, count, counts);
	assert_int_equal(counts[INPUT_ROUTE_ENTER], INPUT_ROUTE_MAX);
	assert_int_equal(counts[INPUT_ROUTE_PRESS], INPUT_ROUTE_MAX);
	assert_int_equal(counts[INPUT_ROUTE_SCROLL], INPUT_ROUTE_MAX);
	assert_int_equal(counts[INPUT_ROUTE_RELEASE], INPUT_ROUTE_MAX);
	assert_int_equal(counts[INPUT_ROUTE_LEAVE], INPUT_ROUTE_MAX);
	assert_int_equal(counts[INPUT_ROUTE_MOVE], 0);
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 1];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	tests[N] = (struct CMUnitTest)cmocka_unit_test(test_too_many);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
