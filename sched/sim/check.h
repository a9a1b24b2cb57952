/*
 * check: the acceptance of the policy over a workload and several seeds, as TAP:
 *
 *	no job of an admitted deadline task is missed;
 *	no plugin starves beyond its bound (README.md);
 *	Jain's index is within a hundredth of the best of the other models';
 *	wake-up after input at p99, of all seeds' together, is no worse than the best
 *	of the other models'.
 */
#ifndef OSAAS_SCHED_SIM_CHECK_H
#define OSAAS_SCHED_SIM_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "sched/sim/workload.h"

#define CHECKS 4 /* lines of TAP per workload */

/* Numbered from `number`, seeds 1 to n_seeds. False: one failed. */
bool check_workload(
	FILE *out, const struct workload *workload, unsigned number, unsigned n_seeds);

#endif
