/* What differs from the last frame, as a table of two streams and the damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "gl/rect.h"

#define WIDTH  100
#define HEIGHT 80
#define RED    0xff0000ff
#define GREEN  0x00ff00ff

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

static void in_group(struct stream *s)
{
	put_group(s, 0.5f, 0);
	one(s);
	put_group_pop(s);
}

static void in_fainter_group(struct stream *s)
{
	put_group(s, 0.25f, 0);
	one(s);
	put_group_pop(s);
}

static void in_group_green(struct stream *s)
{
	put_group(s, 0.5f, 0);
	put_fill(s, 0, 0, 40, 40, RED);
	one_green(s);
	put_group_pop(s);
}

static void in_group_red(struct stream *s)
{
	put_group(s, 0.5f, 0);
	put_fill(s, 0, 0, 40, 40, RED);
	one(s);
	put_group_pop(s);
}

static void one_plus(struct stream *s)
{
	put_blend(s, 12);
	one(s);
}

static void gradient(struct stream *s, float x1)
{
	const float at[] = {0, 1};
	const uint32_t colors[] = {RED, GREEN};
	put_rect(s, 10, 10, 20, 20);
	put_linear(s, 0, 0, x1, 0, 2, at, colors);
	put_paint(s);
	put_clip_pop(s);
}

static void gradient_100(struct stream *s)
{
	gradient(s, 100);
}

static void gradient_90(struct stream *s)
{
	gradient(s, 90);
}

static void image(struct stream *s, uint32_t rgba)
{
	put_image(s, 3, 4, 4, rgba);
	put_move(s, 30, 20);
	put_image_brush(s, 3, 0, 0, 4, 4);
	put_paint(s);
	put_transform_pop(s);
}

static void red_image(struct stream *s)
{
	image(s, RED);
}

static void green_image(struct stream *s)
{
	image(s, GREEN);
}

static void put_image_at(struct stream *s)
{
	put_move(s, 30, 20);
	put_image_brush(s, 3, 0, 0, 16, 16);
	put_paint(s);
	put_transform_pop(s);
}

static void large_image(struct stream *s)
{
	put_image(s, 3, 16, 16, RED);
	put_image_at(s);
}

/* Samples may reach 4 pixels around. */
static void updated_image(struct stream *s)
{
	put_image_update(s, 3, 6, 5, 2, 3, GREEN);
	put_image_at(s);
}

static void updated_twice(struct stream *s)
{
	put_image_update(s, 3, 5, 5, 1, 1, GREEN);
	put_image_update(s, 3, 5, 8, 1, 1, GREEN);
	put_image_at(s);
}

static void image_again(struct stream *s)
{
	put_image_at(s);
}

static void put_content(struct stream *s, uint32_t rgba)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 30), put_u32(s, 40), put_u32(s, 0);
	put_fill(s, 0, 0, 10, 10, RED);
	put_fill(s, 0, 20, 10, 30, rgba);
	put_close(s, at);
	put_move(s, 10, 20);
	put_place(s, 5, 0, 0, 30, 30, 0, 10);
	put_transform_pop(s);
}

static void content(struct stream *s)
{
	put_content(s, RED);
}

static void content_green(struct stream *s)
{
	put_content(s, GREEN);
}

static void stroke(struct stream *s, float width)
{
	const float line[] = {10, 20, 40, 20};
	put_stroke(s, width, 0, 1, 4, line, 2);
	put_paint(s);
	put_clip_pop(s);
}

static void thin(struct stream *s)
{
	stroke(s, 2);
}

static void thick(struct stream *s)
{
	stroke(s, 4);
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
	{"another order", over, under, {10, 10, 30, 30}},
	{"outside the layer", nothing, outside, {0, 0, 0, 0}},
	{"the same group", in_group, in_group, {0, 0, 0, 0}},
	{"into a group", one, in_group, {10, 10, 20, 20}},
	{"another opacity", in_group, in_fainter_group, {10, 10, 20, 20}},
	{"one item of a group", in_group_red, in_group_green, {10, 10, 20, 20}},
	{"another blend mode", one, one_plus, {10, 10, 20, 20}},
	{"the same gradient", gradient_90, gradient_90, {0, 0, 0, 0}},
	{"another gradient", gradient_90, gradient_100, {10, 10, 20, 20}},
	{"a wider stroke", thin, thick, {10, 18, 40, 22}},
	{"a part of an image", large_image, updated_image, {32, 21, 42, 32}},
	{"two parts of an image", large_image, updated_twice, {31, 21, 40, 33}},
	{"an image as it was", large_image, image_again, {0, 0, 0, 0}},
	{"the same content anew", content, content, {0, 0, 0, 0}},
	{"a part of a content", content, content_green, {10, 30, 20, 40}},
	{"another image", red_image, green_image, {30, 20, 34, 24}},
	{"cut by the layer", nothing, across_edge, {90, 70, 100, 80}},
};

/* The same list of frames through two scenes, as a layer does it. */
static struct frame frame;
static struct gl_scene was;

/* What f->scene was is in `was` then. */
static void next(void (*write)(struct stream *s))
{
	struct gl_scene swap = was;
	was = frame.scene;
	frame.scene = swap;
	frame_load(&frame, write, WIDTH, HEIGHT);
}

static int start(void **state)
{
	frame_open(&frame);
	return 0;
}

static int finish(void **state)
{
	scene_finish(&was, &frame.context);
	frame_close(&frame);
	return 0;
}

static void test_diff(void **state)
{
	int failed = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_region region;
		next(cases[i].was);
		next(cases[i].is);
		scene_diff(&was, &frame.scene, &region);
		struct gl_rect d = region_bounds(&region), want = cases[i].damage;
		if ((rect_empty(&d) && rect_empty(&want)) || rect_same(&d, &want))
			continue;
		print_error(
			"%s: %d,%d to %d,%d\n", cases[i].name, d.x0, d.y0, d.x1, d.y1);
		failed++;
	}
	assert_int_equal(failed, 0);
}

/*
 * Against brute force: what a pixel shows is the list of the items that reach it, each as
 * (hash, kind), groups only where something in them does. Where the lists of two
 * frames differ, there must be damage; and of the frames made here, not everywhere.
 */

static uint32_t seed;

static uint32_t chance(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

#define PIECES 14

/* A frame is a list of numbers: a rectangle of some place and colour, or half a group. */
static uint32_t pieces[PIECES * 2];
static size_t n_pieces;

static void put_piece(struct stream *s, uint32_t piece, int *open)
{
	static const uint32_t modes[] = {0, 2, 8, 5};
	if (piece % 5 == 3) {
		put_group(s, 0.5f, modes[piece / 5 % 4]);
		++*open;
	} else if (piece % 5 == 4 && *open > 0) {
		put_group_pop(s);
		--*open;
	} else {
		float x = (float)(piece / 3 % 7 * 4), y = (float)(piece / 21 % 5 * 4);
		put_fill(s, x, y, x + 9, y + 7, piece % 3 * 0x40302000 + 0xff);
	}
}

static void put_pieces(struct stream *s)
{
	int open = 0;
	for (size_t i = 0; i < n_pieces; i++)
		put_piece(s, pieces[i], &open);
	while (open-- > 0)
		put_group_pop(s);
}

/* Some go, some come, two trade places. */
static void change_pieces(void)
{
	for (uint32_t i = chance(4); i-- > 0;) {
		size_t at = chance((uint32_t)n_pieces), to = chance((uint32_t)n_pieces);
		uint32_t piece = pieces[at];
		switch (chance(3)) {
		case 0:
			pieces[at] = pieces[to];
			pieces[to] = piece;
			break;
		case 1:
			pieces[at] = chance(105);
			break;
		case 2:
			if (n_pieces == PIECES * 2)
				break;
			memmove(&pieces[at + 1], &pieces[at],
				(n_pieces - at) * sizeof *pieces);
			pieces[at] = chance(105);
			n_pieces++;
			break;
		}
	}
}

static bool reaches(const struct gl_item *item, int x, int y)
{
	const struct gl_rect *b = &item->bounds;
	return x >= b->x0 && x < b->x1 && y >= b->y0 && y < b->y1;
}

/* Of a group: something within reaches, or its mode empties its clip all the same. */
static bool counts(const struct gl_scene *s, size_t at, int x, int y)
{
	const struct gl_item *item = &s->items[at];
	if (item->kind == ITEM_FILL)
		return reaches(item, x, y);
	size_t from = item->kind == ITEM_GROUP ? at : item->end, to = s->items[from].end;
	if (blend_unbounded(item->blend))
		return true;
	for (size_t i = from + 1; i < to; i++)
		if (s->items[i].kind == ITEM_FILL ? reaches(&s->items[i], x, y)
						  : blend_unbounded(s->items[i].blend))
			return true;
	return false;
}

static uint64_t shown(const struct gl_scene *s, int x, int y)
{
	uint64_t h = 7;
	for (size_t i = 0; i < s->n_items; i++)
		if (counts(s, i, x, y))
			h = (h ^ s->items[i].hash ^ (uint64_t)s->items[i].kind << 40) *
				    UINT64_C(0x9e3779b97f4a7c15) +
			    (h >> 31);
	return h;
}

static bool is_damaged(const struct gl_region *region, int x, int y)
{
	for (size_t i = 0; i < region->n; i++) {
		const struct gl_rect *r = &region->rects[i];
		if (x >= r->x0 && x < r->x1 && y >= r->y0 && y < r->y1)
			return true;
	}
	return false;
}

static void test_brute_force(void **state)
{
	size_t clean = 0, damaged = 0;
	n_pieces = PIECES;
	for (size_t i = 0; i < PIECES; i++)
		pieces[i] = chance(105);
	next(put_pieces);
	for (uint32_t round = 0; round < 4000; round++) {
		struct gl_region region;
		if (round % 50 == 0)
			n_pieces = PIECES;
		change_pieces();
		next(put_pieces);
		scene_diff(&was, &frame.scene, &region);
		for (int y = 0; y < 26; y++)
			for (int x = 0; x < 36; x++) {
				bool hurt = is_damaged(&region, x, y);
				*(hurt ? &damaged : &clean) += 1;
				if (!hurt &&
					shown(&was, x, y) != shown(&frame.scene, x, y))
					fail_msg("round %u: %d,%d", round, x, y);
			}
	}
	assert_true(clean > damaged / 2 && damaged > 1000);
}

/* A row that comes in the middle of a thousand is all that is damaged. */
static uint32_t extra_row;

static void rows(struct stream *s)
{
	for (uint32_t i = 0; i < 1000; i++) {
		float x = (float)(i % 20 * 5), y = (float)(i / 20);
		if (i == extra_row)
			put_fill(s, 33, 44, 35, 46, GREEN);
		put_fill(s, x, y, x + 4, y + 1, RED);
	}
}

static void test_insertion(void **state)
{
	struct gl_region region;
	extra_row = UINT32_MAX;
	next(rows);
	extra_row = 400;
	next(rows);
	scene_diff(&was, &frame.scene, &region);
	struct gl_rect d = region_bounds(&region);
	assert_true(rect_same(&d, &(struct gl_rect){33, 44, 35, 46}));
	extra_row = 17;
	next(rows);
	scene_diff(&was, &frame.scene, &region);
	d = region_bounds(&region);
	assert_true(rect_same(&d, &(struct gl_rect){33, 44, 35, 46}));
}

/* The second frame in the same scene takes no more memory than the first. */
static void test_reuse(void **state)
{
	next(put_rich);
	next(put_rich);
	next(put_rich);
	const struct gl_scene a = frame.scene, b = was;
	for (int i = 0; i < 4; i++) {
		const struct gl_scene *same = i % 2 ? &a : &b;
		next(put_rich);
		assert_ptr_equal(frame.scene.clips, same->clips);
		assert_ptr_equal(frame.scene.items, same->items);
		assert_ptr_equal(frame.scene.points, same->points);
		assert_ptr_equal(frame.scene.brushes, same->brushes);
		assert_int_equal(frame.scene.cap_points, same->cap_points);
	}
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
	struct gl_hit hit;
	next(empty_path);
	assert_true(rect_empty(&frame.scene.clips[0].bounds));
	assert_true(rect_empty(&frame.scene.items[0].bounds));
	assert_int_equal(scene_hit(&frame.scene, 0, 0, &hit, 1), 0);
}

#define REACH_ITEMS 60
#define REACH_SIDE  1000

static int32_t below(int32_t n)
{
	return (int32_t)((unsigned)rand() % (unsigned)n);
}

static struct gl_rect any_rect(void)
{
	int32_t x = below(REACH_SIDE), y = below(REACH_SIDE);
	return (struct gl_rect){x, y, x + below(9) * below(40), y + below(9) * below(40)};
}

/* Items of random places, some in groups whose own bounds are others still. */
static void scatter(struct gl_item *items)
{
	for (uint32_t i = 0; i < REACH_ITEMS; i++) {
		items[i] = (struct gl_item){.kind = ITEM_FILL};
		items[i].bounds = rect_intersect(
			any_rect(), (struct gl_rect){0, 0, REACH_SIDE, REACH_SIDE});
	}
	for (uint32_t i = 3; i + 5 < REACH_ITEMS; i += 11) {
		items[i].kind = ITEM_GROUP;
		items[i].end = i + 4;
		items[i + 4].kind = ITEM_GROUP_END;
		items[i + 4].end = i;
		items[i + 4].bounds = items[i].bounds;
	}
}

/* Nothing that reaches a rectangle is left out, and no bound lies inside a group. */
static void test_reach(void **state)
{
	struct gl_item items[REACH_ITEMS];
	struct gl_scene scene = {
		.items = items, .n_items = REACH_ITEMS, .height = REACH_SIDE};
	size_t spared = 0, from, to;
	(void)state;
	for (int round = 0; round < 500; round++) {
		scatter(items);
		assert_true(scene_index(&scene));
		struct gl_rect rect = any_rect();
		scene_reach(&scene, rect, &from, &to);
		spared += REACH_ITEMS - (to - from);
		for (size_t i = 0; i < REACH_ITEMS; i++) {
			struct gl_rect both = rect_intersect(items[i].bounds, rect);
			bool group = items[i].kind == ITEM_GROUP;
			assert_true(rect_empty(&both) || (i >= from && i < to));
			if (group) {
				assert_false(from > i && from <= items[i].end);
				assert_false(to > i && to <= items[i].end);
				i = items[i].end;
			}
		}
	}
	assert_true(spared > 500);
	free(scene.bands);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_brute_force),
		cmocka_unit_test(test_insertion),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_empty_path),
		cmocka_unit_test(test_reach),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
