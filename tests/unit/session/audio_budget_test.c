/* What voices want after what they used, and how it is shared. */
#include "session/audio_budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/clock.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define US       NS_PER_US
#define PERIOD   (1333 * US)

static uint64_t now, used, spent;

/* n periods in each of which it ran so long, or used its budget of 50 us up. */
static void play(struct audio_budget *b, unsigned n, uint64_t ran, bool over)
{
	for (unsigned i = 0; i < n; i++) {
		now += PERIOD;
		used += ran;
		spent += over;
		audio_budget_note(b, now, used, spent, 50 * US, PERIOD);
	}
}

static void begin(struct audio_budget *b)
{
	*b = (struct audio_budget){0};
	now = 100 * NS_PER_S;
	used = spent = 0;
	audio_budget_note(b, now, used, spent, 50 * US, PERIOD);
}

static uint64_t wants(const struct audio_budget *b)
{
	return audio_budget_wants(b, PERIOD) / US;
}

static void test_new(void **state)
{
	struct audio_budget b = {0};
	(void)state;
	assert_int_equal(audio_budget_wants(&b, PERIOD), PERIOD / 16);
	assert_int_equal(audio_budget_wants(&b, 100 * US), AUDIO_BUDGET_LEAST);
	begin(&b);
	assert_int_equal(audio_budget_wants(&b, PERIOD), PERIOD / 16);
}

/* A quarter as much again; never below the least, nor above the most. */
static void test_measured(void **state)
{
	static const struct {
		uint64_t ran, wants; /* us */
	} cases[] = {
		{0, 83},
		{1, 10},
		{8, 10},
		{20, 25},
		{100, 125},
		{200, 166},
		{5000, 166},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct audio_budget b;
		begin(&b);
		play(&b, 700, cases[i].ran * US, false);
		assert_int_equal(wants(&b), cases[i].wants);
		play(&b, 700, cases[i].ran * US, false);
		assert_int_equal(wants(&b), cases[i].wants);
	}
}

/* The three longest of a second are the machine's; a fourth is the voice's. */
static void test_outliers(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 6; n++) {
		struct audio_budget b;
		begin(&b);
		play(&b, 300, 20 * US, false);
		play(&b, n, 100 * US, false);
		play(&b, 300, 20 * US, false);
		assert_int_equal(wants(&b), n < 4 ? 25 : 125);
	}
}

/* For ten seconds, then no more. */
static void test_forgotten(void **state)
{
	struct audio_budget b;
	(void)state;
	begin(&b);
	play(&b, 750, 100 * US, false);
	assert_int_equal(wants(&b), 125);
	play(&b, 9 * 750, 20 * US, false);
	assert_int_equal(wants(&b), 125);
	play(&b, 3 * 750, 20 * US, false);
	assert_int_equal(wants(&b), 25);
	now += 20 * NS_PER_S; /* silent for long */
	play(&b, 1, 0, false);
	assert_int_equal(audio_budget_wants(&b, PERIOD), PERIOD / 16);
}

/* Cut off at its budget, what it needs is not known: twice as much. */
static void test_spent(void **state)
{
	struct audio_budget b;
	(void)state;
	begin(&b);
	play(&b, 700, 50 * US, true);
	assert_int_equal(wants(&b), 125);
}

/* Fed late, it filled two periods at once. */
static void test_fed_late(void **state)
{
	struct audio_budget b;
	(void)state;
	begin(&b);
	for (int i = 0; i < 700; i++) {
		now += PERIOD;
		play(&b, 1, 40 * US, false);
	}
	assert_int_equal(wants(&b), 25);
}

static void test_share(void **state)
{
	static const struct {
		size_t n;
		uint32_t total;
		struct {
			uint32_t least, ppm, granted;
		} claims[5];
	} cases[] = {
		{0, 100, {{0}}},
		{1, 100, {{10, 50, 100}}}, /* the rest is nobody's */
		{1, 1000, {{10, 50, 200}}},
		{2, 600000, {{7502, 80000, 250000}, {7502, 20000, 80000}}},
		{1, 100, {{10, 500, 100}}},
		{1, 100, {{101, 500, 0}}},
		{3, 100, {{10, 20, 20}, {10, 30, 30}, {10, 50, 50}}},
		{2, 100, {{10, 10, 40}, {10, 30, 60}}},
		{3, 400, {{10, 10, 40}, {10, 90, 180}, {10, 90, 180}}},
		{3, 100, {{10, 20, 20}, {10, 90, 40}, {10, 90, 40}}},
		{3, 100, {{10, 90, 40}, {10, 20, 20}, {10, 70, 40}}},
		{3, 100, {{50, 50, 50}, {10, 90, 25}, {10, 90, 25}}},
		{4, 100, {{40, 90, 50}, {40, 90, 50}, {40, 90, 0}, {10, 10, 0}}},
		{5, 100,
			{{1, 90, 20}, {1, 90, 20}, {1, 90, 20}, {1, 90, 20},
				{1, 90, 20}}},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct audio_claim claims[5];
		for (size_t k = 0; k < cases[i].n; k++)
			claims[k] = (struct audio_claim){
				.least_ppm = cases[i].claims[k].least,
				.ppm = cases[i].claims[k].ppm};
		audio_budget_share(claims, cases[i].n, cases[i].total);
		for (size_t k = 0; k < cases[i].n; k++)
			assert_int_equal(
				claims[k].granted_ppm, cases[i].claims[k].granted);
	}
}

/* 64 voices of 64 frames at 48 kHz: each has its least, whatever the others want. */
static void test_many(void **state)
{
	struct audio_claim claims[64];
	uint64_t sum = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(claims); i++)
		claims[i] = (struct audio_claim){.least_ppm = 7502, .ppm = 62500};
	audio_budget_share(claims, COUNT(claims), AUDIO_BUDGET_PPM);
	for (size_t i = 0; i < COUNT(claims); i++) {
		assert_in_range(claims[i].granted_ppm, 9375 - 1, 9375);
		sum += claims[i].granted_ppm;
	}
	assert_true(sum <= AUDIO_BUDGET_PPM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_outliers),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_spent),
		cmocka_unit_test(test_fed_late),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests_name("audio_budget", tests, NULL, NULL);
}
