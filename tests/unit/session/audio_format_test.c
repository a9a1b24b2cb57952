/* Samples as a device has them: each integer there is, what is none, and dither. */
#include "session/audio_format.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BLOCK        4096

static const struct {
	enum pcm_format format;
	unsigned bits, bytes;
} formats[] = {{PCM_S16, 16, 2}, {PCM_S24_3, 24, 3}, {PCM_S24, 24, 4}, {PCM_S32, 32, 4}};

static double mix[1 << 16];
static float decoded[1 << 16];
static uint8_t encoded[(4 << 16) + 8];

static int64_t integer_at(size_t format, size_t i)
{
	const uint8_t *p = encoded + i * formats[format].bytes;
	uint32_t bits = 0;
	memcpy(&bits, p, formats[format].bytes);
	unsigned unused = 32 - 8 * formats[format].bytes;
	return (int64_t)((int32_t)(bits << unused) >> unused);
}

static void encode(size_t format, size_t n)
{
	struct audio_dither dither = {.random = 1};
	memset(encoded, 0xa5, sizeof encoded);
	audio_encode(&dither, formats[format].format, mix, encoded, n);
	for (size_t i = n * formats[format].bytes; i < n * formats[format].bytes + 8; i++)
		assert_int_equal(encoded[i], 0xa5);
}

/* n integers from first on, of so many bits, come out as they are, and are themselves again. */
static void check_integers(size_t format, int64_t first, size_t n, unsigned bits)
{
	unsigned shift = formats[format].bits - bits;
	for (size_t i = 0; i < n; i++)
		mix[i] = ldexp((double)(first + (int64_t)i), 1 - (int)bits);
	encode(format, n);
	audio_decode(formats[format].format, encoded, decoded, n);
	for (size_t i = 0; i < n; i++) {
		int64_t want = (first + (int64_t)i) * ((int64_t)1 << shift);
		int64_t is = integer_at(format, i);
		if (is != want)
			fail_msg("format %zu: %lld, not %lld", format, (long long)is,
				(long long)want);
		if ((double)decoded[i] != (double)(float)mix[i])
			fail_msg("format %zu: %lld is %a again, not %a", format,
				(long long)is, (double)decoded[i], mix[i]);
	}
}

/* All of 16 bits, and of 24 all near what may go wrong and some of the rest. */
static void test_exact(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(formats); f++) {
		check_integers(f, INT16_MIN, 1 << 16, 16);
		if (formats[f].bits < 24)
			continue;
		for (int64_t v = -(1 << 23); v < 1 << 23; v += 99991)
			check_integers(f, v, v + 100 < 1 << 23 ? 100 : 1, 24);
		check_integers(f, -(1 << 23), 1000, 24);
		check_integers(f, (1 << 23) - 1000, 1000, 24);
		check_integers(f, -1000, 2000, 24);
	}
	check_integers(3, INT32_MIN, 1000, 32);
	check_integers(3, INT32_MAX - 999, 1000, 32);
	check_integers(3, -500, 1000, 32);
}

static void test_float(void **state)
{
	static const struct {
		double in;
		float out;
	} cases[] = {{0, 0}, {1, 1}, {-1, -1}, {0.3, 0.3f}, {0x1p-149, 0x1p-149f},
		{1.5, 1}, {-7, -1}, {INFINITY, 1}, {-INFINITY, -1}, {NAN, 0}};
	float out;
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		audio_encode(NULL, PCM_FLOAT, &cases[i].in, &out, 1);
		assert_true((double)out == (double)cases[i].out);
		float in = (float)cases[i].in;
		audio_decode(PCM_FLOAT, &in, &out, 1);
		assert_true((double)out == (double)cases[i].out);
	}
}

/* What is beyond full scale, or no number: {value, part of full scale, of which 1 is the most}. */
static void test_beyond(void **state)
{
	static const double cases[][2] = {{1, 1}, {1 - 0x1p-40, 1}, {2, 1}, {1e300, 1},
		{INFINITY, 1}, {-1, -1}, {-1.5, -1}, {-1e300, -1}, {-INFINITY, -1},
		{NAN, 0}, {-NAN, 0}, {0x1p-1074, 0}, {-0.0, 0}, {1e-40, 0}};
	(void)state;
	for (size_t f = 0; f < COUNT(formats); f++) {
		int64_t full = (int64_t)1 << (formats[f].bits - 1);
		for (size_t i = 0; i < COUNT(cases); i++) {
			int64_t want = (int64_t)(cases[i][1] * (double)full);
			want = want < full ? want : full - 1;
			mix[0] = cases[i][0];
			encode(f, 1);
			int64_t off = llabs(integer_at(f, 0) - want);
			if (off > (f == 0 ? 1 : 0)) /* dither */
				fail_msg("format %zu: %g is %lld", f, cases[i][0],
					(long long)integer_at(f, 0));
		}
	}
}

static double chance(void)
{
	static uint64_t random = 1;
	random = random * 6364136223846793005u + 1442695040888963407u;
	return (double)(random >> 11) * 0x1p-52 - 1;
}

/* To the nearest, and to the even one of two. */
static void test_rounding(void **state)
{
	(void)state;
	for (size_t f = 1; f < COUNT(formats); f++) {
		double scale = ldexp(1, (int)formats[f].bits - 1);
		for (size_t i = 0; i < BLOCK; i++)
			mix[i] =
				i % 2 ? chance() : (floor(chance() * 1000) + 0.5) / scale;
		encode(f, BLOCK);
		for (size_t i = 0; i < BLOCK; i++)
			if ((double)integer_at(f, i) !=
				fmin(rint(mix[i] * scale), scale - 1))
				fail_msg("format %zu: %a is %lld", f, mix[i],
					(long long)integer_at(f, i));
	}
}

/* The top byte of 24 in four is anything. */
static void test_top_byte(void **state)
{
	static const int32_t in[] = {
		0x7f000001, (int32_t)0x80000001, 0x00800000, (int32_t)0xff7fffff};
	static const double want[] = {0x1p-23, 0x1p-23, -1, 1 - 0x1p-23};
	float out[4];
	(void)state;
	audio_decode(PCM_S24, in, out, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true((double)out[i] == want[i]);
}

/* Dither. Unit: steps of 16 bits. */

#define STEPS (1 << 16)

static void dithered(const double *in, double *out, size_t n, uint64_t seed)
{
	static int16_t s16[STEPS];
	struct audio_dither dither = {.random = seed};
	for (size_t i = 0; i < n; i++)
		mix[i] = in[i] * 0x1p-15;
	audio_encode(&dither, PCM_S16, mix, s16, n);
	for (size_t i = 0; i < n; i++)
		out[i] = s16[i];
}

static double wave[STEPS], got[STEPS];

/* A constant between two steps: right on average, its noise the same wherever it lies. */
static void test_dither_moments(void **state)
{
	(void)state;
	for (double level = -2.05; level < 2.1; level += 0.1) {
		double sum = 0, squares = 0, product = 0, last = 0;
		for (size_t i = 0; i < STEPS; i++)
			wave[i] = level;
		dithered(wave, got, STEPS, 7);
		for (size_t i = 0; i < STEPS; i++) {
			double error = got[i] - level;
			assert_true(fabs(error) <= 1.5);
			sum += error;
			squares += error * error;
			product += error * last;
			last = error;
		}
		/* Five times the standard error: of 1/2 a step. */
		assert_true(fabs(sum / STEPS) < 5 * 0.5 / 256);
		assert_true(fabs(squares / STEPS - 0.25) < 5 * 0.25 * 1.5 / 256);
		assert_true(fabs(product / STEPS) < 5 * 0.25 / 256);
	}
}

/* Power at a frequency of parts of n. */
static double power_at(const double *in, size_t n, size_t part)
{
	double re = 0, im = 0;
	for (size_t i = 0; i < n; i++) {
		double at = 2 * M_PI * (double)(i * part % n) / (double)n;
		re += in[i] * cos(at);
		im += in[i] * sin(at);
	}
	return (re * re + im * im) / (double)n;
}

/*
 * A sine of less than a step is there, and has no harmonics: the noise is as high there as
 * elsewhere, 1/4 (chi-squared of two degrees: 15 times is one in three millions).
 */
static void test_dither_spectrum(void **state)
{
	(void)state;
	const size_t part = 1365;
	const double level = 0.4;
	for (size_t i = 0; i < STEPS; i++)
		wave[i] = level * sin(2 * M_PI * (double)(i * part % STEPS) / STEPS);
	dithered(wave, got, STEPS, 3);
	double tone = power_at(got, STEPS, part);
	assert_true(fabs(sqrt(tone * 4 / STEPS) - level) < 0.02);
	for (size_t k = 2; k < 12; k++)
		assert_true(power_at(got, STEPS, part * k) < 0.25 * 15);
	for (size_t i = 0; i < STEPS; i++) /* without it, they are */
		got[i] = rint(wave[i] * 1.5);
	assert_true(power_at(got, STEPS, part * 3) > 0.25 * 100);
}

/* As loud in each band. */
static void test_dither_is_white(void **state)
{
	double bands[8] = {0}, sum = 0;
	(void)state;
	for (size_t i = 0; i < STEPS; i++)
		wave[i] = 0.3;
	dithered(wave, got, STEPS, 11);
	for (size_t i = 0; i < STEPS; i++)
		got[i] -= 0.3;
	for (size_t window = 0; window < 16; window++)
		for (size_t k = 1; k < 512; k++)
			bands[k / 64] += power_at(got + window * 1024, 1024, k);
	for (size_t i = 0; i < 8; i++)
		sum += bands[i];
	for (size_t i = 0; i < 8; i++)
		assert_true(fabs(bands[i] / (sum / 8) - 1) < 0.2);
}

/* None where it is exact: silence is silence. One that is not makes its neighbours so. */
static void test_dither_only_where_needed(void **state)
{
	struct audio_dither dither = {.random = 5};
	int16_t out[64];
	(void)state;
	for (size_t i = 0; i < 64; i++)
		mix[i] = (double)i * 0x1p-15;
	audio_encode(&dither, PCM_S16, mix, out, 64);
	assert_int_equal(dither.random, 5);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(out[i], (int)i);
	mix[63] += 0x1p-20;
	audio_encode(&dither, PCM_S16, mix, out, 64);
	assert_int_not_equal(dither.random, 5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_float),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_top_byte),
		cmocka_unit_test(test_dither_moments),
		cmocka_unit_test(test_dither_spectrum),
		cmocka_unit_test(test_dither_is_white),
		cmocka_unit_test(test_dither_only_where_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
