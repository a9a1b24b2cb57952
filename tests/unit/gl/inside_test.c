/*
 * What is hit is what is covered: two answers to one question, by code that shares nothing.
 * Of a pixel that is covered wholly the centre is inside, of one that is not at all it is not.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#define SIDE   64
#define ROUNDS 1500

static struct frame frame;
static uint32_t seed;

static uint32_t chance(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static float number(float from, float to)
{
	return from + (to - from) * (float)chance(1 << 16) / (1 << 16);
}

static void put_points(struct stream *s, int n)
{
	while (n-- > 0)
		put_f32(s, number(-10, 74));
}

static void put_verbs(struct stream *s)
{
	static const int points[] = {0, 1, 1, 2, 3, 0, 1};
	put_u32(s, 1);
	put_points(s, 2);
	for (uint32_t i = 1 + chance(5); i-- > 0;) {
		uint32_t verb = 1 + chance(6);
		put_u32(s, verb);
		put_points(s, 2 * points[verb]);
	}
}

static void put_random_stroke(struct stream *s)
{
	uint32_t n = chance(2) ? chance(5) : 0;
	size_t at = put_open(s, 0x15);
	put_f32(s, number(1, 20));
	put_u32(s, chance(3) | chance(3) << 8);
	put_f32(s, number(1, 6));
	put_f32(s, number(-30, 30));
	put_u32(s, n);
	for (uint32_t i = 0; i < n; i++)
		put_f32(s, n == 2 && i == 0 && chance(3) == 0 ? 0 : number(2, 30));
	put_verbs(s);
	put_close(s, at);
}

static void put_shape(struct stream *s)
{
	float x = number(0, 40), y = number(0, 40);
	float x1 = x + number(1, 50), y1 = y + number(1, 50);
	switch (chance(6)) {
	case 0:
		put_rrect(s, x, y, x1, y1, number(0, 20));
		break;
	case 1:
		put_ellipse(s, x, y, x1, y1);
		break;
	case 2:
	case 3: {
		size_t at = put_open(s, 0x13 + chance(2));
		put_verbs(s);
		put_close(s, at);
		break;
	}
	default:
		put_random_stroke(s);
	}
}

static void put_one(struct stream *s)
{
	float a = chance(3) ? number(0, 7) : 0;
	float k = number(0.6f, 1.5f), q = chance(2) ? k : number(0.6f, 1.5f);
	put_push(s, k * cosf(a), -q * sinf(a),
		number(-9, 9) + 32 - 32 * cosf(a) + 32 * sinf(a), k * sinf(a),
		q * cosf(a), number(-9, 9) + 32 - 32 * cosf(a) - 32 * sinf(a));
	put_shape(s);
	put_area(s, 1);
	put_paint(s);
	put_clip_pop(s);
	put_transform_pop(s);
}

static void expand(double coverage[SIDE][SIDE], const struct gl_clip *clip)
{
	const struct gl_mask *m = clip->mask;
	memset(coverage, 0, SIDE * sizeof *coverage);
	const struct gl_rect *b = &clip->bounds;
	for (int y = b->y0; y < b->y1; y++) {
		for (int x = b->x0; x < b->x1 && !m; x++)
			coverage[y][x] = 1;
		if (!m)
			continue;
		int row = y - clip->mask_y;
		for (uint32_t i = m->rows[row]; i < m->rows[row + 1]; i++) {
			const struct gl_span *span = &m->spans[i];
			for (int k = 0; k < span->len; k++) {
				uint32_t v =
					span->cover == COVER_NONE
						? span->value
						: m->cover[span->cover + (uint32_t)k];
				int x = clip->mask_x + span->x + k;
				if (x >= b->x0 && x < b->x1)
					coverage[y][x] = v / 65535.0;
			}
		}
	}
}

static void test_inside(void **state)
{
	static double coverage[SIDE][SIDE];
	size_t full = 0, none = 0;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		seed = round * 7919 + 1;
		frame_load(&frame, put_one, SIDE, SIDE);
		expand(coverage, &frame.scene.clips[0]);
		for (int y = 0; y < SIDE; y++)
			for (int x = 0; x < SIDE; x++) {
				struct gl_hit hit;
				double c = coverage[y][x];
				if (c > 0.004 && c < 0.996)
					continue;
				size_t n = scene_hit(
					&frame.scene, x + 0.5, y + 0.5, &hit, 1);
				if (n != (c > 0.5))
					fail_msg("round %u: %d,%d is covered by %g",
						round, x, y, c);
				*(n ? &full : &none) += 1;
			}
	}
	assert_true(full > 100000 && none > 100000);
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
		cmocka_unit_test(test_inside),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
