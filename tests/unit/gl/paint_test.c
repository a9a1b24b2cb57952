/*
 * Golden pixels of one layer: sRGB, premultiplied in linear light. Every case
 * is drawn by every painter, with the newest OpenGL ES there is and with ES 2.
 */
#include "rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE     32
#define EXACT    0
#define NEAR     1
#define RED      0xff0000ff
#define HALF_RED 0xbc000080 /* half of a pixel covered */
#define CLEAR    0x00000000

struct golden {
	const char *name;
	void (*write)(struct stream *s);
	int tolerance;
	struct {
		int32_t x, y;
		uint32_t rgba;
	} pixels[8]; /* up to one at 0,0 that is not the first */
};

static void nothing(struct stream *s)
{
	(void)s;
}

static void no_brush(struct stream *s)
{
	put_paint(s);
}

static void red_over_white(struct stream *s)
{
	put_all(s, 0xffffffff);
	put_all(s, 0xff000080);
}

static void black_over_white(struct stream *s)
{
	put_all(s, 0xffffffff);
	put_all(s, 0x00000080);
}

static void white_over_black(struct stream *s)
{
	put_all(s, 0x000000ff);
	put_all(s, 0xffffff80);
}

static void red_on_clear(struct stream *s)
{
	put_all(s, 0xff000080);
}

static void invisible(struct stream *s)
{
	put_all(s, 0x00ff00ff);
	put_all(s, 0xff000000);
}

static void painters_order(struct stream *s)
{
	put_fill(s, 0, 0, 20, 20, 0x0000ffff);
	put_fill(s, 10, 10, 30, 30, 0x00ff00ff);
	put_fill(s, 15, 0, 16, 32, RED);
}

static void brush_stays(struct stream *s)
{
	put_fill(s, 0, 0, 4, 4, RED);
	put_paint(s);
}

static void rect_aligned(struct stream *s)
{
	put_fill(s, 4, 6, 8, 9, RED);
}

static void rect_beyond(struct stream *s)
{
	put_fill(s, -1000, -5, 4, 1e6f, RED);
}

static void rect_inverted(struct stream *s)
{
	put_fill(s, 8, 8, 4, 12, RED);
	put_fill(s, 8, 8, 8, 12, RED);
}

static void rect_quarter(struct stream *s)
{
	put_move(s, .25f, 0);
	put_fill(s, 4, 0, 8, 32, RED);
	put_transform_pop(s);
}

static void rect_in_a_pixel(struct stream *s)
{
	put_fill(s, 4.25f, 4.25f, 4.75f, 4.75f, RED);
}

static void clips_multiply(struct stream *s)
{
	put_rect(s, 4.5f, 0, 20, 32);
	put_fill(s, 0, 4.5f, 32, 20, RED);
	put_clip_pop(s);
	put_fill(s, 30, 30, 31, 31, RED);
}

static void clips_apart(struct stream *s)
{
	put_rect(s, 0, 0, 8, 8);
	put_fill(s, 8, 0, 32, 32, RED);
	put_clip_pop(s);
}

static void path_half(struct stream *s)
{
	put_polygon(s, (const float[]){4.5f, 4, 14.5f, 4, 14.5f, 14, 4.5f, 14}, 4);
	put_all(s, RED);
	put_clip_pop(s);
}

static void put_squares(struct stream *s, const float one[8], const float other[8])
{
	put_op(s, 0x13, 2 * 13);
	put_contour(s, one, 4);
	put_contour(s, other, 4);
	put_all(s, RED);
	put_clip_pop(s);
}

static void path_overlap(struct stream *s)
{
	put_squares(s, (const float[]){2, 2, 14, 2, 14, 14, 2, 14},
		(const float[]){8.5f, 8, 20, 8, 20, 20, 8.5f, 20});
}

static void path_hole(struct stream *s)
{
	put_squares(s, (const float[]){2, 2, 22, 2, 22, 22, 2, 22},
		(const float[]){8, 8, 8, 16, 16, 16, 16, 8});
}

static void path_diamond(struct stream *s)
{
	put_polygon(s, (const float[]){16, 6, 26, 16, 16, 26, 6, 16}, 4);
	put_all(s, RED);
	put_clip_pop(s);
}

static void path_empty(struct stream *s)
{
	put_op(s, 0x13, 0);
	put_all(s, RED);
	put_clip_pop(s);
}

static void rrect(struct stream *s)
{
	put_rrect(s, 4, 4, 28, 28, 8);
	put_all(s, RED);
	put_clip_pop(s);
}

static void ellipse(struct stream *s)
{
	put_ellipse(s, 4, 8, 28, 24);
	put_all(s, RED);
	put_clip_pop(s);
}

static void offset_whole(struct stream *s)
{
	put_move(s, 3, 5);
	put_fill(s, 1, 1, 3, 3, RED);
	put_transform_pop(s);
	put_fill(s, 1, 1, 3, 3, 0x00ff00ff);
}

static void scaled(struct stream *s)
{
	put_push(s, 2, 0, 0, 0, .5f, 0);
	put_fill(s, 2, 2, 4, 5, RED);
	put_transform_pop(s);
}

static void turned(struct stream *s)
{
	put_push(s, 0, -1, 20, 1, 0, 10);
	put_fill(s, 0, 0, 8, 4, RED);
	put_transform_pop(s);
}

static void turned_eighth(struct stream *s)
{
	float c = sqrtf(.5f);
	put_push(s, c, -c, 16, c, c, 16);
	float r = 10 * c;
	put_fill(s, -r, -r, r, r, RED);
	put_transform_pop(s);
}

/* The later one acts first: 2 * (p + 3). */
static void multiplied(struct stream *s)
{
	put_push(s, 2, 0, 0, 0, 2, 0);
	put_mul(s, 1, 0, 3, 0, 1, 3);
	put_fill(s, 0, 0, 1, 1, RED);
	put_transform_pop(s);
	put_fill(s, 0, 0, 1, 1, RED);
}

/* A clip keeps the transform under which it was pushed. */
static void clip_under_transform(struct stream *s)
{
	put_rect(s, 2, 2, 6, 6);
	put_move(s, 20, 20);
	put_all(s, RED);
	put_transform_pop(s);
	put_clip_pop(s);
}

/* What is not popped by itself stays in force: brush and multiplied transform. */
static void state_stays(struct stream *s)
{
	put_rect(s, 0, 0, 32, 32);
	put_color(s, 0, 255, 0, 255);
	put_mul(s, 1, 0, 20, 0, 1, 0);
	put_clip_pop(s);
	put_rect(s, 0, 0, 10, 10);
	put_paint(s);
	put_clip_pop(s);
}

/* Edges half a million pixels long, and one of them half way through the first column. */
static void far_corners(struct stream *s)
{
	put_fill(s, -1e6f, -1e6f, 1e6f, 1e6f, 0x00ff00ff);
	put_push(s, 900, 0, .5f, 0, 900, 0);
	put_fill(s, -1e6f, -1e6f, 0, 1e6f, RED);
	put_transform_pop(s);
}

static void flattened(struct stream *s)
{
	put_push(s, 1, 0, 0, 0, 0, 5);
	put_fill(s, 0, 0, 30, 30, RED);
	put_transform_pop(s);
}

/* clang-format off */
static const struct golden goldens[] = {
	{"nothing is clear", nothing, EXACT, {{5, 5, CLEAR}}},
	{"paint without a brush", no_brush, EXACT, {{5, 5, 0x000000ff}}},
	{"red a=128 over white", red_over_white, EXACT, {{5, 5, 0xffbbbbff}, {31, 31, 0xffbbbbff}}},
	{"black a=128 over white", black_over_white, EXACT, {{5, 5, 0xbbbbbbff}}},
	{"white a=128 over black", white_over_black, NEAR, {{5, 5, 0xbcbcbcff}}},
	{"red a=128 on clear", red_on_clear, EXACT, {{5, 5, 0xbc000080}}},
	{"alpha 0 changes nothing", invisible, EXACT, {{5, 5, 0x00ff00ff}}},
	{"the later paint is on top", painters_order, EXACT,
		{{5, 5, 0x0000ffff}, {12, 12, 0x00ff00ff}, {15, 12, RED}, {25, 25, 0x00ff00ff},
			{31, 31, CLEAR}}},
	{"the brush outlives a pop", brush_stays, EXACT, {{2, 2, RED}, {31, 31, RED}}},
	{"rect", rect_aligned, EXACT,
		{{4, 6, RED}, {7, 8, RED}, {3, 7, CLEAR}, {8, 7, CLEAR}, {5, 5, CLEAR}, {5, 9, CLEAR}}},
	{"rect beyond the layer", rect_beyond, EXACT, {{0, 0, RED}, {3, 31, RED}, {4, 0, CLEAR}}},
	{"rect inside out", rect_inverted, EXACT, {{6, 9, CLEAR}, {8, 9, CLEAR}}},
	{"rect a quarter of a pixel off", rect_quarter, NEAR,
		{{3, 9, CLEAR}, {4, 9, 0xe00000bf}, {5, 9, RED}, {7, 9, RED}, {8, 9, 0x89000040},
			{9, 9, CLEAR}}},
	{"rect within a pixel", rect_in_a_pixel, NEAR, {{4, 4, 0x89000040}, {5, 4, CLEAR}}},
	{"coverages of clips multiply", clips_multiply, NEAR,
		{{4, 4, 0x89000040}, {4, 10, HALF_RED}, {10, 4, HALF_RED}, {10, 10, RED},
			{20, 10, CLEAR}, {30, 30, RED}}},
	{"clips apart", clips_apart, EXACT, {{7, 4, CLEAR}, {8, 4, CLEAR}}},
	{"path from half a pixel", path_half, NEAR,
		{{4, 9, HALF_RED}, {14, 9, HALF_RED}, {5, 9, RED}, {13, 9, RED}, {3, 9, CLEAR},
			{15, 9, CLEAR}, {9, 3, CLEAR}}},
	{"contours that overlap", path_overlap, NEAR,
		{{3, 3, RED}, {10, 10, RED}, {8, 10, RED}, {19, 19, RED}, {8, 18, HALF_RED}, {3, 19, CLEAR}}},
	{"a contour against another", path_hole, EXACT,
		{{3, 3, RED}, {10, 10, CLEAR}, {15, 15, CLEAR}, {16, 16, RED}}},
	{"path with slanted edges", path_diamond, NEAR,
		{{16, 16, RED}, {15, 6, HALF_RED}, {16, 6, HALF_RED}, {25, 15, HALF_RED},
			{10, 11, HALF_RED}, {9, 9, CLEAR}}},
	{"path without a verb", path_empty, EXACT, {{5, 5, CLEAR}}},
	{"rounded rect", rrect, NEAR,
		{{4, 4, CLEAR}, {5, 5, CLEAR}, {16, 4, RED}, {4, 16, RED}, {8, 8, RED}, {27, 27, CLEAR}}},
	{"ellipse", ellipse, NEAR,
		{{16, 16, RED}, {5, 16, RED}, {16, 9, RED}, {4, 8, CLEAR}, {27, 23, CLEAR}, {16, 7, CLEAR}}},
	{"offset by whole pixels", offset_whole, EXACT,
		{{4, 6, RED}, {5, 7, RED}, {3, 6, CLEAR}, {6, 6, CLEAR}, {1, 1, 0x00ff00ff}}},
	{"scaled", scaled, NEAR,
		{{4, 1, RED}, {7, 1, RED}, {4, 2, HALF_RED}, {8, 1, CLEAR}, {4, 0, CLEAR}}},
	{"turned by a quarter", turned, EXACT,
		{{19, 10, RED}, {16, 17, RED}, {20, 10, CLEAR}, {15, 10, CLEAR}, {19, 18, CLEAR}}},
	{"turned by an eighth", turned_eighth, NEAR,
		{{16, 16, RED}, {16, 6, HALF_RED}, {25, 15, HALF_RED}, {10, 11, HALF_RED}, {9, 9, CLEAR}}},
	{"transforms multiply", multiplied, EXACT,
		{{6, 6, RED}, {7, 7, RED}, {5, 6, CLEAR}, {8, 7, CLEAR}, {1, 1, CLEAR}}},
	{"a clip keeps its transform", clip_under_transform, EXACT,
		{{2, 2, RED}, {5, 5, RED}, {22, 22, CLEAR}}},
	{"brush and transform stay in force", state_stays, EXACT,
		{{20, 0, 0x00ff00ff}, {29, 9, 0x00ff00ff}, {19, 5, CLEAR}, {30, 5, CLEAR}, {25, 10, CLEAR}}},
	{"far corners", far_corners, NEAR,
		{{0, 0, 0xbcbc00ff}, {1, 0, 0x00ff00ff}, {0, 31, 0xbcbc00ff}, {31, 31, 0x00ff00ff}}},
	{"flattened by its transform", flattened, EXACT, {{5, 5, CLEAR}, {5, 4, CLEAR}}},
};
/* clang-format on */

static struct rig rig;

static void test_golden(void **state)
{
	const struct golden *g = *state;
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	stream_begin(&rig.stream);
	g->write(&rig.stream);
	rig_submit(&rig, layer);
	rig_read(&rig, layer, SIDE, SIDE);
	for (size_t i = 0; i < 8 && (i == 0 || g->pixels[i].x || g->pixels[i].y); i++)
		rig_expect(&rig, g->pixels[i].x, g->pixels[i].y, g->pixels[i].rgba,
			g->tolerance);
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

int main(int argc, char **argv)
{
	enum {
		N = sizeof goldens / sizeof goldens[0]
	};
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){goldens[i].name, test_golden, NULL, clear,
			(void *)(uintptr_t)&goldens[i]};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("paint", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
