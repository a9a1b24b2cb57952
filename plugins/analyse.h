/*
 * analyse: what a plugin's code does, from its instructions alone: loops and what they
 * touch in memory, which calls of the host are where, how often each part runs by
 * estimate, and the profile that follows. Estimates, all of it: good enough to begin
 * with, and corrected by what the scheduler measures.
 */
#ifndef OSAAS_PLUGINS_ANALYSE_H
#define OSAAS_PLUGINS_ANALYSE_H

#include "plugins/calls.h"
#include "plugins/code.h"
#include "plugins/profile.h"

/* The calls of the ABI, numbered as in calls.h. */
enum call_name {
#define X(name) CALL_##name,
	OSAAS_CALLS(X)
#undef X
	CALL_NAMES,
};
const char *call_name(enum call_name call); /* "osaas_alt" */

/* How an access to memory moves from one round of its loop to the next. */
enum access_kind {
	ACCESS_FIXED,      /* the same place, and what lies outside of loops */
	ACCESS_STACK,      /* of the function's own frame */
	ACCESS_SEQUENTIAL, /* at most a cache line further */
	ACCESS_STRIDED,    /* further than that, by the same each time */
	ACCESS_RANDOM,     /* at a place computed or looked up */
	ACCESS_CHASE,      /* at a place that it read there the round before */
	ACCESSES,
};
const char *access_name(enum access_kind kind);

/* All numbers of times and amounts are estimates, by loops' bounds where they can be seen. */
struct amounts {
	double insns, floats; /* executed; of them on floating point and vectors */
	double access[ACCESSES];
	double lines[ACCESSES]; /* of 64 bytes, that each access newly touches */
	double waits;           /* calls that wait for somebody */
	double calls[WORKS];    /* of the host, by what they are for */
	double by_name[CALL_NAMES];
};

#define ANALYSIS_ENTRIES   8
#define ANALYSIS_LOOPS     24
#define ANALYSIS_RECURSIVE 8

struct analysis_loop {
	uint32_t at;    /* where its first instruction is, bytes from the text's begin */
	uint64_t trips; /* a round of the loop around it; 0: not known */
	bool endless;   /* nothing leads out of it */
	uint32_t insns;
	double times;              /* rounds in all, by estimate */
	uint16_t access[ACCESSES]; /* instructions, itself apart from loops in it */
	uint64_t working_set;      /* bytes; 0: not known */
	uint8_t depth;             /* 1: in no other */
};

struct analysis_entry {
	uint32_t at;
	bool spawned; /* handed to osaas_spawn; else the entry function */
	struct amounts amounts;
	uint64_t working_set; /* of the largest of its loops, as far as known */
	int class;
};

struct analysis {
	struct profile profile;
	char why[160];      /* the rule that gave the class */
	struct amounts all; /* the entry function and what it spawns */
	struct analysis_entry entries[ANALYSIS_ENTRIES];
	size_t n_entries;
	uint32_t n_insns, n_floats, n_memory; /* in the text, not executed */
	uint32_t n_functions, n_loops, n_silent;
	struct analysis_loop silent
		[ANALYSIS_LOOPS]; /* without a call of the host, most rounds first */
	size_t n_silent_kept;
	uint32_t recursive[ANALYSIS_RECURSIVE]; /* functions */
	size_t n_recursive;                     /* in all */
	uint32_t largest_frame, largest_at;     /* bytes, and whose */
	bool frame_grows;   /* somewhere by an amount that is not in the code */
	uint64_t path;      /* stack of the deepest chain of calls; 0: not known */
	uint64_t allocates; /* largest buffer of a constant size */
	uint64_t data;      /* its largest object */
	uint32_t swept, unresolved; /* see code.h */
	uint16_t calls[CALL_NAMES]; /* places that call it */
	uint32_t caps;              /* bit per work: named to osaas_cap */
	bool complete;              /* false: too large to look at every loop */
};

/* analyse fills in out: 0, -ENOMEM. */
int analyse(struct analysis *out, const struct code *code, uint64_t entry);

#endif
