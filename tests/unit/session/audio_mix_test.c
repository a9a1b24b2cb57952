/* Voices added up: against the same in long double, bit for bit where it can be. */
#include "session/audio_mix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/audio_format.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FRAMES       1000
#define MAX          OSAAS_AUDIO_MAX_CHANNELS
#define VOICES       64

enum {
	NO = OSAAS_AUDIO_NOWHERE,
	MONO = OSAAS_AUDIO_MONO,
	FL = OSAAS_AUDIO_FL,
	FR = OSAAS_AUDIO_FR,
	FC = OSAAS_AUDIO_FC,
	LFE = OSAAS_AUDIO_LFE,
	RL = OSAAS_AUDIO_RL,
	RR = OSAAS_AUDIO_RR,
	SL = OSAAS_AUDIO_SL,
	SR = OSAAS_AUDIO_SR,
};

static double mix[FRAMES * MAX];
static float voices[VOICES][FRAMES * MAX];
static uint64_t seed;

/* -1 to 1, in steps of 24 bits. */
static double chance(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (double)((int64_t)seed >> 40) * 0x1p-23;
}

static void noise(float *out, size_t n, double level)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (float)(chance() * level);
}

/* Places. */

static void test_usual(void **state)
{
	static const uint8_t want[][MAX] = {{0}, {MONO}, {FL, FR}, {FL, FR, LFE},
		{FL, FR, RL, RR}, {FL, FR, FC, RL, RR}, {FL, FR, FC, LFE, RL, RR},
		{FL, FR, FC, RL, RR, SL, SR}, {FL, FR, FC, LFE, RL, RR, SL, SR}, {0}};
	uint8_t places[MAX];
	(void)state;
	for (unsigned n = 0; n < COUNT(want); n++) {
		audio_places_usual(places, n);
		assert_memory_equal(places, want[n], MAX);
	}
}

#define H 0.70710678f
#define Q 0.5f

static const struct {
	const char *name;
	unsigned in, out;
	uint8_t from[MAX], to[MAX];
	float gain[MAX][MAX];
} matrices[] = {
	{"stereo", 2, 2, {FL, FR}, {FL, FR}, {{1}, {0, 1}}},
	{"swapped", 2, 2, {FL, FR}, {FR, FL}, {{0, 1}, {1}}},
	{"mono on stereo", 1, 2, {MONO}, {FL, FR}, {{1}, {1}}},
	{"mono on mono", 1, 1, {MONO}, {MONO}, {{1}}},
	{"stereo on mono", 2, 1, {FL, FR}, {MONO}, {{H, H}}},
	{"stereo on 5.1", 2, 6, {FL, FR}, {FL, FR, RL, RR, FC, LFE}, {{1}, {0, 1}}},
	{"mono on 5.1", 1, 6, {MONO}, {FL, FR, FC, LFE, RL, RR}, {{1}, {1}}},
	{"mono on a centre", 1, 1, {MONO}, {FC}, {{1}}},
	/* BS.775-3, table 2. */
	{"5.1 on stereo", 6, 2, {FL, FR, FC, LFE, RL, RR}, {FL, FR},
		{{1, 0, H, 0, H, 0}, {0, 1, H, 0, 0, H}}},
	{"5.1 on mono", 6, 1, {FL, FR, FC, LFE, RL, RR}, {MONO}, {{H, H, 1, 0, Q, Q}}},
	{"5.1 on four", 6, 4, {FL, FR, FC, LFE, RL, RR}, {FL, FR, RL, RR},
		{{1, 0, H}, {0, 1, H}, {0, 0, 0, 0, 1, 0}, {0, 0, 0, 0, 0, 1}}},
	{"5.1 on front three", 6, 3, {FL, FR, FC, LFE, RL, RR}, {FL, FR, FC},
		{{1, 0, 0, 0, H}, {0, 1, 0, 0, 0, H}, {0, 0, 1}}},
	{"5.1 with sides on 5.1 with rears", 6, 6, {FL, FR, FC, LFE, SL, SR},
		{FL, FR, FC, LFE, RL, RR},
		{{1}, {0, 1}, {0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 0, 1},
			{0, 0, 0, 0, 0, 1}}},
	{"7.1 on 5.1", 8, 6, {FL, FR, FC, LFE, RL, RR, SL, SR}, {FL, FR, FC, LFE, RL, RR},
		{{1}, {0, 1}, {0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 0, 1, 0, H},
			{0, 0, 0, 0, 0, 1, 0, H}}},
	{"7.1 on stereo", 8, 2, {FL, FR, FC, LFE, RL, RR, SL, SR}, {FL, FR},
		{{1, 0, H, 0, H, 0, H}, {0, 1, H, 0, 0, H, 0, H}}},
	{"one to nowhere", 3, 2, {FL, NO, FR}, {FL, FR}, {{1}, {0, 0, 1}}},
	{"a device's nowhere", 2, 4, {FL, FR}, {NO, FL, NO, FR}, {{0}, {1}, {0}, {0, 1}}},
	{"two of a place", 2, 3, {FL, FL}, {FL, FR, FL}, {{1, 1}, {0}, {1, 1}}},
	{"no places", 2, 2, {10, 255}, {FL, 10}, {{0}}},
	{"no channels", 0, 2, {0}, {FL, FR}, {{0}}},
};

static void test_matrices(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(matrices); k++) {
		struct audio_matrix m;
		bool same = matrices[k].in == matrices[k].out;
		audio_matrix_make(&m, matrices[k].from, matrices[k].in, matrices[k].to,
			matrices[k].out);
		assert_int_equal(m.in, matrices[k].in);
		assert_int_equal(m.out, matrices[k].out);
		for (unsigned o = 0; o < MAX; o++)
			for (unsigned i = 0; i < MAX; i++) {
				if (m.gain[o][i] != matrices[k].gain[o][i])
					fail_msg("%s: %u to %u is %g", matrices[k].name,
						i, o, (double)m.gain[o][i]);
				if (o < m.out && i < m.in)
					same = same && m.gain[o][i] == (o == i);
			}
		assert_int_equal(m.same, same);
	}
}

/* Whatever places there are: no channel louder than it is, and front and sides are never lost. */
static void test_all_layouts(void **state)
{
	(void)state;
	for (unsigned n_in = 1; n_in <= MAX; n_in++)
		for (unsigned n_out = 1; n_out <= MAX; n_out++) {
			struct audio_matrix m;
			uint8_t in[MAX], out[MAX];
			audio_places_usual(in, n_in);
			audio_places_usual(out, n_out);
			audio_matrix_make(&m, in, n_in, out, n_out);
			for (unsigned i = 0; i < n_in; i++) {
				float most = 0;
				for (unsigned o = 0; o < n_out; o++)
					most = fmaxf(most, m.gain[o][i]);
				assert_true(most <= 1);
				assert_true(most > 0 || in[i] == LFE);
			}
		}
}

/* Mixing. */

static void matrix(struct audio_matrix *m, unsigned in, unsigned out)
{
	uint8_t from[MAX], to[MAX];
	audio_places_usual(from, in);
	audio_places_usual(to, out);
	audio_matrix_make(m, from, in, to, out);
}

static const struct {
	enum pcm_format format;
	unsigned bits;
} exact_formats[] = {{PCM_S16, 16}, {PCM_S24, 24}, {PCM_S32, 24}};

/* One voice at unity gain: mixed, limited and encoded it is bit for bit what it was. */
static void test_one_is_exact(void **state)
{
	static int32_t ints[FRAMES * 2];
	static float back[FRAMES * 2];
	(void)state;
	for (size_t f = 0; f < COUNT(exact_formats); f++) {
		struct audio_matrix m;
		struct audio_ramp ramp = {.gain = 1};
		struct audio_limiter limiter = {.gain = 1, .release = 4800};
		struct audio_dither dither = {.random = 1};
		double scale = ldexp(1, (int)exact_formats[f].bits - 1);
		matrix(&m, 2, 2);
		for (size_t i = 0; i < COUNT(ints); i++)
			voices[0][i] = (float)(floor(chance() * scale) / scale);
		voices[0][0] = -1;
		voices[0][1] = (float)((scale - 1) / scale);
		memset(mix, 0, sizeof mix);
		for (size_t at = 0; at < FRAMES; at += 50)
			audio_mix_add(mix + 2 * at, voices[0] + 2 * at, 50, &m, &ramp);
		audio_limit(&limiter, mix, FRAMES, 2);
		audio_encode(&dither, exact_formats[f].format, mix, ints, COUNT(ints));
		audio_decode(exact_formats[f].format, ints, back, COUNT(back));
		assert_memory_equal(back, voices[0], sizeof back);
	}
}

static const struct {
	unsigned in, out;
	uint32_t ramp; /* frames */
} mixes[] = {{2, 2, 0}, {1, 2, 0}, {6, 2, 0}, {8, 2, 0}, {2, 6, 0}, {8, 8, 0}, {1, 1, 0},
	{2, 2, 300}, {1, 2, 999}, {6, 2, 1}, {8, 8, 5000}};

/* What the reference says of one voice, added to sum. */
static void refer(long double *sum, const float *in, const struct audio_matrix *m,
	struct audio_ramp ramp)
{
	for (size_t k = 0; k < FRAMES; k++) {
		long double gain = ramp.target;
		if (k < ramp.left)
			gain = ramp.gain + ((long double)ramp.target - ramp.gain) *
						   (long double)k / ramp.left;
		else if (!ramp.left)
			gain = ramp.gain;
		for (unsigned o = 0; o < m->out; o++)
			for (unsigned i = 0; i < m->in; i++)
				sum[k * m->out + o] += (long double)in[k * m->in + i] *
						       m->gain[o][i] * gain;
	}
}

static long double sum[FRAMES * MAX];
static int32_t ints[FRAMES * MAX];

static void check_mix(size_t c, unsigned n)
{
	struct audio_matrix m;
	struct audio_dither dither = {.random = 1};
	matrix(&m, mixes[c].in, mixes[c].out);
	memset(sum, 0, sizeof sum);
	memset(mix, 0, sizeof mix);
	for (unsigned v = 0; v < n; v++) {
		struct audio_ramp ramp = {.gain = (float)fabs(chance())};
		ramp.target = ramp.gain;
		if (mixes[c].ramp)
			audio_ramp_to(&ramp, (float)fabs(chance()), mixes[c].ramp);
		noise(voices[v], (size_t)FRAMES * m.in, 0.25 / n);
		refer(sum, voices[v], &m, ramp);
		audio_mix_add(mix, voices[v], FRAMES, &m, &ramp);
	}
	audio_encode(&dither, PCM_S24, mix, ints, (size_t)FRAMES * m.out);
	for (size_t i = 0; i < (size_t)FRAMES * m.out; i++) {
		long double step = fabsl(sum[i] * 0x1p23L - ints[i]);
		long double off = fabsl(sum[i] - (long double)mix[i]);
		if (step > 0.5L + 1e-6L || off > 1e-14L)
			fail_msg("case %zu, %u voices, sample %zu: %Lg steps off, %Lg", c,
				n, i, step, off);
	}
}

/* 1 to 64 voices: right within the rounding to 24 bits, and far within before that. */
static void test_reference(void **state)
{
	(void)state;
	for (size_t c = 0; c < COUNT(mixes); c++)
		for (unsigned n = 1; n <= VOICES; n += c ? 7 : 1)
			check_mix(c, n);
	check_mix(0, VOICES);
}

/* At unity gain 64 voices of 24 bits add up without any rounding. */
static void test_sum_is_exact(void **state)
{
	struct audio_matrix m;
	struct audio_ramp ramp = {.gain = 1};
	(void)state;
	matrix(&m, 2, 2);
	memset(sum, 0, sizeof sum);
	memset(mix, 0, sizeof mix);
	for (unsigned v = 0; v < VOICES; v++) {
		noise(voices[v], (size_t)FRAMES * 2, 1);
		refer(sum, voices[v], &m, ramp);
		audio_mix_add(mix, voices[v], FRAMES, &m, &ramp);
	}
	for (size_t i = 0; i < (size_t)FRAMES * 2; i++)
		assert_true((long double)mix[i] == sum[i]);
}

/* A ramp begins where it was, ends at its target, and it does not matter how it is cut. */
static void test_ramp(void **state)
{
	struct audio_matrix m;
	(void)state;
	matrix(&m, 1, 1);
	for (size_t i = 0; i < FRAMES; i++)
		voices[0][i] = 1;
	for (size_t cut = 1; cut < 300; cut += 13) {
		struct audio_ramp ramp = {.gain = 0.25f};
		audio_ramp_to(&ramp, 0.75f, 200);
		memset(mix, 0, sizeof mix);
		for (size_t at = 0; at < FRAMES; at += cut)
			audio_mix_add(mix + at, voices[0] + at,
				FRAMES - at < cut ? FRAMES - at : cut, &m, &ramp);
		for (size_t i = 0; i < FRAMES; i++) {
			double want = i < 200 ? 0.25 + 0.5 * (double)i / 200 : 0.75;
			if (fabs(mix[i] - want) > (i < 200 ? 1e-6 : 0))
				fail_msg("cut by %zu, frame %zu: %g", cut, i, mix[i]);
		}
		assert_true(ramp.gain == 0.75f && ramp.left == 0);
	}
}

/* Another target on the way: on from where it is. At once: there. */
static void test_ramp_changes(void **state)
{
	struct audio_matrix m;
	struct audio_ramp ramp = {.gain = 0};
	(void)state;
	matrix(&m, 1, 1);
	audio_ramp_to(&ramp, 1, 100);
	audio_mix_add(mix, voices[0], 50, &m, &ramp);
	assert_true(fabs((double)ramp.gain - 0.5) < 1e-6 && ramp.left == 50);
	audio_ramp_to(&ramp, 0, 100);
	audio_mix_add(mix, voices[0], 50, &m, &ramp);
	assert_true(fabs((double)ramp.gain - 0.25) < 1e-6 && ramp.left == 50);
	audio_ramp_to(&ramp, 2, 0);
	assert_true(ramp.gain == 2 && ramp.left == 0);
}

static void test_odd_gains(void **state)
{
	static const float cases[][2] = {{NAN, 0}, {-1, 0}, {-INFINITY, 0}, {0, 0},
		{1, 1}, {16, 16}, {17, 16}, {INFINITY, 16}, {1e-40f, 1e-40f}};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct audio_ramp ramp = {.gain = 1};
		audio_ramp_to(&ramp, cases[i][0], 0);
		assert_true(ramp.gain == cases[i][1]);
	}
}

/* What is no sample is none; the voice that sends it disturbs no other more than 18 dB can. */
static void test_odd_samples(void **state)
{
	static const float cases[][2] = {{NAN, 0}, {-NAN, 0}, {INFINITY, 8},
		{-INFINITY, -8}, {1e30f, 8}, {-9, -8}, {8, 8}, {1e-45f, 1e-45f},
		{0.5f, 0.5f}};
	static const unsigned layouts[][2] = {{2, 2}, {1, 2}, {2, 1}, {6, 6}, {3, 2}};
	(void)state;
	for (size_t k = 0; k < COUNT(layouts); k++)
		for (size_t i = 0; i < COUNT(cases); i++)
			for (uint32_t frames = 0; frames <= 40; frames += 40) {
				struct audio_matrix m;
				struct audio_ramp ramp = {.gain = 1};
				matrix(&m, layouts[k][0], layouts[k][1]);
				audio_ramp_to(&ramp, 1, frames);
				for (size_t j = 0; j < 40 * MAX; j++)
					voices[0][j] = cases[i][0], mix[j] = 0.125;
				audio_mix_add(mix, voices[0], 40, &m, &ramp);
				for (size_t j = 0; j < 40 * m.out; j++) {
					double want = 0;
					for (unsigned c = 0; c < m.in; c++)
						want += (double)m.gain[j % m.out][c] *
							(double)cases[i][1];
					assert_true(fabs(mix[j] - 0.125 - want) < 1e-12);
				}
			}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_matrices),
		cmocka_unit_test(test_all_layouts),
		cmocka_unit_test(test_one_is_exact),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_sum_is_exact),
		cmocka_unit_test(test_ramp),
		cmocka_unit_test(test_ramp_changes),
		cmocka_unit_test(test_odd_gains),
		cmocka_unit_test(test_odd_samples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
