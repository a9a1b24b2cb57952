/* fence_time: when drawing was done, of a sync file that was given to the kernel. */
#ifndef OSAAS_SESSION_FENCE_TIME_H
#define OSAAS_SESSION_FENCE_TIME_H

#include <stdint.h>

/* fence_time: CLOCK_MONOTONIC; 0: not yet, or nobody knows. */
uint64_t fence_time(int fence);

#endif
