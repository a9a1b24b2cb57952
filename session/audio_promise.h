/*
 * audio_promise: the voices' reservations. A voice is woken with the time by which the device
 * would have played all that there is of it for a deadline, and is promised what it was
 * measured to need (audio_budget). Each second, and when one came, that is looked at anew.
 */
#ifndef OSAAS_SESSION_AUDIO_PROMISE_H
#define OSAAS_SESSION_AUDIO_PROMISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/sched.h"
#include "session/audio_budget.h"
#include "util/list.h"

struct chan;

struct audio_promises {
	struct list list;           /* audio_promise.link, in the order they came */
	struct audio_claim *claims; /* as many as there are */
	size_t n;
	uint64_t look_ns; /* share anew then; 0: as soon as possible */
};

struct audio_promise {
	struct list link;
	const char *name;  /* borrowed */
	struct chan *chan; /* borrowed: whom it wakes; the host's receiving half */
	uint64_t period_ns;
	struct reservation reservation;
	struct audio_budget budget;
	bool told; /* that there is none left for it */
};

void audio_promises_init(struct audio_promises *promises);
void audio_promises_finish(struct audio_promises *promises); /* none is left */

/* audio_promise_add: period_ns is how often it is woken: the device's, or its longer blocks'. */
void audio_promise_add(struct audio_promises *promises, struct audio_promise *promise,
	const char *name, struct chan *chan, uint64_t period_ns);
void audio_promise_remove(struct audio_promises *promises, struct audio_promise *promise);

/* audio_promise_period: it is woken so often from now on; cheap when that is not new. */
void audio_promise_period(struct audio_promises *promises, struct audio_promise *promise,
	uint64_t period_ns);

/* audio_promise_due: whom the channel wakes has until then. Before anything is received. */
static inline void audio_promise_due(struct audio_promise *promise, uint64_t due_ns)
{
	promise->reservation.later_ns = due_ns;
}

/* audio_promises_fed: once for each time that the device was fed. */
void audio_promises_fed(struct audio_promises *promises, uint64_t now_ns);

#endif
