/* What the decoder makes of ops: the scene, number by number. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "gl/sublayer.h"

static struct frame frame;
#define scene frame.scene

static int setup(void **state)
{
	frame_open(&frame);
	return 0;
}

static int teardown(void **state)
{
	frame_close(&frame);
	return 0;
}

static void load(void (*write)(struct stream *s))
{
	frame_load(&frame, write, 200, 200);
}

static const struct gl_clip *clip_of(size_t item)
{
	assert_true(item < scene.n_items);
	assert_int_not_equal(scene.items[item].clip, SCENE_NONE);
	return &scene.clips[scene.items[item].clip];
}

static uint32_t color_of(size_t item)
{
	assert_true(item < scene.n_items);
	assert_int_equal(scene.items[item].kind, ITEM_FILL);
	return scene.brushes[scene.items[item].brush].color;
}

static void assert_box(
	const struct gl_clip *c, double x0, double y0, double x1, double y1)
{
	assert_float_equal(c->dx0, x0, 1e-9);
	assert_float_equal(c->dy0, y0, 1e-9);
	assert_float_equal(c->dx1, x1, 1e-9);
	assert_float_equal(c->dy1, y1, 1e-9);
}

/* Macro 1: the brush turns green, T moves 20 to the right; macro 2 fills 10x10. */
static void put_macros(struct stream *s)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	put_color(s, 0, 255, 0, 255);
	put_mul(s, 1, 0, 20, 0, 1, 0);
	put_close(s, at);
	at = put_open(s, 0x60);
	put_u32(s, 2);
	put_rect(s, 0, 0, 10, 10);
	put_paint(s);
	put_clip_pop(s);
	put_close(s, at);
}

static void leaks(struct stream *s)
{
	put_macros(s);
	put_id(s, 0x61, 2);
	put_id(s, 0x61, 1);
	put_id(s, 0x61, 2);
	put_id(s, 0x61, 1);
	put_id(s, 0x61, 2);
}

static void test_calls_leak(void **state)
{
	load(leaks);
	assert_int_equal(scene.n_items, 3);
	assert_int_equal(color_of(0), 0xff000000);
	assert_int_equal(color_of(1), 0xff00ff00);
	assert_box(clip_of(0), 0, 0, 10, 10);
	assert_box(clip_of(1), 20, 0, 30, 10);
	assert_box(clip_of(2), 40, 0, 50, 10);
}

/* Macro 3 holds a defer of 2; deferred from three places, after a redefinition of 2. */
static void defers(struct stream *s)
{
	put_macros(s);
	size_t at = put_open(s, 0x60);
	put_u32(s, 3);
	put_id(s, 0x62, 2);
	put_close(s, at);
	put_rect(s, 5, 5, 9, 9);
	put_color(s, 0, 0, 255, 255);
	put_blend(s, 2);
	put_group(s, 0.25f, 0);
	for (int i = 0; i < 3; i++) {
		put_move(s, (float)(10 + 20 * i), 0);
		put_id(s, i == 1 ? 0x62 : 0x61, 3);
		put_transform_pop(s);
	}
	put_group_pop(s);
	at = put_open(s, 0x60);
	put_u32(s, 2);
	put_close(s, at);
	put_paint(s);
	put_clip_pop(s);
}

/* 10, then 30, which defers 2 only then, when it is empty already, then 50. */
static void test_defers(void **state)
{
	static const double left[] = {10, 50};
	load(defers);
	assert_int_equal(scene.n_items, 2 + 1 + 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(color_of(3 + i), 0xff000000);
		assert_int_equal(scene.items[3 + i].blend, 0);
		assert_box(clip_of(3 + i), left[i], 0, left[i] + 10, 10);
		assert_int_equal(clip_of(3 + i)->parent, SCENE_NONE);
	}
}

static void shapes(struct stream *s)
{
	put_rrect(s, 1, 2, 11, 12, 0);
	put_clip_pop(s);
	put_blur(s, 1, 2, 11, 12, 3, 0, 0);
	put_clip_pop(s);
	put_blur(s, 1, 2, 11, 12, 3, 2, 0);
	put_clip_pop(s);
	put_blur(s, 1, 2, 11, 12, 3, 0, 1);
	put_clip_pop(s);
	put_op(s, 0x13, 11);
	put_u32(s, 1), put_f32(s, 0), put_f32(s, 0);
	put_u32(s, 3), put_f32(s, 3), put_f32(s, 0), put_f32(s, 3), put_f32(s, 3);
	put_u32(s, 6), put_f32(s, 0), put_f32(s, 3);
	put_clip_pop(s);
	const float line[] = {10, 10, 30, 10};
	put_push(s, 2, 0, 0, 0, 3, 0);
	put_stroke(s, 4, 1, 1, 5, line, 2);
	put_clip_pop(s);
	put_transform_pop(s);
}

static void test_shapes(void **state)
{
	load(shapes);
	const struct gl_clip *c = scene.clips;
	assert_int_equal(c[0].shape, SHAPE_RECT);
	assert_int_equal(c[1].shape, SHAPE_RRECT);
	assert_int_equal(c[2].shape, SHAPE_BLUR);
	assert_box(&c[2], -5, -4, 17, 18);
	assert_int_equal(c[3].shape, SHAPE_BLUR);
	assert_true(c[3].inverted && c[3].dx0 <= -1e9 && c[3].dy1 >= 1e9);
	/* a quad is the cubic with two thirds of the way to its control point */
	assert_int_equal(c[4].n_verbs, 3);
	const uint8_t *verbs = &scene.verbs[c[4].verb];
	const struct gl_point *p = &scene.points[c[4].point];
	assert_true(
		verbs[0] == VERB_MOVE && verbs[1] == VERB_CUBIC && verbs[2] == VERB_LINE);
	assert_float_equal(p[1].x, 2, 1e-12);
	assert_float_equal(p[2].x, 3, 1e-12);
	assert_float_equal(p[2].y, 1, 1e-12);
	/* local points, the device box with miters */
	assert_float_equal(scene.points[c[5].point].y, 10, 0);
	assert_box(&c[5], 20 - 20, 30 - 30, 60 + 20, 30 + 30);
	assert_int_equal(scene.strokes[c[5].stroke].cap, CAP_BUTT);
}

/* Each shape at (x, y); the first again and again, moved by what moves nothing else. */
static float move_x, move_y;

static void moved(struct stream *s)
{
	const float line[] = {1, 1, 9.5f, 7, 3, 8};
	put_move(s, move_x, move_y);
	put_rect(s, 1.25f, 2, 7, 9);
	put_rrect(s, 1, 2, 7, 9, 2);
	put_ellipse(s, 1, 2, 7.5f, 9);
	put_blur(s, 1, 2, 7, 9, 2, 1.5f, 0);
	put_polygon(s, line, 3);
	put_stroke(s, 3, 0, 0, 1, line, 3);
	for (int i = 0; i < 6; i++)
		put_clip_pop(s);
	put_transform_pop(s);
}

static void test_shape_hashes(void **state)
{
	static const struct {
		float x, y;
		bool same;
	} moves[] = {
		{0, 0, true},
		{17, 0, true},
		{-3, 100, true},
		{0.5f, 0, false},
		{0, 0.01f, false},
	};
	uint64_t first[6][2], chain[6];
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		move_x = moves[i].x, move_y = moves[i].y;
		load(moved);
		for (size_t k = 0; k < 6; k++) {
			const uint64_t *h = scene.clips[k].shape_hash;
			if (i == 0) {
				memcpy(first[k], h, sizeof first[k]);
				chain[k] = scene.clips[k].hash;
			}
			assert_int_equal(h[0] == first[k][0], moves[i].same);
			assert_int_equal(h[1] == first[k][1], moves[i].same);
			assert_int_equal(scene.clips[k].hash == chain[k], i == 0);
		}
	}
	for (size_t k = 1; k < 6; k++)
		assert_int_not_equal(first[k][0], first[k - 1][0]);
}

static void brushes(struct stream *s)
{
	const float at[] = {0, 1}, circles[] = {1, 2, 3, 4, 5, 60};
	const uint32_t colors[] = {0xff0000ff, 0x00ff0080};
	put_image(s, 7, 8, 6, 0x102030ff);
	put_linear(s, 10, 0, 20, 0, 2, at, colors);
	put_push(s, 2, 0, 5, 0, 2, 0);
	put_paint(s);
	put_paint(s);
	put_transform_pop(s);
	put_paint(s);
	put_radial(s, circles, 2, at, colors);
	put_paint(s);
	put_image_brush(s, 7, 2, 1, 8, 6);
	put_push(s, 0, -2, 100, 2, 0, 50);
	put_paint(s);
	put_transform_pop(s);
	put_push(s, 1, 0, 0, 0, 0, 0);
	put_paint(s);
	put_transform_pop(s);
}

static void test_brushes(void **state)
{
	load(brushes);
	assert_int_equal(scene.n_items, 5);
	assert_int_equal(scene.items[0].brush, scene.items[1].brush);
	const struct gl_brush *b = &scene.brushes[scene.items[0].brush];
	assert_float_equal(affine_apply(&b->from_device, 25, 77).x, 0, 1e-12);
	assert_float_equal(affine_apply(&b->from_device, 45, 7).x, 1, 1e-12);
	b = &scene.brushes[scene.items[2].brush];
	assert_float_equal(affine_apply(&b->from_device, 15, 0).x, 0.5, 1e-12);
	assert_false(b->opaque);
	assert_int_equal(b->n_stops, 2);
	b = &scene.brushes[scene.items[3].brush];
	assert_int_equal(b->kind, BRUSH_RADIAL);
	assert_float_equal(b->r1, 60, 0);
	/* (100, 50) is its corner; turned by a quarter, twice as large */
	b = &scene.brushes[scene.items[4].brush];
	struct gl_point p = affine_apply(&b->from_device, 100, 50);
	assert_float_equal(p.x, 2, 1e-12);
	assert_float_equal(p.y, 1, 1e-12);
	p = affine_apply(&b->from_device, 98, 54);
	assert_float_equal(p.x, 4, 1e-12);
	assert_float_equal(p.y, 2, 1e-12);
	assert_true(b->opaque);
	assert_true(clip_of(4)->made);
	assert_box(clip_of(4), 90, 50, 100, 62);
}

static void groups(struct stream *s)
{
	put_rect(s, 0, 0, 50, 50);
	put_group(s, 0.5f, 0);
	put_group(s, 1, 6);
	put_clip_pop(s);
	put_paint(s);
	put_group_pop(s);
	put_group_pop(s);
}

static void test_groups(void **state)
{
	load(groups);
	assert_int_equal(scene.n_items, 5);
	const struct gl_item *i = scene.items;
	assert_true(i[0].kind == ITEM_GROUP && i[0].end == 4 && i[0].clip == SCENE_NONE);
	assert_true(i[1].kind == ITEM_GROUP && i[1].end == 3);
	assert_true(i[3].kind == ITEM_GROUP_END && i[3].end == 1 && i[3].blend == 6);
	assert_true(i[4].kind == ITEM_GROUP_END && i[4].end == 0);
	assert_float_equal(i[4].opacity, 0.5f, 0);
	assert_int_equal(i[2].clip, SCENE_NONE);
}

static void unbounded_group(struct stream *s)
{
	put_rect(s, 0, 0, 50, 50);
	put_group(s, 0.5f, 2);
	put_group_pop(s);
	put_clip_pop(s);
}

static void test_unbounded_group(void **state)
{
	load(unbounded_group);
	assert_int_equal(scene.items[0].clip, 0);
	assert_int_equal(scene.items[1].clip, 0);
}

static void put_place_at(struct stream *s, float x, float scroll)
{
	put_move(s, x, 20);
	put_place(s, 5, 2, 0, 40, 30, 0, scroll);
	put_transform_pop(s);
}

/* A content of 30x100: whole, at half a pixel, scrolled to its end, and turned. */
static void places(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 30), put_u32(s, 100), put_u32(s, 0);
	put_paint(s);
	put_close(s, at);
	put_place_at(s, 10, 7);
	put_place_at(s, 10.5f, 7);
	put_place_at(s, 10, 90);
	put_place_at(s, 10, 101);
	put_push(s, 0, 1, 0, -1, 0, 100);
	put_place(s, 5, 0, 0, 40, 30, 0, 0);
	put_transform_pop(s);
}

static void test_places(void **state)
{
	load(places);
	assert_int_equal(scene.n_items, 4);
	const struct gl_item *i = scene.items;
	assert_true(i[0].exact && !i[1].exact && i[2].exact && !i[3].exact);
	assert_int_equal(i[0].sublayer->width, 30);
	struct gl_point p = affine_apply(&i[0].to_content, 12, 20);
	assert_float_equal(p.x, 0, 0);
	assert_float_equal(p.y, 7, 0);
	assert_box(clip_of(0), 12, 20, 42, 50);
	assert_box(clip_of(2), 12, 20, 42, 30);
	assert_int_equal(scene.n_areas, 4);
}

static void runs(struct stream *s)
{
	static const float m[][6] = {
		{1, 0, 3, 0, 1, 4},
		{2, 0, 0, 0, 2, 0},
		{13, 0, 0, 0, 13, 0},
		{2, 0, 0, 0, 1, 0},
		{-1, 0, 0, 0, -1, 0},
		{0, -1, 0, 1, 0, 0},
		{0, 0, 0, 0, 1, 0},
	};
	for (size_t i = 0; i < sizeof m / sizeof *m; i++) {
		put_push(s, m[i][0], m[i][1], m[i][2], m[i][3], m[i][4], m[i][5]);
		put_op(s, 0x33, 9);
		put_u32(s, 0x80000005), put_f32(s, 20), put_u32(s, 0);
		put_u32(s, 7), put_f32(s, 1), put_f32(s, 2);
		put_u32(s, 8), put_f32(s, 3), put_f32(s, 2);
		put_transform_pop(s);
	}
}

static void test_runs(void **state)
{
	stream_begin(&frame.stream);
	runs(&frame.stream);
	stream_end(&frame.stream);
	assert_int_equal(
		frame_decode(&frame, &scene, frame.stream.data, frame.stream.size), 0);
	assert_int_equal(scene.n_items, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(scene.items[i].end, i);
		assert_int_equal(scene.items[i].n, 2);
		assert_int_equal(scene.runs[i].upright, i < 2);
	}
	assert_float_equal(scene.glyphs[scene.items[0].first].x, 4, 0);
	assert_float_equal(scene.glyphs[scene.items[0].first + 1].x, 6, 0);
	assert_float_equal(scene.glyphs[scene.items[1].first].y, 4, 0);
	assert_int_equal(scene.glyphs[scene.items[1].first].id, 7);
}

/* The same picture by other ways has the same hashes. */
static void direct(struct stream *s)
{
	put_fill(s, 20, 0, 30, 10, 0x00ff00ff);
}

static void by_calls(struct stream *s)
{
	put_macros(s);
	put_id(s, 0x61, 1);
	put_id(s, 0x61, 2);
}

static void test_same_hash(void **state)
{
	load(direct);
	uint64_t hash = scene.items[0].hash;
	load(by_calls);
	assert_int_equal(scene.items[0].hash, hash);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_calls_leak),
		CASE(test_defers),
		CASE(test_shapes),
		CASE(test_shape_hashes),
		CASE(test_brushes),
		CASE(test_groups),
		CASE(test_unbounded_group),
		CASE(test_places),
		CASE(test_runs),
		CASE(test_same_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
