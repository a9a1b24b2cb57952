#include "progress.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define COUNTERS 64

static struct {
	const char *name;
	volatile uint64_t now;
	uint64_t seen;
} counters[COUNTERS];
static size_t n_counters;

volatile uint64_t *progress_add(const char *name)
{
	assert(n_counters < COUNTERS);
	counters[n_counters].name = name;
	counters[n_counters].now = counters[n_counters].seen = 0;
	return &counters[n_counters++].now;
}

void progress_reset(void)
{
	n_counters = 0;
}

const char *progress_stuck(void)
{
	const char *stuck = NULL;
	for (size_t i = 0; i < n_counters; i++) {
		if (counters[i].now == counters[i].seen)
			stuck = counters[i].name;
		counters[i].seen = counters[i].now;
	}
	return stuck;
}

void progress_print(void)
{
	printf("#");
	for (size_t i = 0; i < n_counters; i++)
		printf(" %s %" PRIu64, counters[i].name, counters[i].now);
	printf("\n");
}
