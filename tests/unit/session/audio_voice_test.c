/* What a plugin says on its voice, and how it is heard: times, control, nonsense. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugins/endpoint.h"
#include "sched/sched.h"
#include "tests/unit/session/audio_card.h"
#include "util/clock.h"
#include "util/log.h"

/* Times. */

/* at: when its first frame is heard, to half a frame. */
static void assert_heard_at(unsigned channel, uint64_t frame, uint64_t at, double within)
{
	double off = (double)fake_heard_ns(card, frame) - (double)at;
	if (fabs(off) > within * 1e9 / card->config.rate)
		fail_msg("it is heard %.1f frames off", off * card->config.rate / 1e9);
	(void)channel;
}

/* All of its 2,000 frames, from then on; and the device is closed again. */
static void expect_block(struct player *p, uint64_t from, uint64_t at)
{
	uint64_t first = rig_first(card, L, from);
	assert_true(first != UINT64_MAX);
	assert_heard_at(L, first, at, 1.01);
	assert_true(rig_follows(card, L, first, p, 0, 2000));
	assert_no_gap(p);
	rig_player_end(p);
	rig_run(3 * NS_PER_S);
}

static void a_block_is_heard_when_it_is_due(void **state)
{
	static const uint64_t ahead[] = {60, 100, 333, 999, 1500, 5000}; /* ms */
	(void)state;
	card->extra = 96;
	for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++) {
		struct player *p = rig_player();
		p->until = 0;
		uint64_t at = clock_now_ns() + ahead[i] * NS_PER_MS + 12345;
		uint64_t from = card->frames;
		unsigned opened = card->opened;
		assert_true(rig_send(p, 2000, at));
		if (ahead[i] > 1500) { /* not yet opened for it */
			rig_run(3 * NS_PER_S);
			assert_int_equal(card->opened, opened);
		}
		rig_run((ahead[i] + 100) * NS_PER_MS);
		expect_block(p, from, at);
	}
}

/* The device is still open when it comes, and would be closed meanwhile. */
static void a_block_is_heard_when_it_is_due_after_a_sound(void **state)
{
	static const uint64_t after[] = {100, 450, 600, 1500, 1900}; /* ms */
	static const uint64_t ahead[] = {900, 1020, 1300, 1500, 4000};
	(void)state;
	for (size_t i = 0; i < 25; i++) {
		struct player *p = rig_player();
		p->until = 0;
		assert_true(rig_send(p, 480, 0));
		rig_run((10 + after[i / 5]) * NS_PER_MS);
		uint64_t from = card->frames;
		uint64_t at = clock_now_ns() + ahead[i % 5] * NS_PER_MS + 12345;
		p->sent = 0;
		assert_true(rig_send(p, 2000, at));
		rig_run((ahead[i % 5] + 100) * NS_PER_MS);
		expect_block(p, from, at);
	}
}

static void a_block_is_heard_when_it_is_due_beside_others(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	p->until = 0;
	rig_run(NS_PER_S / 3);
	uint64_t at = clock_now_ns() + 50 * NS_PER_MS + 777;
	assert_true(rig_send(p, 256, at));
	assert_true(rig_send(p, 256, 0));
	assert_true(rig_send(p, 256, at + 10 * NS_PER_MS)); /* 480 frames: 32 too soon */
	assert_true(rig_send(p, 256, at + 40 * NS_PER_MS));
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, L, 0);
	assert_heard_at(L, first, at, 0.75);
	assert_true(rig_follows(card, L, first, p, 0, 512));
	/* What was to be heard while the one before was is cut off, and counted. */
	assert_true(rig_follows(card, L, first + 512, p, 512 + 32, 256 - 32));
	assert_true(fake_sample(card, first + 480 + 256, L) == 0);
	uint64_t last = rig_first(card, L, first + 480 + 256);
	assert_heard_at(L, last, at + 40 * NS_PER_MS, 0.75);
	assert_true(rig_follows(card, L, last, p, 768, 256));
	assert_int_equal(where(p).gaps, 1);
	assert_int_equal(where(p).late, 32);
	assert_whole(other, R);
}

static void what_comes_too_late_is_cut(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	p->until = 0;
	rig_run(NS_PER_S / 3);
	uint64_t at = clock_now_ns() - 10 * NS_PER_MS;
	for (int i = 0; i < 4; i++)
		assert_true(rig_send(p, 1000, i ? 0 : at));
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, L, 0);
	int64_t number = (int64_t)(fake_sample(card, first, L) / PLAYER_UNIT) - 1;
	assert_true(number > 480 && number < 4000);
	assert_heard_at(L, first, at + (uint64_t)number * NS_PER_S / 48000, 0.75);
	assert_true(rig_follows(
		card, L, first, p, (uint64_t)number, 4000 - (uint64_t)number));
	assert_int_equal(where(p).late, number);
	assert_int_equal(where(p).gaps, 1);
	assert_whole(other, R);
	/* A time that never comes, and one that was never. */
	assert_true(rig_send(p, 100, 1));
	assert_true(rig_send(p, 100, UINT64_MAX));
	rig_run(NS_PER_S / 2);
	assert_true(rig_first(card, L, first + 4000) == UINT64_MAX);
}

/* What it did not use up is cut from what follows it, but not behind an end. */
static void lateness_does_not_outlast_an_end(void **state)
{
	static const struct {
		uint64_t after_ns;
		bool cut;
	} cases[] = {{NS_PER_S / 10, true}, {NS_PER_S * 2 / 5, true},
		{NS_PER_S * 3 / 5, false}, {NS_PER_S * 5 / 2, false},
		{60 * NS_PER_S, false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rig_end();
		set_up(NULL);
		struct player *p = rig_player();
		p->until = 0;
		rig_run(NS_PER_S / 3);
		assert_true(rig_send(p, 480, clock_now_ns() - NS_PER_S / 10));
		rig_run(cases[i].after_ns);
		uint64_t from = card->frames, late = where(p).late;
		assert_true(late > 4800);
		assert_true(rig_first(card, L, 0) == UINT64_MAX);
		for (unsigned k = 0; k < 3; k++)
			assert_true(rig_send(p, 8000, 0));
		rig_run(NS_PER_S);
		uint64_t heard = cases[i].cut ? late : 480;
		uint64_t first = rig_first(card, L, from);
		assert_true(first != UINT64_MAX);
		assert_int_equal(rig_number(card, first), heard);
		assert_true(rig_follows(card, L, first, p, heard, p->sent - heard));
	}
}

/* It is so much time, whatever the rate. */
static void lateness_is_kept_over_formats(void **state)
{
	static const unsigned rates[][2] = {{8000, 48000}, {96000, 48000}};
	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		unsigned rate = rates[i][0], then = rates[i][1];
		rig_end();
		set_up(NULL);
		struct player *p = rig_player();
		p->until = 0;
		rig_run(NS_PER_S / 3);
		rig_format(p, rate, 2, 0);
		rig_turn();
		uint64_t from = card->frames, at = clock_now_ns() - NS_PER_S / 4;
		assert_true(rig_send(p, rate / 100, at));
		rig_format(p, then, 2, 0);
		for (unsigned k = 0; k < 2; k++)
			assert_true(rig_send(p, 8000, 0));
		rig_run(NS_PER_S);
		uint64_t first = rig_first(card, L, from);
		assert_true(first != UINT64_MAX);
		uint64_t number = (uint64_t)rig_number(card, first) - rate / 100;
		at += 10 * NS_PER_MS + number * NS_PER_S / then;
		assert_heard_at(L, first, at, (double)then / rate + 1);
	}
}

static void blocks_with_their_times_are_not_torn(void **state)
{
	(void)state;
	card->ppm = 40; /* its clock is not theirs */
	struct player *p = rig_player();
	p->until = 0;
	uint64_t at = clock_now_ns() + 100 * NS_PER_MS;
	for (int i = 0; i < 400; i++) {
		while (rig_send(p, 480, at + p->sent * NS_PER_S / 48000))
			;
		rig_run(10 * NS_PER_MS);
	}
	assert_heard_at(L, rig_first(card, L, 0), at, 1.01);
	assert_whole(p, L);
	assert_no_gap(p);
}

/* Which of the player's frames is heard when, on any clock. */
static void a_position_is_true(void **state)
{
	static const struct {
		double ppm, frames;
		unsigned grain, extra;
	} clocks[] = {
		{0, 1, 0, 0},
		{0, 1, 0, 480},
		{300, 2, 0, 100},
		{-300, 2, 0, 0},
		{50, 60, 48, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		rig_end();
		set_up(NULL);
		card->ppm = clocks[i].ppm;
		card->grain = clocks[i].grain;
		card->extra = clocks[i].extra;
		struct player *p = rig_player();
		rig_run(10 * NS_PER_S);
		struct osaas_audio_position at = where(p);
		rig_run(NS_PER_S);
		uint64_t first = rig_first(card, L, 0);
		assert_true(at.frame > 470000);
		assert_heard_at(L, first + at.frame, at.time_ns, clocks[i].frames);
		assert_true(at.given >= at.frame && at.given <= p->sent);
	}
}

/* Control. */

static void a_flush_drops_what_is_not_in_the_device(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	rig_run(NS_PER_S / 2);
	p->lazy = true;
	struct osaas_audio_position at = rig_ask(p, OSAAS_AUDIO_FLUSH, 0);
	assert_true(at.frame < p->sent);
	assert_int_equal(at.given, at.frame);
	rig_run(NS_PER_S / 10);
	/* Up to there it was heard, the last of it ever softer; then it is silent. */
	uint64_t first = rig_first(card, L, 0);
	assert_true(rig_follows(card, L, first, p, 0, at.frame - FADE));
	double last = fake_sample(card, first + at.frame - 1, L);
	assert_true(last < player_sample(p, at.frame - 1, 0) / 100);
	assert_true(rig_first(card, L, first + at.frame) == UINT64_MAX);
	/* What comes next is the one after it. */
	uint64_t from = card->frames;
	p->sent = at.given;
	p->lazy = false;
	rig_run(NS_PER_S / 10);
	uint64_t again = rig_first(card, L, from);
	assert_true(rig_follows(card, L, again, p, at.given, card->frames - again));
	assert_no_gap(p);
	assert_whole(other, R);
}

static void a_flush_leaves_format_and_gain(void **state)
{
	(void)state;
	struct player *p = rig_player();
	const struct osaas_audio_gain half = {0.5f, 0};
	p->until = 0;
	assert_true(rig_send(p, 100, clock_now_ns() + NS_PER_S / 2));
	const struct osaas_audio_format format = {
		.rate = 48000, .channels = 1, .places = {OSAAS_AUDIO_FR}};
	assert_true(rig_say(p->end, OSAAS_AUDIO_FORMAT, &format, sizeof format));
	assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &half, sizeof half));
	assert_int_equal(rig_ask(p, OSAAS_AUDIO_FLUSH, 0).given, 0);
	p->channels = 1;
	p->sent = 0;
	p->unit *= 2;
	assert_true(rig_send(p, 480, 0));
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, R, 0);
	p->unit /= 2;
	assert_true(rig_follows(card, R, first, p, 0, 480));
	assert_true(rig_first(card, L, 0) == UINT64_MAX);
}

static void a_pause_goes_on_where_it_was(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	rig_run(NS_PER_S / 2);
	struct osaas_audio_position at = rig_ask(p, OSAAS_AUDIO_PAUSE, 1);
	assert_true(at.flags & OSAAS_AUDIO_PAUSED);
	uint64_t sent = p->sent;
	rig_run(NS_PER_S / 2);
	assert_true(p->sent - sent <= 2048); /* it is held up */
	uint64_t first = rig_first(card, L, 0), from = card->frames;
	assert_true(rig_follows(card, L, first, p, 0, at.frame - FADE));
	assert_true(rig_first(card, L, first + at.frame) == UINT64_MAX);
	assert_int_equal(where(p).frame, at.frame);
	assert_false(rig_ask(p, OSAAS_AUDIO_PAUSE, 0).flags & OSAAS_AUDIO_PAUSED);
	rig_run(NS_PER_S / 2);
	/* The first frame of a fade is silence. */
	uint64_t again = rig_first(card, L, from) - 1;
	assert_true(fabs(fake_sample(card, again + 1, L)) < 2.0 / FADE);
	assert_true(rig_follows(
		card, L, again + FADE, p, at.frame + FADE, card->frames - again - FADE));
	assert_no_gap(p);
	assert_whole(other, R);
}

static void gain_is_where_it_was_said(void **state)
{
	(void)state;
	struct player *p = rig_player();
	const struct osaas_audio_gain quarter = {0.25f, 0}, unity = {1, 1000};
	p->until = 0;
	rig_send(p, 777, 0);
	rig_say(p->end, OSAAS_AUDIO_GAIN, &quarter, sizeof quarter);
	rig_send(p, 1000, 0);
	rig_turn();
	rig_say(p->end, OSAAS_AUDIO_GAIN, &unity, sizeof unity);
	rig_send(p, 2000, 0);
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, L, 0);
	assert_true(rig_follows(card, L, first, p, 0, 777));
	for (uint64_t i = 0; i < 3000; i++) {
		double gain = i < 1000   ? 0.25
			      : i < 2000 ? 0.25 + 0.75 * ((double)i - 999) / 1000
					 : 1;
		double is = fake_sample(card, first + 777 + i, L);
		double wanted = player_sample(p, 777 + i, L) * gain;
		assert_true(fabs(is - wanted) < 0x1p-24 + 0.001 * wanted);
	}
}

static void gain_by_control_comes_soon(void **state)
{
	(void)state;
	struct player *p = rig_player();
	const struct osaas_audio_gain none = {0, 0}, bad = {-1, 0}, worse = {NAN, 0},
				      worst = {16.5f, 0};
	rig_run(NS_PER_S / 2);
	assert_true(rig_say(p->control, OSAAS_AUDIO_GAIN, &none, sizeof none));
	uint64_t from = card->frames;
	rig_run(NS_PER_S / 2);
	uint64_t end = from;
	while (fake_sample(card, end, L) != 0)
		end++;
	assert_true(end < from + 1300); /* what is in the device */
	assert_true(rig_first(card, L, end) == UINT64_MAX);
	assert_no_gap(p);
	rig_say(p->control, OSAAS_AUDIO_GAIN, &bad, sizeof bad);
	rig_say(p->control, OSAAS_AUDIO_GAIN, &worse, sizeof worse);
	rig_say(p->control, OSAAS_AUDIO_GAIN, &worst, sizeof worst);
	rig_run(NS_PER_S / 2);
	assert_true(rig_first(card, L, end) == UINT64_MAX);
}

static void positions_follow_while_it_sounds(void **state)
{
	(void)state;
	struct player *p = rig_player();
	p->until = 48000;
	rig_ask(p, OSAAS_AUDIO_FOLLOW, 20);
	rig_run(NS_PER_S / 5);
	assert_in_range(answers(p), 8, 11);
	rig_run(NS_PER_S);
	assert_int_equal(answers(p), 16); /* no more than there is room for */
	rig_run(NS_PER_S);
	assert_int_equal(answers(p), 0);
	rig_run(3 * NS_PER_S);
	assert_true(audio_next_ns(rig.audio) == UINT64_MAX);
}

static void who_takes_no_answers_is_answered_later(void **state)
{
	(void)state;
	struct player *p = rig_player();
	const uint32_t none = 0;
	for (int i = 0; i < 16; i++)
		assert_true(rig_say(p->control, OSAAS_AUDIO_WHERE, &none, sizeof none));
	rig_turn();
	assert_true(rig_say(p->control, OSAAS_AUDIO_WHERE, &none, sizeof none));
	rig_turn();
	rig_run(NS_PER_S / 10);
	assert_int_equal(answers(p), 16);
	audio_turn(rig.audio);
	assert_int_equal(answers(p), 1);
}

/* Whatever a plugin sends. */

static void nonsense_is_ignored(void **state)
{
	(void)state;
	struct player *p = rig_player(), *bad = rig_player();
	struct osaas_audio_format format = {.rate = 3999, .channels = 2};
	float *at;
	bad->lazy = true;
	rig_run(NS_PER_S / 10);
	for (unsigned i = 0; i < 1000; i++) {
		struct message msg = {.type = i % 40};
		for (size_t b = 0; b < sizeof msg.bytes; b++)
			msg.bytes[b] = (uint8_t)(i * 37 + b * 11);
		if (i % 3 == 0) {
			msg.buffer = buffer_create(100);
			msg.len = i % 101;
			at = buffer_data(msg.buffer);
			for (int k = 0; k < 25; k++)
				at[k] = k % 3 ? NAN : INFINITY;
		}
		if (endpoint_try_send(i % 2 ? bad->end : bad->control, &msg) < 0)
			message_drop(&msg);
		rig_run(NS_PER_MS);
		answers(bad);
	}
	rig_say(bad->end, OSAAS_AUDIO_FORMAT, &format, sizeof format);
	rig_run(NS_PER_S / 10);
	assert_no_gap(p);
	assert_int_equal(card->xruns, 0);
	rig_player_end(bad);
	rig_run(NS_PER_S / 10);
	assert_int_equal(rig_number(card, card->frames - 1) >= 0, 1);
}

static void rates_that_change_all_the_time_hold_up_nobody(void **state)
{
	(void)state;
	struct player *p = rig_player(), *bad = rig_player();
	bad->until = 0;
	for (unsigned i = 0; i < 3000; i++) {
		struct osaas_audio_format format = {
			.rate = 8000 + i, .channels = 1 + i % 8};
		rig_say(bad->end, OSAAS_AUDIO_FORMAT, &format, sizeof format);
		bad->channels = format.channels;
		rig_send(bad, 1, 0);
		rig_run(NS_PER_MS / 3);
	}
	rig_run(NS_PER_S);
	assert_no_gap(p);
	assert_int_equal(card->xruns, 0);
}

/* More gains and formats than are kept, while nothing plays: what comes behind them is heard. */
static void gains_and_formats_in_a_row_hold_up_nothing(void **state)
{
	(void)state;
	struct player *p = rig_player();
	const struct osaas_audio_format mono = {
		.rate = 48000, .channels = 1, .places = {OSAAS_AUDIO_FL}};
	p->until = 0;
	for (unsigned i = 0; i < 100; i++) {
		struct osaas_audio_gain gain = {(float)i / 128, i % 2 ? 0 : 4800};
		assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &gain, sizeof gain));
		rig_turn();
		assert_true(rig_say(p->end, OSAAS_AUDIO_FORMAT, &mono, sizeof mono));
		rig_turn();
	}
	const struct osaas_audio_gain quarter = {0.25f, 0}, unity = {1, 1000};
	assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &quarter, sizeof quarter));
	assert_true(rig_say(p->end, OSAAS_AUDIO_GAIN, &unity, sizeof unity));
	p->channels = 1;
	assert_true(rig_send(p, 2000, 0));
	rig_run(NS_PER_S / 5);
	uint64_t first = rig_first(card, L, 0);
	assert_true(first != UINT64_MAX);
	assert_true(
		fabs(fake_sample(card, first, L) - player_sample(p, 0, 0) / 4) < 0x1p-24);
	assert_true(rig_follows(card, L, first + 1000, p, 1000, 1000));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_block_is_heard_when_it_is_due),
		T(a_block_is_heard_when_it_is_due_after_a_sound),
		T(a_block_is_heard_when_it_is_due_beside_others),
		T(what_comes_too_late_is_cut),
		T(lateness_does_not_outlast_an_end),
		T(lateness_is_kept_over_formats),
		T(blocks_with_their_times_are_not_torn),
		T(a_position_is_true),
		T(a_flush_drops_what_is_not_in_the_device),
		T(a_flush_leaves_format_and_gain),
		T(a_pause_goes_on_where_it_was),
		T(gain_is_where_it_was_said),
		T(gains_and_formats_in_a_row_hold_up_nothing),
		T(gain_by_control_comes_soon),
		T(positions_follow_while_it_sounds),
		T(who_takes_no_answers_is_answered_later),
		T(nonsense_is_ignored),
		T(rates_that_change_all_the_time_hold_up_nobody),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio voice", tests, NULL, NULL);
}
