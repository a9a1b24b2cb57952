/* Those under a reservation, run in the middle of something of the loop's. */
#include "helper.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct reservation res;
static struct chan *chan;
static volatile long stop;
static int got, others;

static int setup(void **state)
{
	const char *why;
	int r = sched_setup(state);
	res = (struct reservation){.budget_ns = NS_PER_MS,
		.period_ns = 100 * NS_PER_MS,
		.deadline_ns = 100 * NS_PER_MS};
	got = others = 0;
	stop = 0;
	chan = chan_create(sizeof(int), 4);
	chan_set_reservation(chan, &res);
	return r || sched_reserve(&res, &why);
}

static int teardown(void **state)
{
	chan_set_reservation(chan, NULL);
	chan_destroy(chan, NULL, NULL);
	sched_release(&res);
	return sched_teardown(state);
}

static void receive(void *arg)
{
	int v;
	(void)arg;
	while (chan_recv(chan, &v) == 0)
		got += v;
}

static void count(void *arg)
{
	(void)arg;
	others++;
}

static void send(int v)
{
	assert_int_equal(chan_try_send(chan, &v), 0);
}

/* It alone; another of its group, and one of another, wait for the loop's turn. */
static void test_only_those(void **state)
{
	struct group group;
	const char *why;
	(void)state;
	/* An emulator that sees code for the first time takes more than a millisecond. */
	assert_int_equal(sched_adjust(&res, 50 * NS_PER_MS, 100 * NS_PER_MS, &why), 0);
	group_with_hogtext(&group, "other");
	spawn("receiver", receive, NULL);
	assert_false(sched_run());
	spawn("same", count, NULL);
	spawn_in(&group, "other", count, NULL);
	sched_run_reserved(UINT64_MAX);
	assert_int_equal(got, 0);
	for (int i = 1; i <= 3; i++) {
		send(1);
		sched_run_reserved(UINT64_MAX);
		assert_int_equal(got, i);
	}
	assert_int_equal(others, 0);
	assert_true(sched_ready());
	run_until_idle();
	assert_int_equal(others, 2);
	chan_close(chan);
	run_until_idle();
}

static void receive_and_spin(void *arg)
{
	int v;
	(void)arg;
	chan_recv(chan, &v);
	got += v;
	spin(&stop);
}

/* One that does not end has its budget, and no more. Hints do not stop it. */
static void test_no_more_than_the_budget(void **state)
{
	(void)state;
	spawn("hog", receive_and_spin, NULL);
	assert_false(sched_run());
	spawn("other", count, NULL);
	send(1);
	sched_run_reserved(UINT64_MAX);
	while (res.left_ns > 0)
		sched_run_reserved(UINT64_MAX);
	assert_int_equal(got, 1);
	assert_int_equal(res.spent, 1);
	assert_true(res.used_ns >= res.budget_ns);
	assert_int_equal(others, 0);
	stop = 1;
	run_until_idle();
	assert_int_equal(others, 1);
}

/*
 * Who calls has no time: nobody runs. Little time: it is back before the budget is used up; on a
 * busy machine that time may be over before anybody ran.
 */
static void test_not_longer(void **state)
{
	(void)state;
	const char *why;
	assert_int_equal(sched_adjust(&res, 50 * NS_PER_MS, 100 * NS_PER_MS, &why), 0);
	spawn("hog", receive_and_spin, NULL);
	assert_false(sched_run());
	send(1);
	sched_run_reserved(clock_now_ns());
	assert_int_equal(got, 0);
	for (int i = 0; i < 10 && !got; i++)
		sched_run_reserved(clock_now_ns() + NS_PER_MS);
	assert_int_equal(res.spent, 0);
	stop = 1;
	run_until_idle();
	assert_int_equal(got, 1);
}

/* Stopped in the middle of its turn, as by a busy machine: its budget does not pay for that. */
static void test_others_time(void **state)
{
	(void)state;
	const char *why;
	pid_t self = getpid();
	assert_int_equal(sched_adjust(&res, 50 * NS_PER_MS, 100 * NS_PER_MS, &why), 0);
	spawn("hog", receive_and_spin, NULL);
	assert_false(sched_run());
	send(1);
	pid_t child = fork();
	if (child == 0) {
		usleep(200);
		kill(self, SIGSTOP);
		usleep(300000);
		kill(self, SIGCONT);
		_exit(0);
	}
	while (waitpid(child, NULL, WNOHANG) == 0)
		sched_run();
	/* At most what is a turn too long, and what was taken since. */
	assert_true(res.left_ns > -(int64_t)(50 * NS_PER_MS));
	stop = 1;
	run_until_idle();
}

/* One that ends there is let go of in the loop's turn. */
static void once(void *arg)
{
	int v;
	(void)arg;
	chan_recv(chan, &v);
	got += v;
}

static void test_end(void **state)
{
	(void)state;
	spawn("once", once, NULL);
	assert_false(sched_run());
	send(5);
	sched_run_reserved(UINT64_MAX);
	assert_int_equal(got, 5);
	run_until_idle();
	assert_int_equal(test_group.n_tasks, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_only_those),
		T(test_no_more_than_the_budget),
		T(test_not_longer),
		T(test_others_time),
		T(test_end),
	};
	return cmocka_run_group_tests_name("reserved", tests, NULL, NULL);
}
