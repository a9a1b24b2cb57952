/*
 * Streams made to cost as much as they can. Each is refused for that or
 * accepted, and both within a second of processor time; that is printed. What
 * fails a test is only far more, since a test machine may be slow.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "frame.h"

#include "util/opwire.h"

#define TOO_LONG_S 20

static double reach; /* the layer's width */

static void put_point(struct stream *s, uint32_t verb, double x, double y)
{
	put_u32(s, verb);
	put_f32(s, (float)x), put_f32(s, (float)y);
}

static void put_pops(struct stream *s, int n)
{
	while (n-- > 0)
		put_clip_pop(s);
}

/* Lines from corner to corner, to and fro. */
static void put_zigzag(struct stream *s, uint32_t n)
{
	put_op(s, 0x13, 3 * n);
	for (uint32_t i = 0; i < n; i++)
		put_point(
			s, i ? 2 : 1, i % 2 ? reach : 0, i % 2 ? i % 97 : reach - i % 89);
}

static void zigzag(struct stream *s)
{
	put_zigzag(s, OPWIRE_MAX_VERBS);
	put_paint(s);
	put_clip_pop(s);
}

static void zigzags_nested(struct stream *s)
{
	for (int i = 0; i < 64; i++)
		put_zigzag(s, OPWIRE_MAX_VERBS / 64);
	put_paint(s);
	put_pops(s, 64);
}

static void whole_paints(struct stream *s)
{
	for (uint32_t i = 0; i < OPWIRE_MAX_PAINTS; i++)
		put_paint(s);
}

static void complex_paints(struct stream *s)
{
	put_zigzag(s, 200);
	for (uint32_t i = 0; i < OPWIRE_MAX_PAINTS; i++)
		put_paint(s);
	put_clip_pop(s);
}

/* Whole-layer masks that all differ, under a parent with spans in each row. */
static void masks_nested(struct stream *s)
{
	put_ellipse(s, 0, 0, (float)reach, (float)reach);
	for (int i = 0; i < 16000; i++) {
		put_rrect(s, 0.5f, 0.5f, (float)reach, (float)reach, 5);
		put_paint(s);
		put_clip_pop(s);
	}
	put_clip_pop(s);
}

/* The same with rectangles on whole pixels: one run in each row. */
static void rects_nested(struct stream *s)
{
	put_ellipse(s, 0, 0, (float)reach, (float)reach);
	for (int i = 0; i < 16000; i++) {
		put_rect(s, (float)(i % 100), 0, (float)reach, (float)reach);
		put_paint(s);
		put_clip_pop(s);
	}
	put_clip_pop(s);
}

/* A hair of an edge, and a box that spans the layer. */
static void empty_boxes(struct stream *s)
{
	for (int i = 0; i < 3000; i++) {
		put_op(s, 0x13, 15);
		put_point(s, 1, 0, 0);
		put_point(s, 2, 1, 1);
		put_point(s, 2, 0, 1);
		put_point(s, 1, reach, reach);
		put_point(s, 1, reach, reach);
		put_paint(s);
		put_clip_pop(s);
	}
}

/* Curves that need a million lines each, most of them beside the layer. */
static void huge_curves(struct stream *s)
{
	const uint32_t n = 60000;
	put_mul(s, 900, 0, 0, 0, 900, 0);
	put_op(s, 0x13, 3 + 7 * (n - 1));
	put_point(s, 1, 0, 0);
	for (uint32_t i = 1; i < n; i++) {
		double far = i % 2 ? 1e6 : -1e6;
		put_u32(s, 4);
		put_f32(s, (float)far), put_f32(s, (float)-far);
		put_f32(s, (float)-far), put_f32(s, (float)-far);
		put_f32(s, (float)(i % 13)), put_f32(s, (float)(i % 7));
	}
	put_paint(s);
	put_clip_pop(s);
}

/* Many small ellipses: the most lines for the fewest bytes. */
static void ellipses(struct stream *s)
{
	for (int i = 0; i < 3000; i++) {
		put_ellipse(s, 0, 0, 1e6f, 1e6f);
		put_paint(s);
		put_clip_pop(s);
	}
}

static void put_contents(
	struct stream *s, uint32_t n, uint32_t width, uint32_t height, float sx, float sy)
{
	for (uint32_t i = 0; i < n; i++) {
		size_t at = put_open(s, 0x64);
		put_u32(s, i), put_u32(s, width), put_u32(s, height), put_u32(s, 0);
		put_color(s, 255, 0, 0, 255);
		put_paint(s);
		put_close(s, at);
		put_push(s, sx, 0, (float)i + 0.5f, 0, sy, 0);
		put_place(s, i, 0, 0, (float)width, (float)height, 0, 0);
		put_transform_pop(s);
	}
}

/* Columns of 8 pixels: each band of them needs all rows of the content. */
static void squeezed_contents(struct stream *s)
{
	put_contents(s, 8, 32767, 500, 1 / 4096.0f, (float)reach / 500);
}

static void small_contents(struct stream *s)
{
	put_contents(s, 8, 1100, 500, 1 / 128.0f, (float)reach / 500);
}

static void thumbnails(struct stream *s)
{
	put_contents(s, 20, 1920, 1080, 0.1f, 0.1f);
}

static const struct {
	const char *name;
	void (*write)(struct stream *s);
	bool refused; /* from 1920x1080 on */
	const char *reason;
} cases[] = {
	{"65536 lines across", zigzag, true, "units of work"},
	{"65536 lines across in 64 clips", zigzags_nested, true, "units of work"},
	{"16384 paints of the layer", whole_paints, true, "pixels together"},
	{"16384 paints of one complex mask", complex_paints, true, ""},
	{"16000 masks within a mask", masks_nested, true, "units of work"},
	{"16000 rects within a mask", rects_nested, true, "pixels together"},
	{"3000 all but empty boxes", empty_boxes, false, ""},
	{"60000 curves to 1e9", huge_curves, true, ""},
	{"3000 huge ellipses", ellipses, false, ""},
	{"8 contents of 16 Mi pixels, squeezed", squeezed_contents, true,
		"pixels together"},
	{"8 small contents, squeezed", small_contents, false, ""},
	{"20 thumbnails of 1920x1080", thumbnails, false, ""},
};

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check_cost(size_t i, int32_t width, int32_t height, struct stream *s)
{
	struct frame f;
	frame_open(&f);
	double start = seconds();
	assert_int_equal(frame_decode(&f, &f.scene, s->data, s->size), 0);
	int rc = scene_cover(&f.scene, width, height, &f.context, &f.err);
	double took = seconds() - start;
	print_message("# %s at %dx%d: %s in %.0f ms, %llu units\n", cases[i].name, width,
		height, rc ? f.err.reason : "accepted", took * 1e3,
		(unsigned long long)f.raster.work);
	assert_true(rc == 0 || rc == -E2BIG);
	assert_true(width < 1920 || (rc != 0) == cases[i].refused);
	assert_true(took < TOO_LONG_S);
	if (rc) {
		assert_true(f.err.offset >= 16 && f.err.offset < s->size);
		assert_non_null(strstr(f.err.reason, cases[i].reason));
	} else {
		assert_true(f.raster.work <= OPWIRE_MAX_WORK);
	}
	frame_close(&f);
}

static void test_cost(void **state)
{
	static const int32_t sizes[][2] = {{64, 48}, {1920, 1080}, {16000, 16000}};
	struct stream s = {0};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			reach = sizes[k][0];
			stream_begin(&s);
			cases[i].write(&s);
			stream_end(&s);
			check_cost(i, sizes[k][0], sizes[k][1], &s);
		}
	}
	stream_free(&s);
}

/* Curves whose hulls all surround one point, and areas in a long chain. */
static void test_hit_cost(void **state)
{
	const uint32_t n = 60000;
	struct frame f;
	struct stream s = {0};
	struct gl_hit hits[16];
	frame_open(&f);
	stream_begin(&s);
	put_op(&s, 0x13, 3 + 7 * (n - 1));
	put_point(&s, 1, -1e6, -1e6);
	for (uint32_t i = 1; i < n; i++) {
		double to = i % 2 ? 1e6 : -1e6;
		put_u32(&s, 4);
		put_f32(&s, (float)to), put_f32(&s, (float)-to);
		put_f32(&s, (float)-to), put_f32(&s, (float)to);
		put_f32(&s, (float)to), put_f32(&s, (float)to);
	}
	for (uint32_t i = 0; i < OPWIRE_MAX_AREAS; i++)
		put_area(&s, i % 20);
	put_clip_pop(&s);
	stream_end(&s);
	assert_int_equal(frame_decode(&f, &f.scene, s.data, s.size), 0);
	assert_int_equal(scene_cover(&f.scene, 1920, 1080, &f.context, &f.err), 0);
	double start = seconds();
	for (int i = 0; i < 10; i++)
		scene_hit(&f.scene, 50 + i, 50, hits, 16);
	double took = (seconds() - start) / 10;
	print_message("# a hit among 60000 curves and 4096 areas: %.1f ms\n", took * 1e3);
	assert_true(took < TOO_LONG_S / 10.0);
	frame_close(&f);
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_hit_cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
