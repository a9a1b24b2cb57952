/*
 * Stride scheduling. A pass is virtual time: ns of the processor times 1024 /
 * weight. The global pass grows at the pace of all ready tasks together; a task
 * that leaves keeps how far it was ahead of it.
 */
#include "sched/sim/ready_set.h"

struct stride {
	struct ready_set set;
	int64_t *pass; /* by id; while it waits: relative to the global pass */
	int64_t global;
	uint64_t weight; /* of those ready or running */
	uint64_t slice_ns;
	uint64_t charged_ns; /* of the run under way */
};

static void stride_destroy(void *self)
{
	struct stride *s = self;
	free(s->set.tasks);
	free(s->pass);
	free(s);
}

static void *stride_create(const struct model_setup *setup)
{
	struct stride *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->pass = calloc(setup->n_tasks, sizeof *s->pass);
	s->slice_ns = setup->slice_ns;
	if (!ready_set_init(&s->set, setup->n_tasks) || !s->pass) {
		stride_destroy(s);
		return NULL;
	}
	return s;
}

/* A new task is as if it had just had a slice. */
static void stride_join(void *self, struct model_task *task)
{
	struct stride *s = self;
	s->pass[task->id] = (int64_t)(s->slice_ns * 1024 / task->weight);
}

static void stride_leave(void *self, struct model_task *task)
{
}

static void stride_ready(void *self, struct model_task *task, enum task_class cls,
	struct model_task *by, uint64_t now)
{
	struct stride *s = self;
	s->pass[task->id] += s->global;
	s->weight += task->weight;
	ready_set_add(&s->set, task);
}

static struct model_task *stride_pick(void *self, uint64_t now, uint64_t *slice_ns)
{
	struct stride *s = self;
	size_t best = 0;
	for (size_t i = 1; i < s->set.n; i++) {
		const struct model_task *a = s->set.tasks[i], *b = s->set.tasks[best];
		int64_t ahead = s->pass[a->id] - s->pass[b->id];
		if (ahead < 0 || (ahead == 0 && a->id < b->id))
			best = i;
	}
	s->charged_ns = 0;
	*slice_ns = s->slice_ns;
	return s->set.n ? ready_set_take(&s->set, best) : NULL;
}

static void stride_charge(void *self, struct model_task *task, uint64_t ran)
{
	struct stride *s = self;
	uint64_t more = ran - s->charged_ns;
	s->charged_ns = ran;
	s->pass[task->id] += (int64_t)(more * 1024 / task->weight);
	s->global += (int64_t)(more * 1024 / s->weight);
}

static void stride_ran(void *self, struct model_task *task, uint64_t ran, bool again)
{
	struct stride *s = self;
	stride_charge(s, task, ran);
	if (again) {
		ready_set_add(&s->set, task);
		return;
	}
	s->pass[task->id] -= s->global;
	s->weight -= task->weight;
}

const struct model model_stride = {
	.name = "stride",
	.create = stride_create,
	.destroy = stride_destroy,
	.join = stride_join,
	.leave = stride_leave,
	.ready = stride_ready,
	.charge = stride_charge,
	.pick = stride_pick,
	.ran = stride_ran,
	.beats = model_never_beats,
	.next_ns = model_never,
};
