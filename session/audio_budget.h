/*
 * audio_budget: how much of the processor each voice is promised. Pure: what was used in,
 * budgets out.
 *
 * A voice asks for what it was seen to need in a period, with a quarter as much again; a new one
 * for a sixteenth of its period; one that used its budget up for twice as much. Of each second
 * the few longest do not count: then the machine was busy, not the voice. Of the last ten
 * seconds the worst does.
 *
 * When they ask for more than sound may have, it is shared as max-min fairness says (Bertsekas
 * and Gallager, Data Networks, 1992, 6.5.2): who asks for less than an equal part gets it, and the
 * others share the rest. What nobody asks for is shared in the same way, up to three times as much
 * again: after the whole session was late voices have several periods to fill at once.
 */
#ifndef OSAAS_SESSION_AUDIO_BUDGET_H
#define OSAAS_SESSION_AUDIO_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUDIO_BUDGET_PPM     600000          /* of the processor: all voices */
#define AUDIO_BUDGET_ONE_PPM 250000          /* one with what is spare */
#define AUDIO_BUDGET_LEAST   UINT64_C(10000) /* ns; what a reservation may have */
#define AUDIO_BUDGET_MOST    8 /* a voice asks for no more than this part of its period */
#define AUDIO_BUDGET_NEW     16 /* ... and for this one at first */
#define AUDIO_BUDGET_SPARE   3  /* times as much, when nobody else wants it */
#define AUDIO_BUDGET_SLOTS   10 /* a second each */
#define AUDIO_BUDGET_LONGEST 4  /* of each second; the least of them counts */

struct audio_budget {
	/* Of the second under way, falling; how many periods it had. */
	uint64_t longest_ns[AUDIO_BUDGET_LONGEST];
	unsigned periods;
	uint64_t worst_ns[AUDIO_BUDGET_SLOTS]; /* of the seconds before */
	uint64_t slot;           /* which second; of the newest above is the one before */
	uint64_t last_ns;        /* when the last period was noted; 0: none was */
	uint64_t used_ns, spent; /* of the reservation, then */
};

/*
 * audio_budget_note: up to now, used_ns was run under the voice's reservation, whose budget is
 * budget_ns in period_ns, and it was spent so often, since ever. Once for each time the
 * device was fed; budget_ns 0: it has no reservation.
 */
void audio_budget_note(struct audio_budget *budget, uint64_t now_ns, uint64_t used_ns,
	uint64_t spent, uint64_t budget_ns, uint64_t period_ns);

/* audio_budget_wants: ns in a period. */
uint64_t audio_budget_wants(const struct audio_budget *budget, uint64_t period_ns);

/* What a voice wants, and gets; parts of the processor. */
struct audio_claim {
	uint32_t least_ppm, ppm; /* it can do with; it wants */
	uint32_t granted_ppm;    /* 0, or at least least_ppm; more than ppm, too */
};

/* audio_budget_share: who came first is served if there is not the least for all. */
void audio_budget_share(struct audio_claim *claims, size_t n, uint32_t ppm);

#endif
