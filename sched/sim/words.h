/* words: a line of a workload file, word by word. For parse.c. */
#ifndef OSAAS_SCHED_SIM_WORDS_H
#define OSAAS_SCHED_SIM_WORDS_H

#include "sched/sim/workload.h"

#define WORDS_MAX (WORKLOAD_TIMES + 8)
#define HOUR_NS   UINT64_C(3600000000000)
#define SECOND_NS UINT64_C(1000000000)

struct words {
	unsigned line;
	size_t n, at; /* words of the line; the next one */
	char *words[WORDS_MAX];
	char *why; /* 160 bytes, the caller's */
};

/* All of these: 0, or -EINVAL and why says "line N: ...". */
int words_fail(struct words *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The words of the line up to a #; they lie in `line`, which is changed. */
int words_split(struct words *p, char *line);
int words_expect(struct words *p, const char *word);
int words_number(
	struct words *p, const char *what, uint64_t min, uint64_t max, uint64_t *value);
/* A number from 1 to max. */
int words_count(struct words *p, const char *what, unsigned max, unsigned *value);
/* Digits and a unit in one word. */
int words_span(
	struct words *p, const char *what, uint64_t min, uint64_t max, uint64_t *ns);
int words_name(struct words *p, char out[static WORKLOAD_NAME]);

/* The next word, NULL: none is left. */
const char *words_next(struct words *p);
/* Takes the next word if it is this one. */
bool words_accept(struct words *p, const char *word);

#endif
