#include "sched/sim/eevdf.h"
#include "sched/sim/ready_set.h"

struct eevdf {
	struct ready_set set;
	struct eevdf_queue queue;
	struct eevdf_entity *entities; /* by id */
	uint64_t slice_ns;
	uint64_t charged_ns; /* of the run under way */
};

static void eevdf_destroy(void *self)
{
	struct eevdf *e = self;
	free(e->set.tasks);
	free(e->entities);
	free(e);
}

static void *eevdf_create(const struct model_setup *setup)
{
	struct eevdf *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	e->slice_ns = setup->slice_ns;
	e->entities = calloc(setup->n_tasks, sizeof *e->entities);
	if (!ready_set_init(&e->set, setup->n_tasks) || !e->entities) {
		eevdf_destroy(e);
		return NULL;
	}
	return e;
}

static void eevdf_join(void *self, struct model_task *task)
{
	struct eevdf *e = self;
	e->entities[task->id] = (struct eevdf_entity){
		.weight = task->weight,
		.request_ns = task->urgent ? e->slice_ns / 8 : e->slice_ns,
	};
}

static void eevdf_leave(void *self, struct model_task *task)
{
}

static void eevdf_ready(void *self, struct model_task *task, enum task_class cls,
	struct model_task *by, uint64_t now)
{
	struct eevdf *e = self;
	struct eevdf_entity *entity = &e->entities[task->id];
	eevdf_place(&e->queue, entity);
	eevdf_add(&e->queue, entity);
	ready_set_add(&e->set, task);
}

static struct model_task *eevdf_pick(void *self, uint64_t now, uint64_t *slice_ns)
{
	struct eevdf *e = self;
	size_t best = e->set.n;
	for (size_t i = 0; i < e->set.n; i++) {
		const struct eevdf_entity *entity = &e->entities[e->set.tasks[i]->id];
		if (!eevdf_eligible(&e->queue, entity))
			continue;
		if (best == e->set.n ||
			entity->deadline < e->entities[e->set.tasks[best]->id].deadline)
			best = i;
	}
	if (e->set.n == 0)
		return NULL;
	struct model_task *task = ready_set_take(&e->set, best);
	const struct eevdf_entity *entity = &e->entities[task->id];
	e->charged_ns = 0;
	int64_t left = (entity->deadline - entity->vruntime) * entity->weight / 1024;
	*slice_ns = left > 1000 ? (uint64_t)left : 1000;
	return task;
}

static void eevdf_charged(void *self, struct model_task *task, uint64_t ran)
{
	struct eevdf *e = self;
	eevdf_charge(&e->queue, &e->entities[task->id], ran - e->charged_ns);
	e->charged_ns = ran;
}

static void eevdf_ran(void *self, struct model_task *task, uint64_t ran, bool again)
{
	struct eevdf *e = self;
	struct eevdf_entity *entity = &e->entities[task->id];
	eevdf_charged(e, task, ran);
	if (again) {
		ready_set_add(&e->set, task);
		return;
	}
	eevdf_save(&e->queue, entity);
	eevdf_remove(&e->queue, entity);
}

/* As pick would choose; the running one has been charged. */
static bool eevdf_beats(void *self, const struct model_task *ready,
	const struct model_task *running, uint64_t ran_ns)
{
	const struct eevdf *e = self;
	const struct eevdf_entity *current = &e->entities[running->id];
	const struct eevdf_entity *woken = &e->entities[ready->id];
	if (!eevdf_eligible(&e->queue, woken))
		return false;
	return !eevdf_eligible(&e->queue, current) || woken->deadline < current->deadline;
}

const struct model model_eevdf = {
	.name = "eevdf",
	.create = eevdf_create,
	.destroy = eevdf_destroy,
	.join = eevdf_join,
	.leave = eevdf_leave,
	.ready = eevdf_ready,
	.charge = eevdf_charged,
	.pick = eevdf_pick,
	.ran = eevdf_ran,
	.beats = eevdf_beats,
	.next_ns = model_never,
};
