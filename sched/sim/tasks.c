#include "sched/sim/private.h"

static const struct step *step_of(const struct sim *sim, const struct sim_task *task)
{
	return &sim->w->steps[task->spec->first + task->step];
}

static uint64_t job_due(const struct task_spec *spec, uint64_t begin_ns)
{
	return begin_ns + spec->deadline_ns + spec->ahead_ns;
}

static void end_job(struct sim *sim, struct sim_task *task, uint64_t end_ns)
{
	struct result *result = sim->result;
	if (!task->job.on)
		return;
	task->job.on = false;
	if (task->job.input)
		samples_add(&result->response, end_ns - task->job.begin_ns);
	if (!task->spec->budget_ns)
		return;
	uint64_t costs = sim->w->switch_ns + sim->w->preempt_ns +
			 sim->plugins[task->model.plugin].refill_ns;
	bool excused = task->job.excused || task->spec->budget_ns < costs ||
		       task->job.work_ns > task->spec->budget_ns - costs;
	bool late = end_ns > job_due(task->spec, task->job.begin_ns);
	task->job.last_excused = excused;
	task->job.last_end_ns = end_ns;
	result->excused += excused;
	if (task->refused) {
		result->refused_misses += late;
	} else if (!excused) {
		result->jobs++;
		result->misses += late;
	}
}

static void begin_job(struct sim *sim, struct sim_task *task, uint64_t ns, bool input)
{
	uint64_t last = task->job.last_begin_ns;
	task->job.excused = (task->job.last_excused && ns < task->job.last_end_ns) ||
			    (task->job.any && ns < last + task->spec->period_ns);
	task->job.on = task->job.any = true;
	task->job.input = input;
	task->job.begin_ns = ns;
	task->job.work_ns = 0;
	task->job.last_begin_ns = ns;
}

/* The steps: true when the task goes on to the next, false when it waits. */

static bool at_wait(struct sim *sim, struct sim_task *task, const struct step *step)
{
	end_job(sim, task, sim->now_ns);
	if (task->n_queue == 0)
		return false;
	uint64_t ns = task->queue_ns[task->first];
	task->first = (task->first + 1) % SIM_QUEUE;
	task->n_queue--;
	begin_job(sim, task, ns, sim->w->sources[step->index].input);
	return true;
}

static bool at_every(struct sim *sim, struct sim_task *task, const struct step *step)
{
	end_job(sim, task, sim->now_ns);
	if (sim->now_ns < task->release_ns) {
		events_add(&sim->events, task->release_ns, EVENT_TIMER, task->model.id);
		return false;
	}
	begin_job(sim, task, task->release_ns, false);
	task->release_ns += step->period_ns;
	return true;
}

static bool at_sleep(struct sim *sim, struct sim_task *task, const struct step *step)
{
	if (!task->until_ns) {
		task->until_ns = sim->now_ns + random_draw(&task->random, &step->dist);
		events_add(&sim->events, task->until_ns, EVENT_TIMER, task->model.id);
		return false;
	}
	if (sim->now_ns < task->until_ns)
		return false;
	task->until_ns = 0;
	return true;
}

static void wake_first(struct sim *sim, struct list *waiting)
{
	struct list *link = list_pop_front(waiting);
	if (link)
		sim_wake(sim, container_of(link, struct sim_task, link), TASK_NORMAL);
}

static bool at_recv(struct sim *sim, struct sim_task *task, const struct step *step)
{
	struct sim_chan *chan = &sim->chans[step->index];
	if (chan->n == 0) {
		list_push_back(&chan->receivers, &task->link);
		return false;
	}
	chan->n--;
	wake_first(sim, &chan->senders);
	return true;
}

static bool at_send(struct sim *sim, struct sim_task *task, const struct step *step)
{
	struct sim_chan *chan = &sim->chans[step->index];
	if (chan->n == chan->depth) {
		list_push_back(&chan->senders, &task->link);
		return false;
	}
	chan->n++;
	wake_first(sim, &chan->receivers);
	return true;
}

static struct sim_task *take_slot(struct sim *sim)
{
	struct list *link = list_pop_front(&sim->free);
	if (link)
		return container_of(link, struct sim_task, link);
	return sim->n_tasks < WORKLOAD_LIVE ? &sim->tasks[sim->n_tasks++] : NULL;
}

static void reserve(struct sim *sim, struct sim_task *task)
{
	const char *why;
	task->res = (struct reservation){.budget_ns = task->spec->budget_ns,
		.period_ns = task->spec->period_ns,
		.deadline_ns = task->spec->deadline_ns};
	task->refused = policy_reserve(&sim->admission, &task->res, &why) < 0;
	sim->result->refused += task->refused;
	if (!task->refused) {
		task->model.res = &task->res;
		sim->plugins[task->model.plugin].reserved = true;
	}
}

/* A new task at its first step, not yet ready; NULL: too many live. */
static struct sim_task *make(
	struct sim *sim, const struct task_spec *spec, unsigned plugin, unsigned number)
{
	struct sim_task *task = take_slot(sim);
	if (!task) {
		sim->result->dropped++;
		return NULL;
	}
	*task = (struct sim_task){.spec = spec,
		.state = SIM_WAITING,
		.random = random_stream(sim->seed, ++sim->streams),
		.release_ns = spec->stagger_ns * number,
		.cls = TASK_NORMAL};
	task->model = (struct model_task){.id = (unsigned)(task - sim->tasks),
		.plugin = plugin,
		.weight = sim->w->plugins[spec->plugin].weight,
		.urgent = spec->input || spec->budget_ns};
	list_init(&task->link);
	if (spec->budget_ns)
		reserve(sim, task);
	sim->model->join(sim->self, &task->model);
	return task;
}

static bool at_spawn(struct sim *sim, struct sim_task *task, const struct step *step)
{
	for (unsigned i = 0; i < step->count; i++) {
		struct sim_task *child =
			make(sim, &sim->w->tasks[step->index], task->model.plugin, i);
		if (child)
			sim_wake(sim, child, TASK_NORMAL);
	}
	return true;
}

static bool at_compute(struct sim *sim, struct sim_task *task, const struct step *step)
{
	task->left_ns = random_draw(&task->random, &step->dist);
	task->holding = step->kind == STEP_HOLD;
	if (__builtin_add_overflow(task->job.work_ns, task->left_ns, &task->job.work_ns))
		task->job.work_ns = UINT64_MAX;
	fair_asked(sim, task);
	return true;
}

static bool at_step(struct sim *sim, struct sim_task *task, const struct step *step)
{
	switch (step->kind) {
	case STEP_WAIT:
		return at_wait(sim, task, step);
	case STEP_EVERY:
		return at_every(sim, task, step);
	case STEP_SLEEP:
		return at_sleep(sim, task, step);
	case STEP_RECV:
		return at_recv(sim, task, step);
	case STEP_SEND:
		return at_send(sim, task, step);
	case STEP_SPAWN:
		return at_spawn(sim, task, step);
	case STEP_COMPUTE:
	case STEP_HOLD:
		break;
	}
	return at_compute(sim, task, step);
}

/* A spawned task is through: its slot is free when the model has let it go. */
static bool ended(const struct sim_task *task)
{
	return task->spec->spawned && task->step == task->spec->n_steps;
}

bool task_proceed(struct sim *sim, struct sim_task *task)
{
	task->holding = false;
	for (;;) {
		if (task->step == task->spec->n_steps) {
			if (ended(task))
				return false;
			task->step = 0;
		}
		if (!at_step(sim, task, step_of(sim, task)))
			return false;
		task->step++;
		if (task->left_ns)
			return true;
	}
}

static void set_due(struct sim_task *task, uint64_t begin_ns)
{
	task->model.later_ns = task->spec->ahead_ns ? job_due(task->spec, begin_ns) : 0;
}

static void post(struct sim *sim, struct sim_task *task, unsigned source, uint64_t ns)
{
	if (task->n_queue == SIM_QUEUE) {
		sim->result->dropped++;
		return;
	}
	task->queue_ns[(task->first + task->n_queue++) % SIM_QUEUE] = ns;
	const struct step *step = step_of(sim, task);
	if (task->state == SIM_WAITING && step->kind == STEP_WAIT &&
		step->index == source) {
		set_due(task, ns);
		sim_wake(sim, task,
			sim->w->sources[source].input ? TASK_LATENCY : TASK_NORMAL);
	}
}

/* When the source fires next, after the first n times; UINT64_MAX: never. */
static uint64_t source_next(struct sim *sim, unsigned i, uint64_t last_ns)
{
	const struct source_spec *s = &sim->w->sources[i];
	unsigned n = sim->source_n[i]++;
	switch (s->kind) {
	case SOURCE_PERIODIC:
		return s->offset_ns + n * s->period_ns;
	case SOURCE_BURST:
		return s->offset_ns + n / s->count * s->period_ns +
		       n % s->count * s->gap_ns;
	case SOURCE_RECORDED:
		return n < s->n_times ? s->offset_ns + s->times_ns[n] : UINT64_MAX;
	case SOURCE_POISSON:
		break;
	}
	const struct dist gap = {DIST_EXP, s->period_ns, 0};
	return (n ? last_ns : s->offset_ns) + random_draw(&sim->source_random[i], &gap);
}

static void arm_source(struct sim *sim, unsigned i, uint64_t last_ns)
{
	uint64_t ns = source_next(sim, i, last_ns);
	if (ns != UINT64_MAX)
		events_add(&sim->events, ns, i, 0);
}

void task_event(struct sim *sim, const struct event *event)
{
	if (event->source == EVENT_TIMER) {
		struct sim_task *task = &sim->tasks[event->task];
		task->model.prompt = true;
		set_due(task, event->ns);
		sim_wake(sim, task, TASK_NORMAL);
		task->model.prompt = false;
		return;
	}
	arm_source(sim, event->source, event->ns);
	for (size_t i = 0; i < sim->n_tasks; i++) {
		struct sim_task *task = &sim->tasks[i];
		if (task->state != SIM_NONE && task->spec->sources >> event->source & 1)
			post(sim, task, event->source, event->ns);
	}
}

/* At time 0 each task goes to its first wait at no cost, or is ready to compute. */
static void start(struct sim *sim, struct sim_task *task)
{
	if (!task || !task_proceed(sim, task))
		return;
	sim_wake(sim, task, TASK_NORMAL);
	task->fresh = false;
}

void task_start_all(struct sim *sim)
{
	const struct workload *w = sim->w;
	for (unsigned i = 0; i < w->n_sources; i++) {
		sim->source_random[i] = random_stream(sim->seed, UINT32_MAX - i);
		arm_source(sim, i, 0);
	}
	for (size_t i = 0; i < w->n_tasks; i++) {
		const struct task_spec *spec = &w->tasks[i];
		unsigned copies = w->plugins[spec->plugin].count;
		for (unsigned n = 0; n < copies * spec->count && !spec->spawned; n++)
			make(sim, spec, sim->first_copy[spec->plugin] + n / spec->count,
				n);
	}
	size_t n = sim->n_tasks;
	for (size_t i = 0; i < n; i++)
		start(sim, &sim->tasks[i]);
}

/* A job that waits to be begun counts too. */
void task_finish_all(struct sim *sim)
{
	for (size_t i = 0; i < sim->n_tasks; i++) {
		struct sim_task *task = &sim->tasks[i];
		if (task->state == SIM_NONE || !task->spec->budget_ns)
			continue;
		if (!task->job.on && task->state == SIM_READY)
			begin_job(sim, task,
				task->n_queue ? task->queue_ns[task->first]
					      : task->release_ns,
				false);
		task->job.input = false;
		if (task->job.on && job_due(task->spec, task->job.begin_ns) < sim->now_ns)
			end_job(sim, task, sim->now_ns);
	}
}
