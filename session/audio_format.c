#include "session/audio_format.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "PCM_S24_3's bytes");
_Static_assert(sizeof(int) == sizeof(int32_t), "int is of 32 bits");

#define BLOCK 256 /* samples at a time: exact or dithered as one */

/* Added and taken away again, it rounds to even; the low half of the sum is the integer. */
#define ROUND 0x1.8p52

static double scale_of(enum pcm_format format)
{
	switch (format) {
	case PCM_S16:
		return 0x1p15;
	case PCM_S24_3:
	case PCM_S24:
		return 0x1p23;
	case PCM_S32:
		return 0x1p31;
	case PCM_FLOAT:
		break;
	}
	return 1;
}

static double bounded(double v, double low, double high)
{
	v = v == v ? v : 0;
	v = v > low ? v : low;
	return v < high ? v : high;
}

static int32_t rounded(double v)
{
	uint64_t bits;
	v += ROUND;
	memcpy(&bits, &v, sizeof bits);
	return (int32_t)(uint32_t)bits;
}

/* Integers of scale's size. */
static void quantize(const double *mix, int32_t *out, size_t n, double scale)
{
	for (size_t i = 0; i < n; i++)
		out[i] = rounded(bounded(mix[i] * scale, -scale, scale - 1));
}

static bool in_steps(const double *mix, size_t n, double scale)
{
	uint64_t off = 0;
	for (size_t i = 0; i < n; i++) {
		double v = bounded(mix[i] * scale, -scale, scale);
		off |= (uint64_t)(v != (v + ROUND) - ROUND);
	}
	return !off;
}

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t draw(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Two even draws make a triangular one. */
static double triangular(uint64_t *random)
{
	uint64_t bits = draw(random);
	return ((double)(uint32_t)bits - (double)(uint32_t)(bits >> 32)) * 0x1p-32;
}

static void quantize_dithered(
	uint64_t *random, const double *mix, int32_t *out, size_t n, double scale)
{
	for (size_t i = 0; i < n; i++) {
		double v = bounded(mix[i] * scale, -scale, scale);
		out[i] = rounded(bounded(v + triangular(random), -scale, scale - 1));
	}
}

static void pack_s16(const int32_t *in, void *out, size_t n)
{
	int16_t *s16 = out;
	for (size_t i = 0; i < n; i++)
		s16[i] = (int16_t)in[i];
}

static void pack_s24_3(const int32_t *in, void *out, size_t n)
{
	uint8_t *bytes = out;
	for (size_t i = 0; i < n; i++) {
		bytes[3 * i] = (uint8_t)in[i];
		bytes[3 * i + 1] = (uint8_t)(in[i] >> 8);
		bytes[3 * i + 2] = (uint8_t)(in[i] >> 16);
	}
}

static void encode_float(const double *mix, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (float)bounded(mix[i], -1, 1);
}

/* n is at most BLOCK. */
static void encode_block(struct audio_dither *dither, enum pcm_format format,
	const double *mix, void *out, size_t n)
{
	int32_t ints[BLOCK];
	double scale = scale_of(format);
	if (format == PCM_S16 && !in_steps(mix, n, scale))
		quantize_dithered(&dither->random, mix, ints, n, scale);
	else
		quantize(mix, ints, n, scale);
	if (format == PCM_S16)
		pack_s16(ints, out, n);
	else if (format == PCM_S24_3)
		pack_s24_3(ints, out, n);
	else
		memcpy(out, ints, n * sizeof *ints);
}

static size_t sample_size(enum pcm_format format)
{
	return format == PCM_S16 ? 2 : format == PCM_S24_3 ? 3 : 4;
}

void audio_encode(struct audio_dither *dither, enum pcm_format format, const double *mix,
	void *out, size_t n)
{
	if (format == PCM_FLOAT) {
		encode_float(mix, out, n);
		return;
	}
	uint8_t *bytes = out;
	for (size_t i = 0; i < n; i += BLOCK)
		encode_block(dither, format, mix + i, bytes + i * sample_size(format),
			n - i < BLOCK ? n - i : BLOCK);
}

static void decode_s16(const int16_t *in, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (float)in[i] * 0x1p-15f;
}

/* The top byte is of no matter. */
static void decode_s24(const int32_t *in, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (float)((int32_t)((uint32_t)in[i] << 8) >> 8) * 0x1p-23f;
}

static void decode_s24_3(const uint8_t *in, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t top = (uint32_t)in[3 * i] << 8 | (uint32_t)in[3 * i + 1] << 16 |
			       (uint32_t)in[3 * i + 2] << 24;
		out[i] = (float)((int32_t)top >> 8) * 0x1p-23f;
	}
}

static void decode_s32(const int32_t *in, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (float)in[i] * 0x1p-31f;
}

/* A device may say anything. */
static void decode_float(const float *in, float *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = in[i] == in[i] ? in[i] : 0;
		v = v > -1 ? v : -1;
		out[i] = v < 1 ? v : 1;
	}
}

void audio_decode(enum pcm_format format, const void *in, float *out, size_t n)
{
	switch (format) {
	case PCM_S16:
		decode_s16(in, out, n);
		break;
	case PCM_S24_3:
		decode_s24_3(in, out, n);
		break;
	case PCM_S24:
		decode_s24(in, out, n);
		break;
	case PCM_S32:
		decode_s32(in, out, n);
		break;
	case PCM_FLOAT:
		decode_float(in, out, n);
		break;
	}
}
