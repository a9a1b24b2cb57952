#include "sched/sim/grow.h"

#include <stdlib.h>

#include "util/log.h"

void *grow(void *array, size_t n, size_t size)
{
	void *bigger = reallocarray(array, n, size);
	if (!bigger) {
		log_error("out of memory: %zu times %zu bytes", n, size);
		abort();
	}
	return bigger;
}
