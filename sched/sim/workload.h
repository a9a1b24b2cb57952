/*
 * workload: what is to be scheduled, as read from a text file. README.md beside
 * this file documents the format. Everything is bounded and validated on reading.
 */
#ifndef OSAAS_SCHED_SIM_WORKLOAD_H
#define OSAAS_SCHED_SIM_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/policy.h"
#include "sched/sim/random.h"

#define WORKLOAD_NAME    32
#define WORKLOAD_TITLE   80
#define WORKLOAD_SOURCES 32
#define WORKLOAD_CHANS   64
#define WORKLOAD_PLUGINS 64    /* lines; each may stand for many */
#define WORKLOAD_TASKS   128   /* lines */
#define WORKLOAD_STEPS   1024  /* of all tasks */
#define WORKLOAD_TIMES   64    /* of one recorded source */
#define WORKLOAD_COPIES  4096  /* plugins, in all */
#define WORKLOAD_LIVE    16384 /* tasks alive at once */

enum source_kind {
	SOURCE_PERIODIC, /* every period */
	SOURCE_POISSON,  /* exponential gaps, period the mean */
	SOURCE_BURST,    /* count events gap apart, every period */
	SOURCE_RECORDED, /* at times */
};

struct source_spec {
	char name[WORKLOAD_NAME];
	enum source_kind kind;
	bool input; /* whom it wakes has received input */
	uint64_t period_ns, gap_ns, offset_ns;
	unsigned count;
	size_t n_times;
	uint64_t times_ns[WORKLOAD_TIMES];
};

struct chan_spec {
	char name[WORKLOAD_NAME];
	unsigned depth;
};

enum step_kind {
	STEP_WAIT,    /* for an event of source `index`: a job begins */
	STEP_EVERY,   /* period_ns after it was last there: a job begins */
	STEP_SLEEP,   /* for dist */
	STEP_RECV,    /* from channel `index` */
	STEP_SEND,    /* to channel `index` */
	STEP_COMPUTE, /* for dist */
	STEP_HOLD,    /* the same within a host call: not preemptible */
	STEP_SPAWN,   /* `count` times task `index` */
};

struct step {
	enum step_kind kind;
	unsigned index, count;
	uint64_t period_ns;
	struct dist dist;
};

struct task_spec {
	char name[WORKLOAD_NAME];
	unsigned plugin;
	unsigned count;      /* coroutines in each copy of the plugin */
	bool spawned;        /* only by spawn: goes through its steps once and ends */
	bool input;          /* waits for input */
	uint32_t sources;    /* a bit for each source it waits for */
	uint64_t stagger_ns; /* of each further one's first `every` */
	uint64_t budget_ns, period_ns, deadline_ns; /* a reservation; 0: none */
	uint64_t
		ahead_ns; /* its jobs are due so long after the deadline: there is a stock */
	size_t first, n_steps; /* in workload.steps */
};

struct plugin_spec {
	char name[WORKLOAD_NAME];
	unsigned weight, count;
	struct policy_prior prior;
	uint64_t refill_ns; /* the most it costs to have been switched away */
};

struct workload {
	char name[WORKLOAD_NAME]; /* the file's, without folder and .txt */
	char title[WORKLOAD_TITLE];
	uint64_t duration_ns, slice_ns, switch_ns, preempt_ns, seed;
	size_t n_sources, n_chans, n_plugins, n_tasks, n_steps;
	struct source_spec sources[WORKLOAD_SOURCES];
	struct chan_spec chans[WORKLOAD_CHANS];
	struct plugin_spec plugins[WORKLOAD_PLUGINS];
	struct task_spec tasks[WORKLOAD_TASKS];
	struct step steps[WORKLOAD_STEPS];
};

/*
 * workload_parse reads a text of size bytes (need not end in NUL). 0, or -EINVAL,
 * then why says "line N: what is wrong".
 */
int workload_parse(
	struct workload *workload, const char *text, size_t size, char why[static 160]);

/* workload_load reads a file of at most 64 KiB. 0 or -errno; why names file and line. */
int workload_load(struct workload *workload, const char *path, char why[static 512]);

#endif
