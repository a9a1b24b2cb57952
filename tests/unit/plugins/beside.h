/*
 * beside: a plugin that draws 60 frames a second next to one that works, or that leaks and
 * collects. Times are of this thread's processor clock: what others on the machine
 * take is not in them, so what is late is late because of what runs here.
 */
#ifndef TESTS_PLUGINS_BESIDE_H
#define TESTS_PLUGINS_BESIDE_H

#include <stdbool.h>
#include <stdint.h>

#define BESIDE_FRAME_NS UINT64_C(16666667)

/* To the plugin on "test.host": what it is to be; then ticks, answered by frames. */
enum beside_role {
	BESIDE_NOBODY,
	BESIDE_FRAMES, /* computes a frame for each tick */
	BESIDE_WORK,   /* walks through its memory for ever */
	BESIDE_LEAK, /* the same, and leaks all the time: it collects when its heap is full */
	BESIDE_STATS, /* the answer: struct osaas_heap_stats's collections, frozen_ns */
};

struct beside_result {
	unsigned frames, late;           /* late: not done when the next tick came */
	uint64_t p50_ns, p99_ns, max_ns; /* from the tick to the frame */
	uint64_t collections, frozen_ns; /* of the other plugin */
	uint64_t leaked;                 /* bytes */
};

/* What a frame and a tick are to the test's host. */
#define BESIDE_TICK  1
#define BESIDE_FRAME 2

/*
 * beside_run has the two run for that many frames, from sched_init to sched_finish.
 * whole: the other plugin is not preempted (a control: then frames must be late).
 * path is the plugin's. Returns false when something did not even start.
 */
bool beside_run(const char *path, enum beside_role other, unsigned frames, bool whole,
	struct beside_result *out);

#endif
