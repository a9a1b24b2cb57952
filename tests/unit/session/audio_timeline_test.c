/* What is heard when, of clocks that drift, jump and are coarse. */
#include "session/audio_timeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/clock.h"

#define RATE  48000
#define BEGAN UINT64_C(5000000000000)

static struct audio_timeline line;
static uint64_t seed;

static uint64_t chance(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1;
	return (seed >> 33) % below;
}

static uint64_t heard(uint64_t frame, double ppm)
{
	return BEGAN + (uint64_t)((double)frame * 1e9 / (RATE * (1 + ppm / 1e6)));
}

/* How far off it is in frames, at most, from that second on. */
static double off(double ppm, uint64_t jitter_ns, unsigned from, unsigned seconds)
{
	double most = 0;
	uint64_t frame = 0;
	seed = 1;
	audio_timeline_reset(&line, RATE);
	assert_false(line.set);
	while (frame < (uint64_t)seconds * RATE) {
		uint64_t ns = heard(frame, ppm);
		audio_timeline_note(
			&line, frame, ns + (jitter_ns ? chance(jitter_ns) : 0));
		double error = (double)audio_timeline_ns(&line, frame + 500) -
			       (double)heard(frame + 500, ppm) - (double)jitter_ns / 2;
		if (frame >= (uint64_t)from * RATE)
			most = fmax(most, fabs(error));
		frame += 256 + chance(512);
	}
	return most * RATE / 1e9;
}

static void a_clock_that_is_right_is_believed(void **state)
{
	(void)state;
	assert_true(off(0, 0, 0, 10) < 0.001);
}

static void drift_is_learnt(void **state)
{
	(void)state;
	for (int ppm = -500; ppm <= 500; ppm += 250)
		assert_true(off(ppm, 0, 5, 20) < 0.05);
}

static void jitter_is_evened_out(void **state)
{
	(void)state;
	/* A millisecond, as a bus has, is 48 frames. */
	assert_true(off(100, NS_PER_MS, 10, 60) < 12);
}

static void a_jump_is_another_beginning(void **state)
{
	(void)state;
	off(0, 0, 0, 2);
	uint64_t frame = 2 * RATE + 1000, ns = heard(frame, 0) + 70 * NS_PER_MS;
	audio_timeline_note(&line, frame, ns);
	assert_in_range(audio_timeline_ns(&line, frame + 480), ns + 10 * NS_PER_MS - 1000,
		ns + 10 * NS_PER_MS + 1000);
	/* Back from there, too. */
	assert_in_range(audio_timeline_ns(&line, frame - 480), ns - 10 * NS_PER_MS - 1000,
		ns - 10 * NS_PER_MS + 1000);
}

static void a_clock_that_makes_no_sense_is_bounded(void **state)
{
	(void)state;
	audio_timeline_reset(&line, RATE);
	for (unsigned i = 0; i < 10000; i++)
		audio_timeline_note(
			&line, i * 256, heard(i * 256, 0) + chance(19 * NS_PER_MS));
	assert_true(fabs(line.ns_per_frame - line.nominal) <= line.nominal * 1.001e-3);
	audio_timeline_note(&line, 1, 0);
	assert_int_equal(audio_timeline_ns(&line, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_is_right_is_believed),
		cmocka_unit_test(drift_is_learnt),
		cmocka_unit_test(jitter_is_evened_out),
		cmocka_unit_test(a_jump_is_another_beginning),
		cmocka_unit_test(a_clock_that_makes_no_sense_is_bounded),
	};
	return cmocka_run_group_tests_name("audio timeline", tests, NULL, NULL);
}
