#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/audio_volume.h"

static const struct audio_range ranges[] = {
	{false, 0, 31},
	{false, -20, 87},
	{true, -6525, 0},
	{true, -9999999, 600}, /* SND_CTL_TLV_DB_GAIN_MUTE */
	{true, -2400, 0},
	{true, -100, 300},
	{true, -7400, 1200},
};

/* Each percent comes back, but for the rounding of its range; louder is never softer. */
static void test_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		const struct audio_range *r = &ranges[i];
		long before = r->min;
		assert_int_equal(audio_range_value(r, 0), r->min);
		assert_int_equal(audio_range_value(r, 1), r->max);
		assert_true(audio_range_volume(r, r->min) <= 0);
		assert_true(audio_range_volume(r, r->max) >= 1);
		for (int percent = 1; percent < 100; percent++) {
			long value = audio_range_value(r, percent / 100.0);
			double back = audio_range_volume(r, value);
			assert_true(value >= before && value <= r->max);
			double step = r->db ? 0.005 : 0.51 / (double)(r->max - r->min);
			assert_true(fabs(back - percent / 100.0) <= step);
			before = value;
		}
	}
}

/* Figures of alsamixer's formula, worked out by hand. */
static void test_curve(void **state)
{
	(void)state;
	const struct audio_range wide = {true, -9999999, 0};
	assert_int_equal(audio_range_value(&wide, 0.5), -1806); /* 60 lg 1/2 */
	assert_int_equal(audio_range_value(&wide, 0.1), -6000); /* 60 lg 1/10 */
	assert_int_equal(audio_range_value(&wide, 0.01), -12000);
	assert_true(fabs(audio_range_volume(&wide, -3000) - 0.31623) < 1e-4);
	const struct audio_range floor = {true, -6000, 0};       /* least is 0.1 */
	assert_int_equal(audio_range_value(&floor, 0.5), -1558); /* 60 lg 0.55 */
	const struct audio_range narrow = {true, -2000, 400};
	assert_int_equal(audio_range_value(&narrow, 0.25), -1400);
	assert_true(fabs(audio_volume_gain(0.5) - 0.125) < 1e-12);
	assert_true(audio_volume_gain(1) == 1.0 && audio_volume_gain(0) == 0.0);
	assert_true(audio_volume_gain(7) == 1.0 && audio_volume_gain(-1) == 0.0);
	assert_true(audio_volume_gain((double)NAN) == 0.0);
}

static void test_odd(void **state)
{
	(void)state;
	const struct audio_range one = {true, 0, 0}, turned = {false, 5, 3};
	assert_true(audio_range_volume(&one, 0) == 1.0);
	assert_int_equal(audio_range_value(&one, 0.2), 0);
	assert_true(audio_range_volume(&turned, 4) == 1.0);
	assert_int_equal(audio_range_value(&turned, 0.2), 3);
	assert_true(audio_range_volume(&ranges[0], 99) == 1.0);
	assert_true(audio_range_volume(&ranges[0], -99) == 0.0);
	assert_int_equal(audio_range_value(&ranges[0], (double)NAN), 0);
}

static void test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int now, then; /* -1: refused */
	} cases[] = {
		{"60%", 10, 60},
		{"0%", 10, 0},
		{"100%", 10, 100},
		{"+5%", 10, 15},
		{"-5%", 10, 5},
		{"-50%", 10, 0},
		{"+100%", 10, 100},
		{"007%", 1, 7},
		{"60", 10, -1},
		{"%", 10, -1},
		{"", 10, -1},
		{"+%", 10, -1},
		{"101%", 10, -1},
		{"1000%", 10, -1},
		{"5.5%", 10, -1},
		{"5%%", 10, -1},
		{"--5%", 10, -1},
		{"up", 10, -1},
		{"mute", 10, -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double volume = -1;
		int r = audio_volume_parse(cases[i].now / 100.0, cases[i].text, &volume);
		assert_int_equal(r, cases[i].then < 0 ? -EINVAL : 0);
		if (r == 0)
			assert_int_equal(audio_volume_percent(volume), cases[i].then);
	}
}

static void test_steps(void **state)
{
	(void)state;
	static const int cases[][3] = {{0, 5, 0}, {3, 5, 0}, {5, 10, 0}, {43, 45, 40},
		{97, 100, 95}, {100, 100, 95}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double now = cases[i][0] / 100.0;
		assert_int_equal(
			audio_volume_percent(audio_volume_step(now, 1)), cases[i][1]);
		assert_int_equal(
			audio_volume_percent(audio_volume_step(now, -1)), cases[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
