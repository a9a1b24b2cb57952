/* The room's data model; for sched/ only. */
#ifndef OSAAS_SCHED_PRIVATE_H
#define OSAAS_SCHED_PRIVATE_H

#include <signal.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "sched/stack.h"

#define TASK_CLASSES (TASK_NORMAL + 1)

struct task {
	char name[32];
	struct group *group;
	enum task_state state;
	enum task_class base;   /* what it is when nothing else is said */
	enum task_class cls;    /* the queue it is in, or was woken into */
	struct list link;       /* sched.ready[cls] or sched.dead */
	struct list group_link; /* group.tasks */
	struct list all_link;   /* sched.all */

	void (*fn)(void *arg);
	void *arg;
	struct stack stack;
	void *sp;   /* where it goes on; valid unless running */
	void *asan; /* fake stack of AddressSanitizer */
	int saved_errno;
	volatile sig_atomic_t in_host; /* between sched_host_enter and leave */

	/* Waiting: the operations of one alt, and perhaps a time. */
	struct alt *alts;
	size_t n_alts;
	int fired; /* index that was done by somebody else; -EAGAIN: the time came */
	unsigned alt_turn; /* where the next alt starts looking */
	uint64_t wake_ns;  /* UINT64_MAX: no time */
	size_t heap_index; /* in the sleepers; SLEEP_NONE: not there */

	uint64_t run_ns;
	uint64_t preemptions;
};

#define SLEEP_NONE ((size_t)-1)

/* sleep.c: a heap of tasks by wake_ns, grown by sleep_reserve so that adding never allocates. */
int sleep_reserve(size_t n_tasks);
void sleep_add(struct task *task);
void sleep_remove(struct task *task); /* harmless when it is not there */
struct task *sleep_first(void);
void sleep_free(void);

/* sched.c */
void sched_wake(struct task *task, enum task_class cls);
/* sched_wait gives the processor away until sched_wake or task->wake_ns; YIELDS. */
void sched_wait(struct task *task);

/* preempt.c. pending: the loop is wanted; set by the handler. */
extern volatile sig_atomic_t preempt_pending;
int preempt_init(void);
void preempt_finish(void);
/* Make the timer expire at ns, if it is not armed for earlier; disarm it. */
void preempt_arm(uint64_t ns);
void preempt_disarm(void);
/* For the handler: the running task, set before it runs and cleared after. */
void preempt_set_current(struct task *task, uint64_t slice_start_ns);
struct preempt_counts {
	volatile sig_atomic_t diverted; /* in plugin text */
	volatile sig_atomic_t deferred; /* not safe just then */
	volatile sig_atomic_t hints;
	volatile sig_atomic_t ticks;
};
extern struct preempt_counts preempt_counts;

/* sched.c: where the handler sends a task whose stack is spent. Does not return. */
void sched_overflow(void);

#endif
