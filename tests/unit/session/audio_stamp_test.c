/* Times of a device's frames against its true clock, from what a device says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "session/audio_stamp.h"
#include "util/clock.h"

#define BEGAN UINT64_C(5000000000000000) /* a machine that is up for two months */

static uint64_t random_state;

/* -1 to 1 */
static double next_random(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (double)(int32_t)(random_state >> 32) / 2147483648.0;
}

struct device {
	const char *name;
	unsigned rate;
	double ppm;       /* its clock is faster by so much */
	double swing;     /* ... and so many more and less, over ten minutes */
	double jitter_ns; /* each time it is asked */
	unsigned grain;   /* its place moves by so many frames */
	unsigned every;   /* frames from one look to the next, about */
	double seconds;   /* so long */
	double within_ns; /* how right stamps are once it has settled */
};

static double truth(const struct device *d, double frame)
{
	/* Slow swings: the error of the rate is the derivative of the phase. */
	double s = frame / d->rate, turn = 2 * 3.14159265358979 / 600;
	double wave = d->swing * 1e-6 / turn * (1 - __builtin_cos(turn * s));
	return (s * (1 - d->ppm * 1e-6) - wave) * 1e9;
}

static void test_follows(void **state)
{
	(void)state;
	static const struct device devices[] = {
		{"exact", 48000, 0, 0, 0, 1, 480, 60, 100},
		{"fast", 48000, 200, 0, 0, 1, 480, 60, 2000},
		{"slow", 44100, -350, 0, 0, 1, 441, 60, 2000},
		{"jitters", 48000, 50, 0, 300000, 1, 480, 120, 60000},
		{"of USB", 48000, 80, 20, 50000, 48, 480, 3600, 100000},
		{"is asked seldom", 8000, 80, 0, 100000, 1, 4000, 600, 100000},
		{"is asked often", 96000, -20, 5, 20000, 1, 64, 120, 20000},
	};
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		const struct device *d = &devices[i];
		struct audio_stamp stamp;
		double frame = 0, worst = 0, last = -1;
		random_state = i;
		audio_stamp_begin(&stamp, d->rate);
		while (frame < d->seconds * d->rate) {
			frame += d->every * (1 + 0.3 * next_random());
			uint64_t whole = (uint64_t)frame;
			uint64_t told = whole - whole % d->grain;
			double at =
				truth(d, (double)whole) + d->jitter_ns * next_random();
			assert_true(audio_stamp_note(&stamp, told, BEGAN + (uint64_t)at));
			double off =
				(double)(int64_t)(audio_stamp_of(&stamp, (double)told) -
						  BEGAN) -
				truth(d, (double)told + d->grain / 2.0 - 0.5);
			if (frame > 30.0 * d->rate && off * off > worst * worst)
				worst = off;
			/* A block's time is never before that of the one before. */
			double now =
				(double)(audio_stamp_of(&stamp, (double)whole) - BEGAN);
			assert_true(now > last);
			last = now;
		}
		print_message("# %s: within %.1f us\n", d->name, worst / 1000);
		if (worst > d->within_ns || worst < -d->within_ns)
			fail_msg("%s: off by %.0f ns, not %.0f at most", d->name, worst,
				d->within_ns);
	}
}

/* It went on at another time: a machine that slept, a stream that was begun anew. */
static void test_jump(void **state)
{
	(void)state;
	struct audio_stamp stamp;
	audio_stamp_begin(&stamp, 48000);
	assert_true(audio_stamp_note(&stamp, 0, BEGAN));
	assert_true(audio_stamp_note(&stamp, 48000, BEGAN + NS_PER_S));
	assert_int_equal(audio_stamp_of(&stamp, 72000), BEGAN + NS_PER_S * 3 / 2);
	assert_false(audio_stamp_note(&stamp, 48480, BEGAN + 3 * NS_PER_S));
	assert_int_equal(audio_stamp_of(&stamp, 48480), BEGAN + 3 * NS_PER_S);
	assert_int_equal(audio_stamp_of(&stamp, 480), BEGAN + 2 * NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows),
		cmocka_unit_test(test_jump),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
