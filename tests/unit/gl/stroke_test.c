/*
 * Strokes with round joins and caps are all points within half the width of the line: said
 * point by point, 16 x 16 in each pixel, for random lines under random transforms. A sample
 * is 1/256 of a pixel, and an edge along a row of samples is off by half a row: 8/255.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#define SIDE   40
#define GRID   16
#define POINTS 6

static struct frame frame;
static double got[SIDE * SIDE];
static uint32_t seed = 11;

static double chance(double from, double to)
{
	seed = seed * 1664525u + 1013904223u;
	return from + (to - from) * (seed >> 8) / (1 << 24);
}

static double distance(const float *a, const float *b, double x, double y)
{
	double dx = (double)(b[0] - a[0]), dy = (double)(b[1] - a[1]);
	double px = x - (double)a[0], py = y - (double)a[1];
	double size = dx * dx + dy * dy, t = size > 0 ? (px * dx + py * dy) / size : 0;
	t = fmin(fmax(t, 0), 1);
	return hypot(px - t * dx, py - t * dy);
}

static double sampled(float xy[POINTS][2], double half, const struct gl_affine *to_local,
	int px, int py)
{
	int n = 0;
	for (int i = 0; i < GRID * GRID; i++) {
		struct gl_point p = affine_apply(to_local, px + (i % GRID + .5) / GRID,
			py + (i / GRID + .5) / GRID);
		bool in = false;
		for (int k = 0; k + 1 < POINTS && !in; k++)
			in = distance(xy[k], xy[k + 1], p.x, p.y) <= half;
		n += in;
	}
	return n / (double)(GRID * GRID);
}

static void put_line_stroke(struct stream *s, float width, float xy[POINTS][2])
{
	put_op(s, 0x15, 5 + 3 * POINTS);
	put_f32(s, width);
	put_u32(s, 0); /* round, round */
	put_f32(s, 10);
	put_f32(s, 0);
	put_u32(s, 0);
	for (int i = 0; i < POINTS; i++) {
		put_u32(s, i ? 2 : 1);
		put_f32(s, xy[i][0]);
		put_f32(s, xy[i][1]);
	}
	put_paint(s);
	put_clip_pop(s);
}

static void cover(void)
{
	stream_end(&frame.stream);
	if (frame_decode(&frame, &frame.scene, frame.stream.data, frame.stream.size) ||
		scene_cover(&frame.scene, SIDE, SIDE, &frame.context, &frame.err))
		fail_msg("%s", frame.err.reason);
	frame_cover(&frame, 0, SIDE, got);
}

static void test_within_half_the_width(void **state)
{
	double worst = 0;
	for (int round = 0; round < 60; round++) {
		float xy[POINTS][2], width = (float)chance(0.5, round % 3 ? 6 : 24);
		double a = chance(0, 7), flip = round % 2 ? 1 : -1;
		float sx = (float)cos(a), hy = (float)sin(a);
		float hx = (float)(-sin(a) * flip * 0.7),
		      sy = (float)(cos(a) * flip * 0.7);
		for (int i = 0; i < POINTS; i++) {
			xy[i][0] = (float)chance(-18, 18);
			xy[i][1] = (float)chance(-18, 18);
		}
		stream_begin(&frame.stream);
		put_push(&frame.stream, sx, hx, 20, hy, sy, 20);
		put_line_stroke(&frame.stream, width, xy);
		put_transform_pop(&frame.stream);
		cover();
		const struct gl_affine *to_local = &frame.scene.clips[0].to_local;
		for (int i = 0; i < SIDE * SIDE; i++) {
			double should = sampled(
				xy, (double)width / 2, to_local, i % SIDE, i / SIDE);
			double off = fabs(got[i] - should) * 255;
			worst = fmax(worst, off);
			if (off > 9)
				fail_msg("round %d, pixel %d,%d: %g instead of %g", round,
					i % SIDE, i / SIDE, got[i] * 255, should * 255);
		}
	}
	print_message("# at most %.2f/255 off 16x16 samples\n", worst);
}

/* A circle of half the width: the bend of the pen's inner end. The area is pi (r + h)^2. */
static void test_tight_bend(void **state)
{
	const float k = 0.5522847f;
	static const float r[] = {0.05f, 1, 3, 3.99f, 4, 4.01f, 5, 8};
	for (size_t i = 0; i < sizeof r / sizeof *r; i++) {
		const float q = r[i], c = k * q;
		const float xy[12][2] = {{q, c}, {c, q}, {0, q}, {-c, q}, {-q, c},
			{-q, 0}, {-q, -c}, {-c, -q}, {0, -q}, {c, -q}, {q, -c}, {q, 0}};
		double area = 0, hole = fmax((double)q - 4, 0);
		stream_begin(&frame.stream);
		put_move(&frame.stream, 20, 20);
		put_op(&frame.stream, 0x15, 5 + 3 + 4 * 7 + 1);
		put_f32(&frame.stream, 8);
		put_u32(&frame.stream, 1); /* miter */
		put_f32(&frame.stream, 4);
		put_f32(&frame.stream, 0);
		put_u32(&frame.stream, 0);
		put_u32(&frame.stream, 1);
		put_f32(&frame.stream, q);
		put_f32(&frame.stream, 0);
		for (int n = 0; n < 12; n++) {
			if (n % 3 == 0)
				put_u32(&frame.stream, 4);
			put_f32(&frame.stream, xy[n][0]);
			put_f32(&frame.stream, xy[n][1]);
		}
		put_u32(&frame.stream, 5);
		put_paint(&frame.stream);
		put_clip_pop(&frame.stream);
		put_transform_pop(&frame.stream);
		cover();
		for (int n = 0; n < SIDE * SIDE; n++)
			area += got[n];
		double should = M_PI * (((double)q + 4) * ((double)q + 4) - hole * hole);
		if (fabs(area - should) > 0.002 * should)
			fail_msg("radius %g: area %g instead of %g", (double)q, area,
				should);
	}
}

/* 10 on, 6 off from 4 into the pattern, along 40 px of a line 4 px thick. */
static void test_dashes(void **state)
{
	stream_begin(&frame.stream);
	put_op(&frame.stream, 0x15, 5 + 2 + 6);
	put_f32(&frame.stream, 4);
	put_u32(&frame.stream, 1 << 8); /* butt */
	put_f32(&frame.stream, 4);
	put_f32(&frame.stream, 4);
	put_u32(&frame.stream, 2);
	put_f32(&frame.stream, 10);
	put_f32(&frame.stream, 6);
	put_u32(&frame.stream, 1);
	put_f32(&frame.stream, 0);
	put_f32(&frame.stream, 10);
	put_u32(&frame.stream, 2);
	put_f32(&frame.stream, 40);
	put_f32(&frame.stream, 10);
	put_paint(&frame.stream);
	put_clip_pop(&frame.stream);
	cover();
	for (int x = 0; x < SIDE; x++) {
		double on = (x + 4) % 16 < 10;
		assert_true(got[10 * SIDE + x] == on && got[8 * SIDE + x] == on);
		assert_true(got[7 * SIDE + x] == 0 && got[12 * SIDE + x] == 0);
	}
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
		cmocka_unit_test(test_within_half_the_width),
		cmocka_unit_test(test_tight_bend),
		cmocka_unit_test(test_dashes),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
