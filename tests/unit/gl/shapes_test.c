/*
 * Thousands of random shapes against the oracle, by both rules: what is filled is within
 * 4/255 in every pixel, wherever edges meet, cross or lie on each other.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"
#include "oracle.h"

#define SIDE ORACLE_SIDE

static struct frame frame;
static uint32_t path_op; /* of paths: 0x13 or, even-odd, 0x14 */
static struct oracle oracle;
static double got[SIDE * SIDE];
static uint32_t seed;

static double chance(double from, double to)
{
	seed = seed * 1664525u + 1013904223u;
	return from + (to - from) * (seed >> 8) / (1 << 24);
}

static int chance_of(int n)
{
	return (int)chance(0, n);
}

/* What the decoder will read: a float. */
static double number(double from, double to)
{
	return (double)(float)chance(from, to);
}

/* Where and how large: inside, across an edge, across all, wholly outside, huge. */
static double place(int kind)
{
	static const double reach[][2] = {
		{4, 28}, {-16, 24}, {-200, 232}, {40, 90}, {-300000, 300000}};
	return number(reach[kind][0], reach[kind][1]);
}

static void random_affine(struct stream *s, float m[6])
{
	const float identity[6] = {1, 0, 0, 0, 1, 0};
	memcpy(m, identity, sizeof identity);
	int kind = chance_of(4);
	if (kind > 0) {
		double a = chance(0, 7), size = chance(0.3, 2),
		       flip = chance_of(2) ? 1 : -1;
		m[0] = (float)(cos(a) * size), m[1] = (float)(-sin(a) * size * flip);
		m[3] = (float)(sin(a) * size), m[4] = (float)(cos(a) * size * flip);
	}
	if (kind == 2)
		m[1] += (float)chance(-1, 1);
	/* What lay at the layer's middle stays there. */
	m[2] = (float)(16 - (double)m[0] * 16 - (double)m[1] * 16 + chance(-4, 4));
	m[5] = (float)(16 - (double)m[3] * 16 - (double)m[4] * 16 + chance(-4, 4));
	if (kind == 3)
		m[2] = floorf(m[2]), m[5] = floorf(m[5]);
	put_mul(s, m[0], m[1], m[2], m[3], m[4], m[5]);
}

static void random_box(int kind, double box[4])
{
	for (int i = 0; i < 4; i++)
		box[i] = place(kind);
	for (int i = 0; i < 2; i++) {
		double a = fmin(box[i], box[i + 2]), b = fmax(box[i], box[i + 2]);
		box[i] = a, box[i + 2] = b;
	}
}

static void put_floats(struct stream *s, const double *v, int n)
{
	for (int i = 0; i < n; i++)
		put_f32(s, (float)v[i]);
}

static void random_rect(struct stream *s, int kind)
{
	const double none[4] = {0};
	double box[4];
	random_box(kind, box);
	put_op(s, 0x10, 4);
	put_floats(s, box, 4);
	oracle_rrect(&oracle, box, none);
}

/* The radii of half of them do not fit. */
static void random_rrect(struct stream *s, int kind)
{
	double box[4], radius[4];
	random_box(kind, box);
	double most = fmin(box[2] - box[0], box[3] - box[1]) * (chance_of(2) ? 0.5 : 1.5);
	for (int i = 0; i < 4; i++)
		radius[i] = chance_of(4) ? number(0, most) : 0;
	put_op(s, 0x11, 8);
	put_floats(s, box, 4);
	put_floats(s, radius, 4);
	oracle_rrect(&oracle, box, radius);
}

static void random_ellipse(struct stream *s, int kind)
{
	double box[4];
	random_box(kind, box);
	put_op(s, 0x12, 4);
	put_floats(s, box, 4);
	oracle_ellipse(&oracle, box);
}

static void close_contour(const double pen[2], const double start[2])
{
	oracle_line(&oracle, pen[0], pen[1], start[0], start[1]);
}

/* Few corners that wind about each other, in one or two contours. */
static void random_polygons(struct stream *s, int kind)
{
	int contours = 1 + chance_of(2), n = 3 + chance_of(6);
	put_op(s, path_op, (uint32_t)(contours * n * 3));
	for (int k = 0; k < contours; k++) {
		double start[2] = {0}, pen[2] = {0};
		for (int i = 0; i < n; i++) {
			const double p[2] = {place(kind), place(kind)};
			put_u32(s, i ? 2 : 1);
			put_floats(s, p, 2);
			if (i)
				oracle_line(&oracle, pen[0], pen[1], p[0], p[1]);
			else
				memcpy(start, p, sizeof p);
			memcpy(pen, p, sizeof p);
		}
		close_contour(pen, start);
	}
}

/* Control points crosswise make a cusp, coinciding ones or loops as the case may be. */
static void bend(double c[8])
{
	switch (chance_of(4)) {
	case 0: /* a cusp */
		for (int k = 0; k < 2; k++) {
			double mid = (c[k] + c[6 + k]) / 2, off = c[2 + k] - mid;
			c[2 + k] = (double)(float)(mid + (c[6 + k] - c[k]) / 2 + off);
			c[4 + k] = (double)(float)(mid - (c[6 + k] - c[k]) / 2 + off);
		}
		break;
	case 1: /* back to where it began */
		c[6] = c[0], c[7] = c[1];
		break;
	case 2: /* no tangent at the end */
		c[4] = c[6], c[5] = c[7];
		break;
	}
}

static void random_cubics(struct stream *s, int kind)
{
	int n = 1 + chance_of(4);
	double c[8] = {place(kind), place(kind)};
	const double start[2] = {c[0], c[1]};
	put_op(s, path_op, (uint32_t)(3 + 7 * n + 1));
	put_u32(s, 1);
	put_floats(s, c, 2);
	for (int i = 0; i < n; i++) {
		for (int k = 2; k < 8; k++)
			c[k] = place(kind);
		bend(c);
		put_u32(s, 4);
		put_floats(s, c + 2, 6);
		oracle_curve(&oracle, c, 4);
		c[0] = c[6], c[1] = c[7];
	}
	put_u32(s, 5);
	close_contour(c, start);
}

static void random_quads(struct stream *s, int kind)
{
	int n = 1 + chance_of(5);
	double c[6] = {place(kind), place(kind)};
	const double start[2] = {c[0], c[1]};
	put_op(s, path_op, (uint32_t)(3 + 5 * n));
	put_u32(s, 1);
	put_floats(s, c, 2);
	for (int i = 0; i < n; i++) {
		for (int k = 2; k < 6; k++)
			c[k] = place(kind);
		put_u32(s, 3);
		put_floats(s, c + 2, 4);
		oracle_curve(&oracle, c, 3);
		c[0] = c[4], c[1] = c[5];
	}
	close_contour(c, start);
}

static struct tally {
	double worst, sum;
	size_t edge_pixels, plain_pixels, shared_pixels;
} tally;

/* One edge, or none, or all of it far from 0: nothing to be resolved. */
static bool simple(const struct oracle_pixel *p)
{
	return (p->least >= 0 && p->most <= 1) || (p->least >= -1 && p->most <= 0);
}

static void compare(int shape)
{
	struct oracle_pixel row[SIDE];
	for (int y = 0; y < SIDE; y++) {
		oracle_row(&oracle, y, row);
		for (int x = 0; x < SIDE; x++) {
			const struct oracle_pixel *p = &row[x];
			double should = path_op == 0x14 ? p->odd : p->filled;
			double off = fabs(got[y * SIDE + x] - should) * 255;
			tally.worst = fmax(tally.worst, off);
			if (off > 4)
				fail_msg("shape %d, pixel %d,%d: %g instead of %g", shape,
					x, y, got[y * SIDE + x] * 255, should * 255);
			tally.shared_pixels += !simple(p);
			tally.edge_pixels += p->least != p->most;
			tally.plain_pixels += p->least == p->most;
			tally.sum += p->least != p->most ? off : 0;
		}
	}
}

static void test_shapes(void **state)
{
	static void (*const shapes[])(struct stream * s, int kind) = {random_rect,
		random_rrect, random_ellipse, random_polygons, random_cubics,
		random_quads};
	struct stream *s = &frame.stream;
	seed = 20;
	for (int i = 0; i < 3000; i++) {
		float m[6];
		path_op = i / 30 % 2 && i % 6 >= 3 ? 0x14 : 0x13;
		stream_begin(s);
		random_affine(s, m);
		oracle_begin(&oracle, m);
		shapes[i % 6](s, i / 6 % 5);
		put_paint(s);
		put_clip_pop(s);
		stream_end(s);
		if (frame_decode(&frame, &frame.scene, s->data, s->size) ||
			scene_cover(&frame.scene, SIDE, SIDE, &frame.context, &frame.err))
			fail_msg("shape %d: %s", i, frame.err.reason);
		frame_cover(&frame, 0, SIDE, got);
		compare(i);
	}
	print_message("# 3000 shapes: at most %.2f/255 off; on %zu edge pixels %.3f/255 "
		      "on average; %zu plain, %zu shared by edges\n",
		tally.worst, tally.edge_pixels, tally.sum / (double)tally.edge_pixels,
		tally.plain_pixels, tally.shared_pixels);
	assert_true(tally.sum / (double)tally.edge_pixels <= 0.5);
	assert_true(tally.edge_pixels > 30000 && tally.shared_pixels > 1500);
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
		cmocka_unit_test(test_shapes),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
