/* ring: bare switches around a ring of stacks; what a scheduler cannot go below. */
#ifndef TESTS_BENCH_RING_H
#define TESTS_BENCH_RING_H

#define RING_MAX 3

/* Nanoseconds of one switch_to, or switch_quick, in a ring of 2 or 3 stacks, the caller's included. */
double ring_ns(int stacks);
double ring_quick_ns(int stacks);
/* Nanoseconds of three of them, in a ring of 3. */
double ring_three_ns(int ignored);
double ring_three_quick_ns(int ignored);

#endif
