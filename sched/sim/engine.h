/*
 * engine: runs a workload under a model in virtual time. Single stepped from event
 * to event, integers only, so the same everywhere.
 *
 * One processor. Switching to another task costs switch_ns, being interrupted
 * preempt_ns, and a plugin that comes back computes refill_ns longer, or as long as
 * the others ran if that is less. As in sched.c the clock is read once between two
 * tasks, so all these are paid by the task that runs. A slice ends a run only while
 * somebody else is ready.
 */
#ifndef OSAAS_SCHED_SIM_ENGINE_H
#define OSAAS_SCHED_SIM_ENGINE_H

#include "sched/sim/model.h"
#include "sched/sim/result.h"
#include "sched/sim/workload.h"

/* 0 or -ENOMEM. The result is the caller's: result_finish. */
int engine_run(const struct workload *workload, const struct model *model, uint64_t seed,
	struct result *result);

#endif
