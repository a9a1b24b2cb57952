#include "policy_rig.h"

#include <string.h>

/*
 * Tasks a, b, c ... become ready: n normal (all of one group), l latency (due in 5 ms), a
 * digit deadline, in as many milliseconds.
 */
static const struct {
	const char *ready, *order;
} class_orders[] = {
	{"", ""},
	{"n", "a"},
	{"nl", "ba"},
	{"ln", "ab"},
	{"nl9", "bca"},
	{"9ln", "bac"},
	{"nnnn", "abcd"},
	{"llll", "abcd"},
	{"5379", "bacd"},
	{"9753", "dcba"},
	{"5555", "abcd"},
	{"6464", "bdac"},
	{"n5l3n4l", "dfbcgae"},
	{"l9l8l7n", "acefdbg"},
	{"l4", "ba"},
	{"l5", "ba"},
	{"l6", "ab"},
	{"6l4n", "cbad"},
};

static void test_classes_in_order(void **state)
{
	for (size_t t = 0; t < COUNT(class_orders); t++) {
		setup(state);
		const char *c = class_orders[t].ready;
		for (size_t i = 0; c[i]; i++) {
			tasks[i].group = &groups[0];
			if (c[i] >= '0' && c[i] <= '9') {
				uint64_t in = (uint64_t)(c[i] - '0') * MS;
				reserve(i, 10 * US, in, in);
				ready_under(i, i, 0);
				assert_int_equal(tasks[i].cls, TASK_DEADLINE);
			} else {
				ready(i, c[i] == 'l' ? TASK_LATENCY : TASK_NORMAL);
			}
			assert_int_equal(policy.n_ready, i + 1);
		}
		assert_string_equal(drain(0), class_orders[t].order);
	}
}

/* Asked for, and granted: a task is never below its own class, nor deadline for nothing. */
static void test_class_granted(void **state)
{
	static const struct {
		enum task_class base, asked;
		bool under, admitted, debt; /* debt: and input has used up its share */
		enum task_class granted;
	} cases[] = {
		{TASK_NORMAL, TASK_NORMAL, false, false, false, TASK_NORMAL},
		{TASK_NORMAL, TASK_LATENCY, false, false, false, TASK_LATENCY},
		{TASK_NORMAL, TASK_LATENCY, false, false, true, TASK_NORMAL},
		{TASK_LATENCY, TASK_NORMAL, false, false, false, TASK_LATENCY},
		{TASK_LATENCY, TASK_LATENCY, false, false, true, TASK_NORMAL},
		{TASK_NORMAL, TASK_DEADLINE, true, true, false, TASK_DEADLINE},
		{TASK_NORMAL, TASK_DEADLINE, true, true, true, TASK_DEADLINE},
		{TASK_LATENCY, TASK_DEADLINE, true, true, false, TASK_DEADLINE},
		{TASK_NORMAL, TASK_NORMAL, true, true, false, TASK_NORMAL},
		{TASK_NORMAL, TASK_LATENCY, true, true, false, TASK_LATENCY},
		{TASK_NORMAL, TASK_DEADLINE, true, false, true, TASK_NORMAL},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		tasks[0].base = cases[t].base;
		groups[0].used = cases[t].debt ? POLICY_DEBT_NS : POLICY_DEBT_NS - 1;
		policy.input.next_ns = cases[t].debt ? UINT64_MAX : 0;
		if (cases[t].admitted)
			reserve(0, MS, 10 * MS, 0);
		policy_ready(&policy, &tasks[0], cases[t].asked,
			cases[t].under ? &res[0] : NULL, 0);
		if (tasks[0].cls != cases[t].granted)
			fail_msg("case %zu: %d", t, tasks[0].cls);
		bool under = cases[t].granted == TASK_DEADLINE;
		assert_ptr_equal(tasks[0].res, under ? &res[0] : NULL);
	}
}

/* Input all the time buys 10 ms ahead of the others, and what they run later. */
static void test_debt(void **state)
{
	(void)state;
	ready(1, TASK_NORMAL);
	for (int i = 0; i < 10; i++) {
		ready(0, TASK_LATENCY);
		assert_int_equal(tasks[0].cls, TASK_LATENCY);
		assert_int_equal(pick(0), 0);
		ran(MS, NOBODY);
	}
	ready(0, TASK_LATENCY);
	assert_int_equal(tasks[0].cls, TASK_NORMAL);
	policy_task_leave(&policy, &tasks[0]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pick(0), 1);
		ran(MS, 1);
	}
	ready(0, TASK_LATENCY);
	assert_int_equal(tasks[0].cls, TASK_LATENCY);
}

/* A slice in every 5 ms is input's whatever its group owes, and is charged up to the debt. */
static void test_input_share(void **state)
{
	(void)state;
	ready(1, TASK_NORMAL);
	for (int i = 0; i < 100; i++) {
		uint64_t now = (uint64_t)i * POLICY_INPUT_NS;
		policy_ready(&policy, &tasks[0], TASK_LATENCY, NULL, now);
		assert_int_equal(tasks[0].cls, TASK_LATENCY);
		assert_int_equal(pick(now), 0);
		ran(MS, NOBODY);
	}
	assert_int_equal(groups[0].used, POLICY_DEBT_NS);
}

/* While nobody waits, nobody is ahead: input alone all day is no debt. */
static void test_no_debt_alone(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		ready(0, TASK_LATENCY);
		assert_int_equal(tasks[0].cls, TASK_LATENCY);
		assert_int_equal(pick(0), 0);
		ran(MS, NOBODY);
	}
	assert_int_equal(policy.virtual_ns, groups[0].used);
}

/* Time run as latency is the group's, too: what it drew before that does not hold. */
static void test_latency_is_charged(void **state)
{
	for (uint64_t s = 0; s < 20; s++) {
		setup(state);
		start(s, 0);
		ready(0, TASK_NORMAL);
		tasks[2].group = &groups[0];
		ready(2, TASK_LATENCY);
		ready(1, TASK_NORMAL);
		assert_int_equal(pick(0), 2);
		ran(5 * MS, NOBODY);
		for (int turn = 0; turn < 4; turn++) {
			assert_int_equal(pick(0), 1);
			ran(MS, 1);
		}
	}
}

/* And one that waits pays from its own tag on, not from where others came meanwhile. */
static void test_latency_is_charged_from_the_tag(void **state)
{
	size_t tried = 0;
	for (uint64_t s = 0; s < 20; s++) {
		setup(state);
		start(s, 0);
		policy_group_init(&groups[0], POLICY_WEIGHT_MIN, NULL);
		ready(0, TASK_NORMAL);
		ready(1, TASK_NORMAL);
		for (size_t i = 1; i == 1 && policy.virtual_ns < 3 * MS;) {
			i = pick(0);
			ran(i ? MS : 0, i);
		}
		if (policy.virtual_ns < 3 * MS)
			continue;
		tasks[2].group = &groups[0];
		ready(2, TASK_LATENCY);
		assert_int_equal(pick(0), 2);
		ran(MS, NOBODY);
		uint64_t most = policy.virtual_ns + POLICY_DEBT_NS;
		assert_int_equal(groups[0].used, most < 16 * MS ? most : 16 * MS);
		tried++;
	}
	assert_true(tried > 5);
}

/* One that was idle pays from now on: its past is no credit. */
static void test_idle_saves_nothing(void **state)
{
	(void)state;
	ready(0, TASK_NORMAL);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(pick(0), 0);
		ran(MS, 0);
	}
	ready(1, TASK_LATENCY);
	assert_int_equal(pick(0), 1);
	ran(MS, NOBODY);
	assert_int_equal(groups[1].used, policy.virtual_ns + MS);
}

/* Cut after `ran`: what it is then, and what is left of its slice. b waits behind it. */
static void test_cut_latency(void **state)
{
	static const struct {
		uint64_t ran;
		const char *order;
		uint64_t left;
	} cases[] = {
		{0, "ab", MS},
		{1, "ab", MS - 1},
		{400 * US, "ab", 600 * US},
		{MS - 1, "ab", 1},
		{MS, "ba", 0},
		{2 * MS, "ba", 0},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		ready(0, TASK_LATENCY);
		ready(1, TASK_LATENCY);
		assert_int_equal(pick(0), 0);
		assert_int_equal(slice, MS);
		ran(cases[t].ran, 0);
		bool keeps = cases[t].left > 0;
		assert_int_equal(tasks[0].cls, keeps ? TASK_LATENCY : TASK_NORMAL);
		if (keeps)
			assert_int_equal(tasks[0].slice_ns, cases[t].left);
		assert_string_equal(drain(0), cases[t].order);
	}
}

/* However often it is cut, one slice is all that being woken once gives. */
static void test_cut_latency_often(void **state)
{
	(void)state;
	uint64_t sum = 0;
	ready(0, TASK_LATENCY);
	while (tasks[0].cls == TASK_LATENCY) {
		assert_int_equal(pick(0), 0);
		assert_int_equal(slice, MS - sum);
		uint64_t part = 1 + chance(slice);
		sum += part;
		ran(part, 0);
	}
	assert_int_equal(sum, MS);
}

static void test_beats(void **state)
{
	static const struct {
		enum task_class ready, running;
		uint64_t ready_in, running_in; /* deadlines, ms */
		bool beats;
	} cases[] = {
		{TASK_NORMAL, TASK_NORMAL, 0, 0, false},
		{TASK_NORMAL, TASK_LATENCY, 0, 0, false},
		{TASK_NORMAL, TASK_DEADLINE, 0, 5, false},
		{TASK_LATENCY, TASK_NORMAL, 0, 0, true},
		{TASK_LATENCY, TASK_LATENCY, 0, 0, false},
		{TASK_LATENCY, TASK_DEADLINE, 0, 4, false},
		{TASK_LATENCY, TASK_DEADLINE, 0, 5, false},
		{TASK_LATENCY, TASK_DEADLINE, 0, 6, true},
		{TASK_DEADLINE, TASK_LATENCY, 4, 0, true},
		{TASK_DEADLINE, TASK_LATENCY, 6, 0, false},
		{TASK_DEADLINE, TASK_NORMAL, 5, 0, true},
		{TASK_DEADLINE, TASK_LATENCY, 5, 0, true},
		{TASK_DEADLINE, TASK_DEADLINE, 4, 5, true},
		{TASK_DEADLINE, TASK_DEADLINE, 5, 5, false},
		{TASK_DEADLINE, TASK_DEADLINE, 6, 5, false},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		for (size_t i = 0; i < 2; i++) {
			uint64_t in = i ? cases[t].ready_in : cases[t].running_in;
			if (in)
				reserve(i, 10 * US, in * MS, 0);
			policy_ready(&policy, &tasks[i],
				i ? cases[t].ready : cases[t].running, &res[i], 0);
			if (i == 0)
				assert_int_equal(pick(0), 0);
		}
		if (policy_beats(&tasks[1], &tasks[0]) != cases[t].beats)
			fail_msg("case %zu", t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_classes_in_order),
		T(test_class_granted),
		T(test_debt),
		T(test_input_share),
		T(test_no_debt_alone),
		T(test_latency_is_charged),
		T(test_latency_is_charged_from_the_tag),
		T(test_idle_saves_nothing),
		T(test_cut_latency),
		T(test_cut_latency_often),
		T(test_beats),
	};
	return cmocka_run_group_tests_name("policy_class", tests, NULL, NULL);
}
