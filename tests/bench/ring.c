#include "ring.h"

#include "sched/switch.h"
#include "util/clock.h"

#define ROUNDS     1000000
#define STACK_SIZE 16384

static void *saved[RING_MAX];
static _Alignas(64) unsigned char stacks_of_ring[RING_MAX][STACK_SIZE];
static int size;

/* Each has its place and the next one's as constants, as a real switch has. */
static void second(void *arg)
{
	(void)arg;
	if (size == 2) {
		for (;;)
			switch_to(&saved[1], saved[0]);
	}
	for (;;)
		switch_to(&saved[1], saved[2]);
}

static void third(void *arg)
{
	(void)arg;
	for (;;)
		switch_to(&saved[2], saved[0]);
}

double ring_ns(int stacks)
{
	size = stacks;
	saved[1] = switch_make(stacks_of_ring[1] + STACK_SIZE, second, NULL);
	saved[2] = switch_make(stacks_of_ring[2] + STACK_SIZE, third, NULL);
	uint64_t start = clock_now_ns();
	for (int i = 0; i < ROUNDS; i++)
		switch_to(&saved[0], saved[1]);
	return (double)(clock_now_ns() - start) / ((double)ROUNDS * stacks);
}

double ring_three_ns(int unused)
{
	(void)unused;
	return 3 * ring_ns(3);
}
