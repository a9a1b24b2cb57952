#include "session/audio_promise.h"

#include <errno.h>
#include <stdlib.h>

#include "sched/chan.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define PPM     UINT64_C(1000000)
#define MOST_NS NS_PER_S /* a reservation's period */
#define SETTLED 8        /* a budget stays when it would grow by less than this part */

void audio_promises_init(struct audio_promises *promises)
{
	*promises = (struct audio_promises){0};
	list_init(&promises->list);
}

void audio_promises_finish(struct audio_promises *promises)
{
	free(promises->claims);
	promises->claims = NULL;
}

static bool has_one(const struct audio_promise *promise)
{
	return promise->reservation.ppm != 0;
}

static void claim(struct audio_promises *promises)
{
	struct audio_claim *claim = promises->claims;
	list_for_each (promise, &promises->list, struct audio_promise, link) {
		uint64_t period = promise->period_ns;
		uint64_t wants = audio_budget_wants(&promise->budget, period);
		*claim++ = (struct audio_claim){
			.least_ppm = (uint32_t)(AUDIO_BUDGET_LEAST * PPM / period + 1),
			.ppm = (uint32_t)(wants * PPM / period + 1),
		};
	}
	audio_budget_share(promises->claims, promises->n, AUDIO_BUDGET_PPM);
}

/* Some percent more are not worth it. */
static bool settled(const struct audio_promise *promise, uint64_t budget)
{
	const struct reservation *res = &promise->reservation;
	return has_one(promise) && promise->period_ns == res->period_ns &&
	       budget >= res->budget_ns &&
	       budget - res->budget_ns < res->budget_ns / SETTLED;
}

static void withdraw(struct audio_promise *promise)
{
	chan_set_wake_class(promise->chan, TASK_LATENCY);
	sched_release(&promise->reservation);
}

/* Without a promise it is like who has just received input. */
static int reserve(struct audio_promise *promise, uint64_t budget, const char **why)
{
	struct reservation *res = &promise->reservation;
	res->budget_ns = budget;
	res->period_ns = res->deadline_ns = promise->period_ns;
	int r = sched_reserve(res, why);
	if (r == 0)
		chan_set_reservation(promise->chan, res);
	return r;
}

static void tell(struct audio_promise *promise, const char *why)
{
	if (!promise->told)
		log_error(
			"%s: its sound may have gaps under load: %s", promise->name, why);
	promise->told = true;
}

/* One that wants less, or more; the former first, so that there is something for the latter. */
static int give(struct audio_promise *promise, const struct audio_claim *claim, bool more)
{
	struct reservation *res = &promise->reservation;
	const char *why = "more voices play than the processor can promise to";
	uint64_t budget = claim->granted_ppm * promise->period_ns / PPM;
	int r = 0;
	if (budget < AUDIO_BUDGET_LEAST) {
		withdraw(promise);
		tell(promise, why);
		return 0;
	}
	if (settled(promise, budget) || more != (claim->granted_ppm > res->ppm))
		return 0;
	if (has_one(promise))
		r = sched_adjust(res, budget, promise->period_ns, &why);
	else
		r = reserve(promise, budget, &why);
	if (r < 0 && r != -EBUSY)
		tell(promise, why);
	return r;
}

static int give_all(struct audio_promises *promises, bool more)
{
	const struct audio_claim *claim = promises->claims;
	int r = 0;
	list_for_each (promise, &promises->list, struct audio_promise, link) {
		if (give(promise, claim++, more) < 0)
			r = -EBUSY;
	}
	return r;
}

/* What others were promised may be free only when their present periods are over: then again. */
static void look(struct audio_promises *promises, uint64_t now)
{
	claim(promises);
	give_all(promises, false);
	int r = give_all(promises, true);
	promises->look_ns = now + (r < 0 ? NS_PER_S / 16 : NS_PER_S);
}

/* Whoever sends more than a second at a time is promised its part of each. */
static uint64_t bounded(uint64_t period_ns)
{
	return period_ns < MOST_NS ? period_ns : MOST_NS;
}

void audio_promise_add(struct audio_promises *promises, struct audio_promise *promise,
	const char *name, struct chan *chan, uint64_t period_ns)
{
	*promise = (struct audio_promise){
		.name = name, .chan = chan, .period_ns = bounded(period_ns)};
	list_init(&promise->link);
	list_push_back(&promises->list, &promise->link);
	free(promises->claims);
	promises->claims = xcalloc(++promises->n, sizeof *promises->claims);
	chan_set_wake_class(chan, TASK_LATENCY);
	look(promises, clock_now_ns());
}

void audio_promise_remove(struct audio_promises *promises, struct audio_promise *promise)
{
	list_remove(&promise->link);
	promises->n--;
	chan_set_reservation(promise->chan, NULL);
	sched_release(&promise->reservation);
	promises->look_ns = 0;
}

void audio_promise_period(struct audio_promises *promises, struct audio_promise *promise,
	uint64_t period_ns)
{
	period_ns = bounded(period_ns);
	if (promise->period_ns == period_ns)
		return;
	promise->period_ns = period_ns;
	promises->look_ns = 0;
}

void audio_promises_fed(struct audio_promises *promises, uint64_t now)
{
	list_for_each (promise, &promises->list, struct audio_promise, link) {
		const struct reservation *res = &promise->reservation;
		audio_budget_note(&promise->budget, now, res->used_ns, res->spent,
			has_one(promise) ? res->budget_ns : 0, promise->period_ns);
	}
	if (now >= promises->look_ns)
		look(promises, now);
}
