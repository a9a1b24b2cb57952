/*
 * sched: coroutines, groups, and who runs next. Knows no plugin: a group is
 * whatever is accounted for and preempted as one.
 *
 * The loop calls sched_run between its polls. Tasks run on their own stacks on
 * the same thread until they wait, yield, end, or are preempted. Each task has its own
 * floating-point control words (rounding), if its group says that it uses them; the
 * exception flags are nobody's.
 *
 * YIELDING: task_yield, task_sleep_until, task_exit, sched_host_leave and the
 * calls of chan.h that say so. Nothing else does.
 */
#ifndef OSAAS_SCHED_SCHED_H
#define OSAAS_SCHED_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/fault.h"
#include "sched/policy.h"
#include "util/list.h"

struct group;
struct task;

enum task_state {
	TASK_READY,   /* waits for the processor */
	TASK_RUNNING, /* the one */
	TASK_WAITING, /* for a channel or a time */
	TASK_DEAD,    /* ended; its stack goes back at the next turn */
};

/*
 * A group: a plugin's tasks. Embedded by its owner. Its tasks are preempted
 * only while the PC is in [text_lo, text_hi) and no host call is in progress.
 * A task of a group with text that leaves its stack, makes a host call with too little
 * of it, or faults in its own code ends: fault says how, and the owner ends the
 * rest. Within a host call a fault is ours: a crash, but in fault_copy.
 */
struct group {
	const char *name;           /* borrowed */
	uintptr_t text_lo, text_hi; /* 0, 0: never preempted */
	struct list tasks;          /* task.group_link */
	size_t n_tasks;
	size_t n_stuck;       /* of them, wait for each other only: see chan_set_home */
	uint64_t run_ns;      /* time its tasks had the processor */
	uint64_t began_ns;    /* of its first turn since somebody made this 0 */
	uint64_t preemptions; /* slices that ended by force */
	bool fp_control; /* its code may change floating-point control words (at first) */
	bool frozen;     /* see group_freeze */
	const struct task *unfrozen; /* goes on all the same, or NULL */
	struct group_fault fault;    /* of the first task that could not go on */
	struct policy_group policy;
};

void group_init(struct group *group, const char *name);
static inline bool group_has_text(const struct group *group, uintptr_t pc)
{
	return pc >= group->text_lo && pc < group->text_hi;
}
/*
 * group_set_share: how much of the processor (POLICY_WEIGHT is the usual), and what
 * static analysis believes (prior; NULL: nothing). Before its first task.
 */
void group_set_share(
	struct group *group, unsigned weight, const struct policy_prior *prior);
/* group_kill ends every task of the group, the running one excepted (-EBUSY if that is in it). */
int group_kill(struct group *group);
/*
 * group_freeze: none of its tasks but except (NULL: none) runs until group_thaw. Who is
 * woken meanwhile is ready then, in the order they were made. From the loop, from
 * another group's task, or from except itself. Twice: the last counts.
 */
void group_freeze(struct group *group, const struct task *except);
void group_thaw(struct group *group); /* harmless when it is not frozen */

int sched_init(void); /* signals, timer, alternate stack. 0 or -errno, logged. */
void sched_finish(void);

/* sched_seed: chance begins here; the same seed and the same events give the same order. */
void sched_seed(uint64_t seed);

/*
 * sched_reserve admits a reservation (its first three fields; policy.h has the rules),
 * to be used by chan_set_reservation. 0, -EINVAL or -EBUSY; why says it in words.
 */
int sched_reserve(struct reservation *res, const char **why);
/* sched_adjust: see policy_adjust. */
int sched_adjust(struct reservation *res, uint64_t budget_ns, uint64_t period_ns,
	const char **why);
void sched_release(struct reservation *res);

/*
 * task_create makes fn(arg) ready to run. stack is in bytes, 0 for 256 KiB, and
 * has a guard below it. The name is copied (31 bytes). NULL: no memory.
 */
struct task *task_create(struct group *group, const char *name, void (*fn)(void *arg),
	void *arg, size_t stack, enum task_class cls);
/* task_kill ends a task that is not running: it is taken out of whatever it waits for. */
void task_kill(struct task *task);
struct task *task_self(void); /* NULL on the loop's own stack */
struct group *task_group(const struct task *task);
void *task_arg(const struct task *task); /* what fn was given */
/* The bounds of its stack: [lo, hi). */
void task_stack(const struct task *task, uintptr_t *lo, uintptr_t *hi);
/*
 * What of it is in use, [lo, hi): for a task that does not run with every register it
 * has; for the caller without those.
 */
void task_stack_used(const struct task *task, uintptr_t *lo, uintptr_t *hi);

/*
 * task_yield goes behind the ready tasks of its group, which keeps its turn till
 * somebody in a better class is ready or its slice is over; if there is none, behind the
 * other groups.
 */
void task_yield(void);
void task_sleep_until(
	uint64_t ns); /* not before; a time in the past: as soon as the loop ran */
_Noreturn void task_exit(void);

/*
 * sched_run runs ready tasks until none is ready, or until something outside
 * wants the loop: a signal hint came, or a turn or somebody's sleep ended by the
 * timer. Returns whether tasks are still ready (then poll without waiting and come
 * back).
 */
bool sched_run(void);

/*
 * sched_run_reserved runs those only that are ready under a reservation, each within its budget,
 * whatever wants the loop, until by_ns, for a slice at most: for who is in the middle of something
 * long on the loop's own stack. A journal records no such runs: with one it does nothing.
 */
void sched_run_reserved(uint64_t by_ns);

/*
 * sched_poll_every: how long a task may keep the processor although nobody else
 * wants it, because the loop has descriptors that preempt_watch refused. Nanoseconds;
 * POLICY_SLICE_NS at first; UINT64_MAX when all are watched: then a task that is
 * alone has no timer.
 */
void sched_poll_every(uint64_t ns);

/*
 * sched_loop_by: the loop wants the processor by then, whoever runs; UINT64_MAX, as at first:
 * it does not. Said before each sched_run to which it matters; tasks get some 30 us all the same.
 */
void sched_loop_by(uint64_t ns);

/*
 * sched_on_ordinary: begins is called before each turn of a task without a reservation, on
 * whatever stack; it must be quick, and yields not. NULL, as at first: nobody.
 */
void sched_on_ordinary(void (*begins)(void *data, uint64_t now_ns), void *data);

/* sched_now_ns is the time as tasks are to see it: of the journal, when one is replayed. */
uint64_t sched_now_ns(void);

/* Whether a task is ready: woken since sched_run, perhaps, by the loop itself. */
bool sched_ready(void);

/* When the first sleeping task wants to wake; UINT64_MAX: none. For the poll's timeout. */
uint64_t sched_next_wake_ns(void);

/*
 * Host calls. Code of ours that runs on a task's stack on behalf of a plugin
 * stands between enter and leave: no preemption in between; one that was due is
 * taken in leave, which YIELDS then and keeps errno. With less than 16 KiB of stack
 * left enter does not return: the task ends by FAULT_STACK.
 */
void sched_host_enter(void);
void sched_host_leave(void);

/*
 * preempt_watch makes readiness of fd interrupt a running task at once
 * (O_ASYNC, signal to this thread). 0, or -ENOTSUP where the descriptor does
 * not support it: then the timer is the bound. The hint says nothing of which
 * fd: poll all.
 */
int preempt_watch(int fd);

/* The task table: what each task is and does, in the order they were made. */
struct task_info {
	const char *group, *name; /* valid during the call */
	enum task_state state;
	enum task_class cls;
	const char *waits; /* "receive", "send", "alt", "time", "nothing"; "thaw": it is
			  ready and its group frozen; "-": it does not wait */
	uint64_t run_ns;
	uint64_t preemptions;
	size_t stack; /* bytes */
};
void sched_each_task(void (*each)(void *data, const struct task_info *info), void *data);
void group_each_task(const struct group *group,
	void (*each)(void *data, const struct task_info *info), void *data);
const char *task_state_name(enum task_state state);
const char *task_class_name(enum task_class cls);

struct sched_stats {
	uint64_t switches;    /* from task to task, or from the loop to one */
	uint64_t turns;       /* times the policy picked */
	uint64_t preemptions; /* by the handler, in plugin text */
	uint64_t deferrals;   /* taken in sched_host_leave */
	uint64_t hints;       /* readiness signals */
	uint64_t ticks;       /* timer expiries */
};
struct sched_stats sched_get_stats(void);

#endif
