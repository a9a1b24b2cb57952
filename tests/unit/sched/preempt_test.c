#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long stop;
static int others;

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
}

static void quick(void *arg)
{
	(void)arg;
	others++;
	if (others == 20)
		stop = 1;
	else
		spawn("quick", quick, NULL);
}

/* A hog that calls nothing does not keep the others from running. */
static void test_hog_is_preempted(void **state)
{
	(void)state;
	stop = others = 0;
	spawn("hog", hog, NULL);
	spawn("quick", quick, NULL);
	run_until_idle();
	assert_int_equal(others, 20);
	assert_true(test_group.preemptions > 0);
	assert_int_equal(test_group.n_tasks, 0);
}

/* ... and the loop gets the processor even when the hog is alone. */
static void test_lone_hog(void **state)
{
	(void)state;
	stop = 0;
	spawn("hog", hog, NULL);
	for (int i = 0; i < 10; i++)
		assert_true(sched_run());
	stop = 1;
	run_until_idle();
	assert_int_equal(test_group.n_tasks, 0);
}

static int changed, finished;

static void holder(void *arg)
{
	changed |= (int)registers_hold((long)(intptr_t)arg * 0x0101010101, 3000000);
	finished++;
}

/* Every register, the flags and the red zone survive preemption. */
static void test_registers(void **state)
{
	(void)state;
	changed = finished = 0;
	for (long i = 1; i <= 8; i++)
		spawn("holder", holder, (void *)(intptr_t)i);
	run_until_idle();
	assert_int_equal(finished, 8);
	assert_int_equal(changed, 0);
	assert_true(sched_get_stats().preemptions > 8);
}

static void off_stack(void *arg)
{
	(void)arg;
	spin_off_stack();
}

/* A task without a usable stack cannot be saved: it is gone and its group says so. */
static void test_stack_gone(void **state)
{
	(void)state;
	others = 0;
	spawn("lost", off_stack, NULL);
	stop = 0;
	spawn("quick", quick, NULL);
	run_until_idle();
	assert_int_equal(test_group.fault.kind, FAULT_STACK);
	assert_int_equal(test_group.n_tasks, 0);
	assert_int_equal(others, 20);
}

/* A readable descriptor interrupts a hog at once: well before its slice is over, again and again. */
static int watched[2];

static void test_hint(void **state)
{
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, watched), 0);
	assert_int_equal(preempt_watch(watched[0]), 0);
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < 50; i++) {
			usleep(3300);
			(void)!write(watched[1], "x", 1);
		}
		_exit(0);
	}
	stop = 0;
	uint64_t before = sched_get_stats().hints;
	spawn("hog", hog, NULL);
	int got = 0;
	uint64_t give_up = clock_now_ns() + 10 * NS_PER_S;
	while (got < 50 && clock_now_ns() < give_up) {
		char buf[64];
		sched_run();
		ssize_t n = read(watched[0], buf, sizeof buf);
		got += n > 0 ? (int)n : 0;
	}
	stop = 1;
	run_until_idle();
	waitpid(child, NULL, 0);
	assert_int_equal(got, 50);
	assert_true(sched_get_stats().hints > before);
	close(watched[0]);
	close(watched[1]);
}

/* Descriptors that take O_ASYNC and do nothing are told apart. */
static void test_watch_refused(void **state)
{
	(void)state;
	int fd = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(preempt_watch(fd), -ENOTSUP);
	close(fd);
}

/* A preemption that falls into a host call is taken on the way out. */
static int host_rounds;

static void host_caller(void *arg)
{
	(void)arg;
	for (host_rounds = 0; host_rounds < 5; host_rounds++) {
		sched_host_enter();
		uint64_t until = clock_now_ns() + 3 * NS_PER_MS;
		while (clock_now_ns() < until)
			;
		sched_host_leave();
	}
	stop = 1;
}

static void test_host_call(void **state)
{
	(void)state;
	stop = 0;
	spawn("caller", host_caller, NULL);
	spawn("hog", hog, NULL);
	run_until_idle();
	assert_int_equal(host_rounds, 5);
	assert_true(sched_get_stats().deferrals >= 5);
}

static int errno_wrong;

/* Host calls as long as a slice: each loses its turn on the way out. */
static void errno_keeper(void *arg)
{
	for (int i = 0; i < 4; i++) {
		sched_host_enter();
		uint64_t end = clock_now_ns() + 2 * POLICY_SLICE_NS;
		while (clock_now_ns() < end)
			;
		errno = (int)(intptr_t)arg;
		sched_host_leave();
		errno_wrong |= errno != (int)(intptr_t)arg;
	}
}

static void test_errno(void **state)
{
	(void)state;
	errno_wrong = 0;
	for (int i = 1; i < 5; i++)
		spawn("errno", errno_keeper, (void *)(intptr_t)i);
	run_until_idle();
	assert_false(errno_wrong);
	assert_true(sched_get_stats().deferrals > 4);
}

/* With nothing to do there is no timer left: no wake-up in idle. */
static void test_idle_is_idle(void **state)
{
	(void)state;
	stop = 1;
	spawn("hog", hog, NULL);
	run_until_idle();
	uint64_t ticks = sched_get_stats().ticks;
	usleep(20000);
	assert_int_equal(sched_get_stats().ticks, ticks);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_hog_is_preempted),
		T(test_lone_hog),
		T(test_registers),
		T(test_stack_gone),
		T(test_hint),
		T(test_watch_refused),
		T(test_host_call),
		T(test_errno),
		T(test_idle_is_idle),
	};
	return cmocka_run_group_tests_name("preempt", tests, NULL, NULL);
}
