#include "session/audio_mix.h"

#include <math.h>
#include <string.h>

#define PLACES  (OSAAS_AUDIO_SR + 1)
#define HALF    0.70710678f /* -3 dB, as BS.775 rounds it */
#define QUARTER 0.5f

/* Places. */

static const uint8_t usual[OSAAS_AUDIO_MAX_CHANNELS][OSAAS_AUDIO_MAX_CHANNELS] = {
	{OSAAS_AUDIO_MONO},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_LFE},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE, OSAAS_AUDIO_RL,
		OSAAS_AUDIO_RR},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR,
		OSAAS_AUDIO_SL, OSAAS_AUDIO_SR},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE, OSAAS_AUDIO_RL,
		OSAAS_AUDIO_RR, OSAAS_AUDIO_SL, OSAAS_AUDIO_SR},
};

void audio_places_usual(uint8_t places[OSAAS_AUDIO_MAX_CHANNELS], unsigned n)
{
	memset(places, OSAAS_AUDIO_NOWHERE, OSAAS_AUDIO_MAX_CHANNELS);
	if (n > 0 && n <= OSAAS_AUDIO_MAX_CHANNELS)
		memcpy(places, usual[n - 1], OSAAS_AUDIO_MAX_CHANNELS);
}

/*
 * Where a place goes that the device has not: the first row of its own whose places are all
 * there. b NOWHERE: to a alone. Sides and rears are each other's neighbours in half as many
 * rooms as not: alone they take each other's whole, with the other there -3 dB.
 */
static const struct detour {
	uint8_t from, a, b;
	float gain;
} detours[] = {
	{OSAAS_AUDIO_MONO, OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, 1},
	{OSAAS_AUDIO_MONO, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_FC, OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, HALF},
	{OSAAS_AUDIO_FC, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_FL, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_FR, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_RL, OSAAS_AUDIO_SL, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_RL, OSAAS_AUDIO_FL, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_RL, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_RL, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_RR, OSAAS_AUDIO_SR, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_RR, OSAAS_AUDIO_FR, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_RR, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_RR, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_SL, OSAAS_AUDIO_RL, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_SL, OSAAS_AUDIO_FL, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_SL, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_SL, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_SR, OSAAS_AUDIO_RR, OSAAS_AUDIO_NOWHERE, 1},
	{OSAAS_AUDIO_SR, OSAAS_AUDIO_FR, OSAAS_AUDIO_NOWHERE, HALF},
	{OSAAS_AUDIO_SR, OSAAS_AUDIO_FC, OSAAS_AUDIO_NOWHERE, QUARTER},
	{OSAAS_AUDIO_SR, OSAAS_AUDIO_MONO, OSAAS_AUDIO_NOWHERE, QUARTER},
};

/* A set of places; what is none is left out. */
static unsigned set_of(const uint8_t *places, unsigned n)
{
	unsigned set = 0;
	for (unsigned i = 0; i < n; i++)
		set |= places[i] < PLACES ? 1u << places[i] : 0;
	return set;
}

static void connect(struct audio_matrix *m, const uint8_t *out, unsigned in,
	uint8_t place, float gain)
{
	for (unsigned o = 0; o < m->out; o++)
		if (out[o] == place)
			m->gain[o][in] += gain;
}

/* Rears on what was the sides' (or the other way round), when both are in the voice. */
static float shared(const struct detour *d, unsigned in_set)
{
	bool both = d->gain == 1 && d->from >= OSAAS_AUDIO_RL && (in_set & 1u << d->a);
	return both ? HALF : d->gain;
}

static void connect_missing(struct audio_matrix *m, const uint8_t *out, unsigned in,
	uint8_t place, unsigned in_set, unsigned out_set)
{
	for (size_t i = 0; i < sizeof detours / sizeof *detours; i++) {
		const struct detour *d = &detours[i];
		unsigned needs = (1u << d->a | 1u << d->b) & ~1u;
		if (d->from != place || (out_set & needs) != needs)
			continue;
		connect(m, out, in, d->a, shared(d, in_set));
		if (d->b != OSAAS_AUDIO_NOWHERE)
			connect(m, out, in, d->b, d->gain);
		return;
	}
}

static bool is_same(const struct audio_matrix *m)
{
	for (unsigned o = 0; o < m->out; o++)
		for (unsigned i = 0; i < m->in; i++)
			if (m->gain[o][i] != (o == i ? 1.0f : 0.0f))
				return false;
	return m->in == m->out;
}

static unsigned at_most(unsigned n)
{
	return n < OSAAS_AUDIO_MAX_CHANNELS ? n : OSAAS_AUDIO_MAX_CHANNELS;
}

void audio_matrix_make(struct audio_matrix *matrix, const uint8_t *in, unsigned n_in,
	const uint8_t *out, unsigned n_out)
{
	*matrix = (struct audio_matrix){.in = at_most(n_in), .out = at_most(n_out)};
	unsigned in_set = set_of(in, matrix->in), out_set = set_of(out, matrix->out);
	for (unsigned i = 0; i < matrix->in; i++) {
		if (in[i] == OSAAS_AUDIO_NOWHERE || in[i] >= PLACES)
			continue;
		if (out_set & 1u << in[i])
			connect(matrix, out, i, in[i], 1);
		else
			connect_missing(matrix, out, i, in[i], in_set, out_set);
	}
	matrix->same = is_same(matrix);
}

/* Gains. */

static float sane(float gain)
{
	gain = gain > 0 ? gain : 0; /* NaN, too */
	return gain < OSAAS_AUDIO_MAX_GAIN ? gain : OSAAS_AUDIO_MAX_GAIN;
}

void audio_ramp_to(struct audio_ramp *ramp, float target, uint32_t frames)
{
	ramp->target = sane(target);
	ramp->left = frames;
	if (!frames)
		ramp->gain = ramp->target;
}

/* Samples of a plugin: anything. */
static double heard(float v)
{
	v = v == v ? v : 0;
	v = v > -AUDIO_MAX_SAMPLE ? v : -AUDIO_MAX_SAMPLE;
	return v < AUDIO_MAX_SAMPLE ? v : AUDIO_MAX_SAMPLE;
}

static void add_plain(double *mix, const float *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mix[i] += heard(in[i]);
}

static void add_gained(double *mix, const float *in, size_t n, double gain)
{
	for (size_t i = 0; i < n; i++)
		mix[i] += heard(in[i]) * gain;
}

static void add_mono(
	double *mix, const float *in, size_t frames, double left, double right)
{
	for (size_t i = 0; i < frames; i++) {
		double v = heard(in[i]);
		mix[2 * i] += v * left;
		mix[2 * i + 1] += v * right;
	}
}

/* One channel of the voice on one of the device. */
static void add_channel(double *mix, unsigned out, const float *in, unsigned stride,
	size_t frames, double gain)
{
	for (size_t i = 0; i < frames; i++)
		mix[i * out] += heard(in[i * stride]) * gain;
}

static void add_matrix(double *mix, const float *in, size_t frames,
	const struct audio_matrix *m, double gain)
{
	for (unsigned o = 0; o < m->out; o++)
		for (unsigned i = 0; i < m->in; i++)
			if (m->gain[o][i] != 0)
				add_channel(mix + o, m->out, in + i, m->in, frames,
					m->gain[o][i] * gain);
}

static void add_steady(double *mix, const float *in, size_t frames,
	const struct audio_matrix *m, double gain)
{
	if (gain == 0)
		return;
	if (m->same && gain == 1)
		add_plain(mix, in, frames * m->in);
	else if (m->same)
		add_gained(mix, in, frames * m->in, gain);
	else if (m->in == 1 && m->out == 2)
		add_mono(mix, in, frames, m->gain[0][0] * gain, m->gain[1][0] * gain);
	else
		add_matrix(mix, in, frames, m, gain);
}

static void add_ramped(double *mix, const float *in, size_t frames,
	const struct audio_matrix *m, double gain, double step)
{
	for (size_t k = 0; k < frames; k++)
		for (unsigned o = 0; o < m->out; o++)
			for (unsigned i = 0; i < m->in; i++)
				mix[k * m->out + o] +=
					heard(in[k * m->in + i]) *
					(m->gain[o][i] * (gain + step * (double)k));
}

/* The part of it that is within the ramp; returns how many frames that was. */
static size_t add_ramp(double *mix, const float *in, size_t frames,
	const struct audio_matrix *m, struct audio_ramp *ramp)
{
	size_t n = frames < ramp->left ? frames : ramp->left;
	if (!n)
		return 0;
	double step = (ramp->target - ramp->gain) / ramp->left;
	add_ramped(mix, in, n, m, ramp->gain, step);
	ramp->left -= (uint32_t)n;
	ramp->gain = ramp->left ? ramp->gain + step * (double)n : ramp->target;
	return n;
}

void audio_mix_add(double *mix, const float *in, size_t frames,
	const struct audio_matrix *matrix, struct audio_ramp *ramp)
{
	size_t n = add_ramp(mix, in, frames, matrix, ramp);
	add_steady(mix + n * matrix->out, in + n * matrix->in, frames - n, matrix,
		ramp->gain);
}
