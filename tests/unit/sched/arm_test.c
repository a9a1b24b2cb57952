/*
 * Setting the timer, with a hint in the middle of it: what the handler asks for is not
 * lost. And that it is off when nothing is ready. The linker puts __wrap_timer_settime in
 * place of the C library's.
 */
#include "helper.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int __real_timer_settime(
	timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old);
int __wrap_timer_settime(
	timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old);

static bool hint_in_it;
static uint64_t set_ns; /* 0: off */
static int n_set;

int __wrap_timer_settime(
	timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old)
{
	if (hint_in_it) {
		hint_in_it = false;
		syscall(SYS_tgkill, getpid(), gettid(), SIGURG);
	}
	set_ns = timespec_ns(&value->it_value);
	n_set++;
	return __real_timer_settime(timer, flags, value, old);
}

static struct chan *chan;
static int64_t left_ns;

static void receive(void *arg)
{
	int v;
	(void)arg;
	chan_recv(chan, &v);
}

/* Its turn has no end until it wakes the other: then the timer is set, and the hint comes. */
static void wake_another(void *arg)
{
	int v = 0;
	(void)arg;
	hint_in_it = true;
	chan_try_send(chan, &v);
	left_ns = (int64_t)(set_ns - clock_now_ns());
}

static void test_hint_while_arming(void **state)
{
	(void)state;
	sched_poll_every(UINT64_MAX);
	chan = chan_create(sizeof(int), 0);
	spawn("receiver", receive, NULL);
	assert_false(sched_run());
	spawn("waker", wake_another, NULL);
	run_until_idle();
	assert_int_equal(sched_get_stats().hints, 1);
	assert_false(hint_in_it);
	/* It came outside of plugin text: look again soon, not when the turn is over. */
	assert_true(left_ns < (int64_t)POLICY_SLICE_NS / 2);
	chan_destroy(chan, NULL, NULL);
}

static void wake_nobody(void *arg)
{
	(void)arg;
}

static void wait_for_it(void *arg)
{
	int v;
	(void)arg;
	chan_recv(chan, &v);
	left_ns = (int64_t)(set_ns - (uint64_t)left_ns);
}

/* A budget of a few microseconds does not have a tick of its own. */
static void test_not_for_a_small_budget(void **state)
{
	struct reservation res = {
		.budget_ns = 15000, .period_ns = 1000000, .deadline_ns = 1000000};
	const char *why;
	int v = 0;
	(void)state;
	assert_int_equal(sched_reserve(&res, &why), 0);
	chan = chan_create(sizeof(int), 0);
	chan_set_reservation(chan, &res);
	spawn("receiver", wait_for_it, NULL);
	assert_false(sched_run());
	chan_try_send(chan, &v);
	spawn("other", wake_nobody, NULL);
	set_ns = 0;
	left_ns = (int64_t)clock_now_ns();
	run_until_idle();
	assert_true(left_ns >= 100000);
	chan_set_reservation(chan, NULL);
	chan_destroy(chan, NULL, NULL);
	sched_release(&res);
}

/* Whatever happened before, expiry included. */
static volatile long stop;

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
}

static void test_off_when_idle(void **state)
{
	(void)state;
	stop = 0;
	spawn("hog", hog, NULL);
	spawn("hog", hog, NULL);
	while (sched_get_stats().ticks < 3)
		assert_true(sched_run());
	assert_true(n_set > 0);
	stop = 1;
	run_until_idle();
	assert_true(set_ns == 0);
	/* Nothing to do is no reason to touch it. */
	n_set = 0;
	for (int i = 0; i < 10; i++)
		assert_false(sched_run());
	assert_int_equal(n_set, 0);
}

/* A lone hog, and nothing that the timer would be for: the loop says when it wants to be back. */
static void test_loop_by(void **state)
{
	(void)state;
	stop = 0;
	sched_poll_every(UINT64_MAX);
	spawn("hog", hog, NULL);
	for (int i = 0; i < 3; i++) {
		uint64_t by = clock_now_ns() + 3 * NS_PER_MS;
		sched_loop_by(by);
		while (clock_now_ns() < by)
			assert_true(sched_run());
	}
	/* Long past: the task gets its turns all the same. */
	uint64_t cuts = sched_get_stats().preemptions;
	sched_loop_by(1);
	while (sched_get_stats().preemptions < cuts + 10)
		assert_true(sched_run());
	sched_loop_by(UINT64_MAX);
	stop = 1;
	run_until_idle();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_hint_while_arming),
		T(test_not_for_a_small_budget),
		T(test_off_when_idle),
		T(test_loop_by),
	};
	return cmocka_run_group_tests_name("arm", tests, NULL, NULL);
}
