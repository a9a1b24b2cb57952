/* Who is raised when, by calls of the test's own and a clock that stands. */
#include "session/boost.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "session/child.h"
#include "util/clock.h"

#define US UINT64_C(1000)

/* What the process is by now, and what was asked for. */
static struct {
	int policy, priority, refuse; /* -errno of the first call */
	uint64_t timer_ns;            /* 0: off */
	int armed_as;                 /* the policy, then */
	unsigned policies, timers, children;
	int child_refuses;
	child_ended ended;
	void *data;
} now;

static char a_child;

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
	assert_int_equal(pid, 0);
	assert_true(policy & SCHED_RESET_ON_FORK);
	now.policies++;
	if (now.refuse) {
		errno = -now.refuse;
		return -1;
	}
	now.policy = policy & ~SCHED_RESET_ON_FORK;
	now.priority = param->sched_priority;
	return 0;
}

int timerfd_settime(
	int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	assert_true(fd >= 0);
	assert_int_equal(flags, TFD_TIMER_ABSTIME);
	assert_null(old);
	now.timers++;
	now.timer_ns = timespec_ns(&new->it_value);
	now.armed_as = now.policy;
	return 0;
}

int child_start(struct loop *loop, const struct child_spec *spec, child_ended ended,
	void *data, struct child **out)
{
	assert_null(loop);
	assert_string_equal(spec->args[0], "boost");
	assert_true(spec->fds[0] >= 0);
	now.children++;
	if (now.child_refuses)
		return now.child_refuses;
	now.ended = ended;
	now.data = data;
	*out = (struct child *)&a_child;
	return 0;
}

void child_destroy(struct child *child)
{
	assert_true(!child || child == (struct child *)&a_child);
}

static struct boost *boost;

static int begin(void **state)
{
	(void)state;
	memset(&now, 0, sizeof now);
	clock_frozen_ns = 1000 * US;
	boost = boost_create(NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	boost_destroy(boost);
	clock_frozen_ns = 0;
	return 0;
}

static void expect_now(int policy, uint64_t timer_ns)
{
	assert_int_equal(now.policy, policy);
	assert_int_equal(now.priority, policy == SCHED_RR ? BOOST_PRIORITY : 0);
	assert_int_equal(now.timer_ns, timer_ns);
}

/* As the helper does. */
static void time_comes(uint64_t ns)
{
	clock_frozen_ns = ns;
	if (!now.timer_ns || now.timer_ns > ns)
		return;
	now.policy = SCHED_RR;
	now.priority = BOOST_PRIORITY;
}

/* It has been fed, and slept. */
static void play(uint64_t ns)
{
	boost_prepare(boost);
	boost_by(boost, ns);
	boost_rest(boost);
}

static void test_from_the_first_time_on(void **state)
{
	(void)state;
	boost_by(boost, 2000 * US);
	assert_int_equal(now.policies + now.timers + now.children, 0);
	boost_prepare(boost);
	boost_by(boost, 2000 * US);
	expect_now(SCHED_OTHER, 2000 * US);
	boost_lower(boost, 1000 * US);
	time_comes(2000 * US);
	expect_now(SCHED_RR, 2000 * US);
}

static void test_without_sound_nothing(void **state)
{
	(void)state;
	boost_prepare(boost);
	now.policies = now.children = 0;
	boost_by(boost, UINT64_MAX);
	boost_lower(boost, clock_frozen_ns);
	boost_rest(boost);
	assert_int_equal(now.policies + now.timers + now.children, 0);
}

static void test_down_and_up(void **state)
{
	(void)state;
	play(2000 * US);
	expect_now(SCHED_RR, 0);
	boost_lower(boost, 1100 * US);
	expect_now(SCHED_OTHER, 2000 * US);
	/* Whoever goes down first may be away before it can set the timer. */
	assert_int_equal(now.armed_as, SCHED_RR);
	unsigned policies = now.policies, timers = now.timers;
	boost_lower(boost, 1200 * US);
	boost_by(boost, 2000 * US);
	assert_int_equal(now.policies, policies);
	assert_int_equal(now.timers, timers);
	time_comes(2000 * US);
	expect_now(SCHED_RR, 2000 * US);
	boost_by(boost, 3000 * US);
	expect_now(SCHED_RR, 2000 * US);
	boost_lower(boost, 2010 * US);
	expect_now(SCHED_OTHER, 3000 * US);
	assert_int_equal(now.children, 1);
}

static void test_another_time(void **state)
{
	(void)state;
	play(5000 * US);
	boost_lower(boost, 1000 * US);
	boost_by(boost, 3000 * US);
	expect_now(SCHED_OTHER, 3000 * US);
	boost_by(boost, 0); /* at once */
	expect_now(SCHED_OTHER, 1);
}

static void test_too_soon_to_go_down(void **state)
{
	(void)state;
	play(1020 * US);
	boost_lower(boost, 1000 * US);
	expect_now(SCHED_RR, 0);
}

static void test_sleeps_raised(void **state)
{
	(void)state;
	play(3000 * US);
	boost_lower(boost, 1000 * US);
	boost_rest(boost);
	expect_now(SCHED_RR, 0);
	unsigned policies = now.policies;
	boost_rest(boost);
	assert_int_equal(now.policies, policies);
	boost_lower(boost, 1500 * US);
	expect_now(SCHED_OTHER, 3000 * US);
}

static void test_sound_is_over(void **state)
{
	(void)state;
	play(3000 * US);
	boost_by(boost, UINT64_MAX);
	expect_now(SCHED_OTHER, 0);
	boost_by(boost, 4000 * US);
	boost_rest(boost);
	expect_now(SCHED_RR, 0);
	boost_lower(boost, 1000 * US);
	boost_by(boost, UINT64_MAX);
	expect_now(SCHED_OTHER, 0);
	unsigned policies = now.policies;
	boost_by(boost, UINT64_MAX);
	boost_lower(boost, 9000 * US);
	boost_rest(boost);
	assert_int_equal(now.policies, policies);
	assert_int_equal(now.children, 1);
}

static void test_not_allowed(void **state)
{
	(void)state;
	now.refuse = -EPERM;
	for (int i = 0; i < 3; i++) {
		boost_prepare(boost);
		boost_by(boost, 3000 * US);
		boost_lower(boost, 1000 * US);
		boost_rest(boost);
	}
	assert_int_equal(now.policies, 1);
	assert_int_equal(now.children, 0);
}

static void test_no_helper(void **state)
{
	(void)state;
	now.child_refuses = -EAGAIN;
	boost_prepare(boost);
	boost_by(boost, 3000 * US);
	boost_prepare(boost);
	boost_by(boost, 4000 * US);
	boost_rest(boost);
	expect_now(SCHED_OTHER, 0);
	assert_int_equal(now.children, 1);
}

static void test_helper_ends(void **state)
{
	(void)state;
	play(3000 * US);
	now.ended(now.data, CLD_KILLED, SIGKILL);
	expect_now(SCHED_OTHER, 0);
	boost_prepare(boost);
	boost_by(boost, 4000 * US);
	boost_rest(boost);
	expect_now(SCHED_OTHER, 0);
	assert_int_equal(now.children, 1);
}

static void test_ends_as_an_ordinary_one(void **state)
{
	play(3000 * US);
	end(state);
	expect_now(SCHED_OTHER, 0);
	boost = NULL;
}

static void test_allowed(void **state)
{
	(void)state;
	assert_int_equal(boost_allowed(), 0);
	expect_now(SCHED_OTHER, 0);
	now.refuse = -EPERM;
	assert_int_equal(boost_allowed(), -EPERM);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_without_sound_nothing),
		TEST(test_from_the_first_time_on),
		TEST(test_down_and_up),
		TEST(test_another_time),
		TEST(test_too_soon_to_go_down),
		TEST(test_sleeps_raised),
		TEST(test_sound_is_over),
		TEST(test_not_allowed),
		TEST(test_no_helper),
		TEST(test_helper_ends),
		TEST(test_ends_as_an_ordinary_one),
		TEST(test_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
