/* Voices of other layouts and rates than the card's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "tests/unit/session/audio_card.h"
#include "util/clock.h"
#include "util/log.h"

static void any_layout_is_heard_from_where_it_is(void **state)
{
	(void)state;
	struct player *p = rig_player();
	p->until = 0;
	rig_send(p, 500, 0);
	rig_format(p, 48000, 1, 0);
	rig_send(p, 500, 0);
	rig_turn();
	rig_format(p, 48000, 2, 0);
	rig_send(p, 500, 0);
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, L, 0);
	p->channels = 2;
	assert_true(rig_follows(card, R, first, p, 0, 500));
	assert_true(rig_follows(card, R, first + 1000, p, 1000, 500));
	p->channels = 1;
	assert_true(rig_follows(card, L, first + 500, p, 500, 500));
	assert_true(rig_follows(card, R, first + 500, p, 500, 500));
	assert_no_gap(p);
}

/* The most that n frames are off a sine of 997 Hz whose frame 0 is at that one. */
static double off_tone(uint64_t begin, uint64_t from, uint64_t n)
{
	double most = 0;
	for (uint64_t i = from; i < from + n; i++) {
		double at = (double)(i - begin) / card->config.rate;
		double is = fake_sample(card, i, L);
		most = fmax(most, fabs(is - 0.5 * sin(2 * M_PI * 997 * at)));
	}
	return most;
}

static void other_rates_are_resampled_without_a_seam(void **state)
{
	static const unsigned rates[] = {44100, 32000, 96000, 22050, 192000};
	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct player *p = rig_player();
		uint64_t from = card->frames;
		p->wave = wave_tone;
		phase = 0;
		tone_step = 997.0 / rates[i];
		rig_format(p, rates[i], 2, 0);
		p->until = rates[i];
		p->block = 100 + 441 * i;
		rig_run(3 * NS_PER_S / 2);
		uint64_t first = rig_first(card, L, from);
		while (first > from && fabs(off_tone(first, first + 4800, 100)) > 1e-3)
			first--;
		/* Each frame is where it was, and the last ones are there. */
		assert_true(off_tone(first, first + 500, 47000) < 1e-5);
		uint64_t end = card->frames;
		while (fabs(fake_sample(card, end - 1, L)) < 1e-4)
			end--;
		assert_in_range(end - first, 47980, 48300);
		assert_no_gap(p);
		assert_int_equal(where(p).frame, rates[i]);
		rig_player_end(p);
		rig_run(3 * NS_PER_S);
	}
}

static void a_short_sound_of_another_rate_is_heard(void **state)
{
	(void)state;
	for (size_t n = 1; n < 500; n = n * 3 + 1) {
		struct player *p = rig_player();
		uint64_t from = card->frames;
		rig_format(p, 44100, 2, 0);
		p->wave = wave_tone;
		tone_step = 997.0 / 44100;
		phase = 0.25;
		p->until = n;
		rig_run(NS_PER_S / 5);
		uint64_t first = rig_first(card, L, from);
		assert_true(first != UINT64_MAX);
		assert_true(first < from + 1200);
		assert_int_equal(where(p).frame, n);
		rig_run(4 * NS_PER_S);
		assert_true(audio_next_ns(rig.audio) == UINT64_MAX);
		rig_player_end(p);
	}
}

static void rates_change_in_the_middle(void **state)
{
	static const unsigned rates[] = {48000, 44100, 48000, 96000, 32000, 48000};
	(void)state;
	struct player *p = rig_player();
	p->wave = wave_tone;
	for (unsigned i = 0; i < 6; i++) {
		/* A fifth of a second each, as soon as there is room. */
		while (chan_pending(endpoint_tx(p->end)) == 4)
			rig_run(NS_PER_MS);
		rig_format(p, rates[i], 2, 0);
		tone_step = 997.0 / rates[i];
		phase = fmod(997 * 0.2 * i, 1);
		p->sent = 0;
		p->until = rates[i] / 5;
		while (p->sent < p->until)
			rig_run(NS_PER_MS);
	}
	rig_run(NS_PER_S);
	uint64_t first = rig_first(card, L, 0) - 1; /* the sine's is 0 */
	for (unsigned i = 0; i < 6; i++) {
		/* Where filters meet there is a trace of it. */
		assert_true(off_tone(first, first + 9600 * i + 400, 9600 - 800) < 1e-5);
		if (i < 5)
			assert_true(off_tone(first, first + 9600 * i + 9200, 800) < 0.15);
	}
	assert_no_gap(p);
}

/* Another latency, or the same format once more, as one song follows another. */
static void a_format_of_the_same_rate_leaves_no_seam(void **state)
{
	(void)state;
	struct player *p = rig_player();
	p->wave = wave_tone;
	phase = 0;
	tone_step = 997.0 / 44100;
	for (unsigned i = 0; i < 10; i++) {
		while (chan_pending(endpoint_tx(p->end)) == 4)
			rig_run(NS_PER_MS);
		rig_format(p, 44100, 2, i % 3 ? 30000 : 0);
		p->until = 4410 * (i + 1);
		while (p->sent < p->until)
			rig_run(NS_PER_MS);
	}
	rig_run(NS_PER_S);
	uint64_t first = rig_first(card, L, 0), from = first;
	while (first < from + 48 && off_tone(first, first + 4800, 100) > 1e-5)
		first++;
	assert_true(off_tone(first, first + 500, 47000) < 1e-5);
	assert_no_gap(p);
}

/* Where a flush is between two frames, the one that is heard was given. */
static void a_flush_in_the_resampler_leaves_what_is_heard(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_format(p, 24000, 2, 0);
	for (unsigned i = 0; i < 200; i++) {
		p->lazy = false;
		rig_run(20 * NS_PER_MS + i * 12347);
		p->lazy = true;
		struct osaas_audio_position at = rig_ask(p, OSAAS_AUDIO_FLUSH, 0);
		assert_true(at.frame <= at.given && at.given <= at.frame + 1);
		p->sent = at.given;
	}
}

/* A day long: each frame's part is less than a float near 1 can tell. */
static void a_slow_gain_moves_at_any_rate(void **state)
{
	static const unsigned rates[] = {48000, 44100};
	const struct osaas_audio_gain none = {0, UINT32_MAX};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct player *p = rig_player();
		uint64_t from = card->frames;
		p->wave = wave_tone;
		phase = 0.25;
		tone_step = 0; /* always 0.5 */
		rig_format(p, rates[i], 2, 0);
		assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &none, sizeof none));
		p->until = 20 * rates[i];
		rig_run(21 * NS_PER_S);
		uint64_t first = rig_first(card, L, from);
		double is = fake_sample(card, first + 19 * 48000, L);
		double wanted = 0.5 * (1 - 19.0 * rates[i] / UINT32_MAX);
		assert_true(fabs(is - wanted) < 2e-6);
		rig_player_end(p);
		rig_run(3 * NS_PER_S);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(any_layout_is_heard_from_where_it_is),
		T(other_rates_are_resampled_without_a_seam),
		T(a_short_sound_of_another_rate_is_heard),
		T(rates_change_in_the_middle),
		T(a_format_of_the_same_rate_leaves_no_seam),
		T(a_flush_in_the_resampler_leaves_what_is_heard),
		T(a_slow_gain_moves_at_any_rate),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio rate", tests, NULL, NULL);
}
