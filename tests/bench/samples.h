/*
 * samples: latencies, without those in which this thread had to wait for the CPU because
 * another process had it: on a machine with other work they would be the tail, of both
 * sides. How many were left out is printed.
 */
#ifndef TESTS_BENCH_SAMPLES_H
#define TESTS_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	double *values;
	size_t n, max, left_out;
	uint64_t waited_ns;    /* this thread was ready and did not run, so far */
	uint64_t disturbed_ns; /* when the last one was noticed */
};

/* Ends the program when there is no memory. */
void samples_init(struct samples *s, size_t max);
void samples_finish(struct samples *s);

/* samples_begin forgets what was before; samples_add takes what took from one time to another. */
void samples_begin(struct samples *s);
void samples_add(struct samples *s, uint64_t from_ns, uint64_t to_ns);

/* Lines for p50, p99 and p99.9. bound_of: of the ratio at p99, for the peer's p99 in ns. */
void samples_print(const char *name, struct samples *ours, struct samples *peer,
	const char *peer_name, double (*bound_of)(double peer_ns));

#endif
