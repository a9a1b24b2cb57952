/*
 * chan: CSP channels between coroutines, and between coroutines and the loop.
 *
 * A channel carries elements of one size, by copy, in one direction in order.
 * Depth 0 is a rendezvous. The loop (which is no coroutine) uses the try calls
 * and a hook that tells it when there is something to do.
 *
 * No call allocates, but chan_create. Calls that may yield say so.
 */
#ifndef OSAAS_SCHED_CHAN_H
#define OSAAS_SCHED_CHAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/sched.h"

struct chan;

/*
 * chan_create: elsize bytes (1..256), depth elements. NULL when out of memory, which is
 * the only limit to how many there are: about 130 bytes each and its elements; no call's
 * time depends on their number.
 */
struct chan *chan_create(size_t elsize, size_t depth);

/*
 * chan_destroy frees a channel in which nobody waits. Elements still in it are
 * given to drop first (NULL: forgotten), so that what they own can be freed.
 */
void chan_destroy(struct chan *c, void (*drop)(void *data, void *el), void *data);

/*
 * chan_close: no send works any more (-EPIPE); receives get what is left, then
 * -EPIPE. Whoever waits is woken. Twice is harmless.
 */
void chan_close(struct chan *c);

/*
 * 0, -EPIPE, or -EDEADLK (see chan_set_home). YIELD while there is no room / nothing to
 * receive, for ever if need be: the task table shows it, and task_kill ends it.
 * Coroutines only.
 */
int chan_send(struct chan *c, const void *el);
int chan_recv(struct chan *c, void *el);

/* 0, -EAGAIN, or -EPIPE. Never yield. From anywhere. */
int chan_try_send(struct chan *c, const void *el);
int chan_try_recv(struct chan *c, void *el);

/* Elements in the buffer plus senders that wait: what chan_try_recv could get now. */
size_t chan_pending(const struct chan *c);

/*
 * The hook runs whenever something can be received that could not before, or
 * the channel was closed. It must only take a note: no channel call, no yield.
 */
void chan_set_hook(struct chan *c, void (*hook)(void *data), void *data);

/*
 * chan_set_wake_class: who is woken by this channel becomes ready in that class
 * (TASK_NORMAL at first), whatever its own; until its slice ends. Whom a task wakes
 * inherits that task's class, and reservation, if it is better: so who works for
 * something urgent is urgent.
 */
void chan_set_wake_class(struct chan *c, enum task_class cls);
/* ... as TASK_DEADLINE, under an admitted reservation (borrowed; NULL: no more). */
void chan_set_reservation(struct chan *c, struct reservation *res);

/*
 * chan_set_home: both ends of the channel are held by this group, and by nobody else;
 * NULL (as at first): not so, or no more. It counts at once, for those who wait too.
 * When every task of a group waits without a deadline for such channels only, none can
 * ever go on: the call of the last gives -EDEADLK instead of waiting. If it is not by
 * waiting for a channel that the last one stopped being of help (it ended, waits for
 * nothing, or brought an end home), the one of the others that was made first gets it.
 */
void chan_set_home(struct chan *c, const struct group *group);

/*
 * chan_alt waits for the first of n operations that can be done, does it, and
 * returns its index; result is 0 or -EPIPE. Ties go round robin by a counter of
 * the caller's task, so a run can be replayed. -EAGAIN at deadline_ns; 0 means
 * do not wait (then it does not yield), UINT64_MAX for ever (then -EDEADLK: see
 * chan_set_home). Operations are the caller's, valid until return; n may be 0: a sleep,
 * or with UINT64_MAX nothing ever again until somebody kills the task.
 */
enum chan_op {
	CHAN_SEND = 1,
	CHAN_RECV = 2,
};
struct alt {
	struct chan *chan;
	enum chan_op op;
	void *el;   /* of the channel's elsize; send: read, receive: written */
	int result; /* set at the moment the element moves, before the task runs again */
	/* Owned by chan.c while waiting. */
	struct task *task;
	struct alt *next, *prev;
	bool queued;
};
int chan_alt(struct alt *alts, size_t n, uint64_t deadline_ns);

/* chan_abandon takes a task that will never run again out of what it waits for. For task_kill. */
void chan_abandon(struct task *task);

#endif
