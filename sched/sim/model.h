/*
 * model: a scheduler under test, as a struct of functions. All get the same tasks,
 * weights, slice and costs; each keeps what it needs per task in an array of its
 * own, by model_task.id.
 *
 * Ours (policy.h) knows groups, classes and reservations. The others are given what
 * they know: they schedule tasks, each with the weight of its plugin; a task with a
 * deadline is a task.
 *
 * round-robin  one queue, a slice each. No weights.
 * lottery      Waldspurger and Weihl 1994, tickets = weight, with compensation
 *              tickets (a task that used a fraction f of its slice counts 1/f times
 *              until it runs again): without them whoever waits for events loses
 *              its share.
 * stride       Waldspurger and Weihl 1995, with their rule for leaving and joining.
 * eevdf        Stoica and Abdel-Wahab 1995 as in Linux 6.6 (kernel/sched/fair.c):
 *              lag kept over sleep within two slices, virtual deadlines, the earliest
 *              among the eligible. Tasks woken by input and tasks with a deadline ask
 *              for an eighth of a slice (sched_attr.sched_runtime), and preempt on
 *              waking when they are eligible and due earlier: this is PREEMPT_SHORT
 *              of 6.12, kinder to latency than 6.6, which lets a slice end first.
 */
#ifndef OSAAS_SCHED_SIM_MODEL_H
#define OSAAS_SCHED_SIM_MODEL_H

#include "sched/policy.h"

struct model_task {
	unsigned id;     /* below model_setup.n_tasks; used again after leave */
	unsigned plugin; /* below model_setup.n_plugins */
	unsigned weight;
	bool urgent; /* woken by input, or with a deadline */
	bool prompt; /* about to be woken because its time has come */
	uint64_t
		later_ns; /* when what it is about to be woken for is due; 0: as admitted */
	struct reservation *res; /* admitted, in a policy of the engine's; NULL: none */
};

struct model_plugin {
	unsigned weight;
	struct policy_prior prior;
};

struct model_setup {
	size_t n_plugins, n_tasks;
	const struct model_plugin *plugins;
	uint64_t slice_ns, seed;
};

struct model {
	const char *name;
	bool loop; /* an event from outside ends the turn: one thread both polls and runs */
	/* NULL: out of memory. destroy takes what create gave. */
	void *(*create)(const struct model_setup *setup);
	void (*destroy)(void *self);
	/* A task exists, not ready; it goes, neither ready nor running. */
	void (*join)(void *self, struct model_task *task);
	void (*leave)(void *self, struct model_task *task);
	/*
	 * A task that waits becomes ready. cls is why: TASK_LATENCY for input. by: the
	 * running task that woke it by a message, or NULL.
	 */
	void (*ready)(void *self, struct model_task *task, enum task_class cls,
		struct model_task *by, uint64_t now_ns);
	/*
	 * The running task has run for ran_ns so far: called before `ready`, where what
	 * is placed among tasks depends on how far they are. NULL: it does not.
	 */
	void (*charge)(void *self, struct model_task *task, uint64_t ran_ns);
	/* The task that runs next, NULL: none is ready; slice_ns while others wait. */
	struct model_task *(*pick)(void *self, uint64_t now_ns, uint64_t *slice_ns);
	/* It ran. again: it was interrupted and is ready; else it waits. */
	void (*ran)(void *self, struct model_task *task, uint64_t ran_ns, bool again);
	/* Whether the one just made ready interrupts the one that runs since ran_ns. */
	bool (*beats)(void *self, const struct model_task *ready,
		const struct model_task *running, uint64_t ran_ns);
	/* When it wants to pick anew without an event; UINT64_MAX: never. */
	uint64_t (*next_ns)(void *self);
};

extern const struct model model_osaas, model_round_robin, model_lottery, model_stride,
	model_eevdf;
#define MODELS 5
extern const struct model *const models[MODELS]; /* ours first */

/* For models that never interrupt, and never want to pick by themselves. */
bool model_never_beats(void *self, const struct model_task *ready,
	const struct model_task *running, uint64_t ran_ns);
uint64_t model_never(void *self);

#endif
