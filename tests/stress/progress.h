/* progress: counters that must grow, or something hangs. */
#ifndef TESTS_STRESS_PROGRESS_H
#define TESTS_STRESS_PROGRESS_H

#include <stdint.h>

/* progress_add: a counter at 0, to be increased by its owner. The name is borrowed. */
volatile uint64_t *progress_add(const char *name);
void progress_reset(void); /* there are none */
/* The name of one that has not grown since the last call or its birth; NULL: all did. */
const char *progress_stuck(void);
/* progress_print writes names and counts as a line of TAP comment. */
void progress_print(void);

#endif
