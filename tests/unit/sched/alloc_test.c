/*
 * Nothing on the way of a message, a wait, a turn or a preemption allocates: the linker
 * puts counting functions in place of the C library's.
 */
#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long n_allocations;

void *__wrap_malloc(size_t size)
{
	n_allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	n_allocations++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	n_allocations++;
	return __real_realloc(p, size);
}

#define ROUNDS 200
#define CHANS  3
static struct chan *chans[CHANS], *buffered, *carrier;
static struct reservation res = {.budget_ns = NS_PER_MS,
	.period_ns = 10 * NS_PER_MS,
	.deadline_ns = 10 * NS_PER_MS};
static volatile long stop;
static int n_over;

static void sender(void *chan)
{
	for (int i = 0; i < ROUNDS; i++) {
		chan_send(chan, &i);
		task_yield();
	}
	n_over++;
}

static void chooser(void *arg)
{
	int v;
	struct alt alts[CHANS];
	(void)arg;
	for (int i = 0; i < CHANS; i++)
		alts[i] = (struct alt){.chan = chans[i], .op = CHAN_RECV, .el = &v};
	for (int i = 0; i < CHANS * ROUNDS; i++) {
		while (chan_alt(alts, CHANS, clock_now_ns() + 10 * NS_PER_US) == -EAGAIN)
			;
		chan_send(buffered, &v);
	}
	stop = 1;
	n_over++;
}

static void taker(void *arg)
{
	int v;
	(void)arg;
	for (int i = 0; i < CHANS * ROUNDS; i++) {
		chan_recv(buffered, &v);
		if (i % 20 == 0)
			task_sleep_until(clock_now_ns() + 50 * NS_PER_US);
		sched_host_enter();
		chan_try_send(carrier, &buffered);
		sched_host_leave();
		struct chan *carried;
		chan_try_recv(carrier, &carried);
	}
	n_over++;
}

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
	n_over++;
}

static void test_none_on_the_way(void **state)
{
	const char *why;
	(void)state;
	assert_int_equal(sched_reserve(&res, &why), 0);
	buffered = chan_create(sizeof(int), 16);
	carrier = chan_create(sizeof(struct chan *), 1);
	chan_set_wake_class(buffered, TASK_LATENCY);
	for (int i = 0; i < CHANS; i++) {
		chans[i] = chan_create(sizeof(int), 0);
		spawn("sender", sender, chans[i]);
	}
	chan_set_reservation(chans[0], &res);
	spawn("chooser", chooser, NULL);
	spawn("taker", taker, NULL);
	for (int i = 0; i < 3; i++)
		spawn("hog", hog, NULL);
	stop = 0;
	n_over = 0;
	assert_true(n_allocations > 0); /* they are counted */
	n_allocations = 0;
	for (int i = 0; test_group.n_tasks; i++) {
		sched_run();
		if (i % 8 == 0)
			syscall(SYS_tgkill, getpid(), gettid(), SIGURG);
	}
	assert_int_equal(n_allocations, 0);
	assert_int_equal(n_over, CHANS + 2 + 3);
	assert_true(sched_get_stats().preemptions > 0);
	sched_release(&res);
	for (int i = 0; i < CHANS; i++)
		chan_destroy(chans[i], NULL, NULL);
	chan_destroy(buffered, NULL, NULL);
	chan_destroy(carrier, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_none_on_the_way, sched_setup, sched_teardown),
	};
	return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
