/* When to paint: tables of presentation times, and what follows from them. */
#include "session/frame_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "util/clock.h"

#define MS     NS_PER_MS
#define PERIOD (10 * MS)
#define START  (1000 * MS)
#define MARGIN MS /* what frame_clock.c adds */

static struct frame_clock frames;

static uint64_t shown(uint64_t at, unsigned n, uint64_t apart)
{
	for (unsigned i = 0; i < n; i++, at += apart)
		frame_clock_shown(&frames, at);
	return at - apart;
}

static void costs(unsigned n, uint64_t cost)
{
	for (unsigned i = 0; i < n; i++)
		frame_clock_painted(&frames, 0, START, START + cost);
}

/* n frames, apart; paints of 2 ms. Returns when the last one was shown. */
static uint64_t run(unsigned n, uint64_t apart)
{
	frame_clock_init(&frames, PERIOD);
	costs(FRAME_CLOCK_COSTS, 2 * MS);
	return shown(START, n, apart);
}

/* Times are relative to the last frame; late 0: at once. */
static void test_starts(void **state)
{
	static const struct {
		uint64_t apart, wanted, late;
	} cases[] = {
		{PERIOD, 0, 7 * MS},
		{PERIOD, 1 * MS, 7 * MS},
		{PERIOD, 6 * MS, 7 * MS},
		{PERIOD, 7 * MS, 0},       /* there is just the time */
		{PERIOD, 75 * MS / 10, 0}, /* perhaps it is in time */
		{PERIOD, 8 * MS, 17 * MS}, /* certainly not */
		{PERIOD, 95 * MS / 10, 17 * MS},
		{PERIOD, 12 * MS, 17 * MS}, /* one went by without a frame */
		{PERIOD, 33 * MS, 37 * MS},
		{PERIOD, 43 * MS, 0},       /* idle, and in time */
		{PERIOD, 48 * MS, 57 * MS}, /* idle, and too late for the next */
		{PERIOD, 639 * MS, 647 * MS},
		{PERIOD, 640 * MS, 0}, /* who knows by now */
		{PERIOD, 10000 * MS, 0},
		{2 * PERIOD, 1 * MS, 7 * MS}, /* every second one */
		{3 * PERIOD, 12 * MS, 17 * MS},
		{13 * MS, 1 * MS, 0}, /* no pace at all */
		{PERIOD + MS, 1 * MS, 0},
		{PERIOD / 4, 0, PERIOD}, /* no vblank: we hold the pace */
		{PERIOD / 4, 3 * MS, PERIOD},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t last = run(8, cases[i].apart);
		uint64_t now = last + cases[i].wanted;
		uint64_t start = frame_clock_start(&frames, now);
		uint64_t expected = cases[i].late ? last + cases[i].late : now;
		if (start != expected)
			fail_msg("case %zu: %lld us, not %lld", i,
				(long long)(start - last) / 1000,
				(long long)(expected - last) / 1000);
	}
}

/* Nothing is relied on that was not seen a few times. */
static void test_unsure(void **state)
{
	(void)state;
	frame_clock_init(&frames, PERIOD);
	assert_true(frame_clock_start(&frames, START) == START);
	for (unsigned n = 1; n < 8; n++) {
		uint64_t now = run(n, PERIOD);
		assert_int_equal(frame_clock_start(&frames, now) == now, n < 4);
	}
	uint64_t now = run(8, PERIOD);
	frames.n_costs = 2;
	assert_true(frame_clock_start(&frames, now) == now);
	now = run(8, PERIOD);
	frame_clock_forget(&frames);
	assert_true(frame_clock_start(&frames, now) == now);
	now = run(8, PERIOD);
	frames.variable = true;
	assert_true(frame_clock_start(&frames, now) == now);
	/* Time that runs backwards is nobody's vblank. */
	now = run(8, PERIOD);
	assert_true(frame_clock_start(&frames, now - 1) == now - 1);
	frame_clock_shown(&frames, START - 1);
	assert_true(frame_clock_start(&frames, now) == now);
}

/* One that is off a little, and one frame out of step. */
static void test_jitter(void **state)
{
	(void)state;
	uint64_t last = run(8, PERIOD);
	for (int i = 0; i < 50; i++) {
		last += PERIOD;
		frame_clock_shown(&frames, last + (i % 2 ? 300000u : 0u));
	}
	uint64_t start = frame_clock_start(&frames, last + MS);
	assert_true(start > last + 6 * MS && start < last + 8 * MS);
	frame_clock_shown(&frames, last + 14 * MS);
	assert_true(frame_clock_start(&frames, last + 15 * MS) == last + 15 * MS);
	last = shown(last + 24 * MS, 4, PERIOD);
	assert_true(frame_clock_start(&frames, last) > last);
}

/* A crystal that is off by a thousandth is followed. */
static void test_drift(void **state)
{
	(void)state;
	const uint64_t apart = PERIOD + PERIOD / 1000;
	uint64_t last = run(200, apart);
	uint64_t start = frame_clock_start(&frames, last + 38 * apart);
	assert_true(start == last + 38 * apart);
	start = frame_clock_start(&frames, last + 39 * apart - MS);
	uint64_t expected = last + 40 * apart - 3 * MS;
	assert_true(start > expected - MS / 10 && start < expected + MS / 10);
}

static void test_cost(void **state)
{
	(void)state;
	run(8, PERIOD);
	assert_true(frame_clock_need(&frames) == 2 * MS + MARGIN);
	costs(1, 5 * MS); /* the worst counts, for as long as it is remembered */
	assert_true(frame_clock_need(&frames) == 5 * MS + MARGIN);
	costs(FRAME_CLOCK_COSTS - 1, MS);
	assert_true(frame_clock_need(&frames) == 5 * MS + MARGIN);
	costs(1, MS);
	assert_true(frame_clock_need(&frames) == MS + MARGIN);
}

/* One that takes more than a frame aims at the vblank that it can meet. */
static void test_slow_paint(void **state)
{
	(void)state;
	frame_clock_init(&frames, PERIOD);
	costs(8, 15 * MS);
	uint64_t last = shown(START, 8, 2 * PERIOD);
	assert_true(frame_clock_start(&frames, last + MS) == last + 4 * MS);
	assert_true(
		frame_clock_start(&frames, last + 45 * MS / 10) == last + 45 * MS / 10);
	assert_true(frame_clock_start(&frames, last + 9 * MS) == last + 14 * MS);
}

/* A frame whose start is put off; begun late by that much. Returns when it should be shown. */
static uint64_t late_frame(uint64_t last, uint64_t late)
{
	uint64_t due = frame_clock_start(&frames, last);
	assert_true(due > last);
	frame_clock_painted(&frames, due, due + late, due + late + 2 * MS);
	return last + PERIOD;
}

static void test_lateness(void **state)
{
	(void)state;
	uint64_t last = run(8, PERIOD), need = frame_clock_need(&frames);
	last = shown(late_frame(last, 0), 1, 0);
	assert_true(frame_clock_need(&frames) == need);
	last = shown(late_frame(last, 2 * MS) + PERIOD, 1, 0);
	assert_true(frame_clock_need(&frames) == need + 2 * MS);
	assert_true(frames.extra_ns == 0);
}

/* Drawing goes on behind a fence: it is a cost, and why a vblank was missed. */
static void test_fence(void **state)
{
	(void)state;
	uint64_t last = run(8, PERIOD), need = frame_clock_need(&frames);
	uint64_t next = late_frame(last, 0); /* committed 1 ms before */
	frame_clock_drawn(&frames, 0);       /* not known */
	assert_true(frame_clock_need(&frames) == need);
	frame_clock_drawn(&frames, next + MS);
	assert_true(frame_clock_need(&frames) == need + 2 * MS);
	frame_clock_drawn(&frames, next + 3 * MS / 2);
	assert_true(frame_clock_need(&frames) == need + 5 * MS / 2);
	shown(next + PERIOD, 1, 0);
	assert_true(frames.extra_ns == 0);
}

/* Committed in good time, and shown a frame later: there is more time the next time. */
static void test_missed(void **state)
{
	(void)state;
	uint64_t last = run(8, PERIOD), need = frame_clock_need(&frames);
	last = shown(late_frame(last, 0) + PERIOD, 1, 0);
	assert_true(frame_clock_need(&frames) == need + PERIOD / 16);
	last = shown(late_frame(last, 0) + PERIOD, 1, 0);
	assert_true(frame_clock_need(&frames) == need + 3 * (PERIOD / 16));
	last = shown(late_frame(last, 0) + PERIOD, 1, 0);
	last = shown(late_frame(last, 0) + PERIOD, 1, 0);
	assert_true(frame_clock_need(&frames) <= need + PERIOD);
	assert_true(frame_clock_start(&frames, last) == last);
	/* One that began at once proves nothing. */
	uint64_t extra = frames.extra_ns;
	frame_clock_painted(&frames, last, last, last + 2 * MS);
	shown(last + 2 * PERIOD, 1, 0);
	assert_true(frames.extra_ns == extra);
}

static void test_miss_is_forgiven(void **state)
{
	(void)state;
	uint64_t last = run(8, PERIOD), need = frame_clock_need(&frames);
	last = shown(late_frame(last, 0) + PERIOD, 1, 0);
	uint64_t most = frame_clock_need(&frames);
	assert_true(most > need);
	for (int i = 0; i < 599; i++)
		last = shown(late_frame(last, 0), 1, 0);
	assert_true(frame_clock_need(&frames) == most);
	shown(late_frame(last, 0), 1, 0);
	assert_true(frame_clock_need(&frames) < most);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_unsure),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_slow_paint),
		cmocka_unit_test(test_lateness),
		cmocka_unit_test(test_fence),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_miss_is_forgiven),
	};
	return cmocka_run_group_tests_name("frame clock", tests, NULL, NULL);
}
