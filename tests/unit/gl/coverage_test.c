/*
 * Coverage against oracles that share no idea with it, in double: each edge is
 * asked for its crossings, nothing is accumulated from pixel to pixel.
 *
 * "Swept" takes many rows a pixel and the exact extent along each: the bounds
 * held are quantising's half a step, and for curves the flattening's.
 * "Sampled" is a 16x16 grid, which is itself off by up to half a sample (8/255)
 * for edges along its rows or columns; so is the bound.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#define SIDE      64
#define MAX_EDGES 4096

static struct frame frame;
static double got[SIDE * SIDE];

static struct edge {
	double x0, y0, x1, y1;
} edges[MAX_EDGES];
static size_t n_edges;

/* Those that touch the row of pixels under way. */
static struct edge near[MAX_EDGES];
static size_t n_near;

static uint32_t seed;

static double chance(double from, double to)
{
	seed = seed * 1664525u + 1013904223u;
	return from + (to - from) * (seed >> 8) / (1 << 24);
}

static void add_edge(double x0, double y0, double x1, double y1)
{
	assert_true(n_edges < MAX_EDGES);
	edges[n_edges++] = (struct edge){x0, y0, x1, y1};
}

static int winding_at(double x, double y)
{
	int winding = 0;
	for (size_t i = 0; i < n_near; i++) {
		const struct edge *e = &near[i];
		if ((e->y0 <= y) == (e->y1 <= y))
			continue;
		double cross = e->x0 + (e->x1 - e->x0) * (y - e->y0) / (e->y1 - e->y0);
		if (cross <= x)
			winding += e->y1 > e->y0 ? 1 : -1;
	}
	return winding;
}

static double sampled(int px, int py, int n)
{
	int filled = 0;
	for (int j = 0; j < n; j++)
		for (int i = 0; i < n; i++)
			filled += winding_at(px + (i + .5) / n, py + (j + .5) / n) != 0;
	return (double)filled / (n * n);
}

static int by_x(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Rows of samples, but along each the exact part of the pixel that is inside. */
static double swept(int px, int py, int rows)
{
	static double cross[MAX_EDGES][2];
	double sum = 0;
	for (int j = 0; j < rows; j++) {
		double y = py + (j + .5) / rows, from = px;
		size_t n = 0;
		int winding = 0;
		for (size_t i = 0; i < n_near; i++) {
			const struct edge *e = &near[i];
			if ((e->y0 <= y) == (e->y1 <= y))
				continue;
			cross[n][0] =
				e->x0 + (e->x1 - e->x0) * (y - e->y0) / (e->y1 - e->y0);
			cross[n++][1] = e->y1 > e->y0 ? 1 : -1;
		}
		qsort(cross, n, sizeof *cross, by_x);
		for (size_t i = 0; i < n && from < px + 1; i++) {
			double to = fmin(fmax(cross[i][0], px), px + 1);
			sum += winding ? to - from : 0;
			winding += (int)cross[i][1];
			from = to;
		}
		sum += winding ? px + 1 - from : 0;
	}
	return sum / rows;
}

static void load(struct stream *s)
{
	stream_end(s);
	if (frame_decode(&frame, &frame.scene, s->data, s->size) ||
		scene_cover(&frame.scene, SIDE, SIDE, &frame.context, &frame.err))
		fail_msg("byte %zu: %s", frame.err.offset, frame.err.reason);
	stream_free(s);
}

static uint32_t last_clip(void)
{
	return frame.scene.items[frame.scene.n_items - 1].clip;
}

static void read_last(void)
{
	frame_cover(&frame, last_clip(), SIDE, got);
}

/* No mask, only a rectangle. */
static bool is_full(void)
{
	return !frame.scene.clips[last_clip()].mask;
}

static void find_near(int row)
{
	n_near = 0;
	for (size_t i = 0; i < n_edges; i++)
		if (fmin(edges[i].y0, edges[i].y1) <= row + 1 &&
			fmax(edges[i].y0, edges[i].y1) >= row)
			near[n_near++] = edges[i];
}

/* The worst difference in 1/255, with what GL will be given: eight bits. */
static double worst(double (*oracle)(int, int, int), int n)
{
	double most = 0;
	for (int y = 0; y < SIDE; y++) {
		find_near(y);
		for (int x = 0; x < SIDE; x++) {
			double shown = floor(got[y * SIDE + x] * 255 + .5);
			most = fmax(most, fabs(shown - oracle(x, y, n) * 255));
		}
	}
	return most;
}

/* Polygons that cross themselves, reach outside on all sides, and wind twice. */
static void random_polygon(struct stream *s, int n, double reach)
{
	float xy[64];
	n_edges = 0;
	for (int i = 0; i < 2 * n; i++)
		xy[i] = (float)chance(-reach, SIDE + reach);
	stream_begin(s);
	put_polygon(s, xy, (size_t)n);
	put_paint(s);
	put_clip_pop(s);
	for (int i = 0; i < n; i++) {
		int k = (i + 1) % n;
		add_edge((double)xy[2 * i], (double)xy[2 * i + 1], (double)xy[2 * k],
			(double)xy[2 * k + 1]);
	}
}

static void test_polygons(void **state)
{
	double most_swept = 0, most_sampled = 0;
	seed = 1;
	for (int round = 0; round < 60; round++) {
		struct stream s = {0};
		random_polygon(&s, 3 + round % 9, round % 3 * 200.0);
		load(&s);
		read_last();
		most_swept = fmax(most_swept, worst(swept, 256));
		most_sampled = fmax(most_sampled, worst(sampled, 16));
	}
	print_message("# polygons: %.2f/255 of swept rows, %.2f/255 of 16x16 samples\n",
		most_swept, most_sampled);
	assert_true(most_swept <= 1);
	assert_true(most_sampled <= 9);
}

static void add_cubic(const double c[8])
{
	double x = c[0], y = c[1];
	for (int i = 1; i <= 200; i++) {
		double t = i / 200.0, u = 1 - t;
		double a = u * u * u, b = 3 * u * u * t, d = 3 * u * t * t, e = t * t * t;
		double nx = a * c[0] + b * c[2] + d * c[4] + e * c[6];
		double ny = a * c[1] + b * c[3] + d * c[5] + e * c[7];
		add_edge(x, y, nx, ny);
		x = nx, y = ny;
	}
}

static void test_curves(void **state)
{
	double most_swept = 0, most_sampled = 0;
	seed = 77;
	for (int round = 0; round < 24; round++) {
		struct stream s = {0};
		float p[14];
		double reach = round % 2 * 100.0;
		for (int i = 0; i < 14; i++)
			p[i] = (float)chance(-reach, SIDE + reach);
		stream_begin(&s);
		put_op(&s, 0x13, 3 + 7 + 5);
		put_u32(&s, 1), put_f32(&s, p[0]), put_f32(&s, p[1]);
		put_u32(&s, 4);
		for (int i = 2; i < 8; i++)
			put_f32(&s, p[i]);
		put_u32(&s, 3);
		for (int i = 8; i < 12; i++)
			put_f32(&s, p[i]);
		put_paint(&s);
		put_clip_pop(&s);
		n_edges = 0;
		double c[8], q[8];
		for (int i = 0; i < 8; i++)
			c[i] = (double)p[i];
		add_cubic(c);
		for (int i = 0; i < 2; i++) {
			q[i] = c[6 + i];
			q[2 + i] = (c[6 + i] + 2 * (double)p[8 + i]) / 3;
			q[4 + i] = ((double)p[10 + i] + 2 * (double)p[8 + i]) / 3;
			q[6 + i] = (double)p[10 + i];
		}
		add_cubic(q);
		add_edge(q[6], q[7], c[0], c[1]);
		load(&s);
		read_last();
		most_swept = fmax(most_swept, worst(swept, 64));
		most_sampled = fmax(most_sampled, worst(sampled, 16));
	}
	print_message("# curves: %.2f/255 of swept rows, %.2f/255 of 16x16 samples\n",
		most_swept, most_sampled);
	assert_true(most_swept <= 2.5);
	assert_true(most_sampled <= 9);
}

/* Turned ellipses and rounded rects, from hair-thin to far larger than the layer. */
static void test_round(void **state)
{
	double most = 0;
	seed = 5;
	for (int round = 0; round < 40; round++) {
		struct stream s = {0};
		double size = round % 4 == 3 ? 3000 : 24;
		double w = chance(1, size), h = chance(1, size), a = chance(0, 7);
		double cx = chance(10, 54), cy = chance(10, 54), r = fmin(w, h) / 3;
		bool ellipse = round % 2;
		float sx = (float)cos(a), hx = (float)-sin(a);
		double m[4] = {(double)sx, (double)hx, (double)-hx, (double)sx};
		if (size > 1000) /* so that its edge runs through the layer */
			cx -= m[0] * w, cy -= m[2] * w;
		stream_begin(&s);
		put_push(&s, sx, hx, (float)cx, -hx, sx, (float)cy);
		if (ellipse)
			put_ellipse(&s, (float)-w, (float)-h, (float)w, (float)h);
		else
			put_rrect(&s, (float)-w, (float)-h, (float)w, (float)h, (float)r);
		put_paint(&s);
		put_clip_pop(&s);
		put_transform_pop(&s);
		n_edges = 0;
		double rx = ellipse ? w : r, ry = ellipse ? h : r, px = 0, py = 0, x0 = 0,
		       y0 = 0;
		for (int i = 0; i < 2400; i++) {
			double t = i / 2399.0 * 2 * M_PI;
			int quarter = i / 600;
			double ox = quarter == 0 || quarter == 3 ? w - rx : rx - w;
			double oy = quarter < 2 ? h - ry : ry - h;
			double lx = ox + rx * cos(t), ly = oy + ry * sin(t);
			double x = m[0] * lx + m[1] * ly + (double)(float)cx;
			double y = m[2] * lx + m[3] * ly + (double)(float)cy;
			if (i)
				add_edge(px, py, x, y);
			else
				x0 = x, y0 = y;
			px = x, py = y;
		}
		add_edge(px, py, x0, y0);
		load(&s);
		read_last();
		most = fmax(most, worst(swept, 64));
	}
	print_message("# ellipses and rounded rects: %.2f/255 of swept rows\n", most);
	assert_true(most <= 2.5);
}

struct exact {
	int x, y;
	double value;
};

static void check_pixels(const struct exact *pixels, size_t n)
{
	read_last();
	for (size_t i = 0; i < n; i++) {
		double shown = floor(got[pixels[i].y * SIDE + pixels[i].x] * 255 + .5);
		if (shown != pixels[i].value)
			fail_msg("pixel %d,%d is %g instead of %g", pixels[i].x,
				pixels[i].y, shown, pixels[i].value);
	}
}

static void test_exact(void **state)
{
	struct stream s = {0};
	stream_begin(&s);
	put_rect(&s, 4.25f, 4.5f, 8.25f, 9);
	put_paint(&s);
	put_clip_pop(&s);
	load(&s);
	const struct exact quarter[] = {
		{3, 6, 0},
		{4, 6, 191},
		{5, 6, 255},
		{7, 6, 255},
		{8, 6, 64},
		{9, 6, 0},
		{5, 4, 128},
		{4, 4, 96},
		{5, 3, 0},
		{5, 8, 255},
		{5, 9, 0},
	};
	check_pixels(quarter, sizeof quarter / sizeof *quarter);

	/* Turned by a quarter it is still exact, and a rectangle needs no spans. */
	stream_begin(&s);
	put_push(&s, 0, -1, 20, 1, 0, 5);
	put_rect(&s, 0, 0, 10, 4);
	put_paint(&s);
	put_clip_pop(&s);
	put_transform_pop(&s);
	load(&s);
	assert_true(is_full());
	const struct exact turned[] = {
		{15, 5, 0}, {16, 5, 255}, {19, 14, 255}, {20, 5, 0}};
	check_pixels(turned, 4);
}

/* The cases of the golden table that need no colour. */
static void test_golden(void **state)
{
	struct stream s = {0};
	stream_begin(&s);
	put_move(&s, 0.25f, 0);
	put_rect(&s, 4, 0, 8, 10);
	put_paint(&s);
	put_clip_pop(&s);
	put_transform_pop(&s);
	load(&s);
	const struct exact moved[] = {
		{3, 5, 0}, {4, 5, 191}, {5, 5, 255}, {7, 5, 255}, {8, 5, 64}, {9, 5, 0}};
	check_pixels(moved, sizeof moved / sizeof *moved);

	const float square[] = {4.5f, 0, 14.5f, 0, 14.5f, 10, 4.5f, 10};
	stream_begin(&s);
	put_polygon(&s, square, 4);
	put_paint(&s);
	put_clip_pop(&s);
	load(&s);
	const struct exact path[] = {{3, 5, 0}, {4, 5, 128}, {5, 5, 255}, {13, 5, 255},
		{14, 5, 128}, {15, 5, 0}, {5, 9, 255}, {5, 10, 0}};
	check_pixels(path, sizeof path / sizeof *path);
}

/* A sheared rectangle's box lies on whole pixels, its sides do not. */
static void test_sheared(void **state)
{
	struct stream s = {0};
	for (int turned = 0; turned < 2; turned++) {
		stream_begin(&s);
		put_push(&s, 1, (float)!turned, 0, (float)turned, 1, 0);
		put_rect(&s, 0, 0, 10, 10);
		put_paint(&s);
		put_clip_pop(&s);
		put_transform_pop(&s);
		load(&s);
		const struct exact right[] = {{0, 0, 128}, {9, 0, 255}, {10, 0, 128},
			{11, 0, 0}, {4, 5, 0}, {5, 5, 128}, {6, 5, 255}, {15, 5, 128}};
		const struct exact down[] = {{0, 0, 128}, {0, 9, 255}, {0, 10, 128},
			{0, 11, 0}, {5, 4, 0}, {5, 5, 128}, {5, 6, 255}, {5, 15, 128}};
		check_pixels(turned ? down : right, 8);
	}
}

/* After close the pen is at the contour's start: a quad from there is the same as after a move. */
static void test_close(void **state)
{
	static double plain[SIDE * SIDE];
	for (int move = 1; move >= 0; move--) {
		struct stream s = {0};
		stream_begin(&s);
		put_op(&s, 0x13, 15 + (move ? 3 : 0));
		put_u32(&s, 1), put_f32(&s, 10), put_f32(&s, 12);
		put_u32(&s, 2), put_f32(&s, 40), put_f32(&s, 12);
		put_u32(&s, 2), put_f32(&s, 40), put_f32(&s, 50);
		put_u32(&s, 5);
		if (move)
			put_u32(&s, 1), put_f32(&s, 10), put_f32(&s, 12);
		put_u32(&s, 3), put_f32(&s, 5), put_f32(&s, 60);
		put_f32(&s, 30), put_f32(&s, 55);
		put_paint(&s);
		put_clip_pop(&s);
		load(&s);
		read_last();
		if (move)
			memcpy(plain, got, sizeof got);
	}
	assert_true(got[30 * SIDE + 16] == 1);
	assert_memory_equal(plain, got, sizeof got);
}

/* Mirrored or turned by quarters, moved by whole pixels, whatever lies outside. */
static void test_whole_pixels(void **state)
{
	static const float turns[8][4] = {{1, 0, 0, 1}, {0, -1, 1, 0}, {-1, 0, 0, -1},
		{0, 1, -1, 0}, {-1, 0, 0, 1}, {1, 0, 0, -1}, {0, 1, 1, 0},
		{0, -1, -1, 0}};
	seed = 3;
	for (int round = 0; round < 400; round++) {
		const float *m = turns[round % 8];
		float v[6];
		struct stream s = {0};
		for (int i = 0; i < 6; i++)
			v[i] = (float)floor(chance(-SIDE, SIDE * (i < 4 ? 1 : 2)));
		stream_begin(&s);
		put_push(&s, m[0], m[1], v[4], m[2], m[3], v[5]);
		put_rect(&s, v[0], v[1], v[2], v[3]);
		put_paint(&s);
		put_clip_pop(&s);
		put_transform_pop(&s);
		load(&s);
		read_last();
		for (int i = 0; i < SIDE * SIDE; i++) {
			float dx = (float)(i % SIDE) + .5f - v[4];
			float dy = (float)(i / SIDE) + .5f - v[5];
			/* These matrices are orthogonal: transposed is inverted. */
			float x = m[0] * dx + m[2] * dy, y = m[1] * dx + m[3] * dy;
			bool in = x > v[0] && x < v[2] && y > v[1] && y < v[3];
			assert_true(got[i] == (in ? 1 : 0));
		}
		assert_true(is_full());
	}
}

/* Same direction: full where either covers. Opposite: a hole. */
static void test_windings(void **state)
{
	struct stream s = {0};
	stream_begin(&s);
	put_op(&s, 0x13, 39);
	const float squares[3][8] = {
		{4, 4, 30, 4, 30, 30, 4, 30},
		{20.5f, 20, 50, 20, 50, 50, 20.5f, 50},
		{8, 8, 8, 16, 16, 16, 16, 8},
	};
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 4; k++) {
			put_u32(&s, k ? 2 : 1);
			put_f32(&s, squares[i][2 * k]),
				put_f32(&s, squares[i][2 * k + 1]);
		}
		put_u32(&s, 5);
	}
	put_paint(&s);
	put_clip_pop(&s);
	load(&s);
	const struct exact pixels[] = {
		{5, 5, 255},
		{12, 12, 0},
		{25, 25, 255},
		{20, 25, 255},
		{20, 40, 128},
		{40, 40, 255},
		{29, 19, 255},
		{30, 25, 255},
		{49, 20, 255},
		{40, 10, 0},
	};
	check_pixels(pixels, sizeof pixels / sizeof *pixels);
}

/* Chains multiply, each coverage clamped first: winding 2 of one does not fill up the other. */
static void test_chain(void **state)
{
	struct stream s = {0};
	stream_begin(&s);
	put_op(&s, 0x13, 26);
	for (int i = 0; i < 2; i++) {
		const float xy[8] = {4, 4, 40, 4, 40, 40, 4, 40};
		for (int k = 0; k < 4; k++) {
			put_u32(&s, k ? 2 : 1);
			put_f32(&s, xy[2 * k]), put_f32(&s, xy[2 * k + 1]);
		}
		put_u32(&s, 5);
	}
	put_rect(&s, 10.5f, 0, 20, 64);
	put_rect(&s, 10.5f, 2, 64, 20.25f);
	put_paint(&s);
	put_clip_pop(&s);
	put_clip_pop(&s);
	put_clip_pop(&s);
	load(&s);
	const struct exact pixels[] = {
		{10, 10, 64},
		{11, 10, 255},
		{19, 10, 255},
		{20, 10, 0},
		{15, 3, 0},
		{15, 4, 255},
		{15, 20, 64},
		{10, 20, 16},
		{9, 10, 0},
		{15, 21, 0},
	};
	check_pixels(pixels, sizeof pixels / sizeof *pixels);
}

static void test_chain_against_product(void **state)
{
	static double alone[3][SIDE * SIDE];
	seed = 9;
	for (int round = 0; round < 20; round++) {
		struct stream s = {0};
		float xy[3][10];
		for (int i = 0; i < 30; i++)
			xy[i / 10][i % 10] = (float)chance(-10, SIDE + 10);
		for (int i = 0; i < 3; i++) {
			stream_begin(&s);
			put_polygon(&s, xy[i], 5);
			put_paint(&s);
			put_clip_pop(&s);
			load(&s);
			read_last();
			memcpy(alone[i], got, sizeof got);
		}
		stream_begin(&s);
		for (int i = 0; i < 3; i++)
			put_polygon(&s, xy[i], 5);
		put_paint(&s);
		for (int i = 0; i < 3; i++)
			put_clip_pop(&s);
		load(&s);
		read_last();
		for (int i = 0; i < SIDE * SIDE; i++)
			assert_float_equal(
				got[i], alone[0][i] * alone[1][i] * alone[2][i], 3e-4);
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
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_sheared),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_whole_pixels),
		cmocka_unit_test(test_windings),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_chain_against_product),
		cmocka_unit_test(test_polygons),
		cmocka_unit_test(test_curves),
		cmocka_unit_test(test_round),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
