/* report: results as a table for people, and as JSON. */
#ifndef OSAAS_SCHED_SIM_REPORT_H
#define OSAAS_SCHED_SIM_REPORT_H

#include <stdio.h>

#include "sched/sim/result.h"
#include "sched/sim/workload.h"

void report_text(FILE *out, const struct workload *workload, const struct result *results,
	size_t n);
/* One object per model and line. */
void report_json(FILE *out, const struct workload *workload, const struct result *results,
	size_t n);

/* "5.5 us", "12 ms": three digits at most; for reports and plots. */
struct duration_text {
	char s[16];
};
struct duration_text duration_text(uint64_t ns);

#endif
