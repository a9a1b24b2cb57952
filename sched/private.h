/* The room's data model; for sched/ only. */
#ifndef OSAAS_SCHED_PRIVATE_H
#define OSAAS_SCHED_PRIVATE_H

#include <signal.h>
#include <ucontext.h>

#include "sched/chan.h"
#include "sched/journal.h"
#include "sched/sched.h"
#include "sched/stack.h"

struct task {
	struct policy_task policy;
	struct group *group;
	void *sp;  /* where it goes on; valid unless running */
	int fired; /* what its wait gives: see chan_alt; of `one` the result itself */
	enum task_state state;
	volatile sig_atomic_t in_host; /* between sched_host_enter and leave */
	bool stuck; /* waits for its own group only: counted in group.n_stuck */
	bool held;  /* ready, but its group is frozen: the policy knows nothing of it */
	unsigned alt_turn; /* where the next alt starts looking */

	/* Waiting: the operations of one alt, and perhaps a time. */
	struct alt *alts;
	size_t n_alts;
	struct alt one;    /* of a plain send or receive */
	uint64_t wake_ns;  /* UINT64_MAX: no time */
	size_t heap_index; /* in the sleepers; SLEEP_NONE: not there */

	uint64_t run_ns;
	uint64_t preemptions;
	uint64_t serial; /* in the order they were made */

	void (*fn)(void *arg);
	void *arg;
	struct stack stack;
	void *asan;             /* fake stack of AddressSanitizer */
	struct list dead_link;  /* sched.dead */
	struct list group_link; /* group.tasks */
	struct list all_link;   /* sched.all */
	char name[32];
};

#define SLEEP_NONE ((size_t)-1)

/* sleep.c: a heap of tasks by wake_ns, grown by sleep_reserve so that adding never allocates. */
int sleep_reserve(size_t n_tasks);
void sleep_add(struct task *task);
void sleep_remove(struct task *task); /* harmless when it is not there */
struct task *sleep_first(void);
void sleep_free(void);

/* The engine's state: sched.c runs, task.c makes and ends. */
struct sched {
	struct policy policy;
	struct task *current;
	void *loop_sp;     /* the loop, while a task runs */
	uint64_t turn_ns;  /* when the turn under way began, */
	uint64_t end_ns;   /* when it is over if others wait, */
	uint64_t due_ns;   /* and when the timer is to look */
	uint64_t since_ns; /* up to here time is charged to tasks */
	unsigned unread;   /* switches to go before the clock is read again */
	uint64_t poll_ns;
	uint64_t loop_ns;                              /* see sched_loop_by */
	void (*ordinary)(void *data, uint64_t now_ns); /* see sched_on_ordinary */
	void *ordinary_data;
	bool reserved_only;              /* see sched_run_reserved */
	uint64_t noted_ns, processor_ns; /* the clock, and this thread's own time, then */
	struct list dead; /* task.dead_link: their stacks may still be stood on */
	struct list all;  /* task.all_link */
	size_t n_tasks;
	uint64_t serial;
	void *loop_asan;
	const void *loop_stack; /* the loop's stack, for AddressSanitizer */
	size_t loop_stack_size;
	bool yielded_at_once; /* the last sched_run ran nothing, for a hint's sake */
	uint64_t switches;
	uint64_t turns;
	uint64_t taken_in_host;
};
extern struct sched sched;

/* sched.c */
/* sched_wake: ready in cls, or in the better class of who wakes it. */
void sched_wake(struct task *task, enum task_class cls, struct reservation *res);
/* sched_rebase: time is the clock's from here on, no more a replay's. */
void sched_rebase(void);
/* sched_wait gives the processor away until sched_wake or task->wake_ns; YIELDS. task->fired. */
int sched_wait(struct task *task);
void sched_start(
	struct task *task); /* ready in its own class: a new task, or a thawed one */
void sched_task_main(void *task); /* what a new task's stack begins with */

/* task.c */
void task_reap(void);
void task_report_left(void); /* logs those that nobody ended */
/*
 * task_stick: the task waits, or is about to, for channels of its own group, with no
 * deadline. Returns whether every task of the group does now.
 */
bool task_stick(struct task *task);
void task_unstick(struct task *task);
/* Then: the first-made that waits for a channel is told. */
void task_break_deadlock(struct group *group);

/*
 * preempt.c. preempt_wanted is what sched_host_leave looks at: one load.
 * loop: the loop is wanted, set by the handler. better: somebody in a better class
 * is ready. journal: every look is recorded, or recorded ones are given back.
 */
union preempt_wanted {
	struct {
		uint8_t loop, better, journal;
	} is;
	uint32_t any;
};
extern volatile union preempt_wanted preempt_wanted;
int preempt_init(void);
void preempt_finish(void);
/* Make the timer expire at ns, if it is not armed for earlier; disarm it. */
void preempt_arm(uint64_t ns);
void preempt_disarm(void);
/* With a frozen clock: moves it on if tasks have run for as long as they may. */
void preempt_step(void);
/* A signal came when it was not safe: look again soon. */
void preempt_retry(void);
/* Of a task that just faulted: whether it was cut before, as recorded; it faults again after. */
bool preempt_cut_first(struct task *task, ucontext_t *uc);
struct preempt_counts {
	volatile uint64_t diverted; /* in plugin text */
	volatile uint64_t deferred; /* not safe just then */
	volatile uint64_t hints;
	volatile uint64_t ticks;
};
extern struct preempt_counts preempt_counts;

/*
 * journal.c. When preempt_wanted.is.journal: what the outside decides is recorded,
 * or given back as it was recorded.
 */
uint64_t journal_clock(void);
bool journal_look(bool loop_wanted); /* a look whether the loop is wanted */
void journal_cut(void);              /* the running task is being cut in its own code */
bool journal_cut_here(void);         /* replaying: it was cut since the last look */
/* ... and it still runs, in its own code. If that can come no more the replay ends here. */
bool journal_cut_next(void);
void journal_dispatch(const struct task *task);
bool journal_replaying(void);

/*
 * fence.c: what the kernel reads at each system call, where the fence has that form. Down in
 * our own code, up in a task's; a signal handler puts it back as it was.
 */
enum {
	FENCE_ALLOWS = 0,
	FENCE_BLOCKS = 1,
};
extern volatile char fence_selector;

/*
 * fault.c: a task that cannot go on. It ends on a stack kept for that: its own may have
 * no room for it, or be somewhere else.
 */
int fault_init(void);
void fault_finish(void);
/* trace.c: fills in what can be found; for a signal handler. */
void fault_trace(struct group_fault *out, const struct task *task, const ucontext_t *uc);
/* For a signal handler: the interrupted task has no room for its registers. */
void fault_no_room(ucontext_t *uc);
/* For the task itself, when nothing of the host's is under way yet. Does not return. */
void fault_here(void);

/* sched.c: ends the running task, from any stack. Does not return. */
void sched_doom(void);

#endif
