/*
 * A device that is none: it takes what a card would, when a card would, and hears silence. Time
 * is clock_now_ns, so it goes with virtual time, too. It wakes nobody: who feeds it knows
 * when it has room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>

#include "session/pcm.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define MAX_BUFFER (1u << 18)

struct clock {
	struct pcm pcm;
	enum pcm_direction direction;
	enum pcm_state state;
	uint64_t start_ns;
	uint64_t passed; /* frames written or read since prepare */
	void *frames;    /* a buffer's, of silence */
};

static uint64_t ticks(const struct clock *clock)
{
	if (clock->state != PCM_RUNNING)
		return 0;
	uint64_t ns = clock_now_ns() - clock->start_ns, rate = clock->pcm.config.rate;
	return ns / NS_PER_S * rate + ns % NS_PER_S * rate / NS_PER_S;
}

/* Frames that can be written or read; more than the buffer has: an xrun. */
static uint64_t room(const struct clock *clock)
{
	if (clock->direction == PCM_CAPTURE)
		return ticks(clock) - clock->passed;
	return clock->pcm.config.buffer + ticks(clock) - clock->passed;
}

static void follow(struct clock *clock)
{
	if (clock->state == PCM_RUNNING && room(clock) > clock->pcm.config.buffer)
		clock->state = PCM_XRUN;
}

static int clock_status(struct pcm *pcm, struct pcm_status *out)
{
	struct clock *clock = (struct clock *)pcm;
	follow(clock);
	unsigned n = clock->state == PCM_XRUN ? 0 : (unsigned)room(clock);
	*out = (struct pcm_status){
		.state = clock->state,
		.room = n,
		.delay = clock->direction == PCM_CAPTURE
				 ? (int64_t)n
				 : (int64_t)pcm->config.buffer - (int64_t)n,
		.time_ns = clock_now_ns(),
	};
	return 0;
}

static int clock_begin(struct pcm *pcm, void **frames, size_t *n)
{
	struct clock *clock = (struct clock *)pcm;
	follow(clock);
	if (clock->state == PCM_XRUN)
		return -EPIPE;
	*n = *n < room(clock) ? *n : (size_t)room(clock);
	*frames = clock->frames;
	if (clock->direction == PCM_CAPTURE)
		memset(clock->frames, 0, *n * pcm_frame_size(&pcm->config));
	return 0;
}

static int clock_commit(struct pcm *pcm, size_t n)
{
	struct clock *clock = (struct clock *)pcm;
	follow(clock);
	if (clock->state == PCM_XRUN)
		return -EPIPE;
	clock->passed += n;
	return 0;
}

static int clock_prepare(struct pcm *pcm)
{
	struct clock *clock = (struct clock *)pcm;
	clock->passed = 0;
	clock->state = PCM_PREPARED;
	return 0;
}

static int clock_start(struct pcm *pcm)
{
	struct clock *clock = (struct clock *)pcm;
	clock->start_ns = clock_now_ns();
	clock->state = PCM_RUNNING;
	return 0;
}

static int clock_want(struct pcm *pcm, unsigned want)
{
	(void)pcm, (void)want;
	return 0;
}

static void clock_close(struct pcm *pcm)
{
	struct clock *clock = (struct clock *)pcm;
	free(clock->frames);
	free(clock);
}

static const struct pcm_ops clock_ops = {
	.status = clock_status,
	.begin = clock_begin,
	.commit = clock_commit,
	.prepare = clock_prepare,
	.start = clock_start,
	.want = clock_want,
	.close = clock_close,
};

int pcm_clock_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	(void)loop, (void)name;
	why[0] = '\0';
	if (wish->buffer == 0 || wish->buffer > MAX_BUFFER || wish->rate == 0)
		return -EINVAL;
	struct clock *clock = xcalloc(1, sizeof *clock);
	*clock = (struct clock){
		.pcm = {.ops = &clock_ops, .config = *wish, .ready = ready, .data = data},
		.direction = direction,
		.frames = xcalloc(wish->buffer, pcm_frame_size(wish)),
	};
	snprintf(clock->pcm.name, sizeof clock->pcm.name, "none");
	*out = &clock->pcm;
	return 0;
}
