/*
 * From one area that can have the keys to the next; how far to scroll until it is seen; which
 * filters take a key.
 */
#include "input/focus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#define FORWARD  INPUT_FOCUS_FORWARD
#define BACKWARD INPUT_FOCUS_BACKWARD
#define LEFT     INPUT_FOCUS_LEFT
#define RIGHT    INPUT_FOCUS_RIGHT
#define UP       INPUT_FOCUS_UP
#define DOWN     INPUT_FOCUS_DOWN

/* Tags are 1, 2, .. in the order of declaration. */
static uint64_t move(const struct input_box *boxes, size_t n, uint64_t from,
	enum input_focus_step step)
{
	struct input_focus_area areas[16];
	for (size_t i = 0; i < n; i++)
		areas[i] = (struct input_focus_area){i + 1, boxes[i], 99, 99};
	return input_focus_move(areas, n, from, step);
}

struct steps {
	struct input_box boxes[9];
	size_t n;
	struct {
		uint64_t from;
		enum input_focus_step step;
		uint64_t to;
	} steps[16]; /* from and to 0: the end */
};

/* Gio's TestDirectionalFocus, in its order, and the others of its areas. */
static const struct steps gio = {
	{{10, 10, 50, 50}, {50, 20, 100, 80}, {20, 26, 60, 80}, {10, 60, 50, 100}}, 4,
	{{0, LEFT, 1}, {1, LEFT, 0}, {1, RIGHT, 2}, {2, RIGHT, 0}, {2, DOWN, 3},
		{3, DOWN, 0}, {3, LEFT, 4}, {4, UP, 1}, {1, FORWARD, 2}, {2, BACKWARD, 1},
		{1, BACKWARD, 4}, {4, FORWARD, 1}, {0, FORWARD, 1}, {0, BACKWARD, 4},
		{0, DOWN, 1}, {77, UP, 1}}};

/* Three by three, declared from below to above. */
static const struct steps grid = {
	{{0, 80, 30, 110}, {40, 80, 70, 110}, {80, 80, 110, 110}, {0, 40, 30, 70},
		{40, 40, 70, 70}, {80, 40, 110, 70}, {0, 0, 30, 30}, {40, 0, 70, 30},
		{80, 0, 110, 30}},
	9,
	{{5, UP, 8}, {5, DOWN, 2}, {5, LEFT, 4}, {5, RIGHT, 6}, {9, RIGHT, 0},
		{7, LEFT, 0}, {7, UP, 0}, {1, DOWN, 0}, {9, DOWN, 6}, {1, UP, 4},
		{0, RIGHT, 7}, {9, FORWARD, 1}}};

/* The nearest middle, though another begins nearer. */
static const struct steps uneven = {
	{{100, 0, 140, 20}, {0, 50, 118, 70}, {110, 50, 140, 70}, {150, 50, 400, 70}}, 4,
	{{1, DOWN, 3}, {2, UP, 1}, {4, UP, 1}, {4, LEFT, 3}}};

/* One above the other in one place: the same row, in the order of declaration. */
static const struct steps same = {
	{{0, 0, 9, 9}, {0, 0, 9, 9}}, 2, {{1, RIGHT, 2}, {2, LEFT, 1}, {2, DOWN, 0}}};

static void check(const struct steps *s)
{
	for (size_t i = 0; i < 16 && s->steps[i].from + s->steps[i].to; i++) {
		uint64_t to = move(s->boxes, s->n, s->steps[i].from, s->steps[i].step);
		if (to != s->steps[i].to)
			fail_msg("step %zu leads to %llu, not %llu", i + 1,
				(unsigned long long)to,
				(unsigned long long)s->steps[i].to);
	}
}

static void test_moves(void **state)
{
	(void)state;
	check(&gio);
	check(&grid);
	check(&uneven);
	check(&same);
	assert_int_equal(input_focus_move(NULL, 0, 0, FORWARD), 0);
	assert_int_equal(input_focus_move(NULL, 0, 5, DOWN), 0);
}

static void test_far_apart(void **state)
{
	static const struct input_box boxes[] = {
		{-1000000000, -1000000000, -999999999, -999999999},
		{999999999, 999999999, 1000000000, 1000000000}};
	int32_t dx, dy;
	(void)state;
	assert_int_equal(move(boxes, 2, 1, DOWN), 2);
	assert_int_equal(move(boxes, 2, 2, UP), 1);
	input_focus_reveal(&boxes[0], &boxes[1], &dx, &dy);
	assert_int_equal(dx, -1999999999);
	assert_int_equal(dy, -1999999999);
}

static void test_reveal(void **state)
{
	static const struct {
		struct input_box box, view;
		int32_t dx, dy;
	} cases[] = {
		{{10, -20, 20, 30}, {1, 1, 14, 39}, 6, -9}, /* Gio's TestFocusScroll */
		{{2, 2, 9, 9}, {0, 0, 10, 10}, 0, 0},
		{{-3, 2, 4, 9}, {0, 0, 10, 10}, -3, 0},
		{{0, 12, 5, 17}, {0, 0, 10, 10}, 0, 7},
		/* Larger than the view: to its nearer end, and not at all if it covers it. */
		{{-5, -5, 15, 15}, {0, 0, 10, 10}, 0, 0},
		{{5, 5, 25, 25}, {0, 0, 10, 10}, 5, 5},
		{{-25, -25, -5, -5}, {0, 0, 10, 10}, -15, -15},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int32_t dx, dy;
		input_focus_reveal(&cases[i].box, &cases[i].view, &dx, &dy);
		assert_int_equal(dx, cases[i].dx);
		assert_int_equal(dy, cases[i].dy);
	}
}

static void test_keys(void **state)
{
	static const struct {
		struct input_key_filter filter;
		uint32_t keysym, mods;
		bool matches;
	} cases[] = {
		{{0, 0, XKB_KEY_a}, XKB_KEY_a, 0, true},
		{{0, 0, XKB_KEY_a}, XKB_KEY_b, 0, false},
		{{0, 0, XKB_KEY_a}, XKB_KEY_A, 0, true},
		{{0, 0, XKB_KEY_Cyrillic_es}, XKB_KEY_Cyrillic_ES, 0, true},
		{{0, 0, XKB_KEY_1}, XKB_KEY_exclam, 0, false},
		{{0, 0, 0}, XKB_KEY_F5, 0, true},
		{{0, 0, 0}, XKB_KEY_Tab, 0, false},
		{{0, 4, 0}, XKB_KEY_ISO_Left_Tab, 4, false},
		{{0, 0, XKB_KEY_Tab}, XKB_KEY_Tab, 0, true},
		{{4, 0, XKB_KEY_Tab}, XKB_KEY_ISO_Left_Tab, 4, true},
		{{0, 0, XKB_KEY_Tab}, XKB_KEY_ISO_Left_Tab, 4, false},
		{{1, 0, XKB_KEY_a}, XKB_KEY_a, 0, false},
		{{1, 0, XKB_KEY_a}, XKB_KEY_a, 1, true},
		{{1, 0, XKB_KEY_a}, XKB_KEY_a, 1 | 4, false},
		{{1, 4, XKB_KEY_a}, XKB_KEY_a, 1 | 4, true},
		{{1, 4, XKB_KEY_a}, XKB_KEY_a, 4, false},
		{{0, 31, 0}, XKB_KEY_a, 31, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (input_key_matches(&cases[i].filter, cases[i].keysym, cases[i].mods) !=
			cases[i].matches)
			fail_msg("case %zu", i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_far_apart),
		cmocka_unit_test(test_reveal),
		cmocka_unit_test(test_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
