#include "policy_cpu.h"

/* Sporadic tasks up to the bound to the ppm: fills res[0..n-1] and actors. */
static size_t random_set(bool constrained)
{
	size_t n = 0, most = 1 + chance(8);
	while (n < most && policy.admitted_ppm < POLICY_ADMIT_PPM - 20000) {
		uint64_t period = between(2 * MS, 20 * MS);
		uint64_t deadline = constrained ? between(period / 4, period) : period;
		uint64_t ppm = POLICY_ADMIT_PPM - policy.admitted_ppm;
		if (n + 1 < most)
			ppm = between(20000, ppm);
		uint64_t budget = deadline * ppm / 1000000;
		reserve(n, budget, period, deadline);
		struct actor *a = &actors[n];
		*a = (struct actor){
			.res = &res[n], .gap_min = period, .work_max = budget};
		a->gap_max = chance(2) ? period : 2 * period;
		a->work_min = chance(2) ? budget : budget / 2;
		a->wake_ns = chance(2) ? 0 : chance(10 * MS);
		n++;
	}
	return n;
}

/* Every deadline of every set that is admitted, whatever else wants to run. */
static void test_deadlines_hold(void **state)
{
	(void)state;
	uint64_t jobs = 0;
	for (uint64_t s = 0; s < 400; s++) {
		start(s, 0);
		cpu_reset();
		size_t n = random_set(s % 2);
		hog(n);
		hog(n + 1);
		if (chance(2)) /* one of the set does not keep to its budget */
			actors[chance(n)].work_min = HOG;
		actors[n].wake_ns = actors[n + 1].wake_ns = 0;
		actors[n + 2] = (struct actor){.cls = TASK_LATENCY,
			.gap_min = MS,
			.gap_max = 5 * MS,
			.work_min = US,
			.work_max = 2 * MS};
		cpu_run(300 * MS);
		for (size_t i = 0; i < n; i++) {
			jobs += actors[i].jobs;
			if (actors[i].late_ns)
				fail_msg("set %d, task %zu of %zu: %llu ns late", (int)s,
					i, n, (unsigned long long)actors[i].late_ns);
		}
		assert_true(actors[n].got_ns[TASK_NORMAL] > 0);
	}
	assert_true(jobs > 20000);
}

/* A hog gets its budget in each period, and as a guest what the others leave: no more. */
static void test_hog_under_reservation(void **state)
{
	static const struct {
		uint64_t budget, period, deadline, late;
	} cases[] = {
		{MS, 10 * MS, 10 * MS, 0},
		{300 * US, MS, MS, 0},
		{MS, 10 * MS, 3 * MS, 0},
		{MS, 10 * MS, 10 * MS, 300 * US},
		{200 * US, MS, MS, 500 * US},
		{MS, 10 * MS, 3 * MS, 2 * MS},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		cpu_reset();
		cpu.late_max = cases[t].late;
		reserve(0, cases[t].budget, cases[t].period, cases[t].deadline);
		hog(0);
		hog(1);
		actors[0].res = &res[0];
		cpu_run(1000 * MS);
		uint64_t fair = 1000 * MS / cases[t].period * cases[t].budget;
		uint64_t got = actors[0].got_ns[TASK_DEADLINE];
		assert_true(got <= fair + cases[t].budget + cases[t].late);
		assert_true(got + cases[t].budget + cases[t].late >= fair);
		/* What remains it has to share, with nothing saved up from its own time. */
		uint64_t half = (1000 * MS - got) / 2;
		assert_in_range(actors[0].got_ns[TASK_NORMAL], half * 9 / 10,
			half + 3 * MS + cases[t].late);
	}
}

/* However it works and waits, nobody gets more than budget / period, to a budget. */
static void test_waking_often_gains_nothing(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 500; s++) {
		start(s, 0);
		cpu_reset();
		uint64_t period = between(MS, 20 * MS);
		uint64_t deadline = chance(2) ? period : between(period / 4, period);
		uint64_t budget = between(20 * US, deadline / 2);
		reserve(0, budget, period, deadline);
		size_t n = 1 + chance(3); /* several may share it */
		for (size_t i = 0; i < n; i++) {
			struct actor *a = &actors[i];
			*a = (struct actor){.res = &res[0]};
			a->gap_min = between(US, period / 2);
			a->gap_max = between(a->gap_min, period);
			a->work_min = between(US, budget / 2);
			a->work_max = between(a->work_min, budget);
		}
		hog(n);
		uint64_t got = 0;
		cpu_run(200 * MS);
		for (size_t i = 0; i < n; i++)
			got += actors[i].got_ns[TASK_DEADLINE];
		if (got > 200 * MS / period * budget + 2 * budget)
			fail_msg("seed %d: %llu us of %llu in %llu (%llu), %zu tasks",
				(int)s, (unsigned long long)(got / US),
				(unsigned long long)(budget / US),
				(unsigned long long)(period / US),
				(unsigned long long)(deadline / US), n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_deadlines_hold),
		T(test_hog_under_reservation),
		T(test_waking_often_gains_nothing),
	};
	return cmocka_run_group_tests_name("policy_deadline", tests, NULL, NULL);
}
