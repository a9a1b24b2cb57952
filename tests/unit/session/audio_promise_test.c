/* The voices' reservations, as they come, measure and go. */
#include "session/audio_promise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sched/chan.h"
#include "util/clock.h"

#define MANY   100
#define PERIOD (64 * NS_PER_S / 48000)

static struct audio_promises promises;
static struct audio_promise voices[MANY];
static struct chan *chans[MANY];
static uint64_t now;

static int setup(void **state)
{
	(void)state;
	assert_int_equal(sched_init(), 0);
	audio_promises_init(&promises);
	now = clock_now_ns();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	audio_promises_finish(&promises);
	sched_finish();
	return 0;
}

static void add(size_t i, uint64_t period)
{
	chans[i] = chan_create(8, 4);
	assert_non_null(chans[i]);
	audio_promise_add(&promises, &voices[i], "voice", chans[i], period);
}

static void remove_one(size_t i)
{
	audio_promise_remove(&promises, &voices[i]);
	chan_destroy(chans[i], NULL, NULL);
}

static uint64_t sum(size_t n)
{
	uint64_t ppm = 0;
	for (size_t i = 0; i < n; i++)
		ppm += voices[i].reservation.ppm;
	return ppm;
}

/* All of them, for so long; the first n used so much in each period. */
static void play(uint64_t ns, size_t n, uint64_t ran)
{
	for (uint64_t end = now + ns; now < end; now += PERIOD) {
		for (size_t i = 0; i < n; i++)
			voices[i].reservation.used_ns += ran;
		audio_promises_fed(&promises, now);
	}
}

static void test_one(void **state)
{
	(void)state;
	add(0, PERIOD);
	assert_int_equal(
		voices[0].reservation.budget_ns / NS_PER_US, 4 * PERIOD / 16 / NS_PER_US);
	assert_int_equal(voices[0].reservation.period_ns, PERIOD);
	audio_promise_due(&voices[0], now + 5 * NS_PER_MS);
	assert_int_equal(voices[0].reservation.later_ns, now + 5 * NS_PER_MS);
	play(3 * NS_PER_S, 1, 40 * NS_PER_US);
	assert_in_range(
		voices[0].reservation.budget_ns, 199 * NS_PER_US, 201 * NS_PER_US);
	/* Longer blocks. */
	audio_promise_period(&promises, &voices[0], 16 * PERIOD);
	play(3 * NS_PER_S, 1, 40 * NS_PER_US);
	assert_int_equal(voices[0].reservation.period_ns, 16 * PERIOD);
	remove_one(0);
	assert_int_equal(sum(1), 0);
}

/* Blocks of two seconds, as a low rate has them. */
static void test_long_blocks(void **state)
{
	(void)state;
	add(0, PERIOD);
	audio_promise_period(&promises, &voices[0], 2 * NS_PER_S);
	play(3 * NS_PER_S, 1, 0);
	assert_int_equal(voices[0].reservation.period_ns, NS_PER_S);
	assert_false(voices[0].told);
	remove_one(0);
}

/* 64 voices of 64 frames at 48 kHz have a promise each, and what one needs more it gets. */
static void test_many(void **state)
{
	(void)state;
	for (size_t i = 0; i < 64; i++)
		add(i, PERIOD);
	audio_promises_fed(&promises, now);
	for (size_t i = 0; i < 64; i++)
		assert_true(voices[i].reservation.budget_ns >= 10 * NS_PER_US);
	assert_true(sum(64) <= AUDIO_BUDGET_PPM);
	for (uint64_t end = now + 3 * NS_PER_S; now < end; now += PERIOD) {
		for (size_t i = 0; i < 64; i++)
			voices[i].reservation.used_ns += (i == 5 ? 100 : 3) * NS_PER_US;
		audio_promises_fed(&promises, now);
	}
	assert_in_range(
		voices[5].reservation.budget_ns, 120 * NS_PER_US, 126 * NS_PER_US);
	assert_true(sum(64) <= AUDIO_BUDGET_PPM);
	for (size_t i = 0; i < 64; i++)
		remove_one(i);
	assert_int_equal(sum(64), 0);
}

/* Too many: who came last has none, and gets one when there is room. */
static void test_too_many(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		add(i, PERIOD);
	audio_promises_fed(&promises, now);
	assert_true(voices[0].reservation.ppm > 0);
	assert_int_equal(voices[MANY - 1].reservation.ppm, 0);
	assert_true(voices[MANY - 1].told);
	for (size_t i = 0; i < MANY / 2; i++)
		remove_one(i);
	audio_promises_fed(&promises, now);
	assert_true(voices[MANY - 1].reservation.ppm > 0);
	for (size_t i = MANY / 2; i < MANY; i++)
		remove_one(i);
	assert_int_equal(sum(MANY), 0);
}

/* Others have the processor: sound gets what is left, and asks again. */
static void test_others(void **state)
{
	const char *why;
	struct reservation frame = {.budget_ns = 7 * NS_PER_MS,
		.period_ns = 10 * NS_PER_MS,
		.deadline_ns = 10 * NS_PER_MS};
	(void)state;
	assert_int_equal(sched_reserve(&frame, &why), 0);
	add(0, PERIOD);
	assert_int_equal(voices[0].reservation.ppm, 0);
	assert_false(voices[0].told);
	sched_release(&frame);
	play(NS_PER_S / 8, 0, 0);
	assert_true(voices[0].reservation.ppm > 0);
	remove_one(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_others, setup, teardown),
	};
	return cmocka_run_group_tests_name("audio_promise", tests, NULL, NULL);
}
