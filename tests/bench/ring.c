#include "ring.h"

#include "sched/switch.h"
#include "util/clock.h"

#define ROUNDS     1000000
#define STACK_SIZE 16384

static void *saved[RING_MAX];
static const int unused;
static _Alignas(64) unsigned char stacks_of_ring[RING_MAX][STACK_SIZE];
static int size;

static bool quick;

static void step(void **save, void *to)
{
	if (quick)
		switch_quick(save, to, &unused);
	else
		switch_to(save, to, &unused);
}

/* Each has its place and the next one's as constants, as a real switch has. */
static void second(void *arg)
{
	(void)arg;
	if (size == 2) {
		for (;;)
			step(&saved[1], saved[0]);
	}
	for (;;)
		step(&saved[1], saved[2]);
}

static void third(void *arg)
{
	(void)arg;
	for (;;)
		step(&saved[2], saved[0]);
}

static double round_ns(int stacks)
{
	size = stacks;
	saved[1] = switch_make(stacks_of_ring[1] + STACK_SIZE, second, NULL);
	saved[2] = switch_make(stacks_of_ring[2] + STACK_SIZE, third, NULL);
	uint64_t start = clock_now_ns();
	for (int i = 0; i < ROUNDS; i++)
		step(&saved[0], saved[1]);
	return (double)(clock_now_ns() - start) / ((double)ROUNDS * stacks);
}

double ring_ns(int stacks)
{
	quick = false;
	return round_ns(stacks);
}

double ring_quick_ns(int stacks)
{
	quick = true;
	return round_ns(stacks);
}

double ring_three_ns(int ignored)
{
	(void)ignored;
	return 3 * ring_ns(3);
}

double ring_three_quick_ns(int ignored)
{
	(void)ignored;
	return 3 * ring_quick_ns(3);
}
