#include <errno.h>
#include <string.h>

#include "policy_cpu.h"

/* Wakes it at once with a deadline that is later or not; what came of it. */
static void test_later(void **state)
{
	static const struct {
		uint64_t later, due; /* ms */
	} cases[] = {
		{0, 110},
		{105, 110},
		{110, 110},
		{111, 111},
		{150, 150},
		{2000, 2000},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 2 * MS, 10 * MS, 0);
		res[0].later_ns = cases[t].later * MS;
		ready_under(0, 0, 100 * MS);
		assert_int_equal(res[0].due_ns, cases[t].due * MS);
		assert_int_equal(res[0].next_ns, 110 * MS);
		assert_int_equal(pick(100 * MS), 0);
		assert_int_equal(slice, 2 * MS);
		ran(MS, NOBODY);
		assert_int_equal(res[0].used_ns, MS);
	}
}

/* What is in a hurry goes first; who is woken again with budget left may have more time, never less. */
static void test_order(void **state)
{
	(void)state;
	reserve(0, MS, 10 * MS, 0);
	reserve(1, MS, 10 * MS, 0);
	reserve(2, MS, 20 * MS, 0);
	res[0].later_ns = 30 * MS;
	ready_under(0, 0, 0);
	ready_under(2, 2, 0);
	ready_under(1, 1, 0);
	assert_true(policy_beats(&tasks[1], &tasks[0]));
	assert_false(policy_beats(&tasks[0], &tasks[2]));
	assert_string_equal(drain(0), "bca");
	res[1].later_ns = 12 * MS;
	ready_under(1, 1, MS);
	assert_int_equal(res[1].due_ns, 12 * MS);
	assert_int_equal(pick(MS), 1);
	ran(10 * US, NOBODY);
	res[1].later_ns = 5 * MS;
	ready_under(1, 1, 2 * MS);
	assert_int_equal(res[1].due_ns, 12 * MS);
}

/* While one of its tasks is ready the deadline stays where its queue has it. */
static void test_active(void **state)
{
	(void)state;
	reserve(0, MS, 10 * MS, 0);
	reserve(1, MS, 11 * MS, 0);
	ready_under(0, 0, 0);
	ready_under(1, 1, 0);
	res[0].later_ns = 20 * MS;
	ready_under(2, 0, 0);
	check_structure();
	assert_string_equal(drain(0), "acb");
}

/* Used up, it is whole again in time, with the deadline that its owner says by then. */
static void test_spent(void **state)
{
	(void)state;
	reserve(0, MS, 10 * MS, 0);
	res[0].later_ns = 15 * MS;
	ready_under(0, 0, 0);
	assert_int_equal(pick(0), 0);
	ran(MS, 0);
	assert_int_equal(res[0].spent, 1);
	res[0].later_ns = 35 * MS;
	assert_int_equal(pick(10 * MS), 0);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
	assert_int_equal(res[0].due_ns, 35 * MS);
}

static void check_lateness(uint64_t seed, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (actors[i].late_ns)
			fail_msg("set %d, task %zu of %zu: %llu ns late", (int)seed, i, n,
				(unsigned long long)actors[i].late_ns);
	}
}

static void keep_busy(size_t n)
{
	hog(n);
	actors[n].wake_ns = 0;
	actors[n + 1] = (struct actor){.cls = TASK_LATENCY,
		.gap_min = MS,
		.gap_max = 5 * MS,
		.work_min = US,
		.work_max = 2 * MS};
}

/* Up to the bound to the ppm. */
static size_t random_set(void)
{
	size_t n = 0, count = 2 + chance(8);
	while (n < count && policy.admitted_ppm < POLICY_ADMIT_PPM - 20000) {
		uint64_t period = between(2 * MS, 20 * MS);
		uint64_t ppm = POLICY_ADMIT_PPM - policy.admitted_ppm;
		if (n + 1 < count)
			ppm = between(20000, ppm);
		uint64_t budget = period * ppm / 1000000;
		reserve(n, budget, period, 0);
		actors[n] = (struct actor){.res = &res[n],
			.gap_min = period,
			.gap_max = chance(2) ? period : 2 * period,
			.work_min = chance(2) ? budget : budget / 2,
			.work_max = budget,
			.wake_ns = chance(10 * MS)};
		n++;
	}
	return n;
}

/* Some have more time than admitted, one takes more than it may: those with less time are met all the same. */
static void test_others_keep_theirs(void **state)
{
	(void)state;
	uint64_t jobs = 0;
	for (uint64_t s = 0; s < 300; s++) {
		start(s, 0);
		cpu_reset();
		size_t n = random_set();
		for (size_t i = 0; i < n; i++) {
			if (chance(2))
				actors[i].ahead_ns = between(0, 4 * res[i].period_ns);
		}
		if (chance(2))
			actors[chance(n)].work_min = HOG;
		keep_busy(n);
		cpu_run(300 * MS);
		for (size_t i = 0; i < n; i++)
			jobs += actors[i].jobs;
		check_lateness(s, n);
	}
	assert_true(jobs > 15000);
}

/* Other budgets. */

static void test_adjust(void **state)
{
	const char *why;
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	reserve(1, 5 * MS, 10 * MS, 0);
	/* More than there is: nothing changes. */
	assert_int_equal(
		policy_adjust(&policy, &res[0], 3 * MS, 10 * MS, 0, &why), -EBUSY);
	assert_non_null(strstr(why, "promised"));
	assert_int_equal(
		policy_adjust(&policy, &res[0], 8 * MS, 10 * MS, 0, &why), -EINVAL);
	assert_int_equal(policy_adjust(&policy, &res[0], 5, 10 * MS, 0, &why), -EINVAL);
	assert_int_equal(res[0].budget_ns, 2 * MS);
	assert_int_equal(policy.admitted_ppm, 700000);
	/* More: at once. At rest: less at once, too. */
	assert_int_equal(policy_adjust(&policy, &res[0], 5 * MS, 20 * MS, 0, &why), 0);
	assert_null(why);
	assert_int_equal(policy.admitted_ppm, 750000);
	assert_int_equal(policy_adjust(&policy, &res[0], MS, 20 * MS, 0, &why), 0);
	assert_int_equal(policy.admitted_ppm, 550000);
	/* Within a period it is used: what it has less is free when that is over. */
	ready_under(1, 1, 0);
	assert_int_equal(policy_adjust(&policy, &res[1], MS, 10 * MS, 0, &why), 0);
	assert_int_equal(policy.admitted_ppm, 550000);
	assert_int_equal(pick(0), 1);
	assert_int_equal(slice, 5 * MS);
	assert_int_equal(
		policy_adjust(&policy, &res[0], 5 * MS, 10 * MS, 0, &why), -EBUSY);
	ran(4 * MS, NOBODY);
	ready_under(1, 1, 12 * MS);
	assert_int_equal(policy.admitted_ppm, 150000);
	assert_int_equal(res[1].left_ns, MS);
	assert_int_equal(policy_adjust(&policy, &res[0], 6 * MS, 10 * MS, 0, &why), 0);
	policy_release(&policy, &res[0]);
	policy_release(&policy, &res[1]);
	assert_int_equal(policy.admitted_ppm, 0);
}

static size_t adjusted, n_set;

/* One of them wants another budget or period; it works so from when it is woken next. */
static void adjust_some(void)
{
	const char *why;
	size_t i = chance(n_set * 8);
	check_structure();
	if (i >= n_set || actors[i].work_min == HOG)
		return;
	uint64_t period = between(2 * MS, 20 * MS);
	uint64_t budget = between(20 * US, period / 2);
	if (policy_adjust(&policy, &res[i], budget, period, cpu.now, &why) < 0)
		return;
	struct actor *a = &actors[i];
	adjusted++;
	a->work_min = budget / 2;
	a->work_max = budget;
	a->gap_min = period;
	a->gap_max = 2 * period;
	if (a->wake_ns < res[i].next_ns)
		a->wake_ns = res[i].next_ns;
}

static void test_adjusting_costs_nobody(void **state)
{
	(void)state;
	adjusted = 0;
	for (uint64_t s = 0; s < 300; s++) {
		start(s, 0);
		cpu_reset();
		n_set = random_set();
		if (chance(2))
			actors[chance(n_set)].work_min = HOG;
		cpu.each = adjust_some;
		keep_busy(n_set);
		cpu_run(300 * MS);
		check_lateness(s, n_set);
		uint64_t ppm = 0;
		for (size_t i = 0; i < n_set; i++)
			ppm += res[i].ppm;
		assert_int_equal(ppm, policy.admitted_ppm);
	}
	assert_true(adjusted > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_later),
		T(test_order),
		T(test_active),
		T(test_spent),
		T(test_others_keep_theirs),
		T(test_adjust),
		T(test_adjusting_costs_nobody),
	};
	return cmocka_run_group_tests_name("policy_later", tests, NULL, NULL);
}
