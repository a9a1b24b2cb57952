/*
 * What samples go through, all of it: from blocks of voices to what a card played, against what
 * it should be.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio_sine.h"
#include "sched/sched.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct fake_card *card;

static void begin(enum pcm_format format)
{
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	card->offers.format = format;
	card->offers.places[0] = OSAAS_AUDIO_FL;
	card->offers.places[1] = OSAAS_AUDIO_FR;
	card->offers.channels = 2;
	card->fixed = true;
}

/* SplitMix64's; the first frame is not silent. */
static float noise(uint64_t frame, unsigned channel)
{
	uint64_t z = (2 * frame + channel + 1) * 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (float)((double)((int64_t)(z ^ (z >> 31)) >> 40) * 0x1p-23);
}

static struct player *player_of_noise(float gain)
{
	struct osaas_audio_gain message = {.gain = gain};
	struct player *p = rig_player();
	p->wave = noise;
	assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &message, sizeof message));
	return p;
}

/* The sum of n voices, each with a gain of its own: right to the rounding of 24 bits. */
static void check_sum(enum pcm_format format, unsigned n)
{
	long double gains = 0;
	begin(format);
	for (unsigned i = 0; i < n; i++) {
		float gain = 0.9f / (float)n * (1 - 0.37f * (float)i / (float)n);
		player_of_noise(gain);
		gains += gain;
	}
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, 0, 0), frames = card->frames - first;
	assert_true(first < 4800 && frames > 4800 && card->xruns == 0);
	for (uint64_t i = 0; i < frames; i++)
		for (unsigned c = 0; c < 2; c++) {
			long double want = (long double)noise(i, c) * gains;
			long double is = (long double)fake_sample(card, first + i, c);
			if (fabsl(is - want) * 0x1p23L > 0.5L + 1e-6L)
				fail_msg("%u voices, frame %llu: %.3Lf steps off", n,
					(unsigned long long)i, (is - want) * 0x1p23L);
		}
	rig_end();
}

static void test_sums(void **state)
{
	static const unsigned voices[] = {1, 2, 3, 8, 33, 64};
	static const enum pcm_format formats[] = {PCM_S24_3, PCM_S24, PCM_S32, PCM_FLOAT};
	(void)state;
	for (size_t i = 0; i < COUNT(voices); i++)
		check_sum(formats[i % COUNT(formats)], voices[i]);
}

/* At unity gain: bit for bit, on whatever has as many bits. */
static void test_one_is_exact(void **state)
{
	static const enum pcm_format formats[] = {PCM_S24_3, PCM_S24, PCM_S32, PCM_FLOAT};
	(void)state;
	for (size_t f = 0; f < COUNT(formats); f++) {
		begin(formats[f]);
		struct player *p = rig_player();
		p->wave = noise;
		rig_run(NS_PER_S / 5);
		uint64_t first = rig_first(card, 0, 0);
		for (unsigned c = 0; c < 2; c++)
			assert_true(
				rig_follows(card, c, first, p, 0, card->frames - first));
		rig_end();
	}
}

static float noise16(uint64_t frame, unsigned channel)
{
	return floorf(noise(frame, channel) * 0x1p15f) * 0x1p-15f;
}

/* On a card of 16 bits: what has 16 is exact, what has more is right on average. */
static void test_sixteen_bits(void **state)
{
	(void)state;
	begin(PCM_S16);
	struct player *p = rig_player();
	p->wave = noise16;
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, 0, 0);
	for (unsigned c = 0; c < 2; c++)
		assert_true(rig_follows(card, c, first, p, 0, card->frames - first));
	rig_end();

	begin(PCM_S16);
	p = player_of_noise(0.9f);
	rig_run(NS_PER_S);
	first = rig_first(card, 0, 0);
	double sum = 0, squares = 0, n = (double)(card->frames - first);
	for (uint64_t i = 0; first + i < card->frames; i++) {
		double error = fake_sample(card, first + i, 0) -
			       (double)noise(i, 0) * (double)0.9f;
		error *= 0x1p15;
		assert_true(fabs(error) <= 1.5);
		sum += error;
		squares += error * error;
	}
	assert_true(n > 40000);
	assert_true(fabs(sum / n) < 5 * 0.5 / sqrt(n));
	assert_true(fabs(squares / n - 0.25) < 5 * 0.25 * 1.5 / sqrt(n));
	rig_end();
}

/* Voices of another rate. */

static double hz, rate;

static float tone(uint64_t frame, unsigned channel)
{
	(void)channel;
	return (float)(0.9 * cos(2 * M_PI * fmod(hz / rate * (double)frame, 1)));
}

static const struct {
	unsigned rate;
	double hz;
} tones[] = {{44100, 20}, {44100, 997}, {44100, 10000}, {44100, 17000}, {44100, 20000},
	{96000, 997}, {96000, 20000}, {22050, 9000}, {8000, 440}};

/* 110 dB, 0.1 dB to 20 kHz, and never a break: one would be far more than the noise. */
static void test_rates(void **state)
{
	static float out[50000];
	(void)state;
	for (size_t i = 0; i < COUNT(tones); i++) {
		begin(PCM_S32);
		struct player *p = rig_player();
		rig_format(p, tones[i].rate, 2, 0);
		p->wave = tone;
		hz = tones[i].hz, rate = tones[i].rate;
		rig_run(NS_PER_S);
		uint64_t first = rig_first(card, 0, 0) + 4800;
		size_t n = (size_t)(card->frames - first);
		assert_true(n > 38000 && n < COUNT(out));
		for (size_t k = 0; k < n; k++)
			out[k] = (float)fake_sample(card, first + k, 0);
		struct sine_fit fit = sine_measure(out, n, 1, 0, hz / 48000);
		double db = 20 * log10(fit.amplitude / 0.9);
		if (fit.snr < 110 || fabs(db) > 0.1)
			fail_msg("%u Hz, %g Hz: %.1f dB, %+.3f dB", tones[i].rate, hz,
				fit.snr, db);
		assert_int_equal(rig_ask(p, OSAAS_AUDIO_WHERE, 0).gaps, 0);
		rig_end();
	}
}

/* Too loud together: full scale, and no more; quiet again, each bit of it is as it was. */
static void test_too_loud(void **state)
{
	(void)state;
	begin(PCM_S24);
	player_of_noise(1);
	struct player *other = player_of_noise(4);
	other->until = 9600;
	rig_run(3 * NS_PER_S);
	uint64_t first = rig_first(card, 0, 0);
	double most = 0;
	for (uint64_t i = first; i < card->frames; i++)
		most = fmax(most, fabs(fake_sample(card, i, 0)));
	assert_true(most > 0.9 && most <= 1);
	for (uint64_t i = 2 * 48000; first + i < card->frames; i++)
		assert_true(fake_sample(card, first + i, 1) == (double)noise(i, 1));
	rig_end();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_is_exact),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_sixteen_bits),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_too_loud),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
