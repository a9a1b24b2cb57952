/* grow: an array that has become too small; failure is fatal. */
#ifndef OSAAS_SCHED_SIM_GROW_H
#define OSAAS_SCHED_SIM_GROW_H

#include <stddef.h>

void *grow(void *array, size_t n, size_t size);

#endif
