#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_mixer.h"
#include "session/audio_mixer.h"
#include "session/audio_volume.h"
#include "session/loop.h"

static struct loop *loop;
static struct audio_mixer *mixer;
static unsigned changes;

static void handle_changed(void *data)
{
	assert_ptr_equal(data, &changes);
	changes++;
}

static int set_up(void **state)
{
	fake_mixer_reset();
	changes = 0;
	mixer = NULL;
	loop = loop_create();
	return loop ? 0 : -1;
}

static int tear_down(void **state)
{
	audio_mixer_close(mixer);
	loop_destroy(loop);
	assert_int_equal(fake.open, 0);
	return 0;
}

static struct fake_elem *add(const char *name)
{
	fake.elems[fake.n].name = name;
	return &fake.elems[fake.n++];
}

static struct fake_side *plays(const char *name, bool volume, bool gate)
{
	struct fake_side *s = &add(name)->side[0];
	*s = (struct fake_side){
		.volume = volume, .gate = gate, .max = 87, .db_min = -6525, .db_max = 0};
	return s;
}

/* As the kernel leaves an analog card: all is off. */
static void add_hda(void)
{
	plays("Master", true, true);
	plays("Headphone", true, true);
	plays("Speaker", true, true);
	plays("PCM", true, false)->db_min = -5100;
	plays("Beep", true, true);
	plays("Mic", true, true);
	plays("IEC958", false, true);
	struct fake_side *capture = &add("Capture")->side[1];
	*capture = (struct fake_side){
		.volume = true, .gate = true, .max = 63, .db_min = -1725, .db_max = 3000};
}

static void open_mixer(bool digital)
{
	assert_int_equal(audio_mixer_open(loop, "hw:0,0", digital, handle_changed,
				 &changes, &mixer),
		0);
}

static unsigned percent(enum pcm_direction d)
{
	struct audio_level level;
	audio_mixer_level(mixer, d, &level);
	assert_true(level.has_volume);
	return audio_volume_percent(level.volume);
}

static bool is_muted(enum pcm_direction d)
{
	struct audio_level level;
	audio_mixer_level(mixer, d, &level);
	assert_true(level.has_mute);
	return level.muted;
}

static void test_names(void **state)
{
	static const struct {
		const char *pcm, *card; /* NULL: it is no card's */
	} cases[] = {
		{"hw:0,0", "hw:0"},
		{"hw:1", "hw:1"},
		{"plughw:2,3", "hw:2"},
		{"hw:PCH,7", "hw:PCH"},
		{"hw:CARD=PCH,DEV=0", "hw:PCH"},
		{"none", NULL},
		{"default", NULL},
		{"hw:", NULL},
		{"hw:,0", NULL},
		{"null:0", NULL},
		{"pulse", NULL},
		{"hw:CARD=,DEV=0", NULL},
		{"hw:"
		 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fake.card = cases[i].card;
		int r = audio_mixer_open(
			loop, cases[i].pcm, false, handle_changed, &changes, &mixer);
		assert_int_equal(r, cases[i].card ? 0 : -ENOENT);
		if (r == 0)
			audio_mixer_close(mixer);
		mixer = NULL;
	}
}

/* Every percent is said back as it was set, however few steps the card has. */
static void test_volume(void **state)
{
	add_hda();
	open_mixer(false);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	for (int max = 1; max < 300; max = max * 2 + 1) {
		long before = -1;
		master->max = max;
		for (unsigned i = 0; i <= 100; i++) {
			assert_int_equal(
				audio_mixer_set_volume(mixer, PCM_PLAYBACK, i / 100.0),
				0);
			assert_int_equal(percent(PCM_PLAYBACK), i);
			assert_true(master->step[0] >= before);
			before = master->step[0];
			assert_true(i != 0 || before == 0);
		}
		assert_int_equal(before, max);
	}
	/* Nothing else was touched. */
	assert_int_equal(fake_mixer_find("Headphone")->side[0].step[0], 0);
	assert_int_equal(fake_mixer_find("Capture")->side[1].step[0], 0);
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_CAPTURE, 0.3), 0);
	assert_int_equal(percent(PCM_CAPTURE), 30);
}

/* Who hears less on one side has it set so: it stays, and comes back after silence. */
static void test_balance(void **state)
{
	add_hda();
	open_mixer(false);
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->step[0] = 60;
	master->step[1] = 50;
	for (unsigned i = 100; i > 0; i -= 10) {
		assert_int_equal(
			audio_mixer_set_volume(mixer, PCM_PLAYBACK, i / 100.0), 0);
		assert_int_equal(percent(PCM_PLAYBACK), i);
		assert_int_equal(master->step[0] - master->step[1], 10);
	}
	audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0);
	assert_int_equal(master->step[0] + master->step[1], 0);
	audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0.5);
	assert_int_equal(master->step[0] - master->step[1], 10);
	/* Somebody makes both alike. */
	master->step[1] = master->step[0];
	audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0.6);
	assert_int_equal(master->step[0], master->step[1]);
}

static void test_mute(void **state)
{
	add_hda();
	open_mixer(false);
	assert_true(is_muted(PCM_PLAYBACK) && is_muted(PCM_CAPTURE));
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, false), 0);
	assert_false(is_muted(PCM_PLAYBACK));
	assert_true(is_muted(PCM_CAPTURE));
	/* One ear hears it. */
	fake_mixer_find("Master")->side[0].on[0] = 0;
	assert_false(is_muted(PCM_PLAYBACK));
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, true), 0);
	assert_int_equal(fake_mixer_find("Master")->side[0].on[1], 0);
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_CAPTURE, false), 0);
	assert_int_equal(fake_mixer_find("Capture")->side[1].on[0], 1);
}

static void test_choice(void **state)
{
	static const struct {
		const char *names[4];
		const char *volume; /* NULL: none */
	} cases[] = {
		{{"Speaker", "PCM", "Master"}, "Master"},
		{{"Headphone", "Speaker", "PCM"}, "PCM"},
		{{"Headphone", "Speaker"}, "Speaker"},
		{{"Mic", "UMC404HD 192k Output"}, "UMC404HD 192k Output"},
		{{"Mic", "Beep", "Line Boost", "IEC958"}, NULL},
		{{NULL}, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fake_mixer_reset();
		for (size_t k = 0; k < 4 && cases[i].names[k]; k++)
			plays(cases[i].names[k], true, true);
		open_mixer(false);
		int r = audio_mixer_set_volume(mixer, PCM_PLAYBACK, 1);
		assert_int_equal(r, cases[i].volume ? 0 : -ENOTSUP);
		for (size_t k = 0; k < fake.n; k++) {
			bool is = cases[i].volume &&
				  strcmp(fake.elems[k].name, cases[i].volume) == 0;
			assert_int_equal(fake.elems[k].side[0].step[0], is ? 87 : 0);
		}
		audio_mixer_close(mixer);
		mixer = NULL;
	}
}

static void test_wake(void **state)
{
	add_hda();
	open_mixer(false);
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(percent(PCM_PLAYBACK), 50);
	assert_false(is_muted(PCM_PLAYBACK));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fake.elems[i].side[0].on[0], 1);
	assert_int_equal(fake_mixer_find("Headphone")->side[0].step[1], 87);
	assert_int_equal(fake_mixer_find("PCM")->side[0].step[1], 87);
	/* Nobody wants to hear these. */
	assert_int_equal(fake_mixer_find("Beep")->side[0].on[0], 0);
	assert_int_equal(fake_mixer_find("Mic")->side[0].step[0], 0);
	assert_true(is_muted(PCM_CAPTURE));
	/* It is awake. */
	unsigned sets = fake.sets;
	assert_false(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(fake.sets, sets);
	assert_true(audio_mixer_wake(mixer, PCM_CAPTURE));
	assert_int_equal(percent(PCM_CAPTURE), 50);
	assert_false(is_muted(PCM_CAPTURE));
}

/* More than 0 dB is for who asks for it. */
static void test_wake_loud(void **state)
{
	plays("Master", true, true);
	struct fake_side *pcm = plays("PCM", true, true);
	pcm->db_max = 1200;
	pcm->max = 77 + 12;
	pcm->db_min = -7700;
	open_mixer(false);
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(pcm->step[0], 77);
}

/* What is heard stays: a low volume, and a speaker that was shut. */
static void test_let_be(void **state)
{
	add_hda();
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	master->on[0] = master->on[1] = 1;
	master->step[0] = 1;
	open_mixer(false);
	assert_false(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(fake.sets, 0);
	assert_int_equal(fake_mixer_find("Speaker")->side[0].on[0], 0);
	/* A microphone that is muted at some volume was muted by somebody. */
	fake_mixer_find("Capture")->side[1].step[1] = 5;
	assert_false(audio_mixer_wake(mixer, PCM_CAPTURE));
	assert_true(is_muted(PCM_CAPTURE));
}

/* A use case that does not say which: it has shut the speaker, and waking does not open that. */
static void test_routed(void **state)
{
	add_hda();
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	struct fake_side *phones = &fake_mixer_find("Headphone")->side[0];
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	phones->on[0] = phones->on[1] = 1;
	open_mixer(false);
	audio_mixer_prefer(mixer, PCM_PLAYBACK, "");
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(percent(PCM_PLAYBACK), 50);
	assert_int_equal(master->on[0], 1);
	assert_int_equal(phones->step[0], 87);
	assert_int_equal(phones->on[0], 1);
	assert_int_equal(speaker->on[0], 0);
}

/* What a use case says: its volume is that element's; other outputs stay as they are. */
static void test_prefer(void **state)
{
	add_hda();
	struct fake_side *master = &fake_mixer_find("Master")->side[0];
	struct fake_side *phones = &fake_mixer_find("Headphone")->side[0];
	struct fake_side *speaker = &fake_mixer_find("Speaker")->side[0];
	phones->on[0] = phones->on[1] = 1;
	phones->step[0] = phones->step[1] = 87;
	open_mixer(false);
	audio_mixer_prefer(mixer, PCM_PLAYBACK, "Headphone");
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_true(is_muted(PCM_PLAYBACK)); /* by the card's own switch */
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_true(master->on[0] && master->step[0] == 87);
	assert_int_equal(percent(PCM_PLAYBACK), 50);
	assert_true(speaker->on[0] == 0 && speaker->step[0] == 0);
	assert_false(audio_mixer_wake(mixer, PCM_PLAYBACK));
	/* Its own switch, and a card that is at its lowest, are seen. */
	phones->on[0] = phones->on[1] = 0;
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(phones->on[0], 1);
	master->step[0] = master->step[1] = 0;
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(master->step[0], 87);
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, true), 0);
	assert_true(master->on[0] == 0 && phones->on[0] == 1);
	/* One that is not there. */
	audio_mixer_prefer(mixer, PCM_PLAYBACK, "Earpiece");
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_PLAYBACK, 1), 0);
	assert_int_equal(master->step[0], 87);
}

static void test_digital(void **state)
{
	struct audio_level level;
	add_hda();
	open_mixer(true);
	audio_mixer_level(mixer, PCM_PLAYBACK, &level);
	assert_true(!level.has_volume && !level.has_mute && level.volume >= 1);
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0.5), -ENOTSUP);
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, true), -ENOTSUP);
	assert_true(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(fake_mixer_find("IEC958")->side[0].on[0], 1);
	assert_int_equal(fake_mixer_find("Master")->side[0].on[0], 0);
	assert_false(audio_mixer_wake(mixer, PCM_PLAYBACK));
}

static void wait_for(unsigned n)
{
	for (int i = 0; i < 1000 && changes < n; i++)
		assert_true(loop_wait(loop, 10000000) >= 0);
	assert_int_equal(changes, n);
}

/* Somebody turns the knob: it counts, not what was set. */
static void test_others(void **state)
{
	add_hda();
	open_mixer(false);
	audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0.33);
	fake_mixer_find("Master")->side[0].step[0] = 87;
	fake_mixer_tell();
	wait_for(1);
	assert_int_equal(percent(PCM_PLAYBACK), 100);
	assert_int_equal(loop_wait(loop, 0), 0);
	assert_int_equal(changes, 1);
}

/* Firmware that is loaded later takes elements away, and brings others. */
static void test_elements_go(void **state)
{
	add_hda();
	open_mixer(false);
	fake_mixer_find("Master")->name = NULL;
	fake_mixer_tell();
	wait_for(1);
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_PLAYBACK, 1), 0);
	assert_int_equal(fake.elems[3].side[0].step[0], 87);
	fake.elems[0].name = "Master";
}

static void test_unplugged(void **state)
{
	struct audio_level level;
	add_hda();
	open_mixer(false);
	fake_mixer_unplug();
	wait_for(1);
	assert_true(audio_mixer_gone(mixer));
	audio_mixer_level(mixer, PCM_PLAYBACK, &level);
	assert_false(level.has_volume);
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_PLAYBACK, 1), -ENODEV);
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, true), -ENODEV);
	assert_false(audio_mixer_wake(mixer, PCM_PLAYBACK));
	assert_int_equal(loop_wait(loop, 0), 0);
}

static void test_fails(void **state)
{
	add_hda();
	open_mixer(false);
	fake.fails = -EIO;
	assert_int_equal(audio_mixer_set_volume(mixer, PCM_PLAYBACK, 0.5), -EIO);
	assert_int_equal(percent(PCM_PLAYBACK), 0);
	assert_int_equal(audio_mixer_set_mute(mixer, PCM_PLAYBACK, false), -EIO);
	audio_mixer_level(NULL, PCM_PLAYBACK, &(struct audio_level){0});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_volume),
		TEST(test_balance),
		TEST(test_mute),
		TEST(test_choice),
		TEST(test_wake),
		TEST(test_wake_loud),
		TEST(test_let_be),
		TEST(test_routed),
		TEST(test_prefer),
		TEST(test_digital),
		TEST(test_others),
		TEST(test_elements_go),
		TEST(test_unplugged),
		TEST(test_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
