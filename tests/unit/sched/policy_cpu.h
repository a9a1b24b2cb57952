/*
 * A processor for the tests: tasks that are woken and work for a while, and a clock that
 * jumps. Preempts when policy_beats says so, and when a reservation is whole again.
 */
#ifndef TESTS_SCHED_POLICY_CPU_H
#define TESTS_SCHED_POLICY_CPU_H

#include "policy_rig.h"

#define HOG UINT64_MAX /* works for ever */
struct actor {
	struct reservation *res; /* NULL: woken as cls */
	enum task_class cls;
	uint64_t gap_min, gap_max;   /* from being woken to being woken */
	uint64_t work_min, work_max; /* for, when woken */
	uint64_t ahead_ns; /* it has so long, if that is more than the reservation says */
	uint64_t wake_ns;  /* next */
	uint64_t left_ns;  /* work; 0: it waits */
	uint64_t due_ns;
	uint64_t late_ns; /* the worst */
	uint64_t jobs;
	uint64_t got_ns[TASK_CLASSES];
};
extern struct actor actors[MANY];
struct cpu {
	uint64_t now, ran, slice;
	uint64_t late_max; /* of the timer that ends a slice */
	size_t running;
	void (*each)(void); /* after every step */
};
extern struct cpu cpu;

void cpu_reset(void); /* nobody is woken, until a test says otherwise */
void cpu_run(uint64_t until);
void hog(size_t i); /* NORMAL, for ever */

#endif
