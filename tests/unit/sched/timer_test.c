/* When there is a timer, and that it comes in time. */
#include "helper.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile long stop;

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
}

static uint64_t ticks(void)
{
	return sched_get_stats().ticks;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;
	assert_int_equal(clock_gettime(clock, &ts), 0);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* In a child: later, a hint with what the hog has had of the processor by then. */
static void hint_later(pid_t hog, int fd)
{
	clockid_t its;
	usleep(100000);
	if (clock_getcpuclockid(hog, &its) != 0)
		_exit(1);
	uint64_t used = clock_ns(its);
	_exit(write(fd, &used, sizeof used) != sizeof used);
}

/*
 * Alone, with every descriptor watched: no tick, and yet a hint comes through at once, in
 * what this process computes: a busy machine may keep it waiting.
 */
static void test_lone_hog_has_no_tick(void **state)
{
	int fds[2], status;
	(void)state;
	sched_poll_every(UINT64_MAX);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(preempt_watch(fds[0]), 0);
	stop = 0;
	spawn("hog", hog, NULL);
	pid_t self = getpid();
	uint64_t start = clock_now_ns(), sent;
	pid_t child = fork();
	if (child == 0)
		hint_later(self, fds[1]);
	alarm(60); /* it may never come back */
	assert_true(sched_run());
	uint64_t used = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	alarm(0);
	assert_true(clock_now_ns() - start >= 100 * NS_PER_MS);
	assert_int_equal(read(fds[0], &sent, sizeof sent), sizeof sent);
	assert_int_equal(ticks(), 0);
	assert_true(used - sent < 50 * NS_PER_MS);
	stop = 1;
	run_until_idle();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
}

/* How often the loop is to poll is how often a lone hog is interrupted. */
static void test_poll_every(void **state)
{
	(void)state;
	sched_poll_every(10 * NS_PER_MS);
	stop = 0;
	spawn("hog", hog, NULL);
	uint64_t start = clock_now_ns();
	for (int i = 0; i < 10; i++)
		assert_true(sched_run());
	/* A tick may be 60 us early. */
	assert_true(clock_now_ns() - start >= 10 * (10 * NS_PER_MS - 100 * NS_PER_US));
	assert_in_range(ticks(), 10, 12);
	stop = 1;
	run_until_idle();
}

/* With somebody waiting the slice counts, whatever the loop wants. */
static void test_ticks_while_somebody_waits(void **state)
{
	(void)state;
	sched_poll_every(UINT64_MAX);
	stop = 0;
	spawn("hog", hog, NULL);
	spawn("hog", hog, NULL);
	for (int i = 0; i < 50; i++)
		assert_true(sched_run());
	assert_true(ticks() >= 40);
	assert_true(test_group.preemptions >= 40);
	stop = 1;
	run_until_idle();
}

/* Nothing ready: no tick, even with a sleeper; its time is the poll's. */
static void sleep_long(void *arg)
{
	(void)arg;
	task_sleep_until(clock_now_ns() + 3600 * NS_PER_S);
}

static void test_nothing_ready(void **state)
{
	(void)state;
	struct task *sleeper = spawn("sleeper", sleep_long, NULL);
	stop = 0;
	spawn("hog", hog, NULL);
	for (int i = 0; i < 5; i++)
		sched_run();
	stop = 1;
	while (sched_run())
		;
	uint64_t before = ticks();
	usleep(20000);
	assert_int_equal(ticks(), before);
	assert_true(sched_next_wake_ns() != UINT64_MAX);
	task_kill(sleeper);
}

/* A lone hog wakes somebody, of its own group or another: from then on it has a slice. */
static struct chan *wake;
static uint64_t woke_ns, woken_ns;

static void wait_wake(void *arg)
{
	int v;
	(void)arg;
	chan_recv(wake, &v);
	woken_ns = clock_now_ns();
	stop = 1;
}

static void wake_and_spin(void *arg)
{
	int v = 1;
	(void)arg;
	uint64_t until = clock_now_ns() + 5 * NS_PER_MS;
	while (clock_now_ns() < until)
		;
	sched_host_enter();
	chan_try_send(wake, &v);
	woke_ns = clock_now_ns();
	sched_host_leave();
	spin(&stop);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

/* Of the quickest tenth: a busy machine only makes late, and by several milliseconds. */
static uint64_t best(uint64_t *values, size_t n)
{
	qsort(values, n, sizeof *values, compare);
	return values[n / 10];
}

static void test_somebody_becomes_ready(void **state)
{
	uint64_t late[21];
	(void)state;
	sched_poll_every(UINT64_MAX);
	for (size_t i = 0; i < 21; i++) {
		struct group group;
		group_with_hogtext(&group, "other");
		wake = chan_create(sizeof(int), 0);
		stop = 0;
		spawn_in(i % 2 ? &group : &test_group, "waiter", wait_wake, NULL);
		run_until_idle();
		spawn("hog", wake_and_spin, NULL);
		run_until_idle();
		late[i] = woken_ns - woke_ns;
		chan_destroy(wake, NULL, NULL);
	}
	/* Its slice was over when it woke the other. */
	assert_true(best(late, 21) < POLICY_SLICE_NS);
}

/*
 * A sleeper's time interrupts a hog, one of its own group as well: it goes first there. So
 * does a time that comes before the turn is over in which the sleep began.
 */
#define NAPS 41
static uint64_t nap_ns;
static uint64_t naps[NAPS];
static int n_naps;

static void napper(void *arg)
{
	(void)arg;
	for (n_naps = 0; n_naps < NAPS; n_naps++) {
		uint64_t at = clock_now_ns() + nap_ns;
		task_sleep_until(at);
		naps[n_naps] = clock_now_ns() - at;
	}
	stop = 1;
}

static void test_sleeper_is_in_time(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		bool same = i % 2;
		nap_ns = (i < 2 ? 1500 : 300) * NS_PER_US;
		struct group group;
		group_with_hogtext(&group, "sleeper");
		sched_poll_every(UINT64_MAX);
		stop = 0;
		spawn("hog", hog, NULL);
		spawn_in(same ? &test_group : &group, "napper", napper, NULL);
		run_until_idle();
		assert_int_equal(n_naps, NAPS);
		uint64_t late = best(naps, NAPS);
		/* To the end of a turn it would be 700 us. */
		if (late >= (i < 2 ? POLICY_SLICE_NS : POLICY_SLICE_NS / 2))
			fail_msg("%s group, %llu us: %llu us late",
				same ? "the same" : "another",
				(unsigned long long)nap_ns / 1000,
				(unsigned long long)late / 1000);
	}
}

/* Hints that never stop do not keep tasks from running, nor the loop from polling. */
static int steps;

static void stepper(void *arg)
{
	(void)arg;
	for (steps = 0; steps < 200; steps++)
		task_yield();
}

static void test_hints_without_end(void **state)
{
	int fds[2];
	(void)state;
	sched_poll_every(UINT64_MAX);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(preempt_watch(fds[0]), 0);
	stop = 0;
	spawn("stepper", stepper, NULL);
	spawn("hog", hog, NULL);
	uint64_t longest = 0, give_up = clock_now_ns() + 60 * NS_PER_S;
	while (steps < 200 && clock_now_ns() < give_up) {
		char c;
		assert_int_equal(write(fds[1], "x", 1), 1);
		uint64_t start = clock_now_ns();
		sched_run();
		uint64_t took = clock_now_ns() - start;
		longest = took > longest ? took : longest;
		while (read(fds[0], &c, 1) == 1)
			;
	}
	assert_int_equal(steps, 200);
	stop = 1;
	run_until_idle();
	close(fds[0]);
	close(fds[1]);
}

/* A hint that came after the poll, twice in a row: the lone hog does not keep the loop from it. */
static void test_hint_before_the_run(void **state)
{
	int fds[2];
	(void)state;
	sched_poll_every(UINT64_MAX);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(preempt_watch(fds[0]), 0);
	stop = 0;
	spawn("hog", hog, NULL);
	alarm(60); /* it may never come back */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(write(fds[1], "x", 1), 1);
		assert_true(sched_run());
	}
	alarm(0);
	stop = 1;
	run_until_idle();
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_lone_hog_has_no_tick),
		T(test_poll_every),
		T(test_ticks_while_somebody_waits),
		T(test_nothing_ready),
		T(test_somebody_becomes_ready),
		T(test_sleeper_is_in_time),
		T(test_hints_without_end),
		T(test_hint_before_the_run),
	};
	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
