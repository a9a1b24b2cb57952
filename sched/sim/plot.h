/*
 * plot: a picture of one workload as SVG, integers only: the same bytes everywhere.
 * Left, wake-up latency over percentiles of the most urgent class there is; right,
 * bars. Colours are Okabe and Ito's, lines differ in dashes too.
 */
#ifndef OSAAS_SCHED_SIM_PLOT_H
#define OSAAS_SCHED_SIM_PLOT_H

#include <stdio.h>

#include "sched/sim/result.h"
#include "sched/sim/workload.h"

void plot_svg(FILE *out, const struct workload *workload, const struct result *results,
	size_t n);

#endif
