/* Rates: what comes out of sines, how much of it, and that nothing is allocated for it. */
#include "session/audio_resample.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audio_sine.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MOST         160000

static float in[2 * MOST], out[2 * MOST];

/* Counts what is allocated, where no sanitizer does it. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__has_feature)
#define COUNTED 1
#elif !defined(__SANITIZE_ADDRESS__)
#if !__has_feature(address_sanitizer)
#define COUNTED 1
#endif
#endif

#ifdef COUNTED
static size_t allocations;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	allocations++;
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	allocations++;
	return __libc_realloc(p, size);
}
#endif

static struct resampler *made(unsigned from, unsigned to, unsigned channels)
{
	struct resampler *r;
	assert_int_equal(resampler_create(from, to, channels, &r), 0);
	return r;
}

/* All of n frames through it in blocks of so many; returns the frames that came. */
static size_t through(
	struct resampler *r, unsigned channels, size_t n, size_t block, size_t room)
{
	size_t taken = 0, given = 0;
	while (taken < n) {
		size_t k = n - taken < block ? n - taken : block, got = room;
		size_t offered = k;
		assert_true(given + room <= MOST);
		resampler_run(r, in + taken * channels, &k, out + given * channels, &got);
		assert_true(k == offered || got == room);
		taken += k;
		given += got;
	}
	return given;
}

static size_t flushed(struct resampler *r, unsigned channels, size_t given)
{
	size_t n;
	do {
		n = 100;
		assert_true(given + n <= MOST);
		resampler_flush(r, out + given * channels, &n);
		given += n;
	} while (n);
	return given;
}

/* The band of a rate, in parts of it; below 40 kHz it ends sooner. */
#define LOW_RATE 40000
#define LOW_BAND 0.425
static const double band[] = {20.0 / 48000, 100.0 / 48000, 0.02, 0.05, 0.1, 0.15, 0.2,
	0.25, 0.3, 0.35, 0.4, LOW_BAND, 20000.0 / 44100};

static const struct {
	unsigned from, to;
	double snr, ripple; /* dB, over the band of the lower rate */
	double late;        /* frames; rates that hardly meet: to the next frame */
} ratios[] = {
	{44100, 48000, 120, 0.02, 0.01},
	{48000, 44100, 120, 0.02, 0.01},
	{48000, 96000, 120, 0.02, 0.01},
	{96000, 48000, 120, 0.02, 0.01},
	{88200, 48000, 120, 0.02, 0.01},
	{32000, 48000, 120, 0.02, 0.01},
	{22050, 48000, 120, 0.02, 0.01},
	{8000, 48000, 120, 0.02, 0.01},
	{11025, 44100, 120, 0.02, 0.01},
	{48000, 16000, 120, 0.02, 0.01},
	{44100, 192000, 120, 0.02, 0.01},
	{44099, 48000, 120, 0.02, 0.51},
	{47999, 48000, 120, 0.02, 0.51},
};

static void check_sine(size_t i, double part)
{
	unsigned from = ratios[i].from, to = ratios[i].to;
	if ((from < LOW_RATE || to < LOW_RATE) && part > LOW_BAND)
		return;
	double hz = part * (from < to ? from : to);
	double level = 0.9;
	size_t n = from < to ? (size_t)((double)24000 * from / to) : 24000;
	struct resampler *r = made(from, to, 1);
	sine_make(in, n, 1, hz / from, level);
	size_t got = through(r, 1, n, 64, 512);
	size_t first = got / 4, frames = got / 2;
	struct sine_fit fit = sine_measure(out + first, frames, 1, first, hz / to);
	double db = 20 * log10(fit.amplitude / level);
	if (fit.snr < ratios[i].snr || fabs(db) > ratios[i].ripple ||
		fabs(fit.delay) > ratios[i].late)
		fail_msg("%u to %u: a sine of %.0f Hz: %.1f dB above noise, %+.4f dB, %f "
			 "frames late",
			from, to, hz, fit.snr, db, fit.delay);
	resampler_destroy(r);
}

static void test_sines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ratios); i++)
		for (size_t k = 0; k < COUNT(band); k++)
			check_sine(i, band[k]);
}

/* What the lower rate cannot have is gone, and not heard as something else. */
static const struct {
	unsigned from, to;
	double hz;
} beyond[] = {{96000, 48000, 26300}, {96000, 48000, 40000}, {96000, 48000, 47000},
	{192000, 44100, 24200}, {192000, 44100, 90000}, {48000, 16000, 8300},
	{48000, 16000, 15000}, {48000, 8000, 20000}};

static void test_beyond(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(beyond); i++) {
		struct resampler *r = made(beyond[i].from, beyond[i].to, 1);
		double most = 0;
		sine_make(in, MOST, 1, beyond[i].hz / beyond[i].from, 0.9);
		size_t n = through(r, 1, MOST, 64, 512);
		for (size_t k = n / 4; k < n; k++)
			most = fmax(most, fabs((double)out[k]));
		double db = 20 * log10(most / 0.9);
		if (db > -110)
			fail_msg("%u to %u: %.0f Hz is heard, %.1f dB", beyond[i].from,
				beyond[i].to, beyond[i].hz, db);
		resampler_destroy(r);
	}
}

static size_t expected(size_t n, unsigned from, unsigned to)
{
	return (size_t)(((uint64_t)n * to + from - 1) / from);
}

static const struct {
	unsigned from, to, channels;
	size_t frames, block, room;
} streams[] = {
	{44100, 48000, 2, 10000, 64, 64},
	{44100, 48000, 1, 10000, 1, 7},
	{44100, 48000, 8, 9999, 300, 1},
	{48000, 44100, 2, 10000, 1024, 64},
	{8000, 48000, 2, 1000, 50, 13},
	{8000, 384000, 1, 500, 500, 512},
	{384000, 8000, 1, 60000, 8192, 5},
	{44099, 48000, 2, 10000, 64, 64},
	{48000, 48000, 2, 1000, 64, 64},
	{4000, 4001, 2, 1000, 64, 64},
	{44100, 48000, 2, 1, 1, 1},
	{44100, 48000, 2, 0, 1, 1},
};

static void fill(unsigned channels, size_t frames)
{
	uint32_t random = 1;
	for (size_t i = 0; i < frames * channels; i++) {
		random = random * 1664525u + 1013904223u;
		in[i] = (float)((int32_t)random >> 8) * 0x1p-24f;
	}
}

/* As much as went in comes out, at any size of blocks and room, and again after that. */
static void test_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++) {
		unsigned channels = streams[i].channels;
		size_t n = streams[i].frames,
		       want = expected(n, streams[i].from, streams[i].to);
		struct resampler *r = made(streams[i].from, streams[i].to, channels);
		fill(channels, n);
		for (int again = 0; again < 2; again++) {
			size_t got = through(
				r, channels, n, streams[i].block, streams[i].room);
			double inside =
				(double)n - (double)got * streams[i].from / streams[i].to;
			assert_true(fabs(resampler_delay(r) - fmax(inside, 0)) < 1e-6);
			got = flushed(r, channels, got);
			if (got != want)
				fail_msg("stream %zu: %zu frames, not %zu", i, got, want);
			assert_true(resampler_delay(r) == 0);
		}
		resampler_destroy(r);
	}
}

/* How it is cut makes no difference, and each channel is by itself. */
static void test_blocks(void **state)
{
	static float first[2 * 12000];
	(void)state;
	fill(2, 10000);
	struct resampler *r = made(44100, 48000, 2);
	size_t got = flushed(r, 2, through(r, 2, 10000, 10000, 12000));
	memcpy(first, out, 2 * got * sizeof *out);
	for (size_t block = 1; block < 700; block += 37) {
		size_t n = flushed(r, 2, through(r, 2, 10000, block, 700 - block));
		assert_int_equal(n, got);
		for (size_t i = 0; i < 2 * got; i++)
			if (fabs((double)out[i] - (double)first[i]) > 1e-5)
				fail_msg("blocks of %zu: sample %zu is %g, not %g", block,
					i, (double)out[i], (double)first[i]);
	}
	resampler_destroy(r);
	r = made(44100, 48000, 1);
	for (size_t i = 0; i < 10000; i++)
		in[i] = in[2 * i + 1];
	assert_int_equal(flushed(r, 1, through(r, 1, 10000, 64, 64)), got);
	for (size_t i = 0; i < got; i++)
		assert_true(fabs((double)out[i] - (double)first[2 * i + 1]) < 1e-5);
	resampler_destroy(r);
}

/* After a reset nothing of what was is heard, and the next is where it belongs. */
static void test_reset(void **state)
{
	static const unsigned to[] = {48000, 32000, 192000, 44099};
	(void)state;
	for (size_t i = 0; i < COUNT(to); i++) {
		struct resampler *r = made(44100, to[i], 1);
		for (size_t before = 1; before < 3000; before += 461) {
			for (size_t k = 0; k < before; k++)
				in[k] = 1;
			through(r, 1, before, 64, 64);
			resampler_reset(r);
			assert_true(resampler_delay(r) == 0);
			sine_make(in, 10000, 1, 0.1, 0.5);
			size_t n = through(r, 1, 10000, 64, 1000), first = n / 4;
			struct sine_fit fit = sine_measure(
				out + first, n / 2, 1, first, 0.1 * 44100 / to[i]);
			double late = to[i] == 44099 ? 0.51 : 0.01;
			if (fit.snr < 115 || fabs(fit.delay) > late)
				fail_msg("to %u: %.1f dB, %f frames late", to[i], fit.snr,
					fit.delay);
			for (size_t k = 0; k < 50; k++)
				assert_true(fabs((double)out[k]) <= 0.51);
			resampler_reset(r);
		}
		resampler_destroy(r);
	}
}

#ifdef COUNTED
/* In a steady stream, a flush and a reset: no allocation. Sanitizers have allocators of their own. */
static void test_no_allocation(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++) {
		unsigned channels = streams[i].channels;
		struct resampler *r = made(streams[i].from, streams[i].to, channels);
		size_t before = allocations;
		for (int again = 0; again < 3; again++) {
			size_t got = through(r, channels, streams[i].frames,
				streams[i].block, streams[i].room);
			flushed(r, channels, got);
			through(r, channels, streams[i].frames, 333, 100);
			resampler_reset(r);
		}
		size_t after = allocations;
		resampler_destroy(r);
		if (after != before)
			fail_msg("stream %zu: %zu allocations", i, after - before);
	}
	assert_true(allocations > 0);
}
#endif

/* What is no sample passes, and is gone. */
static void test_odd(void **state)
{
	static const float odd[] = {
		NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 1e-40f, -1e-40f, 0x1p-149f};
	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		struct resampler *r = made(44100, 48000, 2);
		memset(in, 0, 2 * 10000 * sizeof *in);
		for (size_t k = 2000; k < 2200; k++)
			in[k] = odd[i];
		size_t n = through(r, 2, 10000, 64, 64);
		for (size_t k = 0; k < 2 * n; k++)
			assert_true(fabs((double)out[k]) < 20);
		for (size_t k = 2 * (n - 1000); k < 2 * n; k++)
			assert_true(fabs((double)out[k]) < 1e-5);
		resampler_destroy(r);
	}
}

static void test_bounds(void **state)
{
	static const unsigned bad[][3] = {{0, 48000, 2}, {3999, 48000, 2},
		{384001, 48000, 2}, {48000, 0, 2}, {48000, 400000, 2}, {48000, 44100, 0},
		{48000, 44100, 9}};
	struct resampler *r;
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(
			resampler_create(bad[i][0], bad[i][1], bad[i][2], &r), -EINVAL);
	resampler_destroy(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sines),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_reset),
#ifdef COUNTED
		cmocka_unit_test(test_no_allocation),
#endif
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
