/* A target of tests/fuzz by chance: RUNS [SEED]: so many runs of it, of any length, from SEED on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "util/log.h"

#define BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t runs = 300, seed = 1;

static uint32_t next(void)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

static void test_by_chance(void **state)
{
	static uint8_t bytes[BYTES];
	(void)state;
	for (uint64_t i = 0; i < runs; i++) {
		size_t n = next() % BYTES;
		for (size_t j = 0; j < n; j++)
			bytes[j] = (uint8_t)next();
		assert_int_equal(LLVMFuzzerTestOneInput(bytes, n), 0);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_chance)};
	if (argc > 1)
		runs = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
