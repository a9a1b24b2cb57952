/*
 * boost: real-time priority for the loop while there is sound, and for that alone.
 *
 * A plugin that computes for ever keeps this thread busy, so Linux takes its time for others as
 * from any busy thread: where its tick is 4 ms, it is away for so long for each of them, and a card
 * with 5 ms left runs dry. A thread that waits for the processor cannot raise itself. So:
 *
 *	what sound wants is done at SCHED_RR, priority 1, and so are tasks with a reservation;
 *	before any other task's turn, and before painting, it goes down to SCHED_OTHER, and a timer
 *	is set for when sound wants the loop again;
 *	a process (helper_boost) waits for that timer at a higher priority, and raises the loop.
 *
 * So no plugin but those that are promised it runs at a priority above other programs', and
 * Linux's own limit for real-time threads (sched(7): 95 % of a second) is far away. Who may not
 * have the priority (RLIMIT_RTPRIO, or CAP_SYS_NICE) goes without, as before the first sound.
 */
#ifndef OSAAS_SESSION_BOOST_H
#define OSAAS_SESSION_BOOST_H

#include <stdbool.h>
#include <stdint.h>

struct boost;
struct loop;

#define BOOST_PRIORITY 1 /* of the loop; whoever raises it has the next */

/* All of these take NULL: then nothing is raised. */

/* boost_create costs nothing until there may be sound. loop: borrowed, for the helper's end. */
struct boost *boost_create(struct loop *loop);
void boost_destroy(struct boost *boost); /* the thread is an ordinary one then */

/*
 * boost_prepare: there may be sound soon. It starts a process the first time, for which the thread
 * waits some milliseconds: so before a device plays. Without it, the others do nothing.
 */
void boost_prepare(struct boost *boost);
/* boost_by: sound wants the loop at ns (CLOCK_MONOTONIC); UINT64_MAX: there is none. */
void boost_by(struct boost *boost, uint64_t ns);
/* boost_lower: something else comes, for a while. now_ns: what time it is. */
void boost_lower(struct boost *boost, uint64_t now_ns);
/* boost_rest: it sleeps now, and is to wake up raised. */
void boost_rest(struct boost *boost);

/* boost_allowed: may this process have the priority? 0 or -errno. Changes nothing. */
int boost_allowed(void);

#endif
