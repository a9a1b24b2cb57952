/* What the user decides of sound, on a fake card, and fakes of the engine and the bar. */
#include "sound_rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fake_mixer.h"
#include "session/loop.h"
#include "util/clock.h"

/* Before its first frame a card that nobody set up is heard, at half of what it can. */
static void test_first(void **state)
{
	const struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(master->on[0], 1);
	assert_true(master->step[0] > 0 && master->step[0] < 87);
	assert_int_equal(fake_mixer_find("Speaker")->side[0].on[1], 1);
	assert_int_equal(percent(PCM_PLAYBACK), 50);
	assert_true(is_gain(1));
	assert_int_equal(rig.bar.shown, 0);
}

/* What was set is so again where the device comes back, whatever it has then. */
static void test_comes_back(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
	wait_ns(3 * SECOND);
	long step = master->step[0];
	open_device(NULL);
	rig.n_here = 0;
	devices_changed();
	rig.n_here = 3;
	devices_changed();
	open_device("hw:0,3");
	master->step[0] = master->step[1] = 80;
	master->on[0] = master->on[1] = 1;
	open_device(NULL);
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 30);
	assert_int_equal(master->step[0], step);
	assert_int_equal(master->on[0], 0);
}

/* But while it stays, what another program does between two sounds counts. */
static void test_others_count(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
	wait_ns(3 * SECOND);
	open_device(NULL);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	master->step[0] = master->step[1] = 87;
	devices_changed();
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	wait_ns(3 * SECOND);
	/* And is what the next session finds. */
	end();
	master->step[0] = master->step[1] = 20;
	begin();
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
}

/* Where the card has no volume the mix is turned down: never a frame of one at another's. */
static void test_mix(void **state)
{
	struct sound_level level;
	open_device("hw:0,3");
	assert_true(is_gain(1));
	assert_int_equal(fake_mixer_find("IEC958")->side[0].on[0], 1);
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.5), 0);
	assert_true(is_gain(0.125));
	sound_level(rig.session.sound, PCM_PLAYBACK, &level);
	assert_true(level.device && !level.own && level.volume && level.mute);
	assert_string_equal(level.pcm, "hw:0,3");
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
	assert_true(is_gain(0));
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, false), 0);
	assert_true(is_gain(0.125));
	open_device(NULL);
	open_device("hw:0,0");
	assert_true(is_gain(1));
	open_device(NULL);
	open_device("hw:0,3");
	assert_true(is_gain(0.125));
	/* The card's own was never touched by it. */
	sound_level(rig.session.sound, PCM_PLAYBACK, &level);
	assert_int_equal(fake_mixer_find("Speaker")->side[0].step[0], 87);
}

static void expect_bar(enum volume_bar_what what, unsigned n, bool muted)
{
	assert_int_equal(rig.bar.what, what);
	assert_int_equal(rig.bar.percent, n);
	assert_int_equal(rig.bar.muted, muted);
}

static void test_keys(void **state)
{
	sound_key_volume(&rig.session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 55, false);
	for (int i = 0; i < 20; i++)
		sound_key_volume(&rig.session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 100, false);
	sound_key_volume(&rig.session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 95, false);
	sound_key_mute(&rig.session, PCM_PLAYBACK);
	expect_bar(VOLUME_BAR_SPEAKER, 95, true);
	sound_key_volume(&rig.session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 90, true);
	sound_key_volume(&rig.session, 1);
	expect_bar(VOLUME_BAR_SPEAKER, 95, false);
	for (int i = 0; i < 30; i++)
		sound_key_volume(&rig.session, -1);
	expect_bar(VOLUME_BAR_SPEAKER, 0, false);
	/* The first press opens the microphone, which was never set up; then it is as asked. */
	sound_key_mute(&rig.session, PCM_CAPTURE);
	expect_bar(VOLUME_BAR_MICROPHONE, 50, true);
	assert_int_equal(fake_mixer_find("Capture")->side[1].on[0], 0);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	expect_bar(VOLUME_BAR_MICROPHONE, 50, false);
	assert_int_equal(fake_mixer_find("Capture")->side[1].on[0], 1);
}

/* Who only looks changes nothing. */
static void test_look(void **state)
{
	assert_int_equal(percent(PCM_PLAYBACK), 0);
	assert_int_equal(percent(PCM_CAPTURE), 0);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.sets, 0);
}

/* A microphone that somebody muted, with whatever, stays so until somebody wants it. */
static void test_muted_microphone(void **state)
{
	struct fake_side *capture = &fake_mixer_find("Capture")->side[1];
	sound_key_mute(&rig.session, PCM_CAPTURE);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_int_equal(capture->on[0], 1);
	wait_ns(10 * SECOND);
	capture->on[0] = capture->on[1] = 0;
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_CAPTURE, 0.8), 0);
	assert_int_equal(capture->on[0], 0);
	assert_int_equal(percent(PCM_CAPTURE), 80);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_int_equal(capture->on[0], 1);
}

/* One without a switch is silenced here; and a mute is for all, whichever comes next. */
static void test_deaf(void **state)
{
	struct fake_side *capture = &fake_mixer_find("Capture")->side[1];
	struct sound_level level;
	listen("hw:1,0");
	assert_false(rig.ears.muted);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_true(rig.ears.muted);
	sound_level(rig.session.sound, PCM_CAPTURE, &level);
	assert_true(level.device && level.mute && level.muted && !level.volume);
	assert_string_equal(level.pcm, "hw:1,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_CAPTURE, 0.5), -ENOTSUP);
	listen(NULL);
	listen("hw:0,0");
	assert_true(rig.ears.muted);
	/* Another program opens it: it is not heard all the same. */
	capture->on[0] = capture->on[1] = 1;
	fake_mixer_tell();
	assert_int_equal(loop_wait(rig.session.loop, SECOND), 1);
	assert_true(rig.ears.muted);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_false(rig.ears.muted);
	/* And shuts it. */
	capture->on[0] = capture->on[1] = 0;
	fake_mixer_tell();
	assert_int_equal(loop_wait(rig.session.loop, SECOND), 1);
	assert_true(rig.ears.muted);
	listen(NULL);
	/* The first one was muted when it was left. */
	listen("hw:1,0");
	assert_true(rig.ears.muted);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_false(rig.ears.muted);
}

static void test_no_device(void **state)
{
	struct sound_level level;
	rig.n_here = 0;
	sound_level(rig.session.sound, PCM_PLAYBACK, &level);
	assert_false(level.device);
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 1), -ENODEV);
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_CAPTURE, true), -ENODEV);
	sound_key_volume(&rig.session, 1);
	assert_int_equal(rig.bar.what, VOLUME_BAR_NO_SPEAKER);
	sound_key_mute(&rig.session, PCM_CAPTURE);
	assert_int_equal(rig.bar.what, VOLUME_BAR_NO_MICROPHONE);
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
}

static void expect_rule(enum pcm_direction d, const char *rule)
{
	const char *is = sound_rule(rig.session.sound, d);
	assert_string_equal(is ? is : "-", rule);
	assert_string_equal(
		d == PCM_PLAYBACK ? rig.engine.output : rig.ears.input, is ? is : "");
}

/* Who said it last, and nearest. */
static void test_rules(void **state)
{
	expect_rule(PCM_PLAYBACK, "-");
	strcpy(rig.settings.audio.output, "usb");
	strcpy(rig.settings.audio.input, "Blue");
	rig.settings.audio.rate = 44100;
	rig.settings.audio.latency_ns = 5000000;
	rig.settings.audio.background = true;
	sound_configure(rig.session.sound);
	expect_rule(PCM_PLAYBACK, "usb");
	expect_rule(PCM_CAPTURE, "Blue");
	assert_int_equal(rig.engine.options.rate, 44100);
	assert_int_equal(rig.engine.options.latency_ns, 5000000);
	assert_true(rig.engine.options.background);
	sound_say_rule(rig.session.sound, PCM_PLAYBACK, "hdmi");
	expect_rule(PCM_PLAYBACK, "hdmi");
	expect_rule(PCM_CAPTURE, "Blue");
	sound_say_rule(rig.session.sound, PCM_CAPTURE, "Yeti");
	expect_rule(PCM_CAPTURE, "Yeti");
	sound_say_rule(rig.session.sound, PCM_PLAYBACK, NULL);
	expect_rule(PCM_PLAYBACK, "usb");
	rig.options.audio = "none";
	sound_configure(rig.session.sound);
	expect_rule(PCM_PLAYBACK, "none");
	expect_rule(PCM_CAPTURE, "Yeti");
	sound_say_rule(rig.session.sound, PCM_PLAYBACK, "analog");
	expect_rule(PCM_PLAYBACK, "analog");
}

/* Silence costs nothing: the mixer goes after a while, and nothing is waited for. */
static void test_idle(void **state)
{
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
	open_device("hw:0,0");
	assert_int_equal(fake.open, 1);
	wait_ns(60 * SECOND);
	assert_int_equal(fake.open, 1);
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
	open_device(NULL);
	assert_true(sound_next_ns(rig.session.sound) <= clock_now_ns() + 10 * SECOND);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
	/* A key opens it for a while. */
	sound_key_volume(&rig.session, 1);
	assert_int_equal(fake.open, 1);
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
}

/* The card's few steps are no reason to show another number later, or to go on from there. */
static void test_closed(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->max = 20;
	open_device("hw:0,0");
	open_device(NULL);
	for (int wanted = 1; wanted <= 100; wanted++) {
		assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK,
					 (double)wanted / 100),
			0);
		wait_ns(10 * SECOND);
		assert_int_equal(fake.open, 0);
		assert_int_equal(percent(PCM_PLAYBACK), wanted);
	}
	/* A step that somebody else set is no wish of ours. */
	wait_ns(10 * SECOND);
	assert_int_equal(fake.open, 0);
	master->step[0] = master->step[1] = 0;
	assert_int_equal(percent(PCM_PLAYBACK), 0);
}

/* The next session's card is as this one's was: by its own knob, too. */
static void test_next_session(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	master->step[0] = master->step[1] = 87;
	fake_mixer_tell();
	assert_int_equal(loop_wait(rig.session.loop, SECOND), 1);
	assert_true(sound_next_ns(rig.session.sound) <= clock_now_ns() + 5 * SECOND);
	wait_ns(5 * SECOND);
	assert_true(sound_next_ns(rig.session.sound) == UINT64_MAX);
	open_device(NULL);
	wait_ns(10 * SECOND);
	/* As after a start of the machine. */
	master->step[0] = master->step[1] = 0;
	master->on[0] = master->on[1] = 0;
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_int_equal(master->on[0], 1);
}

static void test_unplugged(void **state)
{
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.2), 0);
	fake_mixer_unplug();
	assert_int_equal(loop_wait(rig.session.loop, SECOND), 1);
	assert_int_equal(fake.open, 0);
	rig.n_here = 0;
	open_device(NULL);
	devices_changed();
	assert_int_equal(rig.engine.looked, 1);
	assert_int_equal(rig.ears.looked, 1);
	assert_int_equal(percent(PCM_PLAYBACK), -1);
	wait_ns(10 * SECOND);
	/* And plugged in again. */
	rig.n_here = 3;
	fake.card = "hw:0";
	open_device("hw:0,0");
	wait_ns(SECOND);
	assert_int_equal(fake.open, 1);
}

/* Where time is virtual nothing of the machine's counts. */
static void test_virtual(void **state)
{
	open_device("hw:0,3");
	sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.5);
	sound_say_rule(rig.session.sound, PCM_PLAYBACK, "hw:0,3");
	end();
	rig.virtual_time = true;
	begin();
	assert_null(sound_rule(rig.session.sound, PCM_PLAYBACK));
	assert_string_equal(rig.ears.input, "none");
	open_device("hw:0,3");
	assert_true(is_gain(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first),
		TEST(test_comes_back),
		TEST(test_others_count),
		TEST(test_mix),
		TEST(test_keys),
		TEST(test_look),
		TEST(test_muted_microphone),
		TEST(test_deaf),
		TEST(test_no_device),
		TEST(test_rules),
		TEST(test_idle),
		TEST(test_closed),
		TEST(test_next_session),
		TEST(test_unplugged),
		TEST(test_virtual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
