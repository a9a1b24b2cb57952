/*
 * contest: one case, ours and others' in turn, again and again, so that what
 * disturbs the machine disturbs all of them; medians, and one line per peer.
 */
#ifndef TESTS_BENCH_CONTEST_H
#define TESTS_BENCH_CONTEST_H

#include <math.h>
#include <stdbool.h>

#include "peer.h"

#define CONTEST_SIDES 5

/* How it is measured once: here, or by a peer that is asked for a case. */
struct side {
	double (*run)(int arg);
	int arg;
	enum peer_id peer;
	const char *ask; /* NULL: run */
	const char *
		name; /* of what run measures; after the peer's name otherwise, may be NULL */
	double bound; /* of ours to this; 0: none */
};

struct contest {
	const char *name, *unit;
	struct side ours;
	struct side sides[CONTEST_SIDES];
	int repetitions; /* 0: 31 */
	bool fresh;      /* each time in a process that has done nothing before */
};

void contest_run(const struct contest *contest);

#endif
