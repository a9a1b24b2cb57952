/*
 * What devices are to do: options as text, whose rule counts, and that a fake device gets them.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_libinput.h"
#include "listening.h"
#include "input/device_config.h"
#include "input/device_rules.h"
#include "input/input.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct input_keymap us = {.layout = "us"};

/* Text. */

static const struct {
	enum device_option option;
	const char *value;
	const char *written; /* NULL: it is refused */
} texts[] = {
	{DEVICE_SEND_EVENTS, "enabled", "enabled"},
	{DEVICE_SEND_EVENTS, "off", "disabled"},
	{DEVICE_SEND_EVENTS, "disabled_on_external_mouse", "disabled-on-external-mouse"},
	{DEVICE_SEND_EVENTS, "disabled-on", NULL},
	{DEVICE_ACCEL_SPEED, "0.5", "0.5"},
	{DEVICE_ACCEL_SPEED, "-1", "-1"},
	{DEVICE_ACCEL_SPEED, "+1", "1"},
	{DEVICE_ACCEL_SPEED, "1.01", NULL},
	{DEVICE_ACCEL_SPEED, "nan", NULL},
	{DEVICE_ACCEL_SPEED, "inf", NULL},
	{DEVICE_ACCEL_SPEED, "-nan", NULL},
	{DEVICE_ACCEL_SPEED, "0.5x", NULL},
	{DEVICE_ACCEL_SPEED, " 0.5", NULL},
	{DEVICE_ACCEL_PROFILE, "flat", "flat"},
	{DEVICE_ACCEL_PROFILE, "Adaptive", "adaptive"},
	{DEVICE_ACCEL_PROFILE, "custom", NULL},
	{DEVICE_NATURAL_SCROLL, "on", "on"},
	{DEVICE_NATURAL_SCROLL, "enabled", "on"},
	{DEVICE_NATURAL_SCROLL, "no", "off"},
	{DEVICE_NATURAL_SCROLL, "1", NULL},
	{DEVICE_LEFT_HANDED, "true", "on"},
	{DEVICE_LEFT_HANDED, "", NULL},
	{DEVICE_MIDDLE_EMULATION, "false", "off"},
	{DEVICE_CLICK_METHOD, "none", "none"},
	{DEVICE_CLICK_METHOD, "button_areas", "button-areas"},
	{DEVICE_CLICK_METHOD, "buttonareas", "button-areas"},
	{DEVICE_CLICK_METHOD, "clickfinger", "clickfinger"},
	{DEVICE_CLICK_METHOD, "click", NULL},
	{DEVICE_SCROLL_METHOD, "two_finger", "two-finger"},
	{DEVICE_SCROLL_METHOD, "twofinger", "two-finger"},
	{DEVICE_SCROLL_METHOD, "edge", "edge"},
	{DEVICE_SCROLL_METHOD, "on_button_down", "on-button-down"},
	{DEVICE_SCROLL_METHOD, "none", "none"},
	{DEVICE_SCROLL_BUTTON, "middle", "middle"},
	{DEVICE_SCROLL_BUTTON, "BTN_SIDE", "side"},
	{DEVICE_SCROLL_BUTTON, "274", "middle"},
	{DEVICE_SCROLL_BUTTON, "290", "290"},
	{DEVICE_SCROLL_BUTTON, "none", "none"},
	{DEVICE_SCROLL_BUTTON, "271", NULL},
	{DEVICE_SCROLL_BUTTON, "304", NULL},
	{DEVICE_SCROLL_BUTTON, "99999999999999999999", NULL},
	{DEVICE_SCROLL_BUTTON_LOCK, "on", "on"},
	{DEVICE_TAP, "off", "off"},
	{DEVICE_TAP_BUTTON_MAP, "lmr", "lmr"},
	{DEVICE_TAP_BUTTON_MAP, "rlm", NULL},
	{DEVICE_DRAG, "on", "on"},
	{DEVICE_DRAG_LOCK, "on", "on"},
	{DEVICE_DWT, "off", "off"},
	{DEVICE_DWTP, "off", "off"},
	{DEVICE_CALIBRATION, "1 0 0 0 1 0", "1 0 0 0 1 0"},
	{DEVICE_CALIBRATION, "0,-1,1,1,0,0", "0 -1 1 1 0 0"},
	{DEVICE_CALIBRATION, " 0.25 0 .5  0\t1e0 -0.5 ", "0.25 0 0.5 0 1 -0.5"},
	{DEVICE_CALIBRATION, "1 0 0 0 1", NULL},
	{DEVICE_CALIBRATION, "1 0 0 0 1 0 0", NULL},
	{DEVICE_CALIBRATION, "1 0 0 0 1 0x", NULL},
	{DEVICE_CALIBRATION, "1 0 0 0 1 nan", NULL},
	{DEVICE_CALIBRATION, "1 0 0 0 1 1e9", NULL},
	{DEVICE_CALIBRATION, "1-0-0-0-1-0", NULL},
	{DEVICE_ROTATION, "0", "0"},
	{DEVICE_ROTATION, "359", "359"},
	{DEVICE_ROTATION, "360", NULL},
	{DEVICE_ROTATION, "-90", NULL},
};

static void test_text(void **state)
{
	uint32_t tried = 0;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct device_config config = {0};
		char why[DEVICE_WHY_MAX] = "", value[DEVICE_VALUE_MAX];
		const char *key = device_option_name(texts[i].option);
		int r = device_config_set(&config, key, texts[i].value, why);
		tried |= texts[i].written ? 1u << texts[i].option : 0;
		if (!texts[i].written) {
			if (r != -EINVAL || config.set || !strstr(why, key) ||
				!strstr(why, ": write "))
				fail_msg("%s = '%s': %d '%s'", key, texts[i].value, r,
					why);
			continue;
		}
		if (r != 0)
			fail_msg("%s = '%s': %s", key, texts[i].value, why);
		assert_int_equal(config.set, 1u << texts[i].option);
		device_config_value(&config, texts[i].option, value);
		assert_string_equal(value, texts[i].written);
		struct device_config again = {0};
		assert_int_equal(device_config_set(&again, key, value, why), 0);
		assert_true(device_config_same(&config, &again, texts[i].option));
	}
	/* Every option there is can be written. */
	assert_int_equal(tried, (UINT64_C(1) << DEVICE_OPTIONS) - 1);
}

static void test_keys(void **state)
{
	struct device_config config = {0};
	char why[DEVICE_WHY_MAX];
	assert_int_equal(device_config_set(&config, "natural_scroll", "on", why), 0);
	assert_int_equal(device_config_set(&config, "naturalscroll", "on", why), -ENOENT);
	assert_int_equal(device_config_set(&config, "tap-", "on", why), -ENOENT);
	assert_int_equal(device_config_set(&config, "", "on", why), -ENOENT);
	assert_non_null(strstr(why, "a device has no ''"));
}

static struct device_config said(const char *text)
{
	struct device_config config = {0};
	char word[64], why[DEVICE_WHY_MAX];
	int n;
	for (; sscanf(text, " %63s%n", word, &n) == 1; text += n) {
		char *value = strchr(word, '=');
		*value++ = '\0';
		assert_int_equal(device_config_set(&config, word, value, why), 0);
	}
	return config;
}

static void describe(const struct device_config *config, char *text, size_t size)
{
	size_t n = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		char value[DEVICE_VALUE_MAX];
		if (!(config->set & 1u << i))
			continue;
		device_config_value(config, (enum device_option)i, value);
		n += (size_t)snprintf(text + n, size - n, "%s%s=%s", n ? " " : "",
			device_option_name((enum device_option)i), value);
	}
}

/* Rules. */

static const struct rules_case {
	const char *name, *device;
	uint32_t types;
	struct {
		const char *match, *config, *output;
		bool over;
	} rules[4];
	const char *config, *output;
} rules_cases[] = {
	{"rules: none", "Mouse", INPUT_TYPE_MOUSE, {{0}}, "", ""},
	{"rules: of all", "Mouse", INPUT_TYPE_MOUSE, {{"*", "left-handed=on", "DP-1"}},
		"left-handed=on", "DP-1"},
	{"rules: by type", "Mouse", INPUT_TYPE_MOUSE,
		{{"type:mouse", "left-handed=on"}, {"type:touchpad", "tap=off"}},
		"left-handed=on", ""},
	{"rules: pointers are of several types", "Pad", INPUT_TYPE_TOUCHPAD,
		{{"type:pointer", "left-handed=on"}, {"type:touchpad", "tap=off"},
			{"type:mouse", "tap=on"}},
		"left-handed=on tap=off", ""},
	{"rules: the most exact one counts, for each option", "Pad", INPUT_TYPE_TOUCHPAD,
		{{"Pad", "tap=off"}, {"type:touchpad", "tap=on drag=off", "DP-2"},
			{"*", "tap=on drag=on left-handed=on", "DP-1"}},
		"left-handed=on tap=off drag=off", "DP-2"},
	{"rules: of two alike the latter", "Pad",
		INPUT_TYPE_TOUCHPAD | INPUT_TYPE_KEYBOARD,
		{{"type:touchpad", "tap=on"}, {"type:keyboard", "tap=off"}}, "tap=off",
		""},
	{"rules: what comes before all", "Pad", INPUT_TYPE_TOUCHPAD,
		{{"*", "tap=off", "DP-1", true}, {"Pad", "tap=on drag=on", "DP-2"}},
		"tap=off drag=on", "DP-1"},
	{"rules: a name is no pattern", "Pad 2", INPUT_TYPE_TOUCHPAD,
		{{"Pad", "tap=off"}, {"pad 2", "tap=off"}}, "", ""},
	{"rules: a device that is called like a type", "type:mouse", INPUT_TYPE_TOUCHPAD,
		{{"type:touchpad", "tap=on"}, {"type:mouse", "tap=off"}}, "tap=off", ""},
};

static void test_rules(void **state)
{
	const struct rules_case *c = *state;
	struct device_rules rules = {0};
	struct input_rule items[COUNT(c->rules)] = {{{0}}};
	char text[512];
	size_t n = 0;
	for (; n < COUNT(items) && c->rules[n].match; n++) {
		snprintf(items[n].match, sizeof items[n].match, "%s", c->rules[n].match);
		snprintf(items[n].output, sizeof items[n].output, "%s",
			c->rules[n].output ? c->rules[n].output : "");
		items[n].config = said(c->rules[n].config);
		items[n].over = c->rules[n].over;
	}
	device_rules_set(&rules, items, n);
	struct device_wish wish = device_rules_for(&rules, c->device, c->types);
	describe(&wish.config, text, sizeof text);
	assert_string_equal(text, c->config);
	assert_string_equal(wish.output, c->output);
	device_rules_finish(&rules);
}

static void test_match(void **state)
{
	static const struct {
		const char *match;
		bool valid;
	} cases[] = {{"*", true}, {"Some Mouse", true}, {"type:touchpad", true},
		{"type:pointer", true}, {"type:", false}, {"type:toucpad", false},
		{"touchpad", false}, {"Type:touchpad", false}, {"type: touchpad", false},
		{"Touchpad", true}, {"", false}};
	char word[32], longest[INPUT_MATCH_MAX + 1] = "";
	const char *types = INPUT_TYPES;
	int n;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(input_match_valid(cases[i].match), cases[i].valid);
	memset(longest, 'x', INPUT_MATCH_MAX);
	assert_false(input_match_valid(longest));
	assert_true(input_match_valid(longest + 1));
	for (; sscanf(types, " %25[^,]%n", word + 5, &n) == 1; types += n) {
		memcpy(word, "type:", 5);
		assert_true(input_match_valid(word));
		types += types[n] == ',';
	}
}

/* Devices. */

static struct input *input;

static void handle_key(void *data, const struct input_key *key)
{
}

static void handle_pointer(void *data, const struct input_pointer *pointer)
{
}

static void handle_touch(void *data, const struct input_touch *t)
{
	hear("%c%u", "DMUC"[t->kind], t -> id);
}

static const struct input_listener listener = {
	.open_device = open_any,
	.close_device = close_any,
	.shortcut = take_no_key,
	.key = handle_key,
	.pointer = handle_pointer,
	.touch = handle_touch,
};

enum {
	MOUSE,
	TOUCHPAD,
	SCREEN,
	LATER,
};

static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	fake_reset();
	heard[0] = '\0';
	fake.devices[MOUSE] = (struct fake_device){.plugged = true,
		.mouse = true,
		.name = "Mouse",
		.vendor = 0x46d,
		.product = 0xc077,
		.config.set = 1u << DEVICE_SEND_EVENTS | 1u << DEVICE_ACCEL_SPEED |
			      1u << DEVICE_ACCEL_PROFILE | 1u << DEVICE_NATURAL_SCROLL |
			      1u << DEVICE_LEFT_HANDED | 1u << DEVICE_MIDDLE_EMULATION |
			      1u << DEVICE_SCROLL_METHOD | 1u << DEVICE_SCROLL_BUTTON |
			      1u << DEVICE_ROTATION};
	fake.devices[TOUCHPAD] = (struct fake_device){.plugged = true,
		.touchpad = true,
		.name = "Pad\n\033[31m",
		.config.set =
			1u << DEVICE_CLICK_METHOD | 1u << DEVICE_DWT | 1u << DEVICE_DWTP};
	fake.devices[SCREEN] = (struct fake_device){.plugged = true,
		.touch = true,
		.name = "Screen",
		.config.set = 1u << DEVICE_CALIBRATION | 1u << DEVICE_SEND_EVENTS};
	fake.devices[LATER].touchpad = true;
	assert_int_equal(
		input_create(NULL, "seat0", &us, &listener, NULL, &input, NULL), 0);
	input_set_bounds(input, 800, 600);
	return 0;
}

static int finish(void **state)
{
	input_destroy(input);
	assert_int_equal(fake.alive, 0);
	return 0;
}

static void configure(const char *match, const char *config)
{
	struct input_rule rule = {.config = said(config)};
	snprintf(rule.match, sizeof rule.match, "%s", match);
	input_configure(input, &rule, 1);
}

/* Every option reaches libinput, and goes back to the default when nobody says it any more. */
static void test_every_option(void **state)
{
	static const char all[] =
		"send-events=disabled accel-speed=-0.5 accel-profile=flat "
		"natural-scroll=on left-handed=on middle-emulation=on "
		"click-method=clickfinger scroll-method=on-button-down "
		"scroll-button=side scroll-button-lock=on tap=off tap-button-map=lmr "
		"drag=on drag-lock=on disable-while-typing=on "
		"disable-while-trackpointing=on calibration-matrix=1,0,0.5,0,1,0 "
		"rotation=90";
	struct fake_device *d = &fake.devices[LATER];
	char text[1024];
	d->config.set = (1u << DEVICE_OPTIONS) - 1;
	configure("*", all);
	fake_plug(LATER);
	input_dispatch(input);
	describe(&d->config, text, sizeof text);
	assert_string_equal(text,
		"send-events=disabled accel-speed=-0.5 accel-profile=flat "
		"natural-scroll=on left-handed=on middle-emulation=on "
		"click-method=clickfinger scroll-method=on-button-down "
		"scroll-button=side scroll-button-lock=on tap=off tap-button-map=lmr "
		"drag=on drag-lock=on disable-while-typing=on "
		"disable-while-trackpointing=on calibration-matrix=1 0 0.5 0 1 0 "
		"rotation=90");
	unsigned sets = d->config_sets;
	configure("*", all);
	assert_int_equal(d->config_sets, sets); /* nothing is others */
	configure("type:mouse", "left-handed=on");
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++)
		assert_int_equal(d->config.choice[i], i == DEVICE_TAP);
	assert_true(d->config.speed == 0);
	assert_true(d->config.matrix[0] == 0);
	assert_true(fake.devices[MOUSE].config.choice[DEVICE_LEFT_HANDED]);
}

/* A tap is off where it is said, on elsewhere, and the default for who comes later. */
static void test_tap(void **state)
{
	assert_true(fake.devices[TOUCHPAD].config.choice[DEVICE_TAP]);
	configure("Pad?\?[31m", "tap=off");
	assert_false(fake.devices[TOUCHPAD].config.choice[DEVICE_TAP]);
	fake_plug(LATER);
	input_dispatch(input);
	assert_true(fake.devices[LATER].config.choice[DEVICE_TAP]);
}

static char told[4096];

static void tell(void *data, const struct input_device_info *info)
{
	size_t n = strlen(told);
	char types[INPUT_TYPE_TEXT], text[512];
	input_type_text(info->types, types);
	describe(&info->now, text, sizeof text);
	snprintf(told + n, sizeof told - n, "%s|%s|%x:%x|%s|%x|%s\n", info->name, types,
		info->vendor, info->product, text, info->refused,
		info->output ? info->output : "");
}

static void test_list(void **state)
{
	fake_unplug(SCREEN);
	fake.devices[TOUCHPAD].refuses = 1u << DEVICE_CLICK_METHOD;
	fake.devices[LATER] = (struct fake_device){.keyboard = true,
		.mouse = true,
		.property = "ID_INPUT_TRACKBALL",
		.name = "Ball"};
	fake_plug(LATER);
	input_dispatch(input);
	configure("type:pointer", "accel-speed=0.25 click-method=clickfinger");
	told[0] = '\0';
	input_each_device(input, tell, NULL);
	assert_string_equal(told,
		"Mouse|mouse|46d:c077|send-events=enabled accel-speed=0.25 "
		"accel-profile=0 natural-scroll=off left-handed=off "
		"middle-emulation=off scroll-method=none scroll-button=none "
		"scroll-button-lock=off rotation=0|40|\n"
		"Pad?\?[31m|touchpad|0:0|click-method=none tap=on tap-button-map=lrm "
		"drag=off drag-lock=off disable-while-typing=off "
		"disable-while-trackpointing=off|42|\n"
		"Ball|keyboard trackball|0:0||42|\n");
}

static const struct {
	const char *property;
	bool touchpad;
	const char *type;
} kinds[] = {
	{NULL, false, "mouse"},
	{"ID_INPUT_TOUCHPAD", false, "touchpad"},
	{NULL, true, "touchpad"},
	{"ID_INPUT_POINTINGSTICK", false, "trackpoint"},
	{"ID_INPUT_TRACKBALL", false, "trackball"},
};

static void note_type(void *data, const struct input_device_info *info)
{
	input_type_text(info->types, data);
}

static void test_types(void **state)
{
	char type[INPUT_TYPE_TEXT];
	for (size_t i = 0; i < COUNT(kinds); i++) {
		fake.devices[LATER] = (struct fake_device){.mouse = true,
			.touchpad = kinds[i].touchpad,
			.property = kinds[i].property};
		fake_plug(LATER);
		input_dispatch(input);
		input_each_device(input, note_type, type);
		assert_string_equal(type, kinds[i].type);
		fake_unplug(LATER);
	}
	fake.devices[LATER] = (struct fake_device){
		.touch = true, .tablet = true, .pad = true, .flips = true};
	fake_plug(LATER);
	input_dispatch(input);
	input_each_device(input, note_type, type);
	assert_string_equal(type, "touch tablet pad switch");
}

/* What a device is told by name and does not have is said, once; of a type it is not. */
static void test_refused(void **state)
{
	char text[2048] = "";
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	fake.devices[TOUCHPAD].refuses = 1u << DEVICE_CLICK_METHOD;
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	log_set_level(LOG_INFO);
	configure("type:pointer", "rotation=90 drag-lock=on");
	configure("Mouse", "tap=on rotation=90");
	configure("Mouse", "tap=off");
	configure("Pad?\?[31m", "click-method=clickfinger");
	log_set_level(LOG_SILENT);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	size_t n = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	char *line = strchr(text, '\n');
	assert_non_null(line);
	assert_non_null(strstr(text, "Mouse has no 'tap': take it out of its section"));
	assert_true(strstr(text, "Mouse has no") < line);
	assert_non_null(
		strstr(line, "Pad?\?[31m does not take click-method = clickfinger"));
	assert_ptr_equal(strchr(line + 1, '\n'), text + n - 1);
}

/* Switched off under a finger: it is cancelled, and not down when it is on again. */
static void test_switched_off(void **state)
{
	fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_DOWN, 0, 0.5, 0.5, 1);
	input_dispatch(input);
	assert_string_equal(heard, "D0");
	configure("Screen", "send-events=disabled");
	assert_string_equal(heard, "D0 C0");
	configure("Screen", "send-events=disabled calibration-matrix=1,0,0,0,1,0");
	assert_string_equal(heard, "D0 C0");
	fake_touch(SCREEN, LIBINPUT_EVENT_TOUCH_UP, 0, 0, 0, 2);
	input_configure(input, NULL, 0);
	assert_true(input_pending(input));
	input_dispatch(input);
	assert_false(input_pending(input));
	assert_string_equal(heard, "D0 C0");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest more[] = {cmocka_unit_test(test_text),
		cmocka_unit_test(test_keys), cmocka_unit_test(test_match),
		CASE(test_every_option), CASE(test_tap), CASE(test_list),
		CASE(test_types), CASE(test_refused), CASE(test_switched_off)};
	struct CMUnitTest tests[COUNT(rules_cases) + COUNT(more)];
	size_t n = 0;
	for (; n < COUNT(rules_cases); n++)
		tests[n] = (struct CMUnitTest){rules_cases[n].name, test_rules, NULL,
			NULL, (void *)(uintptr_t)&rules_cases[n]};
	memcpy(tests + n, more, sizeof more);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
