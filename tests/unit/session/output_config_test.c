/* What may be said of a display, what it becomes, and what is said where it is wrong. */
#include "session/output_config.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "session/night.h"

/* Read, and written again: text NULL: as it was. */
static const struct {
	const char *word, *text;
} good[] = {
	{"state=on", NULL},
	{"state=off", NULL},
	{"off", "state=off"},
	{"on", "state=on"},
	{"mode=preferred", NULL},
	{"mode=1920x1080", NULL},
	{"mode=1920x1080@59.94", NULL},
	{"mode=1920x1080@59.951Hz", "mode=1920x1080@59.951"},
	{"mode=16384x1@1000", NULL},
	{"mode=cvt 1280x720@60", NULL},
	{"mode=cvt 1280x720", "mode=cvt 1280x720@60"},
	{"mode=173.00 1920 2048 2248 2576 1080 1083 1088 1120 -hsync +vsync",
		"mode=173 1920 2048 2248 2576 1080 1083 1088 1120 -hsync +vsync"},
	{"mode=Modeline \"1920x1080_60.00\"  173.00  1920 2048 2248 2576  1080 1083 1088 "
	 "1120 -hsync +vsync",
		"mode=173 1920 2048 2248 2576 1080 1083 1088 1120 -hsync +vsync"},
	{"mode=74.25 1920 2008 2052 2200 1080 1084 1094 1125 +HSync +VSync Interlace",
		"mode=74.25 1920 2008 2052 2200 1080 1084 1094 1125 +hsync +vsync "
		"interlace"},
	{"position=auto", NULL},
	{"position=0,0", NULL},
	{"position=-1920.5,100", NULL},
	{"position=10, 20", "position=10,20"},
	{"scale=session", NULL},
	{"scale=1.25", NULL},
	{"scale=0.25", NULL},
	{"scale=8", NULL},
	{"transform=normal", NULL},
	{"transform=flipped-270", NULL},
	{"mirror=none", NULL},
	{"mirror=eDP-1", NULL},
	{"mirror=DEL U2720Q 1234", NULL},
	{"vrr=on", NULL},
	{"vrr=off", NULL},
	{"night=auto", NULL},
	{"night=off", NULL},
	{"night=6500", "night=off"},
	{"night=3400", NULL},
	{"night=1000K", "night=1000"},
	{"night=10000", NULL},
	{"gamma=1", NULL},
	{"gamma=0.85", NULL},
	{"windows=none", NULL},
	{"windows=org.example.clock", NULL},
	{"windows=  a.b   c.d\te.f ", "windows=a.b c.d e.f"},
};

static const struct {
	const char *word, *why;
} wrong[] = {
	{"", "'' is no setting: write KEY=VALUE"},
	{"=1", "'=1' is no setting"},
	{"dark", "'dark' is no setting"},
	{"modus=x", "a display has no 'modus'; do you mean 'mode'?"},
	{"scal=1", "do you mean 'scale'?"},
	{"mode=", "'mode' has no value"},
	{"mode=a\nb", "'mode' has a line break"},
	{"state=asleep", "write on or off"},
	{"mode=best", "'best' is no mode: write preferred, 1920x1080"},
	{"mode=1920", "no mode"},
	{"mode=1920x", "no mode"},
	{"mode=0x1080", "no mode"},
	{"mode=1920x0", "no mode"},
	{"mode=16385x1", "no mode"},
	{"mode=-1920x1080", "no mode"},
	{"mode=1920x1080@", "no mode"},
	{"mode=1920x1080@0", "no mode"},
	{"mode=1920x1080@1001", "no mode"},
	{"mode=1920x1080@60x", "no mode"},
	{"mode=99999999999999999999x1", "no mode"},
	{"mode=cvt", "no mode"},
	{"mode=cvt 10", "no mode"},
	/* A number too few; sync before the picture ends; nothing; more than 1000 Hz. */
	{"mode=173.00 1920 2048 2248 2576 1080 1083 1088", "no mode"},
	{"mode=173.00 1920 1910 2248 2576 1080 1083 1088 1120", "no mode"},
	{"mode=173.00 0 0 0 0 0 0 0 0", "no mode"},
	{"mode=173.00 10 10 10 10 10 10 10 10", "no mode"},
	{"mode=173.00 1920 2048 2248 2576 1080 1083 1088 1120 doublescan", "no mode"},
	{"mode=173.00 1920 2048 2248 99999 1080 1083 1088 1120", "no mode"},
	{"mode=nan 1920 2048 2248 2576 1080 1083 1088 1120", "no mode"},
	{"position=left", "write auto, or X,Y"},
	{"position=1", "no position"},
	{"position=1,", "no position"},
	{"position=1,2,3", "no position"},
	{"position=1e9,0", "no position"},
	{"position=100001,0", "no position"},
	{"position=inf,0", "no position"},
	{"scale=0", "from 0.25 to 8"},
	{"scale=8.01", "no scale"},
	{"scale=nan", "no scale"},
	{"scale=1,5", "no scale"},
	{"transform=45", "write normal, 90, 180"},
	{"vrr=yes", "vrr is on or off, not 'yes'"},
	{"night=999", "kelvin from 1000 to 10000"},
	{"night=10001", "no colour temperature"},
	{"night=warm", "no colour temperature"},
	{"night=0", "no colour temperature"},
	{"gamma=0", "from 0.1 to 10"},
	{"gamma=11", "no gamma"},
	{"windows=clock", "'clock' is no plugin's id"},
	{"windows=a.b,c.d", "is no plugin's id"},
	{"mirror="
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"longer than a display's name"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct output_config c = output_config_default(), again;
		char why[OUTPUT_WHY_MAX] = "", text[OUTPUT_TEXT_MAX],
		     line[OUTPUT_TEXT_MAX];
		const char *want = good[i].text ? good[i].text : good[i].word;
		if (output_config_word(&c, good[i].word, why) < 0)
			fail_msg("%s: %s", good[i].word, why);
		assert_int_equal(output_config_write(&c, text), 0);
		snprintf(line, sizeof line, "%s\n", want);
		assert_string_equal(text, line);
		assert_int_equal(output_config_read(&again, text, why), 0);
		assert_memory_equal(&again.kms, &c.kms, sizeof c.kms);
		assert_int_equal(again.set, c.set);
	}
}

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct output_config c = output_config_default();
		char why[OUTPUT_WHY_MAX] = "";
		int r = output_config_word(&c, wrong[i].word, why);
		if (r != -EINVAL || !strstr(why, wrong[i].why))
			fail_msg("%s: %d '%s', not '%s'", wrong[i].word, r, why,
				wrong[i].why);
		assert_int_equal(c.set, 0);
	}
}

static void test_fields(void **state)
{
	struct output_config c = output_config_default();
	char why[OUTPUT_WHY_MAX];
	(void)state;
	assert_int_equal(output_config_word(&c, "mode=1920x1080@59.94", why), 0);
	assert_int_equal(c.kms.want, KMS_MODE_SIZE);
	assert_int_equal(c.kms.refresh_mhz, 59940);
	assert_int_equal(output_config_word(&c, "mode=cvt 800x600@75", why), 0);
	assert_int_equal(c.kms.want, KMS_MODE_CVT);
	assert_true(c.kms.width == 800 && c.kms.height == 600);
	assert_int_equal(c.kms.refresh_mhz, 75000);
	/* The rest of what is said about it stays. */
	assert_int_equal(output_config_word(&c, "off", why), 0);
	assert_int_equal(output_config_word(&c, "vrr=on", why), 0);
	assert_int_equal(output_config_word(&c,
				 "mode=74.25 1920 2008 2052 2200 1080 1084 1094 1125 "
				 "+hsync interlace",
				 why),
		0);
	assert_int_equal(c.kms.want, KMS_MODE_MODELINE);
	assert_true(c.kms.off && c.kms.vrr);
	const struct kms_modeline *m = &c.kms.modeline;
	assert_int_equal(m->clock_khz, 74250);
	assert_true(m->hdisplay == 1920 && m->hsync_start == 2008 &&
		    m->hsync_end == 2052 && m->htotal == 2200 && m->vdisplay == 1080 &&
		    m->vsync_start == 1084 && m->vsync_end == 1094 && m->vtotal == 1125);
	assert_true(m->hsync_positive && !m->vsync_positive && m->interlaced);
	assert_int_equal(output_config_word(&c, "mode=preferred", why), 0);
	assert_int_equal(c.kms.want, KMS_MODE_PREFERRED);
	assert_true(c.kms.off && c.kms.vrr);
}

static void test_merge(void **state)
{
	struct output_config a = output_config_default(), b = output_config_default();
	char why[OUTPUT_WHY_MAX];
	(void)state;
	output_config_word(&a, "scale=2", why);
	output_config_word(&a, "position=5,6", why);
	output_config_word(&a, "mode=640x480", why);
	output_config_word(&b, "position=auto", why);
	output_config_word(&b, "off", why);
	output_config_word(&b, "windows=a.b c.d", why);
	output_config_merge(&a, &b);
	assert_true(a.scale == 2 && !a.placed && a.kms.off && a.kms.width == 640);
	assert_true(output_config_wants(&a, "a.b") && output_config_wants(&a, "c.d"));
	assert_false(output_config_wants(&a, "a") || output_config_wants(&a, "c.d.e"));
	assert_false(output_config_wants(&b, ""));
}

/* All at their longest fit; a text may come from a file that somebody else wrote. */
static void test_bounds(void **state)
{
	struct output_config c = output_config_default();
	char why[OUTPUT_WHY_MAX], text[OUTPUT_TEXT_MAX], word[600] = "windows=";
	(void)state;
	for (int i = 0; i < 9; i++)
		strcat(word, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa. ");
	assert_int_equal(output_config_word(&c, word, why), 0);
	strcat(word, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b");
	assert_int_equal(output_config_word(&c, word, why), -EINVAL);
	memset(word, 'x', 95 + 7);
	memcpy(word, "mirror=", 7);
	word[95 + 7] = '\0';
	assert_int_equal(output_config_word(&c, word, why), 0);
	c.set = (1u << OUTPUT_KEYS) - 1;
	assert_int_equal(output_config_write(&c, text), 0);
	assert_int_equal(output_config_read(&c, "scale=2\nscale=banana\n", why), -EINVAL);
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(output_config_read(&c, text, why), -EINVAL);
}

static void test_names(void **state)
{
	struct kms_identity dell = {.make = "DEL", .model = "U2720Q", .serial = "77"};
	struct kms_identity bare = {.make = "DEL", .model = "0x41a8"};
	(void)state;
	struct output_names n = output_names_of("DP-1", &dell);
	assert_string_equal(n.full, "DEL U2720Q 77");
	assert_string_equal(n.model, "DEL U2720Q");
	assert_true(output_names_have(&n, "DEL U2720Q 77"));
	assert_true(output_names_have(&n, "DEL U2720Q"));
	assert_true(output_names_have(&n, "DP-1"));
	assert_false(output_names_have(&n, "DEL"));
	n = output_names_of("DP-1", &bare);
	assert_string_equal(n.full, "");
	assert_string_equal(n.model, "DEL 0x41a8");
	assert_false(output_names_have(&n, ""));
	n = output_names_of("Virtual-1", NULL);
	assert_string_equal(n.model, "");
	assert_string_equal(n.connector, "Virtual-1");
}

static void test_color(void **state)
{
	float rgb[3], warmer[3];
	(void)state;
	night_color(NIGHT_NEUTRAL, rgb);
	for (int i = 0; i < 3; i++)
		assert_true(fabsf(rgb[i] - 1) < 1e-6f);
	/* Warmer, the colder the number: less blue, then less green, red as it was. */
	for (int32_t k = 6000; k >= 1000; k -= 500) {
		night_color(k, warmer);
		assert_true(warmer[0] == 1 && warmer[1] < rgb[1]);
		assert_true(warmer[2] < rgb[2] || (warmer[2] == 0 && rgb[2] == 0));
		assert_true(warmer[2] <= warmer[1] && warmer[2] >= 0);
		memcpy(rgb, warmer, sizeof rgb);
	}
	night_color(10000, rgb);
	assert_true(rgb[2] == 1 && rgb[0] < rgb[1] && rgb[1] < 1);
	/* By Planck's law and the CIE 1931 observer, in linear light: 4000 K and 10000 K beside 6500 K. */
	assert_true(fabs(pow(rgb[0], 2.2) - 0.606) < 0.02);
	assert_true(fabs(pow(rgb[1], 2.2) - 0.731) < 0.02);
	night_color(4000, rgb);
	assert_true(fabs(pow(rgb[1], 2.2) - 0.698) < 0.02);
	assert_true(fabs(pow(rgb[2], 2.2) - 0.382) < 0.02);
}

static const struct {
	const char *text;
	int32_t minutes; /* -1: it is none */
} times[] = {
	{"0:00", 0},
	{"07:30", 450},
	{"23:59", 1439},
	{"24:00", -1},
	{"7:60", -1},
	{"7:5", -1},
	{"7", -1},
	{"", -1},
	{":30", -1},
	{"007:30", -1},
	{"7:30pm", -1},
};

static const struct {
	int32_t from, to, second, kelvin;
	uint32_t again;
} nights[] = {
	{0, 0, 5000, 6500, 0},
	/* 22:00 to 06:00. */
	{1320, 360, 12 * 3600, 6500, 10 * 3600},
	{1320, 360, 22 * 3600 - 1, 6500, 1},
	{1320, 360, 22 * 3600, 3000, 8 * 3600},
	{1320, 360, 0, 3000, 6 * 3600},
	{1320, 360, 6 * 3600 - 1, 3000, 1},
	{1320, 360, 6 * 3600, 6500, 16 * 3600},
	/* 01:00 to 02:00. */
	{60, 120, 0, 6500, 3600},
	{60, 120, 5400, 3000, 1800},
	{60, 120, 7200, 6500, 23 * 3600},
};

static void test_night(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		int32_t m = -1;
		bool is = night_time(times[i].text, &m);
		assert_int_equal(is ? m : -1, times[i].minutes);
	}
	for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
		struct night night = {nights[i].from, nights[i].to, 3000};
		uint32_t again = 77;
		assert_int_equal(
			night_now(&night, nights[i].second, &again), nights[i].kelvin);
		assert_int_equal(again, nights[i].again);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_night),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
