/* The limiter: nothing where nothing is to be done, never beyond full scale, and no click. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audio_sine.h"
#include "session/audio_mix.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FRAMES       48000

static double mix[FRAMES * 2], was[FRAMES * 2];
static uint64_t seed;

static double chance(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (double)((int64_t)seed >> 11) * 0x1p-52;
}

static void noise(double level)
{
	for (size_t i = 0; i < COUNT(mix); i++)
		was[i] = mix[i] = chance() * level;
}

static void sine(double frequency, double level)
{
	for (size_t i = 0; i < FRAMES; i++)
		for (unsigned c = 0; c < 2; c++)
			was[2 * i + c] = mix[2 * i + c] =
				level * sin(2 * M_PI * frequency * (double)i);
}

static void limit(struct audio_limiter *l, size_t block)
{
	for (size_t at = 0; at < FRAMES; at += block)
		audio_limit(
			l, mix + 2 * at, FRAMES - at < block ? FRAMES - at : block, 2);
}

static const size_t blocks[] = {1, 16, 64, 441, 1024, FRAMES};

static void test_untouched(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct audio_limiter l = {.gain = 1, .release = 4800};
		noise(1);
		mix[7] = was[7] = 1;
		mix[9] = was[9] = -1;
		limit(&l, blocks[i]);
		assert_memory_equal(mix, was, sizeof mix);
		assert_true(l.gain == 1);
	}
}

/* Never beyond, no sign turned, nothing louder than it was, and both channels are as they were. */
static void test_never_beyond(void **state)
{
	static const double levels[] = {1.001, 1.5, 4, 64, 1e6, 1e30};
	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++)
		for (size_t k = 0; k < COUNT(levels); k++) {
			struct audio_limiter l = {.gain = 1, .release = 4800};
			noise(levels[k]);
			limit(&l, blocks[i]);
			for (size_t j = 0; j < COUNT(mix); j++) {
				assert_true(fabs(mix[j]) <= 1);
				assert_true(fabs(mix[j]) <= fabs(was[j]) * (1 + 1e-12));
				assert_true(mix[j] * was[j] >= 0);
			}
			assert_true(l.gain > 0 && l.gain <= 1);
		}
}

/* Back to rest, exactly, after twice its release at most, and nothing is touched again. */
static void test_comes_back(void **state)
{
	struct audio_limiter l = {.gain = 1, .release = 1000};
	double last = 0;
	(void)state;
	noise(0.5);
	mix[0] = mix[1] = 4;
	for (size_t at = 0; at < 2100; at += 100) {
		audio_limit(&l, mix + 2 * at, 100, 2);
		assert_true(l.gain > last);
		if (l.gain == 1)
			break;
		last = l.gain;
	}
	assert_true(l.gain == 1);
	audio_limit(&l, mix + 2 * 2100, 10000, 2);
	assert_memory_equal(mix + 2 * 2100, was + 2 * 2100, sizeof *mix * 2 * 10000);
}

/* Tones of twice full scale: full, and hardly bent. Residual at most 1 %. */
static void test_tones(void **state)
{
	static float out[FRAMES];
	static const double tones[] = {50.0, 100.0, 440.0, 1000.0, 5000.0};
	(void)state;
	for (size_t i = 1; i < COUNT(blocks) - 1; i++)
		for (size_t k = 0; k < COUNT(tones); k++) {
			struct audio_limiter l = {.gain = 1, .release = 48000};
			double f = tones[k] / 48000;
			sine(f, 2);
			limit(&l, blocks[i]);
			for (size_t j = 0; j < FRAMES; j++)
				out[j] = (float)mix[2 * j];
			struct sine_fit fit =
				sine_measure(out + 24000, 20000, 1, 24000, f);
			if (fit.snr < 40 || fit.amplitude < 0.9)
				fail_msg("blocks of %zu, %g Hz: %.1f dB, %.3f", blocks[i],
					tones[k], fit.snr, fit.amplitude);
		}
}

/* One that sets in far too loud makes no step that the signal had not. */
static void test_no_click(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct audio_limiter l = {.gain = 1, .release = 4800};
		sine(200.0 / 48000, 0.9);
		for (size_t j = 1000 * 2; j < 20000 * 2; j++)
			was[j] = mix[j] *= 3;
		limit(&l, blocks[i]);
		for (size_t j = 1; j < FRAMES; j++) {
			double step = fabs(mix[2 * j] - mix[2 * j - 2]);
			double had = fabs(was[2 * j] - was[2 * j - 2]);
			if (step > had + 0.1)
				fail_msg("blocks of %zu, frame %zu: %g, not %g",
					blocks[i], j, step, had);
		}
	}
}

/* One that comes up slowly is beyond full scale in the middle of a half wave. */
static void test_rising(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct audio_limiter l = {.gain = 1, .release = 4800};
		sine(200.0 / 48000, 1);
		for (size_t j = 0; j < COUNT(mix); j++)
			was[j] = mix[j] *= 6 * (double)(j / 2) / FRAMES;
		limit(&l, blocks[i]);
		for (size_t j = 1; j < FRAMES; j++) {
			double step = fabs(mix[2 * j] - mix[2 * j - 2]);
			double had = fabs(was[2 * j] - was[2 * j - 2]);
			if (step > had + 0.05)
				fail_msg("blocks of %zu, frame %zu: %g, not %g",
					blocks[i], j, step, had);
		}
	}
}

/* NaN is left to the encoder, which makes silence of it; the rest of it is as without. */
static void test_no_number(void **state)
{
	struct audio_limiter l = {.gain = 1, .release = 4800};
	(void)state;
	noise(2);
	mix[100] = NAN;
	mix[200] = INFINITY;
	mix[300] = -INFINITY;
	limit(&l, 64);
	assert_true(l.gain > 0 && l.gain <= 1);
	for (size_t j = 0; j < COUNT(mix); j++)
		assert_true(isnan(mix[j]) ? j == 100 : fabs(mix[j]) <= 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched),
		cmocka_unit_test(test_never_beyond),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_tones),
		cmocka_unit_test(test_no_click),
		cmocka_unit_test(test_rising),
		cmocka_unit_test(test_no_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
