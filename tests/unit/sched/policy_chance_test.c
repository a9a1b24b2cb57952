#include "policy_rig.h"

#include <string.h>

/* Pearson's, against frequencies in proportion to want. */
static double chi_square(const unsigned *counts, const unsigned *want, size_t n)
{
	double sum = 0, total = 0, wanted = 0;
	for (size_t i = 0; i < n; i++) {
		total += counts[i];
		wanted += want[i];
	}
	for (size_t i = 0; i < n; i++) {
		double expected = total * want[i] / wanted;
		double off = counts[i] - expected;
		sum += off * off / expected;
	}
	return sum;
}

#define SHORT UINT64_C(102400) /* 25 buckets */
static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};

/* Three that begin to wait at once, expected to run for run_ns: how often in which order. */
static void count_orders(uint64_t run_ns, unsigned *counts)
{
	for (uint64_t s = 0; s < 12000; s++) {
		start(s, 0);
		for (size_t i = 0; i < 3; i++) {
			groups[i].expect_ns = run_ns;
			ready(i, TASK_NORMAL);
		}
		const char *order = drain(0);
		for (size_t o = 0; o < COUNT(orders); o++)
			counts[o] += strcmp(order, orders[o]) == 0;
	}
}

/* Each order equally often. */
static void test_every_order(void **state)
{
	(void)state;
	unsigned counts[6] = {0}, even[6] = {1, 1, 1, 1, 1, 1};
	count_orders(MS, counts);
	assert_true(chi_square(counts, even, 6) < 25.7); /* 5 degrees: one in 10,000 */
}

/* Runs so short that moments share buckets: within one they go as they came, else by chance. */
static void test_every_order_of_short_runs(void **state)
{
	(void)state;
	unsigned counts[6] = {0}, want[6] = {0};
	count_orders(SHORT, counts);
	for (unsigned d = 0; d < 25 * 25 * 25; d++) {
		unsigned a = d % 25, b = d / 25 % 25, c = d / 625;
		unsigned later = (a > b) + (a > c), second = b > c;
		want[later == 0 ? second : later == 2 ? 3 + 2 * second : b > c ? 4 : 2]++;
	}
	assert_true(chi_square(counts, want, 6) < 25.7);
	for (size_t o = 0; o < 6; o++)
		assert_in_range(counts[o], 1650, 2400);
}

/* Always ready, two equal groups: who is first of each pair of turns is chance. */
static void test_no_round_robin(void **state)
{
	(void)state;
	unsigned changes[2] = {0};
	size_t before = 0;
	ready(0, TASK_NORMAL);
	ready(1, TASK_NORMAL);
	for (int pair = 0; pair < 4000; pair++) {
		size_t first = pick(0);
		ran(MS, first);
		size_t second = pick(0);
		ran(MS, second);
		changes[first != before]++;
		before = first;
	}
	assert_in_range(changes[0], 1000, 3000);
}

/* The moment is drawn evenly over [s, s + l): the hazard is 1 / (s + l - v). */
static void test_hazard(void **state)
{
	(void)state;
	unsigned counts[16] = {0}, even[16];
	start(5, 0);
	for (int n = 0; n < 32000; n++) {
		ready(0, TASK_NORMAL);
		uint64_t d = groups[0].entry.key - groups[0].start;
		assert_true(d < MS);
		counts[d * 16 / MS]++;
		policy_task_leave(&policy, &tasks[0]);
	}
	for (size_t i = 0; i < 16; i++)
		even[i] = 1;
	assert_true(chi_square(counts, even, 16) < 44.3); /* 15 degrees: one in 10,000 */
	unsigned left = 32000;
	for (unsigned i = 0; i < 12; left -= counts[i++]) {
		double hazard = (double)counts[i] / left, want = 1.0 / (16 - i);
		assert_true(hazard > want * 0.9 && hazard < want * 1.1);
	}
}

/*
 * a has waited for a part x of l when b comes: a is the first with probability
 * (1 + x) / 2, since its tickets have grown. c moves virtual time there: it is taken
 * to run next to nothing, so its moment is its tag, and runs x l.
 */
static bool waited_wins(uint64_t with_seed, uint64_t x, bool *counts)
{
	start(with_seed, 0);
	ready(2, TASK_NORMAL);
	assert_int_equal(pick(0), 2);
	ready(0, TASK_NORMAL);
	ran(x, NOBODY);
	groups[2].expect_ns = 1;
	ready(2, TASK_NORMAL);
	*counts = pick(0) == 2;
	if (!*counts)
		return false;
	assert_int_equal(policy.virtual_ns, x);
	ready(1, TASK_NORMAL);
	ran(0, NOBODY);
	return pick(0) == 0;
}

static void test_tickets_grow(void **state)
{
	(void)state;
	for (unsigned sixteenth = 0; sixteenth < 16; sixteenth += 3) {
		unsigned trials = 0, wins = 0;
		for (uint64_t s = 0; trials < 4000; s++) {
			bool counts;
			wins += waited_wins(s, sixteenth * MS / 16, &counts);
			trials += counts;
		}
		double p = (double)wins / trials, want = 0.5 + sixteenth / 32.0;
		assert_true(p > want - 0.03 && p < want + 0.03);
	}
}

static void first_winners(uint64_t with_seed, char *order, size_t n)
{
	start(with_seed, 0);
	for (size_t i = 0; i < 8; i++)
		ready(i, TASK_NORMAL);
	for (size_t turn = 0; turn < n; turn++) {
		size_t i = pick(0);
		order[turn] = (char)('a' + i);
		ran(MS, i);
	}
}

static void test_seeds(void **state)
{
	static char runs[100][64];
	(void)state;
	for (uint64_t s = 0; s < 100; s++) {
		char twice[64];
		first_winners(s, runs[s], 64);
		first_winners(s, twice, 64);
		assert_memory_equal(runs[s], twice, 64);
		for (uint64_t o = 0; o < s; o++)
			assert_memory_not_equal(runs[s], runs[o], 64);
	}
}

/* A generator that is all zero would stay so. */
static void test_seed_of_zero_inside(void **state)
{
	(void)state;
	start(UINT64_C(0x9e3779b97f4a7c15), 0);
	ready(0, TASK_NORMAL);
	assert_int_not_equal(groups[0].entry.key, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_every_order),
		T(test_every_order_of_short_runs),
		T(test_no_round_robin),
		T(test_hazard),
		T(test_tickets_grow),
		T(test_seeds),
		T(test_seed_of_zero_inside),
	};
	return cmocka_run_group_tests_name("policy_chance", tests, NULL, NULL);
}
