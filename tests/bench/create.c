/* What a coroutine costs: memory while it waits, time to make it and end it. */
#include <malloc.h>
#include <math.h>

#include "cases.h"
#include "child.h"
#include "contest.h"
#include "resident.h"
#include "sched/chan.h"
#include "util/clock.h"

#define TASKS 10000
#define BOUND (8 * 1024) /* bytes */

static void wait_on(void *chan)
{
	char c;
	chan_recv(chan, &c);
}

/* In a process of its own: nothing is left from before. */
static double measure_memory(int unused)
{
	(void)unused;
	malloc_trim(0);
	case_begin();
	double before = resident_bytes();
	struct chan *chan = chan_create(1, 0);
	for (int i = 0; i < TASKS; i++) {
		if (!task_create(&bench_group, "idle", wait_on, chan, 0, TASK_NORMAL))
			return NAN;
	}
	while (sched_run())
		;
	return (resident_bytes() - before) / TASKS;
}

static double memory_bytes(int unused)
{
	return in_child(measure_memory, unused);
}

static double allowed_bytes(int unused)
{
	(void)unused;
	return BOUND;
}

static void nothing(void *unused)
{
	(void)unused;
}

static double create_ns(int unused)
{
	(void)unused;
	uint64_t start = clock_now_ns();
	for (int i = 0; i < TASKS; i++) {
		if (!task_create(&bench_group, "short", nothing, NULL, 0, TASK_NORMAL))
			return NAN;
	}
	run_until_over(&bench_group);
	return (double)(clock_now_ns() - start) / TASKS;
}

void case_create(void)
{
	contest_run(&(struct contest){
		.name = "memory of an idle coroutine",
		.unit = "B",
		.ours = {.run = memory_bytes},
		.sides = {{.run = allowed_bytes, .name = "8 KiB", .bound = 1},
			{.peer = PEER_LIBC,
				.ask = "memory",
				.name = "pthread, without the kernel's part"},
			{.peer = PEER_GO, .ask = "memory"}},
		.repetitions = 3,
		.fresh = true,
	});
	case_begin();
	contest_run(&(struct contest){
		.name = "create and end, of 10000",
		.unit = "ns",
		.ours = {.run = create_ns},
		.sides = {{.peer = PEER_LIBC, .ask = "create", .name = "pthread"},
			{.peer = PEER_GO, .ask = "create"}},
		.repetitions = 9,
	});
	case_end();
}
