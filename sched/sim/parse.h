/* parse: what the files that read a workload share. */
#ifndef OSAAS_SCHED_SIM_PARSE_H
#define OSAAS_SCHED_SIM_PARSE_H

#include "sched/sim/words.h"
#include "sched/sim/workload.h"

struct parser {
	struct workload *w;
	struct words words;
};

/* Index of what was described before; -1: there is none of that name. */
int parse_find_source(const struct workload *w, const char *word);
int parse_find_chan(const struct workload *w, const char *word);
/* Of the plugin that is being described. */
int parse_find_task(const struct workload *w, const char *word);

/* parse_steps.c: the lines that are steps. */
int parse_wait(struct parser *p);
int parse_every(struct parser *p);
int parse_recv(struct parser *p);
int parse_send(struct parser *p);
int parse_sleep(struct parser *p);
int parse_compute(struct parser *p);
int parse_hold(struct parser *p);
int parse_spawn(struct parser *p);

#endif
