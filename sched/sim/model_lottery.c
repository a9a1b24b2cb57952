/* Lottery scheduling with compensation tickets. */
#include "sched/sim/random.h"
#include "sched/sim/ready_set.h"

/* A task that runs a hundredth of its slice counts a hundred times, not more. */
#define COMPENSATION_MAX 100

struct lottery {
	struct ready_set set;
	uint64_t *tickets; /* by id, compensation included, in 256ths */
	struct random random;
	uint64_t slice_ns;
};

static void lottery_destroy(void *self)
{
	struct lottery *l = self;
	free(l->set.tasks);
	free(l->tickets);
	free(l);
}

static void *lottery_create(const struct model_setup *setup)
{
	struct lottery *l = calloc(1, sizeof *l);
	if (!l)
		return NULL;
	l->tickets = calloc(setup->n_tasks, sizeof *l->tickets);
	l->random = random_stream(setup->seed, 0x107);
	l->slice_ns = setup->slice_ns;
	if (!ready_set_init(&l->set, setup->n_tasks) || !l->tickets) {
		lottery_destroy(l);
		return NULL;
	}
	return l;
}

static void lottery_join(void *self, struct model_task *task)
{
	struct lottery *l = self;
	l->tickets[task->id] = (uint64_t)task->weight << 8;
}

static void lottery_leave(void *self, struct model_task *task)
{
}

static void lottery_ready(void *self, struct model_task *task, enum task_class cls,
	struct model_task *by, uint64_t now)
{
	struct lottery *l = self;
	ready_set_add(&l->set, task);
}

static struct model_task *lottery_pick(void *self, uint64_t now, uint64_t *slice_ns)
{
	struct lottery *l = self;
	uint64_t sum = 0;
	for (size_t i = 0; i < l->set.n; i++)
		sum += l->tickets[l->set.tasks[i]->id];
	if (l->set.n == 0)
		return NULL;
	uint64_t drawn = random_below(&l->random, sum);
	size_t i = 0;
	for (; drawn >= l->tickets[l->set.tasks[i]->id]; i++)
		drawn -= l->tickets[l->set.tasks[i]->id];
	*slice_ns = l->slice_ns;
	return ready_set_take(&l->set, i);
}

static void lottery_ran(void *self, struct model_task *task, uint64_t ran, bool again)
{
	struct lottery *l = self;
	uint64_t least = l->slice_ns / COMPENSATION_MAX;
	uint64_t used = ran < least ? least : ran > l->slice_ns ? l->slice_ns : ran;
	l->tickets[task->id] = ((uint64_t)task->weight << 8) * l->slice_ns / used;
	if (again)
		ready_set_add(&l->set, task);
}

const struct model model_lottery = {
	.name = "lottery",
	.create = lottery_create,
	.destroy = lottery_destroy,
	.join = lottery_join,
	.leave = lottery_leave,
	.ready = lottery_ready,
	.pick = lottery_pick,
	.ran = lottery_ran,
	.beats = model_never_beats,
	.next_ns = model_never,
};
