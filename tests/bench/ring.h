/* ring: bare switch_to around a ring of stacks; what a scheduler cannot go below. */
#ifndef TESTS_BENCH_RING_H
#define TESTS_BENCH_RING_H

#define RING_MAX 3

/* Nanoseconds of one switch in a ring of 2 or 3 stacks, the caller's included. */
double ring_ns(int stacks);
/* Nanoseconds of three switches, in a ring of 3. */
double ring_three_ns(int unused);

#endif
