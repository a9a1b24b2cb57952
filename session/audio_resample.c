/*
 * By soxr, and not libsamplerate: from 44.1 to 48 kHz, stereo, in blocks of 64 frames (EPYC,
 * soxr 0.1.3, libsamplerate 0.2.2):
 *
 *				signal to noise	at 20 kHz	delay		a frame
 *	soxr, 20 bits, as below	132 dB		-0.005 dB	207 frames	13 ns
 *	soxr, 20 bits, as it is	133 dB		-0.008 dB	924 frames	11 ns
 *	soxr, variable rate	115 dB		-0.05 dB	240 frames	115 ns
 *	SRC_SINC_BEST_QUALITY	139 dB		0 dB		144 frames	636 ns
 *	SRC_SINC_MEDIUM_QUALITY	116 dB		-3.3 dB		47 frames	129 ns
 *
 * soxr convolves by Fourier transforms, whose length is most of its delay: they are kept short,
 * and the filter as wide as it may be: without an image below 20 kHz; at low rates, whose images
 * would be heard, with those of the top thirtieth of the band only, but passing less of it (a
 * telephone's 3.4 of 4 kHz).
 *
 * It allocates as it goes: how long its queues get depends on how what they get and give varies.
 * So each step has room for all that comes of it, which leaves the last one empty; and at create
 * it gets more at once than it ever will again. It has no reset that does not allocate: silence
 * drives out what is in it, and what comes of that is thrown away.
 */
#include "session/audio_resample.h"

#include <errno.h>
#include <math.h>
#include <soxr.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_mix.h"
#include "session/soxr_library.h"
#include "util/log.h"
#include "util/xalloc.h"

#define CHUNK     256    /* frames of input in a step */
#define STEP_OUT  1024   /* frames of output that a step is to have at most, about */
#define PRIME     8192   /* frames at once, at create; more than 16 KiB */
#define PRIME_OUT 65536  /* frames that may come of it, about */
#define STEPS     160    /* at create */
#define LOW_RATE  40000  /* Hz: below it, images are heard */
#define NEAR      4096   /* frames: where both rates meet, a reset goes on to */
#define TINY      1e-15f /* -300 dB; smaller ones only cost time */

struct resampler {
	soxr_t soxr;
	unsigned from, to; /* without their common divisor */
	unsigned channels;
	size_t step;      /* frames of input that soxr gets at a time, at most */
	uint64_t in, out; /* frames taken and given since it was as new */
	uint64_t pad;     /* frames of silence after those taken: flush's */
	uint64_t behind;  /* frames that soxr still has to give of what was before */
	int64_t off;      /* of the first one from its place: parts of from of a frame */
	uint64_t longest; /* frames of input that are inside at most */
	bool failed;
	float *silence, *clean;              /* step frames each */
	float *held;                         /* what soxr gave, and is not given yet */
	size_t held_at, held_end, held_size; /* frames */
};

static unsigned divisor(unsigned a, unsigned b)
{
	return b ? divisor(b, a % b) : a;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void fail(struct resampler *r, const char *why)
{
	log_error(
		"resampling failed: %s: the voice is silent; its plugin may send at the "
		"device's rate",
		why);
	r->failed = true;
}

/* All of in; what comes of it to out, of which there is enough; returns the frames it gave. */
static size_t pass(
	struct resampler *r, const float *in, size_t n, float *out, size_t room)
{
	size_t used = 0, given = 0;
	if (r->failed)
		return 0;
	soxr_error_t error = soxr_process(r->soxr, in, n, &used, out, room, &given);
	if (error || used != n)
		fail(r, error ? error : "it does not take what it should");
	return r->failed ? 0 : given;
}

/* n frames, at most a step, when all that was held is given. */
static void push(struct resampler *r, const float *in, size_t n)
{
	r->held_end = pass(r, in, n, r->held, r->held_size);
	r->held_at = least(r->behind, r->held_end);
	r->behind -= r->held_at;
}

static size_t give(struct resampler *r, float *out, size_t room)
{
	size_t n = least(room, r->held_end - r->held_at);
	memcpy(out, r->held + r->held_at * r->channels, n * r->channels * sizeof *out);
	r->held_at += n;
	r->out += n;
	return n;
}

/* So many frames come of so many. */
static uint64_t output_of(const struct resampler *r, uint64_t in)
{
	return (in * r->to + r->from - 1) / r->from;
}

/* Frames of in without what is no sample: soxr would hand it round. At most a step. */
static const float *cleaned(struct resampler *r, const float *in, size_t frames)
{
	size_t n = frames * r->channels;
	uint32_t odd = 0;
	for (size_t i = 0; i < n; i++) {
		float size = fabsf(in[i]);
		odd |= (uint32_t) !(size <= AUDIO_MAX_SAMPLE) |
		       ((uint32_t)(size < TINY) & (uint32_t)(size > 0));
	}
	if (!odd)
		return in;
	for (size_t i = 0; i < n; i++) {
		float size = fabsf(in[i]);
		float v = size <= AUDIO_MAX_SAMPLE ? in[i]
						   : copysignf(AUDIO_MAX_SAMPLE, in[i]);
		r->clean[i] = size >= TINY ? v : 0;
	}
	return r->clean;
}

void resampler_run(struct resampler *resampler, const float *in, size_t *n_in, float *out,
	size_t *n_out)
{
	struct resampler *r = resampler;
	size_t taken = 0, given = 0;
	if (r->pad)
		resampler_reset(r);
	for (;;) {
		given += give(r, out + given * r->channels, *n_out - given);
		size_t n = least(*n_in - taken, r->step);
		if (given == *n_out || !n)
			break;
		push(r, cleaned(r, in + taken * r->channels, n), n);
		taken += n;
		r->in += n;
	}
	*n_in = taken;
	*n_out = given;
}

void resampler_flush(struct resampler *resampler, float *out, size_t *n_out)
{
	struct resampler *r = resampler;
	size_t given = 0;
	uint64_t end = output_of(r, r->in);
	for (;;) {
		uint64_t left = end > r->out ? end - r->out : 0;
		size_t room = least(*n_out - given, left);
		given += give(r, out + given * r->channels, room);
		if (given == *n_out || r->out >= end || r->failed)
			break;
		push(r, r->silence, r->step);
		r->pad += r->step;
	}
	if (!given && *n_out)
		resampler_reset(r);
	*n_out = given;
}

/* Silence until nothing is inside of what was; where the rates meet the next frame is as the first. */
static void drive_out(struct resampler *r)
{
	uint64_t at = r->in + r->pad + r->longest;
	if (r->from <= NEAR)
		at += r->from - 1 - (at + r->from - 1) % r->from;
	uint64_t left = at - r->in - r->pad, gone = r->out + r->held_end - r->held_at;
	while (left && !r->failed) {
		size_t n = least(left, r->step);
		gone += pass(r, r->silence, n, r->held, r->held_size);
		left -= n;
	}
	int64_t exact = (int64_t)(at * r->to) + r->off;
	int64_t all = (exact + r->from / 2) / r->from;
	r->off = exact - all * r->from;
	all += (int64_t)r->behind - (int64_t)gone;
	r->behind = all > 0 ? (uint64_t)all : 0;
}

void resampler_reset(struct resampler *resampler)
{
	struct resampler *r = resampler;
	if (r->in || r->pad)
		drive_out(r);
	r->in = r->out = r->pad = 0;
	r->held_at = r->held_end = 0;
}

double resampler_delay(const struct resampler *resampler)
{
	const struct resampler *r = resampler;
	double delay = (double)r->in - (double)r->out * r->from / r->to;
	return delay > 0 ? delay : 0;
}

/* What it gets at once, at create. */
static size_t large_of(const struct resampler *r)
{
	uint64_t large = PRIME * least(1 + r->from / r->to, 8);
	return least(large, (uint64_t)PRIME_OUT * r->from / r->to + 1);
}

/* Silence in as large a piece as never again, then in steps, until its memory is as it stays. */
static void prime(struct resampler *r)
{
	uint64_t most = 0;
	size_t large = large_of(r), room = output_of(r, large) + PRIME_OUT;
	float *buffer = xcalloc((large + room) * r->channels, sizeof *buffer);
	for (size_t i = 0; (i < STEPS || r->in < PRIME) && !r->failed; i++) {
		size_t n = i < 2 ? large : 1 + i % r->step;
		uint64_t given = pass(r, buffer, n, buffer + large * r->channels, room);
		r->in += n;
		r->out += given;
		most = i >= 2 && given > most ? given : most;
		uint64_t inside = (uint64_t)ceil(resampler_delay(r));
		r->longest = inside > r->longest ? inside : r->longest;
	}
	free(buffer);
	r->held_size = 2 * most + output_of(r, r->step);
	r->held = xcalloc(r->held_size * r->channels, sizeof *r->held);
	resampler_reset(r);
}

static int open_soxr(struct resampler *r, unsigned from, unsigned to)
{
	soxr_error_t error;
	soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
	soxr_quality_spec_t quality = soxr_quality_spec(SOXR_20_BITQ, 0);
	soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
	bool low = from < LOW_RATE || to < LOW_RATE;
	quality.passband_end = low ? 0.85 : 0.907; /* 3.4 of 4, 20 of 22.05 kHz */
	quality.stopband_begin = low ? 1.03 : 1.093;
	runtime.log2_min_dft_size = runtime.log2_large_dft_size = 8;
	r->soxr = soxr_create(from, to, r->channels, &error, &io, &quality, &runtime);
	if (r->soxr && !error)
		return 0;
	log_error("resampling from %u to %u Hz: %s", from, to,
		error ? error : "no memory; close something");
	return -ENOMEM;
}

static bool rate_ok(unsigned rate)
{
	return rate >= OSAAS_AUDIO_MIN_RATE && rate <= OSAAS_AUDIO_MAX_RATE;
}

static size_t step_of(unsigned from, unsigned to)
{
	size_t step = least((uint64_t)STEP_OUT * from / to, CHUNK);
	return step ? step : 1;
}

int resampler_create(
	unsigned from, unsigned to, unsigned channels, struct resampler **out)
{
	*out = NULL;
	if (!rate_ok(from) || !rate_ok(to) || !channels ||
		channels > OSAAS_AUDIO_MAX_CHANNELS)
		return -EINVAL;
	static bool missing; /* said once; plugins ask as often as they like */
	if (missing)
		return -ENOENT;
	int error = library_soxr.handle ? 0 : library_load(&library_soxr); /* it stays */
	missing = error < 0;
	if (missing)
		return error;
	struct resampler *r = xcalloc(1, sizeof *r);
	*r = (struct resampler){.from = from / divisor(from, to),
		.to = to / divisor(from, to),
		.channels = channels,
		.step = step_of(from, to)};
	r->silence = xcalloc(r->step * channels, sizeof *r->silence);
	r->clean = xcalloc(r->step * channels, sizeof *r->clean);
	error = open_soxr(r, from, to);
	if (error == 0)
		prime(r);
	if (error == 0 && r->failed)
		error = -ENOMEM;
	if (error < 0) {
		resampler_destroy(r);
		return error;
	}
	*out = r;
	return 0;
}

void resampler_destroy(struct resampler *resampler)
{
	if (!resampler)
		return;
	if (resampler->soxr)
		soxr_delete(resampler->soxr);
	free(resampler->silence);
	free(resampler->clean);
	free(resampler->held);
	free(resampler);
}
