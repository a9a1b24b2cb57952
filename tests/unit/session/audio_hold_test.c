/* A session that is left and comes back, and a machine that slept. */
#include <errno.h>
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

#define STORE 96 /* frames: 2 ms */

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
	/* What a card may hold in itself when it stops is silence. */
	assert_true(card->frames >= end + STORE);
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

/* So soon that its ring is not over: what else there is by now, and its way, counts nevertheless. */
static void who_comes_back_at_once_looks_at_devices(void **state)
{
	(void)state;
	struct audio_status status;
	struct fake_card *next = fake_card_add("hw:1");
	next->offers = card->offers;
	rig_devices_add("hw:0");
	rig_with_devices();
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_hold(rig.audio, true);
	rig_devices_remove("hw:0");
	rig_devices_add("hw:1");
	rig_run(3 * NS_PER_MS);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:0");
	audio_hold(rig.audio, false);
	rig_run(NS_PER_S / 2);
	assert_string_equal(rig_routed(), "hw:1");
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:1");
	assert_no_gap(p);
}

/* Without a wait: what a microphone that is let go of next excludes is enabled by then. */
static void what_sounded_opens_in_the_turn_after_it_is_let_go_of(void **state)
{
	static const uint64_t away_ns[] = {3 * NS_PER_MS, NS_PER_S};
	(void)state;
	rig_devices_add("hw:0");
	rig_with_devices();
	rig_player();
	for (unsigned i = 0; i < 2; i++) {
		rig_run(NS_PER_S / 2);
		audio_hold(rig.audio, true);
		rig_run(away_ns[i]);
		assert_int_equal(card->closed, i);
		rig_devices_doubt();
		audio_hold(rig.audio, false);
		rig_turn();
		assert_string_equal(rig_routed(), "hw:0");
		assert_int_equal(card->opened, 1 + i);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(hold_is_as_if_time_stood_still),
		T(hold_and_back_at_any_time),
		T(a_background_session_plays_on),
		T(sleep_goes_on_with_a_fade),
		T(a_session_that_plays_on_from_now_on_is_let_go),
		T(who_comes_back_at_once_looks_at_devices),
		T(what_sounded_opens_in_the_turn_after_it_is_let_go_of),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio hold", tests, NULL, NULL);
}
