/*
 * journal: what the outside decided, so that a run can be had again. With the seed
 * (sched_seed), the same tasks, and the loop doing the same things, the same order of
 * dispatches comes out.
 *
 * Recorded are: the times that the scheduler and its tasks read (sched_now_ns), when
 * the loop was wanted, where tasks were cut, who was dispatched, and the loop's own
 * events (journal_event), all in order. Where in its own code a task is cut makes no
 * difference to anybody else: replayed, it is cut on its next host call, as often. So
 * tasks must not share memory that they change between host calls.
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

/* From now until journal_stop; one at a time. The journal is borrowed. */
void journal_record(struct journal *journal);
void journal_replay(struct journal *journal);
void journal_stop(void);

/*
 * journal_event notes what the loop does before the next sched_run (what: below 2^56,
 * the caller's). journal_next_event gives it back at the same point of the replay;
 * false: nothing more happens here.
 */
void journal_event(uint64_t what);
bool journal_next_event(uint64_t *what);

#endif
