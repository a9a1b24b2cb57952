/*
 * 'osaas ctl input', and what the devices are told: on a fake of input's, whose devices take the
 * rules as input would.
 */
#include "session/control_input.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "input/device_rules.h"
#include "session/control_reply.h"
#include "session/devices.h"
#include "session/outputs.h"
#include "session/session.h"
#include "session/settings.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BIT(option)  (1u << DEVICE_##option)

static const struct {
	const char *name;
	uint32_t types;
	uint32_t has;
} devices[] = {
	{"Pad", INPUT_TYPE_TOUCHPAD, BIT(TAP) | BIT(NATURAL_SCROLL)},
	{"Mouse", INPUT_TYPE_MOUSE | INPUT_TYPE_KEYBOARD,
		BIT(NATURAL_SCROLL) | BIT(LEFT_HANDED)},
	{"Screen", INPUT_TYPE_TOUCH, BIT(CALIBRATION)},
};

static struct session session;
static struct settings settings;
static struct settings_input sections[] = {
	{.name = "Pad"},
	{.name = "type:touch", .output = "ABC One"},
	{.name = "*", .output = "GONE-1"},
};
static struct device_rules rules;
static unsigned configured;
static struct input *const input = (struct input *)&rules;

void input_configure(struct input *in, const struct input_rule *items, size_t n)
{
	assert_ptr_equal(in, input);
	device_rules_set(&rules, items, n);
	configured++;
}

void input_each_device(const struct input *in,
	void (*tell)(void *data, const struct input_device_info *info), void *data)
{
	assert_ptr_equal(in, input);
	for (size_t i = 0; i < COUNT(devices); i++) {
		struct device_wish wish =
			device_rules_for(&rules, devices[i].name, devices[i].types);
		struct input_device_info info = {
			.name = devices[i].name,
			.types = devices[i].types,
			.vendor = 0x1234,
			.product = 0xab,
			.said = wish.config.set & devices[i].has,
			.over = wish.over,
			.refused = wish.config.set & ~devices[i].has,
			.output = wish.output[0] ? strdup(wish.output) : NULL,
		};
		device_config_merge(&info.now, &wish.config);
		info.now.set = info.by_itself.set = devices[i].has;
		tell(data, &info);
		free((char *)(uintptr_t)info.output);
	}
}

int outputs_find(const struct outputs *outputs, const char *word,
	char connector[static OUTPUT_NAME_MAX], char name[static OUTPUT_NAME_MAX])
{
	(void)outputs;
	if (strcmp(word, "ABC One") != 0 && strcmp(word, "DP-1") != 0)
		return -ENOENT;
	strcpy(connector, "DP-1");
	strcpy(name, "ABC One");
	return 0;
}

static int begin(void **state)
{
	(void)state;
	char why[DEVICE_WHY_MAX];
	list_init(&settings.inputs);
	for (size_t i = 0; i < COUNT(sections); i++)
		list_push_back(&settings.inputs, &sections[i].link);
	assert_int_equal(
		device_config_set(&sections[0].config, "natural-scroll", "on", why), 0);
	session = (struct session){.settings = &settings};
	session.devices = devices_create(&session);
	configured = 0;
	devices_attach(session.devices, input);
	assert_int_equal(configured, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	devices_attach(session.devices, NULL);
	devices_destroy(session.devices);
	device_rules_finish(&rules);
	return 0;
}

/* The answer with its head; freed by the caller. */
static char *ask(bool json, const char *words)
{
	struct control_request request = {.json = json};
	struct reply *reply = reply_create(json);
	size_t size;
	snprintf(request.text, sizeof request.text, "input %s", words);
	for (char *word = strtok(request.text, " "); word; word = strtok(NULL, " "))
		request.words[request.n_words++] = word;
	control_input_answer(&session, &request, reply);
	char *message = reply_message(reply, &size);
	message = realloc(message, size + 1);
	message[size] = '\0';
	reply_destroy(reply);
	return message;
}

static void expect(char *message, const char *status, const char *what)
{
	char head[64];
	snprintf(head, sizeof head, "osaas 1 %s ", status);
	if (strncmp(message, head, strlen(head)) != 0 || !strstr(message, what))
		fail_msg("'%s', not %s '%s'", message, status, what);
	free(message);
}

static void test_list(void **state)
{
	(void)state;
	expect(ask(true, ""), "ok",
		"{\"devices\":[{\"device\":\"Pad\",\"type\":\"touchpad\","
		"\"id\":\"1234:00ab\",\"output\":null,"
		"\"options\":\"natural-scroll=on tap=off\"},"
		"{\"device\":\"Mouse\",\"type\":\"keyboard mouse\"");
	expect(ask(true, ""), "ok",
		"{\"device\":\"Screen\",\"type\":\"touch\",\"id\":\"1234:00ab\","
		"\"output\":\"DP-1\"");
	expect(ask(true, "Pad"), "ok",
		"\"options\":[{\"device\":\"Pad\",\"key\":\"natural-scroll\","
		"\"value\":\"on\",\"default\":\"off\",\"by\":\"the configuration\","
		"\"refused\":null},{\"device\":\"Pad\",\"key\":\"tap\","
		"\"value\":\"off\",\"default\":\"off\",\"by\":null,");
	expect(ask(false, "type:mouse"), "ok", "Mouse");
	expect(ask(false, "type:tablet"), "ok", "device");
}

static const struct {
	const char *words, *status, *says;
} wrong[] = {
	{"Pat", "failed", "there is no device 'Pat': 'osaas ctl input' lists them"},
	{"type:pat", "usage",
		"'type:pat' is no device: write its name, or type: and one of keyboard"},
	{"touchpad tap=on", "usage",
		"'touchpad' is no device: write its name, or type: and one of keyboard"},
	{"Pad on", "usage", "'on' says nothing: write KEY=VALUE, or reset"},
	{"Pad tab=on", "usage", "a device has no 'tab'; do you mean 'tap'?"},
	{"Pad tap=maybe", "usage", "'maybe' is no tap: write on or off"},
	{"Pad tap=", "usage", "'tap' has no value"},
	{"Pad output=DP-7", "failed", "there is no display 'DP-7'"},
	{"Pad reset", "failed", "nothing was said of Pad by 'osaas ctl input'"},
	{"Pad left-handed=on", "failed", "Pad has no 'left-handed'; it is as it was"},
};

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		expect(ask(false, wrong[i].words), wrong[i].status, wrong[i].says);
	expect(ask(true, "Pad"), "ok", "\"by\":\"the configuration\"");
	devices_attach(session.devices, NULL);
	expect(ask(false, "Pad"), "failed", "this session has no input devices");
	expect(ask(false, ""), "ok", "");
}

/* What is said now counts before the file, whatever is more exact; until it is forgotten. */
static void test_change(void **state)
{
	(void)state;
	expect(ask(true, "* natural-scroll=off"), "ok",
		"\"key\":\"natural-scroll\",\"value\":\"off\",\"default\":\"off\","
		"\"by\":\"osaas ctl input\"");
	expect(ask(true, "Pad tap=on natural-scroll=yes"), "ok",
		"\"options\":\"natural-scroll=on tap=on\"");
	expect(ask(true, "Mouse"), "ok", "natural-scroll=off");
	/* More of it keeps what was said; what is refused takes nothing away. */
	expect(ask(true, "Pad tap=off"), "ok",
		"\"options\":\"natural-scroll=on tap=off\"");
	expect(ask(true, "Pad tap=on left-handed=on"), "failed", "has no 'left-handed'");
	expect(ask(true, "Pad"), "ok", "\"options\":\"natural-scroll=on tap=off\"");
	expect(ask(true, "Pad reset"), "ok",
		"\"options\":\"natural-scroll=off tap=off\"");
	expect(ask(true, "* reset"), "ok", "\"options\":\"natural-scroll=on tap=off\"");
	/* Each of a type takes what it can. */
	expect(ask(true, "type:pointer left-handed=on"), "ok",
		"\"options\":\"natural-scroll=off left-handed=on\"");
}

static void test_output(void **state)
{
	(void)state;
	expect(ask(true, "Pad output=DP-1"), "ok", "\"output\":\"DP-1\"");
	expect(ask(true, "Pad reset"), "ok", "\"output\":null");
}

static void test_too_much(void **state)
{
	(void)state;
	struct device_config config = {0};
	char name[32];
	for (int i = 0; i < 256; i++) {
		snprintf(name, sizeof name, "device %d", i);
		assert_int_equal(devices_say(session.devices, name, &config, ""), 0);
	}
	assert_int_equal(devices_say(session.devices, "one more", &config, ""), -ENOSPC);
	expect(ask(false, "Pad tap=on"), "failed", "too much was said so");
	assert_int_equal(devices_say(session.devices, "device 3", NULL, ""), 0);
	expect(ask(false, "Pad tap=on"), "ok", "tap=on");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_list, begin, end),
		cmocka_unit_test_setup_teardown(test_wrong, begin, end),
		cmocka_unit_test_setup_teardown(test_change, begin, end),
		cmocka_unit_test_setup_teardown(test_output, begin, end),
		cmocka_unit_test_setup_teardown(test_too_much, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
