/* How far ahead to fill: what happened, and what comes of it. */
#include "session/audio_latency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MS           NS_PER_MS
#define PERIOD       (4 * MS)
#define START        (1000 * NS_PER_S)

enum what {
	LATE,
	XRUN,
	NOTHING,
};

static const struct step {
	enum what what;
	uint64_t at_ms, arg, wanted, target; /* us */
} steps[] = {
	{NOTHING, 0, 0, 0, 4000},
	{NOTHING, 0, 0, 25000, 25000}, /* what is wanted, when that is safe */
	{LATE, 100, 2000, 0, 7000},    /* and half as much again */
	{LATE, 200, 1000, 0, 7000},    /* the latest */
	{LATE, 900, 2000, 6000, 7000}, {LATE, 9000, 400, 0, 7000},
	{NOTHING, 11000, 0, 0, 4600}, /* ten seconds later */
	{NOTHING, 20000, 0, 0, 4000},
	{XRUN, 30000, 0, 0, 8000}, /* a period, and twice that, and again */
	{XRUN, 31000, 0, 0, 12000}, {XRUN, 32000, 0, 0, 20000},
	{XRUN, 32001, 0, 50000, 50000}, {NOTHING, 41000, 0, 0, 36000},
	{NOTHING, 42002, 0, 0, 32800}, /* ten calm seconds: a tenth */
	{NOTHING, 52002, 0, 0, 29920}, {LATE, 52003, 10000, 0, 44920},
	{NOTHING, 53000000, 0, 0, 4000}, /* long calm */
	{XRUN, 53000000, 0, 0, 8000},
	{LATE, 53000001, 99000000, 0, 1508000}, /* a second is enough */
};

static void test_steps(void **state)
{
	struct audio_latency latency = {0};
	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		uint64_t now = START + steps[i].at_ms * MS;
		if (steps[i].what == LATE)
			audio_latency_late(&latency, now, steps[i].arg * NS_PER_US);
		if (steps[i].what == XRUN)
			audio_latency_xrun(&latency, now, PERIOD);
		uint64_t target = audio_latency_target(
			&latency, now, PERIOD, steps[i].wanted * NS_PER_US);
		if (target != steps[i].target * NS_PER_US)
			fail_msg("step %zu: %llu us", i,
				(unsigned long long)(target / NS_PER_US));
	}
}

/* Never without end, however often. */
static void test_bounded(void **state)
{
	struct audio_latency latency = {0};
	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		audio_latency_xrun(&latency, START + i, PERIOD);
	uint64_t target = audio_latency_target(&latency, START + 1000, PERIOD, 0);
	assert_true(target > 100 * MS && target < NS_PER_S);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
