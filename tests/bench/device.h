/*
 * device: a sound card that is a clock. It plays at its rate of CLOCK_MONOTONIC and, like a
 * card, interrupts at the ends of its periods: a timer's signal, which sched takes for readiness,
 * and a descriptor for the loop, from the same timer's time. It notes how long after there was
 * the room that somebody waited for it was filled, or somebody came and waits for more: for voices
 * that are late, while there is enough. Once for each time, and not when that was before it. If it is
 * never, the ring runs dry, which is a miss whatever was waited for.
 */
#ifndef TESTS_BENCH_DEVICE_H
#define TESTS_BENCH_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/pcm.h"

struct device_figures {
	uint32_t *late_ns; /* from when there was room */
	size_t n, max;
	uint64_t misses;     /* of them, longer than a period, or until it was dry */
	uint64_t dry;        /* the ring was empty before it was filled */
	uint64_t interrupts; /* that were wanted */
	uint64_t frames;     /* played */
	uint64_t disturbed;  /* misses in which this thread waited for the CPU */
	uint64_t waited_ns;  /* ... so long, so far */
};

extern unsigned device_period; /* frames */
extern struct device_figures device_figures;

void device_note(size_t max); /* from now on, forgetting what was */
extern pcm_opener device_open;

#endif
