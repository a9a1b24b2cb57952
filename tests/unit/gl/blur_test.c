/* Shadows against the convolution itself, summed over a fine grid of the rounded rectangle. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#define SIDE 64
#define STEP 0.0625

static struct frame frame;
static double got[SIDE * SIDE];

struct shadow {
	double x0, y0, x1, y1, radius, sigma;
	float turn, scale;
	int inverted;
};

static bool inside(const struct shadow *s, double x, double y)
{
	double r = s->radius;
	if (x < s->x0 || x >= s->x1 || y < s->y0 || y >= s->y1)
		return false;
	double dx = fmax(fmax(s->x0 + r - x, x - (s->x1 - r)), 0);
	double dy = fmax(fmax(s->y0 + r - y, y - (s->y1 - r)), 0);
	return dx * dx + dy * dy <= r * r;
}

static double convolved(const struct shadow *s, double x, double y)
{
	double sum = 0, k = 1 / (2 * M_PI * s->sigma * s->sigma);
	for (double v = s->y0 + STEP / 2; v < s->y1; v += STEP)
		for (double u = s->x0 + STEP / 2; u < s->x1; u += STEP)
			if (inside(s, u, v))
				sum += k * STEP * STEP *
				       exp(-((x - u) * (x - u) + (y - v) * (y - v)) /
					       (2 * s->sigma * s->sigma));
	return s->inverted ? 1 - sum : sum;
}

static void check(const struct shadow *s)
{
	float c = cosf(s->turn) * s->scale, n = sinf(s->turn) * s->scale;
	double worst = 0;
	stream_begin(&frame.stream);
	put_push(&frame.stream, c, -n, 32, n, c, 32);
	put_op(&frame.stream, 0x16, 10);
	const double v[9] = {s->x0, s->y0, s->x1, s->y1, s->radius, s->radius, s->radius,
		s->radius, s->sigma};
	for (int i = 0; i < 9; i++)
		put_f32(&frame.stream, (float)v[i]);
	put_u32(&frame.stream, (uint32_t)s->inverted);
	put_paint(&frame.stream);
	put_clip_pop(&frame.stream);
	put_transform_pop(&frame.stream);
	stream_end(&frame.stream);
	if (frame_decode(&frame, &frame.scene, frame.stream.data, frame.stream.size) ||
		scene_cover(&frame.scene, SIDE, SIDE, &frame.context, &frame.err))
		fail_msg("%s", frame.err.reason);
	frame_cover(&frame, 0, SIDE, got);
	for (int i = 0; i < SIDE * SIDE; i += 11) {
		struct gl_point p = affine_apply(
			&frame.scene.clips[0].to_local, i % SIDE + .5, i / SIDE + .5);
		worst = fmax(worst, fabs(got[i] - convolved(s, p.x, p.y)) * 255);
	}
	print_message("# radius %g sigma %g turned %g: %.2f/255 off\n", s->radius,
		s->sigma, (double)s->turn, worst);
	assert_true(worst <= 1);
}

static void test_convolution(void **state)
{
	static const struct shadow shadows[] = {
		{-14, -12, 16, 13, 0, 4, 0, 1, 0},
		{-14, -12, 16, 13, 6, 3, 0, 1, 0},
		{-14.3, -12.2, 13.1, 13.4, 12, 2, 0, 1, 0},
		{-10, -10, 10, 10, 10, 6, 0, 1, 0},
		{-14, -12, 16, 13, 6, 3, 0.5f, 1, 0},
		{-7, -6, 8, 7, 3, 1.5, 0, 2, 0},
		{-14, -12, 16, 13, 6, 3, 0, 1, 1},
		{-3, -12, 3, 13, 3, 1, 0, 1, 0},
	};
	for (size_t i = 0; i < sizeof shadows / sizeof *shadows; i++)
		check(&shadows[i]);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_convolution)};
	return cmocka_run_group_tests(tests, start, finish);
}
