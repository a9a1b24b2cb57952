/* What a configuration may say, and the line that says what is wrong with it. */
#include "session/settings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/fence.h"
#include "session/renderer.h"
#include "util/log.h"

#define SHA   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *text;
	const char *error; /* in the line after "f.ini:" */
} wrong[] = {
	{"x = 1\n", "1: 'x' stands before the first section"},
	{"[sesion]\n", "1: there is no section [sesion]"},
	{"\n\n[window]\n", "3: there is no section [window]"},
	{"[session\n", "1: this is neither"},
	{"[session]\n\nnonsense\n", "3: this is neither"},
	{"[session]\nadio = x\n",
		"2: there is no key 'adio' in [session]; do you mean 'audio'?"},
	{"[session]\nscal = 1\n", "do you mean 'scale'?"},
	{"[session]\nscale = big\n", "2: 'big' is no scale: write a number"},
	{"[session]\nscale = 9\n", "2: '9' is no scale"},
	{"[session]\nsize = 10\n", "2: '10' is no size"},
	{"[session]\nlog = loud\n", "2: 'loud' is no log level"},
	{"[session]\nfence = high\n", "2: 'high' is no way to fence"},
	{"[session]\nrenderer = vulkan\n",
		"2: there is no renderer 'vulkan': write auto"},
	{"[session]\nrestart = often\n", "2: 'often' is no number of restarts: write"},
	{"[session]\nrestart = 101\n", "2: '101' is no number of restarts"},
	{"[session]\nrestart = -1\n", "2: '-1' is no number of restarts"},
	{"[session]\nbackend = x11\n", "2: there is no back end 'x11'"},
	{"[session]\naudio =\n", "2: 'audio' has no value"},
	{"[session]\naudio = a\n# \naudio = b\n", "4: a second 'audio'"},
	{"[session]\naudio = ,\n", "2: which device? write hw:0"},
	{"[session]\naudio = a\n[audio]\noutput = b\n",
		"4: a second 'output' (audio of [session] is one)"},
	{"[audio]\n[audio]\n", "2: a second [audio]"},
	{"[audio]\noutpt = x\n",
		"2: there is no key 'outpt' in [audio]; do you mean 'output'?"},
	{"[audio]\noutput =\n", "2: 'output' has no value"},
	{"[audio]\noutput = \x1b[2J\n", "2: a device's rule has no control"},
	{"[audio]\ninput = a\ninput = b\n", "3: a second 'input': keep one"},
	{"[audio]\nrate = 3999\n", "2: '3999' is no rate: write frames"},
	{"[audio]\nrate = 384001\n", "2: '384001' is no rate"},
	{"[audio]\nrate = 48k\n", "2: '48k' is no rate"},
	{"[audio]\nlatency = 0.9\n", "2: '0.9' is no latency: write milliseconds"},
	{"[audio]\nlatency = 1001\n", "2: '1001' is no latency"},
	{"[audio]\nlatency = 1.2.3\n", "2: '1.2.3' is no latency"},
	{"[audio]\nlatency = nan\n", "2: 'nan' is no latency"},
	{"[audio]\nbackground = yes\n", "2: 'yes' is no switch: write on or off"},
	{"[session]\naudio = a\n  b\n", "3: a second 'audio'"},
	{"[session]\n[session]\n", "2: a second [session]"},
	{"[session] audio = x\n", "1: something stands behind the ']'"},
	{" [session]\n", "1: a blank stands before the '['"},
	{"[output]\n", "1: there is no section [output]"},
	{"[output ]\n", "1: there is no section [output ]"},
	{"[output  DP-1]\n", "1: whose?"},
	{"[output DP-1]\n[output DP-2]\n[output DP-1]\n",
		"3: a second [output DP-1]: the first is in line 1"},
	{"[output DP-1]\nscal = 2\n", "2: a display has no 'scal'; do you mean 'scale'?"},
	{"[output DP-1]\nscale = 9\n", "2: '9' is no scale"},
	{"[output DP-1]\nscale =\n", "2: 'scale' has no value"},
	{"[output DP-1]\nscale = 1\n\nscale = 1\n", "4: a second 'scale'"},
	{"[output DP-1]\naudio = x\n", "2: a display has no 'audio'"},
	{"[session]\nidle-off = 0\n", "2: '0' is no time: write seconds"},
	{"[session]\nidle-off = 5m\n", "2: '5m' is no time"},
	{"[session]\nidle-off = 86401\n", "2: '86401' is no time"},
	{"[session]\nnight-from = 25:00\n", "2: '25:00' is no time of the day"},
	{"[session]\nnight-temperature = auto\n", "2: 'auto' is no colour temperature"},
	{"[session]\ncursor-hide = 0\n", "2: '0' is no time"},
	{"[session]\ncursor-hide = nan\n", "2: 'nan' is no time"},
	{"[session]\ncursor-size = 7\n", "2: '7' is no size of a cursor"},
	{"[session]\ncursor-size = 24px\n", "2: '24px' is no size of a cursor"},
	{"[session]\ncursor-theme = ../x\n", "2: '../x' is no cursor theme"},
	{"[input]\n", "1: there is no section [input]"},
	{"[input ]\n", "1: there is no section [input ]"},
	{"[input a]\noutput = b\n[input a]\n",
		"3: a second [input a]: the first is in line 1"},
	{"[input a]\nscreen = b\n",
		"2: a device has no 'screen'; osaas.ini(5) lists them"},
	{"[input type:toucpad]\n", "1: which one? write a device's name"},
	{"[input touchpad]\n", "1: which one? write a device's name"},
	{"[input Type:touchpad]\n", "1: which one? write a device's name"},
	{"[input type:]\n", "1: which one?"},
	{"[input a]\ntab = on\n", "2: a device has no 'tab'; do you mean 'tap'?"},
	{"[input a]\ntap = maybe\n", "2: 'maybe' is no tap: write on or off"},
	{"[input a]\ntap =\n", "2: 'tap' has no value: write on or off"},
	{"[input a]\ntap = on\n\ntap = off\n", "4: a second 'tap'"},
	{"[session]\nlid = open\n", "2: 'open' is nothing that a lid does"},
	{"[input a]\noutput = b\noutput = c\n", "3: a second 'output'"},
	{"[input a]\noutput =\n", "2: which?"},
	{"[keyboard]\n[session]\n[keyboard]\n", "3: a second [keyboard]"},
	{"[keyboard]\nlayot = de\n",
		"2: a keyboard has no key 'layot'; do you mean 'layout'?"},
	{"[keyboard]\nlayout = de\nlayout = fr\n", "3: a second 'layout'"},
	{"[keyboard]\nlayout =\n", "2: 'layout' has no value"},
	{"[keyboard]\nrepeat-rate = fast\n",
		"2: 'fast' is no value of repeat-rate: write keys"},
	{"[keyboard]\nsticky = yes\n", "2: 'yes' is no value of sticky: write on or off"},
	{"[keyboard]\nkeymap-file = my.xkb\n", "2: 'my.xkb' is no keymap-file"},
	{"[shortcuts]\n[shortcuts]\n", "2: a second [shortcuts]"},
	{"[shortcuts]\nSuper+Tab = next-widow\n",
		"2: there is no action 'next-widow'; do you mean next-window?"},
	{"[shortcuts]\nSupr+Tab = quit\n", "2: there is no modifier 'Supr'"},
	{"[shortcuts]\nSuper+Tba = quit\n", "2: there is no key 'Tba'"},
	{"[shortcuts]\na = quit\n", "2: 'a' is for typing"},
	{"[shortcuts]\nCtrl+Alt+F1 = none\n", "2: Ctrl+Alt+F1 to F12 are for"},
	{"[shortcuts]\nSuper+A = quit\nLogo+a = none\n", "3: a second 'Logo+a'"},
	{"[shortcuts]\nSuper+A =\n", "2: there is no action ''"},
	{"[shortcut]\n", "1: there is no section [shortcut]"},
	{"[grant]\n", "1: there is no section [grant]"},
	{"[grant ]\n", "1: there is no section [grant ]"},
	{"[grant clock]\n", "1: 'clock' is no plugin's id"},
	{"[grant Org.Example]\n", "1: 'Org.Example' is no plugin's id"},
	{"[grant a.b]\n[grant a.c]\n[grant a.b]\n",
		"3: a second [grant a.b]: the first is in line 1"},
	{"[grant a.b]\nalow = *\n",
		"2: there is no key 'alow' in [grant ...]; do you mean 'allow'?"},
	{"[grant a.b]\nallow =\n", "2: which?"},
	{"[grant a.b]\nallow = gui.widow\n",
		"2: there is no capability 'gui.widow'; do you mean gui.window?"},
	{"[grant a.b]\nallow = timer\n\tlogg\n",
		"3: there is no capability 'logg'; do you mean log?"},
	{"[grant a.b]\nallow = :x\n", "2: ':x' is no capability"},
	{"[grant a.b]\nallow = timer:\n", "2: 'timer:' is no capability"},
	{"[grant a.b]\nsha256 = 12\n", "2: '12' is no SHA-256"},
	{"[grant a.b]\nsha256 = " SHA "\nsha256 = " SHA "\n", "3: a second 'sha256'"},
	{"[session]\naudio = "
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "xxxx"
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "xxxx"
	 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	 "xxxx",
		"2: the line is longer than 197 bytes"},
};

static struct settings *parse(const char *text)
{
	struct settings *settings = NULL;
	struct settings_error err = {{0}};
	if (settings_parse("f.ini", text, strlen(text), &settings, &err) < 0)
		print_message("%s\n", err.text);
	assert_non_null(settings);
	return settings;
}

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct settings *settings = NULL;
		struct settings_error err = {{0}};
		int r = settings_parse(
			"f.ini", wrong[i].text, strlen(wrong[i].text), &settings, &err);
		if (r != -EINVAL || strncmp(err.text, "f.ini:", 6) != 0 ||
			!strstr(err.text + 6, wrong[i].error))
			fail_msg("case %zu: %d '%s', not '%s'", i, r, err.text,
				wrong[i].error);
		assert_null(settings);
	}
	struct settings *settings;
	struct settings_error err;
	assert_int_equal(
		settings_parse("f.ini", "[session]\n\0\n", 12, &settings, &err), -EINVAL);
	assert_non_null(strstr(err.text, "f.ini:2: there is a zero byte"));
}

static void test_outputs(void **state)
{
	(void)state;
	struct settings *s = parse("[session]\nidle-off = 600\nnight-from = 21:30\n"
				   "night-to = 6:00\nnight-temperature = 3400\n"
				   "[output DEL U2720Q 77]\nscale = 1.5 ; sharp\n"
				   "mode = 3840x2160@30\ntransform = 90\n"
				   "[output eDP-1]\nstate = off\n"
				   "windows = a.b\n");
	assert_int_equal(s->idle_off, 600);
	assert_int_equal(s->night.from, 1290);
	assert_int_equal(s->night.to, 360);
	assert_int_equal(s->night.kelvin, 3400);
	struct settings_output *first =
		container_of(s->outputs.next, struct settings_output, link);
	struct settings_output *last =
		container_of(s->outputs.prev, struct settings_output, link);
	assert_string_equal(first->name, "DEL U2720Q 77");
	assert_true(first->config.scale == 1.5 && first->config.kms.width == 3840 &&
		    first->config.kms.refresh_mhz == 30000 &&
		    first->config.transform == TRANSFORM_90);
	assert_int_equal(first->config.set,
		1u << OUTPUT_SCALE | 1u << OUTPUT_MODE | 1u << OUTPUT_TRANSFORM);
	assert_string_equal(last->name, "eDP-1");
	assert_true(last->config.kms.off && output_config_wants(&last->config, "a.b"));
	settings_destroy(s);
	s = parse("[session]\nidle-off = never\n");
	assert_int_equal(s->idle_off, 0);
	assert_int_equal(s->night.from, s->night.to);
	settings_destroy(s);
}

static void test_cursor_and_inputs(void **state)
{
	(void)state;
	struct settings *s = parse("[session]\ncursor-theme = DMZ-White\n"
				   "cursor-size = 32\ncursor-hide = 2.5\n"
				   "[input ELAN Touchscreen]\noutput = eDP-1\n"
				   "accel-speed = -0.5\nnatural_scroll = on\n"
				   "[input *]\noutput = DEL U2720Q 77\n");
	assert_string_equal(s->cursor_theme, "DMZ-White");
	assert_int_equal(s->cursor_size, 32);
	assert_true(s->cursor_hide == 2.5);
	struct settings_input *first =
		container_of(s->inputs.next, struct settings_input, link);
	struct settings_input *last =
		container_of(s->inputs.prev, struct settings_input, link);
	assert_string_equal(first->name, "ELAN Touchscreen");
	assert_string_equal(first->output, "eDP-1");
	assert_int_equal(first->config.set,
		1u << DEVICE_ACCEL_SPEED | 1u << DEVICE_NATURAL_SCROLL);
	assert_true(first->config.speed == -0.5);
	assert_int_equal(last->config.set, 0);
	assert_false(s->lid_ignored);
	assert_string_equal(last->name, "*");
	assert_string_equal(last->output, "DEL U2720Q 77");
	settings_destroy(s);
	s = parse("[session]\ncursor-hide = never\n");
	assert_true(s->cursor_hide == 0);
	settings_destroy(s);
}

static void test_session(void **state)
{
	(void)state;
	struct settings *s =
		parse("\xef\xbb\xbf# a comment\n[session] ; another\n"
		      "audio = hw:0,1 ; the good one\nbackend=headless\n"
		      "card = /dev/dri/card1\nlayout = de\nlog = debug\r\n"
		      "scale = 1.5\nsize = 640x480\nfence = off\nrenderer = cpu");
	assert_string_equal(s->path, "f.ini");
	assert_string_equal(s->audio.output, "hw:0,1");
	assert_string_equal(s->backend, "headless");
	assert_string_equal(s->card, "/dev/dri/card1");
	assert_string_equal(s->layout, "de");
	assert_int_equal(s->log, LOG_DEBUG);
	assert_int_equal(s->fence, FENCE_OFF);
	assert_int_equal(s->renderer, RENDERER_CPU);
	assert_true(s->scale == 1.5f && s->width == 640 && s->height == 480);
	settings_destroy(s);
}

static void test_keyboard(void **state)
{
	(void)state;
	struct settings *s = parse("[keyboard]\nlayout = us,ru\n"
				   "options = grp:alt_shift_toggle,compose:menu\n"
				   "numlock = on\nrepeat-rate = 40\nslow-keys = 200\n"
				   "[shortcuts]\nSuper+space = none\n"
				   "Super+Return = run /opt/a b.so ; a comment\n"
				   "XF86AudioMute = run mute\nCtrl+Alt+L=vt-7\n");
	const struct shortcut_chord enter = {INPUT_MOD_LOGO, 0xff0d},
				    space = {INPUT_MOD_LOGO, ' '},
				    tab = {INPUT_MOD_LOGO, 0xff09};
	assert_string_equal(s->keyboard.text[KEYBOARD_LAYOUT], "us,ru");
	assert_string_equal(
		s->keyboard.text[KEYBOARD_OPTIONS], "grp:alt_shift_toggle,compose:menu");
	assert_int_equal(s->keyboard.number[KEYBOARD_NUMLOCK], 1);
	assert_int_equal(s->keyboard.number[KEYBOARD_REPEAT_RATE], 40);
	assert_int_equal(s->keyboard.number[KEYBOARD_REPEAT_DELAY], 600);
	assert_string_equal(
		shortcut_find(&s->shortcuts, &enter)->action.path, "/opt/a b.so");
	assert_null(shortcut_find(&s->shortcuts, &space));
	assert_int_equal(
		shortcut_find(&s->shortcuts, &tab)->action.what, SHORTCUT_NEXT_WINDOW);
	settings_destroy(s);
}

static void test_audio(void **state)
{
	(void)state;
	struct settings *s = parse("[audio]\noutput = usb, hw:1,0 default\ninput = Blue\n"
				   "rate = 44100\nlatency = 2.5\nbackground = on\n");
	assert_string_equal(s->audio.output, "usb, hw:1,0 default");
	assert_string_equal(s->audio.input, "Blue");
	assert_int_equal(s->audio.rate, 44100);
	assert_int_equal(s->audio.latency_ns, 2500000);
	assert_true(s->audio.background);
	assert_int_equal(s->audio.set, (1u << AUDIO_KEYS) - 1);
	struct settings *old = parse("[session]\naudio = none\n[audio]\nrate=48000\n");
	assert_string_equal(old->audio.output, "none");
	assert_int_equal(old->audio.rate, 48000);
	assert_false(audio_config_equal(&s->audio, &old->audio));
	audio_config_merge(&old->audio, &s->audio);
	assert_true(audio_config_equal(&s->audio, &old->audio));
	settings_destroy(s);
	settings_destroy(old);
}

static void test_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "\n", "# only this\n", "[session]\n"};
	for (size_t i = 0; i < 4; i++) {
		struct settings *s = parse(texts[i]);
		assert_true(!s->audio.set && !s->backend && !s->card && !s->layout);
		assert_true(
			s->log == -1 && s->fence == -1 && s->scale == 0 && s->width == 0);
		assert_int_equal(s->renderer, -1);
		assert_true(list_empty(&s->grants));
		settings_destroy(s);
	}
}

static const char rules[] =
	"[grant org.example.a]\n"
	"allow = timer gui.window:4M\n"
	"\taudio.out:other\n"
	"deny = log\n"
	"[grant org.example.all]\n"
	"allow = *\n"
	"deny = audio.out:*\n"
	"[grant org.example.bound]\n"
	"sha256 = " SHA "\n"
	"allow = timer\n"
	"deny = log\n"
	"[grant org.example.a-very-long-name-that-inih-would-cut-at-fifty.x]\n"
	"allow = audio.out:*\n";

static const struct {
	const char *id, *content, *cap;
	char verdict; /* a allow, d deny, - nothing */
	unsigned line;
} judged[] = {
	{"org.example.a", OTHER, "timer", 'a', 2},
	{"org.example.a", OTHER, "gui.window:4M", 'a', 2},
	{"org.example.a", OTHER, "gui.window:5M", '-', 0},
	{"org.example.a", OTHER, "audio.out:other", 'a', 3},
	{"org.example.a", OTHER, "audio.out:others", '-', 0},
	{"org.example.a", OTHER, "log", 'd', 4},
	{"org.example.a", OTHER, "gui.window", '-', 0},
	{"org.example.b", OTHER, "timer", '-', 0},
	{"org.example", OTHER, "timer", '-', 0},
	{"org.example.all", OTHER, "timer", 'a', 6},
	{"org.example.all", OTHER, "audio.out:x", 'd', 7},
	{"org.example.all", OTHER, "timer:x", 'a', 6},
	{"org.example.bound", SHA, "timer", 'a', 10},
	{"org.example.bound", OTHER, "timer", '-', 0},
	{"org.example.bound", SHA, "log", 'd', 11},
	{"org.example.bound", OTHER, "log", 'd', 11},
	{"org.example.a-very-long-name-that-inih-would-cut-at-fifty.x", OTHER,
		"audio.out:y", 'a', 13},
};

static void test_judge(void **state)
{
	(void)state;
	struct settings *s = parse(rules);
	for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
		const char *colon = strchr(judged[i].cap, ':');
		char name[64] = {0};
		memcpy(name, judged[i].cap,
			colon ? (size_t)(colon - judged[i].cap) : strlen(judged[i].cap));
		struct cap cap = cap_make(name, colon ? colon + 1 : "");
		const struct settings_rule *rule =
			settings_judge(s, judged[i].id, judged[i].content, &cap);
		char verdict = rule ? rule->deny ? 'd' : 'a' : '-';
		if (verdict != judged[i].verdict ||
			(rule ? rule->line : 0) != judged[i].line)
			fail_msg("%s %s: %c %u", judged[i].id, judged[i].cap, verdict,
				rule ? rule->line : 0);
	}
	settings_destroy(s);
}

/* Which file is read. */
static void test_files(void **state)
{
	(void)state;
	char folder[] = "/tmp/settingsXXXXXX", path[64], command[128];
	struct settings *s = NULL;
	struct settings_error err;
	assert_non_null(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
	assert_int_equal(settings_load("/nosuch.ini", &s, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nosuch.ini cannot be read: No such file"));
	assert_int_equal(settings_load(folder, &s, &err), -EISDIR);
	assert_int_equal(settings_load("/dev/zero", &s, &err), -EISDIR);
	snprintf(command, sizeof command, "mkdir %s/osaas", folder);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof path, "%s/osaas/osaas.ini", folder);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("[session]\nlayout = x\n", f);
	fclose(f);
	assert_int_equal(settings_load(NULL, &s, &err), 0);
	assert_string_equal(s->path, path);
	assert_string_equal(s->layout, "x");
	settings_destroy(s);
	f = fopen(path, "w");
	for (int i = 0; i < SETTINGS_MAX_SIZE + 1; i++)
		fputc('\n', f);
	fclose(f);
	assert_int_equal(settings_load(NULL, &s, &err), -EFBIG);
	assert_int_equal(truncate(path, SETTINGS_MAX_SIZE), 0);
	assert_int_equal(settings_load(NULL, &s, &err), 0);
	settings_destroy(s);
	snprintf(command, sizeof command, "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_keyboard),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_cursor_and_inputs),
		cmocka_unit_test(test_audio),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
