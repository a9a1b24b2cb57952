#include "method_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xkbcommon/xkbcommon.h>

#include "plugins/include/osaas_method.h"
#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "session/input_handlers.h"
#include "session/keys.h"
#include "session/routing.h"
#include "session/service_method.h"
#include "session/settings.h"
#include "session/texting.h"
#include "util/clock.h"

struct method_rig method_rig;

static const struct backend_ops backend;

/* What is heard. */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	size_t n = strlen(method_rig.heard);
	va_list args;
	if (method_rig.other)
		n += (size_t)snprintf(&method_rig.heard[n], sizeof method_rig.heard - n,
			n ? " |" : "|");
	method_rig.other = false;
	if (n > 0)
		n += (size_t)snprintf(
			&method_rig.heard[n], sizeof method_rig.heard - n, " ");
	va_start(args, format);
	vsnprintf(&method_rig.heard[n], sizeof method_rig.heard - n, format, args);
	va_end(args);
}

static void say_field(int i, const struct message *msg)
{
	static const char *const kinds[] = {"none", "keys", "editor"};
	static const char *const hints[] = {
		"any", "text", "numeric", "email", "url", "telephone", "password"};
	struct osaas_method_field f;
	memcpy(&f, msg->bytes, sizeof f);
	if (method_rig.field[i] != f.field)
		method_rig.last_field[i] = method_rig.field[i];
	method_rig.field[i] = f.field;
	say("F(%s %s %u %u)", kinds[f.kind], hints[f.hint], f.keyboard, f.chosen);
}

static void say_text(const struct message *msg)
{
	struct osaas_method_text t;
	char compose[32] = "-";
	memcpy(&t, msg->bytes, sizeof t);
	snprintf(method_rig.caret, sizeof method_rig.caret, "%d,%d %u %u", t.x, t.y,
		t.ascent, t.descent);
	if (t.compose_start != UINT32_MAX)
		snprintf(
			compose, sizeof compose, "%u-%u", t.compose_start, t.compose_end);
	say("T(%u-%u\"%.*s\" %u-%u %s)", t.start, t.end, (int)msg->len,
		msg->buffer ? (const char *)buffer_data(msg->buffer) : "", t.select_start,
		t.select_end, compose);
}

static void say_pressed(int i, const struct message *msg)
{
	struct osaas_method_pressed p;
	char name[64];
	memcpy(&p, msg->bytes, sizeof p);
	xkb_keysym_get_name(p.keysym, name, sizeof name);
	if (p.pressed)
		method_rig.serial[i] = p.serial;
	say("%s(%s%s%.8s)", p.pressed ? p.repeat ? "P*" : "P" : "R", name,
		p.text[0] ? "'" : "", p.text);
}

static void say_message(int i, const struct message *msg)
{
	struct osaas_method_keymap m;
	int64_t result;
	memcpy(&result, msg->bytes, sizeof result);
	memcpy(&m, msg->bytes, sizeof m);
	switch (msg->type) {
	case OSAAS_METHOD_FIELD:
		say_field(i, msg);
		break;
	case OSAAS_METHOD_TEXT:
		say_text(msg);
		break;
	case OSAAS_METHOD_KEYMAP:
		say("M(%u/%u %u)", m.layout, m.layouts, m.caps);
		break;
	case OSAAS_METHOD_PRESSED:
		say_pressed(i, msg);
		break;
	default:
		assert_true(msg->type & OSAAS_ANSWER);
		if (result)
			say("=%d", (int)result);
	}
}

static void collect(void)
{
	struct message msg;
	for (int i = 0; i < METHODS && method_rig.ends[i]; i++) {
		method_rig.other = i > 0;
		while (endpoint_try_recv(method_rig.ends[i], &msg) == 0) {
			say_message(i, &msg);
			message_drop(&msg);
		}
	}
	method_rig.other = false;
}

void method_turn(void)
{
	struct session *session = &method_rig.rig.session;
	for (int i = 0; i < 3; i++) {
		texting_turn(session);
		service_turn(session);
		collect();
	}
}

/* What is done. */

void method_send(int i, uint32_t type, const void *payload, size_t size, const char *text)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	if (text && text[0]) {
		msg.len = strlen(text);
		msg.buffer = buffer_create(msg.len);
		memcpy(buffer_data(msg.buffer), text, msg.len);
	}
	assert_int_equal(endpoint_try_send(method_rig.ends[i], &msg), 0);
}

static void send_word(int i, uint32_t type, const char *rest)
{
	uint32_t word = (uint32_t)atoi(rest);
	method_send(i, type, &word, sizeof word, NULL);
}

static void compose(int i, const char *rest)
{
	struct osaas_method_compose c = {.field = method_rig.field[i]};
	int n = 0;
	assert_int_equal(sscanf(rest, "%u %u %n", &c.select_start, &c.select_end, &n), 2);
	method_send(i, OSAAS_METHOD_COMPOSE, &c, sizeof c, rest + n);
}

static void erase(int i, const char *rest)
{
	struct osaas_method_delete d = {.field = method_rig.field[i]};
	assert_int_equal(sscanf(rest, "%u %u", &d.before, &d.after), 2);
	method_send(i, OSAAS_METHOD_DELETE, &d, sizeof d, NULL);
}

static void type(int i, const char *rest)
{
	struct osaas_method_key k = {.field = method_rig.field[i]};
	assert_true(
		sscanf(rest, "%u %u %u %u", &k.code, &k.level, &k.mods, &k.times) >= 1);
	method_send(i, OSAAS_METHOD_KEY, &k, sizeof k, NULL);
}

static void pass(int i, const char *rest)
{
	struct {
		uint64_t serial;
		uint32_t pass, zero;
	} p = {method_rig.serial[i], (uint32_t)atoi(rest), 0};
	method_send(i, OSAAS_METHOD_PASS, &p, sizeof p, NULL);
}

/* False: it is none of a method's. */
static bool do_method(int i, const char *word, const char *rest)
{
	if (!strcmp(word, "commit"))
		method_send(i, OSAAS_METHOD_COMMIT, &method_rig.field[i],
			sizeof method_rig.field[i], rest);
	else if (!strcmp(word, "old"))
		method_send(i, OSAAS_METHOD_COMMIT, &method_rig.last_field[i],
			sizeof method_rig.last_field[i], rest);
	else if (!strcmp(word, "compose"))
		compose(i, rest);
	else if (!strcmp(word, "delete"))
		erase(i, rest);
	else if (!strcmp(word, "type"))
		type(i, rest);
	else if (!strcmp(word, "grab."))
		send_word(i, OSAAS_METHOD_GRAB, rest);
	else if (!strcmp(word, "pass"))
		pass(i, rest);
	else if (!strcmp(word, "layout"))
		send_word(i, OSAAS_METHOD_LAYOUT, rest);
	else if (!strcmp(word, "dismiss"))
		send_word(i, OSAAS_METHOD_DISMISS, rest);
	else if (!strcmp(word, "raw"))
		method_send(i, (uint32_t)atoi(rest), "", 0, NULL);
	else
		return false;
	return true;
}

static void add_method(int i)
{
	char why[256];
	assert_int_equal(service_open(&method_rig.rig.session, method_rig.plugins[i],
				 "input.method", "", &method_rig.services[i],
				 &method_rig.ends[i], why, sizeof why),
		0);
}

static void remove_method(int i)
{
	if (!method_rig.ends[i])
		return;
	service_close(method_rig.services[i]);
	endpoint_close(method_rig.ends[i]);
	method_rig.ends[i] = NULL;
}

static void set_methods(int n)
{
	for (int i = 0; i < METHODS; i++) {
		if (i < n && !method_rig.ends[i])
			add_method(i);
		else if (i >= n)
			remove_method(i);
	}
}

void method_feed(const char *rest, bool pressed)
{
	method_rig.rig.time_ns++;
	input_feed_key(
		method_rig.input, (uint32_t)atoi(rest), pressed, method_rig.rig.time_ns);
}

static void say_aside(void *data, const struct service_method_info *info)
{
	(void)data;
	if (info->silent)
		say("aside");
}

static bool do_session(const char *word, const char *rest)
{
	struct session *session = &method_rig.rig.session;
	if (!strcmp(word, "methods"))
		set_methods(atoi(rest));
	else if (!strcmp(word, "down."))
		method_feed(rest, true);
	else if (!strcmp(word, "up."))
		method_feed(rest, false);
	else if (!strcmp(word, "tap"))
		method_feed(rest, true), method_feed(rest, false);
	else if (!strcmp(word, "wait"))
		clock_frozen_ns += (uint64_t)atoi(rest) * NS_PER_MS;
	else if (!strcmp(word, "next-method"))
		keys_next_method(session->keys);
	else if (!strcmp(word, "aside"))
		service_method_each(session, say_aside, NULL);
	else if (!strcmp(word, "caret"))
		say("%s", method_rig.caret);
	else if (!strcmp(word, "tablet"))
		session->tablet_mode = atoi(rest);
	else if (!strcmp(word, "choose"))
		snprintf(session->keys->config.text[KEYBOARD_METHOD], KEYBOARD_TEXT_MAX,
			"%s", rest);
	else
		return false;
	return true;
}

void method_step(const struct method_step *step)
{
	char word[16];
	int n = 0, who = 0;
	const char *rest = step->what;
	method_rig.heard[0] = method_rig.rig.trace[0] = '\0';
	if (!strncmp(rest, "other ", 6)) {
		who = 1;
		rest += 6;
	}
	bool unread = !strncmp(rest, "unread ", 7);
	if (unread)
		rest += 7;
	assert_int_equal(sscanf(rest, "%15s %n", word, &n), 1);
	rest += n;
	if (do_method(who, word, rest) || do_session(word, rest)) {
		method_turn();
		if (unread)
			return;
	} else {
		const struct rig_step of_rig = {step->what, "", step->frame};
		rig_do(&method_rig.rig, &of_rig);
		method_turn();
	}
	routing_turn(&method_rig.rig.session);
	rig_collect(&method_rig.rig);
}

void method_begin(const char *layout)
{
	struct session *session = &method_rig.rig.session;
	struct plugin_error plugin_error;
	memset(&method_rig, 0, sizeof method_rig);
	clock_frozen_ns = NS_PER_S;
	rig_init(&method_rig.rig);
	method_rig.rig.texts = true;
	list_init(&session->dirty_services);
	list_init(&session->timed_services);
	list_init(&session->full_services);
	list_init(&session->hosted);
	method_rig.options = (struct session_options){
		.settings = session->settings, .layout = layout ? layout : "us"};
	session->options = &method_rig.options;
	session->backend_ops = &backend;
	session->keys = keys_create(session);
	assert_int_equal(
		keys_open(session, NULL, NULL, &bare_input_listener, &method_rig.input),
		0);
	assert_int_equal(plugin_load(HELLO, &method_rig.plugins[0], &plugin_error), 0);
	assert_int_equal(plugin_load(HOG, &method_rig.plugins[1], &plugin_error), 0);
	set_methods(1);
	method_turn();
	rig_collect(&method_rig.rig);
	assert_non_null(strstr(method_rig.heard, " 0) F(keys any 0 0)"));
}

void method_end(void)
{
	set_methods(0);
	plugin_destroy(method_rig.plugins[0]);
	plugin_destroy(method_rig.plugins[1]);
	keys_destroy(method_rig.rig.session.keys);
	method_rig.rig.session.keys = NULL;
	input_destroy(method_rig.input);
	rig_finish(&method_rig.rig);
	clock_frozen_ns = 0;
}

void method_test(void **state)
{
	const struct method_case *c = *state;
	method_begin(c->layout);
	for (size_t i = 0; i < STEPS && c->steps[i].what; i++) {
		const struct method_step *s = &c->steps[i];
		method_step(s);
		if (strcmp(method_rig.rig.trace, s->window) != 0)
			fail_msg("step %zu, %s: the window got \"%s\", not \"%s\"", i + 1,
				s->what, method_rig.rig.trace, s->window);
		if (strcmp(method_rig.heard, s->method ? s->method : "") != 0)
			fail_msg("step %zu, %s: the method got \"%s\", not \"%s\"", i + 1,
				s->what, method_rig.heard, s->method ? s->method : "");
	}
	method_end();
}
