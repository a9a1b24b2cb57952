/* Which devices a rule gives, and in which order. */
#include "session/audio_rule.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define BOTH         .plays = true, .hears = true

/* A laptop with an HDMI display, a USB interface, and snd-aloop loaded first. */
static const struct audio_device devices[] = {
	{"hw:0,0", "Loopback", "Loopback", "Loopback PCM", BOTH},
	{"hw:1,0", "PCH", "HDA Intel PCH", "ALC257 Analog", BOTH},
	{"hw:1,1", "PCH", "HDA Intel PCH", "ALC257 Digital", .plays = true},
	{"hw:1,3", "PCH", "HDA Intel PCH", "HDMI 0", .hdmi = true, .plays = true,
		.jack = AUDIO_JACK_OUT},
	{"hw:1,7", "PCH", "HDA Intel PCH", "HDMI 1", .hdmi = true, .plays = true,
		.jack = AUDIO_JACK_IN},
	{"hw:2,0", "USB", "Scarlett 2i2 USB", "USB Audio", .usb = true, BOTH},
	{"hw:3,0", "Webcam", "HD Webcam", "USB Audio", .usb = true, .hears = true},
};

static const struct {
	const char *rule;
	enum pcm_direction direction;
	const char *picked; /* their names, in order */
} table[] = {
	{"default", PCM_PLAYBACK, "hw:1,0 hw:2,0 hw:1,7 hw:1,1 hw:0,0 hw:1,3"},
	{"default", PCM_CAPTURE, "hw:1,0 hw:2,0 hw:3,0 hw:0,0"},
	{"DEFAULT", PCM_CAPTURE, "hw:1,0 hw:2,0 hw:3,0 hw:0,0"},
	{"hw:1,0", PCM_PLAYBACK, "hw:1,0"},
	{"hw:1,3", PCM_CAPTURE, ""},
	{"hw:1", PCM_PLAYBACK, "hw:1,0 hw:1,7 hw:1,1 hw:1,3"},
	{"hw:PCH,7", PCM_PLAYBACK, "hw:1,7"},
	{"hw:10,0", PCM_PLAYBACK, ""},
	{"hw:1,30", PCM_PLAYBACK, ""},
	{"hw:", PCM_PLAYBACK, ""},
	{"hw:1,0,3", PCM_PLAYBACK, "hw:1,0,3"},
	{"hw:Loopback,0,1,usb", PCM_CAPTURE, "hw:0,0,1 hw:2,0 hw:3,0"},
	{"hw:CARD=PCH,DEV=7,usb", PCM_PLAYBACK, "hw:1,7 hw:2,0"},
	{"hw:CARD=PCH,DEV=0,SUBDEV=1", PCM_PLAYBACK, "hw:1,0,1"},
	{"hw:1,0,3,4", PCM_PLAYBACK, ""},
	{"hw:1,1000", PCM_PLAYBACK, ""},
	{"hw:2,x", PCM_PLAYBACK, "hw:2,0"}, /* two words */
	{"hw:2,0,hw:1,0", PCM_PLAYBACK, "hw:2,0 hw:1,0"},
	{"hw:2,0 hw:1,0", PCM_PLAYBACK, "hw:2,0 hw:1,0"},
	{"pch", PCM_PLAYBACK, "hw:1,0 hw:1,7 hw:1,1 hw:1,3"},
	{"scarlett", PCM_PLAYBACK, "hw:2,0"},
	{"Scarlett,analog", PCM_CAPTURE, "hw:2,0 hw:1,0"},
	{" , scarlett ,, default", PCM_PLAYBACK,
		"hw:2,0 hw:1,0 hw:1,7 hw:1,1 hw:0,0 hw:1,3"},
	{"usb", PCM_PLAYBACK, "hw:2,0"},
	{"usb", PCM_CAPTURE, "hw:2,0 hw:3,0"},
	{"HDMI", PCM_PLAYBACK, "hw:1,7 hw:1,3"},
	{"hdmi", PCM_CAPTURE, ""},
	{"analog", PCM_PLAYBACK, "hw:1,0"},
	{"digital", PCM_PLAYBACK, "hw:1,1"},
	{"loopback", PCM_PLAYBACK, "hw:0,0"},
	{"webcam analog", PCM_CAPTURE, "hw:3,0 hw:1,0"},
	{"nothing", PCM_PLAYBACK, ""},
	{"nothing usb", PCM_PLAYBACK, "hw:2,0"},
	{"none", PCM_PLAYBACK, "none"},
	{"usb none default", PCM_PLAYBACK, "hw:2,0 none"},
	{"alsa:pulse", PCM_PLAYBACK, "pulse"},
	{"alsa:plughw:1,0 usb", PCM_CAPTURE, "plughw:1,0 hw:2,0 hw:3,0"},
	{"", PCM_PLAYBACK, ""},
};

static void join(const struct audio_device *picked, size_t n, char out[static 512])
{
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(out) + strlen(picked[i].pcm) + 2 < 512);
		strcat(out, i ? " " : "");
		strcat(out, picked[i].pcm);
	}
}

static void test_pick(void **state)
{
	struct audio_device picked[AUDIO_DEVICES_MAX];
	char text[512];
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t n = audio_rule_pick(table[i].rule, table[i].direction, devices,
			COUNT(devices), picked);
		join(picked, n, text);
		if (strcmp(text, table[i].picked) != 0)
			fail_msg("\"%s\": %s", table[i].rule, text);
	}
	assert_int_equal(audio_rule_pick("default", PCM_PLAYBACK, NULL, 0, picked), 0);
}

/* What is better, by pairs: the second one stands first in the list. */
static const struct {
	const char *label;
	struct audio_device better, worse;
} pairs[] = {
	{"a plug in its jack", {"b", .plays = true, .jack = AUDIO_JACK_IN},
		{"a", .plays = true}},
	{"not an empty jack", {"b", .plays = true, .hdmi = true},
		{"a", .plays = true, .jack = AUDIO_JACK_OUT}},
	{"an empty one of two", {"b", .plays = true, .jack = AUDIO_JACK_OUT},
		{"a", .plays = true, .jack = AUDIO_JACK_OUT, .usb = true}},
	{"analog", {"b", .plays = true}, {"a", .plays = true, .usb = true}},
	{"USB", {"b", .plays = true, .usb = true}, {"a", .plays = true, .hdmi = true}},
	{"HDMI", {"b", .plays = true, .hdmi = true},
		{"a", .name = "IEC958 Digital", .plays = true}},
	{"a card", {"b", .plays = true, .hdmi = true}, {"a", "Dummy", .plays = true}},
	{"more of equal ones", {"b", .plays = true, .priority = 200},
		{"a", .plays = true, .priority = 100}},
	{"a plug, whatever it is worth",
		{"b", .plays = true, .jack = AUDIO_JACK_IN, .priority = 1},
		{"a", .plays = true, .priority = 200}},
	{"what has no jack", {"b", .plays = true, .priority = 100},
		{"a", .plays = true, .unsure = true, .priority = 200}},
	{"a jack that does not tell", {"b", .plays = true, .unsure = true},
		{"a", .plays = true, .jack = AUDIO_JACK_OUT}},
	{"its kind, all the same", {"b", .plays = true, .unsure = true},
		{"a", .plays = true, .usb = true, .jack = AUDIO_JACK_IN}},
	{"what goes somewhere",
		{"b", .plays = true, .hdmi = true, .jack = AUDIO_JACK_OUT},
		{"a", .plays = true, .aside = true}},
};

static void test_better(void **state)
{
	struct audio_device picked[AUDIO_DEVICES_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct audio_device two[] = {pairs[i].worse, pairs[i].better};
		assert_int_equal(
			audio_rule_pick("default", PCM_PLAYBACK, two, 2, picked), 2);
		if (strcmp(picked[0].pcm, "b") != 0)
			fail_msg("%s is not preferred", pairs[i].label);
	}
}

/* Several that have one stream are told apart by where it goes. */
static void test_routes(void **state)
{
	static const struct audio_device ways[] = {
		{"hw:0,0", "PCH", .plays = true, .route = "Speaker"},
		{"hw:0,0", "PCH", .plays = true, .route = "Headphones", .priority = 200},
		{"hw:0,1", "PCH", .plays = true, .route = "SPDIF"},
	};
	static const struct {
		const char *rule, *routes[4];
	} cases[] = {
		{"default", {"Headphones", "Speaker", "SPDIF"}},
		{"speaker default", {"Speaker", "Headphones", "SPDIF"}},
		{"hw:0,0", {"Headphones", "Speaker"}},
		{"analog", {"Headphones", "Speaker"}},
		{"head", {"Headphones"}},
	};
	struct audio_device picked[AUDIO_DEVICES_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = audio_rule_pick(
			cases[i].rule, PCM_PLAYBACK, ways, COUNT(ways), picked);
		for (size_t k = 0; k < n; k++)
			assert_string_equal(picked[k].route, cases[i].routes[k]);
		assert_null(cases[i].routes[n]);
	}
}

static void test_check(void **state)
{
	char rule[AUDIO_RULE_MAX + 1];
	(void)state;
	assert_int_equal(audio_rule_check("default"), 0);
	assert_int_equal(audio_rule_check(" usb"), 0);
	assert_int_equal(audio_rule_check(""), -EINVAL);
	assert_int_equal(audio_rule_check(" ,, "), -EINVAL);
	memset(rule, 'x', sizeof rule);
	rule[AUDIO_RULE_MAX - 1] = '\0';
	assert_int_equal(audio_rule_check(rule), 0);
	rule[AUDIO_RULE_MAX - 1] = 'x';
	rule[AUDIO_RULE_MAX] = '\0';
	assert_int_equal(audio_rule_check(rule), -EINVAL);
}

/* More words, and devices, than there is room for. */
static void test_bounds(void **state)
{
	static struct audio_device many[AUDIO_DEVICES_MAX + 9], picked[AUDIO_DEVICES_MAX];
	char rule[AUDIO_RULE_MAX] = "";
	(void)state;
	for (size_t i = 0; i < COUNT(many); i++) {
		snprintf(many[i].pcm, sizeof many[i].pcm, "hw:%zu,0", i);
		many[i].plays = true;
	}
	size_t named = 0;
	for (; strlen(rule) + 15 < sizeof rule; named++)
		strcat(rule, "alsa:x ");
	strcat(rule, "default");
	size_t n = audio_rule_pick(rule, PCM_PLAYBACK, many, COUNT(many), picked);
	assert_int_equal(n, AUDIO_DEVICES_MAX);
	assert_string_equal(picked[0].pcm, "x");
	assert_string_equal(picked[named - 1].pcm, "x");
	assert_string_equal(picked[named].pcm, "hw:0,0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_better),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
