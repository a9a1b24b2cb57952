/* The device is late, goes, comes, is busy, is another one. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "session/audio_voice.h"
#include "tests/unit/session/audio_card.h"
#include "util/clock.h"
#include "util/log.h"

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
		assert_string_equal(rig_routed(), "hw:1");
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

/* Of a card with use cases, what another program plays to is not disabled. */
static void a_busy_card_keeps_its_way(void **state)
{
	(void)state;
	struct audio_status status;
	struct fake_card *second = fake_card_add("hw:0,3"), *usb = fake_card_add("hw:1");
	second->offers = usb->offers = card->offers;
	card->open_result = -EBUSY;
	rig_devices_add("hw:0");
	rig_devices_add("hw:0,3");
	rig_devices_route("hw:0", 0, "Speaker");
	rig_devices_route("hw:0,3", 0, "HDMI1");
	rig_with_devices();
	rig_player();
	rig_run(NS_PER_S / 2);
	assert_int_equal(second->opened, 0);
	assert_string_equal(rig_routed(), "hw:0");
	rig_devices_add("hw:1");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S / 2);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:1");
	assert_string_equal(rig_awaited(), "hw:0");
	assert_int_equal(second->opened, 0);
}

/* What its card cannot do beside a microphone that was first: another, or silence, till it can. */
static void who_is_excluded_is_told(void **state)
{
	(void)state;
	struct audio_status status;
	struct fake_card *second = fake_card_add("hw:1");
	second->offers = card->offers;
	rig_devices_add("hw:0");
	rig_exclude("hw:0");
	rig_with_devices();
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "none");
	assert_string_equal(status.why, "hw:0 is excluded");
	assert_int_equal(card->opened, 0);
	rig_devices_add("hw:1");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S / 2);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:1");
	assert_string_equal(rig_awaited(), ""); /* it is not another program's */
	rig_exclude(NULL);
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, "hw:0");
	assert_null(status.why);
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

static void plays_on(const char *name)
{
	struct audio_status status;
	audio_status(rig.audio, &status);
	assert_string_equal(status.device, name);
}

/* There is another one, which is not found yet. */
static struct fake_card *have_second(void)
{
	struct fake_card *second = fake_card_add("hw:1");
	second->offers = card->offers;
	rig_devices_add("hw:0");
	rig_with_devices();
	return second;
}

static struct fake_card *add_second(void)
{
	struct fake_card *second = have_second();
	rig_devices_add("hw:1");
	return second;
}

/* It opens, and fails when it is used: USB without room for its packets says -EPIPE. */
static void a_device_that_does_not_start_is_left(void **state)
{
	static const int results[] = {-EPIPE, -EIO, -ESTRPIPE};
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		struct fake_card *second = add_second();
		card->start_result = results[i];
		struct player *p = rig_player();
		rig_run(NS_PER_S);
		plays_on("hw:1");
		assert_int_equal(card->opened, 2); /* once may be chance */
		assert_true(second->frames > 40000);
		/* It was filled a few times for nothing, at most. */
		assert_in_range(p->sent, 48000, 48000 + 24000);
		/* After the next silence it is the first again. */
		card->start_result = 0;
		p->lazy = true;
		rig_run(4 * NS_PER_S);
		assert_int_equal(second->closed, 1);
		p->lazy = false;
		rig_run(NS_PER_S);
		plays_on("hw:0");
		tear_down(state);
		set_up(state);
	}
}

static void a_device_that_stops_again_and_again_is_left(void **state)
{
	static const int results[] = {-EPIPE, -ESTRPIPE};
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		add_second();
		struct player *p = rig_player();
		rig_run(NS_PER_S / 2);
		plays_on("hw:0");
		card->status_result = results[i];
		rig_run(NS_PER_S / 2);
		plays_on("hw:1");
		assert_in_range(p->sent, 48000, 48000 + 24000);
		/* What changes later lets it be tried again. */
		card->status_result = 0;
		rig_run(15 * NS_PER_S);
		audio_devices_changed(rig.audio);
		rig_run(NS_PER_S);
		plays_on("hw:0");
		tear_down(state);
		set_up(state);
	}
}

/* However often it is tried anew, it is the other one that plays. */
static void a_device_that_does_not_start_is_left_each_time(void **state)
{
	(void)state;
	add_second();
	card->start_result = -EIO;
	struct player *p = rig_player();
	for (unsigned i = 1; i <= 5; i++) {
		rig_run(60 * NS_PER_S);
		plays_on("hw:1");
		assert_int_equal(card->opened, 2 * i);
		audio_devices_changed(rig.audio);
	}
	rig_run(NS_PER_S);
	plays_on("hw:1");
	assert_in_range(p->sent, 301 * 48000, 303 * 48000);
}

static void one_that_comes_when_the_other_failed_long_plays(void **state)
{
	(void)state;
	have_second();
	card->start_result = -EIO;
	rig_player();
	rig_run(120 * NS_PER_S);
	plays_on("none");
	rig_devices_add("hw:1");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S / 10);
	plays_on("hw:1");
}

/* Each time at once, although it never plays for long. */
static void one_that_is_pulled_and_comes_back_plays(void **state)
{
	(void)state;
	rig_player();
	for (int i = 0; i < 10; i++) {
		rig_run(NS_PER_S / 10);
		plays_on("hw:0");
		card->gone = true;
		rig_run(NS_PER_S / 20);
		card->gone = false;
		rig_run(NS_PER_S * 11 / 10);
		plays_on("hw:0");
		card->gone = true;
		card->open_result = -ENOENT;
		rig_run(NS_PER_S / 20);
		card->gone = false;
		card->open_result = 0;
		rig_run(NS_PER_S * 11 / 10);
	}
}

static void alone_it_is_tried_less_and_less(void **state)
{
	(void)state;
	rig_devices_add("hw:0");
	rig_with_devices();
	card->start_result = -EIO;
	struct player *p = rig_player();
	rig_run(120 * NS_PER_S);
	assert_in_range(card->opened, 5, 12);
	assert_in_range(p->sent, 119 * 48000, 121 * 48000);
	card->start_result = 0;
	rig_run(35 * NS_PER_S);
	plays_on("hw:0");
}

static void a_rule_may_end_in_silence(void **state)
{
	(void)state;
	rig_devices_add("hw:0");
	rig_with_devices();
	struct player *p = rig_player();
	rig_run(NS_PER_S / 2);
	rig_devices_remove("hw:0"); /* the rule does not name it */
	rig_devices_add("none");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	plays_on("none");
	assert_int_equal(card->closed, 1);
	assert_int_equal(p->config.outputs, 0);
	assert_no_gap(p);
	rig_devices_remove("none");
	rig_devices_add("hw:0");
	rig_devices_add("none");
	audio_devices_changed(rig.audio);
	rig_run(NS_PER_S);
	plays_on("hw:0");
}

/* What it left plays its last frames, and is wanted again: it is not busy by that. */
static void the_next_may_go_before_the_last_is_over(void **state)
{
	(void)state;
	struct fake_card *second = have_second();
	struct player *p = rig_player();
	rig_format(p, 48000, 2, 200000);
	rig_run(NS_PER_S);
	rig_devices_remove("hw:0");
	rig_devices_add("hw:1");
	rig_devices_add("hw:0");
	audio_devices_changed(rig.audio);
	rig_run(60 * NS_PER_MS);
	plays_on("hw:1");
	second->gone = true;
	rig_devices_remove("hw:1");
	audio_devices_changed(rig.audio);
	rig_run(10 * NS_PER_MS);
	plays_on("hw:0");
	assert_int_equal(card->opened, 2);
}

/* A device is awaited, and a sound ends: it is slept in between. */
static void what_drains_waits_for_no_device(void **state)
{
	card->open_result = -EBUSY;
	for (unsigned ms = 0; ms < 500; ms += 20) {
		struct player *p = rig_player();
		rig_format(p, 48000, 2, 200000);
		rig_run(ms * NS_PER_MS);
		p->lazy = true;
		for (int i = 0; i < 15000; i++) {
			rig_turn();
			assert_true(audio_next_ns(rig.audio) > clock_now_ns());
			fake_advance(NS_PER_MS / 10);
		}
		tear_down(state);
		set_up(state);
		card->open_result = -EBUSY;
	}
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(an_underrun_loses_nothing),
		T(who_is_asked_for_more_has_until_it_is_missed),
		T(what_is_late_more_and_more_is_met),
		T(voices_go_to_the_next_device),
		T(a_card_may_be_pulled_a_hundred_times),
		T(without_a_device_a_clock_takes_the_blocks),
		T(a_better_device_that_is_busy_is_awaited),
		T(a_busy_card_keeps_its_way),
		T(who_is_excluded_is_told),
		T(a_busy_device_by_name_is_tried_again),
		T(a_device_that_always_fails_is_not_tried_all_the_time),
		T(a_device_that_does_not_start_is_left),
		T(a_device_that_stops_again_and_again_is_left),
		T(a_device_that_does_not_start_is_left_each_time),
		T(one_that_comes_when_the_other_failed_long_plays),
		T(one_that_is_pulled_and_comes_back_plays),
		T(alone_it_is_tried_less_and_less),
		T(a_rule_may_end_in_silence),
		T(the_next_may_go_before_the_last_is_over),
		T(what_drains_waits_for_no_device),
		T(no_sound_is_wanted),
		T(another_rate_is_that_of_the_device_at_once),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio output", tests, NULL, NULL);
}
