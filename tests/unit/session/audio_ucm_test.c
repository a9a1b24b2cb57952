/* One card's use cases, on a fake manager. */
#include "session/audio_ucm.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_ucm.h"
#include "util/log.h"

#define HIFI(name, device) "=" name "/" device "/HiFi"

static const struct fake_ucm_list laptop_lists[] = {
	{"_verbs", "Voice Call|for calls|HiFi|Play HiFi quality Music|HiFi 5+1|more"},
	{"_devices/HiFi",
		"Speaker||Headphones||HDMI1||Mic1|built in|Mic2||Headset||Nothing|"},
	{"_devices/Voice Call", "Earpiece|"},
	{"_conflictingdevs/Speaker/HiFi", "Headphones|Nobody"},
	{"_supporteddevs/Headset/HiFi", "Speaker|HDMI1"},
	{NULL, NULL},
};

static const struct fake_ucm_value laptop_values[] = {
	{HIFI("PlaybackPCM", "Speaker"), "_ucm0001.hw:sofhdadsp"},
	{HIFI("PlaybackPriority", "Speaker"), "100"},
	{HIFI("PlaybackMixerElem", "Speaker"), "Speaker"},
	{HIFI("PlaybackPCM", "Headphones"), "_ucm0001.hw:sofhdadsp,0"},
	{HIFI("PlaybackPriority", "Headphones"), "200"},
	{HIFI("PlaybackMixerElem", "Headphones"), "'Headphone',0"},
	{HIFI("PlaybackMixer", "Headphones"), "_ucm0001.default:Other"},
	{HIFI("JackControl", "Headphones"), "Headphone Jack"},
	{HIFI("JackDev", "Headphones"), "gpio-jack"},
	{HIFI("PlaybackPCM", "HDMI1"), "hw:3,5,1"},
	{HIFI("JackControl", "HDMI1"), "HDMI/DP,pcm=5 Jack"},
	{HIFI("CapturePCM", "Mic1"), "_ucm0001.mono_in:CARD=3"},
	{HIFI("CaptureVolume", "Mic1"), "name='Dmic0 Capture Volume'"},
	{HIFI("CapturePCM", "Mic2"), "hw:sofhdadsp,0"},
	{HIFI("CapturePriority", "Mic2"), "4000000000"},
	{HIFI("JackDev", "Mic2"), "gpio-jack"},
	{HIFI("PlaybackPCM", "Headset"), "hw:sofhdadsp,0"},
	{HIFI("CapturePCM", "Headset"), "hw:sofhdadsp,0"},
	{HIFI("JackControl", "Headset"), "name='Headset Jack',index=0"},
	{HIFI("PlaybackPCM", "Nothing"), "hw:sofhdadsp,9"},
	{HIFI("PlaybackPCMIsDummy", "Nothing"), "yes"},
	{"=PlaybackPCM/Earpiece/Voice Call", "hw:3,0"},
	{NULL, NULL},
};

static const struct fake_ucm_conf laptop = {
	.lists = laptop_lists, .values = laptop_values};

/* Logging. */

static char logged[1024];

static struct audio_ucm *ucm;

static int begin(void **state)
{
	(void)state;
	fake_ucm_reset();
	log_set_level(LOG_SILENT);
	ucm = NULL;
	return 0;
}

static int end(void **state)
{
	(void)state;
	audio_ucm_close(ucm, false);
	fake_ucm_reset();
	return 0;
}

static int open_card(const struct fake_ucm_conf *conf)
{
	audio_ucm_close(ucm, true);
	ucm = NULL;
	fake_ucm.cards[3] = conf;
	return audio_ucm_open(3, "sofhdadsp", &ucm);
}

static const struct audio_ucm_device *device(const char *name)
{
	const struct audio_ucm_device *list;
	size_t n = audio_ucm_list(ucm, &list);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	}
	fail_msg("no device %s", name);
	return NULL;
}

static void test_devices(void **state)
{
	static const struct {
		const char *name;
		enum pcm_direction d;
		const char *pcm;
		unsigned priority;
		const char *jack;
		bool mute;
		const char *card, *elem;
	} cases[] = {
		{"Speaker", PCM_PLAYBACK, "hw:3,0", 100, "", false, "hw:3", "Speaker"},
		{"Speaker", PCM_CAPTURE, "", 0, "", false, "", ""},
		{"Headphones", PCM_PLAYBACK, "hw:3,0", 200, "Headphone Jack", false,
			"hw:Other", "Headphone"},
		{"HDMI1", PCM_PLAYBACK, "hw:3,5,1", 0, "HDMI/DP,pcm=5 Jack", false,
			"hw:3", ""},
		{"Mic1", PCM_CAPTURE, "_ucm0001.mono_in:CARD=3", 0, "", false, "hw:3",
			"Dmic0"},
		{"Mic2", PCM_CAPTURE, "hw:3,0", 10000, "", true, "hw:3", ""},
		{"Headset", PCM_PLAYBACK, "hw:3,0", 0, "Headset Jack", false, "hw:3", ""},
		{"Headset", PCM_CAPTURE, "hw:3,0", 0, "Headset Jack", false, "hw:3", ""},
	};
	const struct audio_ucm_device *list;
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	assert_string_equal(audio_ucm_verb(ucm), "HiFi");
	assert_int_equal(audio_ucm_list(ucm, &list), 6); /* a dummy is none */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct audio_ucm_device *d = device(cases[i].name);
		const struct audio_ucm_way *way = &d->way[cases[i].d];
		assert_string_equal(way->pcm, cases[i].pcm);
		assert_int_equal(way->priority, cases[i].priority);
		assert_string_equal(d->jack, cases[i].jack);
		assert_int_equal(d->mute, cases[i].mute);
		assert_string_equal(way->card, cases[i].card);
		assert_string_equal(way->elem, cases[i].elem);
	}
	/* Who only asks changes nothing. */
	assert_string_equal(fake_ucm_done(), "");
	assert_string_equal(audio_ucm_routed(ucm, PCM_PLAYBACK), "");
}

/* Which verb: HiFi, else by priority, and one that plays. */
static void test_verbs(void **state)
{
	static const struct fake_ucm_value values[] = {
		{"=Priority//A", "10"},
		{"=Priority//B", "30"},
		{"=Priority//C", "20"},
		{"=CapturePCM/Mic/B", "hw:3"},
		{"=PlaybackPCM/Out/A", "hw:3"},
		{"=PlaybackPCM/Out/C", "hw:3,1"},
		{NULL, NULL},
	};
	static const struct {
		const char *verbs, *verb; /* NULL: none */
	} cases[] = {
		{"A||B||C|", "C"}, /* B only hears */
		{"A|", "A"},
		{"B|", "B"},
		{"D||B|", "B"},
		{"D|", NULL},
		{"", NULL},
		{"A234567890123456789012345678901234567890||A|", "A"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fake_ucm_list lists[] = {{"_verbs", cases[i].verbs},
			{"_devices/A", "Out|"}, {"_devices/B", "Mic|"},
			{"_devices/C", "Out|"}, {"_devices/D", "Out|"}, {NULL, NULL}};
		const struct fake_ucm_conf conf = {.lists = lists, .values = values};
		assert_int_equal(open_card(&conf), cases[i].verb ? 0 : -ENOENT);
		if (cases[i].verb)
			assert_string_equal(audio_ucm_verb(ucm), cases[i].verb);
	}
}

/* Of the first kind: streams are the verb's. */
static void test_by_verb(void **state)
{
	static const struct fake_ucm_list lists[] = {{"_verbs", "HiFi|"},
		{"_devices/HiFi", "Headset||Mic||Line|"}, {NULL, NULL}};
	static const struct fake_ucm_value values[] = {
		{HIFI("PlaybackPCM", ""), "hw:3,0"},
		{HIFI("CapturePCM", ""), "hw:3,1"},
		{HIFI("PlaybackPriority", "Line"), "5"},
		{NULL, NULL},
	};
	static const struct fake_ucm_conf conf = {.lists = lists, .values = values};
	(void)state;
	assert_int_equal(open_card(&conf), 0);
	assert_string_equal(device("Headset")->way[PCM_PLAYBACK].pcm, "hw:3,0");
	assert_string_equal(device("Headset")->way[PCM_CAPTURE].pcm, "");
	assert_string_equal(device("Mic")->way[PCM_PLAYBACK].pcm, "");
	assert_string_equal(device("Mic")->way[PCM_CAPTURE].pcm, "hw:3,1");
	assert_string_equal(device("Line")->way[PCM_PLAYBACK].pcm, "hw:3,0");
}

static void expect_route(
	enum pcm_direction d, const char *device, int result, const char *done)
{
	assert_int_equal(audio_ucm_route(ucm, d, device), result);
	assert_string_equal(fake_ucm_done(), done);
	if (result == 0)
		assert_string_equal(audio_ucm_routed(ucm, d), device ? device : "");
}

static void test_routes(void **state)
{
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	expect_route(PCM_PLAYBACK, "Speaker", 0, "HiFi +Speaker");
	expect_route(PCM_PLAYBACK, "Speaker", 0, "");
	expect_route(PCM_PLAYBACK, "Headphones", 0, "-Speaker +Headphones");
	expect_route(PCM_CAPTURE, "Mic1", 0, "+Mic1");
	expect_route(PCM_CAPTURE, "Mic2", 0, "-Mic1 +Mic2");
	expect_route(PCM_CAPTURE, NULL, 0, "-Mic2");
	expect_route(PCM_CAPTURE, NULL, 0, "");
	expect_route(PCM_PLAYBACK, "Nobody", -ENOENT, "");
	expect_route(PCM_PLAYBACK, "Mic1", -ENOENT, ""); /* it does not play */
	assert_string_equal(audio_ucm_routed(ucm, PCM_PLAYBACK), "Headphones");
	/* At the end what hears is off, and what plays is heard by others, too. */
	expect_route(PCM_CAPTURE, "Mic1", 0, "+Mic1");
	audio_ucm_close(ucm, false);
	ucm = NULL;
	assert_string_equal(fake_ucm_done(), "-Mic1");
}

static void test_gone(void **state)
{
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	expect_route(PCM_CAPTURE, "Mic1", 0, "HiFi +Mic1");
	audio_ucm_close(ucm, true);
	ucm = NULL;
	assert_string_equal(fake_ucm_done(), "");
}

/* A headset's device is one for both: it is enabled once, and disabled when neither wants it. */
static void test_both(void **state)
{
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	expect_route(PCM_PLAYBACK, "Headset", 0, "HiFi +Headset");
	expect_route(PCM_CAPTURE, "Headset", 0, "");
	expect_route(PCM_PLAYBACK, "Speaker", 0, "+Speaker");
	expect_route(PCM_CAPTURE, NULL, 0, "-Headset");
	expect_route(PCM_CAPTURE, "Headset", 0, "+Headset");
	expect_route(PCM_PLAYBACK, "Headset", 0, "-Speaker");
	expect_route(PCM_CAPTURE, NULL, 0, "");
}

/* Who is used first goes first, whoever of the two says that they exclude each other. */
static void test_conflicts(void **state)
{
	static const char stream[] = "hw:3,0";
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	expect_route(PCM_PLAYBACK, "Headphones", 0, "HiFi +Headphones");
	audio_ucm_use(ucm, PCM_PLAYBACK, stream);
	expect_route(PCM_CAPTURE, "Headset", -EBUSY, "");
	assert_string_equal(audio_ucm_rival(ucm, PCM_CAPTURE, "Headset"), "Headphones");
	assert_null(audio_ucm_rival(ucm, PCM_CAPTURE, "Mic1"));
	expect_route(PCM_PLAYBACK, "Speaker", 0, "-Headphones +Speaker");
	assert_null(audio_ucm_rival(ucm, PCM_CAPTURE, "Headset"));
	expect_route(PCM_CAPTURE, "Headset", 0, "+Headset");
	audio_ucm_use(ucm, PCM_CAPTURE, stream);
	expect_route(PCM_PLAYBACK, "Headphones", -EBUSY, "");
	assert_string_equal(audio_ucm_rival(ucm, PCM_PLAYBACK, "Headphones"), "Headset");
	assert_string_equal(audio_ucm_routed(ucm, PCM_PLAYBACK), "Speaker");
	/* What is enabled still, but not used, is in nobody's way. */
	audio_ucm_use(ucm, PCM_CAPTURE, NULL);
	assert_null(audio_ucm_rival(ucm, PCM_PLAYBACK, "Headphones"));
	expect_route(PCM_PLAYBACK, "Headphones", 0, "-Headset -Speaker +Headphones");
	assert_string_equal(audio_ucm_routed(ucm, PCM_CAPTURE), "");
	audio_ucm_use(ucm, PCM_PLAYBACK, NULL);
	expect_route(PCM_CAPTURE, "Headset", 0, "-Headphones +Headset");
	assert_string_equal(audio_ucm_routed(ucm, PCM_PLAYBACK), "");
}

static void test_shortcut(void **state)
{
	struct fake_ucm_conf conf = laptop;
	(void)state;
	conf.shortcut = "Speaker>HDMI1";
	assert_int_equal(open_card(&conf), 0);
	expect_route(PCM_PLAYBACK, "Speaker", 0, "HiFi +Speaker");
	expect_route(PCM_PLAYBACK, "HDMI1", 0, "Speaker>HDMI1");
	expect_route(PCM_PLAYBACK, "Speaker", 0, "-HDMI1 +Speaker");
}

/* After other programs had the card, all is set again. */
static void test_doubt(void **state)
{
	(void)state;
	assert_int_equal(open_card(&laptop), 0);
	audio_ucm_doubt(ucm); /* nothing was set */
	expect_route(PCM_PLAYBACK, "Speaker", 0, "HiFi +Speaker");
	audio_ucm_doubt(ucm);
	expect_route(PCM_PLAYBACK, "Speaker", 0, "Inactive HiFi +Speaker");
	expect_route(PCM_CAPTURE, "Mic1", 0, "+Mic1");
	audio_ucm_doubt(ucm);
	expect_route(PCM_CAPTURE, NULL, -0, "");
	audio_ucm_doubt(ucm);
	audio_ucm_close(ucm, false); /* what is not ours is not touched */
	ucm = NULL;
	assert_string_equal(fake_ucm_done(), "");
}

/* Messages. */

static void read_log(int (*run)(const void *data), const void *data, int result)
{
	char path[] = "/tmp/ucmXXXXXX";
	int fd = mkstemp(path), old = dup(STDERR_FILENO);
	assert_true(fd >= 0 && old >= 0);
	fflush(stderr);
	dup2(fd, STDERR_FILENO);
	log_set_level(LOG_INFO);
	int r = run(data);
	log_set_level(LOG_SILENT);
	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(old);
	ssize_t n = pread(fd, logged, sizeof logged - 1, 0);
	logged[n > 0 ? n : 0] = '\0';
	close(fd);
	unlink(path);
	assert_int_equal(r, result);
}

static int run_open(const void *data)
{
	return open_card(data);
}

static void test_broken(void **state)
{
	static const struct fake_ucm_value linked[] = {{"=Linked", "True"}, {NULL, NULL}};
	static const struct {
		struct fake_ucm_conf conf;
		int result;
		const char *says; /* NULL: nothing */
	} cases[] = {
		{{.error = -ENOENT}, -ENOENT, NULL},
		{{.error = -ENXIO, .text = "UCM is not supported for this HDA model"},
			-ENOENT, NULL},
		{{.error = -EINVAL, .text = "unknown field 'Fil' in SectionUseCase"},
			-EINVAL, "unknown field 'Fil' in SectionUseCase"},
		{{.error = -ENOENT,
			 .text = "could not open configuration file /HiFi.conf"},
			-EINVAL, "could not open configuration file /HiFi.conf"},
		{{.error = -ENOMEM}, -ENOMEM, "failed to import"},
		{{.lists = laptop_lists, .values = linked}, -EXDEV, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_log(run_open, &cases[i].conf, cases[i].result);
		if (cases[i].says)
			assert_true(strstr(logged, cases[i].says) &&
				    strstr(logged, "card sofhdadsp"));
		else
			assert_string_equal(logged, "");
		assert_null(ucm);
		assert_int_equal(fake_ucm.open, 0);
	}
}

static int run_route(const void *device)
{
	return audio_ucm_route(ucm, PCM_PLAYBACK, device);
}

/* It is said once, and tried again with the next sound. */
static void test_refused(void **state)
{
	struct fake_ucm_conf conf = laptop;
	(void)state;
	conf.refuses = "HiFi";
	assert_int_equal(open_card(&conf), 0);
	read_log(run_route, "Speaker", -EIO);
	assert_non_null(strstr(logged, "no control for HiFi"));
	read_log(run_route, "Speaker", -EIO);
	assert_string_equal(logged, "");
	conf.refuses = "+Headphones";
	expect_route(PCM_PLAYBACK, "Speaker", 0, "HiFi +Speaker");
	expect_route(PCM_PLAYBACK, "Headphones", -EIO, "-Speaker");
	assert_string_equal(audio_ucm_routed(ucm, PCM_PLAYBACK), "");
	conf.refuses = NULL;
	expect_route(PCM_PLAYBACK, "Headphones", 0, "+Headphones");
	/* What cannot be disabled is left behind. */
	conf.refuses = "-Headphones";
	expect_route(PCM_PLAYBACK, "Speaker", 0, "+Speaker");
}

/* More, and longer, than anybody has. */
static void test_bounds(void **state)
{
	static char devices[4096];
	static char names[40][3][64];
	static struct fake_ucm_value values[122];
	const struct fake_ucm_list lists[] = {
		{"_verbs", "HiFi|"}, {"_devices/HiFi", devices}, {NULL, NULL}};
	const struct fake_ucm_conf conf = {.lists = lists, .values = values};
	const struct audio_ucm_device *list;
	(void)state;
	strcpy(devices, "A device whose name has more than 31 bytes||");
	for (int i = 0; i < 40; i++) {
		snprintf(devices + strlen(devices), sizeof devices - strlen(devices),
			"Line%d||", i);
		snprintf(names[i][0], sizeof names[i][0], HIFI("PlaybackPCM", "Line%d"),
			i);
		snprintf(names[i][1], sizeof names[i][1], HIFI("JackControl", "Line%d"),
			i);
		values[2 * i] = (struct fake_ucm_value){names[i][0], "hw:3"};
		values[2 * i + 1] = (struct fake_ucm_value){names[i][1],
			"A jack whose name has more bytes than the kernel allows Jack"};
	}
	assert_int_equal(open_card(&conf), 0);
	assert_int_equal(audio_ucm_list(ucm, &list), AUDIO_UCM_DEVICES);
	assert_string_equal(list[0].name, "Line0");
	assert_string_equal(list[0].jack, "");
	expect_route(PCM_PLAYBACK, "Line31", 0, "HiFi +Line31");
	expect_route(PCM_PLAYBACK, "Line32", -ENOENT, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(devices),
		TEST(verbs),
		TEST(by_verb),
		TEST(routes),
		TEST(gone),
		TEST(both),
		TEST(conflicts),
		TEST(shortcut),
		TEST(doubt),
		TEST(broken),
		TEST(refused),
		TEST(bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
