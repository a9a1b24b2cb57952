#include "sched/sim/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sched/sim/private.h"

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Why it is ready: its own reservation, or what its waker runs for, or the event. */
static enum task_class reason(
	const struct sim *sim, const struct sim_task *task, enum task_class cls)
{
	if (task->model.res)
		return TASK_DEADLINE;
	return sim->acting ? sim->running->cls : cls;
}

void sim_wake(struct sim *sim, struct sim_task *task, enum task_class cls)
{
	struct sim_task *running = sim->running;
	struct model_task *by = sim->acting ? &running->model : NULL;
	task->state = SIM_READY;
	task->cls = reason(sim, task, cls);
	task->ready_ns = sim->happened_ns;
	task->fresh = true;
	sim->n_ready++;
	fair_ready(sim, task, 1, 0);
	if (running && sim->model->charge)
		sim->model->charge(
			sim->self, &running->model, sim->now_ns - sim->began_ns);
	sim->model->ready(sim->self, &task->model, cls, by, sim->now_ns);
	if (running && sim->model->beats(sim->self, &task->model, &running->model,
			       sim->now_ns - sim->began_ns))
		sim->cut = true;
}

static void deliver(struct sim *sim)
{
	while (events_next_ns(&sim->events) <= sim->now_ns) {
		const struct event event = events_pop(&sim->events);
		sim->happened_ns = event.ns;
		task_event(sim, &event);
		sim->cut |= sim->running && sim->model->loop;
	}
	sim->happened_ns = sim->now_ns;
}

/* The running task has given the processor back, or lost it. */
static void stop(struct sim *sim, bool again)
{
	struct sim_task *task = sim->running;
	struct sim_plugin *plugin = &sim->plugins[task->model.plugin];
	uint64_t ran = sim->now_ns - sim->began_ns;
	sim->busy_ns += ran;
	plugin->left_at = sim->busy_ns;
	plugin->ran = true;
	sim->running = NULL;
	sim->cut = false;
	task->state = again ? SIM_READY : SIM_WAITING;
	sim->n_ready += again;
	fair_ready(sim, task, again, -1);
	sim->model->ran(sim->self, &task->model, ran, again);
	if (!again && task->spec->spawned && task->step == task->spec->n_steps) {
		sim->model->leave(sim->self, &task->model);
		task->state = SIM_NONE;
		list_push_back(&sim->free, &task->link);
	}
}

static void interrupt(struct sim *sim)
{
	sim->result->preemptions++;
	sim->result->overhead_ns += sim->w->preempt_ns;
	sim->now_ns += sim->w->preempt_ns;
	stop(sim, true);
}

static void proceed(struct sim *sim)
{
	sim->acting = true;
	sim->happened_ns = sim->now_ns;
	bool computes = task_proceed(sim, sim->running);
	sim->acting = false;
	if (!computes)
		stop(sim, false);
}

static uint64_t refill(const struct sim *sim, const struct sim_plugin *plugin)
{
	if (!plugin->ran)
		return plugin->refill_ns;
	return min(plugin->refill_ns, sim->busy_ns - plugin->left_at);
}

static bool dispatch(struct sim *sim)
{
	uint64_t slice = 0;
	struct model_task *next = sim->model->pick(sim->self, sim->now_ns, &slice);
	if (!next)
		return false;
	struct sim_task *task = container_of(next, struct sim_task, model);
	sim->n_ready--;
	fair_ready(sim, task, -1, 1);
	sim->began_ns = sim->now_ns;
	sim->slice_end_ns = sim->now_ns + slice;
	sim->refill_left_ns = refill(sim, &sim->plugins[task->model.plugin]);
	if (task != sim->last) {
		sim->result->switches++;
		sim->result->overhead_ns += sim->w->switch_ns;
		sim->now_ns += sim->w->switch_ns;
	}
	sim->running = sim->last = task;
	task->state = SIM_RUNNING;
	if (task->fresh)
		samples_add(&sim->result->wake[task->cls], sim->now_ns - task->ready_ns);
	task->fresh = false;
	if (!task->left_ns)
		proceed(sim);
	return true;
}

static bool wants_cut(struct sim *sim)
{
	if (sim->running->holding)
		return false;
	return sim->cut || (sim->n_ready && sim->now_ns >= sim->slice_end_ns) ||
	       sim->now_ns >= sim->model->next_ns(sim->self);
}

/* When something is due next while the running task computes. */
static uint64_t horizon(struct sim *sim)
{
	const struct sim_task *task = sim->running;
	uint64_t end = min(sim->window_end_ns, events_next_ns(&sim->events));
	if (task->left_ns != UINT64_MAX)
		end = min(end, sim->now_ns + sim->refill_left_ns + task->left_ns);
	if (task->holding)
		return end;
	if (sim->n_ready)
		end = min(end, sim->slice_end_ns);
	return min(end, sim->model->next_ns(sim->self));
}

static void compute(struct sim *sim)
{
	struct sim_task *task = sim->running;
	uint64_t ns = horizon(sim) - sim->now_ns;
	uint64_t filling = min(ns, sim->refill_left_ns), work = ns - filling;
	sim->now_ns += ns;
	sim->refill_left_ns -= filling;
	sim->result->overhead_ns += filling;
	sim->result->work_ns += work;
	fair_used(sim, task, work);
	if (task->left_ns != UINT64_MAX)
		task->left_ns -= work;
	if (!task->left_ns && !sim->refill_left_ns)
		proceed(sim);
}

static void idle(struct sim *sim)
{
	uint64_t until = min(sim->window_end_ns, events_next_ns(&sim->events));
	sim->result->idle_ns += until - sim->now_ns;
	sim->now_ns = until;
}

static void turn(struct sim *sim)
{
	deliver(sim);
	if (sim->now_ns >= sim->window_end_ns) {
		fair_window(sim);
		sim->window_end_ns += SIM_WINDOW_NS;
	} else if (!sim->running) {
		if (!dispatch(sim))
			idle(sim);
	} else if (wants_cut(sim)) {
		interrupt(sim);
	} else {
		compute(sim);
	}
}

/* One per copy: "feed", "feed.1", "feed.2" ... */
static void make_plugins(struct sim *sim, struct model_plugin *plugins)
{
	size_t n = 0;
	for (size_t i = 0; i < sim->w->n_plugins; i++) {
		const struct plugin_spec *spec = &sim->w->plugins[i];
		sim->first_copy[i] = (unsigned)n;
		for (unsigned copy = 0; copy < spec->count; copy++, n++) {
			plugins[n] = (struct model_plugin){spec->weight, spec->prior};
			sim->plugins[n].refill_ns = spec->refill_ns;
			sim->plugins[n].weight = spec->weight;
			snprintf(sim->result->plugins[n].name,
				sizeof sim->result->plugins[n].name,
				copy ? "%s.%u" : "%s", spec->name, copy);
		}
	}
}

static size_t count_plugins(const struct workload *w)
{
	size_t n = 0;
	for (size_t i = 0; i < w->n_plugins; i++)
		n += w->plugins[i].count;
	return n;
}

static int init(struct sim *sim)
{
	size_t n = sim->result->n_plugins = count_plugins(sim->w);
	struct model_plugin *plugins = calloc(n, sizeof *plugins);
	sim->plugins = calloc(n, sizeof *sim->plugins);
	sim->tasks = calloc(WORKLOAD_LIVE, sizeof *sim->tasks);
	sim->chans = calloc(sim->w->n_chans + 1, sizeof *sim->chans);
	sim->result->plugins = calloc(n, sizeof *sim->result->plugins);
	if (plugins && sim->plugins && sim->tasks && sim->chans && sim->result->plugins) {
		make_plugins(sim, plugins);
		sim->self = sim->model->create(&(struct model_setup){
			.n_plugins = n,
			.n_tasks = WORKLOAD_LIVE,
			.plugins = plugins,
			.slice_ns = sim->w->slice_ns,
			.seed = sim->seed,
		});
	}
	free(plugins);
	for (size_t i = 0; sim->chans && i < sim->w->n_chans; i++) {
		sim->chans[i].depth = sim->w->chans[i].depth;
		list_init(&sim->chans[i].receivers);
		list_init(&sim->chans[i].senders);
	}
	list_init(&sim->free);
	policy_init(&sim->admission, 0, sim->w->slice_ns);
	return sim->self ? 0 : -ENOMEM;
}

static void conclude(struct sim *sim)
{
	struct result *result = sim->result;
	task_finish_all(sim);
	bound_starvation(sim);
	fair_index(result);
	for (int i = 0; i < TASK_CLASSES; i++)
		samples_sort(&result->wake[i]);
	samples_sort(&result->response);
	for (size_t i = 0; i < result->n_plugins; i++) {
		struct sim_plugin *p = &sim->plugins[i];
		struct plugin_result *r = &result->plugins[i];
		r->reserved = p->reserved;
		if (p->n_ready && !p->n_running &&
			sim->now_ns - p->since_ns > r->starved_ns)
			r->starved_ns = sim->now_ns - p->since_ns;
		if (!r->reserved && r->starved_ns > result->starved_ns) {
			result->starved_ns = r->starved_ns;
			result->starved = i;
		}
	}
}

int engine_run(const struct workload *workload, const struct model *model, uint64_t seed,
	struct result *result)
{
	*result = (struct result){
		.model = model->name, .duration_ns = workload->duration_ns};
	struct sim *sim = calloc(1, sizeof *sim);
	if (!sim)
		return -ENOMEM;
	sim->w = workload;
	sim->model = model;
	sim->seed = seed;
	sim->result = result;
	sim->window_end_ns = SIM_WINDOW_NS;
	int r = init(sim);
	if (r == 0) {
		task_start_all(sim);
		while (sim->now_ns < workload->duration_ns)
			turn(sim);
		conclude(sim);
		model->destroy(sim->self);
	}
	free(sim->events.heap);
	free(sim->chans);
	free(sim->tasks);
	free(sim->plugins);
	free(sim);
	return r;
}
