#include "session/audio_latency.h"

#include "util/clock.h"

#define CALM_NS        (10 * NS_PER_S)
#define MAX_RESERVE_NS (NS_PER_S / 2)

static void forget(struct audio_latency *l, uint64_t now_ns)
{
	uint64_t slot = now_ns / NS_PER_S;
	if (slot - l->slot > AUDIO_LATENCY_SLOTS && slot > l->slot)
		l->slot = slot - AUDIO_LATENCY_SLOTS;
	while (l->slot < slot)
		l->late_ns[++l->slot % AUDIO_LATENCY_SLOTS] = 0;
}

void audio_latency_late(struct audio_latency *l, uint64_t now_ns, uint64_t late_ns)
{
	forget(l, now_ns);
	uint64_t *worst = &l->late_ns[l->slot % AUDIO_LATENCY_SLOTS];
	*worst = late_ns > *worst ? late_ns : *worst;
}

/* What it takes to be calm: each ten seconds a tenth; less than a part of a period is nothing. */
static void calm_down(struct audio_latency *l, uint64_t now_ns, uint64_t period_ns)
{
	while (l->reserve_ns && now_ns >= l->calm_ns && now_ns - l->calm_ns >= CALM_NS) {
		l->reserve_ns -= (l->reserve_ns + 9) / 10;
		l->calm_ns += CALM_NS;
		if (l->reserve_ns < period_ns / 8)
			l->reserve_ns = 0;
	}
}

void audio_latency_xrun(struct audio_latency *l, uint64_t now_ns, uint64_t period_ns)
{
	calm_down(l, now_ns, period_ns);
	l->reserve_ns = l->reserve_ns ? 2 * l->reserve_ns : period_ns;
	if (l->reserve_ns > MAX_RESERVE_NS)
		l->reserve_ns = MAX_RESERVE_NS;
	l->calm_ns = now_ns;
}

static uint64_t worst_of(const struct audio_latency *l)
{
	uint64_t worst = 0;
	for (unsigned i = 0; i < AUDIO_LATENCY_SLOTS; i++)
		worst = l->late_ns[i] > worst ? l->late_ns[i] : worst;
	return worst < NS_PER_S ? worst : NS_PER_S;
}

uint64_t audio_latency_target(
	struct audio_latency *l, uint64_t now_ns, uint64_t period_ns, uint64_t wanted_ns)
{
	forget(l, now_ns);
	calm_down(l, now_ns, period_ns);
	uint64_t worst = worst_of(l);
	uint64_t safe = period_ns + worst + worst / 2 + l->reserve_ns;
	return wanted_ns > safe ? wanted_ns : safe;
}
