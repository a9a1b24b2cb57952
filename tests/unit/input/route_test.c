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

#include "input/route.h"

#define STEPS 10

enum what {
	END,
	MOVE,
	PRESS,
	RELEASE,
	SCROLL,
	FORGET, /* under: whose owner */
	CANCEL,
	LEAVE,  /* it is nowhere */
	SETTLE, /* other things lie under it */
	GONE,   /* under: the targets that are there no more */
	GRAB,   /* under: who grabs */
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
	{"settled: leave and enter, no move",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {SETTLE, "cb", 0, "L:a E:c"},
			{SETTLE, "cb", 0, ""}, {MOVE, "cb", 0, "M:c M:b"}}},
	{"settled in mid grab: only its members",
		{{PRESS, "a", 1, "E:a P:a"}, {SETTLE, "ba", 1, ""},
			{SETTLE, "b", 1, "L:a"}, {SETTLE, "ab", 1, "E:a"},
			{RELEASE, "ab", 0, "R:a E:b"}}},
	{"gone while hovered: cancel, and no leave",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {GONE, "a", 0, "C:a"},
			{GONE, "a", 0, ""}, {SETTLE, "b", 0, ""}, {MOVE, "b", 0, "M:b"}}},
	{"gone in mid grab: the rest goes on",
		{{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {MOVE, "b", 1, "L:a D:a D:b"},
			{GONE, "a", 1, "C:a"}, {MOVE, "ab", 1, "D:b"},
			{RELEASE, "ab", 0, "R:b E:a"}}},
	{"the only one gone in mid grab: silence until the release",
		{{PRESS, "a", 1, "E:a P:a"}, {GONE, "a", 1, "C:a"}, {MOVE, "b", 1, ""},
			{SETTLE, "ab", 1, ""}, {RELEASE, "b", 0, "E:b"}}},
	{"a grab: the others are out, bottom first",
		{{PRESS, "abc", 1, "E:a E:b E:c P:a P:b P:c"}, {GRAB, "b", 1, "C:c C:a"},
			{MOVE, "abc", 1, "D:b"}, {RELEASE, "abc", 0, "R:b E:a E:c"}}},
	{"a grab twice", {{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {GRAB, "a", 1, "C:b"},
				 {GRAB, "a", 1, ""}, {GRAB, "b", 1, "-"}}},
	{"a grab without a press",
		{{MOVE, "ab", 0, "E:a E:b M:a M:b"}, {GRAB, "a", 0, "-"}}},
	{"a grab of who is no member",
		{{PRESS, "ab", 1, "E:a E:b P:a P:b"}, {MOVE, "abc", 1, "D:a D:b"},
			{GRAB, "c", 1, "-"}}},
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
	float x; /* of what is sent, to know it again */
};

static char letter_of(enum input_route_kind kind)
{
	static const char names[] = "CPRMDELS"; /* by bit */
	return names[__builtin_ctz((unsigned)kind)];
}

static struct input_filter all(void *data, const struct input_target *t)
{
	(void)data, (void)t;
	return (struct input_filter){.kinds = INPUT_ROUTE_ALL};
}

static void emit(void *data, const struct input_target *t, enum input_route_kind kind,
	const struct input_pointer *pointer)
{
	struct trace *trace = data;
	size_t n = strlen(trace->text);
	assert_ptr_equal(t->owner, target((char)t->tag).owner);
	if (kind != INPUT_ROUTE_CANCEL)
		assert_true(pointer->x == trace->x);
	snprintf(trace->text + n, sizeof trace->text - n, "%s%c:%c", n ? " " : "",
		letter_of(kind), (char)t->tag);
}

/* Those of them are not there. */
static const char *gone;

static bool is_there(void *data, const struct input_target *t)
{
	(void)data;
	return !strchr(gone, (int)t->tag);
}

static void play_rare(struct input_route *route, const struct step *step,
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	struct trace *trace = to->data;
	struct input_pointer at = {.x = trace->x, .buttons = step->buttons};
	switch (step->what) {
	case FORGET:
		input_route_forget(route, under[0].owner);
		break;
	case CANCEL:
		input_route_cancel(route, to);
		break;
	case GONE:
		gone = step->under;
		input_route_check(route, under[0].owner, is_there, to);
		break;
	case GRAB:
		if (input_route_grab(&route, 1, 0, &under[0], to) < 0)
			strcpy(trace->text, "-");
		break;
	default:
		input_route_settle(route, &at, under, n, to);
	}
}

static void play(struct input_route *route, const struct step *step, struct trace *trace)
{
	static const enum input_pointer_kind kinds[] = {
		[MOVE] = INPUT_POINTER_MOVE,
		[PRESS] = INPUT_POINTER_PRESS,
		[RELEASE] = INPUT_POINTER_RELEASE,
		[SCROLL] = INPUT_POINTER_SCROLL,
	};
	const struct input_audience to = {all, emit, trace};
	static float x;
	struct input_target under[8];
	size_t n = strlen(step->under);
	for (size_t i = 0; i < n; i++)
		under[i] = target(step->under[i]);
	trace->x = ++x;
	if (step->what > SCROLL) {
		play_rare(route, step, under, n, &to);
		return;
	}
	struct input_pointer pointer = {.kind = kinds[step->what],
		.x = x,
		.buttons = step->buttons,
		.scroll_y = 1};
	input_route_pointer(route, &pointer, under, n, &to);
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
	n[__builtin_ctz((unsigned)kind)]++;
}

/* More than can be followed: the topmost are, and nothing is written past the end. */
static void test_too_many(void **state)
{
	struct input_target under[INPUT_ROUTE_MAX + 9];
	size_t n = sizeof under / sizeof under[0], counts[8] = {0};
	const struct input_audience to = {all, count, counts};
	struct input_route route;
	for (size_t i = 0; i < n; i++)
		under[i] = (struct input_target){letters, i};
	input_route_init(&route);
	struct input_pointer press = {.kind = INPUT_POINTER_PRESS, .buttons = 1};
	struct input_pointer release = {.kind = INPUT_POINTER_RELEASE};
	struct input_pointer scroll = {.kind = INPUT_POINTER_SCROLL, .scroll_x = 1};
	input_route_pointer(&route, &press, under, n, &to);
	input_route_pointer(&route, &scroll, under, n, &to);
	input_route_pointer(&route, &release, under, 0, &to);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_ENTER)], INPUT_ROUTE_MAX);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_PRESS)], INPUT_ROUTE_MAX);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_SCROLL)], INPUT_ROUTE_MAX);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_RELEASE)], INPUT_ROUTE_MAX);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_LEAVE)], INPUT_ROUTE_MAX);
	assert_int_equal(counts[__builtin_ctz(INPUT_ROUTE_MOVE)], 0);
}

/* What each listens to; 'a' is filters[0]. */
static struct input_filter filters[3];

static struct input_filter own(void *data, const struct input_target *t)
{
	(void)data;
	return filters[t->tag - 'a'];
}

static void emit_scroll(void *data, const struct input_target *t,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	char *text = data;
	size_t n = strlen(text);
	snprintf(text + n, 256 - n, "%s%c:%c%s %g,%g", n ? " " : "", letter_of(kind),
		(char)t->tag, pointer->grabbed ? "!" : "", (double)pointer->scroll_x,
		(double)pointer->scroll_y);
}

/* Topmost first; each takes what is in its range. */
static void test_scroll(void **state)
{
	static const struct {
		struct input_filter filters[3];
		float x, y;
		const char *emitted;
	} divided[] = {
		{{{255, true, 0, 0, 0, 10}, {255, true, 0, 0, 0, 1000}, {255}}, 0, 25,
			"S:a 0,10 S:b 0,15"},
		{{{255, true, 0, 0, -5, 10}, {255}, {255}}, 0, -25,
			"S:a 0,-5 S:b 0,-20 S:c 0,-20"},
		{{{255, true, 0, 20, 0, 0}, {255, true, -9, 9, -9, 9}, {255}}, 50, 3,
			"S:a 20,0 S:b 9,3 S:c 21,0"},
		{{{255, true, 0, 0, 0, 0}, {255}, {255}}, 1, 0,
			"S:a 0,0 S:b 1,0 S:c 1,0"},
		/* Who does not listen to it uses nothing up. */
		{{{INPUT_ROUTE_PRESS, true, -99, 99, -99, 99},
			 {255, true, -99, 99, -99, 99}, {255}},
			5, 5, "S:b 5,5"},
		{{{255}, {255}, {255}}, 0, 0, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof divided / sizeof *divided; i++) {
		struct input_target under[] = {target('a'), target('b'), target('c')};
		struct input_pointer scroll = {.kind = INPUT_POINTER_SCROLL,
			.scroll_x = divided[i].x,
			.scroll_y = divided[i].y};
		struct input_route route;
		char text[256] = "";
		const struct input_audience to = {own, emit_scroll, text};
		memcpy(filters, divided[i].filters, sizeof filters);
		input_route_init(&route);
		input_route_pointer(&route, &scroll, under, 3, &to);
		assert_string_equal(text, divided[i].emitted);
	}
}

/* What is not listened to is not told, and yet one that hears nothing is in the grab. */
static void test_filters(void **state)
{
	struct input_target under[] = {target('a'), target('b')};
	struct input_pointer press = {.kind = INPUT_POINTER_PRESS, .buttons = 1};
	struct input_pointer move = {.kind = INPUT_POINTER_MOVE, .buttons = 1};
	struct input_route route, *all_routes[] = {&route};
	char text[256] = "";
	const struct input_audience to = {own, emit_scroll, text};
	(void)state;
	filters[0] = (struct input_filter){.kinds = INPUT_ROUTE_PRESS | INPUT_ROUTE_DRAG};
	filters[1] = (struct input_filter){.kinds = INPUT_ROUTE_ENTER};
	input_route_init(&route);
	input_route_pointer(&route, &press, under, 2, &to);
	input_route_pointer(&route, &move, under, 2, &to);
	assert_string_equal(text, "E:b 0,0 P:a 0,0 D:a 0,0");
	text[0] = '\0';
	assert_int_equal(input_route_grab(all_routes, 1, 0, &under[0], &to), 0);
	input_route_pointer(&route, &move, under, 2, &to);
	assert_string_equal(text, "D:a! 0,0");
}

static void emit_finger(void *data, const struct input_target *t,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	char *text = data;
	size_t n = strlen(text);
	snprintf(text + n, 256 - n, "%s%c:%c%u", n ? " " : "", letter_of(kind),
		(char)t->tag, pointer->finger);
}

/* Who loses a grab is out of all pointers, and hears of each. */
static void test_grab_of_several(void **state)
{
	struct input_target under[] = {target('a'), target('b')};
	struct input_route routes[3],
		*all_routes[] = {&routes[0], &routes[1], &routes[2]};
	char text[256] = "";
	const struct input_audience to = {all, emit_finger, text};
	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct input_pointer p = {.finger = i};
		p.kind = i == 0 ? INPUT_POINTER_MOVE : INPUT_POINTER_PRESS;
		p.buttons = i != 0;
		input_route_init(&routes[i]);
		input_route_pointer(&routes[i], &p, under, 2, &to);
	}
	text[0] = '\0';
	assert_int_equal(input_route_grab(all_routes, 3, 2, &under[0], &to), 0);
	assert_string_equal(text, "C:b2 C:b0 C:b1");
	text[0] = '\0';
	struct input_pointer up = {.kind = INPUT_POINTER_RELEASE, .finger = 1};
	input_route_pointer(&routes[1], &up, under, 2, &to);
	assert_string_equal(text, "R:a1 E:b1");
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 4];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	tests[N] = (struct CMUnitTest)cmocka_unit_test(test_too_many);
	tests[N + 1] = (struct CMUnitTest)cmocka_unit_test(test_scroll);
	tests[N + 2] = (struct CMUnitTest)cmocka_unit_test(test_filters);
	tests[N + 3] = (struct CMUnitTest)cmocka_unit_test(test_grab_of_several);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
