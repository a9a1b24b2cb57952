#include "sched/sim/parse.h"

#include <string.h>

int parse_find_source(const struct workload *w, const char *word)
{
	for (size_t i = 0; i < w->n_sources; i++) {
		if (strcmp(w->sources[i].name, word) == 0)
			return (int)i;
	}
	return -1;
}

int parse_find_chan(const struct workload *w, const char *word)
{
	for (size_t i = 0; i < w->n_chans; i++) {
		if (strcmp(w->chans[i].name, word) == 0)
			return (int)i;
	}
	return -1;
}

int parse_find_task(const struct workload *w, const char *word)
{
	for (size_t i = 0; i < w->n_tasks; i++) {
		if (w->tasks[i].plugin == w->n_plugins - 1 &&
			strcmp(w->tasks[i].name, word) == 0)
			return (int)i;
	}
	return -1;
}

/* A step belongs to the task above it. */
static int add_step(struct parser *p, struct step step)
{
	struct workload *w = p->w;
	if (w->n_tasks == 0 || w->tasks[w->n_tasks - 1].plugin != w->n_plugins - 1)
		return words_fail(
			&p->words, "a step belongs to a task, and none is above it");
	if (w->n_steps == WORKLOAD_STEPS)
		return words_fail(&p->words, "more than %d steps", WORKLOAD_STEPS);
	w->steps[w->n_steps++] = step;
	w->tasks[w->n_tasks - 1].n_steps++;
	return 0;
}

int parse_wait(struct parser *p)
{
	const char *word = words_next(&p->words);
	int i = word ? parse_find_source(p->w, word) : -1;
	if (i < 0)
		return words_fail(
			&p->words, "there is no source '%.32s' above", word ? word : "");
	int r = add_step(p, (struct step){.kind = STEP_WAIT, .index = (unsigned)i});
	if (r < 0)
		return r;
	struct task_spec *task = &p->w->tasks[p->w->n_tasks - 1];
	task->input |= p->w->sources[i].input;
	task->sources |= UINT32_C(1) << i;
	return 0;
}

int parse_every(struct parser *p)
{
	struct step step = {.kind = STEP_EVERY};
	int r = words_span(&p->words, "the period", 10000, HOUR_NS, &step.period_ns);
	return r == 0 ? add_step(p, step) : r;
}

static int parse_talk(struct parser *p, enum step_kind kind)
{
	const char *word = words_next(&p->words);
	int i = word ? parse_find_chan(p->w, word) : -1;
	if (i < 0)
		return words_fail(
			&p->words, "there is no channel '%.32s' above", word ? word : "");
	return add_step(p, (struct step){.kind = kind, .index = (unsigned)i});
}

int parse_recv(struct parser *p)
{
	return parse_talk(p, STEP_RECV);
}

int parse_send(struct parser *p)
{
	return parse_talk(p, STEP_SEND);
}

/* "300us", "uniform 1ms 2ms", "exp 1ms", "pareto 1ms 50ms". */
static int distribution(struct parser *p, struct dist *d)
{
	bool two = true;
	if (words_accept(&p->words, "uniform"))
		d->kind = DIST_UNIFORM;
	else if (words_accept(&p->words, "pareto"))
		d->kind = DIST_PARETO;
	else
		two = false;
	if (!two && words_accept(&p->words, "exp"))
		d->kind = DIST_EXP;
	int r = words_span(&p->words, "the time", 1000, HOUR_NS / 60, &d->a);
	if (r == 0 && two)
		r = words_span(&p->words, "the upper bound", d->a, HOUR_NS, &d->b);
	return r;
}

static int parse_timed(struct parser *p, enum step_kind kind)
{
	struct step step = {.kind = kind};
	int r = distribution(p, &step.dist);
	return r == 0 ? add_step(p, step) : r;
}

int parse_sleep(struct parser *p)
{
	return parse_timed(p, STEP_SLEEP);
}

int parse_compute(struct parser *p)
{
	if (words_accept(&p->words, "forever"))
		return add_step(p,
			(struct step){.kind = STEP_COMPUTE, .dist.kind = DIST_FOREVER});
	return parse_timed(p, STEP_COMPUTE);
}

int parse_hold(struct parser *p)
{
	return parse_timed(p, STEP_HOLD);
}

int parse_spawn(struct parser *p)
{
	const char *word = words_next(&p->words);
	int i = word ? parse_find_task(p->w, word) : -1;
	if (i < 0 || !p->w->tasks[i].spawned)
		return words_fail(&p->words,
			"the plugin has no spawned task '%.32s' above", word ? word : "");
	struct step step = {.kind = STEP_SPAWN, .index = (unsigned)i};
	int r = words_count(&p->words, "how many are spawned", 10000, &step.count);
	return r == 0 ? add_step(p, step) : r;
}
