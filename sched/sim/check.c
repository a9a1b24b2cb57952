#include "sched/sim/check.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sched/sim/engine.h"
#include "sched/sim/report.h"

#define JAIN_MARGIN 100 /* ten-thousandths */

struct check {
	FILE *out;
	const struct workload *w;
	struct samples input[MODELS]; /* wake-ups, of all seeds */
	bool missed, starved, unfair;
};

static void note_misses(struct check *check, unsigned seed, const struct result *r)
{
	if (r->misses == 0)
		return;
	check->missed = true;
	fprintf(check->out, "# %s, seed %u: %" PRIu64 " of %" PRIu64 " jobs are late\n",
		check->w->name, seed, r->misses, r->jobs);
}

static void note_starvation(struct check *check, unsigned seed, const struct result *r)
{
	for (size_t i = 0; i < r->n_plugins; i++) {
		const struct plugin_result *p = &r->plugins[i];
		if (p->reserved || p->starved_ns <= p->bound_ns)
			continue;
		check->starved = true;
		fprintf(check->out, "# %s, seed %u: '%s' waited %s, the bound is %s\n",
			check->w->name, seed, p->name, duration_text(p->starved_ns).s,
			duration_text(p->bound_ns).s);
	}
}

static void note_fairness(
	struct check *check, unsigned seed, const struct result *results)
{
	unsigned best = 0;
	for (int m = 1; m < MODELS; m++)
		best = results[m].jain > best ? results[m].jain : best;
	if (results[0].jain + JAIN_MARGIN >= best)
		return;
	check->unfair = true;
	fprintf(check->out, "# %s, seed %u: Jain's index is 0.%04u, another's 0.%04u\n",
		check->w->name, seed, results[0].jain, best);
}

static void pool(struct samples *all, const struct samples *more)
{
	for (size_t i = 0; i < more->n; i++)
		samples_add(all, more->ns[i]);
}

static int check_seed(struct check *check, unsigned seed)
{
	struct result results[MODELS] = {0};
	int r = 0;
	for (int m = 0; r == 0 && m < MODELS; m++) {
		r = engine_run(check->w, models[m], seed, &results[m]);
		pool(&check->input[m], &results[m].wake[TASK_LATENCY]);
	}
	if (r == 0) {
		note_misses(check, seed, &results[0]);
		note_starvation(check, seed, &results[0]);
		note_fairness(check, seed, results);
	}
	for (int m = 0; m < MODELS; m++)
		result_finish(&results[m]);
	return r;
}

static bool is_late(struct check *check)
{
	uint64_t p99[MODELS];
	int best = 1;
	for (int m = 0; m < MODELS; m++) {
		samples_sort(&check->input[m]);
		p99[m] = samples_percentile(&check->input[m], 990000);
		best = m && p99[m] < p99[best] ? m : best;
	}
	fprintf(check->out, "# %s: p99 after input is %s, %s has %s\n", check->w->name,
		duration_text(p99[0]).s, models[best]->name, duration_text(p99[best]).s);
	return p99[0] > p99[best];
}

static bool tell(
	const struct check *check, unsigned number, bool failed, const char *what)
{
	fprintf(check->out, "%s %u - %s: %s\n", failed ? "not ok" : "ok", number,
		check->w->name, what);
	return !failed;
}

bool check_workload(
	FILE *out, const struct workload *w, unsigned number, unsigned n_seeds)
{
	struct check check = {.out = out, .w = w};
	bool ok = true;
	for (unsigned seed = 1; ok && seed <= n_seeds; seed++)
		ok = check_seed(&check, seed) == 0;
	if (ok) {
		bool late = is_late(&check);
		ok &= tell(
			&check, number, check.missed, "no admitted deadline is missed");
		ok &= tell(&check, number + 1, check.starved,
			"none starves beyond the bound");
		ok &= tell(&check, number + 2, check.unfair,
			"shares are as fair as the best");
		ok &= tell(&check, number + 3, late,
			"input wakes at p99 as soon as the best");
	} else {
		fprintf(out, "Bail out! Out of memory.\n");
	}
	for (int m = 0; m < MODELS; m++)
		free(check.input[m].ns);
	return ok;
}
