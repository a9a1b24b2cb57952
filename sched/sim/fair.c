#include <stdlib.h>

#include "sched/sim/private.h"

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The plugin has `ready` more tasks ready and `running` more running. */
void fair_ready(struct sim *sim, struct sim_task *task, int ready, int running)
{
	struct sim_plugin *p = &sim->plugins[task->model.plugin];
	struct plugin_result *r = &sim->result->plugins[task->model.plugin];
	bool waited = p->n_ready && !p->n_running;
	p->n_ready += (unsigned)ready;
	p->n_running += (unsigned)running;
	bool waits = p->n_ready && !p->n_running;
	if (waits && !waited)
		p->since_ns = sim->now_ns;
	if (waited && !waits && sim->now_ns - p->since_ns > r->starved_ns)
		r->starved_ns = sim->now_ns - p->since_ns;
}

void fair_asked(struct sim *sim, struct sim_task *task)
{
	struct sim_plugin *p = &sim->plugins[task->model.plugin];
	if (task->left_ns == UINT64_MAX) {
		p->n_endless++;
		return;
	}
	p->owed_ns += task->left_ns;
	p->asked_ns += task->left_ns;
}

void fair_used(struct sim *sim, struct sim_task *task, uint64_t ns)
{
	struct sim_plugin *p = &sim->plugins[task->model.plugin];
	p->window_ns += ns;
	if (task->left_ns != UINT64_MAX)
		p->owed_ns -= ns;
}

/* Of one plugin: what it could have used, and whether its share is settled. */
struct claim {
	uint64_t most_ns, share_ns;
	unsigned weight;
	bool settled;
};

/* Max-min by water filling: who wants less than its part gets that, the rest is divided anew. */
static void divide(struct claim *claims, size_t n, uint64_t capacity)
{
	bool again = true;
	while (again) {
		uint64_t weight = 0;
		again = false;
		for (size_t i = 0; i < n; i++)
			weight += claims[i].settled ? 0 : claims[i].weight;
		uint64_t left = capacity;
		for (size_t i = 0; i < n; i++) {
			struct claim *c = &claims[i];
			if (c->settled)
				continue;
			c->share_ns = capacity * c->weight / weight;
			if (c->most_ns > c->share_ns)
				continue;
			c->share_ns = c->most_ns;
			c->settled = again = true;
			left -= c->share_ns;
		}
		capacity = left;
	}
}

static bool claims(const struct sim_plugin *p)
{
	return !p->reserved && (p->asked_ns || p->n_endless);
}

void fair_window(struct sim *sim)
{
	size_t n = sim->result->n_plugins;
	struct claim *all = calloc(n, sizeof *all);
	uint64_t capacity = 0;
	if (!all)
		abort();
	for (size_t i = 0; i < n; i++) {
		const struct sim_plugin *p = &sim->plugins[i];
		all[i].settled = !claims(p);
		if (all[i].settled)
			continue;
		all[i].most_ns =
			p->n_endless ? SIM_WINDOW_NS : min(p->asked_ns, SIM_WINDOW_NS);
		all[i].weight = p->weight;
		capacity += p->window_ns;
	}
	divide(all, n, capacity);
	for (size_t i = 0; i < n; i++) {
		struct sim_plugin *p = &sim->plugins[i];
		sim->result->plugins[i].used_ns += claims(p) ? p->window_ns : 0;
		sim->result->plugins[i].fair_ns += all[i].share_ns;
		p->window_ns = 0;
		p->asked_ns = p->owed_ns;
	}
	free(all);
}

/* (sum x)^2 / (n sum x^2); x in thousandths. */
void fair_index(struct result *result)
{
	uint64_t n = 0, sum = 0, squares = 0;
	for (size_t i = 0; i < result->n_plugins; i++) {
		const struct plugin_result *p = &result->plugins[i];
		if (!p->fair_ns)
			continue;
		uint64_t x = p->used_ns * 1000 / p->fair_ns;
		n++;
		sum += x;
		squares += x * x;
	}
	result->jain = n && squares ? (unsigned)(sum * sum / n * 10000 / squares) : 10000;
}
