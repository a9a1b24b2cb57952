/* A plugin that draws frames does not notice that the one beside it collects. */
#include "helper.h"

#include "beside.h"

#define FRAMES 120 /* 2 s */
#define TRIES  4   /* a machine that stands still makes frames late, too */

static struct beside_result run(
	const char *path, enum beside_role role, unsigned frames, bool whole)
{
	struct beside_result r;
	assert_true(beside_run(path, role, frames, whole, &r));
	print_message("# %u frames, %u late, p50 %u p99 %u max %u us; %u collections, "
		      "frozen %u us in all, %u MiB leaked\n",
		r.frames, r.late, (unsigned)(r.p50_ns / 1000),
		(unsigned)(r.p99_ns / 1000), (unsigned)(r.max_ns / 1000),
		(unsigned)r.collections, (unsigned)(r.frozen_ns / 1000),
		(unsigned)(r.leaked >> 20));
	return r;
}

/* Each collection takes several milliseconds, or (of the large heap) more than a frame. */
static void test_leak(void **state)
{
	struct beside_result r = {.late = 1};
	for (int i = 0; i < TRIES && r.late; i++)
		r = run(*state, BESIDE_LEAK, FRAMES, false);
	assert_int_equal(r.late, 0);
	assert_true(r.collections >= 3);
	assert_true(r.leaked > (UINT64_C(16) << 20));
}

/* That late frames are found: a collector that nobody can interrupt. */
static void test_control(void **state)
{
	(void)state;
	assert_true(run(BESIDE_HUGE, BESIDE_LEAK, FRAMES / 12, true).late > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_leak, (char *)(uintptr_t)BESIDE_SMALL),
		cmocka_unit_test_prestate(test_leak, (char *)(uintptr_t)BESIDE_LARGE),
		cmocka_unit_test(test_control),
	};
	return cmocka_run_group_tests_name(
		"frames beside a collector", tests, NULL, NULL);
}
