/* Ours: policy.h, driven as sched.c drives it. */
#include "sched/sim/model.h"

#include <stdlib.h>

struct osaas {
	struct policy policy;
	struct policy_group *groups;
	struct policy_task *tasks;
	struct reservation *reservations;
	struct model_task **of;     /* by id */
	struct policy_task *next;   /* of the same turn */
	uint64_t turn_ns, slice_ns; /* of the turn, over all its tasks */
};

static void osaas_destroy(void *self)
{
	struct osaas *o = self;
	free(o->groups);
	free(o->tasks);
	free(o->reservations);
	free(o->of);
	free(o);
}

static void *osaas_create(const struct model_setup *setup)
{
	struct osaas *o = calloc(1, sizeof *o);
	if (!o)
		return NULL;
	o->groups = calloc(setup->n_plugins, sizeof *o->groups);
	o->tasks = calloc(setup->n_tasks, sizeof *o->tasks);
	o->reservations = calloc(setup->n_tasks, sizeof *o->reservations);
	o->of = calloc(setup->n_tasks, sizeof *o->of);
	if (!o->groups || !o->tasks || !o->reservations || !o->of) {
		osaas_destroy(o);
		return NULL;
	}
	policy_init(&o->policy, setup->seed, setup->slice_ns);
	for (size_t i = 0; i < setup->n_plugins; i++)
		policy_group_init(&o->groups[i], setup->plugins[i].weight,
			&setup->plugins[i].prior);
	return o;
}

static void osaas_join(void *self, struct model_task *task)
{
	struct osaas *o = self;
	const char *why;
	o->of[task->id] = task;
	policy_task_init(&o->tasks[task->id], &o->groups[task->plugin], TASK_NORMAL);
	if (!task->res)
		return;
	struct reservation *res = &o->reservations[task->id];
	*res = (struct reservation){.budget_ns = task->res->budget_ns,
		.period_ns = task->res->period_ns,
		.deadline_ns = task->res->deadline_ns};
	policy_reserve(&o->policy, res, &why);
}

static void osaas_leave(void *self, struct model_task *task)
{
	struct osaas *o = self;
	policy_task_leave(&o->policy, &o->tasks[task->id]);
}

/* Whom a task wakes by a message becomes ready as that task runs. */
static void osaas_ready(void *self, struct model_task *task, enum task_class cls,
	struct model_task *by, uint64_t now)
{
	struct osaas *o = self;
	struct reservation *res = NULL;
	if (by) {
		cls = o->tasks[by->id].cls;
		res = o->tasks[by->id].res;
	}
	if (o->reservations[task->id].ppm) {
		cls = TASK_DEADLINE;
		res = &o->reservations[task->id];
		res->later_ns = task->later_ns;
	}
	policy_ready(&o->policy, &o->tasks[task->id], cls, res, now);
	if (task->prompt)
		policy_prompt(&o->tasks[task->id]);
}

static struct model_task *owner(const struct osaas *o, const struct policy_task *task)
{
	return o->of[task - o->tasks];
}

static struct model_task *osaas_pick(void *self, uint64_t now, uint64_t *slice_ns)
{
	struct osaas *o = self;
	struct policy_task *task = o->next;
	o->next = NULL;
	if (!task) {
		task = policy_pick(&o->policy, now, &o->slice_ns);
		o->turn_ns = 0;
	}
	*slice_ns = o->slice_ns - o->turn_ns;
	return task ? owner(o, task) : NULL;
}

static void osaas_ran(void *self, struct model_task *task, uint64_t ran, bool again)
{
	struct osaas *o = self;
	o->turn_ns += ran;
	if (!again && o->turn_ns < o->slice_ns)
		o->next = policy_again(&o->policy, &o->groups[task->plugin]);
	if (!o->next)
		policy_ran(&o->policy, o->turn_ns, again ? &o->tasks[task->id] : NULL);
}

static bool osaas_beats(void *self, const struct model_task *ready,
	const struct model_task *running, uint64_t ran_ns)
{
	struct osaas *o = self;
	return policy_beats(&o->tasks[ready->id], &o->tasks[running->id]);
}

static uint64_t osaas_next_ns(void *self)
{
	struct osaas *o = self;
	return policy_next_ns(&o->policy);
}

const struct model model_osaas = {
	.name = "osaas",
	.loop = true,
	.create = osaas_create,
	.destroy = osaas_destroy,
	.join = osaas_join,
	.leave = osaas_leave,
	.ready = osaas_ready,
	.pick = osaas_pick,
	.ran = osaas_ran,
	.beats = osaas_beats,
	.next_ns = osaas_next_ns,
};
