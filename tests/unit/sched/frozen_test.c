/* The scheduler while time stands still: this file moves it. */
#include "helper.h"

#define BEGIN (1000 * NS_PER_S)

static volatile long stop;
static uint64_t woken_ns[8];
static int n_woken;

static int setup(void **state)
{
	clock_frozen_ns = BEGIN;
	stop = n_woken = 0;
	return sched_setup(state);
}

static int teardown(void **state)
{
	int r = sched_teardown(state);
	clock_frozen_ns = 0;
	return r;
}

static void sleeper(void *arg)
{
	for (int i = 1; i <= 3; i++) {
		task_sleep_until(BEGIN + (uint64_t)(uintptr_t)arg * (uint64_t)i);
		woken_ns[n_woken++] = sched_now_ns();
	}
}

/* Sleepers wake when they wanted to, to the nanosecond, whatever runs meanwhile costs. */
static void test_sleep(void **state)
{
	(void)state;
	spawn("long", sleeper, (void *)(uintptr_t)(7 * NS_PER_S));
	spawn("short", sleeper, (void *)(uintptr_t)(5 * NS_PER_S));
	while (test_group.n_tasks > 0) {
		assert_false(sched_run());
		if (test_group.n_tasks == 0)
			break;
		assert_true(sched_next_wake_ns() > clock_now_ns());
		clock_frozen_ns = sched_next_wake_ns();
	}
	static const uint64_t at[] = {5, 7, 10, 14, 15, 21};
	assert_int_equal(n_woken, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(woken_ns[i], BEGIN + at[i] * NS_PER_S);
	assert_int_equal(test_group.run_ns, 0);
	assert_int_equal(clock_now_ns(), BEGIN + 21 * NS_PER_S);
}

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
}

/* Who computes for ever is interrupted, and only then time goes on: others come to theirs. */
static void test_hog(void **state)
{
	(void)state;
	spawn("hog", hog, NULL);
	spawn("short", sleeper, (void *)(uintptr_t)(10 * NS_PER_MS));
	uint64_t last = clock_now_ns();
	for (int i = 0; n_woken < 3; i++) {
		assert_true(i < 1000);
		assert_true(sched_run());
		assert_in_range(clock_now_ns() - last, 0, 10 * NS_PER_MS);
		last = clock_now_ns();
	}
	assert_in_range(woken_ns[2], BEGIN + 30 * NS_PER_MS, BEGIN + 50 * NS_PER_MS);
	assert_true(test_group.preemptions > 0);
	stop = 1;
	assert_false(sched_run());
	assert_int_equal(test_group.n_tasks, 0);
}

static void yielder(void *arg)
{
	(void)arg;
	while (!stop)
		task_yield();
}

/* Nor does one that gives the processor away again and again keep the loop from it. */
static void test_yielder(void **state)
{
	(void)state;
	spawn("yielder", yielder, NULL);
	for (int i = 0; i < 5; i++)
		assert_true(sched_run());
	assert_true(clock_now_ns() > BEGIN);
	stop = 1;
	assert_false(sched_run());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sleep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hog, setup, teardown),
		cmocka_unit_test_setup_teardown(test_yielder, setup, teardown),
	};
	return cmocka_run_group_tests_name("frozen", tests, NULL, NULL);
}
