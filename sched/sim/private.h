/* The simulator's data model; for sched/sim/ only. */
#ifndef OSAAS_SCHED_SIM_PRIVATE_H
#define OSAAS_SCHED_SIM_PRIVATE_H

#include "sched/sim/events.h"
#include "sched/sim/model.h"
#include "sched/sim/result.h"
#include "sched/sim/workload.h"
#include "util/list.h"

#define SIM_WINDOW_NS UINT64_C(100000000) /* of fairness */
#define SIM_QUEUE     16 /* events a task can be behind; more are dropped */

enum sim_state {
	SIM_NONE,    /* the slot is free */
	SIM_WAITING, /* at its step: the step is looked at again when it is woken */
	SIM_READY,
	SIM_RUNNING,
};

struct sim_task {
	struct model_task model;
	const struct task_spec *spec;
	enum sim_state state;
	struct random random;
	size_t step;         /* of the spec */
	struct list link;    /* sim_chan.receivers or senders, sim.free */
	uint64_t left_ns;    /* of the compute or hold under way; UINT64_MAX: for ever */
	bool holding;        /* not preemptible */
	uint64_t until_ns;   /* sleep under way; 0: none */
	uint64_t release_ns; /* next `every` */
	/* Events of its sources not yet waited for. */
	uint64_t queue_ns[SIM_QUEUE];
	unsigned first, n_queue;
	/* Why, and since when, it is ready. */
	enum task_class cls;
	uint64_t ready_ns;
	bool fresh; /* woken, has not run yet */
	struct {
		bool on, any, input, excused; /* any: not the first */
		uint64_t begin_ns, work_ns, last_begin_ns, last_end_ns;
		bool last_excused;
	} job;
	struct reservation res;
	bool refused;
};

struct sim_plugin {
	unsigned n_ready, n_running;
	uint64_t since_ns; /* it waits; valid if n_ready and not n_running */
	uint64_t left_at;  /* sim.busy_ns when it last ran */
	uint64_t refill_ns;
	unsigned weight;
	bool ran, reserved;
	/* Fairness. */
	unsigned n_endless; /* tasks that compute for ever */
	uint64_t owed_ns;   /* computing begun and not finished, these apart */
	uint64_t window_ns; /* used in the window */
	uint64_t asked_ns;  /* begun in the window, or owed at its start */
};

struct sim_chan {
	unsigned depth, n;
	struct list receivers, senders; /* sim_task.link */
};

struct sim {
	const struct workload *w;
	const struct model *model;
	void *self; /* the model's */
	struct result *result;
	struct policy admission;
	struct events events;
	struct random source_random[WORKLOAD_SOURCES];
	unsigned source_n[WORKLOAD_SOURCES]; /* events so far */
	struct sim_chan *chans;
	struct sim_plugin *plugins;
	unsigned first_copy[WORKLOAD_PLUGINS];
	struct sim_task *tasks;
	size_t n_tasks; /* slots in use; the last one's index + 1 */
	struct list free;
	uint64_t seed, streams;
	uint64_t now_ns, busy_ns;
	unsigned n_ready;
	/* The turn. */
	struct sim_task *running, *last;
	bool cut;             /* it is to be interrupted */
	bool acting;          /* it goes through its steps: whom it wakes, it wakes */
	uint64_t happened_ns; /* what wakes now; the event may be noticed later */
	uint64_t began_ns, slice_end_ns;
	uint64_t refill_left_ns;
	uint64_t window_end_ns;
};

/* tasks.c: what tasks do at their steps. */
void task_start_all(struct sim *sim);
/* task_proceed goes through steps until it computes (true) or waits or ends (false). */
bool task_proceed(struct sim *sim, struct sim_task *task);
void task_event(struct sim *sim, const struct event *event);
/* The jobs that were not done when the run ended. */
void task_finish_all(struct sim *sim);

/* engine.c */
void sim_wake(struct sim *sim, struct sim_task *task, enum task_class cls);

/* fair.c */
void fair_used(struct sim *sim, struct sim_task *task, uint64_t ns);
void fair_asked(struct sim *sim, struct sim_task *task);
void fair_window(struct sim *sim);
void fair_index(struct result *result);
void fair_ready(struct sim *sim, struct sim_task *task, int ready, int running);

/* bound.c: plugin_result.bound_ns of all. */
void bound_starvation(struct sim *sim);

#endif
