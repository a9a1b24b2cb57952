/* What a task is: its line in the table, its stack, its floating point, its errno. */
#include "helper.h"

#include <errno.h>
#include <fenv.h>
#include <string.h>

static struct chan *chans[2];

static void wait_receive(void *arg)
{
	int v;
	(void)arg;
	chan_recv(chans[0], &v);
}

static void wait_send(void *arg)
{
	int v = 0;
	(void)arg;
	chan_send(chans[1], &v);
}

static void wait_alt(void *arg)
{
	int v;
	struct alt alts[] = {
		{.chan = chans[0], .op = CHAN_RECV, .el = &v},
		{.chan = chans[1], .op = CHAN_SEND, .el = &v},
	};
	(void)arg;
	chan_alt(alts, 2, UINT64_MAX);
}

static void wait_time(void *arg)
{
	(void)arg;
	task_sleep_until(clock_now_ns() + 3600 * NS_PER_S);
}

static void wait_nothing(void *arg)
{
	(void)arg;
	task_sleep_until(UINT64_MAX);
}

/* Blocked for ever is shown, and can be killed; the others do not notice. */
static void test_blocked_for_ever(void **state)
{
	static const struct {
		const char *waits;
		void (*fn)(void *);
	} cases[] = {
		{"receive", wait_receive},
		{"send", wait_send},
		{"alt", wait_alt},
		{"time", wait_time},
		{"nothing", wait_nothing},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		chans[0] = chan_create(sizeof(int), 0);
		chans[1] = chan_create(sizeof(int), 0);
		struct task *task = spawn("blocked", cases[i].fn, NULL);
		assert_int_equal(task_line("blocked").state, TASK_READY);
		assert_string_equal(task_line("blocked").waits, "-");
		while (task_line("blocked").state != TASK_WAITING)
			sched_run();
		assert_string_equal(task_line("blocked").waits, cases[i].waits);
		task_kill(task);
		assert_int_equal(test_group.n_tasks, 0);
		assert_true(sched_next_wake_ns() == UINT64_MAX);
		chan_destroy(chans[0], NULL, NULL);
		chan_destroy(chans[1], NULL, NULL);
	}
}

static struct task *made;
static int n_wrong;

static void look_at_self(void *arg)
{
	uintptr_t lo, hi, here = (uintptr_t)__builtin_frame_address(0);
	task_stack(task_self(), &lo, &hi);
	n_wrong += task_self() != made || task_arg(made) != arg;
	n_wrong += task_group(made) != &test_group;
	n_wrong += here < lo || here >= hi || hi - lo < 100000;
	/* The frame pointer is saved below the return address: both ABIs want 16. */
	n_wrong += here % 16 != 0;
	n_wrong += task_line("0123456789012345678901234567890").state != TASK_RUNNING;
}

static void test_self(void **state)
{
	char name[] = "0123456789012345678901234567890-and-more";
	(void)state;
	n_wrong = 0;
	assert_null(task_self());
	made = task_create(&test_group, name, look_at_self, name, 100000, TASK_NORMAL);
	memset(name, 'x', sizeof name - 1);
	run_until_idle();
	assert_int_equal(n_wrong, 0);
	assert_null(task_self());
}

/* group_kill by one of its own: the others end, it goes on. */
static int kill_result;

static void kill_own_group(void *arg)
{
	kill_result = group_kill(arg);
}

static void test_kill_own_group(void **state)
{
	(void)state;
	chans[0] = chan_create(sizeof(int), 0);
	for (int i = 0; i < 5; i++)
		spawn("blocked", wait_receive, NULL);
	run_until_idle();
	kill_result = 0;
	spawn("killer", kill_own_group, &test_group);
	spawn("ready", wait_receive, NULL);
	run_until_idle();
	assert_int_equal(kill_result, -EBUSY);
	assert_int_equal(test_group.n_tasks, 0);
	chan_destroy(chans[0], NULL, NULL);
}

/* Rounding by each task's own mode: the SSE unit (or fpcr), and the x87, which is long double's. */
static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
static volatile double one = 1, three = 3;
static volatile long double one_l = 1, three_l = 3;

HOGTEXT static void compute_for_a_while(void)
{
	for (volatile long i = 0; i < 2000000; i++)
		;
}

static void keep_mode(void *arg)
{
	int mode = modes[(intptr_t)arg];
	n_wrong += fegetround() != FE_TONEAREST;
	fesetround(mode);
	double third = one / three;
	long double third_l = one_l / three_l;
	for (int i = 0; i < 20; i++) {
		task_yield();
		n_wrong += fegetround() != mode;
		n_wrong += third != one / three || third_l != one_l / three_l;
		if (i % 8 == 0)
			compute_for_a_while();
		n_wrong += fegetround() != mode;
		n_wrong += third != one / three || third_l != one_l / three_l;
	}
}

static void test_rounding(void **state)
{
	(void)state;
	n_wrong = 0;
	for (intptr_t i = 0; i < 12; i++)
		spawn("rounding", keep_mode, (void *)(i % 4));
	run_until_idle();
	assert_int_equal(n_wrong, 0);
	assert_int_equal(fegetround(), FE_TONEAREST);
	assert_true(sched_get_stats().preemptions > 0);
}

/* Beside them a group that has none of its own: it never sees theirs, nor they the loop's. */
static struct chan *to_plain, *to_keeper;

static void keeper(void *arg)
{
	int v = 0;
	(void)arg;
	for (int i = 0; i < 400; i++) {
		fesetround(modes[i % 4]);
		chan_send(to_plain, &v);
		n_wrong += fegetround() != modes[i % 4];
		chan_recv(to_keeper, &v);
		n_wrong += fegetround() != modes[i % 4];
		if (i % 40 == 0)
			compute_for_a_while();
		n_wrong += fegetround() != modes[i % 4];
	}
	fesetround(FE_UPWARD);
}

static void plain(void *arg)
{
	int v;
	(void)arg;
	for (int i = 0; i < 400; i++) {
		chan_recv(to_plain, &v);
		n_wrong += fegetround() != FE_TONEAREST;
		if (i % 50 == 0)
			compute_for_a_while();
		chan_send(to_keeper, &v);
		n_wrong += fegetround() != FE_TONEAREST;
	}
}

static void test_no_control_words_of_its_own(void **state)
{
	struct group others[2];
	(void)state;
	n_wrong = 0;
	to_plain = chan_create(sizeof(int), 0);
	to_keeper = chan_create(sizeof(int), 0);
	for (int i = 0; i < 2; i++) {
		group_with_hogtext(&others[i], "plain");
		others[i].fp_control = false;
		spawn("keeper", keeper, NULL);
		spawn_in(&others[i], "plain", plain, NULL);
	}
	run_until_idle();
	assert_int_equal(test_group.n_tasks + others[0].n_tasks + others[1].n_tasks, 0);
	assert_int_equal(n_wrong, 0);
	assert_int_equal(fegetround(), FE_TONEAREST);
	chan_destroy(to_plain, NULL, NULL);
	chan_destroy(to_keeper, NULL, NULL);
}

/* errno of a task that is cut in its own code, while others and the loop have theirs. */
HOGTEXT static int hold_errno(volatile int *at, int mine)
{
	int changed = 0;
	*at = mine;
	for (volatile long i = 0; i < 2000000; i++)
		changed |= *at != mine;
	return changed;
}

static void keep_errno(void *arg)
{
	for (int i = 0; i < 4; i++)
		n_wrong += hold_errno(&errno, (int)(intptr_t)arg);
}

static void test_errno_when_cut(void **state)
{
	(void)state;
	n_wrong = 0;
	for (intptr_t i = 1; i <= 6; i++)
		spawn("errno", keep_errno, (void *)i);
	for (bool more = true; more; errno = 99)
		more = sched_run();
	assert_int_equal(test_group.n_tasks, 0);
	assert_int_equal(n_wrong, 0);
	assert_true(sched_get_stats().preemptions > 6);
}

/* 30,000 at once: each waits, is sent something, and ends. */
#define TASKS 30000
static int n_got;

static void get_one(void *arg)
{
	int v;
	n_got += chan_recv(arg, &v) == 0;
}

static void test_many(void **state)
{
	(void)state;
	uint64_t start = clock_now_ns();
	struct chan *c = chan_create(sizeof(int), 0);
	n_got = 0;
	for (int i = 0; i < TASKS; i++)
		assert_non_null(task_create(
			&test_group, "one of many", get_one, c, 1, TASK_NORMAL));
	run_until_idle();
	assert_int_equal(test_group.n_tasks, TASKS);
	for (int i = 0; i < TASKS; i++)
		assert_int_equal(chan_try_send(c, &i), 0);
	run_until_idle();
	assert_int_equal(n_got, TASKS);
	assert_int_equal(test_group.n_tasks, 0);
	chan_destroy(c, NULL, NULL);
	assert_true(clock_now_ns() - start < 20 * NS_PER_S);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_blocked_for_ever),
		T(test_self),
		T(test_kill_own_group),
		T(test_rounding),
		T(test_no_control_words_of_its_own),
		T(test_errno_when_cut),
		T(test_many),
	};
	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
