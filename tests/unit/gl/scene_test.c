/* What differs from the last frame, as a table of two streams and the damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "writer.h"

#define RED   0xff0000ff
#define GREEN 0x00ff00ff

static void nothing(struct stream *s)
{
	(void)s;
}

static void whole(struct stream *s)
{
	put_paint(s);
}

static void one(struct stream *s)
{
	put_fill(s, 10, 10, 20, 20, RED);
}

static void one_green(struct stream *s)
{
	put_fill(s, 10, 10, 20, 20, GREEN);
}

/* Other bytes, the same picture: a brush that nothing uses, an area, a clip for it. */
static void one_otherwise(struct stream *s)
{
	put_color(s, 1, 2, 3, 4);
	put_rect(s, 0, 0, 9, 9);
	put_area(s, 7);
	put_clip_pop(s);
	one(s);
}

static void moved(struct stream *s)
{
	put_move(s, 5, 0);
	one(s);
	put_transform_pop(s);
}

/* Its bounds stay, its shape does not. */
static void rounded(struct stream *s)
{
	put_rrect(s, 10, 10, 20, 20, 3);
	put_color(s, 255, 0, 0, 255);
	put_paint(s);
	put_clip_pop(s);
}

static void ellipse(struct stream *s)
{
	put_ellipse(s, 10, 10, 20, 20);
	put_color(s, 255, 0, 0, 255);
	put_paint(s);
	put_clip_pop(s);
}

static void rounder(struct stream *s)
{
	put_rrect(s, 10, 10, 20, 20, 4);
	put_color(s, 255, 0, 0, 255);
	put_paint(s);
	put_clip_pop(s);
}

/* The parent differs, and with it the child's mask, though not its bounds. */
static void in_disc(struct stream *s)
{
	put_ellipse(s, 0, 0, 40, 40);
	put_rect(s, 10, 0, 20, 40);
	put_paint(s);
	put_clip_pop(s);
	put_clip_pop(s);
}

static void in_rrect(struct stream *s)
{
	put_rrect(s, 0, 0, 40, 40, 11);
	put_rect(s, 10, 0, 20, 40);
	put_paint(s);
	put_clip_pop(s);
	put_clip_pop(s);
}

static void three(struct stream *s)
{
	put_fill(s, 0, 0, 5, 5, RED);
	put_fill(s, 30, 30, 40, 40, RED);
	put_fill(s, 60, 60, 65, 65, RED);
}

static void three_middle(struct stream *s)
{
	put_fill(s, 0, 0, 5, 5, RED);
	put_fill(s, 30, 30, 40, 40, GREEN);
	put_fill(s, 60, 60, 65, 65, RED);
}

static void three_ends(struct stream *s)
{
	put_fill(s, 0, 0, 5, 5, GREEN);
	put_fill(s, 30, 30, 40, 40, RED);
	put_fill(s, 60, 60, 65, 65, GREEN);
}

static void two_ends(struct stream *s)
{
	put_fill(s, 0, 0, 5, 5, RED);
	put_fill(s, 60, 60, 65, 65, RED);
}

static void over(struct stream *s)
{
	put_fill(s, 0, 0, 20, 20, RED);
	put_fill(s, 10, 10, 30, 30, GREEN);
}

static void under(struct stream *s)
{
	put_fill(s, 10, 10, 30, 30, GREEN);
	put_fill(s, 0, 0, 20, 20, RED);
}

static void outside(struct stream *s)
{
	put_fill(s, 200, 200, 300, 300, RED);
}

static void across_edge(struct stream *s)
{
	put_fill(s, 90.5f, 70.25f, 300, 300, RED);
}

static const struct {
	const char *name;
	void (*was)(struct stream *s), (*is)(struct stream *s);
	struct gl_rect damage;
} cases[] = {
	{"nothing twice", nothing, nothing, {0, 0, 0, 0}},
	{"the same", one, one, {0, 0, 0, 0}},
	{"the same by other bytes", one, one_otherwise, {0, 0, 0, 0}},
	{"another clip of the same shape", rounded, rounded, {0, 0, 0, 0}},
	{"comes", nothing, one, {10, 10, 20, 20}},
	{"goes", one, nothing, {10, 10, 20, 20}},
	{"no clip", nothing, whole, {0, 0, 100, 80}},
	{"another colour", one, one_green, {10, 10, 20, 20}},
	{"moved", one, moved, {10, 10, 25, 20}},
	{"another shape", one, rounded, {10, 10, 20, 20}},
	{"a rectangle's ellipse", one, ellipse, {10, 10, 20, 20}},
	{"another radius", rounded, rounder, {10, 10, 20, 20}},
	{"another parent", in_disc, in_rrect, {10, 0, 20, 40}},
	{"one of three", three, three_middle, {30, 30, 40, 40}},
	{"first and last of three", three, three_ends, {0, 0, 65, 65}},
	{"one less in the middle", three, two_ends, {30, 30, 40, 40}},
	{"one more in the middle", two_ends, three, {30, 30, 40, 40}},
	{"another order", over, under, {0, 0, 30, 30}},
	{"outside the layer", nothing, outside, {0, 0, 0, 0}},
	{"cut by the layer", nothing, across_edge, {90, 70, 100, 80}},
};

static void load(struct gl_scene *scene, void (*write)(struct stream *s))
{
	struct stream s = {0};
	struct raster raster = {0};
	struct gl_op_error err = {0};
	stream_begin(&s);
	write(&s);
	stream_end(&s);
	if (scene_decode(scene, s.data, s.size, &err))
		fail_msg("byte %zu: %s", err.offset, err.reason);
	assert_int_equal(scene_cover(scene, 100, 80, &raster, &err), 0);
	raster_finish(&raster);
	stream_free(&s);
}

static void test_diff(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_scene was = {0}, is = {0};
		load(&was, cases[i].was);
		load(&is, cases[i].is);
		struct gl_rect d = scene_diff(&was, &is), want = cases[i].damage;
		bool both_empty = d.x1 <= d.x0 && want.x1 <= want.x0;
		if (!both_empty && memcmp(&d, &want, sizeof d) != 0)
			fail_msg("%s: %d,%d to %d,%d", cases[i].name, d.x0, d.y0, d.x1,
				d.y1);
		scene_finish(&was);
		scene_finish(&is);
	}
}

/* The second frame in the same scene takes no more memory than the first. */
static void test_reuse(void **state)
{
	struct gl_scene scene = {0};
	load(&scene, put_rich);
	const struct gl_scene first = scene;
	for (int i = 0; i < 3; i++) {
		load(&scene, put_rich);
		assert_ptr_equal(scene.clips, first.clips);
		assert_ptr_equal(scene.spans, first.spans);
		assert_ptr_equal(scene.cover, first.cover);
		assert_ptr_equal(scene.points, first.points);
		assert_int_equal(scene.n_spans, first.n_spans);
		assert_int_equal(scene.n_cover, first.n_cover);
	}
	scene_finish(&scene);
}

/* The first of all scenes has no arrays yet, and an empty path needs none. */
static void empty_path(struct stream *s)
{
	put_op(s, 0x13, 0);
	put_area(s, 1);
	put_paint(s);
	put_clip_pop(s);
}

static void test_empty_path(void **state)
{
	struct gl_scene scene = {0};
	struct gl_hit hit;
	load(&scene, empty_path);
	assert_int_equal(scene.clips[0].mask.pixels, 0);
	assert_int_equal(scene.clips[0].mask.n, 0);
	assert_int_equal(scene_hit(&scene, 0, 0, &hit, 1), 0);
	scene_finish(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_empty_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
