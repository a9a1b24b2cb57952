/* 'osaas ctl audio' on fakes of what it tells and does: the words, and what is answered. */
#include "session/control_audio.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/audio.h"
#include "session/control_reply.h"
#include "session/session.h"
#include "session/sound.h"

static struct session session;
static struct sound_level levels[2];
static char rules[2][128]; /* "": none */
static int fails;          /* setting does, with this */
static unsigned sets;
static struct audio_status status;
static bool sings;
static const struct audio_device devices[] = {
	{.pcm = "hw:0,0",
		.id = "PCH",
		.card = "HDA Intel PCH",
		.name = "ALC257 Analog",
		.plays = true,
		.hears = true,
		.jack = AUDIO_JACK_IN},
	{.pcm = "hw:1,0",
		.id = "C920",
		.card = "HD Pro Webcam",
		.name = "USB \x1b[2J",
		.usb = true,
		.hears = true},
	{.pcm = "hw:2,0", .id = "Loopback", .card = "Loopback", .name = "Loopback PCM"},
};

void audio_status(const struct audio *audio, struct audio_status *out)
{
	*out = status;
}

void audio_each_voice(const struct audio *audio,
	void (*fn)(void *data, const struct audio_voice_status *voice), void *data)
{
	const struct audio_voice_status voice = {.name = "Clock",
		.rate = 44100,
		.channels = 2,
		.gain = 0.5,
		.frames = 1000,
		.late = 64,
		.gaps = 1,
		.sounds = true};
	if (sings)
		fn(data, &voice);
}

size_t audio_devices_list(struct audio_devices *d, const struct audio_device **out)
{
	*out = devices;
	return sizeof devices / sizeof *devices;
}

struct audio_devices *sound_devices(struct sound *sound)
{
	return NULL;
}

const char *sound_rule(const struct sound *sound, enum pcm_direction d)
{
	return rules[d][0] ? rules[d] : NULL;
}

void sound_say_rule(struct sound *sound, enum pcm_direction d, const char *rule)
{
	snprintf(rules[d], sizeof rules[d], "%s", rule ? rule : "");
}

void sound_level(struct sound *sound, enum pcm_direction d, struct sound_level *out)
{
	*out = levels[d];
}

int sound_set_volume(struct sound *sound, enum pcm_direction d, double volume)
{
	sets++;
	if (fails)
		return fails;
	levels[d].loud = volume;
	return 0;
}

int sound_set_mute(struct sound *sound, enum pcm_direction d, bool muted)
{
	sets++;
	if (fails)
		return fails;
	levels[d].muted = muted;
	return 0;
}

static int set_up(void **state)
{
	memset(rules, 0, sizeof rules);
	fails = 0;
	sets = 0;
	sings = false;
	status = (struct audio_status){.state = AUDIO_CLOSED, .device = ""};
	levels[PCM_PLAYBACK] = (struct sound_level){.device = true,
		.own = true,
		.volume = true,
		.mute = true,
		.loud = 0.4,
		.pcm = "hw:0,0"};
	levels[PCM_CAPTURE] = (struct sound_level){
		.device = true, .mute = true, .loud = 1, .pcm = "hw:1,0"};
	return 0;
}

static void ask(const char *words, bool json, char *out, size_t size)
{
	struct control_request request = {.json = json, .n_words = 0};
	char text[512];
	size_t n;
	snprintf(text, sizeof text, "audio %s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		request.words[request.n_words++] = w;
	struct reply *reply = reply_create(json);
	control_audio_answer(&session, &request, reply);
	char *message = reply_message(reply, &n);
	snprintf(out, size, "%.*s", (int)n, message);
	free(message);
	reply_destroy(reply);
}

/* Each in turn, on what the ones before it left. */
static const struct {
	const char *words;
	const char *answer; /* what it has in it */
	int output, input;  /* percent then; -1: muted */
} said[] = {
	{"volume", "\"volume_percent\":40", 40, 100},
	{"volume 60%", "\"volume_percent\":60", 60, 100},
	{"volume +5%", "\"volume_percent\":65", 65, 100},
	{"volume -70%", "\"volume_percent\":0", 0, 100},
	{"volume 33% output", "\"volume_percent\":33", 33, 100},
	{"volume loud", "usage", 33, 100},
	{"volume 101%", "'101%' is no volume: write N%", 33, 100},
	{"volume 50% input", "the input's volume cannot be set: the card has no", 33,
		100},
	{"volume 5% 6%", "'6%' is too much", 33, 100},
	{"mute", "\"mute\":\"on\"", -1, 100},
	{"mute", "\"mute\":\"off\"", 33, 100},
	{"mute on", "\"mute\":\"on\"", -1, 100},
	{"mute on", "\"mute\":\"on\"", -1, 100},
	{"mute off input", "\"mute\":\"off\"", -1, 100},
	{"mute on input", "\"mute\":\"on\"", -1, -1},
	{"mute off", "\"mute\":\"off\"", 33, -1},
	{"mute maybe", "'maybe' is no switch: write on or off", 33, -1},
	{"mute on off", "'off' is too much", 33, -1},
	{"loud", "; there are 'status', 'volume', 'mute', 'output' and 'input'", 33, -1},
	{"volum", "; do you mean 'volume'?", 33, -1},
	{"status now", "'now' is too much", 33, -1},
};

static int is(const struct sound_level *level)
{
	return level->muted ? -1 : (int)(level->loud * 100 + 0.5);
}

static void test_said(void **state)
{
	char answer[8192];
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		ask(said[i].words, true, answer, sizeof answer);
		if (!strstr(answer, said[i].answer))
			fail_msg("%s: %s", said[i].words, answer);
		assert_int_equal(is(&levels[PCM_PLAYBACK]), said[i].output);
		assert_int_equal(is(&levels[PCM_CAPTURE]), said[i].input);
	}
}

static void test_rules(void **state)
{
	char answer[8192], rule[512] = "output ";
	ask("output", true, answer, sizeof answer);
	assert_non_null(strstr(answer, "\"rule\":\"default\""));
	ask("output hw:0,0 usb,", true, answer, sizeof answer);
	assert_string_equal(rules[PCM_PLAYBACK], "hw:0,0 usb,");
	assert_non_null(strstr(answer, "\"rule\":\"hw:0,0 usb,\""));
	/* Nothing here plays so; it may come. */
	ask("output usb Scarlett", true, answer, sizeof answer);
	assert_string_equal(rules[PCM_PLAYBACK], "usb Scarlett");
	assert_non_null(strstr(answer, "nothing here is \\\"usb Scarlett\\\""));
	ask("input usb", true, answer, sizeof answer);
	assert_string_equal(rules[PCM_CAPTURE], "usb");
	assert_non_null(strstr(answer, "\"levels\""));
	ask("output none", true, answer, sizeof answer);
	assert_non_null(strstr(answer, "\"rule\":\"none\""));
	ask("output reset", true, answer, sizeof answer);
	assert_string_equal(rules[PCM_PLAYBACK], "");
	ask("input ,", true, answer, sizeof answer);
	assert_non_null(strstr(answer, "which device? write hw:0"));
	memset(rule + strlen(rule), 'x', 200);
	ask(rule, true, answer, sizeof answer);
	assert_non_null(strstr(answer, "is too long for a device"));
	assert_string_equal(rules[PCM_CAPTURE], "usb");
}

static void test_failures(void **state)
{
	static const struct {
		int r;
		const char *why;
	} cases[] = {
		{-ENODEV, "there is no sound output: 'osaas ctl audio' lists devices"},
		{-EIO, "the output's volume cannot be set: Input/output error"},
	};
	char answer[8192];
	for (size_t i = 0; i < 2; i++) {
		fails = cases[i].r;
		ask("volume 5%", true, answer, sizeof answer);
		assert_non_null(strstr(answer, cases[i].why));
		assert_non_null(strstr(answer, "osaas 1 failed"));
	}
	levels[PCM_PLAYBACK].device = false;
	sets = 0;
	ask("mute", true, answer, sizeof answer);
	assert_non_null(strstr(answer, "there is no sound output"));
	assert_int_equal(sets, 0);
}

static void test_status(void **state)
{
	char answer[8192];
	ask("", true, answer, sizeof answer);
	assert_non_null(
		strstr(answer, "{\"audio\":{\"state\":\"closed\",\"device\":null,"
			       "\"trouble\":null,\"format\":null,\"rate\":null,"));
	assert_non_null(strstr(answer, "\"by\":\"card\",\"trouble\":null"));
	strcpy(levels[PCM_CAPTURE].excluded, "it cannot hear by its Mic");
	ask("", true, answer, sizeof answer);
	assert_non_null(strstr(answer, "\"trouble\":\"it cannot hear by its Mic\""));
	assert_non_null(strstr(answer, "\"voices\":[]"));
	assert_non_null(strstr(answer, "\"does\":\"plays, hears\",\"jack\":\"plugged\""));
	assert_non_null(strstr(answer, "\"kind\":\"analog\",\"does\":\"plays, hears\""));
	assert_non_null(strstr(answer, "\"kind\":\"usb\",\"does\":\"hears\""));
	/* "analog" does not mean it. */
	assert_non_null(strstr(answer, "Loopback PCM\",\"kind\":null"));
	/* What a device calls itself does nothing to a terminal. */
	assert_null(strchr(answer, 0x1b));
	ask("status", false, answer, sizeof answer);
	assert_null(strchr(answer, 0x1b));
	sings = true;
	status = (struct audio_status){.state = AUDIO_RUNNING,
		.device = "hw:0,0",
		.why = "it is not the best",
		.config = {.rate = 48000,
			.channels = 2,
			.format = PCM_S24,
			.period = 256,
			.buffer = 12000},
		.target = 480,
		.xruns = 3,
		.late_ns = 1500000};
	ask("", true, answer, sizeof answer);
	assert_non_null(strstr(answer,
		"{\"audio\":{\"state\":\"plays\",\"device\":\"hw:0,0\","
		"\"trouble\":\"it is not the best\",\"format\":\"24 bit\",\"rate\":48000,"
		"\"channels\":2,\"period\":256,\"buffer\":12000,\"ahead_ns\":10000000,"
		"\"late_ns\":1500000,\"underruns\":3}"));
	assert_non_null(strstr(answer,
		"\"voices\":[{\"plugin\":\"Clock\",\"state\":\"sounds\",\"rate\":44100,"
		"\"channels\":2,\"gain\":\"0.5\",\"frames\":1000,\"gaps\":1,"
		"\"late_frames\":64}]"));
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_said),
		TEST(test_rules),
		TEST(test_failures),
		TEST(test_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
