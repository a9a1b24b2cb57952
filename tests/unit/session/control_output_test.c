/* 'osaas ctl output' of a card: what is asked of it, and what happens when it refuses. */
#include "session/control_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kms/kms.h"
#include "session/control_reply.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"

static const struct kms_mode modes[] = {
	{.width = 1920, .height = 1080, .refresh_mhz = 59940, .preferred = true},
	{.width = 640, .height = 480, .refresh_mhz = 60000},
};
static const struct kms_identity identity = {
	.make = "ABC", .model = "One", .serial = "77", .mm_width = 600, .mm_height = 340};

static struct session session;
static struct settings *settings;
static struct session_options options;
static struct screen screen;
static int scans;
static bool refuses;             /* modes of 4000 pixels */
static struct kms_config config; /* that the card was asked for last */

static void scan(struct session *s)
{
	scans++;
	outputs_scan_begin(s->outputs);
	config = (struct kms_config){0};
	outputs_configure(s->outputs, "DP-1", &identity, &config);
	assert_false(outputs_scan_end(s->outputs));
}

static const char *refusal(struct session *s, const char *connector)
{
	(void)s;
	bool no = refuses && strcmp(connector, "DP-1") == 0 && config.width == 4000;
	return no ? "it has no mode 4000x300" : NULL;
}

static void connectors(struct session *s,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	struct kms_connector_info one = {.name = "DP-1",
		.connected = true,
		.identity = &identity,
		.modes = modes,
		.n_modes = 2};
	struct kms_connector_info two = {.name = "DP-2"};
	(void)s;
	tell(data, &one);
	tell(data, &two);
}

static const struct backend_ops backend = {
	.reconfigure = scan, .refusal = refusal, .connectors = connectors};
static const struct screen_ops screen_ops;

static int begin(void **state)
{
	(void)state;
	settings = settings_create();
	options = (struct session_options){.settings = settings};
	session = (struct session){.options = &options,
		.settings = settings,
		.scale = 1,
		.backend_ops = &backend};
	list_init(&session.screens);
	list_init(&session.windows);
	session.outputs = outputs_create(&session);
	scan(&session);
	screen_init(&screen, &session, &screen_ops, "DP-1", 1920, 1080, 16683350);
	screen.identity = &identity;
	session_add_screen(&session, &screen);
	scans = 0;
	refuses = true;
	return 0;
}

static int end(void **state)
{
	(void)state;
	session_remove_screen(&session, &screen);
	outputs_destroy(session.outputs);
	settings_destroy(settings);
	return 0;
}

/* The answer with its head; freed by the caller. */
static char *ask(bool json, const char *a, const char *b, const char *c)
{
	struct control_request request = {
		.json = json, .n_words = 1, .words = {"output", a, b, c}};
	struct reply *reply = reply_create(json);
	size_t size;
	while (request.n_words < 4 && request.words[request.n_words])
		request.n_words++;
	control_output_answer(&session, &request, reply);
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

static void test_refused(void **state)
{
	(void)state;
	expect(ask(false, "DP-1", "mode=4000x300", "scale=2"), "failed",
		"ABC One 77: it has no mode 4000x300; it is as it was");
	/* Tried, and taken back on the card, too. */
	assert_int_equal(scans, 2);
	assert_int_equal(config.want, KMS_MODE_PREFERRED);
	assert_null(outputs_kept(session.outputs, "ABC One 77"));
	assert_true(screen.scale == 1);
	/* What was kept before stays. */
	struct output_config kept = output_config_default();
	char why[OUTPUT_WHY_MAX];
	assert_int_equal(output_config_word(&kept, "mode=640x480", why), 0);
	outputs_keep(session.outputs, "ABC One 77", &kept);
	expect(ask(false, "ABC One", "mode=4000x300", NULL), "failed", "no mode");
	assert_int_equal(config.width, 640);
	assert_int_equal(outputs_kept(session.outputs, "ABC One 77")->kms.width, 640);
}

static void test_objected(void **state)
{
	(void)state;
	expect(ask(false, "DP-1", "off", NULL), "failed", "the only display that is on");
	expect(ask(false, "DP-1", "vrr=on", NULL), "failed", "no variable refresh");
	expect(ask(false, "DP-1", "mirror=ABC One", "mirror=DP-1"), "failed",
		"cannot mirror itself");
	expect(ask(false, "DP-1", "gamma=2", NULL), "failed",
		"does not change its colours");
	expect(ask(false, "DP-3", "scale=2", NULL), "failed", "there are DP-1, DP-2;");
	expect(ask(false, "DP-1", "scale=2", "off=1"), "usage", "a display has no 'off'");
	assert_int_equal(scans, 0);
	assert_null(outputs_kept(session.outputs, "ABC One 77"));
}

static void test_rows(void **state)
{
	(void)state;
	expect(ask(true, NULL, NULL, NULL), "ok",
		"{\"outputs\":[{\"output\":\"DP-1\",\"make\":\"ABC\",\"model\":\"One\","
		"\"serial\":\"77\",\"connected\":\"yes\",\"state\":\"on\"");
	expect(ask(true, NULL, NULL, NULL), "ok",
		"{\"output\":\"DP-2\",\"make\":null,\"model\":null,\"serial\":null,"
		"\"connected\":\"no\",\"state\":null,\"mode\":null");
	expect(ask(true, "ABC One 77", NULL, NULL), "ok",
		"\"modes\":[{\"mode\":\"1920x1080@59.94\",\"preferred\":\"yes\"},"
		"{\"mode\":\"640x480@60\",\"preferred\":null}]");
	/* 1920 pixels on 600 mm are 81 dots per inch. */
	expect(ask(true, "DP-1", NULL, NULL), "ok",
		"\"size\":{\"width_mm\":600,\"height_mm\":340,\"dpi\":81,"
		"\"fitting_scale\":\"1\"}");
	screen.state = SCREEN_ASLEEP;
	expect(ask(true, NULL, NULL, NULL), "ok", "\"state\":\"asleep\"");
	/* Nobody is connected: what is to be there is shown all the same. */
	expect(ask(true, "DP-2", NULL, NULL), "ok", "\"settings\":[{\"key\":\"state\"");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_objected, begin, end),
		cmocka_unit_test_setup_teardown(test_rows, begin, end),
	};
	setenv("XDG_STATE_HOME", "/nonexistent", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
