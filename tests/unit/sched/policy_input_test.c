/* LATENCY beside DEADLINE: input has a share of its own, a slice in each POLICY_INPUT_NS. */
#include "policy_cpu.h"

/* Woken again under the same share, at `now`: Abeni and Buttazzo's rule, as for any other. */
static void test_share_is_a_server(void **state)
{
	static const struct {
		uint64_t used, now; /* us */
		uint64_t due, left; /* us; due 0: after all deadlines */
	} cases[] = {
		{400, 1000, 5000, 600}, {400, 2000, 5000, 600},
		{400, 2001, 7001, 1000}, /* 0.6 in 3 ms is more than its share */
		{1000, 1000, 0, 0}, {1000, 4999, 0, 0}, {1000, 5000, 10000, 1000},
		{1000, 7000, 12000, 1000},
		{3000, 3000, 0, 0}, /* what it ran alone is no debt: */
		{3000, 5000, 10000, 1000},
		{0, 60000, 65000, 1000}, /* nor is a rest credit */
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		ready(0, TASK_LATENCY);
		pick(0);
		ran(cases[t].used * US, NOBODY);
		policy_ready(&policy, &tasks[1], TASK_LATENCY, NULL, cases[t].now * US);
		uint64_t due = cases[t].due ? cases[t].due * US : UINT64_MAX;
		assert_int_equal(pick(cases[t].now * US), 1);
		if (tasks[1].due_ns != due)
			fail_msg("case %zu: due %llu us", t,
				(unsigned long long)(tasks[1].due_ns / US));
		assert_int_equal(slice, cases[t].left ? cases[t].left * US : MS);
	}
}

/* a, under a reservation, is ready; b and c received input. Who runs when, a millisecond each. */
static void test_share_and_deadline(void **state)
{
	static const struct {
		uint64_t deadline; /* ms */
		const char *order;
	} cases[] = {
		{4, "aaabbccc"}, /* due before input is */
		{5, "aaabbccc"}, /* at the same time */
		{6, "baaabccc"},
		{9, "baaabccc"}, /* c is beyond its share: after all deadlines */
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 3 * MS, cases[t].deadline * MS, 0);
		ready_under(0, 0, 0);
		ready(1, TASK_LATENCY);
		ready(2, TASK_LATENCY);
		size_t left[] = {3, 2, 3};
		for (size_t n = 0; cases[t].order[n]; n++) {
			size_t i = pick(n * MS);
			if (n < 4 && i != (size_t)(cases[t].order[n] - 'a'))
				fail_msg("case %zu, ms %zu: %c", t, n, (char)('a' + i));
			ran(MS, --left[i] ? i : NOBODY);
		}
	}
}

/* Beyond the share a deadline cuts it, however late that is due; within it only an earlier one. */
static void test_spent_share_is_beaten(void **state)
{
	for (int spent = 0; spent < 2; spent++) {
		setup(state);
		reserve(2, MS, 100 * MS, 0);
		if (spent) {
			ready(1, TASK_LATENCY);
			assert_int_equal(pick(0), 1);
			ran(MS, NOBODY);
		}
		ready(0, TASK_LATENCY);
		assert_int_equal(pick(MS), 0);
		ready_under(2, 2, MS);
		assert_int_equal(policy_beats(&tasks[2], &tasks[0]), spent);
	}
}

/* One that waits, the share being spent, has its turn in the next: it need not be woken. */
static void test_waits_for_its_share(void **state)
{
	(void)state;
	reserve(0, 60 * MS, 100 * MS, 0);
	ready(1, TASK_LATENCY);
	assert_int_equal(pick(0), 1);
	ran(MS, NOBODY);
	ready_under(0, 0, MS);
	policy_ready(&policy, &tasks[2], TASK_LATENCY, NULL, MS);
	assert_int_equal(pick(MS), 0);
	ran(4 * MS - 1, 0);
	assert_int_equal(pick(5 * MS - 1), 0);
	ran(1, 0);
	assert_int_equal(pick(5 * MS), 2);
	assert_int_equal(slice, MS);
}

/* Cut by the end of the share, not of its slice: it stays first of its class. */
static void test_share_ends_within_the_slice(void **state)
{
	(void)state;
	ready(0, TASK_LATENCY);
	assert_int_equal(pick(0), 0);
	ran(300 * US, NOBODY);
	ready(1, TASK_LATENCY);
	ready(2, TASK_LATENCY);
	assert_int_equal(pick(300 * US), 1);
	assert_int_equal(slice, 700 * US);
	ran(700 * US, 1);
	assert_int_equal(tasks[1].cls, TASK_LATENCY);
	assert_int_equal(pick(MS), 1);
	assert_int_equal(slice, 300 * US);
}

/* However long slices are, input has no more than a fifth: with what is admitted, 95 %. */
static void test_share_of_long_slices(void **state)
{
	(void)state;
	static const uint64_t slices[] = {100 * US, MS, 16 * MS, POLICY_SLICE_MAX_NS};
	for (size_t t = 0; t < COUNT(slices); t++) {
		start(1, slices[t]);
		ready(0, TASK_LATENCY);
		assert_int_equal(pick(0), 0);
		assert_int_equal(slice, slices[t] < MS ? slices[t] : MS);
	}
}

/*
 * Reservations up to the bound, each job as long as its budget and as often as allowed,
 * and input always ready, of groups so heavy that none is ever refused.
 */
static size_t saturate(bool constrained)
{
	size_t n = 0, most = 1 + chance(8);
	while (n < most && policy.admitted_ppm < POLICY_ADMIT_PPM - 20000) {
		uint64_t period = between(MS, 20 * MS);
		uint64_t deadline = constrained ? between(period / 4, period) : period;
		uint64_t ppm = POLICY_ADMIT_PPM - policy.admitted_ppm;
		if (n + 1 < most)
			ppm = between(20000, ppm);
		uint64_t budget = deadline * ppm / 1000000;
		reserve(n, budget, period, deadline);
		actors[n] = (struct actor){.res = &res[n],
			.gap_min = period,
			.gap_max = chance(2) ? period : 2 * period,
			.work_min = budget,
			.work_max = budget,
			.wake_ns = chance(2) ? 0 : chance(10 * MS)};
		n++;
	}
	return n;
}

static void flood(size_t n)
{
	uint64_t gap = chance(3) ? 0 : chance(6 * MS);
	for (size_t i = n; i < MANY; i++) {
		policy_group_init(&groups[i], POLICY_WEIGHT_MAX, NULL);
		actors[i] = (struct actor){.cls = TASK_LATENCY,
			.gap_max = gap,
			.work_min = chance(2) ? 50 * US : 2 * MS,
			.work_max = 2 * MS,
			.wake_ns = chance(2) ? 0 : chance(20 * MS)};
	}
}

static void test_deadlines_hold_against_input(void **state)
{
	(void)state;
	static const uint64_t slices[] = {0, 300 * US, 16 * MS};
	uint64_t jobs = 0, input = 0, begun = 0;
	for (uint64_t s = 0; s < 300; s++) {
		start(s, slices[s % 3]);
		cpu_reset();
		size_t n = saturate(s / 3 % 2);
		flood(n);
		cpu_run(200 * MS);
		for (size_t i = 0; i < n; i++) {
			jobs += actors[i].jobs;
			if (actors[i].late_ns ||
				(actors[i].left_ns && cpu.now > actors[i].due_ns))
				fail_msg("set %d, task %zu of %zu: %llu ns late", (int)s,
					i, n, (unsigned long long)actors[i].late_ns);
		}
		begun += cpu.now;
		for (size_t i = n; i < MANY; i++)
			input += actors[i].got_ns[TASK_LATENCY];
	}
	assert_true(jobs > 10000);
	assert_true(input * 5 > begun); /* it had its share */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_share_is_a_server),
		T(test_share_and_deadline),
		T(test_spent_share_is_beaten),
		T(test_waits_for_its_share),
		T(test_share_ends_within_the_slice),
		T(test_share_of_long_slices),
		T(test_deadlines_hold_against_input),
	};
	return cmocka_run_group_tests_name("policy_input", tests, NULL, NULL);
}
