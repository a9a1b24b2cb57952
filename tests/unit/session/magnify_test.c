/* Which part of a view a magnifier shows, and what pushes it: tables. */
#include "session/magnify.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gl/rect.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define WIDTH        1000
#define HEIGHT       600

static void expect(const struct gl_rect *is, const struct gl_rect *want, size_t i)
{
	if (!rect_same(is, want))
		fail_msg("case %zu: %d,%d %d,%d, not %d,%d %d,%d", i, is->x0, is->y0,
			is->x1, is->y1, want->x0, want->y0, want->x1, want->y1);
}

static const struct {
	double factor;
	int step;
	double next;
} steps[] = {{1, 1, 1.25}, {0, 1, 1.25}, {1.25, 1, 1.5}, {1.3, 1, 1.5}, {1.3, -1, 1.25},
	{1.25, -1, 1}, {1, -1, 1}, {2, 1, 2.5}, {16, 1, 16}, {16, -1, 12}, {99, -1, 16}};

static void test_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++)
		assert_true(
			magnify_step(steps[i].factor, steps[i].step) == steps[i].next);
}

static const struct {
	double factor;
	int32_t x, y;
	struct gl_rect part;
} sets[] = {
	{2, 500, 300, {250, 150, 750, 450}}, /* what is in the middle stays there */
	{2, 0, 0, {0, 0, 500, 300}},
	{2, 999, 599, {500, 300, 1000, 600}},
	{4, 250, 150, {188, 113, 438, 263}}, /* a quarter of the way stays one */
	{3, 500, 300, {334, 200, 667, 400}},
	{16, -5, 9999, {0, 561, 63, 599}},
	{99, 0, 0, {0, 0, 63, 38}},
	{1, 5, 5, {0, 0, 0, 0}},
	{0.5, 5, 5, {0, 0, 0, 0}},
	{-1, 5, 5, {0, 0, 0, 0}},
	{NAN, 5, 5, {0, 0, 0, 0}},
	{INFINITY, 0, 0, {0, 0, 63, 38}},
};

static void test_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sets); i++) {
		struct magnify m = {0};
		magnify_set(&m, WIDTH, HEIGHT, sets[i].factor, sets[i].x, sets[i].y);
		expect(&m.part, &sets[i].part, i);
		assert_true(magnify_on(&m) == !rect_empty(&m.part));
	}
}

/* From one factor to the next the point stays where it is seen, to a pixel of the view. */
static void test_stays(void **state)
{
	struct magnify m = {0};
	(void)state;
	magnify_set(&m, WIDTH, HEIGHT, 2, 300, 200);
	double seen_x = (300 - m.part.x0) * 2.0, seen_y = (200 - m.part.y0) * 2.0;
	for (double factor = 2; factor < MAGNIFY_MOST; factor = magnify_step(factor, 1)) {
		magnify_set(&m, WIDTH, HEIGHT, factor, 300, 200);
		double x = (300 - m.part.x0) * (double)WIDTH / (m.part.x1 - m.part.x0);
		double y = (200 - m.part.y0) * (double)HEIGHT / (m.part.y1 - m.part.y0);
		assert_true(fabs(x - seen_x) <= factor * 7);
		assert_true(fabs(y - seen_y) <= factor * 7);
	}
	magnify_set(&m, WIDTH, HEIGHT, 1, 300, 200);
	assert_false(magnify_on(&m));
	assert_true(rect_empty(&m.part));
}

/* From a part of 200 x 120 at 400, 240. */
static const struct {
	struct gl_rect what;
	int32_t share;
	struct gl_rect part;
	const char *name;
} follows[] = {
	{{500, 300, 501, 301}, 8, {400, 240, 600, 360}, "within"},
	{{425, 255, 426, 256}, 8, {400, 240, 600, 360}, "at the margin"},
	{{424, 254, 425, 255}, 8, {399, 239, 599, 359}, "beyond it, up and left"},
	{{575, 345, 576, 346}, 8, {401, 241, 601, 361}, "beyond it, down and right"},
	{{599, 300, 600, 301}, 0, {400, 240, 600, 360}, "no margin"},
	{{600, 300, 601, 301}, 0, {401, 240, 601, 360}, "no margin, outside"},
	{{0, 0, 1, 1}, 8, {0, 0, 200, 120}, "far away"},
	{{999, 599, 1000, 600}, 8, {800, 480, 1000, 600}, "the last pixel"},
	{{450, 280, 640, 300}, 8, {440, 240, 640, 360}, "nearly as wide: no margin"},
	{{450, 280, 700, 300}, 8, {450, 240, 650, 360}, "too wide: its left"},
	{{100, 100, 900, 500}, 8, {100, 100, 300, 220}, "too large"},
	{{-50, -50, 10, 10}, 8, {0, 0, 200, 120}, "partly outside the view"},
	{{1000, 0, 1010, 10}, 8, {400, 240, 600, 360}, "outside the view"},
	{{500, 300, 500, 301}, 8, {400, 240, 600, 360}, "nothing"},
	{{INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX}, 8, {0, 0, 200, 120}, "everything"},
};

static void test_follow(void **state)
{
	const struct gl_rect from = {400, 240, 600, 360};
	(void)state;
	for (size_t i = 0; i < COUNT(follows); i++) {
		struct magnify m = {5, from};
		bool moved = magnify_follow(
			&m, WIDTH, HEIGHT, &follows[i].what, follows[i].share);
		expect(&m.part, &follows[i].part, i);
		assert_true(moved == !rect_same(&m.part, &from));
		/* What was followed once is in sight. */
		assert_false(magnify_follow(
			&m, WIDTH, HEIGHT, &follows[i].what, follows[i].share));
	}
	struct magnify off = {1, {0}};
	assert_false(magnify_follow(&off, WIDTH, HEIGHT, &from, 8));
	assert_true(rect_empty(&off.part));
}

static void test_fit(void **state)
{
	struct magnify m = {2, {250, 150, 750, 450}};
	(void)state;
	magnify_fit(&m, 1200, 800);
	expect(&m.part, &(struct gl_rect){200, 100, 800, 500}, 0);
	magnify_fit(&m, 400, 300);
	expect(&m.part, &(struct gl_rect){200, 150, 400, 300}, 1);
	magnify_fit(&m, 1, 1);
	expect(&m.part, &(struct gl_rect){0, 0, 1, 1}, 2);
}

/* Where one points, what is seen; there and back. */
static void test_place(void **state)
{
	const struct magnify m = {5, {400, 240, 600, 360}}, off = {1, {0}};
	double x = 500, y = 300;
	(void)state;
	magnify_place(&m, WIDTH, HEIGHT, &x, &y);
	assert_true(x == 500 && y == 300);
	x = y = 0;
	magnify_place(&m, WIDTH, HEIGHT, &x, &y);
	assert_true(x == 400 && y == 240);
	x = WIDTH;
	y = HEIGHT;
	magnify_place(&m, WIDTH, HEIGHT, &x, &y);
	assert_true(x == 600 && y == 360);
	x = 7;
	magnify_place(&off, WIDTH, HEIGHT, &x, &y);
	assert_true(x == 7 && y == 360);
}

/* What is painted of a change: enough, and within the screen. */
static void test_reach(void **state)
{
	static const struct {
		struct gl_rect rect, reach;
	} cases[] = {
		{{500, 300, 501, 301}, {495, 295, 510, 310}},
		{{400, 240, 401, 241}, {0, 0, 10, 10}},
		{{0, 0, 1000, 600}, {0, 0, 1000, 600}},
		{{599, 359, 2000, 2000}, {990, 590, 1000, 600}},
	};
	const struct magnify m = {5, {400, 240, 600, 360}}, off = {1, {0}};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct gl_rect r = magnify_reach(&m, WIDTH, HEIGHT, &cases[i].rect);
		expect(&r, &cases[i].reach, i);
		r = magnify_reach(&off, WIDTH, HEIGHT, &cases[i].rect);
		expect(&r, &cases[i].rect, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_reach),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
