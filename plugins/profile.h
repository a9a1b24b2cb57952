/*
 * profile: what static analysis believes a plugin will do: how much of each kind of
 * work, and the class that follows. For the scheduler and for people; nothing is
 * refused by it.
 */
#ifndef OSAAS_PLUGINS_PROFILE_H
#define OSAAS_PLUGINS_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sched/policy.h"

/* What a plugin works with; the first three need the processor and memory alone. */
enum work {
	WORK_COMPUTE, /* arithmetic, or memory that stays in the cache */
	WORK_STREAM,  /* memory one after the other, more than a cache holds */
	WORK_CHASE,   /* memory at random, or along pointers: hostile to caches */
	WORK_DISK,    /* fs.*, store.* */
	WORK_NETWORK, /* net.* */
	WORK_GUI,     /* gui.*, clipboard.* */
	WORK_AUDIO,   /* audio.* */
	WORK_TIMER,   /* waits with a deadline, timer.* */
	WORK_PROCESS, /* pty */
	WORK_PEERS,   /* channels of its own, link.*, and what is not known */
	WORKS,
};
#define WORK_FIRST_CALL WORK_DISK

/* The class: a work that prevails, or several. */
#define CLASS_MIXED WORKS
#define CLASSES     (CLASS_MIXED + 1)
#define CLASS_NONE  (-1) /* no hint */

struct profile {
	uint8_t weight[WORKS]; /* 0..255 of the estimated work: they add up to 255 */
	int class;             /* predicted: enum work or CLASS_MIXED */
	struct policy_prior prior;
};

/* "compute", "stream", ...; as in the manifest's hint. */
const char *class_name(int class);
/* class_find: of that name ("memory" is stream), or CLASS_NONE. */
int class_find(const char *name, size_t len);
/* The work of a capability, "fs.read" and the like. */
enum work work_of_cap(const char *cap, size_t len);

/* policy_prior of a plugin of that class, where its code says no more. */
struct policy_prior profile_hint(const struct profile *profile, int hint);

#endif
