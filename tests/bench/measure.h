/* measure: what samples come to, the JSON lines, and a quiet place to measure in. */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The p-th quantile (0 to 1) of n values, which it sorts; NAN of none, or if one is NAN. */
double quantile(double *values, size_t n, double p);
static inline double median(double *values, size_t n)
{
	return quantile(values, n, 0.5);
}

/* In each line. */
extern const char *bench_name;

/* One line of output. NAN: not measured, or no bound; printed as null, or left out. */
struct result {
	const char *name, *unit;
	const char *detail; /* put after the name, ", p99"; NULL: nothing */
	double ours, peer;
	const char *peer_name;
	double bound;     /* what ours / peer should be at most */
	const char *note; /* NULL: none */
};
void print_result(const struct result *r);

/*
 * settle pins this process to the first CPU it may run on and asks for a high priority;
 * what is refused is said on stderr. It goes on in a child. other_cpu is another one, or the same if
 * there is but one; pin_to moves the caller there.
 */
void settle(void);
int other_cpu(void);
void pin_to(int cpu);

/* A number from 0 to below, the same sequence in every run. */
uint64_t random_below(uint64_t below);

#endif
