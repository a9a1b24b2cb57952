/*
 * storm: interrupts this thread at random, 20 to 200 us apart, by a timer of
 * its own that sends the hint's signal; and by a child process that writes into
 * a watched pipe, so that readiness of a descriptor falls in between.
 */
#ifndef TESTS_STRESS_STORM_H
#define TESTS_STRESS_STORM_H

#include <stdbool.h>
#include <stdint.h>

int storm_start(void); /* after sched_init. 0 or -errno. */
void storm_stop(void);
/* storm_arm sets the next interruption; before every sched_run. */
void storm_arm(void);
/* storm_drain empties the pipe; waits for it when asked to, at most until the time. */
void storm_drain(bool wait, uint64_t until_ns);

#endif
