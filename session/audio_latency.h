/*
 * audio_latency: how far ahead to fill. Pure: measured times in, frames out.
 *
 * target = max(what is wanted, what is safe), where safe is a period, and the latest that the
 * engine was called in the last ten seconds after it was due with half as much again, and what
 * underruns have added: each doubles the reserve; ten calm seconds take a tenth of it away.
 */
#ifndef OSAAS_SESSION_AUDIO_LATENCY_H
#define OSAAS_SESSION_AUDIO_LATENCY_H

#include <stdint.h>

#define AUDIO_LATENCY_SLOTS 10 /* a second each */

struct audio_latency {
	uint64_t late_ns[AUDIO_LATENCY_SLOTS]; /* the worst of each of the last seconds */
	uint64_t slot;                         /* the second the newest is of */
	uint64_t reserve_ns;                   /* underruns' */
	uint64_t calm_ns;                      /* when the reserve changed last */
};

void audio_latency_late(struct audio_latency *latency, uint64_t now_ns, uint64_t late_ns);
void audio_latency_xrun(
	struct audio_latency *latency, uint64_t now_ns, uint64_t period_ns);
/* audio_latency_target: ns to fill ahead; wanted_ns is the smallest that voices want. */
uint64_t audio_latency_target(struct audio_latency *latency, uint64_t now_ns,
	uint64_t period_ns, uint64_t wanted_ns);

#endif
