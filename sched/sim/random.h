/*
 * random: numbers for workloads. Integers only, so that a run is the same with
 * every compiler and C library.
 */
#ifndef OSAAS_SCHED_SIM_RANDOM_H
#define OSAAS_SCHED_SIM_RANDOM_H

#include <stdint.h>

/* A stream of its own for each task and source: what one draws changes nothing for another. */
struct random {
	uint64_t state;
};

struct random random_stream(uint64_t seed, uint64_t number);
uint64_t random_next(struct random *random); /* splitmix64, Steele et al. 2014 */
/* Uniform in [0, n); n is 1 or more. */
uint64_t random_below(struct random *random, uint64_t n);

enum dist_kind {
	DIST_FIXED,   /* a */
	DIST_UNIFORM, /* a to b */
	DIST_EXP,     /* mean a; at most 23 times that */
	DIST_PARETO,  /* shape 1.5, at least a, cut at b: many short, few very long */
	DIST_FOREVER,
};

struct dist {
	enum dist_kind kind;
	uint64_t a, b; /* ns, at most one hour */
};

uint64_t random_draw(struct random *random, const struct dist *dist);
uint64_t dist_max(const struct dist *dist); /* UINT64_MAX: for ever */

/* log2 of x (1 or more) in 65536ths, rounded down. For the axes of plots as well. */
uint32_t log2_q16(uint64_t x);

#endif
