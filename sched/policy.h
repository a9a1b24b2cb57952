/*
 * policy: who runs next. Pure: no clock (times come in), no globals, no
 * allocation, and chance comes from a seed. The session and the simulator run
 * this same code.
 *
 * Three classes; a task is in one at a time. NORMAL runs only while the others have
 * nothing ready.
 *
 * DEADLINE: earliest deadline first, for tasks woken under a reservation: budget
 * every period, done within deadline (constant bandwidth server, Abeni and
 * Buttazzo 1998). Admitted only while the sum of budget / min(deadline, period)
 * is at most POLICY_ADMIT_PPM. A task that has used the budget up goes on as
 * NORMAL until the next period: it cannot take another's. A deadline may be later than
 * admitted (reservation.later_ns): that asks for no more in any span of time.
 *
 * LATENCY: first come first served, for tasks that just received input, one
 * slice at most. As long as that is no more than a slice in every POLICY_INPUT_NS it
 * goes before a DEADLINE that is due later, as if under a reservation of its own (both
 * together are at most 95 % of the processor, so all are met); beyond that, after all of
 * them, and refused (the task is NORMAL) to a group more than POLICY_DEBT_NS ahead of its
 * fair share. What it costs a group beyond that debt is not charged to it.
 *
 * NORMAL: groups compete, not tasks; in its turn a group's tasks run first come
 * first served, but those whose time has come (policy_prompt) before the others. A lottery with tickets that grow while waiting: a group that
 * starts waiting at virtual time s draws a moment in [s, s + l), l being the run
 * it is expected to make divided by its weight, and the earliest moment wins. Of
 * clocks that ring at random the one with hazard h(i) rings first with probability
 * h(i) / sum h: so this is a lottery with tickets 1 / (s + l - v) at virtual time v:
 * few at first, and more than all others together when s + l comes near. s is the
 * start tag of start-time fair queueing (Goyal, Vin and Cheng 1996): time used up
 * to now divided by weight; who wakes is not behind those who run. So each group keeps
 * within a slice of its own of virtual time, however many tasks it has, and nobody
 * waits for ever; the bound is in sim/README.md.
 */
#ifndef OSAAS_SCHED_POLICY_H
#define OSAAS_SCHED_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/calendar.h"
#include "util/list.h"

enum task_class {
	TASK_DEADLINE, /* under a reservation, with budget left */
	TASK_LATENCY,  /* just received input */
	TASK_NORMAL,   /* the rest */
};
#define TASK_CLASSES        (TASK_NORMAL + 1)

#define POLICY_SLICE_NS     UINT64_C(1000000) /* longest run while others wait, by default */
#define POLICY_SLICE_MAX_NS UINT64_C(100000000)
#define POLICY_DEBT_NS      UINT64_C(10000000) /* of virtual time ahead: no latency class */
#define POLICY_ADMIT_PPM    750000
#define POLICY_INPUT_NS     UINT64_C(5000000) /* in each a slice, or 1/5, is LATENCY's */
#define POLICY_WEIGHT       1024              /* of a group, by default; */
#define POLICY_WEIGHT_MIN   64                /* a sixteenth */
#define POLICY_WEIGHT_MAX   16384

/* What is believed of a group before anything is measured: from static analysis. */
struct policy_prior {
	uint64_t run_ns; /* a run until it waits by itself; 0: not known */
	uint8_t cache; /* 0..255: what being switched away costs it; up to twice the slice */
};

struct policy_group {
	/* Owned by policy.c. */
	struct calendar_entry entry; /* key: the moment drawn */
	struct list tasks;           /* policy_task.link: ready, NORMAL */
	struct list *prompt;         /* the last of those that go first, or NULL */
	uint64_t start;              /* tag under which it waits or runs */
	uint64_t used;               /* finish tag: virtual time used up to now */
	uint64_t expect_ns; /* a run until it waits, as measured; at first the prior */
	uint64_t burst_ns;  /* of the run under way */
	unsigned weight;
	uint8_t cache;
	bool queued; /* in the calendar */
};

/*
 * A reservation: the right to run budget_ns in every period_ns, finished
 * deadline_ns after being woken. Embedded by its owner.
 */
struct reservation {
	uint64_t budget_ns, period_ns, deadline_ns;
	/*
	 * Absolute; the owner's, at any time: who is woken under it has until then, if that is
	 * later than deadline_ns from now. So those that are in a hurry go first.
	 */
	uint64_t later_ns;
	/* Owned by policy.c. */
	struct list tasks; /* policy_task.res_link: woken under it */
	struct list link;  /* policy.spent */
	int64_t left_ns;
	uint64_t due_ns;  /* absolute */
	uint64_t next_ns; /* when the budget is whole again */
	uint64_t used_ns; /* ran under it, since ever */
	uint64_t spent;   /* how often the budget was used up before the work was done */
	uint32_t ppm;     /* of the processor; 0: not admitted */
	uint32_t ask_ppm; /* ppm falls to it when it is whole next; see policy_adjust */
};

struct policy_task {
	struct policy_group *group;
	enum task_class base; /* when nothing else is said; never DEADLINE */
	enum task_class cls;  /* what it is ready, or runs, as */
	/* Owned by policy.c. */
	struct reservation *res;
	struct list res_link;
	struct list link;  /* a queue while it is ready */
	uint64_t slice_ns; /* LATENCY: what is left of it */
	uint64_t
		due_ns; /* LATENCY: as if it had a reservation; UINT64_MAX: after all those */
	bool ready;
};

struct policy {
	struct calendar calendar; /* groups with NORMAL tasks ready */
	struct list deadline;     /* policy_task.link, by due_ns */
	struct list latency;      /* policy_task.link */
	struct reservation input; /* a slice in each POLICY_INPUT_NS, of class LATENCY */
	struct list spent;        /* reservation.link, by next_ns: to be made whole */
	size_t n_ready;           /* tasks in all queues */
	uint64_t virtual_ns;      /* start tag of the last normal turn */
	uint64_t slice_ns;
	uint64_t random;
	uint32_t admitted_ppm;
	struct {
		struct policy_group *group; /* NULL: nobody runs */
		struct reservation *res;    /* DEADLINE */
		enum task_class cls;
		bool alone; /* when it began nobody else was ready */
	} turn;
};

/* slice_ns: at most POLICY_SLICE_MAX_NS; 0: POLICY_SLICE_NS. */
void policy_init(struct policy *policy, uint64_t seed, uint64_t slice_ns);
void policy_seed(struct policy *policy, uint64_t seed); /* chance begins anew */

/* weight is clamped; prior NULL: nothing is known. */
void policy_group_init(
	struct policy_group *group, unsigned weight, const struct policy_prior *prior);
/* policy_group_leave: the group has no ready task any more and goes. */
void policy_group_leave(struct policy *policy, struct policy_group *group);

void policy_task_init(
	struct policy_task *task, struct policy_group *group, enum task_class base);
/* policy_task_leave: the task ends; ready or not, but not running. */
void policy_task_leave(struct policy *policy, struct policy_task *task);

/*
 * policy_ready: the task, which does not run and is not ready, wants to. As cls,
 * if it is entitled to; look at task->cls. DEADLINE without an admitted reservation is
 * LATENCY. res is the reservation it is woken
 * under, for TASK_DEADLINE, or NULL.
 */
void policy_ready(struct policy *policy, struct policy_task *task, enum task_class cls,
	struct reservation *res, uint64_t now_ns);

/*
 * policy_prompt: the task, which was just made ready, waited for a time, and that has
 * come: within its group it goes before those that did not. Harmless in other classes.
 */
void policy_prompt(struct policy_task *task);

/*
 * policy_pick takes the task out that runs next; NULL: none is ready. It is the
 * caller's until policy_ran; slice_ns is how long it may run while others wait.
 */
struct policy_task *policy_pick(
	struct policy *policy, uint64_t now_ns, uint64_t *slice_ns);

/* policy_pick_reserved: the same of class DEADLINE only. */
struct policy_task *policy_pick_reserved(
	struct policy *policy, uint64_t now_ns, uint64_t *slice_ns);

/*
 * policy_join is policy_ready for the usual case, in a few instructions: a NORMAL task
 * becomes ready while its own group has a NORMAL turn. false: it is another case.
 */
bool policy_join(struct policy *policy, struct policy_task *task);

/*
 * policy_again takes the next task of the group whose turn it is, of the same turn:
 * nothing is charged in between. NULL: none, or somebody in a class before it wants
 * to run.
 */
struct policy_task *policy_again(struct policy *policy, struct policy_group *group);

/*
 * policy_ran ends the turn that policy_pick began, after ran_ns. cut is the task that
 * ran if it wants to go on but was interrupted: it is ready again, in the class it is
 * still entitled to. NULL: it waits, ended, or yielded (then it was made ready before).
 */
void policy_ran(struct policy *policy, uint64_t ran_ns, struct policy_task *cut);

/* Whether a ready task should run at once although `running` has not finished. */
bool policy_beats(const struct policy_task *ready, const struct policy_task *running);

/* When a spent reservation is whole again; UINT64_MAX: none. Pick looks; a timer may help. */
uint64_t policy_next_ns(const struct policy *policy);

/*
 * policy_reserve admits res (its first three fields are the request, the rest zero or
 * as policy_release left it; period_ns 0: no more often than deadline_ns; a deadline
 * after the period is brought forward to it). 0; -EINVAL: it makes no sense; -EBUSY: the
 * processor is promised to others. why says it in words.
 */
int policy_reserve(struct policy *policy, struct reservation *res, const char **why);
/*
 * policy_adjust: another budget and period, which is the deadline, too, from when it is whole
 * next. What others may have of it is theirs only from then on: until its present period is over
 * it still counts as it was. 0, or as policy_reserve: then nothing has changed.
 */
int policy_adjust(struct policy *policy, struct reservation *res, uint64_t budget_ns,
	uint64_t period_ns, uint64_t now_ns, const char **why);
/*
 * policy_release gives it back; tasks ready or running under it go on as NORMAL, at once:
 * input that waited for the one that runs may beat it now. Harmless when not admitted.
 */
void policy_release(struct policy *policy, struct reservation *res);

#endif
