/* The other end of osaas_timer.h. */
#include "plugins/include/osaas_timer.h"

#include <string.h>
#include <time.h>

#include "plugins/include/osaas_request.h"
#include "session/service_table.h"
#include "util/clock.h"

struct timer {
	uint64_t id;
	uint64_t due_ns, period_ns;
	uint64_t times; /* due, but not told yet; told_ns is the last of them */
	uint64_t told_ns;
};

struct timers {
	struct service service;
	struct timer set[OSAAS_TIMER_MAX];
	size_t n;
};

static struct timers *timers_of(struct service *service)
{
	return container_of(service, struct timers, service);
}

static struct timer *find(struct timers *t, uint64_t id)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->set[i].id == id)
			return &t->set[i];
	}
	return NULL;
}

static void forget(struct timers *t, struct timer *timer)
{
	*timer = t->set[--t->n];
}

/* Notes how often it was due up to now, and when it is next. */
static void advance(struct timer *timer, uint64_t now)
{
	uint64_t n = 1;
	if (timer->due_ns > now)
		return;
	if (timer->period_ns)
		n += (now - timer->due_ns) / timer->period_ns;
	timer->times += n;
	timer->told_ns = timer->due_ns + (n - 1) * timer->period_ns;
	timer->due_ns = timer->told_ns + timer->period_ns;
	if (!timer->period_ns || timer->due_ns < timer->told_ns)
		timer->due_ns = UINT64_MAX;
}

static void tell(struct timers *t, struct timer *timer)
{
	struct osaas_timer_fired fired = {timer->id, timer->told_ns, timer->times};
	struct message msg = {.type = OSAAS_TIMER_FIRED};
	memcpy(msg.bytes, &fired, sizeof fired);
	if (service_post(&t->service, &msg) == 0)
		timer->times = 0;
}

/* What a plugin that does not receive was not told, it is told when it does. */
static void plan(struct timers *t)
{
	uint64_t next = UINT64_MAX;
	bool untold = false;
	for (size_t i = 0; i < t->n; i++) {
		untold |= t->set[i].times > 0;
		if (!t->set[i].times && t->set[i].due_ns < next)
			next = t->set[i].due_ns;
	}
	service_wake_at(&t->service, next);
	if (untold)
		service_wake_with_room(&t->service);
}

static void handle_wake(struct service *service)
{
	struct timers *t = timers_of(service);
	uint64_t now = clock_now_ns();
	for (size_t i = t->n; i-- > 0;) {
		struct timer *timer = &t->set[i];
		advance(timer, now);
		if (timer->times)
			tell(t, timer);
		if (!timer->times && timer->due_ns == UINT64_MAX)
			forget(t, timer);
	}
	plan(t);
}

static void set(struct timers *t, struct message *msg)
{
	struct osaas_timer_set in;
	memcpy(&in, msg->bytes, sizeof in);
	struct timer *timer = find(t, in.id);
	if (in.period_ns && in.period_ns < OSAAS_TIMER_PERIOD_MIN) {
		service_refuse(&t->service, msg, OSAAS_EINVAL,
			"a period of less than a millisecond");
		return;
	}
	if (!timer && t->n == OSAAS_TIMER_MAX) {
		service_refuse(&t->service, msg, OSAAS_ENOSPC, "%d timers are set",
			OSAAS_TIMER_MAX);
		return;
	}
	uint64_t now = clock_now_ns();
	if (!timer)
		timer = &t->set[t->n++];
	*timer = (struct timer){.id = in.id,
		.due_ns = in.first_ns > now ? in.first_ns : now,
		.period_ns = in.period_ns};
	message_drop(msg);
	service_result(&t->service, OSAAS_TIMER_SET, 0);
	plan(t);
}

static void cancel(struct timers *t, struct message *msg)
{
	uint64_t id;
	memcpy(&id, msg->bytes, sizeof id);
	struct timer *timer = find(t, id);
	if (timer)
		forget(t, timer);
	message_drop(msg);
	service_result(&t->service, OSAAS_TIMER_CANCEL, timer ? 0 : OSAAS_ENOENT);
	plan(t);
}

/* Rounds down, for instants before 1970 too. */
static time_t seconds_of(int64_t ns)
{
	int64_t s = ns / (int64_t)NS_PER_S;
	return (time_t)(ns % (int64_t)NS_PER_S < 0 ? s - 1 : s);
}

static void tell_clock(struct timers *t, struct message *msg)
{
	struct osaas_timer_clock out = {.mono_ns = clock_now_ns()};
	struct timespec now;
	struct tm tm;
	memcpy(&out.wall_ns, msg->bytes, sizeof out.wall_ns);
	clock_gettime(CLOCK_REALTIME, &now);
	if (out.wall_ns == INT64_MIN)
		out.wall_ns = (int64_t)timespec_ns(&now);
	time_t seconds = seconds_of(out.wall_ns);
	if (!localtime_r(&seconds, &tm)) {
		service_refuse(
			&t->service, msg, OSAAS_EINVAL, "no calendar has that time");
		return;
	}
	out.offset_s = (int32_t)tm.tm_gmtoff;
	strncpy(out.zone, tm.tm_zone ? tm.tm_zone : "", sizeof out.zone - 1);
	message_drop(msg);
	struct message answer = {.type = OSAAS_TIMER_CLOCK | OSAAS_ANSWER};
	memcpy(answer.bytes, &out, sizeof out);
	service_answer(&t->service, &answer);
}

static void receive(struct service *service, struct message *msg)
{
	struct timers *t = timers_of(service);
	if (msg->type == OSAAS_TIMER_SET)
		set(t, msg);
	else if (msg->type == OSAAS_TIMER_CANCEL)
		cancel(t, msg);
	else if (msg->type == OSAAS_TIMER_CLOCK)
		tell_clock(t, msg);
	else
		service_unknown(service, msg);
}

const struct service_ops service_timer = {
	.cap = "timer",
	.size = sizeof(struct timers),
	.receive = receive,
	.wake = handle_wake,
	.harmless = true,
};
