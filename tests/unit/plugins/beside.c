#include "beside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/endpoint.h"
#include "plugins/plugin.h"
#include "sched/chan.h"
#include "sched/sched.h"
#include "util/clock.h"

#define FRAMES_MAX 20000

struct side {
	struct plugin *plugin;
	struct endpoint *end;
};

static bool begin(struct side *side, const char *path, enum beside_role role)
{
	struct plugin_error err;
	struct endpoint *ends[2];
	if (plugin_load(path, &side->plugin, &err) < 0 || endpoint_pair(ends, 4) < 0)
		return false;
	side->end = ends[0];
	/* As a window's: who gets something from the host has received input. */
	chan_set_wake_class(endpoint_tx(side->end), TASK_LATENCY);
	if (plugin_grant(side->plugin, "test.host", ends[1]) < 0 ||
		plugin_start(side->plugin, NULL, NULL) < 0)
		return false;
	return endpoint_try_send(side->end, &(struct message){.type = role}) == 0;
}

static void end(struct side *side)
{
	plugin_destroy(side->plugin);
	endpoint_close(side->end);
}

static void run_once(uint64_t until_ns)
{
	bool more = sched_run();
	plugin_reap();
	if (more || plugin_idle())
		return;
	uint64_t wake = sched_next_wake_ns();
	struct timespec ts = ns_timespec(wake < until_ns ? wake : until_ns);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/*
 * One frame: from the tick to its answer, and then to the next tick; both in what this
 * thread was given of the processor, or, while it sleeps, in time.
 */
static uint64_t frame(struct side *side)
{
	uint64_t start = clock_thread_ns(), done = 0;
	uint64_t tick = clock_now_ns(), next = tick + BESIDE_FRAME_NS;
	struct message m = {.type = BESIDE_TICK};
	if (endpoint_try_send(side->end, &m) < 0)
		return UINT64_MAX;
	while (!done || clock_now_ns() < next) {
		run_once(next);
		if (endpoint_try_recv(side->end, &m) == 0)
			done = clock_thread_ns() - start;
		if (!done && clock_thread_ns() - start > 100 * BESIDE_FRAME_NS)
			return UINT64_MAX;
	}
	return done;
}

/* Till the other one has built its list and works. */
static bool warm_up(struct side *side)
{
	uint64_t give_up = clock_thread_ns() + 10 * NS_PER_S;
	struct message m = {.type = BESIDE_STATS};
	if (endpoint_try_send(side->end, &m) < 0)
		return false;
	while (endpoint_try_recv(side->end, &m) == -EAGAIN) {
		run_once(clock_now_ns() + NS_PER_MS);
		if (clock_thread_ns() > give_up)
			return false;
	}
	return true;
}

static void ask(struct side *side, struct beside_result *out)
{
	struct message m = {.type = BESIDE_STATS};
	uint64_t words[3];
	if (endpoint_try_send(side->end, &m) < 0)
		return;
	while (endpoint_try_recv(side->end, &m) == -EAGAIN)
		run_once(clock_now_ns() + NS_PER_MS);
	memcpy(words, m.bytes, sizeof words);
	out->collections = words[0];
	out->frozen_ns = words[1];
	out->leaked = words[2];
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void judge(uint64_t *times, unsigned n, struct beside_result *out)
{
	out->frames = n;
	for (unsigned i = 0; i < n; i++)
		out->late += times[i] > BESIDE_FRAME_NS;
	qsort(times, n, sizeof *times, compare);
	out->p50_ns = times[n / 2];
	out->p99_ns = times[n - 1 - n / 100];
	out->max_ns = times[n - 1];
}

bool beside_run(const char *path, enum beside_role role, unsigned frames, bool whole,
	struct beside_result *out)
{
	static uint64_t times[FRAMES_MAX];
	struct side drawing = {0}, other = {0};
	*out = (struct beside_result){0};
	if (sched_init() < 0)
		return false;
	bool ok = begin(&drawing, path, BESIDE_FRAMES);
	if (ok && role != BESIDE_NOBODY)
		ok = begin(&other, path, role) && warm_up(&other);
	if (ok && whole)
		plugin_group(other.plugin)->text_hi = 0;
	for (unsigned i = 0; ok && i < frames; i++)
		times[i] = frame(&drawing);
	if (ok && other.end && !whole)
		ask(&other, out);
	if (ok)
		judge(times, frames, out);
	end(&drawing);
	if (other.plugin)
		end(&other);
	sched_finish();
	return ok;
}
