#include "session/audio_stamp.h"

#include <math.h>

#include "util/clock.h"

#define FAST_HZ  1.0  /* how closely it follows in its first two seconds */
#define SLOW_HZ  0.05 /* and later */
#define SETTLE   (2 * NS_PER_S)
#define FAR_NS   2e7   /* what is so far off is another stream */
#define MOST_OFF 0.005 /* of a frame's length */

void audio_stamp_begin(struct audio_stamp *stamp, unsigned rate)
{
	double ns = (double)NS_PER_S / rate;
	*stamp = (struct audio_stamp){.nominal_ns = ns, .frame_ns = ns};
}

static void start(struct audio_stamp *stamp, uint64_t frame, uint64_t time_ns)
{
	*stamp = (struct audio_stamp){.nominal_ns = stamp->nominal_ns,
		.frame_ns = stamp->nominal_ns,
		.frame = frame,
		.time_ns = time_ns,
		.since_ns = time_ns,
		.known = true};
}

static double bounded(double value, double least, double most)
{
	return fmin(fmax(value, least), most);
}

/* Whole nanoseconds apart: a double of them all would be rough after a month. */
static void move(struct audio_stamp *stamp, double ns)
{
	double sum = stamp->part_ns + ns, whole = floor(sum);
	stamp->time_ns += (uint64_t)(int64_t)whole;
	stamp->part_ns = sum - whole;
}

bool audio_stamp_note(struct audio_stamp *stamp, uint64_t frame, uint64_t time_ns)
{
	if (!stamp->known) {
		start(stamp, frame, time_ns);
		return true;
	}
	double n = (double)(frame - stamp->frame), length = n * stamp->frame_ns;
	double error =
		(double)(int64_t)(time_ns - stamp->time_ns) - stamp->part_ns - length;
	if (fabs(error) > FAR_NS) {
		start(stamp, frame, time_ns);
		return false;
	}
	if (n < 1)
		return true;
	double hz = time_ns - stamp->since_ns < SETTLE ? FAST_HZ : SLOW_HZ;
	double w = bounded(2 * M_PI * hz * length / NS_PER_S, 0, 0.5);
	move(stamp, length + M_SQRT2 * w * error);
	stamp->frame = frame;
	stamp->frame_ns = bounded(stamp->frame_ns + w * w * error / n,
		stamp->nominal_ns * (1 - MOST_OFF), stamp->nominal_ns * (1 + MOST_OFF));
	return true;
}

uint64_t audio_stamp_of(const struct audio_stamp *stamp, double frame)
{
	double ns = (frame - (double)stamp->frame) * stamp->frame_ns + stamp->part_ns;
	return stamp->time_ns + (uint64_t)(int64_t)floor(ns);
}
