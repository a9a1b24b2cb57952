#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sdk.h"

#define PROMISED 2.3e-16 /* by osaas_std.h */

static const struct range {
	double lo, hi, step;
} ranges[] = {
	{-10, 10, 0.000171},
	{-1e5, 1e5, 0.937},
	{1e5, 1e6, 7.77},
	{-1e9, 1e9, 7777.77},
};

static void test_waves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		double worst = 0;
		for (double x = ranges[i].lo; x < ranges[i].hi; x += ranges[i].step) {
			worst = fmax(worst, fabs(sdk_sin(x) - sin(x)));
			worst = fmax(worst, fabs(sdk_cos(x) - cos(x)));
		}
		if (worst > PROMISED)
			fail_msg("range %zu: off by %g", i, worst);
	}
}

static void test_float(void **state)
{
	(void)state;
	for (float x = -1000; x < 1000; x += 0.0371f) {
		assert_true(fabsf(sdk_sinf(x) - sinf(x)) <= 1e-7f);
		assert_true(fabsf(sdk_cosf(x) - cosf(x)) <= 1e-7f);
	}
}

static void test_special(void **state)
{
	(void)state;
	assert_true(sdk_sin(0.0) == 0.0 && !signbit(sdk_sin(0.0)));
	assert_true(sdk_sin(-0.0) == 0.0 && signbit(sdk_sin(-0.0)));
	assert_true(sdk_cos(0.0) == 1.0);
	static const double none[] = {1.1e9, -1.1e9, INFINITY, -INFINITY, NAN};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		assert_true(isnan(sdk_sin(none[i])));
		assert_true(isnan(sdk_cos(none[i])));
	}
	for (int k = -1000; k <= 1000; k++) {
		double x = k * (M_PI / 2);
		assert_true(fabs(sdk_sin(x) - sin(x)) <= PROMISED);
		assert_true(fabs(sdk_cos(x) - cos(x)) <= PROMISED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waves),
		cmocka_unit_test(test_float),
		cmocka_unit_test(test_special),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
