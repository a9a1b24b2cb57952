/* Hit testing: who gets what, by the true shape. No EGL. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void even_odd(struct stream *s)
{
	put_op(s, 0x14, 2 * 13);
	for (int i = 0; i < 2; i++) {
		float a = i ? 30 : 10, b = i ? 40 : 60;
		put_u32(s, 1), put_f32(s, a), put_f32(s, a);
		put_u32(s, 2), put_f32(s, b), put_f32(s, a);
		put_u32(s, 6), put_f32(s, b), put_f32(s, b);
		put_u32(s, 2), put_f32(s, a), put_f32(s, b);
		put_u32(s, 5);
	}
	put_area(s, 1);
	put_clip_pop(s);
}

/* The sharp shape, and all but that. */
static void blurs(struct stream *s)
{
	put_blur(s, 10, 10, 30, 30, 10, 5, 0);
	put_area(s, 1);
	put_clip_pop(s);
	put_rect(s, 50, 0, 100, 100);
	put_blur(s, 60, 10, 80, 30, 0, 5, 1);
	put_area(s, 2);
	put_clip_pop(s);
	put_clip_pop(s);
}

/* A right angle, 8 wide: (20, 20) to (60, 20) to (60, 60); join and cap. */
static void put_angle(struct stream *s, uint32_t join, uint32_t cap, float limit)
{
	const float angle[] = {20, 20, 60, 20, 60, 60};
	put_stroke(s, 8, join, cap, limit, angle, 3);
	put_area(s, 1);
	put_clip_pop(s);
}

static void angle_round(struct stream *s)
{
	put_angle(s, 0, 0, 1);
}

static void angle_miter(struct stream *s)
{
	put_angle(s, 1, 1, 1.5f);
}

static void angle_short_miter(struct stream *s)
{
	put_angle(s, 1, 2, 1.25f);
}

/* Twice as high as wide. */
static void stretched(struct stream *s)
{
	const float line[] = {10, 10, 50, 10};
	put_push(s, 1, 0, 0, 0, 2, 0);
	put_stroke(s, 8, 0, 0, 1, line, 2);
	put_area(s, 1);
	put_clip_pop(s);
	put_transform_pop(s);
}

/* 10 on, 5 off, from 3 into it; butts. */
static void dashed(struct stream *s)
{
	put_op(s, 0x15, 5 + 2 + 6);
	put_f32(s, 4), put_u32(s, 1 << 8), put_f32(s, 1), put_f32(s, 3), put_u32(s, 2);
	put_f32(s, 10), put_f32(s, 5);
	put_u32(s, 1), put_f32(s, 0), put_f32(s, 20);
	put_u32(s, 2), put_f32(s, 90), put_f32(s, 20);
	put_area(s, 1);
	put_clip_pop(s);
}

/* Dots: 0 on, 20 off, round. */
static void dots(struct stream *s)
{
	put_op(s, 0x15, 5 + 2 + 6);
	put_f32(s, 6), put_u32(s, 0), put_f32(s, 1), put_f32(s, 0), put_u32(s, 2);
	put_f32(s, 0), put_f32(s, 20);
	put_u32(s, 1), put_f32(s, 10), put_f32(s, 20);
	put_u32(s, 2), put_f32(s, 90), put_f32(s, 20);
	put_area(s, 1);
	put_clip_pop(s);
}

/* An upper half circle of radius about 30 around (50, 50), as a cubic, then a gap back. */
static void arch(struct stream *s)
{
	put_op(s, 0x15, 5 + 3 + 7 + 3 + 1);
	put_f32(s, 4), put_u32(s, 1 << 8), put_f32(s, 1), put_f32(s, 0), put_u32(s, 0);
	put_u32(s, 1), put_f32(s, 20), put_f32(s, 50);
	put_u32(s, 4), put_f32(s, 20), put_f32(s, 10), put_f32(s, 80), put_f32(s, 10);
	put_f32(s, 80), put_f32(s, 50);
	put_u32(s, 6), put_f32(s, 20), put_f32(s, 70);
	put_u32(s, 5);
	put_area(s, 1);
	put_clip_pop(s);
}

/* 9 beneath; 1, then 2 in a pass, 3 in 2: who is hit first, and who else */
static void passes(struct stream *s)
{
	put_area(s, 9);
	put_rect(s, 10, 10, 50, 50);
	put_area(s, 1);
	put_clip_pop(s);
	put_op(s, 0x41, 0);
	put_rect(s, 20, 20, 60, 60);
	put_area(s, 2);
	put_rect(s, 30, 30, 60, 60);
	put_area(s, 3);
	put_clip_pop(s);
	put_clip_pop(s);
	put_op(s, 0x42, 0);
}

/* The child blocks what lies beneath, though its parent lets pass. */
static void pass_outside(struct stream *s)
{
	put_rect(s, 0, 0, 50, 50);
	put_area(s, 1);
	put_clip_pop(s);
	put_rect(s, 0, 0, 60, 60);
	put_op(s, 0x41, 0);
	put_area(s, 2);
	put_op(s, 0x42, 0);
	put_rect(s, 0, 0, 30, 30);
	put_area(s, 3);
	put_clip_pop(s);
	put_clip_pop(s);
}

static void put_content(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 100), put_u32(s, 200), put_u32(s, 0);
	put_rect(s, 10, 60, 30, 80);
	put_area(s, 4);
	put_rect(s, 10, 60, 20, 70);
	put_area(s, 5);
	put_clip_pop(s);
	put_clip_pop(s);
	put_rect(s, 60, 0, 90, 200);
	put_area(s, 6);
	put_clip_pop(s);
	put_close(s, at);
}

/* A viewport of 50x30 at (20, 30) in a rect, onto the content from (0, 50) on. */
static void placed(struct stream *s)
{
	put_content(s);
	put_area(s, 9);
	put_rect(s, 10, 10, 90, 90);
	put_area(s, 1);
	put_move(s, 20, 30);
	put_place(s, 5, 0, 0, 50, 30, 0, 50);
	put_transform_pop(s);
	put_clip_pop(s);
	put_id(s, 0x65, 5);
}

static void call_and_defer(struct stream *s)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	put_rect(s, 0, 0, 20, 20);
	put_area(s, 7);
	put_clip_pop(s);
	put_close(s, at);
	put_area(s, 9);
	put_rect(s, 0, 0, 10, 10);
	put_move(s, 5, 5);
	put_id(s, 0x62, 1);
	put_transform_pop(s);
	put_id(s, 0x61, 1);
	put_clip_pop(s);
	put_rect(s, 0, 0, 30, 30);
	put_area(s, 1);
	put_clip_pop(s);
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
	{even_odd, 20, 20, {1}},
	{even_odd, 35, 35, {0}},
	{even_odd, 50, 50, {1}},
	{blurs, 20, 20, {1}},
	{blurs, 11, 11, {0}}, /* rounded off */
	{blurs, 31, 20, {0}}, /* only blurred there */
	{blurs, 70, 20, {0}},
	{blurs, 81, 20, {2}},
	{blurs, 40, 20, {0}}, /* beside the parent */
	{angle_round, 40, 23.9, {1}},
	{angle_round, 40, 24.1, {0}},
	{angle_round, 17, 18, {1}}, /* in the cap */
	{angle_round, 15.9, 20, {0}},
	{angle_round, 62.5, 17.5, {1}}, /* in the join */
	{angle_round, 63.5, 16.5, {0}},
	{angle_round, 63.9, 40, {1}},
	{angle_round, 60, 63.5, {1}},
	{angle_round, 50, 30, {0}}, /* on the inner side */
	{angle_miter, 63.5, 16.5, {1}},
	{angle_miter, 64.5, 16.5, {0}},
	{angle_miter, 19, 20, {0}},           /* a butt */
	{angle_short_miter, 63.5, 16.5, {0}}, /* a bevel */
	{angle_short_miter, 61.5, 17.5, {1}},
	{angle_short_miter, 16.5, 16.5, {1}}, /* a square */
	{angle_short_miter, 60, 63.5, {1}},
	{angle_short_miter, 60, 64.5, {0}},
	{stretched, 30, 27.5, {1}},
	{stretched, 30, 28.5, {0}},
	{stretched, 6.5, 20, {1}},
	{stretched, 5.5, 20, {0}},
	{dashed, 6, 20, {1}},
	{dashed, 8, 20, {0}},
	{dashed, 11, 20, {0}},
	{dashed, 13, 21.5, {1}},
	{dashed, 13, 22.5, {0}},
	{dashed, 23, 20, {0}},
	{dots, 10, 22.5, {1}},
	{dots, 14, 20, {0}},
	{dots, 20, 20, {0}},
	{dots, 28, 20, {1}},
	{dots, 49, 18.5, {1}},
	{arch, 20, 49, {1}},
	{arch, 50, 20, {1}},
	{arch, 50, 23, {0}},
	{arch, 50, 51, {0}}, /* nothing closes it there */
	{arch, 20, 60, {1}}, /* close draws from behind the gap */
	{arch, 50, 60, {0}}, /* the gap */
	{passes, 15, 15, {1, 9}},
	{passes, 25, 25, {2, 1, 9}},
	{passes, 45, 45, {3, 2, 1, 9}},
	{passes, 55, 55, {3, 2, 9}},
	{passes, 80, 80, {9}},
	{pass_outside, 20, 20, {3, 2}},
	{pass_outside, 40, 40, {2, 1}},
	{pass_outside, 55, 55, {2}},
	{placed, 35, 45, {5, 4, 1, 9}},
	{placed, 45, 55, {4, 1, 9}},
	{placed, 60, 40, {1, 9}}, /* in the viewport, on no area */
	{placed, 35, 62, {1, 9}}, /* below the viewport */
	{placed, 85, 40, {1, 9}}, /* on the content, right of the viewport */
	{placed, 5, 5, {9}},
	{call_and_defer, 2, 2, {1, 9}},
	{call_and_defer, 12, 12, {7}}, /* no clip, no ancestors */
	{call_and_defer, 24, 24, {7}},
	{call_and_defer, 27, 27, {1, 9}},
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
			fail_msg("case %zu at %g,%g: %zu hits instead of %zu", i,
				cases[i].x, cases[i].y, n, want);
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

/* Of an area in a sub-layer: through the viewport. */
static void test_content_coordinates(void **state)
{
	struct gl_hit hits[4];
	load(placed);
	assert_int_equal(scene_hit(&scene, 35, 45, hits, 4), 4);
	assert_float_equal(hits[0].x, 15, 1e-6);
	assert_float_equal(hits[0].y, 65, 1e-6);
	assert_float_equal(hits[2].x, 35, 1e-6);
	assert_float_equal(hits[3].y, 45, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_coordinates),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_last_area),
		cmocka_unit_test(test_content_coordinates),
	};
	frame_open(&frame);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	frame_close(&frame);
	return failed;
}
