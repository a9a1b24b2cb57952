/* Sound whose devices a use case enables: several ends of one stream, and some that exclude others. */
#include "sound_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fake_mixer.h"

/* Headphones and a speaker, of one stream. */
static void two_ways(void)
{
	rig.here[0] = analog;
	strcpy(rig.here[0].route, "Headphones");
	strcpy(rig.here[0].volume[0].card, "hw:0");
	strcpy(rig.here[0].volume[0].elem, "Headphone");
	rig.here[3] = rig.here[0];
	strcpy(rig.here[3].route, "Speaker");
	strcpy(rig.here[3].volume[0].elem, "Speaker");
	rig.n_here = 4;
}

static void plug(bool in)
{
	rig.here[0].routed[0] = in;
	rig.here[3].routed[0] = !in;
	devices_routed(PCM_PLAYBACK);
}

/* One stream, two ends: each has a volume of its own, by its own element. */
static void test_routes(void **state)
{
	struct fake_side *phones, *speaker = &fake_mixer_find("Speaker")->side[0];
	phones = add("Headphone", 0, true);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	for (int c = 0; c < 2; c++)
		master->step[c] = speaker->step[c] = phones->step[c] = 87;
	for (int c = 0; c < 2; c++)
		master->on[c] = speaker->on[c] = phones->on[c] = 1;
	two_ways();
	plug(false); /* before it is opened */
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
	long low = speaker->step[0];
	assert_true(low < 87 && phones->step[0] == 87 && master->step[0] == 87);
	/* The plug is put in while it plays. */
	plug(true);
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.6), 0);
	assert_true(speaker->step[0] == low && phones->step[0] < 87);
	/* And pulled; the use case had the speaker at its loudest. */
	speaker->step[0] = speaker->step[1] = 87;
	plug(false);
	assert_int_equal(percent(PCM_PLAYBACK), 30);
	assert_int_equal(speaker->step[0], low);
	/* Of what would be taken, but is not enabled, only the volume that was asked for is set. */
	open_device(NULL);
	phones->on[0] = phones->on[1] = 0;
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.5), 0);
	assert_int_equal(phones->on[0], 0);
	assert_int_equal(speaker->step[0], low);
}

static void route_to(const char *route)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->gate = false;
	for (int c = 0; c < 2; c++) {
		master->step[c] = speaker->step[c] = 87;
		speaker->on[c] = 1;
	}
	rig.here[0] = analog;
	strcpy(rig.here[0].route, route);
	strcpy(rig.here[0].volume[0].card, "hw:0");
	strcpy(rig.here[0].volume[0].elem, "Speaker");
	rig.here[0].routed[0] = true;
	devices_routed(PCM_PLAYBACK);
}

/* The same way, set anew after another console was shown: what the user set stays. */
static void test_set_anew(void **state)
{
	static const uint64_t away[] = {3 * SECOND, 20 * SECOND};
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
		open_device("hw:0,0");
		assert_int_equal(
			sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
		long low = speaker->step[0];
		assert_int_equal(
			sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
		open_device(NULL);
		wait_ns(away[i]);
		/* The use case opens what it enables. */
		for (int c = 0; c < 2; c++)
			speaker->step[c] = 87, speaker->on[c] = 1;
		devices_routed(PCM_PLAYBACK);
		open_device("hw:0,0");
		assert_int_equal(speaker->on[0], 0);
		assert_int_equal(speaker->step[0], low);
	}
}

/* Set while another device plays, whose controls are its own. */
static void test_set_aside(void **state)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	open_device("hw:0,0");
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
	wait_ns(3 * SECOND);
	open_device(NULL);
	open_device("hw:1,0");
	route_to("Speaker");
	open_device(NULL);
	open_device("hw:0,0");
	assert_int_equal(speaker->on[0], 0);
}

/* And what a use case sets is its own card's: of another one, what others set counts. */
static void test_set_elsewhere(void **state)
{
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
	wait_ns(3 * SECOND);
	rig.here[rig.n_here++] = (struct audio_device){.pcm = "hw:2,0",
		.id = "dock",
		.route = "Line",
		.plays = true,
		.number = 2,
		.routed = {true}};
	devices_routed(PCM_PLAYBACK);
	open_device(NULL);
	wait_ns(10 * SECOND);
	master->step[0] = master->step[1] = 87;
	open_device("hw:0,0");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
}

/* What is open is told to who enables devices; and what they exclude is said. */
static void test_excluded(void **state)
{
	struct sound_level level;
	open_device("hw:0,0");
	listen("hw:1,0");
	assert_string_equal(rig.used[PCM_PLAYBACK], "hw:0,0");
	assert_string_equal(rig.used[PCM_CAPTURE], "hw:1,0");
	sound_level(rig.session.sound, PCM_PLAYBACK, &level);
	assert_string_equal(level.excluded, "");
	open_device(NULL);
	assert_string_equal(rig.used[PCM_PLAYBACK], "");
	rig.rival = "the other one";
	open_device("hw:0,3");
	sound_level(rig.session.sound, PCM_PLAYBACK, &level);
	assert_string_equal(level.pcm, "hw:0,3");
	assert_string_equal(level.excluded, "hw:0,0: the other one");
	rig.rival = NULL;
	listen(NULL);
	open_device(NULL);
}

/* Muted headphones are pulled out while they play: the speaker is muted, too, until that is ended. */
static void test_muted_is_pulled(void **state)
{
	struct fake_side *phones = add("Headphone", 0, true);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	for (int c = 0; c < 2; c++) {
		speaker->step[c] = phones->step[c] = 87;
		speaker->on[c] = phones->on[c] = 1;
	}
	two_ways();
	plug(true);
	open_device("hw:0,0");
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
	assert_int_equal(master->on[0], 0);
	plug(false);
	assert_int_equal(master->on[0], 0);
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, false), 0);
	assert_int_equal(master->on[0], 1);
	/* What is not muted mutes nothing, and ends no mute that was for it. */
	plug(true);
	assert_int_equal(master->on[0], 0);
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, false), 0);
	plug(false);
	assert_int_equal(master->on[0], 1);
}

/* Muted before anything was enabled, and not kept yet when that is. */
static void test_muted_before(void **state)
{
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	route_to("Speaker");
	open_device("hw:0,0");
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.6), 0);
	end();
	begin();
	rig.here[0].routed[0] = false;
	assert_int_equal(sound_set_volume(rig.session.sound, PCM_PLAYBACK, 0.3), 0);
	assert_int_equal(sound_set_mute(rig.session.sound, PCM_PLAYBACK, true), 0);
	rig.here[0].routed[0] = true;
	devices_routed(PCM_PLAYBACK);
	open_device("hw:0,0");
	assert_int_equal(speaker->on[0], 0);
	assert_int_equal(percent(PCM_PLAYBACK), 30);
}

static void assert_turns(const char *are)
{
	assert_string_equal(rig.turns, are);
	rig.turns[0] = '\0';
}

/* Another console and back: who was refused comes second again, whenever cards can be had. */
static void test_first_again(void **state)
{
	rig.refused[PCM_CAPTURE] = true;
	sound_hold(rig.session.sound, true);
	sound_hold(rig.session.sound, true);
	assert_turns("output input doubt output input doubt ");
	sound_hold(rig.session.sound, false);
	assert_turns("OUTPUT plays INPUT ");
	devices_changed();
	assert_turns("plays seeks ");
	rig.refused[PCM_PLAYBACK] = true;
	sound_hold(rig.session.sound, true);
	sound_hold(rig.session.sound, false);
	assert_turns("output input doubt OUTPUT INPUT ");
	devices_changed();
	assert_turns("seeks ");
	rig.settings.audio.background = true;
	sound_hold(rig.session.sound, true);
	assert_turns("output input ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_routes),
		TEST(test_set_anew),
		TEST(test_set_aside),
		TEST(test_set_elsewhere),
		TEST(test_excluded),
		TEST(test_muted_is_pulled),
		TEST(test_muted_before),
		TEST(test_first_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
