/*
 * The bound on starvation under ours; README.md derives it. In short: plugin g,
 * ready, draws a lot at most ahead + lot beyond the virtual time; until then each
 * other plugin may use its weight's part of that, and a run more at either end. What
 * reservations take comes on top.
 */
#include "sched/sim/private.h"

/* Keys within one bucket of the calendar leave in the order they came. */
#define BUCKET_NS (UINT64_C(1) << CALENDAR_SHIFT)

/* Of one plugin line, for each of its copies. */
struct terms {
	uint64_t lot_ns;   /* slice, with what cache adds */
	uint64_t run_ns;   /* the longest run while others wait */
	uint64_t ahead_ns; /* virtual: how far beyond others it may get */
	unsigned weight;
};

static uint64_t longest_hold(const struct workload *w, size_t plugin)
{
	uint64_t longest = 0;
	for (size_t i = 0; i < w->n_tasks; i++) {
		const struct task_spec *t = &w->tasks[i];
		for (size_t k = t->first; k < t->first + t->n_steps; k++) {
			const struct step *s = &w->steps[k];
			if (t->plugin == plugin && s->kind == STEP_HOLD &&
				dist_max(&s->dist) > longest)
				longest = dist_max(&s->dist);
		}
	}
	return longest;
}

/* Whether it may run as LATENCY: woken by input, or by a message of who was. */
static bool may_be_latency(const struct workload *w, size_t plugin)
{
	bool input = false, talks = false;
	for (size_t i = 0; i < w->n_tasks; i++) {
		const struct task_spec *t = &w->tasks[i];
		input |= t->input || t->budget_ns;
		for (size_t k = t->first; k < t->first + t->n_steps; k++)
			talks |= t->plugin == plugin &&
				 (w->steps[k].kind == STEP_RECV ||
					 w->steps[k].kind == STEP_SEND);
		if (t->plugin == plugin && t->input)
			return true;
	}
	return input && talks;
}

static struct terms terms_of(const struct workload *w, size_t plugin)
{
	const struct plugin_spec *p = &w->plugins[plugin];
	struct terms t = {.weight = p->weight};
	t.lot_ns = w->slice_ns + w->slice_ns * p->prior.cache / 255;
	t.run_ns = t.lot_ns + w->switch_ns + w->preempt_ns + longest_hold(w, plugin);
	t.ahead_ns = t.run_ns * POLICY_WEIGHT / t.weight;
	if (may_be_latency(w, plugin))
		t.ahead_ns = t.ahead_ns * 2 + POLICY_DEBT_NS;
	return t;
}

/* What one other plugin may use while g waits for span_ns of virtual time. */
static uint64_t use_of(const struct terms *t, uint64_t span_ns)
{
	uint64_t behind_ns = t->lot_ns * POLICY_WEIGHT / t->weight + BUCKET_NS;
	return (span_ns + t->ahead_ns + behind_ns) * t->weight / POLICY_WEIGHT +
	       t->run_ns;
}

/* Input's share is a budget like others. */
static uint64_t input_ns(const struct workload *w)
{
	uint64_t most = POLICY_INPUT_NS / 5;
	for (size_t i = 0; i < w->n_plugins; i++) {
		if (may_be_latency(w, i))
			return w->slice_ns < most ? w->slice_ns : most;
	}
	return 0;
}

/* Budgets with what a run may be too long; ppm of the processor. */
static void reserved(
	const struct sim *sim, uint64_t *sum_ns, uint64_t *ppm, uint64_t hold_ns)
{
	uint64_t input = input_ns(sim->w);
	if (input)
		input += hold_ns + sim->w->switch_ns + sim->w->preempt_ns;
	*sum_ns += input;
	*ppm += input * 1000000 / POLICY_INPUT_NS;
	for (size_t i = 0; i < sim->n_tasks; i++) {
		const struct reservation *res = sim->tasks[i].model.res;
		if (sim->tasks[i].state == SIM_NONE || !res)
			continue;
		uint64_t budget =
			res->budget_ns + hold_ns + sim->w->switch_ns + sim->w->preempt_ns;
		*sum_ns += budget;
		*ppm += budget * 1000000 / res->deadline_ns;
	}
}

void bound_starvation(struct sim *sim)
{
	const struct workload *w = sim->w;
	uint64_t budgets = 0, ppm = 0, hold = 0;
	for (size_t i = 0; i < w->n_plugins; i++)
		hold = longest_hold(w, i) > hold ? longest_hold(w, i) : hold;
	reserved(sim, &budgets, &ppm, hold);
	for (size_t g = 0; g < w->n_plugins && ppm < 1000000; g++) {
		struct terms mine = terms_of(w, g);
		uint64_t span = mine.ahead_ns + BUCKET_NS +
				mine.lot_ns * POLICY_WEIGHT / mine.weight;
		uint64_t sum = budgets;
		for (size_t j = 0; j < w->n_plugins; j++) {
			struct terms other = terms_of(w, j);
			sum += use_of(&other, span) * (w->plugins[j].count - (j == g));
		}
		for (unsigned copy = 0; copy < w->plugins[g].count; copy++)
			sim->result->plugins[sim->first_copy[g] + copy].bound_ns =
				sum * 1000 / (1000000 - ppm) * 1000;
	}
}
