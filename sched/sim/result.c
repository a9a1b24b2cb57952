#include "sched/sim/result.h"

#include <stdlib.h>

#include "sched/sim/grow.h"

void samples_add(struct samples *samples, uint64_t ns)
{
	if (samples->n == samples->size) {
		samples->size = samples->size ? samples->size * 2 : 1024;
		samples->ns = grow(samples->ns, samples->size, sizeof *samples->ns);
	}
	samples->ns[samples->n++] = ns;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

void samples_sort(struct samples *samples)
{
	if (samples->n)
		qsort(samples->ns, samples->n, sizeof *samples->ns, compare);
}

uint64_t samples_percentile(const struct samples *samples, uint32_t ppm)
{
	if (samples->n == 0)
		return 0;
	size_t rank = (size_t)(((uint64_t)samples->n * ppm + 999999) / 1000000);
	return samples->ns[rank ? rank - 1 : 0];
}

void result_finish(struct result *result)
{
	for (int i = 0; i < TASK_CLASSES; i++)
		free(result->wake[i].ns);
	free(result->response.ns);
	free(result->plugins);
	*result = (struct result){0};
}
