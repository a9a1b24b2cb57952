/*
 * result: what a run of one workload under one model showed.
 *
 * wake     from the event that makes a task ready to its first instruction, by the
 *          reason: input (LATENCY), a reservation (DEADLINE), all else (NORMAL). A
 *          message passes the reason of its sender on. The reason is the workload's,
 *          so it is the same for models that know no classes.
 * response from an input event until the task that waited for it waits again.
 * misses   jobs of tasks with an admitted reservation that ended after their
 *          deadline. Excused are jobs outside their contract: longer than the
 *          budget less what a switch, a refill and a preemption cost, sooner than
 *          the period, or held up by such a job of the same task. What is refused is refused for all models alike, by policy.h's
 *          admission, and its misses are counted apart.
 * work     processor time spent on the tasks' own computing, not on switching,
 *          preempting and refilling caches.
 * jain     Jain's index over plugins of x = what it used / its max-min fair share,
 *          in 10,000ths. The share is found for each tenth of a second: a plugin
 *          could have used at most the work it had; what one cannot use is divided
 *          among the others by weight. Plugins with reservations are left out, what
 *          they used too: reserved time is not shared.
 * starved  longest time a plugin without reservations had a task ready and none of
 *          its tasks ran.
 * bound    what starved may be at most under ours: README.md. 0: no bound.
 */
#ifndef OSAAS_SCHED_SIM_RESULT_H
#define OSAAS_SCHED_SIM_RESULT_H

#include "sched/policy.h"

struct samples {
	uint64_t *ns; /* sorted when the run is over */
	size_t n, size;
};

struct plugin_result {
	char name[48];
	uint64_t used_ns, fair_ns; /* of the windows in which it counted */
	uint64_t starved_ns, bound_ns;
	bool reserved;
};

struct result {
	const char *model;
	struct samples wake[TASK_CLASSES], response;
	uint64_t jobs, misses, excused, refused, refused_misses;
	uint64_t duration_ns, work_ns, idle_ns, overhead_ns;
	uint64_t switches, preemptions, dropped;
	unsigned jain;
	uint64_t starved_ns;
	size_t starved; /* whose, in plugins */
	size_t n_plugins;
	struct plugin_result *plugins;
};

void samples_add(struct samples *samples, uint64_t ns);
void samples_sort(struct samples *samples);
/* The value that ppm of them do not exceed (nearest rank); 0: there are none. */
uint64_t samples_percentile(const struct samples *samples, uint32_t ppm);

void result_finish(struct result *result); /* frees what it holds */

#endif
