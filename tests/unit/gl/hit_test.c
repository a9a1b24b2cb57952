/* Hit testing: who gets what, by the true shape. No EGL. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "frame.h"

static struct frame frame;
#define scene frame.scene

static void load(void (*write)(struct stream *s))
{
	frame_load(&frame, write, 100, 100);
}

/* [rect 10..60 [rect 20..50 tag 2] tag 1]: declared after the child */
static void after(struct stream *s)
{
	put_rect(s, 10, 10, 60, 60);
	put_rect(s, 20, 20, 50, 50);
	put_area(s, 2);
	put_clip_pop(s);
	put_area(s, 1);
	put_clip_pop(s);
}

static void before(struct stream *s)
{
	put_rect(s, 10, 10, 60, 60);
	put_area(s, 1);
	put_rect(s, 20, 20, 50, 50);
	put_area(s, 2);
	put_clip_pop(s);
	put_clip_pop(s);
}

/* Root, two overlapping siblings, a bare clip on top that blocks nothing. */
static void siblings(struct stream *s)
{
	put_area(s, 9);
	put_rect(s, 10, 10, 60, 60);
	put_area(s, 1);
	put_clip_pop(s);
	put_rect(s, 40, 40, 90, 90);
	put_area(s, 2);
	put_clip_pop(s);
	put_rect(s, 0, 0, 100, 100);
	put_clip_pop(s);
}

/* One tag in two areas of one clip, and two tags in one clip. */
static void shared(struct stream *s)
{
	put_rect(s, 0, 0, 50, 50);
	put_area(s, 1);
	put_area(s, 2);
	put_area(s, 1);
	put_clip_pop(s);
}

static void shapes(struct stream *s)
{
	const float triangle[] = {50, 0, 90, 0, 50, 40};
	put_ellipse(s, 0, 0, 40, 20);
	put_area(s, 1);
	put_clip_pop(s);
	put_polygon(s, triangle, 3);
	put_area(s, 2);
	put_clip_pop(s);
	put_rrect(s, 0, 50, 40, 90, 20);
	put_area(s, 3);
	put_clip_pop(s);
	/* an upper half disc by cubics, cut at x 70 by its parent */
	put_rect(s, 50, 50, 70, 100);
	put_op(s, 0x13, 3 + 7);
	put_u32(s, 1), put_f32(s, 50), put_f32(s, 70);
	put_u32(s, 4), put_f32(s, 50), put_f32(s, 50), put_f32(s, 90), put_f32(s, 50);
	put_f32(s, 90), put_f32(s, 70);
	put_area(s, 4);
	put_clip_pop(s);
	put_clip_pop(s);
}

/* Winding +2 hits, winding +1-1 does not. */
static void winding(struct stream *s)
{
	put_op(s, 0x13, 2 * 13 + 13);
	const float squares[3][8] = {
		{10, 10, 60, 10, 60, 60, 10, 60},
		{20, 20, 40, 20, 40, 40, 20, 40},
		{45, 20, 45, 40, 55, 40, 55, 20},
	};
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 4; k++) {
			put_u32(s, k ? 2 : 1);
			put_f32(s, squares[i][2 * k]), put_f32(s, squares[i][2 * k + 1]);
		}
		put_u32(s, 5);
	}
	put_area(s, 1);
	put_clip_pop(s);
}

/* A quarter turn about (50, 50), twice as large: local (x, y) lies at (50 - 2y, 50 + 2x). */
static void turned(struct stream *s)
{
	put_push(s, 0, -2, 50, 2, 0, 50);
	put_rect(s, 0, 0, 10, 20);
	put_area(s, 1);
	put_clip_pop(s);
	put_transform_pop(s);
	put_push(s, 0, 0, 5, 0, 0, 5);
	put_area(s, 2);
	put_rect(s, 0, 0, 100, 100);
	put_area(s, 3);
	put_clip_pop(s);
	put_transform_pop(s);
}

static void put_corners(struct stream *s, const float v[8])
{
	put_op(s, 0x11, 8);
	for (int i = 0; i < 8; i++)
		put_f32(s, v[i]);
}

/* Each corner its own radius; then radii which scaled to fit make a disc; then nothing. */
static void corners(struct stream *s)
{
	put_corners(s, (const float[]){0, 0, 40, 40, 0, 4, 8, 16});
	put_area(s, 1);
	put_clip_pop(s);
	put_corners(s, (const float[]){50, 0, 90, 40, 900, 900, 900, 900});
	put_area(s, 2);
	put_clip_pop(s);
	put_rect(s, 40, 90, 0, 50);
	put_area(s, 3);
	put_clip_pop(s);
	put_op(s, 0x13, 0);
	put_area(s, 4);
	put_clip_pop(s);
	put_ellipse(s, 40, 90, 0, 50);
	put_area(s, 5);
	put_clip_pop(s);
	put_ellipse(s, 90, 50, 50, 90);
	put_area(s, 6);
	put_clip_pop(s);
}

/* 1 [2 [3] bare [4]] 5: a popped clip's area is nobody's ancestor, a bare clip's none at all. */
static void family(struct stream *s)
{
	put_area(s, 1);
	put_rect(s, 0, 0, 50, 50);
	put_area(s, 2);
	put_rect(s, 0, 0, 20, 20);
	put_area(s, 3);
	put_clip_pop(s);
	put_rect(s, 20, 0, 50, 50);
	put_ellipse(s, 20, 0, 50, 50);
	put_area(s, 4);
	put_clip_pop(s);
	put_clip_pop(s);
	put_clip_pop(s);
	put_rect(s, 60, 60, 90, 90);
	put_area(s, 5);
	put_clip_pop(s);
}

/* The child's shape reaches out of its parent: there it is not hit. */
static void cut_child(struct stream *s)
{
	put_ellipse(s, 10, 10, 50, 50);
	put_area(s, 1);
	put_rect(s, 0, 0, 100, 30);
	put_push(s, 1, 0, 0, 0, 1, 0);
	put_area(s, 2);
	put_transform_pop(s);
	put_clip_pop(s);
	put_clip_pop(s);
}

static void nothing(struct stream *s)
{
	put_paint(s);
}

static const struct {
	void (*write)(struct stream *s);
	double x, y;
	uint64_t tags[4]; /* topmost first, 0 ends */
} cases[] = {
	{after, 30, 30, {1}},
	{after, 15, 15, {1}},
	{after, 5, 5, {0}},
	{before, 30, 30, {2, 1}},
	{before, 15, 15, {1}},
	{before, 10, 10, {1}}, /* half-open */
	{before, 60, 30, {0}},
	{before, 59.99, 30, {1}},
	{siblings, 50, 50, {2, 9}},
	{siblings, 20, 20, {1, 9}},
	{siblings, 95, 5, {9}},
	{siblings, 0, 0, {9}},
	{siblings, 100, 50, {0}}, /* beside the window */
	{siblings, -0.01, 50, {0}},
	{shared, 10, 10, {1, 2}},
	{shapes, 20, 10, {1}},
	{shapes, 2, 2, {0}}, /* in the ellipse's box */
	{shapes, 39.9, 10, {1}},
	{shapes, 55, 5, {2}},
	{shapes, 85, 30, {0}}, /* in the triangle's box */
	{shapes, 69, 20.9, {2}},
	{shapes, 69.2, 21, {0}},
	{shapes, 2, 52, {0}}, /* rounded off */
	{shapes, 20, 51, {3}},
	{shapes, 60, 65, {4}},
	{shapes, 52, 52, {0}}, /* in the hull, not in the disc */
	{shapes, 75, 65, {0}}, /* in the disc, beside its parent */
	{winding, 30, 30, {1}},
	{winding, 50, 30, {0}},
	{winding, 42, 30, {1}},
	{turned, 40, 60, {1}},
	{turned, 60, 60, {0}},
	{turned, 5, 5, {0}},
	{corners, 0, 0, {1}}, /* nw is square */
	{corners, 39.5, 0.5, {0}},
	{corners, 38, 2, {1}},
	{corners, 38, 38, {0}},
	{corners, 37, 37, {1}},
	{corners, 4, 36, {0}},
	{corners, 5, 35, {1}},
	{corners, 51, 1, {0}},
	{corners, 55, 5, {0}}, /* a square's corner would have it */
	{corners, 56, 6, {2}},
	{corners, 70, 0.5, {2}},
	{corners, 20, 70, {0}}, /* turned inside out */
	{corners, 70, 70, {0}},
	{family, 10, 10, {3, 2, 1}},
	{family, 35, 25, {4, 2, 1}},
	{family, 21, 1, {2, 1}}, /* in the bare clip, beside the ellipse */
	{family, 70, 70, {5, 1}},
	{family, 55, 55, {1}},
	{cut_child, 30, 20, {2, 1}},
	{cut_child, 30, 40, {1}},
	{cut_child, 12, 12, {0}},
	{cut_child, 80, 20, {0}},
	{nothing, 5, 5, {0}},
	{before, NAN, 5, {0}},
	{before, 5, INFINITY, {0}},
};

static void test_hits(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_hit hits[8];
		load(cases[i].write);
		size_t n = scene_hit(&scene, cases[i].x, cases[i].y, hits, 8), want = 0;
		while (want < 4 && cases[i].tags[want])
			want++;
		if (n != want)
			fail_msg("case %zu: %zu hits instead of %zu", i, n, want);
		for (size_t k = 0; k < n; k++)
			if (hits[k].tag != cases[i].tags[k])
				fail_msg("case %zu: hit %zu is %llu", i, k,
					(unsigned long long)hits[k].tag);
	}
}

static void test_coordinates(void **state)
{
	struct gl_hit hit;
	load(turned);
	assert_int_equal(scene_hit(&scene, 40, 60, &hit, 1), 1);
	assert_float_equal(hit.x, 5, 1e-6);
	assert_float_equal(hit.y, 5, 1e-6);
	assert_true(scene_locate(&scene, 1, 90, 0, &hit));
	assert_float_equal(hit.x, -25, 1e-6);
	assert_float_equal(hit.y, -20, 1e-6);
	assert_false(scene_locate(&scene, 2, 0, 0, &hit));
	assert_false(scene_locate(&scene, 77, 0, 0, &hit));
}

static void test_max(void **state)
{
	struct gl_hit hits[2] = {{.tag = 5}, {.tag = 5}};
	load(before);
	assert_int_equal(scene_hit(&scene, 30, 30, hits, 1), 1);
	assert_int_equal(hits[0].tag, 2);
	assert_int_equal(hits[1].tag, 5);
	assert_int_equal(scene_hit(&scene, 30, 30, hits, 0), 0);
}

static void two_places(struct stream *s)
{
	put_rect(s, 0, 0, 10, 10);
	put_area(s, 1);
	put_clip_pop(s);
	put_move(s, 50, 20);
	put_rect(s, 0, 0, 10, 10);
	put_area(s, 1);
	put_clip_pop(s);
	put_transform_pop(s);
}

/* A tag has one coordinate system: its last area's. */
static void test_last_area(void **state)
{
	struct gl_hit hit;
	load(two_places);
	assert_int_equal(scene_hit(&scene, 5, 5, &hit, 1), 1);
	assert_float_equal(hit.x, -45, 1e-6);
	assert_float_equal(hit.y, -15, 1e-6);
	assert_int_equal(scene_hit(&scene, 55, 25, &hit, 1), 1);
	assert_float_equal(hit.x, 5, 1e-6);
}

static int start(void **state)
{
	frame_open(&frame);
	return 0;
}

static int finish(void **state)
{
	frame_close(&frame);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_coordinates),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_last_area),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
