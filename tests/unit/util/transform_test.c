/* The eight transforms against pictures that are turned cell by cell, as a person would. */
#include "util/transform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WIDTH  5
#define HEIGHT 3

/* Cells by column and row, each with a number of its own. */
struct picture {
	int width, height;
	int cells[WIDTH][WIDTH];
};

static struct picture numbered(int width, int height)
{
	struct picture p = {.width = width, .height = height};
	for (int x = 0; x < width; x++)
		for (int y = 0; y < height; y++)
			p.cells[x][y] = 100 * x + y;
	return p;
}

/* By a quarter counter-clockwise: the right column becomes the top row. */
static struct picture quarter(struct picture p)
{
	struct picture out = {.width = p.height, .height = p.width};
	for (int x = 0; x < p.width; x++)
		for (int y = 0; y < p.height; y++)
			out.cells[y][p.width - 1 - x] = p.cells[x][y];
	return out;
}

/* Left and right change places. */
static struct picture mirrored(struct picture p)
{
	struct picture out = {.width = p.width, .height = p.height};
	for (int x = 0; x < p.width; x++)
		for (int y = 0; y < p.height; y++)
			out.cells[p.width - 1 - x][y] = p.cells[x][y];
	return out;
}

/* What Wayland's wl_output.transform says of its numbers: mirrored first, then turned. */
static struct picture turned(struct picture p, enum transform t)
{
	static const struct {
		int mirrors, quarters;
	} ways[TRANSFORMS] = {
		[TRANSFORM_NORMAL] = {0, 0},
		[TRANSFORM_90] = {0, 1},
		[TRANSFORM_180] = {0, 2},
		[TRANSFORM_270] = {0, 3},
		[TRANSFORM_FLIPPED] = {1, 0},
		[TRANSFORM_FLIPPED_90] = {1, 1},
		[TRANSFORM_FLIPPED_180] = {1, 2},
		[TRANSFORM_FLIPPED_270] = {1, 3},
	};
	if (ways[t].mirrors)
		p = mirrored(p);
	for (int i = 0; i < ways[t].quarters; i++)
		p = quarter(p);
	return p;
}

static void expect_same(const struct picture *a, const struct picture *b)
{
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	for (int x = 0; x < a->width; x++)
		for (int y = 0; y < a->height; y++)
			assert_int_equal(a->cells[x][y], b->cells[x][y]);
}

static bool is_same(const struct picture *a, const struct picture *b)
{
	bool same = a->width == b->width && a->height == b->height;
	for (int x = 0; same && x < a->width; x++)
		for (int y = 0; same && y < a->height; y++)
			same = a->cells[x][y] == b->cells[x][y];
	return same;
}

static void test_matrices(void **state)
{
	const struct picture view = numbered(WIDTH, HEIGHT);
	(void)state;
	for (int i = 0; i < TRANSFORMS; i++) {
		enum transform t = (enum transform)i;
		const struct picture panel = turned(view, t);
		const struct matrix m = transform_matrix(t, WIDTH, HEIGHT);
		assert_int_equal(transform_turns(t), panel.width != WIDTH);
		for (int x = 0; x < WIDTH; x++) {
			for (int y = 0; y < HEIGHT; y++) {
				double px = x + 0.25, py = y + 0.5;
				matrix_point(&m, &px, &py);
				assert_in_range((int)floor(px), 0, panel.width - 1);
				assert_in_range((int)floor(py), 0, panel.height - 1);
				assert_int_equal(
					panel.cells[(int)px][(int)py], view.cells[x][y]);
			}
		}
	}
}

static void test_products(void **state)
{
	const struct picture view = numbered(WIDTH, HEIGHT);
	(void)state;
	for (int a = 0; a < TRANSFORMS; a++) {
		for (int b = 0; b < TRANSFORMS; b++) {
			enum transform both =
				transform_then((enum transform)a, (enum transform)b);
			struct picture want = turned(
				turned(view, (enum transform)a), (enum transform)b);
			struct picture is = turned(view, both);
			assert_in_range(both, 0, TRANSFORMS - 1);
			expect_same(&is, &want);
		}
	}
}

static void test_inverses(void **state)
{
	const struct picture view = numbered(WIDTH, HEIGHT);
	(void)state;
	for (int i = 0; i < TRANSFORMS; i++) {
		struct picture there = turned(view, (enum transform)i);
		struct picture back = turned(there, transform_inverse((enum transform)i));
		expect_same(&back, &view);
		/* No two are the same, or the tests above would prove little. */
		for (int k = 0; k < i; k++) {
			struct picture other = turned(view, (enum transform)k);
			assert_false(is_same(&there, &other));
		}
	}
}

static void test_matrix_products(void **state)
{
	(void)state;
	for (int a = 0; a < TRANSFORMS; a++) {
		for (int b = 0; b < TRANSFORMS; b++) {
			bool turns = transform_turns((enum transform)a);
			struct matrix first =
				transform_matrix((enum transform)a, WIDTH, HEIGHT);
			struct matrix second = transform_matrix((enum transform)b,
				turns ? HEIGHT : WIDTH, turns ? WIDTH : HEIGHT);
			struct matrix both = matrix_then(first, second);
			struct matrix want = transform_matrix(
				transform_then((enum transform)a, (enum transform)b),
				WIDTH, HEIGHT);
			assert_true(both.xx == want.xx && both.xy == want.xy &&
				    both.x0 == want.x0 && both.yx == want.yx &&
				    both.yy == want.yy && both.y0 == want.y0);
		}
	}
}

static void test_matrix_inverse(void **state)
{
	static const struct matrix some[] = {
		{2, 0, 3, 0, -4, 5},
		{0, 1.5, -7, 2.5, 0, 11},
		{1, 2, 3, -4, 5, 6},
		{1e-6, 0, 1e6, 0, 1e-6, -1e6},
	};
	static const struct matrix flat[] = {
		{0}, {1, 2, 0, 2, 4, 0}, {1, 0, 5, 0, 0, 5}, {NAN, 0, 0, 0, 1, 0}};
	struct matrix back;
	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		assert_true(matrix_inverse(some[i], &back));
		struct matrix one = matrix_then(some[i], back);
		assert_true(fabs(one.xx - 1) < 1e-9 && fabs(one.yy - 1) < 1e-9 &&
			    fabs(one.xy) < 1e-9 && fabs(one.yx) < 1e-9 &&
			    fabs(one.x0) < 1e-6 && fabs(one.y0) < 1e-6);
	}
	for (size_t i = 0; i < sizeof flat / sizeof *flat; i++)
		assert_false(matrix_inverse(flat[i], &back));
}

/* The bounds of the cells' corners, each by itself. */
static void test_rects(void **state)
{
	(void)state;
	for (int i = 0; i < TRANSFORMS; i++) {
		const struct matrix m =
			transform_matrix((enum transform)i, WIDTH, HEIGHT);
		bool turns = transform_turns((enum transform)i);
		double x0 = 1, y0 = 0.5, x1 = 3.25, y1 = 2;
		double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY,
		       high_y = -INFINITY;
		for (int k = 0; k < 4; k++) {
			double x = k & 1 ? x1 : x0, y = k & 2 ? y1 : y0;
			matrix_point(&m, &x, &y);
			low_x = fmin(low_x, x), high_x = fmax(high_x, x);
			low_y = fmin(low_y, y), high_y = fmax(high_y, y);
		}
		matrix_rect(&m, &x0, &y0, &x1, &y1);
		assert_true(x0 == low_x && y0 == low_y && x1 == high_x && y1 == high_y);
		x0 = 0, y0 = 0, x1 = WIDTH, y1 = HEIGHT;
		matrix_rect(&m, &x0, &y0, &x1, &y1);
		assert_true(x0 == 0 && y0 == 0);
		assert_true(
			x1 == (turns ? HEIGHT : WIDTH) && y1 == (turns ? WIDTH : HEIGHT));
	}
}

static void test_names(void **state)
{
	static const char *const wrong[] = {
		"", "Normal", "91", "flipped-", "flipped-900", " 90", "270 ", "-90"};
	(void)state;
	for (int i = 0; i < TRANSFORMS; i++) {
		enum transform t = TRANSFORMS;
		assert_true(transform_parse(transform_name((enum transform)i), &t));
		assert_int_equal(t, i);
	}
	assert_string_equal(transform_name(TRANSFORM_NORMAL), "normal");
	assert_string_equal(transform_name(TRANSFORM_FLIPPED_270), "flipped-270");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		enum transform t = TRANSFORM_180;
		assert_false(transform_parse(wrong[i], &t));
		assert_int_equal(t, TRANSFORM_180);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrices),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_inverses),
		cmocka_unit_test(test_matrix_products),
		cmocka_unit_test(test_matrix_inverse),
		cmocka_unit_test(test_rects),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests_name("transform", tests, NULL, NULL) != 0;
}
