#include "policy_rig.h"

#include <string.h>

static void three_of_group_0(void)
{
	for (size_t i = 0; i < 3; i++) {
		tasks[i].group = &groups[0];
		ready(i, TASK_NORMAL);
	}
}

/* A turn is the group's: its tasks follow one another, and it is charged once. */
static void test_group_in_a_turn(void **state)
{
	(void)state;
	three_of_group_0();
	assert_int_equal(pick(0), 0);
	assert_int_equal(again(0), 1);
	ready(0, TASK_NORMAL); /* yielded, or woken by another */
	assert_int_equal(again(0), 2);
	assert_int_equal(again(0), 0);
	assert_int_equal(again(0), NOBODY);
	assert_int_equal(policy.n_ready, 0);
	assert_int_equal(groups[0].used, 0);
	ran(700 * US, NOBODY);
	assert_int_equal(groups[0].used, 700 * US);
	assert_false(groups[0].queued);
}

static void test_again_stops(void **state)
{
	for (enum task_class cls = TASK_DEADLINE; cls <= TASK_NORMAL; cls++) {
		setup(state);
		three_of_group_0();
		reserve(9, MS, 10 * MS, 0);
		assert_int_equal(pick(0), 0);
		policy_ready(&policy, &tasks[9], cls, &res[9], 0);
		assert_int_equal(again(0), cls == TASK_NORMAL ? 1 : NOBODY);
	}
	setup(state); /* a latency turn is the task's own */
	three_of_group_0();
	ready(9, TASK_LATENCY);
	assert_int_equal(pick(0), 9);
	assert_int_equal(again(0), NOBODY);
}

/* Cut, it goes behind the tasks of its group that wait; yielded, too. */
static void test_cut_and_yielded_go_behind(void **state)
{
	for (int yields = 0; yields < 2; yields++) {
		setup(state);
		three_of_group_0();
		assert_int_equal(pick(0), 0);
		if (yields)
			ready(0, TASK_NORMAL);
		ran(MS, yields ? NOBODY : 0);
		assert_int_equal(policy.n_ready, 3);
		assert_string_equal(drain(0), "bca");
	}
}

/* Whose time has come go before the others of their group, in the order they came. */
static void test_prompt(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++)
		tasks[i].group = &groups[0];
	ready(0, TASK_NORMAL);
	ready(1, TASK_NORMAL);
	ready(2, TASK_NORMAL);
	policy_prompt(&tasks[2]);
	ready(3, TASK_NORMAL);
	policy_prompt(&tasks[3]);
	ready(4, TASK_NORMAL);
	check_structure();
	assert_string_equal(drain(0), "cdabe");
	/* The last of them goes, waiting or taken: the next is still behind the one before. */
	ready(0, TASK_NORMAL);
	for (size_t i = 1; i < 4; i++) {
		ready(i, TASK_NORMAL);
		policy_prompt(&tasks[i]);
	}
	policy_task_leave(&policy, &tasks[3]);
	assert_int_equal(pick(0), 1);
	policy_task_init(&tasks[3], &groups[0], TASK_NORMAL);
	ready(3, TASK_NORMAL);
	policy_prompt(&tasks[3]);
	assert_int_equal(again(0), 2);
	assert_int_equal(again(0), 3);
	ready(4, TASK_NORMAL);
	policy_prompt(&tasks[4]);
	assert_int_equal(again(0), 4);
	assert_int_equal(again(0), 0);
	ran(10 * US, NOBODY);
	check_structure();
}

static void test_prompt_in_other_classes(void **state)
{
	(void)state;
	reserve(1, MS, 10 * MS, 0);
	ready(0, TASK_LATENCY);
	ready_under(1, 1, 0);
	for (size_t i = 0; i < 3; i++)
		policy_prompt(&tasks[i]); /* the last is not even ready */
	check_structure();
	assert_string_equal(drain(0), "ab");
}

/* It is no wait: neither what it yields for nor the run it makes begin anew. */
static void test_yield_is_no_wait(void **state)
{
	(void)state;
	ready(0, TASK_NORMAL);
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(pick(0), 0);
		ready(0, TASK_NORMAL);
		ran(100 * US, NOBODY);
		assert_int_equal(groups[0].burst_ns, (unsigned)i * 100 * US);
	}
	assert_int_equal(pick(0), 0);
	ran(100 * US, NOBODY);
	assert_int_equal(groups[0].burst_ns, 0);
	assert_int_equal(groups[0].expect_ns, 600 * US | 1);
}

static void test_weights(void **state)
{
	static const struct {
		unsigned asked, weight;
	} cases[] = {
		{0, POLICY_WEIGHT_MIN},
		{POLICY_WEIGHT_MIN - 1, POLICY_WEIGHT_MIN},
		{POLICY_WEIGHT_MIN, POLICY_WEIGHT_MIN},
		{POLICY_WEIGHT, POLICY_WEIGHT},
		{POLICY_WEIGHT_MAX, POLICY_WEIGHT_MAX},
		{POLICY_WEIGHT_MAX + 1, POLICY_WEIGHT_MAX},
		{~0u, POLICY_WEIGHT_MAX},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		policy_group_init(&groups[0], cases[t].asked, NULL);
		assert_int_equal(groups[0].weight, cases[t].weight);
		ready(0, TASK_NORMAL);
		pick(0);
		ran(MS, NOBODY);
		assert_int_equal(groups[0].used, MS * POLICY_WEIGHT / cases[t].weight);
	}
}

static void test_slices(void **state)
{
	static const struct {
		uint64_t slice;
		uint8_t cache;
		uint64_t want;
	} cases[] = {
		{0, 0, MS},
		{0, 51, 1200 * US},
		{0, 255, 2 * MS},
		{3 * MS, 0, 3 * MS},
		{3 * MS, 255, 6 * MS},
	};
	(void)state;
	for (size_t t = 0; t < COUNT(cases); t++) {
		start(1, cases[t].slice);
		policy_group_init(&groups[0], POLICY_WEIGHT,
			&(struct policy_prior){.cache = cases[t].cache});
		ready(0, TASK_NORMAL);
		assert_int_equal(pick(0), 0);
		assert_int_equal(slice, cases[t].want);
	}
}

/* The draw is in [s, s + l), and uses it all. */
static void test_prior_draws(void **state)
{
	static const struct {
		struct policy_prior prior;
		unsigned weight;
		uint64_t l;
	} cases[] = {
		{{0, 0}, POLICY_WEIGHT, MS},
		{{0, 255}, POLICY_WEIGHT, 2 * MS},
		{{200 * US, 0}, POLICY_WEIGHT, 200 * US},
		{{200 * US, 255}, POLICY_WEIGHT, 200 * US},
		{{5 * MS, 0}, POLICY_WEIGHT, MS},
		{{200 * US, 0}, 4 * POLICY_WEIGHT, 50 * US},
		{{200 * US, 0}, POLICY_WEIGHT / 4, 800 * US},
		{{0, 0}, POLICY_WEIGHT_MIN, 16 * MS},
		{{0, 255}, POLICY_WEIGHT_MIN, 32 * MS},
		{{1, 0}, POLICY_WEIGHT_MAX, 0},
	};
	(void)state;
	for (size_t t = 0; t < COUNT(cases); t++) {
		uint64_t least = UINT64_MAX, most = 0;
		for (int n = 0; n < 2000; n++) {
			start((uint64_t)n, 0);
			policy_group_init(&groups[0], cases[t].weight, &cases[t].prior);
			ready(0, TASK_NORMAL);
			uint64_t d = groups[0].entry.key - groups[0].start;
			least = d < least ? d : least;
			most = d > most ? d : most;
		}
		assert_true(most < cases[t].l || cases[t].l == 0);
		assert_true(most >= cases[t].l - cases[t].l / 100);
		assert_true(least <= cases[t].l / 100);
	}
}

/* A prior that is wrong, and runs of `burst` until it waits, in turns of at most a slice. */
static void test_prior_is_corrected(void **state)
{
	static const struct {
		uint64_t prior, burst;
		int runs;
		uint64_t lo, hi;
	} cases[] = {
		{0, 300 * US, 1, 299 * US, 301 * US},  /* nothing believed: taken whole */
		{MS, 100 * US, 0, MS, MS},             /* from above: */
		{MS, 100 * US, 1, 880 * US, 890 * US}, /* by an eighth, */
		{MS, 100 * US, 8, 390 * US, 450 * US}, /* a third left after eight, */
		{MS, 100 * US, 60, 100 * US, 110 * US}, /* and then none */
		{50 * US, 300 * US, 8, 200 * US,
			220 * US}, /* from below, waiting by itself */
		{50 * US, 300 * US, 60, 290 * US, 300 * US}, /* */
		{50 * US, 3 * MS, 1, 2 * MS,
			3 * MS}, /* from below, by being cut: at once */
		{0, 50 * MS, 1, 2 * MS, 2 * MS + 1}, /* no more than two slices */
		{50 * US, 50 * MS, 1, 2 * MS, 2 * MS},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		policy_group_init(&groups[0], POLICY_WEIGHT,
			&(struct policy_prior){.run_ns = cases[t].prior});
		for (int r = 0; r < cases[t].runs; r++) {
			ready(0, TASK_NORMAL);
			for (uint64_t left = cases[t].burst, now; left; left -= now) {
				assert_int_equal(pick(0), 0);
				now = left < slice ? left : slice;
				ran(now, left > now ? 0 : NOBODY);
			}
		}
		uint64_t expect = groups[0].expect_ns;
		if (expect < cases[t].lo || expect > cases[t].hi)
			fail_msg("case %zu: %llu", t, (unsigned long long)expect);
	}
}

/* One long run counts as two slices: after twenty short ones it is forgotten. */
static void test_long_run_is_forgotten(void **state)
{
	(void)state;
	ready(0, TASK_NORMAL);
	pick(0);
	ran(1000 * MS, 0);
	assert_int_equal(groups[0].burst_ns, 2 * MS);
	for (int i = 0; i < 21; i++) {
		assert_int_equal(pick(0), 0);
		ran(100 * US, NOBODY);
		ready(0, TASK_NORMAL);
	}
	assert_in_range(groups[0].expect_ns, 100 * US, 300 * US);
}

/* Never the least, nor the most: an idle group saves up nothing, one that ran owes. */
static void test_start_tag(void **state)
{
	(void)state;
	ready(0, TASK_NORMAL);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(pick(0), 0);
		ran(MS, 0);
	}
	ready(1, TASK_NORMAL);
	assert_int_equal(groups[1].start, policy.virtual_ns);
	assert_true(groups[1].start >= 49 * MS);
}

static void test_leave(void **state)
{
	for (enum task_class cls = TASK_DEADLINE; cls <= TASK_NORMAL; cls++) {
		setup(state);
		reserve(0, MS, 10 * MS, 0);
		for (size_t i = 0; i < 3; i++) {
			tasks[i].group = &groups[0];
			policy_ready(&policy, &tasks[i], cls, &res[0], 0);
		}
		policy_task_leave(&policy, &tasks[1]);
		assert_int_equal(policy.n_ready, 2);
		policy_task_leave(&policy, &tasks[1]); /* not ready any more: harmless */
		assert_int_equal(pick(0), 0);
		ran(0, NOBODY);
		policy_task_leave(&policy, &tasks[0]);
		policy_task_leave(&policy, &tasks[2]);
		assert_int_equal(policy.n_ready, 0);
		policy_group_leave(&policy, &groups[0]);
		assert_true(calendar_empty(&policy.calendar));
		policy_release(&policy, &res[0]);
		assert_int_equal(pick(0), NOBODY);
	}
}

/* A group that goes in its own turn is not touched any more. */
static void test_group_leaves_in_its_turn(void **state)
{
	(void)state;
	ready(0, TASK_NORMAL);
	assert_int_equal(pick(0), 0);
	policy_task_leave(&policy, &tasks[0]);
	policy_group_leave(&policy, &groups[0]);
	struct policy_group gone;
	memset(&gone, 0xff, sizeof gone);
	groups[0] = gone;
	ran(MS, NOBODY);
	assert_memory_equal(&groups[0], &gone, sizeof gone);
	assert_int_equal(pick(0), NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_group_in_a_turn),
		T(test_again_stops),
		T(test_cut_and_yielded_go_behind),
		T(test_prompt),
		T(test_prompt_in_other_classes),
		T(test_yield_is_no_wait),
		T(test_weights),
		T(test_slices),
		T(test_prior_draws),
		T(test_prior_is_corrected),
		T(test_long_run_is_forgotten),
		T(test_start_tag),
		T(test_leave),
		T(test_group_leaves_in_its_turn),
	};
	return cmocka_run_group_tests_name("policy_group", tests, NULL, NULL);
}
