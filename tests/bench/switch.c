/*
 * switch: nanoseconds of a yield from one task to another, and of a message over
 * an unbuffered channel, beside glibc's swapcontext in the same run. Medians of
 * interleaved repetitions; one JSON object per line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "util/clock.h"

#define REPETITIONS 11
#define ROUNDS      200000

static struct group group;
static struct chan *chan;

static void yielder(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++)
		task_yield();
}

static void sender(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++)
		chan_send(chan, &i);
}

static void receiver(void *arg)
{
	int v;
	(void)arg;
	for (int i = 0; i < ROUNDS; i++)
		chan_recv(chan, &v);
}

static double two_tasks(void (*a)(void *), void (*b)(void *), int operations)
{
	task_create(&group, "a", a, NULL, 0, TASK_NORMAL);
	task_create(&group, "b", b, NULL, 0, TASK_NORMAL);
	uint64_t start = clock_now_ns();
	while (sched_run())
		;
	return (double)(clock_now_ns() - start) / operations;
}

static ucontext_t here, there;

static void pong(void)
{
	for (;;)
		swapcontext(&there, &here);
}

static double contexts(void)
{
	static char stack[65536];
	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof stack;
	makecontext(&there, pong, 0);
	uint64_t start = clock_now_ns();
	for (int i = 0; i < ROUNDS; i++)
		swapcontext(&here, &there);
	return (double)(clock_now_ns() - start) / (2.0 * ROUNDS);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, REPETITIONS, sizeof *values, compare);
	return values[REPETITIONS / 2];
}

static void print(const char *name, double ours, double peer)
{
	printf("{\"bench\":\"switch\",\"case\":\"%s\",\"unit\":\"ns\",\"ours\":%.1f,"
	       "\"peer\":%.1f,\"peer_name\":\"glibc swapcontext\",\"ratio\":%.3f}\n",
		name, ours, peer, ours / peer);
}

int main(void)
{
	double yield[REPETITIONS], hop[REPETITIONS], peer[REPETITIONS];
	if (sched_init() < 0)
		return 1;
	group_init(&group, "bench");
	chan = chan_create(sizeof(int), 0);
	for (int i = 0; i < REPETITIONS; i++) {
		yield[i] = two_tasks(yielder, yielder, 2 * ROUNDS);
		hop[i] = two_tasks(sender, receiver, ROUNDS);
		peer[i] = contexts();
	}
	chan_destroy(chan, NULL, NULL);
	sched_finish();
	double other = median(peer);
	print("yield", median(yield), other);
	print("unbuffered message", median(hop), other);
	return 0;
}
