/* The engine, frame by frame, on devices whose clock the test turns. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "session/audio_voice.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"
#include "util/log.h"

#define FADE 240 /* frames: 5 ms */
#define L    0
#define R    1

static struct fake_card *card;

static int set_up(void **state)
{
	(void)state;
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_end();
	return 0;
}

static struct osaas_audio_position where(struct player *player)
{
	return rig_ask(player, OSAAS_AUDIO_WHERE, 0);
}

static void assert_no_gap(struct player *player)
{
	struct osaas_audio_position at = where(player);
	assert_int_equal(at.gaps, 0);
	assert_int_equal(at.late, 0);
}

/* All that was played since it began is the player's, from its first frame on. */
static void assert_whole(const struct player *player, unsigned channel)
{
	uint64_t first = rig_first(card, channel, 0);
	assert_true(first != UINT64_MAX);
	assert_true(rig_follows(card, channel, first, player, 0, card->frames - first));
}

/* One voice, and more of them. */

static void one_voice_comes_out_as_it_is(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S);
	assert_true(card->frames > 45000);
	assert_whole(p, L);
	assert_whole(p, R);
	assert_int_equal(card->xruns, 0);
	assert_int_equal(card->started, 1);
	assert_no_gap(p);
	assert_true(where(p).flags & OSAAS_AUDIO_SOUNDS);
}

static void blocks_of_any_size_follow_each_other(void **state)
{
	static const size_t sizes[] = {1, 3, 17, 64, 255, 1000, 8192};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct player *p = rig_player();
		p->block = sizes[i];
		uint64_t begin = card->frames;
		rig_run(NS_PER_S / 5);
		uint64_t first = rig_first(card, L, begin);
		assert_true(first != UINT64_MAX);
		assert_true(rig_follows(card, L, first, p, 0, card->frames - first));
		rig_player_end(p);
		rig_run(3 * NS_PER_S);
	}
}

static void many_voices_add_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		struct player *p = rig_player();
		p->block = 64 + 7 * i;
		p->sent = 100 * i; /* its numbers begin there */
	}
	rig_run(NS_PER_S);
	uint64_t first = rig_first(card, L, 0);
	assert_true(first != UINT64_MAX && card->frames - first > 40000);
	for (uint64_t f = first; f < card->frames; f++) {
		double sum = 0;
		for (unsigned i = 0; i < 64; i++)
			sum += player_sample(&rig.players[i], 100 * i + f - first, L);
		assert_true(fake_sample(card, f, L) == sum);
	}
	for (unsigned i = 0; i < 64; i++)
		assert_no_gap(&rig.players[i]);
}

static void a_device_that_takes_little_at_a_time_gets_all(void **state)
{
	(void)state;
	card->chunk = 7;
	card->grain = 48;
	struct player *p = rig_player();
	rig_run(NS_PER_S);
	assert_true(card->frames > 40000);
	assert_whole(p, L);
	assert_int_equal(card->xruns, 0);
}

/* Late, and at the end. */

static void a_late_plugin_is_silent_alone(void **state)
{
	(void)state;
	struct player *late = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	rig_run(NS_PER_S / 2);
	late->lazy = true;
	rig_run(NS_PER_S / 5);
	late->lazy = false;
	rig_run(NS_PER_S / 2);
	assert_whole(other, R);
	assert_no_gap(other);
	assert_int_equal(card->xruns, 0);
	/* One gap: as long as it says, and nothing is lost. */
	uint64_t first = rig_first(card, L, 0), end = first;
	while (fake_sample(card, end, L) != 0)
		end++;
	uint64_t again = rig_first(card, L, end);
	assert_true(rig_follows(card, L, first, late, 0, end - first));
	assert_true(rig_follows(card, L, again, late, end - first, card->frames - again));
	struct osaas_audio_position at = where(late);
	assert_int_equal(at.gaps, 1);
	assert_int_equal(at.late, again - end);
	assert_true(again - end > 4800 && again - end < 9600);
}

static void a_little_late_is_not_heard(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	for (int i = 0; i < 20; i++) {
		/* What is under way, and in the device, lasts longer. */
		p->lazy = true;
		rig_run(25 * NS_PER_MS);
		p->lazy = false;
		rig_run(50 * NS_PER_MS);
	}
	assert_whole(p, L);
	assert_no_gap(p);
}

static void what_ends_is_heard_to_its_end(void **state)
{
	(void)state;
	struct player *p = rig_player();
	p->until = 1000;
	rig_run(NS_PER_S / 4);
	uint64_t first = rig_first(card, L, 0);
	assert_true(rig_follows(card, L, first, p, 0, 1000));
	assert_true(rig_first(card, L, first + 1000) == UINT64_MAX);
	assert_no_gap(p);
	struct osaas_audio_position at = where(p);
	assert_int_equal(at.frame, 1000);
	assert_int_equal(at.given, 1000);
	assert_int_equal(at.flags, 0);
	assert_in_range(at.time_ns, fake_heard_ns(card, first + 1000) - 20 * NS_PER_US,
		fake_heard_ns(card, first + 1000) + 20 * NS_PER_US);
}

static void silence_costs_nothing(void **state)
{
	(void)state;
	struct audio_status status;
	struct player *p = rig_player();
	assert_true(audio_next_ns(rig.audio) == UINT64_MAX);
	assert_int_equal(card->opened, 0);
	p->until = 4800;
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_int_equal(status.state, AUDIO_FILLING); /* drained, not yet closed */
	assert_int_equal(card->closed, 0);
	assert_int_equal(card->xruns, status.xruns + 1); /* that is how it is drained */
	rig_run(2 * NS_PER_S);
	audio_status(rig.audio, &status);
	assert_int_equal(status.state, AUDIO_CLOSED);
	assert_int_equal(card->closed, 1);
	assert_int_equal(card->dropped, 0);
	assert_true(audio_next_ns(rig.audio) == UINT64_MAX);
	/* And once more. */
	p->until = 9600;
	uint64_t from = card->frames;
	rig_run(NS_PER_S / 2);
	uint64_t first = rig_first(card, L, from);
	assert_true(first < from + 100);
	assert_true(rig_follows(card, L, first, p, 4800, 4800));
	assert_no_gap(p);
}

/* What is to be heard in an hour does not keep the device open for one. */
static void a_sound_far_off_costs_nothing_till_then(void **state)
{
	(void)state;
	struct audio_status status;
	struct player *p = rig_player();
	p->until = 4800;
	rig_run(NS_PER_S / 5);
	uint64_t at = clock_now_ns() + 3600 * NS_PER_S;
	assert_true(rig_send(p, 256, at));
	rig_run(5 * NS_PER_S);
	audio_status(rig.audio, &status);
	assert_int_equal(status.state, AUDIO_CLOSED);
	assert_true(audio_next_ns(rig.audio) > at - 2 * NS_PER_S);
}

static void a_sound_within_the_drain_goes_on(void **state)
{
	(void)state;
	struct player *p = rig_player();
	for (unsigned i = 0; i < 40; i++) {
		p->until = p->sent + 480;
		uint64_t sent = p->sent, from = card->frames;
		rig_run((490 + 2 * i) * NS_PER_MS);
		uint64_t first = rig_first(card, L, from);
		assert_true(first != UINT64_MAX);
		assert_true(rig_follows(card, L, first, p, sent, 480));
	}
}

/* Times. */

/* at: when its first frame is heard, to half a frame. */
static void assert_heard_at(unsigned channel, uint64_t frame, uint64_t at, double within)
{
	double off = (double)fake_heard_ns(card, frame) - (double)at;
	if (fabs(off) > within * 1e9 / card->config.rate)
		fail_msg("it is heard %.1f frames off", off * card->config.rate / 1e9);
	(void)channel;
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
		uint64_t first = rig_first(card, L, from);
		assert_true(first != UINT64_MAX);
		assert_heard_at(L, first, at, 1.01);
		assert_true(rig_follows(card, L, first, p, 0, 2000));
		assert_no_gap(p);
		rig_player_end(p);
		rig_run(3 * NS_PER_S);
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

static unsigned answers(struct player *player)
{
	struct message msg;
	unsigned n = 0;
	while (endpoint_try_recv(player->control, &msg) == 0)
		n += msg.type == OSAAS_AUDIO_POSITION;
	return n;
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

/* Formats. */

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

static double phase; /* of what wave_tone gives, in turns, at its frame 0 */
static double tone_step;
static float wave_tone(uint64_t frame, unsigned channel)
{
	(void)channel;
	return (float)(0.5 * sin(2 * M_PI * (phase + tone_step * (double)frame)));
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

/* The device stands still, goes, comes. */

static uint64_t last_frame(unsigned channel)
{
	uint64_t n = card->frames;
	while (n > 0 && fake_sample(card, n - 1, channel) == 0)
		n--;
	return n;
}

/*
 * Up to a frame of the card's it is the player's from its first frame on, and from another one
 * on it goes on with the very next, both but for a fade; nothing is between them.
 */
static void assert_goes_on(const struct player *p, unsigned channel, uint64_t end)
{
	uint64_t first = rig_first(card, channel, 0);
	uint64_t again = rig_first(card, channel, end) - 1;
	uint64_t n = end - first;
	assert_true(rig_follows(card, channel, first, p, 0, n - FADE));
	assert_true(rig_follows(
		card, channel, again + FADE, p, n + FADE, card->frames - again - FADE));
	for (uint64_t i = 1; i < FADE; i++) {
		double gain = (double)i / FADE;
		double in = fake_sample(card, again + i, channel);
		double out = fake_sample(card, end - i, channel);
		assert_true(fabs(in - gain * player_sample(p, n + i, 0)) < 0x1p-24);
		assert_true(fabs(out - gain * player_sample(p, n - i, 0)) < 0x1p-22);
	}
}

static void hold_is_as_if_time_stood_still(void **state)
{
	(void)state;
	struct audio_status status;
	struct player *p = rig_mono(OSAAS_AUDIO_FL);
	rig_run(NS_PER_S / 2);
	audio_hold(rig.audio, true);
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_int_equal(status.state, AUDIO_HELD);
	assert_int_equal(card->closed, 1);
	assert_int_equal(card->dropped, 0);
	assert_true(audio_next_ns(rig.audio) == UINT64_MAX);
	assert_true(where(p).flags & OSAAS_AUDIO_PAUSED);
	uint64_t end = last_frame(L), sent = p->sent;
	rig_run(10 * NS_PER_S);
	assert_int_equal(p->sent, sent);
	audio_hold(rig.audio, false);
	rig_run(NS_PER_S / 2);
	assert_goes_on(p, L, end);
	assert_no_gap(p);
	audio_status(rig.audio, &status);
	assert_int_equal(status.xruns, 0);
}

static void hold_and_back_at_any_time(void **state)
{
	(void)state;
	struct player *p = rig_player();
	for (unsigned i = 0; i < 200; i++) {
		audio_hold(rig.audio, true);
		rig_run((i % 7) * 3 * NS_PER_MS);
		audio_hold(rig.audio, false);
		rig_run((i % 11) * 7 * NS_PER_MS);
	}
	rig_run(NS_PER_S);
	/* No number comes twice, and none is left out but in fades, which follow each other. */
	assert_int_equal(card->dropped, 0);
	int64_t next = -1;
	for (uint64_t i = 0; i < card->frames; i++) {
		int64_t number = rig_number(card, i);
		if (number < 0)
			continue;
		int64_t skipped = (number - next + PLAYER_STEPS) % PLAYER_STEPS;
		if (next >= 0)
			assert_true(skipped <= 6 * FADE);
		next = (number + 1) % PLAYER_STEPS;
	}
	assert_no_gap(p);
	assert_int_equal(card->opened, card->closed + 1);
}

static void a_background_session_plays_on(void **state)
{
	(void)state;
	struct player *p = rig_player();
	audio_configure(rig.audio,
		&(struct audio_options){
			.output = "hw:0", .open = fake_pcm_open, .background = true});
	rig_run(NS_PER_S / 2);
	audio_hold(rig.audio, true);
	rig_run(NS_PER_S / 2);
	assert_whole(p, L);
	assert_true(card->frames > 40000);
}

static void an_underrun_loses_nothing(void **state)
{
	(void)state;
	struct audio_status status;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_status(rig.audio, &status);
	unsigned before = status.target;
	for (int i = 0; i < 5; i++) {
		rig.late_ns = 200 * NS_PER_MS;
		rig_run(250 * NS_PER_MS);
		rig.late_ns = 0;
		rig_run(NS_PER_S / 2);
	}
	audio_status(rig.audio, &status);
	assert_true(status.xruns >= 1);
	assert_int_equal(status.xruns, card->xruns);
	assert_true(status.target > before);
	assert_whole(p, L);
	assert_no_gap(p);
	/* What was late is forgotten by then, the underruns are not yet. */
	rig_run(15 * NS_PER_S);
	audio_status(rig.audio, &status);
	assert_true(status.target > before);
	/* When it was calm it is as it was. */
	rig_run(500 * NS_PER_S);
	audio_status(rig.audio, &status);
	assert_true(status.target < before + 64);
}

/* A plugin's deadline: the device would have played what was taken of it, but for the floor. */
static void who_is_asked_for_more_has_until_it_is_missed(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	p->lazy = true;
	rig_run(2 * NS_PER_MS);
	uint64_t now = clock_now_ns();
	uint64_t due_ns = p->voice->promise.reservation.later_ns;
	rig_run(NS_PER_S / 4);
	uint64_t end_ns = fake_heard_ns(card, rig_first(card, L, 0) + p->sent);
	assert_true(due_ns > now && due_ns < end_ns);
	/* What it has in its channel is not counted: four blocks. */
	assert_true(end_ns - due_ns < 40 * NS_PER_MS);
}

static void what_is_late_more_and_more_is_met(void **state)
{
	static const uint64_t late[] = {8, 12, 18, 25, 35, 40}; /* ms */
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
		rig.late_ns = late[i] * NS_PER_MS;
		rig_run(NS_PER_S);
	}
	assert_int_equal(card->xruns, 0);
	assert_whole(p, L);
	assert_no_gap(p);
}

static void sleep_goes_on_with_a_fade(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL);
	rig_run(NS_PER_S / 2);
	card->asleep = true;
	card->prepare_result = -EAGAIN;
	rig_run(NS_PER_S / 2);
	uint64_t end = card->frames;
	rig_run(NS_PER_S);
	assert_int_equal(card->frames, end);
	card->prepare_result = 0;
	rig_run(NS_PER_S / 2);
	uint64_t first = rig_first(card, L, 0), again = rig_first(card, L, end) - 1;
	assert_true(rig_follows(card, L, first, p, 0, end - first));
	/* Lost is what was in the device, and no more; nothing is heard twice. */
	uint64_t lost = card->dropped;
	assert_true(lost > 0 && lost < 2000);
	assert_true(rig_follows(card, L, again + FADE, p, end - first + lost + FADE,
		card->frames - again - FADE));
	assert_int_equal(card->opened, 1);
	assert_no_gap(p);
}

static void voices_go_to_the_next_device(void **state)
{
	(void)state;
	struct audio_status status;
	struct fake_card *next = fake_card_add("hw:1");
	next->offers = (struct pcm_config){.rate = 44100, .buffer = 4096};
	rig_devices_add("hw:0");
	rig_devices_add("hw:1");
	rig_with_devices();
	struct player *p = rig_player();
	p->wave = wave_tone;
	phase = 0;
	tone_step = 997.0 / 48000;
	rig_run(NS_PER_S / 2);
	card->gone = true;
	rig_run(NS_PER_S / 2);
	rig_devices_remove("hw:0");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S / 2);
	assert_int_equal(card->opened, 1);
	assert_int_equal(card->closed, 1);
	assert_int_equal(next->opened, 1);
	assert_true(next->frames > 30000);
	assert_int_equal(p->config.rate, 44100);
	assert_true(p->configs >= 2);
	assert_no_gap(p);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:1");
	/* A sine goes on, on the other one, at its rate. */
	double most = 0;
	for (uint64_t i = 10000; i < 40000; i++) {
		double a = fake_sample(next, i - 1, 0), b = fake_sample(next, i, 0),
		       c = fake_sample(next, i + 1, 0);
		most = fmax(most, fabs(a + c - 2 * cos(2 * M_PI * 997 / 44100) * b));
	}
	assert_true(most < 1e-4);
	/* And the first is there again: back to it, each with a fade. */
	card->gone = false;
	rig_devices_remove("hw:1");
	rig_devices_add("hw:0");
	rig_devices_add("hw:1");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	assert_int_equal(card->opened, 2);
	assert_int_equal(next->closed, 1);
	assert_int_equal(next->dropped, 0);
	assert_no_gap(p);
}

/* The better one is tried whenever it may be free, however often that is in vain. */
static void a_better_device_that_is_busy_is_awaited(void **state)
{
	(void)state;
	struct audio_status status;
	struct fake_card *second = fake_card_add("hw:1");
	second->offers = card->offers;
	card->open_result = -EBUSY;
	rig_devices_add("hw:0");
	rig_devices_add("hw:1");
	rig_with_devices();
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(second->opened, 1);
		assert_string_equal(rig_awaited(), "hw:0");
		rig_freed();
		rig_run(NS_PER_S / 10);
	}
	card->open_result = 0;
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:0");
	assert_string_equal(rig_awaited(), "");
	assert_no_gap(p);
}

static void a_card_may_be_pulled_a_hundred_times(void **state)
{
	(void)state;
	rig_devices_add("hw:0");
	rig_with_devices();
	struct player *p = rig_player();
	for (unsigned i = 0; i < 100; i++) {
		rig_run((5 + i % 13 * 7) * NS_PER_MS);
		card->gone = true;
		if (i % 3)
			rig_run(i % 5 * 20 * NS_PER_MS);
		rig_devices_remove("hw:0");
		audio_devices_changed(rig.audio);
		rig_run(i % 7 * 30 * NS_PER_MS);
		card->gone = false;
		rig_devices_add("hw:0");
		audio_devices_changed(rig.audio);
		uint64_t from = card->frames;
		rig_run(NS_PER_S / 10);
		assert_true(rig_first(card, L, from) < UINT64_MAX);
	}
	assert_int_equal(card->opened, card->closed + 1);
	int64_t next = -1;
	for (uint64_t i = 0; i < card->frames; i++) {
		int64_t number = rig_number(card, i);
		if (number >= 0 && next >= 0)
			assert_true((number - next + PLAYER_STEPS) % PLAYER_STEPS <
				    PLAYER_STEPS - 100);
		next = number >= 0 ? (number + 1) % PLAYER_STEPS : next;
	}
	assert_no_gap(p);
}

static void without_a_device_a_clock_takes_the_blocks(void **state)
{
	(void)state;
	struct audio_status status;
	card->open_result = -EBUSY;
	rig_devices_add("hw:0");
	rig_with_devices();
	struct player *p = rig_mono(OSAAS_AUDIO_FL);
	rig_run(NS_PER_S);
	assert_in_range(p->sent, 48000, 48000 + 4000);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "none");
	assert_non_null(status.why);
	assert_string_equal(rig_awaited(), "hw:0");
	card->open_result = 0;
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	assert_in_range(p->sent, 96000 - 2000, 96000 + 4000);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:0");
	assert_null(status.why);
	assert_string_equal(rig_awaited(), "");
	assert_true(card->frames > 40000);
	assert_no_gap(p);
	p->lazy = true;
	rig_run(5 * NS_PER_S);
	assert_int_equal(card->closed, 1);
}

static void a_busy_device_by_name_is_tried_again(void **state)
{
	(void)state;
	card->open_result = -EBUSY;
	struct player *p = rig_player();
	rig_run(5 * NS_PER_S);
	card->open_result = 0;
	rig_run(5 * NS_PER_S);
	assert_true(card->frames > 40000);
	assert_no_gap(p);
}

static void a_device_that_always_fails_is_not_tried_all_the_time(void **state)
{
	(void)state;
	rig_player();
	for (int i = 0; i < 500; i++) {
		rig_run(10 * NS_PER_MS);
		card->gone = true;
		rig_run(10 * NS_PER_MS);
		card->gone = false;
	}
	assert_true(card->opened < 10);
}

static void no_sound_is_wanted(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 5);
	assert_true(card->frames > 0);
	audio_configure(rig.audio,
		&(struct audio_options){.output = "none", .open = fake_pcm_open});
	rig_run(NS_PER_S);
	assert_int_equal(card->closed, 1);
	assert_int_equal(card->opened, 1);
	assert_in_range(p->sent, 48000, 70000);
	assert_int_equal(p->config.outputs, 0);
}

static void another_rate_is_that_of_the_device_at_once(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_configure(rig.audio,
		&(struct audio_options){
			.output = "hw:0", .open = fake_pcm_open, .rate = 96000});
	rig_run(NS_PER_S / 2);
	assert_int_equal(card->opened, 2);
	assert_int_equal(card->config.rate, 96000);
	assert_int_equal(p->config.rate, 96000);
	assert_no_gap(p);
	/* It was told one rate, and said no other: that is what it still sends. */
	assert_in_range(p->sent, 48000, 48000 + 6000);
}

static void a_session_that_plays_on_from_now_on_is_let_go(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_hold(rig.audio, true);
	rig_run(NS_PER_S / 2);
	audio_configure(rig.audio,
		&(struct audio_options){
			.output = "hw:0", .open = fake_pcm_open, .background = true});
	audio_hold(rig.audio, false);
	uint64_t from = card->frames;
	rig_run(NS_PER_S / 2);
	assert_true(card->frames > from + 20000);
	assert_no_gap(p);
}

/* Devices of any kind. */

static void devices_of_any_kind(void **state)
{
	static const struct pcm_config kinds[] = {
		{.channels = 2, .format = PCM_S16, .places = {2, 3}},
		{.channels = 2, .format = PCM_S24_3, .places = {2, 3}},
		{.channels = 2, .format = PCM_S24, .places = {2, 3}},
		{.channels = 2, .format = PCM_FLOAT, .places = {2, 3}},
		{.channels = 6, .format = PCM_S32, .places = {2, 3, 6, 7, 4, 5}},
		{.channels = 8,
			.format = PCM_S24,
			.places = {2, 3, 4, 5, 6, 7, 8, 9},
			.period = 1024},
		{.channels = 2,
			.format = PCM_S32,
			.places = {2, 3},
			.period = 64,
			.buffer = 256},
	};
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		rig_end();
		set_up(NULL);
		card->offers = kinds[i];
		card->fixed = true;
		struct player *p = rig_player();
		if (kinds[i].format == PCM_S16)
			p->unit = 0x1p-15, p->steps = 8192;
		else if (kinds[i].format != PCM_S32)
			p->unit = 0x1p-23;
		rig_run(NS_PER_S / 2);
		assert_whole(p, L);
		assert_whole(p, R);
		if (kinds[i].channels > 2) {
			for (unsigned c = 2; c < kinds[i].channels; c++)
				assert_true(rig_first(card, c, 0) == UINT64_MAX);
		}
		assert_no_gap(p);
	}
}

static void the_smallest_latency_counts(void **state)
{
	(void)state;
	struct audio_status status;
	card->offers.buffer = 0;
	struct player *music = rig_player();
	rig_format(music, 48000, 2, 200000);
	music->block = 4096;
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_in_range(status.target, 9500, 9700);
	uint64_t wakes = card->wakes;
	rig_run(NS_PER_S);
	assert_true(card->wakes - wakes < 15);
	struct player *game = rig_player();
	rig_format(game, 48000, 2, 5000);
	game->until = 0;
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_in_range(status.target, 200, 400);
	assert_whole(music, L);
	/* What it sends is heard within that. */
	uint64_t now = card->frames;
	rig_send(game, 64, 0);
	rig_run(NS_PER_S / 100);
	uint64_t heard = now;
	while (rig_number(card, heard) >= 0 &&
		fake_sample(card, heard, L) ==
			player_sample(music, heard - rig_first(card, L, 0), L))
		heard++;
	assert_true(heard - now < 450);
	assert_no_gap(music);
}

static void volume_of_all(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_set_gain(rig.audio, 0.5);
	rig_run(NS_PER_S / 2);
	uint64_t first = rig_first(card, L, 0);
	for (uint64_t i = card->frames - 1000; i < card->frames; i++)
		assert_true(fabs(fake_sample(card, i, L) -
				    0.5 * player_sample(p, i - first, L)) < 0x1p-24);
	audio_set_gain(rig.audio, 1);
	rig_run(NS_PER_S / 2);
	assert_true(rig_follows(
		card, L, card->frames - 1000, p, card->frames - 1000 - first, 1000));
}

static void who_ends_fades_out(void **state)
{
	(void)state;
	struct player *p = rig_mono(OSAAS_AUDIO_FL), *other = rig_mono(OSAAS_AUDIO_FR);
	rig_run(NS_PER_S / 2);
	struct osaas_audio_position at = where(p);
	rig_player_end(p);
	rig_run(NS_PER_S / 2);
	uint64_t first = rig_first(card, L, 0);
	assert_true(rig_follows(card, L, first, p, 0, at.frame));
	for (uint64_t i = 0; i < FADE; i++)
		assert_true(fabs(fake_sample(card, first + at.frame + i, L) -
				    player_sample(p, at.frame + i, 0) *
					    (1 - (double)i / FADE)) < 0x1p-24);
	assert_true(rig_first(card, L, first + at.frame + FADE) == UINT64_MAX);
	assert_whole(other, R);
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(one_voice_comes_out_as_it_is),
		T(blocks_of_any_size_follow_each_other),
		T(many_voices_add_up),
		T(a_device_that_takes_little_at_a_time_gets_all),
		T(a_late_plugin_is_silent_alone),
		T(a_little_late_is_not_heard),
		T(what_ends_is_heard_to_its_end),
		T(silence_costs_nothing),
		T(a_sound_far_off_costs_nothing_till_then),
		T(a_sound_within_the_drain_goes_on),
		T(a_block_is_heard_when_it_is_due),
		T(a_block_is_heard_when_it_is_due_beside_others),
		T(what_comes_too_late_is_cut),
		T(blocks_with_their_times_are_not_torn),
		T(a_position_is_true),
		T(a_flush_drops_what_is_not_in_the_device),
		T(a_flush_leaves_format_and_gain),
		T(a_pause_goes_on_where_it_was),
		T(gain_is_where_it_was_said),
		T(gain_by_control_comes_soon),
		T(positions_follow_while_it_sounds),
		T(who_takes_no_answers_is_answered_later),
		T(any_layout_is_heard_from_where_it_is),
		T(other_rates_are_resampled_without_a_seam),
		T(a_short_sound_of_another_rate_is_heard),
		T(rates_change_in_the_middle),
		T(hold_is_as_if_time_stood_still),
		T(hold_and_back_at_any_time),
		T(a_background_session_plays_on),
		T(an_underrun_loses_nothing),
		T(who_is_asked_for_more_has_until_it_is_missed),
		T(what_is_late_more_and_more_is_met),
		T(sleep_goes_on_with_a_fade),
		T(voices_go_to_the_next_device),
		T(a_card_may_be_pulled_a_hundred_times),
		T(without_a_device_a_clock_takes_the_blocks),
		T(a_better_device_that_is_busy_is_awaited),
		T(a_busy_device_by_name_is_tried_again),
		T(a_device_that_always_fails_is_not_tried_all_the_time),
		T(no_sound_is_wanted),
		T(another_rate_is_that_of_the_device_at_once),
		T(a_session_that_plays_on_from_now_on_is_let_go),
		T(devices_of_any_kind),
		T(the_smallest_latency_counts),
		T(volume_of_all),
		T(who_ends_fades_out),
		T(nonsense_is_ignored),
		T(rates_that_change_all_the_time_hold_up_nobody),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio", tests, NULL, NULL);
}
