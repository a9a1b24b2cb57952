/* Round robin: one queue of task ids, as a ring. */
#include "sched/sim/model.h"

#include <stdlib.h>

struct ring {
	struct model_task **tasks;
	size_t size, first, n;
	uint64_t slice_ns;
};

static void ring_destroy(void *self)
{
	struct ring *r = self;
	free(r->tasks);
	free(r);
}

static void *ring_create(const struct model_setup *setup)
{
	struct ring *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->slice_ns = setup->slice_ns;
	r->size = setup->n_tasks;
	r->tasks = calloc(r->size, sizeof(struct model_task *));
	if (!r->tasks) {
		ring_destroy(r);
		return NULL;
	}
	return r;
}

static void ring_join(void *self, struct model_task *task)
{
}

static void push(struct ring *r, struct model_task *task)
{
	r->tasks[(r->first + r->n++) % r->size] = task;
}

static void ring_ready(void *self, struct model_task *task, enum task_class cls,
	struct model_task *by, uint64_t now)
{
	push(self, task);
}

static struct model_task *ring_pick(void *self, uint64_t now, uint64_t *slice_ns)
{
	struct ring *r = self;
	if (r->n == 0)
		return NULL;
	struct model_task *task = r->tasks[r->first];
	r->first = (r->first + 1) % r->size;
	r->n--;
	*slice_ns = r->slice_ns;
	return task;
}

static void ring_ran(void *self, struct model_task *task, uint64_t ran, bool again)
{
	if (again)
		push(self, task);
}

const struct model model_round_robin = {
	.name = "round-robin",
	.create = ring_create,
	.destroy = ring_destroy,
	.join = ring_join,
	.leave = ring_join,
	.ready = ring_ready,
	.pick = ring_pick,
	.ran = ring_ran,
	.beats = model_never_beats,
	.next_ns = model_never,
};
