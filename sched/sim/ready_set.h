/* ready_set: ready tasks in an array, in no order; for models that look at all of them. */
#ifndef OSAAS_SCHED_SIM_READY_SET_H
#define OSAAS_SCHED_SIM_READY_SET_H

#include <stdlib.h>

#include "sched/sim/model.h"

struct ready_set {
	struct model_task **tasks;
	size_t n;
};

static inline bool ready_set_init(struct ready_set *set, size_t n_tasks)
{
	*set = (struct ready_set){.tasks = calloc(n_tasks, sizeof(struct model_task *))};
	return set->tasks != NULL;
}

static inline void ready_set_add(struct ready_set *set, struct model_task *task)
{
	set->tasks[set->n++] = task;
}

static inline struct model_task *ready_set_take(struct ready_set *set, size_t i)
{
	struct model_task *task = set->tasks[i];
	set->tasks[i] = set->tasks[--set->n];
	return task;
}

#endif
