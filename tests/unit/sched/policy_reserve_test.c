#include "policy_rig.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
		{751, 0, 1000, -EINVAL, "three quarters", 500010},
		{1000, 1000, 1000, -EINVAL, "three quarters", 500010},
		{750, 0, 1000, -EBUSY, "promised", 500010},
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

/* Given back and asked for again: neither used nor unused budget comes back before its time. */
static void test_again_gains_nothing(void **state)
{
	static const struct {
		uint64_t used, now; /* ms, of 2 in 10 */
		enum task_class cls;
		int64_t left;
	} cases[] = {
		{2, 2, TASK_NORMAL, 0},
		{2, 9, TASK_NORMAL, 0},
		{2, 10, TASK_DEADLINE, 2},
		{1, 1, TASK_NORMAL, 0},
		{1, 10, TASK_DEADLINE, 2},
		{7, 10, TASK_NORMAL, -3}, /* it still owes */
		{7, 30, TASK_DEADLINE, 1},
		{7, 500, TASK_DEADLINE, 2},
	};
	for (size_t t = 0; t < COUNT(cases); t++) {
		setup(state);
		reserve(0, 2 * MS, 10 * MS, 0);
		ready_under(0, 0, 0);
		pick(0);
		ran(cases[t].used * MS, NOBODY);
		for (int i = 0; i < 3; i++) {
			policy_release(&policy, &res[0]);
			reserve(0, 2 * MS, 10 * MS, 0);
		}
		ready_under(0, 0, cases[t].now * MS);
		if (tasks[0].cls != cases[t].cls ||
			res[0].left_ns != cases[t].left * (int64_t)MS)
			fail_msg("case %zu: class %d, left %lld us", t, tasks[0].cls,
				(long long)res[0].left_ns / 1000);
	}
}

static void reserve_twice(void)
{
	reserve(0, 2 * MS, 10 * MS, 0);
	reserve(0, 2 * MS, 10 * MS, 0);
}

static void slice_too_long(void)
{
	policy_init(&policy, 1, POLICY_SLICE_MAX_NS + 1);
}

static bool aborts(void (*fn)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_asserted(void **state)
{
	(void)state;
	assert_true(aborts(reserve_twice));
	assert_true(aborts(slice_too_long));
	start(1, POLICY_SLICE_MAX_NS);
}

/*
 * Given back while a task runs under it: the turn goes on as a NORMAL one of its group,
 * whose other tasks can follow, and input that was due later may interrupt it.
 */
static void test_release_of_who_runs(void **state)
{
	(void)state;
	reserve(0, MS, 2 * MS, 0);
	tasks[1].group = tasks[2].group = &groups[0];
	ready(1, TASK_NORMAL);
	ready_under(0, 0, 0);
	assert_int_equal(pick(0), 0);
	ready(5, TASK_LATENCY);
	assert_false(policy_beats(&tasks[5], &tasks[0]));
	policy_release(&policy, &res[0]);
	check_structure();
	assert_int_equal(tasks[0].cls, TASK_NORMAL);
	assert_true(policy_beats(&tasks[5], &tasks[0]));
	assert_false(policy_beats(&tasks[1], &tasks[0]));
	ran(100 * US, 0);
	check_structure();
	assert_int_equal(groups[0].used, 100 * US);
	assert_string_equal(drain(0), "fba");
	/* Nobody more urgent: the others of its group follow in the same turn. */
	reserve(3, MS, 2 * MS, 0);
	tasks[3].group = &groups[0];
	ready(1, TASK_NORMAL);
	ready_under(3, 3, 0);
	assert_int_equal(pick(0), 3);
	policy_release(&policy, &res[3]);
	ready(2, TASK_NORMAL);
	assert_int_equal(again(0), 1);
	assert_int_equal(again(0), 2);
	ran(100 * US, NOBODY);
	check_structure();
	assert_int_equal(pick(0), NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		T(test_again_gains_nothing),
		T(test_asserted),
		T(test_release_of_who_runs),
	};
	return cmocka_run_group_tests_name("policy_reserve", tests, NULL, NULL);
}
