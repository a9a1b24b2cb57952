#include "session/audio_mix.h"

#include <math.h>
#include <stdint.h>

#define KNEE    0.75 /* where bending begins at the earliest */
#define ATTACK  32   /* frames that the gain takes to fall at least */
#define LARGEST 0x1p40

static double size_of(double v)
{
	v = v < 0 ? -v : v;
	return v <= LARGEST ? v : v == v ? LARGEST : 0;
}

static double peak_of(const double *mix, size_t n)
{
	double peak = 0;
	for (size_t i = 0; i < n; i++) {
		double v = size_of(mix[i]);
		peak = v > peak ? v : peak;
	}
	return peak;
}

/* Sooner known than the peak. */
static bool beyond(const double *mix, size_t n)
{
	uint64_t any = 0;
	for (size_t i = 0; i < n; i++)
		any |= (uint64_t)(mix[i] > 1) | (uint64_t)(mix[i] < -1);
	return any;
}

/* The first frame that is beyond full scale at this gain; frames: none. */
static size_t first_beyond(
	const double *mix, size_t frames, unsigned channels, double gain)
{
	for (size_t i = 0; i < frames * channels; i++)
		if (size_of(mix[i]) * gain > 1)
			return i / channels;
	return frames;
}

static void apply(double *mix, size_t frames, unsigned channels, double gain, double step)
{
	for (size_t i = 0; i < frames; i++)
		for (unsigned c = 0; c < channels; c++)
			mix[i * channels + c] *= gain + step * (double)i;
}

/* From a slope of 1 at the knee to full scale, never beyond. */
static double bent(double v, double knee)
{
	double size = size_of(v);
	if (size <= knee)
		return v;
	double room = 1 - knee;
	return copysign(knee + room * tanh((size - knee) / room), v);
}

/* As far below full scale as the peak is above it: what is hardly beyond is hardly bent. */
static void bend(double *mix, size_t n)
{
	if (!beyond(mix, n))
		return;
	double knee = fmax(2 - peak_of(mix, n), KNEE);
	for (size_t i = 0; i < n; i++)
		mix[i] = bent(mix[i], knee);
}

static void fall(struct audio_limiter *l, double *mix, size_t frames, unsigned channels,
	double target)
{
	size_t n = first_beyond(mix, frames, channels, l->gain);
	if (n < ATTACK)
		n = frames < ATTACK ? frames : ATTACK;
	apply(mix, n, channels, l->gain, (target - l->gain) / (double)n);
	apply(mix + n * channels, frames - n, channels, target, 0);
	l->gain = target;
}

static void rise(struct audio_limiter *l, double *mix, size_t frames, unsigned channels,
	double target)
{
	double step = l->release ? 0.5 / l->release : 1;
	double to = fmin(l->gain + step * (double)frames, target);
	apply(mix, frames, channels, l->gain, (to - l->gain) / (double)frames);
	l->gain = to;
}

void audio_limit(
	struct audio_limiter *limiter, double *mix, size_t frames, unsigned channels)
{
	if (!frames || (limiter->gain == 1 && !beyond(mix, frames * channels)))
		return;
	double peak = peak_of(mix, frames * channels);
	double target = peak > 1 ? 1 / peak : 1;
	if (target < limiter->gain)
		fall(limiter, mix, frames, channels, target);
	else
		rise(limiter, mix, frames, channels, target);
	bend(mix, frames * channels);
}
