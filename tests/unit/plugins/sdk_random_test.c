#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas_random.h"

/*
 * As another transcription of the published code has it. A change of the sequence is a
 * change for everybody who repeats something by its seed.
 */
static void test_sequence(void **state)
{
	(void)state;
	static const uint64_t expected[] = {UINT64_C(0x99ec5f36cb75f2b4),
		UINT64_C(0xbf6e1f784956452a), UINT64_C(0x1a5f849d4933e6e0)};
	struct osaas_random r, again;
	osaas_random_seed(&r, 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(osaas_random_u64(&r), expected[i]);
	osaas_random_seed(&again, 0);
	for (int i = 0; i < 3; i++)
		osaas_random_u64(&again);
	assert_memory_equal(&r, &again, sizeof r);
	osaas_random_seed(&again, 1);
	assert_memory_not_equal(&r, &again, sizeof r);
}

/* Each of n about as often as the others: six standard deviations. */
static void test_below(void **state)
{
	(void)state;
	enum {
		DRAWS = 60000
	};
	struct osaas_random r;
	osaas_random_seed(&r, 7);
	for (uint64_t n = 1; n <= 12; n++) {
		int seen[12] = {0};
		for (int i = 0; i < DRAWS; i++)
			seen[osaas_random_below(&r, n)]++;
		double mean = (double)DRAWS / (double)n;
		for (uint64_t i = 0; i < n; i++) {
			double off = seen[i] - mean;
			assert_true(off * off <= 36 * mean);
		}
	}
	assert_int_equal(osaas_random_below(&r, 0), 0);
	/* With 2^64 mod n this large a plain remainder would prefer the lower half by far. */
	uint64_t n = UINT64_C(3) << 62, low = 0;
	for (int i = 0; i < DRAWS; i++)
		low += osaas_random_below(&r, n) < n / 3;
	assert_in_range(low, DRAWS / 3 - 700, DRAWS / 3 + 700);
}

static void test_real(void **state)
{
	(void)state;
	struct osaas_random r;
	double sum = 0, least = 1, most = 0;
	osaas_random_seed(&r, 99);
	for (int i = 0; i < 100000; i++) {
		double v = osaas_random_real(&r);
		assert_true(v >= 0 && v < 1);
		sum += v;
		least = v < least ? v : least;
		most = v > most ? v : most;
	}
	assert_true(sum > 49400 && sum < 50600);
	assert_true(least < 0.001 && most > 0.999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_real),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
