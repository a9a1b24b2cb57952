#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sched/policy.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MS       UINT64_C(1000000)
#define US       UINT64_C(1000)
#define BUCKET   (UINT64_C(1) << CALENDAR_SHIFT)
#define MANY     32

static struct policy policy;
static struct policy_group groups[MANY];
static struct policy_task tasks[MANY];
static struct reservation res[MANY];
static uint64_t slice; /* of the last pick */

/* splitmix64. */
static uint64_t seed;
static uint64_t chance(uint64_t n)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % n;
}

/* Task i is alone in group i, of the usual weight, until a test says otherwise. */
static void start(uint64_t with_seed, uint64_t slice_ns)
{
	policy_init(&policy, with_seed, slice_ns);
	for (size_t i = 0; i < MANY; i++) {
		policy_group_init(&groups[i], POLICY_WEIGHT, NULL);
		policy_task_init(&tasks[i], &groups[i], TASK_NORMAL);
		res[i] = (struct reservation){0};
	}
	seed = with_seed;
}

static int setup(void **state)
{
	(void)state;
	start(1, 0);
	return 0;
}

static void ready(size_t i, enum task_class cls)
{
	policy_ready(&policy, &tasks[i], cls, NULL, 0);
}

static void reserve(size_t i, uint64_t budget, uint64_t period, uint64_t deadline)
{
	const char *why;
	res[i].budget_ns = budget;
	res[i].period_ns = period;
	res[i].deadline_ns = deadline ? deadline : period;
	assert_int_equal(policy_reserve(&policy, &res[i], &why), 0);
	assert_null(why);
}

static void ready_under(size_t i, size_t r, uint64_t now)
{
	policy_ready(&policy, &tasks[i], TASK_DEADLINE, &res[r], now);
}

#define NOBODY MANY

static size_t pick(uint64_t now)
{
	struct policy_task *task = policy_pick(&policy, now, &slice);
	return task ? (size_t)(task - tasks) : NOBODY;
}

static void ran(uint64_t ns, size_t cut)
{
	policy_ran(&policy, ns, cut == NOBODY ? NULL : &tasks[cut]);
}

/* Picks and runs whoever it is until nothing is ready; the order, as letters. */
static const char *drain(uint64_t now)
{
	static char order[MANY + 1];
	size_t n = 0, i;
	while ((i = pick(now)) != NOBODY) {
		order[n++] = (char)('a' + i);
		ran(10 * US, NOBODY);
	}
	order[n] = 0;
	assert_int_equal(policy.n_ready, 0);
	return order;
}

/*
 * Tasks a, b, c ... become ready: n normal (all of one group), l latency, a digit
 * deadline, in as many milliseconds.
 */
static const struct {
	const char *ready, *order;
} class_orders[] = {
	{"", ""},
	{"n", "a"},
	{"nl", "ba"},
	{"ln", "ab"},
	{"nl9", "cba"},
	{"9ln", "abc"},
	{"nnnn", "abcd"},
	{"llll", "abcd"},
	{"5379", "bacd"},
	{"9753", "dcba"},
	{"5555", "abcd"},
	{"6464", "bdac"},
	{"n5l3n4l", "dfbcgae"},
	{"l9l8l7n", "fdbaceg"},
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
		bool under, admitted, debt;
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
		groups[0].used = cases[t].debt ? POLICY_DEBT_NS + 1 : POLICY_DEBT_NS;
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
	for (int i = 0; i < 11; i++) {
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
		assert_int_equal(groups[0].used, 16 * MS);
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

static void three_of_group_0(void)
{
	for (size_t i = 0; i < 3; i++) {
		tasks[i].group = &groups[0];
		ready(i, TASK_NORMAL);
	}
}

static size_t again(size_t group)
{
	struct policy_task *task = policy_again(&policy, &groups[group]);
	return task ? (size_t)(task - tasks) : NOBODY;
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
		{TASK_LATENCY, TASK_DEADLINE, 0, 5, false},
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

/* Requests one after the other; the last one's answer, and all that is promised then. */
static void test_admission(void **state)
{
	static const struct {
		uint64_t budget, period, deadline; /* us */
		int result;
		const char *why; /* a word of it */
		uint32_t admitted;
	} requests[] = {
		{1000, 10000, 10000, 0, NULL, 100000},
		{9, 10000, 10000, -EINVAL, "below 10 us", 100000},
		{0, 0, 0, -EINVAL, "below 10 us", 100000},
		{20, 0, 0, -EINVAL, "longer than", 100000},
		{6000, 20000, 5000, -EINVAL, "longer than", 100000},
		{10, 1000001, 5000, -EINVAL, "at most 1 s", 100000},
		{10, 0, 1000001, -EINVAL, "at most 1 s", 100000},
		{10, 0, 1000000, 0, NULL, 100010},
		{1000, 20000, 5000, 0, NULL, 300010}, /* by its deadline */
		{1000, 5000, 20000, 0, NULL,
			500010}, /* by its period, that comes first */
		{100, 0, 300, -EBUSY, "promised", 500010},
		{70, 0, 300, 0, NULL, 733344}, /* rounded up */
		{17, 0, 1000, -EBUSY, "promised", 733344},
		{16657, 0, 1000000, -EBUSY, "promised", 733344},
		{16656, 0, 1000000, 0, NULL, 750000},
		{10, 0, 1000000, -EBUSY, "promised", 750000},
	};
	(void)state;
	for (size_t t = 0; t < COUNT(requests); t++) {
		const char *why = "";
		res[t] = (struct reservation){.budget_ns = requests[t].budget * US,
			.period_ns = requests[t].period * US,
			.deadline_ns = requests[t].deadline * US};
		assert_int_equal(
			policy_reserve(&policy, &res[t], &why), requests[t].result);
		assert_int_equal(policy.admitted_ppm, requests[t].admitted);
		assert_int_equal(!!res[t].ppm, requests[t].result == 0);
		if (requests[t].why)
			assert_non_null(strstr(why, requests[t].why));
		else
			assert_null(why);
	}
	for (size_t t = 0; t < 2 * COUNT(requests); t++) /* twice is harmless */
		policy_release(&policy, &res[t / 2]);
	assert_int_equal(policy.admitted_ppm, 0);
	reserve(0, 750 * US, MS, MS);
}

/* Once in its deadline, or its period if that is shorter: not less often than asked. */
static void test_period_and_deadline(void **state)
{
	static const struct {
		uint64_t period, deadline, next, due; /* ms */
	} cases[] = {
		{0, 5, 5, 5},
		{5, 5, 5, 5},
		{10, 5, 10, 5},
		{5, 10, 5, 5},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, MS, cases[t].period * MS, cases[t].deadline * MS);
		ready_under(0, 0, 100 * MS);
		assert_int_equal(res[0].next_ns, (100 + cases[t].next) * MS);
		assert_int_equal(res[0].due_ns, (100 + cases[t].due) * MS);
		assert_int_equal(res[0].left_ns, MS);
	}
}

/* Used up it is NORMAL, at its period deadline again, in its place by the new one. */
static void test_spent_and_whole(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	ready_under(0, 0, 0);
	assert_int_equal(policy_next_ns(&policy), UINT64_MAX);
	assert_int_equal(pick(0), 0);
	assert_int_equal(slice, 2 * MS);
	ran(MS, 0);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
	assert_int_equal(pick(MS), 0);
	assert_int_equal(slice, MS);
	ran(MS, 0);
	assert_int_equal(tasks[0].cls, TASK_NORMAL);
	assert_int_equal(policy_next_ns(&policy), 10 * MS);
	assert_int_equal(groups[0].used, 0); /* the reservation paid */
	assert_int_equal(pick(10 * MS - 1), 0);
	ran(MS, 0);
	assert_int_equal(groups[0].used, MS); /* now the group does */
	assert_int_equal(tasks[0].cls, TASK_NORMAL);
	assert_int_equal(pick(10 * MS), 0);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
	assert_int_equal(res[0].due_ns, 20 * MS);
	assert_int_equal(slice, 2 * MS);
	assert_int_equal(policy_next_ns(&policy), UINT64_MAX);
}

/* Noticed late, the period still began when it did. */
static void test_whole_noticed_late(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 8 * MS);
	ready_under(0, 0, 0);
	pick(0);
	ran(2 * MS, 0);
	assert_int_equal(pick(13 * MS), 0);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
	assert_int_equal(res[0].due_ns, 18 * MS);
	assert_int_equal(res[0].next_ns, 20 * MS);
}

/* What it took beyond its budget, the timer being late, is paid back. */
static void test_overrun_is_paid_back(void **state)
{
	static const struct {
		uint64_t over;
		uint64_t whole_at; /* ms: deadline again */
		uint64_t left;
	} cases[] = {
		{0, 10, 2 * MS},
		{500 * US, 10, 1500 * US},
		{2 * MS - 1, 10, 1},
		{2 * MS, 20, 2 * MS},
		{5 * MS, 30, MS},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 2 * MS, 10 * MS, 0);
		ready_under(0, 0, 0);
		pick(0);
		ran(2 * MS + cases[t].over, 0);
		assert_int_equal(pick(cases[t].whole_at * MS - 1), 0);
		assert_int_equal(tasks[0].cls, TASK_NORMAL);
		ran(0, 0);
		assert_int_equal(pick(cases[t].whole_at * MS), 0);
		assert_int_equal(tasks[0].cls, TASK_DEADLINE);
		assert_int_equal(slice, cases[t].left);
	}
}

/* So do the periods in which it did not run. Reserved is 2 in 10 ms, 5 ms too much were taken. */
static void test_overrun_and_rest(void **state)
{
	static const struct {
		uint64_t now;
		int64_t left;
		enum task_class cls;
	} cases[] = {
		{9, -5, TASK_NORMAL},
		{10, -3, TASK_NORMAL},
		{20, -1, TASK_NORMAL},
		{30, 1, TASK_DEADLINE},
		{40, 2, TASK_DEADLINE},
		{5000, 2, TASK_DEADLINE},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 2 * MS, 10 * MS, 0);
		ready_under(0, 0, 0);
		pick(0);
		ran(7 * MS, NOBODY);
		ready_under(0, 0, cases[t].now * MS);
		assert_int_equal(tasks[0].cls, cases[t].cls);
		assert_int_equal(res[0].left_ns, cases[t].left * (int64_t)MS);
	}
}

/*
 * Woken again with `left` of 4 ms, at `now` (all ms): Abeni and Buttazzo's rule. Kept,
 * the deadline stays; anew, it counts from now; too early, it waits for its period.
 */
static void test_woken_again(void **state)
{
	static const struct {
		uint64_t period, deadline, used, now;
		enum task_class cls;
		uint64_t due, left;
	} cases[] = {
		{10, 10, 1, 1, TASK_DEADLINE, 10, 3},
		{10, 10, 1, 2, TASK_DEADLINE, 10, 3},
		{10, 10, 1, 3, TASK_DEADLINE, 13, 4}, /* 3 in 7: more than its share */
		{10, 10, 2, 2, TASK_DEADLINE, 10, 2},
		{10, 10, 2, 5, TASK_DEADLINE, 10, 2},
		{10, 10, 2, 6, TASK_DEADLINE, 16, 4},
		{10, 10, 4, 6, TASK_NORMAL, 10, 0},
		{10, 10, 4, 10, TASK_DEADLINE, 20, 4},
		{10, 10, 1, 13, TASK_DEADLINE, 23, 4},
		{20, 8, 2, 4, TASK_DEADLINE, 8, 2},
		{20, 8, 1, 4, TASK_DEADLINE, 8,
			2},                       /* what it can still use without harm */
		{20, 8, 1, 8, TASK_NORMAL, 8, 0}, /* its period lasts */
		{20, 8, 1, 9, TASK_NORMAL, 8, 0},
		{20, 8, 1, 19, TASK_NORMAL, 8, 0},
		{20, 8, 1, 20, TASK_DEADLINE, 28, 4},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 4 * MS, cases[t].period * MS, cases[t].deadline * MS);
		ready_under(0, 0, 0);
		pick(0);
		ran(cases[t].used * MS, NOBODY);
		ready_under(0, 0, cases[t].now * MS);
		if (tasks[0].cls != cases[t].cls || res[0].due_ns != cases[t].due * MS ||
			res[0].left_ns != (int64_t)(cases[t].left * MS))
			fail_msg("case %zu: class %d, due %llu us, left %lld us", t,
				tasks[0].cls, (unsigned long long)(res[0].due_ns / US),
				(long long)res[0].left_ns / 1000);
	}
}

/* While one task is ready, or runs, another woken under the same joins it. */
static void test_shared_is_one_server(void **state)
{
	for (int runs = 0; runs < 2; runs++) {
		setup(state);
		reserve(0, 4 * MS, 10 * MS, 0);
		reserve(1, MS, 12 * MS, 0);
		ready_under(0, 0, 0);
		ready_under(1, 1, 0);
		if (runs)
			assert_int_equal(pick(0), 0);
		ready_under(2, 0, 3 * MS);
		assert_int_equal(res[0].due_ns, 10 * MS);
		assert_int_equal(res[0].left_ns, 4 * MS);
		if (runs)
			ran(3 * MS, NOBODY);
		assert_string_equal(drain(3 * MS), runs ? "cb" : "acb");
	}
}

/* One budget for all: spent by one, all are NORMAL; whole, all are deadline, in order. */
static void test_shared_budget(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	reserve(1, MS, 15 * MS, 0);
	for (size_t i = 0; i < 3; i++)
		ready_under(i, 0, 0);
	assert_int_equal(pick(0), 0);
	ran(2 * MS, 0);
	assert_int_equal(policy.n_ready, 3);
	ready_under(3, 1, 2 * MS);
	assert_int_equal(pick(10 * MS), 3); /* due at 17 ms, before 20 */
	ran(MS, NOBODY);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(tasks[i].cls, TASK_DEADLINE);
	assert_string_equal(drain(11 * MS), "abc");
}

static void test_shared_spent(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	ready_under(0, 0, 0);
	ready_under(1, 0, 0);
	pick(0);
	ran(2 * MS, NOBODY);
	assert_int_equal(pick(2 * MS), 1);
	assert_int_equal(tasks[1].cls, TASK_NORMAL);
	ran(MS, 1);
	ready_under(0, 0, 12 * MS); /* the next period, before anybody looked */
	assert_true(pick(12 * MS) < 2);
	ran(0, NOBODY);
	assert_true(pick(12 * MS) < 2);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
	assert_int_equal(tasks[1].cls, TASK_DEADLINE);
}

/* Who works under another's reservation is paid by it, for as long as that lasts. */
static void test_inherited(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	ready(3, TASK_NORMAL);
	ready_under(1, 0, 0);
	assert_int_equal(pick(0), 1);
	ran(MS, NOBODY);
	assert_int_equal(groups[1].used, 0);
	assert_int_equal(res[0].left_ns, MS);
	ready(1, TASK_LATENCY); /* the next time on its own account */
	assert_null(tasks[1].res);
	assert_int_equal(pick(0), 1);
	ran(MS / 2, NOBODY);
	assert_int_equal(groups[1].used, MS / 2);
	assert_int_equal(res[0].left_ns, MS);
	ready_under(0, 0, 2 * MS);
	assert_int_equal(tasks[0].cls, TASK_DEADLINE);
}

/* Given back while a task under it is ready, spent, running or waiting. */
static void test_release(void **state)
{
	static const char *const when[] = {"ready", "spent", "running", "waiting"};
	for (size_t t = 0; t < COUNT(when); t++) {
		setup(state);
		reserve(0, 2 * MS, 10 * MS, 0);
		ready(1, TASK_NORMAL);
		ready_under(0, 0, 0);
		if (t > 0)
			assert_int_equal(pick(0), 0);
		if (t == 1 || t == 3)
			ran(2 * MS, t == 1 ? 0 : NOBODY);
		policy_release(&policy, &res[0]);
		assert_int_equal(policy.admitted_ppm, 0);
		assert_null(tasks[0].res);
		assert_int_equal(policy_next_ns(&policy), UINT64_MAX);
		if (t == 2) {
			ran(MS, 0);
			assert_int_equal(
				groups[0].used, MS); /* it does not run for nothing */
		}
		if (t < 3)
			assert_int_equal(tasks[0].cls, TASK_NORMAL);
		assert_int_equal(policy.n_ready, t < 3 ? 2 : 1);
		memset(&res[0], 0xff, sizeof res[0]); /* its owner's again */
		assert_int_equal(strlen(drain(20 * MS)), t < 3 ? 2 : 1);
	}
}

static void test_released_is_beaten(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	reserve(1, 2 * MS, 20 * MS, 0);
	ready_under(0, 0, 0);
	assert_int_equal(pick(0), 0);
	ready_under(1, 1, 0);
	assert_false(policy_beats(&tasks[1], &tasks[0]));
	policy_release(&policy, &res[0]);
	assert_true(policy_beats(&tasks[1], &tasks[0]));
}

/*
 * A processor for the tests: tasks that are woken and work for a while, and a clock that
 * jumps. Preempts when policy_beats says so, and when a reservation is whole again.
 */
#define HOG UINT64_MAX /* works for ever */
static struct actor {
	struct reservation *res; /* NULL: woken as cls */
	enum task_class cls;
	uint64_t gap_min, gap_max;   /* from being woken to being woken */
	uint64_t work_min, work_max; /* for, when woken */
	uint64_t wake_ns;            /* next */
	uint64_t left_ns;            /* work; 0: it waits */
	uint64_t due_ns;
	uint64_t late_ns; /* the worst */
	uint64_t jobs;
	uint64_t got_ns[TASK_CLASSES];
} actors[MANY];
static struct {
	uint64_t now, ran, slice;
	uint64_t late_max; /* of the timer that ends a slice */
	size_t running;
	void (*each)(void); /* after every step */
} cpu;

static void check_structure(void);

static void cpu_reset(void)
{
	memset(actors, 0, sizeof actors);
	memset(&cpu, 0, sizeof cpu);
	cpu.running = NOBODY;
	cpu.each = check_structure;
	for (size_t i = 0; i < MANY; i++)
		actors[i].wake_ns = UINT64_MAX;
}

static uint64_t between(uint64_t lo, uint64_t hi)
{
	return lo == HOG ? HOG : lo + chance(hi - lo + 1);
}

static void cpu_wake(size_t i)
{
	struct actor *a = &actors[i];
	a->left_ns = between(a->work_min, a->work_max);
	a->wake_ns = a->left_ns == HOG ? UINT64_MAX
				       : cpu.now + between(a->gap_min, a->gap_max);
	a->due_ns = a->res ? cpu.now + a->res->deadline_ns : UINT64_MAX;
	a->jobs++;
	policy_ready(
		&policy, &tasks[i], a->res ? TASK_DEADLINE : a->cls, a->res, cpu.now);
}

static void cpu_stop(bool cut)
{
	size_t i = cpu.running;
	cpu.running = NOBODY;
	ran(cpu.ran, cut ? i : NOBODY);
	if (cut)
		return;
	struct actor *a = &actors[i];
	if (cpu.now > a->due_ns && cpu.now - a->due_ns > a->late_ns)
		a->late_ns = cpu.now - a->due_ns;
}

static void cpu_start(void)
{
	cpu.running = pick(cpu.now);
	cpu.ran = 0;
	cpu.slice = slice + (cpu.late_max ? chance(cpu.late_max) : 0);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t cpu_next_event(uint64_t until)
{
	uint64_t t = until, whole = policy_next_ns(&policy);
	for (size_t i = 0; i < MANY; i++) {
		if (actors[i].left_ns == 0)
			t = least(t, actors[i].wake_ns);
	}
	if (whole > cpu.now)
		t = least(t, whole);
	if (cpu.running != NOBODY) {
		t = least(t, cpu.now + cpu.slice - cpu.ran);
		if (actors[cpu.running].left_ns != HOG)
			t = least(t, cpu.now + actors[cpu.running].left_ns);
	}
	return t > cpu.now ? t : cpu.now;
}

static void cpu_advance(uint64_t t)
{
	uint64_t gone = t - cpu.now;
	cpu.now = t;
	if (cpu.running == NOBODY)
		return;
	struct actor *a = &actors[cpu.running];
	cpu.ran += gone;
	a->got_ns[tasks[cpu.running].cls] += gone;
	if (a->left_ns != HOG)
		a->left_ns -= gone;
	if (a->left_ns == 0)
		cpu_stop(false);
	else if (cpu.ran >= cpu.slice)
		cpu_stop(true);
}

static void cpu_wake_all(void)
{
	for (size_t i = 0; i < MANY; i++) {
		if (actors[i].left_ns || actors[i].wake_ns > cpu.now)
			continue;
		cpu_wake(i);
		if (cpu.running != NOBODY && policy_beats(&tasks[i], &tasks[cpu.running]))
			cpu_stop(true);
	}
	if (cpu.running != NOBODY && policy_next_ns(&policy) <= cpu.now)
		cpu_stop(true);
}

static void cpu_run(uint64_t until)
{
	while (cpu.now < until) {
		cpu_wake_all();
		if (cpu.running == NOBODY)
			cpu_start();
		cpu.each();
		cpu_advance(cpu_next_event(until));
	}
}

static void hog(size_t i)
{
	actors[i] = (struct actor){.cls = TASK_NORMAL, .work_min = HOG};
}

/* Everything ready is in one queue, the right one; queues are in order; counts agree. */
static void check_structure(void)
{
	size_t queued = 0, is_ready = 0;
	uint64_t due = 0;
	list_for_each (task, &policy.deadline, struct policy_task, link) {
		assert_true(task->ready && task->cls == TASK_DEADLINE && task->res->ppm);
		assert_true(task->res->due_ns >= due);
		due = task->res->due_ns;
		queued++;
	}
	list_for_each (latent, &policy.latency, struct policy_task, link) {
		assert_true(latent->ready && latent->cls == TASK_LATENCY);
		queued++;
	}
	for (size_t g = 0; g < MANY; g++) {
		bool turn =
			policy.turn.group == &groups[g] && policy.turn.cls == TASK_NORMAL;
		assert_int_equal(
			groups[g].queued, !list_empty(&groups[g].tasks) && !turn);
		list_for_each (task, &groups[g].tasks, struct policy_task, link) {
			assert_true(task->ready && task->cls == TASK_NORMAL);
			assert_ptr_equal(task->group, &groups[g]);
			queued++;
		}
	}
	for (size_t i = 0; i < MANY; i++)
		is_ready += tasks[i].ready;
	assert_int_equal(queued, policy.n_ready);
	assert_int_equal(is_ready, policy.n_ready);
	uint64_t next = 0;
	list_for_each (spent, &policy.spent, struct reservation, link) {
		assert_true(spent->ppm && spent->left_ns <= 0 && spent->next_ns >= next);
		next = spent->next_ns;
	}
}

/* It owes more than a period: tasks that have not met that yet stay where they are. */
static void test_owing_keeps_the_order(void **state)
{
	(void)state;
	reserve(0, 2 * MS, 10 * MS, 0);
	reserve(1, MS, 15 * MS, 0);
	reserve(2, MS, 9 * MS, 0);
	ready_under(0, 0, 0);
	assert_int_equal(pick(0), 0);
	ready_under(1, 0, 0);
	ready_under(2, 1, 0);
	ready_under(3, 2, 0);
	ran(9 * MS, 0);
	assert_int_equal(pick(10 * MS), 3);
	check_structure();
	assert_int_equal(res[0].left_ns, -5 * (int64_t)MS);
	assert_int_equal(policy_next_ns(&policy), 20 * MS);
	ran(0, NOBODY);
	assert_int_equal(pick(10 * MS), 2);
}

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

/* Even over the powers of two. */
static unsigned random_weight(void)
{
	unsigned weight = (unsigned)between(POLICY_WEIGHT_MIN, 2 * POLICY_WEIGHT_MIN);
	return weight << chance(8);
}

/*
 * Random operations against a direct model: what is ready, as what, since when. Places
 * within a class are compared by `since`; those who changed class at once are alike.
 */
#define MODEL_GROUPS 6
#define MODEL_RES    5
static struct {
	bool ready[MANY];
	enum task_class cls[MANY];
	int64_t since[MANY];
	int64_t clock, front;
	size_t running;
	uint64_t now, virtual_ns;
	enum task_class favourite; /* every other is woken as this */
	size_t counts[TASK_CLASSES + 1];
} model;

static void model_reset(void)
{
	memset(&model, 0, sizeof model);
	model.running = NOBODY;
	for (size_t i = 0; i < MANY; i++) {
		tasks[i].group = &groups[i % MODEL_GROUPS];
		tasks[i].base = i % 7 == 0 ? TASK_LATENCY : TASK_NORMAL;
	}
	for (size_t g = 0; g < MODEL_GROUPS; g++) {
		struct policy_prior prior = {.run_ns = chance(2 * MS)};
		prior.cache = (uint8_t)chance(256);
		unsigned weight = random_weight();
		policy_group_init(&groups[g], weight, chance(2) ? &prior : NULL);
	}
}

/* Who changed class: spent, whole again, released. It is new there. */
static void model_follow(void)
{
	model.clock++;
	for (size_t i = 0; i < MANY; i++) {
		if (!model.ready[i] || tasks[i].cls == model.cls[i])
			continue;
		model.cls[i] = tasks[i].cls;
		model.since[i] = model.clock;
	}
	assert_true(policy.virtual_ns >= model.virtual_ns);
	model.virtual_ns = policy.virtual_ns;
}

static void model_ready(size_t i)
{
	assert_true(tasks[i].ready && !model.ready[i]);
	model.ready[i] = true;
	model.cls[i] = tasks[i].cls;
	model.since[i] = ++model.clock;
}

static size_t model_count(enum task_class cls)
{
	size_t n = 0;
	for (size_t i = 0; i < MANY; i++)
		n += model.ready[i] && model.cls[i] == cls;
	return n;
}

/* Of those ready in its class (and, NORMAL, of its group), i is among the first. */
static void model_is_first(size_t i)
{
	for (size_t k = 0; k < MANY; k++) {
		if (!model.ready[k] || k == i || tasks[k].cls != tasks[i].cls)
			continue;
		if (tasks[i].cls == TASK_DEADLINE)
			assert_true(tasks[i].res->due_ns <= tasks[k].res->due_ns);
		else if (tasks[i].cls == TASK_LATENCY || tasks[k].group == tasks[i].group)
			assert_true(model.since[i] <= model.since[k]);
	}
}

/* The moment drawn is the earliest, to a bucket; past ones are of today. */
static void model_won(const struct policy_group *winner)
{
	uint64_t v = policy.virtual_ns;
	for (size_t g = 0; g < MODEL_GROUPS; g++) {
		if (!groups[g].queued)
			continue;
		uint64_t key = groups[g].entry.key > v ? groups[g].entry.key : v;
		uint64_t won = winner->entry.key > v ? winner->entry.key : v;
		assert_true(won >> CALENDAR_SHIFT <= key >> CALENDAR_SHIFT);
	}
}

static void model_pick(void)
{
	size_t i = pick(model.now);
	model_follow();
	if (i == NOBODY) {
		for (size_t k = 0; k < MANY; k++)
			assert_false(model.ready[k]);
		return;
	}
	assert_true(model.ready[i] && !tasks[i].ready && slice > 0);
	for (enum task_class better = 0; better < tasks[i].cls; better++)
		assert_int_equal(model_count(better), 0);
	model_is_first(i);
	if (tasks[i].cls == TASK_NORMAL)
		model_won(tasks[i].group);
	model.ready[i] = false;
	model.running = i;
	model.counts[tasks[i].cls]++;
}

static void model_wake(size_t i)
{
	if (model.ready[i] || model.running == i)
		return;
	struct reservation *under = chance(8) ? &res[chance(MODEL_RES)] : NULL;
	enum task_class cls =
		chance(2) ? model.favourite : (enum task_class)chance(TASK_CLASSES);
	policy_ready(&policy, &tasks[i], cls, under, model.now);
	model_ready(i);
}

/* It goes on to the next of its group in the same turn, having yielded or not. */
static void model_again(void)
{
	size_t was = model.running, group = was % MODEL_GROUPS;
	if (tasks[was].cls != TASK_NORMAL)
		return;
	if (chance(2)) {
		ready(was, TASK_NORMAL);
		model_ready(was);
	}
	model.running = again(group);
	if (model.running != NOBODY) {
		assert_true(model.ready[model.running]);
		model_is_first(model.running);
		model.ready[model.running] = false;
		model.counts[TASK_CLASSES]++;
		return;
	}
	size_t mine = 0;
	for (size_t i = group; i < MANY; i += MODEL_GROUPS)
		mine += model.ready[i] && model.cls[i] == TASK_NORMAL;
	assert_true(mine == 0 || model_count(TASK_LATENCY) || model_count(TASK_DEADLINE));
	ran(chance(MS), NOBODY);
}

static void model_stop(void)
{
	size_t i = model.running;
	uint64_t took = chance(4) ? chance(slice + 1) : slice + chance(200 * US);
	model.now += took;
	model.running = NOBODY;
	enum task_class was = tasks[i].cls;
	uint64_t left = tasks[i].slice_ns;
	switch (chance(4)) {
	case 0:
		ran(took, NOBODY);
		break;
	case 1: /* yields */
		policy_ready(&policy, &tasks[i], TASK_NORMAL, NULL, model.now);
		model_ready(i);
		ran(took, NOBODY);
		break;
	case 2: /* ends; another comes */
		ran(took, NOBODY);
		policy_task_leave(&policy, &tasks[i]);
		policy_task_init(&tasks[i], tasks[i].group, tasks[i].base);
		break;
	default:
		ran(took, i);
		model_ready(i);
		if (was == TASK_LATENCY) {
			assert_int_equal(tasks[i].cls == TASK_LATENCY, took < left);
			if (took < left)
				model.since[i] = --model.front;
		}
	}
}

static void model_reserve(size_t r)
{
	const char *why;
	if (r >= MODEL_RES)
		return;
	if (res[r].ppm) {
		policy_release(&policy, &res[r]);
		for (size_t i = 0; i < MANY; i++)
			assert_ptr_not_equal(tasks[i].res, &res[r]);
		return;
	}
	res[r] = (struct reservation){.budget_ns = between(10 * US, 600 * US)};
	res[r].deadline_ns = between(MS, 20 * MS);
	res[r].period_ns = chance(3) ? between(MS, 20 * MS) : 0;
	uint32_t before = policy.admitted_ppm;
	int rc = policy_reserve(&policy, &res[r], &why);
	assert_true(policy.admitted_ppm <= POLICY_ADMIT_PPM);
	assert_int_equal(policy.admitted_ppm, before + res[r].ppm);
	assert_true((rc == 0) == (res[r].ppm > 0) && (rc == 0) == (why == NULL));
}

static void model_end(size_t i)
{
	if (i == model.running)
		return;
	policy_task_leave(&policy, &tasks[i]);
	policy_task_init(&tasks[i], tasks[i].group, tasks[i].base);
	model.ready[i] = false;
}

static void model_step(void)
{
	uint64_t what = chance(100);
	if (what < 35)
		model_wake(chance(MANY));
	else if (what < 37)
		model_end(chance(MANY));
	else if (what < 38)
		model_reserve(chance(4 * MODEL_RES));
	else if (what < 45)
		model.now += chance(5 * MS);
	else if (model.running == NOBODY)
		model_pick();
	else if (what < 60)
		model_again();
	else
		model_stop();
	model_follow();
	size_t n = 0;
	for (size_t i = 0; i < MANY; i++) {
		n += model.ready[i];
		assert_int_equal(model.ready[i], tasks[i].ready);
	}
	assert_int_equal(n, policy.n_ready);
}

static void test_random_operations(void **state)
{
	(void)state;
	size_t tried[TASK_CLASSES + 1] = {0};
	for (uint64_t s = 0; s < 60; s++) {
		start(s, 0);
		model_reset();
		model.favourite = (enum task_class)(s % TASK_CLASSES);
		for (int o = 0; o < 10000; o++) {
			model_step();
			check_structure();
		}
		for (size_t c = 0; c <= TASK_CLASSES; c++)
			tried[c] += model.counts[c];
	}
	for (size_t c = 0; c <= TASK_CLASSES; c++)
		assert_true(tried[c] > 5000);
}

/*
 * Always-ready groups: i's service is its virtual time used, times its weight. While it
 * waits v passes s + l by a bucket at most, and a turn takes it past v by at most
 * run / weight: so two groups differ by no more than a turn's virtual time of the one
 * and l of the other, and a bucket. The window is any: the worst of both ends.
 */
static uint64_t share_w[MANY], share_sum, share_got[MANY], share_total;
static double share_lo[MANY], share_hi[MANY];

static void share_begin(size_t n)
{
	share_sum = share_total = 0;
	for (size_t i = 0; i < n; i++) {
		share_sum += share_w[i];
		share_got[i] = 0;
		share_lo[i] = share_hi[i] = 0;
		policy_group_init(&groups[i], (unsigned)share_w[i], NULL);
		ready(i, TASK_NORMAL);
	}
}

static void share_turn(size_t n, uint64_t least_run)
{
	size_t i = pick(0), g = (size_t)(tasks[i].group - groups);
	uint64_t run = between(least_run, MS);
	ran(run, i);
	share_got[g] += run;
	share_total += run;
	for (size_t k = 0; k < n; k++) {
		double fair =
			(double)share_total * (double)share_w[k] / (double)share_sum;
		double ahead = (double)share_got[k] - fair;
		share_lo[k] = ahead < share_lo[k] ? ahead : share_lo[k];
		share_hi[k] = ahead > share_hi[k] ? ahead : share_hi[k];
	}
}

static void share_virtual_bound(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t of_i = share_got[i] * POLICY_WEIGHT / share_w[i];
		uint64_t v = policy.virtual_ns, l = MS * POLICY_WEIGHT / share_w[i];
		/* Rounding takes less than a nanosecond a turn. */
		assert_true(of_i <= v + l + BUCKET);
		assert_true(v <= of_i + l + 2 * BUCKET);
	}
}

/*
 * How far a group's time may be off its fair share over any window: its own part, and
 * what each of the others may be ahead, of which it would have had its share.
 */
static double share_bound(size_t i, size_t n)
{
	double share = (double)share_w[i] / (double)share_sum, sum = 0;
	for (size_t k = 0; k < n; k++) {
		double weight = (double)share_w[k] / POLICY_WEIGHT;
		sum += (k == i ? 1 - share : share) *
		       (2 * (double)MS + 3 * (double)BUCKET * weight);
	}
	return sum;
}

static void test_shares(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 100; s++) {
		start(s, 0);
		size_t n = 2 + chance(11);
		for (size_t i = 0; i < n; i++)
			share_w[i] = s < 20 ? POLICY_WEIGHT : random_weight();
		share_begin(n);
		for (int turn = 0; turn < 4000; turn++) {
			share_turn(n, s % 2 ? MS : 1);
			share_virtual_bound(n);
		}
		for (size_t i = 0; i < n; i++)
			assert_true(share_hi[i] - share_lo[i] <= share_bound(i, n));
	}
}

/* One task against twenty: the group has its half, each of its tasks an equal part. */
static void test_tasks_do_not_count(void **state)
{
	for (int again_too = 0; again_too < 2; again_too++) {
		setup(state);
		uint64_t got[21] = {0}, half = 0;
		for (size_t i = 0; i <= 20; i++) {
			tasks[i].group = &groups[i > 0];
			ready(i, TASK_NORMAL);
		}
		for (int turn = 0; turn < 4000; turn++) {
			size_t i = pick(0), next;
			uint64_t run = MS;
			if (again_too && i > 0 && (next = again(1)) != NOBODY) {
				got[i] += MS / 2; /* a yield in the middle */
				ready(i, TASK_NORMAL);
				i = next;
				run = MS / 2;
			}
			got[i] += run;
			ran(MS, i);
		}
		for (size_t i = 1; i <= 20; i++) {
			assert_in_range(got[i], 98 * MS, 102 * MS);
			half += got[i];
		}
		assert_in_range(got[0], 1998 * MS, 2002 * MS);
		assert_int_equal(got[0] + half, 4000 * MS);
	}
}

/*
 * A normal group i that starts waiting with tag s, v being the virtual time then, wins
 * with the moment drawn, k < s + l(i), the first at the latest. Turns that others have
 * before have tags up to k and a bucket. They are not below v - l(j) and a bucket: as
 * long as j waits, v does not pass its moment. The tags of one group are as far apart
 * as it ran, divided by its weight; only its last turn goes beyond, by a slice at most.
 * So the wait is at most, over all others j, with w in units of POLICY_WEIGHT,
 *
 *	sum of slice(j) + w(j) * (max(s - v, 0) + l(i) + l(j) + two buckets)
 *
 * of time in the normal class; w(j) * l(j) is a slice at most, and s - v is what i ran
 * last divided by its weight.
 */
static struct {
	uint64_t since, ahead; /* the time, and s - v, when it began */
	uint64_t wake_ns;
	bool waits, sleeps;
} starving[MANY];

static uint64_t starving_bound(size_t i, size_t n)
{
	uint64_t sum = 0, range = starving[i].ahead + 2 * BUCKET +
				  MS * POLICY_WEIGHT / groups[i].weight;
	for (size_t j = 0; j < n; j++) {
		if (j != i)
			sum += 2 * MS + range * groups[j].weight / POLICY_WEIGHT;
	}
	return sum;
}

static void starving_follow(size_t n, uint64_t now)
{
	for (size_t i = 0; i < n; i++) {
		if (starving[i].sleeps && starving[i].wake_ns <= now) {
			starving[i].sleeps = false;
			ready(i, TASK_NORMAL);
		}
		if (groups[i].queued && !starving[i].waits) {
			uint64_t s = groups[i].start, v = policy.virtual_ns;
			starving[i].since = now;
			starving[i].ahead = s > v ? s - v : 0;
		}
		starving[i].waits = groups[i].queued;
	}
}

static uint64_t starving_turn(size_t n, uint64_t now)
{
	size_t i = pick(now);
	if (i == NOBODY)
		return now + 100 * US;
	assert_true(now - starving[i].since <= starving_bound(i, n));
	starving[i].waits = false;
	uint64_t run = chance(2) ? MS : between(1, MS);
	if (i % 3 == 0 && chance(3) == 0) {
		starving[i].sleeps = true;
		starving[i].wake_ns = now + chance(20 * MS);
	}
	ran(run, starving[i].sleeps ? NOBODY : i);
	return now + run;
}

static void test_nobody_starves(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 60; s++) {
		start(s, 0);
		memset(starving, 0, sizeof starving);
		size_t n = 2 + chance(15);
		for (size_t i = 0; i < n; i++) {
			unsigned weight = random_weight();
			policy_group_init(&groups[i], weight, NULL);
			starving[i].sleeps = true;
		}
		uint64_t now = 0;
		for (int turn = 0; turn < 4000; turn++) {
			starving_follow(n, now);
			now = starving_turn(n, now);
		}
		starving_follow(n, now);
		for (size_t i = 0; i < n; i++) {
			if (groups[i].queued)
				assert_true(
					now - starving[i].since <= starving_bound(i, n));
		}
	}
}

/* Pearson's, against even frequencies. */
static double chi_square(const unsigned *counts, size_t n)
{
	double sum = 0, total = 0;
	for (size_t i = 0; i < n; i++)
		total += counts[i];
	for (size_t i = 0; i < n; i++) {
		double off = counts[i] - total / (double)n;
		sum += off * off / (total / (double)n);
	}
	return sum;
}

/* Long slices, so that a bucket is a small part of l: within it there is no chance. */
#define LONG_SLICE (16 * MS)

/* Three that begin to wait at once win in each of the six orders equally often. */
static void test_every_order(void **state)
{
	static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
	(void)state;
	unsigned counts[6] = {0};
	for (uint64_t s = 0; s < 12000; s++) {
		start(s, LONG_SLICE);
		for (size_t i = 0; i < 3; i++)
			ready(i, TASK_NORMAL);
		const char *order = drain(0);
		for (size_t o = 0; o < COUNT(orders); o++)
			counts[o] += strcmp(order, orders[o]) == 0;
	}
	assert_true(chi_square(counts, 6) < 25.7); /* 5 degrees: one in 10,000 */
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
	unsigned counts[16] = {0};
	start(5, LONG_SLICE);
	for (int n = 0; n < 32000; n++) {
		ready(0, TASK_NORMAL);
		uint64_t d = groups[0].entry.key - groups[0].start;
		assert_true(d < LONG_SLICE);
		counts[d * 16 / LONG_SLICE]++;
		policy_task_leave(&policy, &tasks[0]);
	}
	assert_true(chi_square(counts, 16) < 44.3); /* 15 degrees: one in 10,000 */
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
	start(with_seed, LONG_SLICE);
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
			wins += waited_wins(s, sixteenth * MS, &counts);
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
	static char orders[100][64];
	(void)state;
	for (uint64_t s = 0; s < 100; s++) {
		char twice[64];
		first_winners(s, orders[s], 64);
		first_winners(s, twice, 64);
		assert_memory_equal(orders[s], twice, 64);
		for (uint64_t o = 0; o < s; o++)
			assert_memory_not_equal(orders[s], orders[o], 64);
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

/* Far ahead of virtual time, by being late to give way, they still win by their tags. */
static void test_far_ahead(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 50; s++) {
		start(s, 0);
		for (size_t i = 0; i < 4; i++) {
			policy_group_init(&groups[i], POLICY_WEIGHT_MIN, NULL);
			ready(i, TASK_NORMAL);
		}
		for (size_t turn = 0; turn < 4; turn++) {
			size_t i = pick(0);
			ran((20 - 4 * i) * MS, i);
		}
		size_t i = pick(0);
		assert_int_equal(i, 3); /* of 320, 256, 192, 128 ms of virtual time */
	}
}

/* Overruns of any length: a slice is a wish, the order of tags is not. */
static void test_shares_with_overruns(void **state)
{
	(void)state;
	start(3, 0);
	for (size_t i = 0; i < 6; i++)
		share_w[i] = POLICY_WEIGHT_MIN << i;
	share_begin(6);
	uint64_t sum = 0, got[6] = {0};
	while (sum < 200000 * MS) {
		size_t i = pick(0);
		uint64_t run = between(1, 30 * MS);
		ran(run, i);
		got[i] += run;
		sum += run;
	}
	for (size_t i = 0; i < 6; i++) {
		double off = (double)got[i] - (double)(sum * (1u << i)) / 63;
		assert_true(off > -200e6 && off < 200e6);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_classes_in_order),
		T(test_class_granted),
		T(test_debt),
		T(test_no_debt_alone),
		T(test_latency_is_charged),
		T(test_latency_is_charged_from_the_tag),
		T(test_idle_saves_nothing),
		T(test_cut_latency),
		T(test_cut_latency_often),
		T(test_group_in_a_turn),
		T(test_again_stops),
		T(test_cut_and_yielded_go_behind),
		T(test_yield_is_no_wait),
		T(test_beats),
		T(test_weights),
		T(test_slices),
		T(test_prior_draws),
		T(test_prior_is_corrected),
		T(test_start_tag),
		T(test_leave),
		T(test_group_leaves_in_its_turn),
		T(test_admission),
		T(test_period_and_deadline),
		T(test_spent_and_whole),
		T(test_whole_noticed_late),
		T(test_overrun_is_paid_back),
		T(test_overrun_and_rest),
		T(test_woken_again),
		T(test_shared_is_one_server),
		T(test_shared_budget),
		T(test_shared_spent),
		T(test_inherited),
		T(test_release),
		T(test_released_is_beaten),
		T(test_owing_keeps_the_order),
		T(test_deadlines_hold),
		T(test_hog_under_reservation),
		T(test_waking_often_gains_nothing),
		T(test_random_operations),
		T(test_shares),
		T(test_tasks_do_not_count),
		T(test_nobody_starves),
		T(test_every_order),
		T(test_no_round_robin),
		T(test_hazard),
		T(test_tickets_grow),
		T(test_seeds),
		T(test_seed_of_zero_inside),
		T(test_far_ahead),
		T(test_shares_with_overruns),
	};
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
