/* The engine, frame by frame, on devices whose clock the test turns. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "tests/unit/session/audio_card.h"
#include "util/clock.h"
#include "util/log.h"

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
		T(devices_of_any_kind),
		T(the_smallest_latency_counts),
		T(volume_of_all),
		T(who_ends_fades_out),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio", tests, NULL, NULL);
}
