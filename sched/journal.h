/*
 * journal: what the outside decided, so that a run can be had again. With the seed
 * (sched_seed), the same tasks, and the loop doing the same things, the same order of
 * dispatches comes out.
 *
 * Recorded are: the times that the scheduler and its tasks read (sched_now_ns), when
 * the loop was wanted, where tasks were cut, who was dispatched, and the loop's own
 * events (journal_event), all in order. Where in its own code a task is cut makes no
 * difference to anybody else: replayed, it is cut as often, on its next host call or
 * where it happens to be. So tasks must not share memory that they change between host
 * calls, and those that can be cut do everything else by host calls.
 *
 * Both runs begin right after sched_init: how much each group has used is not recorded.
 * Nor is the end of a task that leaves its stack, or traps: a replay may diverge there.
 *
 * A replay that went another way unseen may come to a task that goes on for ever without
 * what is recorded next. That is noticed in the task's own code: at once where the look is
 * over that it belongs to, else after a second of the processor's time and ten times what
 * passed when it was recorded (with a frozen clock nothing passes: after a second).
 */
#ifndef OSAAS_SCHED_JOURNAL_H
#define OSAAS_SCHED_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* entries is the caller's, room for capacity; a recording of n can be replayed. */
struct journal {
	uint64_t *entries;
	size_t capacity, n;
	size_t at;     /* replay: the next one */
	bool full;     /* recording ended early: no room */
	bool diverged; /* replaying ended early, at `at`: something else happened */
};

/*
 * From now until journal_stop; one at a time. The journal is borrowed. Where recording
 * or replaying ends early the run goes on without; journal_stop logs why.
 */
void journal_record(struct journal *journal);
void journal_replay(struct journal *journal);
void journal_stop(void);

/*
 * journal_event notes what the loop is about to do, before the next sched_run (what:
 * below 2^56, the caller's). journal_next_event gives it back at the same point of the
 * replay; false: nothing more happens here.
 */
void journal_event(uint64_t what);
bool journal_next_event(uint64_t *what);

#endif
