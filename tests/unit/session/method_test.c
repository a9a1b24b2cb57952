/*
 * Input methods: what a method is told, what a window hears of what it does, and what becomes
 * of keys that go to a method first; on the session's own windows, layers and channels, and a
 * keyboard without devices. Gio's cases of hints and of the soft keyboard (gioui.org,
 * io/input/key_test.go) by the names that they have there.
 */
#include "session/service_method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon.h>

#include "input/input.h"
#include "plugins/include/osaas_method.h"
#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "routing_rig.h"
#include "session/a11y_private.h"
#include "session/input_handlers.h"
#include "session/keys.h"
#include "session/notice.h"
#include "session/routing.h"
#include "session/service.h"
#include "session/settings.h"
#include "session/texting.h"
#include "tests/unit/session/serving.h"
#include "util/clock.h"
#include "util/log.h"

#define METHODS 2
#define STEPS   32

/*
 * Beside the words of routing_rig.h, those of the method, the first one, or the one after
 * "other " (METHOD commit TEXT ...):
 *	methods N        so many are there
 *	commit TEXT, compose FROM TO TEXT, delete BEFORE AFTER, old TEXT: a commit to the last field
 *	type CODE LEVEL [MODS TIMES], grab 0|1, pass 0|1: of the last that it was asked
 *	layout N, dismiss, raw TYPE
 *	tap CODE, down. CODE, up. CODE: on the keyboard
 *	wait MS, tablet 0|1, choose NAME, next-method, caret: where TEXT said last that it is
 *	unread ...: and the plugin reads nothing of it yet
 * What a method hears: F(KIND HINT KEYBOARD CHOSEN), T(FROM-TO"TEXT" SELECTION
 * COMPOSITION), M(LAYOUT/LAYOUTS CAPS), P(NAME'TEXT), R(NAME), "=" and a result that is not 0;
 * of a second one after "|".
 */
struct step {
	const char *what, *window, *method;
	const char *frame;
};

struct method_case {
	const char *name, *layout;
	struct step steps[STEPS];
};

static struct {
	struct rig rig;
	struct session_options options;
	struct plugin *plugins[METHODS];
	struct input *input;
	struct service *services[METHODS];
	struct endpoint *ends[METHODS];
	uint64_t field[METHODS], last_field[METHODS], serial[METHODS];
	char heard[8192], caret[64];
	bool other; /* what comes next is heard by the second method */
} all;

static const struct backend_ops backend;

/* What is heard. */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	size_t n = strlen(all.heard);
	va_list args;
	if (all.other)
		n += (size_t)snprintf(
			&all.heard[n], sizeof all.heard - n, n ? " |" : "|");
	all.other = false;
	if (n > 0)
		n += (size_t)snprintf(&all.heard[n], sizeof all.heard - n, " ");
	va_start(args, format);
	vsnprintf(&all.heard[n], sizeof all.heard - n, format, args);
	va_end(args);
}

static void say_field(int i, const struct message *msg)
{
	static const char *const kinds[] = {"none", "keys", "editor"};
	static const char *const hints[] = {
		"any", "text", "numeric", "email", "url", "telephone", "password"};
	struct osaas_method_field f;
	memcpy(&f, msg->bytes, sizeof f);
	if (all.field[i] != f.field)
		all.last_field[i] = all.field[i];
	all.field[i] = f.field;
	say("F(%s %s %u %u)", kinds[f.kind], hints[f.hint], f.keyboard, f.chosen);
}

static void say_text(const struct message *msg)
{
	struct osaas_method_text t;
	char compose[32] = "-";
	memcpy(&t, msg->bytes, sizeof t);
	snprintf(all.caret, sizeof all.caret, "%d,%d %u %u", t.x, t.y, t.ascent,
		t.descent);
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
		all.serial[i] = p.serial;
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
	for (int i = 0; i < METHODS && all.ends[i]; i++) {
		all.other = i > 0;
		while (endpoint_try_recv(all.ends[i], &msg) == 0) {
			say_message(i, &msg);
			message_drop(&msg);
		}
	}
	all.other = false;
}

static void turn(void)
{
	struct session *session = &all.rig.session;
	for (int i = 0; i < 3; i++) {
		texting_turn(session);
		service_turn(session);
		collect();
	}
}

/* What is done. */

static void send(int i, uint32_t type, const void *payload, size_t size, const char *text)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	if (text && text[0]) {
		msg.len = strlen(text);
		msg.buffer = buffer_create(msg.len);
		memcpy(buffer_data(msg.buffer), text, msg.len);
	}
	assert_int_equal(endpoint_try_send(all.ends[i], &msg), 0);
}

static void send_word(int i, uint32_t type, const char *rest)
{
	uint32_t word = (uint32_t)atoi(rest);
	send(i, type, &word, sizeof word, NULL);
}

static void compose(int i, const char *rest)
{
	struct osaas_method_compose c = {.field = all.field[i]};
	int n = 0;
	assert_int_equal(sscanf(rest, "%u %u %n", &c.select_start, &c.select_end, &n), 2);
	send(i, OSAAS_METHOD_COMPOSE, &c, sizeof c, rest + n);
}

static void erase(int i, const char *rest)
{
	struct osaas_method_delete d = {.field = all.field[i]};
	assert_int_equal(sscanf(rest, "%u %u", &d.before, &d.after), 2);
	send(i, OSAAS_METHOD_DELETE, &d, sizeof d, NULL);
}

static void type(int i, const char *rest)
{
	struct osaas_method_key k = {.field = all.field[i]};
	assert_true(
		sscanf(rest, "%u %u %u %u", &k.code, &k.level, &k.mods, &k.times) >= 1);
	send(i, OSAAS_METHOD_KEY, &k, sizeof k, NULL);
}

static void pass(int i, const char *rest)
{
	struct {
		uint64_t serial;
		uint32_t pass, zero;
	} p = {all.serial[i], (uint32_t)atoi(rest), 0};
	send(i, OSAAS_METHOD_PASS, &p, sizeof p, NULL);
}

/* False: it is none of a method's. */
static bool do_method(int i, const char *word, const char *rest)
{
	if (!strcmp(word, "commit"))
		send(i, OSAAS_METHOD_COMMIT, &all.field[i], sizeof all.field[i], rest);
	else if (!strcmp(word, "old"))
		send(i, OSAAS_METHOD_COMMIT, &all.last_field[i], sizeof all.last_field[i],
			rest);
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
		send(i, (uint32_t)atoi(rest), "", 0, NULL);
	else
		return false;
	return true;
}

static void add_method(int i)
{
	char why[256];
	assert_int_equal(service_open(&all.rig.session, all.plugins[i], "input.method",
				 "", &all.services[i], &all.ends[i], why, sizeof why),
		0);
}

static void remove_method(int i)
{
	if (!all.ends[i])
		return;
	service_close(all.services[i]);
	endpoint_close(all.ends[i]);
	all.ends[i] = NULL;
}

static void set_methods(int n)
{
	for (int i = 0; i < METHODS; i++) {
		if (i < n && !all.ends[i])
			add_method(i);
		else if (i >= n)
			remove_method(i);
	}
}

static void feed(const char *rest, bool pressed)
{
	all.rig.time_ns++;
	input_feed_key(all.input, (uint32_t)atoi(rest), pressed, all.rig.time_ns);
}

static bool do_session(const char *word, const char *rest)
{
	struct session *session = &all.rig.session;
	if (!strcmp(word, "methods"))
		set_methods(atoi(rest));
	else if (!strcmp(word, "down."))
		feed(rest, true);
	else if (!strcmp(word, "up."))
		feed(rest, false);
	else if (!strcmp(word, "tap"))
		feed(rest, true), feed(rest, false);
	else if (!strcmp(word, "wait"))
		clock_frozen_ns += (uint64_t)atoi(rest) * NS_PER_MS;
	else if (!strcmp(word, "next-method"))
		keys_next_method(session->keys);
	else if (!strcmp(word, "caret"))
		say("%s", all.caret);
	else if (!strcmp(word, "tablet"))
		session->tablet_mode = atoi(rest);
	else if (!strcmp(word, "choose"))
		snprintf(session->keys->config.text[KEYBOARD_METHOD], KEYBOARD_TEXT_MAX,
			"%s", rest);
	else
		return false;
	return true;
}

static void step(const struct step *step)
{
	char word[16];
	int n = 0, who = 0;
	const char *rest = step->what;
	all.heard[0] = all.rig.trace[0] = '\0';
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
		turn();
		if (unread)
			return;
	} else {
		const struct rig_step of_rig = {step->what, "", step->frame};
		rig_do(&all.rig, &of_rig);
		turn();
	}
	routing_turn(&all.rig.session);
	rig_collect(&all.rig);
}

static void begin(const char *layout)
{
	struct session *session = &all.rig.session;
	struct plugin_error plugin_error;
	memset(&all, 0, sizeof all);
	clock_frozen_ns = NS_PER_S;
	rig_init(&all.rig);
	all.rig.texts = true;
	list_init(&session->dirty_services);
	list_init(&session->timed_services);
	list_init(&session->full_services);
	list_init(&session->hosted);
	all.options = (struct session_options){
		.settings = session->settings, .layout = layout ? layout : "us"};
	session->options = &all.options;
	session->backend_ops = &backend;
	session->keys = keys_create(session);
	assert_int_equal(
		keys_open(session, NULL, NULL, &bare_input_listener, &all.input), 0);
	assert_int_equal(plugin_load(HELLO, &all.plugins[0], &plugin_error), 0);
	assert_int_equal(plugin_load(HOG, &all.plugins[1], &plugin_error), 0);
	set_methods(1);
	turn();
	rig_collect(&all.rig);
	assert_non_null(strstr(all.heard, " 0) F(keys any 0 0)"));
}

static void end(void)
{
	set_methods(0);
	plugin_destroy(all.plugins[0]);
	plugin_destroy(all.plugins[1]);
	keys_destroy(all.rig.session.keys);
	all.rig.session.keys = NULL;
	input_destroy(all.input);
	rig_finish(&all.rig);
	clock_frozen_ns = 0;
}

static void test_case(void **state)
{
	const struct method_case *c = *state;
	begin(c->layout);
	for (size_t i = 0; i < STEPS && c->steps[i].what; i++) {
		const struct step *s = &c->steps[i];
		step(s);
		if (strcmp(all.rig.trace, s->window) != 0)
			fail_msg("step %zu, %s: the window got \"%s\", not \"%s\"", i + 1,
				s->what, all.rig.trace, s->window);
		if (strcmp(all.heard, s->method ? s->method : "") != 0)
			fail_msg("step %zu, %s: the method got \"%s\", not \"%s\"", i + 1,
				s->what, all.heard, s->method ? s->method : "");
	}
	end();
}

#define FIELD(tag, more)                                                                 \
	"clip rect 0 0 50 50\narea " tag "\nlisten " tag " focus 0 0 0 0\n" more         \
	"clip pop\n"
#define EDITOR(tag, text, from, to, select)                                              \
	FIELD(tag, "selection " tag " " select " 4 20 12 3\nsnippet " tag " " from       \
		   " " to " \"" text "\"\n")
#define ASKED(to) "snippet:1(0-" to ")"
/* An editor of that text, all of which is in its snippet, has the keys. */
#define BEGIN(text, chars, select, caret, to)                                            \
	{"frame", "", NULL, EDITOR("1", text, "0", chars, select)},                      \
	{                                                                                \
		"focus 1", "+1 " ASKED(to),                                              \
			"F(editor any 0 0) T(0-" chars "\"" text "\" " caret " -)"       \
	}

#define GRABBED(text, chars, select, caret, to)                                          \
	{"frame", "", NULL, EDITOR("1", text, "0", chars, select)},                      \
	{                                                                                \
		"focus 1", "+1 " ASKED(to),                                              \
			"F(editor any 0 1) T(0-" chars "\"" text "\" " caret " -)"       \
	}

static const struct method_case cases[] = {
	{"TestInputHint", NULL,
		{{"frame", "", NULL, FIELD("1", "hint 1 email\n")},
			{"focus 1", "+1", "F(editor email 0 0)"},
			{"frame", "", "F(editor url 0 0)", FIELD("1", "hint 1 url\n")},
			{"focus 0", "-1", "F(keys any 0 0)"}}},
	{"TestKeySoftKeyboardNoFocus", NULL,
		{{"frame", "", NULL, ""}, {"keyboard 1", "", "F(keys any 1 0)"},
			{"keyboard 0", "", "F(keys any 0 0)"}}},
	{"TestKeyMultiples", NULL,
		{{"frame", "", NULL, FIELD("3", "")},
			{"keyboard 1", "", "F(keys any 1 0)"},
			{"focus 3", "+3", "F(keys any 1 0)"},
			{"frame", "", NULL, FIELD("3", "") FIELD("4", "")},
			{"focus 4", "-3 +4", "F(keys any 0 0)"}}},
	{"TestKeyRemoveFocus", NULL,
		{{"frame", "", NULL, FIELD("1", "") FIELD("2", "")},
			{"focus 1", "+1", "F(keys any 0 0)"},
			{"keyboard 1", "", "F(keys any 1 0)"},
			{"key ctrl-Tab", "K:1=Tab"},
			{"frame", "-1", "F(keys any 0 0)", ""},
			{"frame", "", NULL, FIELD("1", "")},
			{"focus 1", "+1", "F(keys any 0 0)"}}},
	{"TestKeyFocusedInvisible", NULL,
		{{"frame", "", NULL, FIELD("1", "")},
			{"focus 1", "+1", "F(keys any 0 0)"},
			{"keyboard 1", "", "F(keys any 1 0)"},
			{"frame", "-1", "F(keys any 0 0)", ""}, {"frame", "", NULL, ""},
			{"frame", "", NULL, FIELD("1", "")}}},

	{"the keyboard is wanted by who touches an editor", NULL,
		{BEGIN("", "0", "0 0", "0-0", "256"),
			{"down 1 9 9", "", "F(editor any 1 0)"}, {"up 1", ""},
			{"dismiss", "", "F(editor any 0 0)"}, {"tablet 1", ""},
			{"down 1 9 9", "", "F(editor any 1 0)"}, {"up 1", ""},
			{"keyboard 0", "", NULL}, {"tablet 0", "", "F(editor any 0 0)"},
			{"down 1 9 9", "", "F(editor any 1 0)"},
			{"keyboard 0", "", "F(editor any 0 0)"}}},
	{"... by tablet mode, for an editor", NULL,
		{{"tablet 1", ""},
			{"frame", "", NULL, FIELD("1", "") FIELD("2", "hint 2 text\n")},
			{"focus 1", "+1", "F(keys any 0 0)"},
			{"focus 2", "-1 +2", "F(editor text 1 0)"}}},
	{"a window keeps its wish while others have the keys", NULL,
		{{"keyboard 1", "", "F(keys any 1 0)"},
			{"window 1", "F- | F+", "F(keys any 0 0)"},
			{"next", "F+ | F-", "F(keys any 1 0)"}}},

	{"commit: in place of the selection", NULL,
		{BEGIN("abcd", "4", "1 3", "1-3", "259"),
			{"commit xyz", "edit:1(1-3) \"xyz\" select:1(4-4)",
				"T(0-5\"axyzd\" 4-4 -)"},
			{"commit !", "edit:1(4-4) \"!\" select:1(5-5)",
				"T(0-6\"axyz!d\" 5-5 -)"},
			{"frame", "", NULL, EDITOR("1", "axyz!d", "0", "6", "5 5")},
			{"commit ö", "edit:1(5-5) \"ö\" select:1(6-6)",
				"T(0-7\"axyz!öd\" 6-6 -)"}}},
	{"... selected backward", NULL,
		{BEGIN("abcd", "4", "3 1", "3-1", "259"),
			{"commit x", "edit:1(1-3) \"x\" select:1(2-2)",
				"T(0-3\"axd\" 2-2 -)"}}},
	{"... and the plugin shows another thing than that", NULL,
		{BEGIN("12", "2", "2 2", "2-2", "258"),
			{"commit x", "edit:1(2-2) \"x\" select:1(3-3)",
				"T(0-3\"12x\" 3-3 -)"},
			{"frame", "", "T(0-2\"12\" 2-2 -)",
				EDITOR("1", "12", "0", "2", "2 2")}}},
	{"a frame that was sent before an edit was heard tells nothing", NULL,
		{BEGIN("ab", "2", "2 2", "2-2", "258"),
			{"unread commit x", "", "T(0-3\"abx\" 3-3 -)"},
			{"frame", "edit:1(2-2) \"x\" select:1(3-3)", NULL,
				EDITOR("1", "ab", "0", "2", "2 2")},
			{"commit y", "edit:1(3-3) \"y\" select:1(4-4)",
				"T(0-4\"abxy\" 4-4 -)"},
			{"frame", "", NULL, EDITOR("1", "abxy", "0", "4", "4 4")}}},
	{"after a key nothing is written until a frame shows what it did", NULL,
		{BEGIN("ab", "2", "2 2", "2-2", "258"), {"key c", "K:1=c"},
			{"commit x", ""}, {"commit y", ""},
			{"frame",
				"edit:1(3-3) \"x\" select:1(4-4) edit:1(4-4) \"y\" "
				"select:1(5-5)",
				"T(0-5\"abcxy\" 5-5 -)",
				EDITOR("1", "abc", "0", "3", "3 3")}}},
	{"... but not for ever", NULL,
		{BEGIN("ab", "2", "2 2", "2-2", "258"), {"key c", "K:1=c"},
			{"commit x", ""}, {"wait 99", ""},
			{"wait 1", "edit:1(2-2) \"x\" select:1(3-3)",
				"T(0-3\"abx\" 3-3 -)"}}},
	{"what the plugin does not read is asked again", NULL,
		{{"frame", "", NULL, FIELD("1", "selection 1 500 500 0 0 0 0\n")},
			{"focus 1", "+1 snippet:1(244-756)",
				"F(editor any 0 0) T(0-0\"\" 500-500 -)"},
			{"frame", "", "T(499-501\"xy\" 500-500 -)",
				EDITOR("1", "xy", "499", "501", "500 500")},
			{"frame", "snippet:1(444-956)", "T(699-701\"xy\" 700-700 -)",
				EDITOR("1", "xy", "699", "701", "700 700")}}},
	{"the caret, in pixels of the screen", NULL,
		{{"frame", "", NULL,
			 "transform push 2 0 10 0 2 0\n" EDITOR(
				 "1", "", "0", "0", "0 0") "transform pop\n"},
			{"focus 1", "+1 " ASKED("256"),
				"F(editor any 0 0) T(0-0\"\" 0-0 -)"},
			{"caret", "", "18,40 24 6"}}},

	{"compose: once, again, and committed", NULL,
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"compose 1 1 n",
				"edit:1(1-1) \"n\" compose:1(1-2) select:1(2-2)",
				"T(0-3\"anb\" 2-2 1-2)"},
			{"compose 1 2 ni",
				"edit:1(1-2) \"ni\" compose:1(1-3) select:1(2-3)",
				"T(0-4\"anib\" 2-3 1-3)"},
			{"frame", "", NULL, EDITOR("1", "anib", "0", "4", "2 3")},
			{"commit に", "edit:1(1-3) \"に\" compose:1(-) select:1(2-2)",
				"T(0-3\"aにb\" 2-2 -)"}}},
	{"... taken back", NULL,
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"compose 1 1 n",
				"edit:1(1-1) \"n\" compose:1(1-2) select:1(2-2)",
				"T(0-3\"anb\" 2-2 1-2)"},
			{"compose 0 0", "edit:1(1-2) \"\" compose:1(-) select:1(1-1)",
				"T(0-2\"ab\" 1-1 -)"},
			{"compose 0 0", ""}}},
	{"... the keys go elsewhere: it is text", NULL,
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"compose 1 1 n",
				"edit:1(1-1) \"n\" compose:1(1-2) select:1(2-2)",
				"T(0-3\"anb\" 2-2 1-2)"},
			{"focus 0", "compose:1(-) -1", "F(keys any 0 0)"},
			{"old x", "", "=-2"}}},
	{"... the plugin shows something else: it is over", NULL,
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"compose 1 1 n",
				"edit:1(1-1) \"n\" compose:1(1-2) select:1(2-2)",
				"T(0-3\"anb\" 2-2 1-2)"},
			{"frame", "", "T(0-0\"\" 0-0 -)",
				EDITOR("1", "", "0", "0", "0 0")},
			{"compose 1 1 x",
				"edit:1(0-0) \"x\" compose:1(0-1) select:1(1-1)",
				"T(0-1\"x\" 1-1 0-1)"}}},
	{"... of another method: his is text, and not replaced", NULL,
		{BEGIN("ab", "2", "2 2", "2-2", "258"),
			{"methods 2", "",
				"| M(0/1 0) F(editor any 0 0) T(0-2\"ab\" 2-2 -)"},
			{"compose 1 1 n",
				"edit:1(2-2) \"n\" compose:1(2-3) select:1(3-3)",
				"T(0-3\"abn\" 3-3 2-3) | T(0-3\"abn\" 3-3 2-3)"},
			{"other commit !", "compose:1(-) edit:1(3-3) \"!\" select:1(4-4)",
				"T(0-4\"abn!\" 4-4 -) | T(0-4\"abn!\" 4-4 -)"}}},
	{"... and it ends: it is text", NULL,
		{BEGIN("ab", "2", "2 2", "2-2", "258"),
			{"compose 1 1 n",
				"edit:1(2-2) \"n\" compose:1(2-3) select:1(3-3)",
				"T(0-3\"abn\" 3-3 2-3)"},
			{"methods 0", "compose:1(-)"}}},
	{"delete: around the selection, and it", NULL,
		{BEGIN("abcdef", "6", "2 3", "2-3", "259"),
			{"delete 1 2", "edit:1(1-5) \"\" select:1(1-1)",
				"T(0-2\"af\" 1-1 -)"},
			{"delete 9 0", "edit:1(0-1) \"\" select:1(0-0)",
				"T(0-1\"f\" 0-0 -)"},
			{"delete 0 4294967295", "edit:1(0-4294967294) \"\" select:1(0-0)",
				"T(0-0\"\" 0-0 -)"}}},
	{"a password: nothing is told, text is written", NULL,
		{{"frame", "", NULL,
			 EDITOR("1", "geheim", "0", "6", "6 6") "hint 1 password\n"},
			{"grab. 1", "", "F(keys any 0 1)"},
			{"focus 1", "+1", "F(editor password 0 1)"},
			{"commit x", "edit:1(6-6) \"x\" select:1(7-7)"},
			{"compose 1 1 x", "", "=-38"}, {"tap 30", "K:1=a'a k:1=a"},
			{"down 1 9 9", "", "F(editor password 1 1)"}}},

	{"fields that are no editors hear keys with text", NULL,
		{{"commit a", "K:0=a'a k:0=a"}, {"commit ß", "K:0=ssharp'ß k:0=ssharp"},
			{"commit hello", "K:0='hello k:0="},
			{"commit grüße, 世界", "K:0='grüße K*:0=', 世 K*:0='界 k:0="},
			{"commit a\nb\t\x01",
				"K:0=a'a k:0=a K:0=Return k:0=Return K:0=b'b k:0=b "
				"K:0=Tab k:0=Tab"},
			{"commit \xff", "", "=-22"}, {"commit", ""},
			{"compose 1 1 n", "", "=-38"}, {"delete 1 1", "", "=-38"}}},
	{"nor do those that do not tell where they are", NULL,
		{{"frame", "", NULL, FIELD("1", "class editor\n")},
			{"focus 1", "+1", "F(editor any 0 0)"},
			{"commit é", "K:1=eacute'é k:1=eacute"},
			{"compose 1 1 n", "", "=-38"}}},
	{"filters hear them first", NULL,
		{{"frame", "", NULL, FIELD("1", "") "keys 2 none none 97\n"},
			{"focus 1", "+1", "F(keys any 0 0)"},
			{"commit a", "K:2=a'a k:2=a"}, {"commit b", "K:1=b'b k:1=b"}}},

	{"type: levels", NULL,
		{{"type 30", "K:0=a'a k:0=a"}, {"type 30 1", "K:0=A'A k:0=A"},
			{"type 2 1", "K:0=exclam'! k:0=exclam"},
			{"type 30 0 1", "K:0=a k:0=a"},
			{"type 14 0 0 3", "K:0=BackSpace K*:0=BackSpace K*:0=BackSpace "
					  "k:0=BackSpace"},
			{"type 30 0 0 65", "", "=-22"}, {"type 30 4", "", "=-22"},
			{"type 0", "", "=-22"}, {"type 767", "", "=-22"},
			{"type 99999", "", "=-22"}}},
	{"type: AltGr, and dead keys", "de",
		{{"type 16 2", "K:0=at'@ k:0=at"},
			{"type 3 3", "K:0=oneeighth'⅛ k:0=oneeighth"},
			{"type 13", "K:0=dead_acute k:0=dead_acute"},
			{"type 18", "K:0=eacute'é k:0=e"},
			{"type 13", "K:0=dead_acute k:0=dead_acute"}, {"type 14", ""},
			{"type 18", "K:0=e'e k:0=e"}}},
	{"type: Tab moves the focus", NULL,
		{{"frame", "", NULL, FIELD("1", "") FIELD("2", "")},
			{"type 15", "+1", "F(keys any 0 0)"},
			{"type 15", "-1 +2", "F(keys any 0 0)"},
			{"type 15 1", "-2 +1", "F(keys any 0 0)"}}},
	{"type: what is held on a keyboard does not count", NULL,
		{{"down. 42", "K:0=Shift_L"}, {"type 30", "K:0=a'a k:0=a"},
			{"up. 42", "k:0=Shift_L"}}},
	{"type: no shortcut hears it", NULL, {{"type 57 0 16", "K:0=space k:0=space"}}},
	{"keymaps", "us,de(nodeadkeys)",
		{{"layout 1", "", "M(1/2 0)"}, {"type 21", "K:0=z'z k:0=z"},
			{"tap 58", "K:0=Caps_Lock k:0=Caps_Lock", "M(1/2 1)"},
			{"type 21", "K:0=z'z k:0=z"}, {"layout 2", "", "=-22"},
			{"layout 0", "", "M(0/2 1)"}, {"layout 0", ""}}},

	{"a dead key is seen where it will be", "de",
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"tap 13",
				"edit:1(1-1) \"´\" compose:1(1-2) select:1(2-2) "
				"K:1=dead_acute k:1=dead_acute",
				"T(0-3\"a´b\" 2-2 1-2)"},
			{"frame", "", NULL, EDITOR("1", "a´b", "0", "3", "2 2")},
			{"tap 18",
				"edit:1(1-2) \"\" compose:1(-) select:1(1-1) "
				"K:1=eacute'é "
				"k:1=e",
				"T(0-2\"ab\" 1-1 -)"}}},
	{"... taken back", "de",
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"tap 13",
				"edit:1(1-1) \"´\" compose:1(1-2) select:1(2-2) "
				"K:1=dead_acute k:1=dead_acute",
				"T(0-3\"a´b\" 2-2 1-2)"},
			/* Nothing was shown yet: the caret is where the plugin has it. */
			{"tap 1", "edit:1(1-2) \"\" compose:1(-)",
				"T(0-2\"ab\" 1-1 -)"}}},
	{"... the keys go elsewhere", "de",
		{BEGIN("ab", "2", "1 1", "1-1", "257"),
			{"tap 13",
				"edit:1(1-1) \"´\" compose:1(1-2) select:1(2-2) "
				"K:1=dead_acute k:1=dead_acute",
				"T(0-3\"a´b\" 2-2 1-2)"},
			{"focus 0", "edit:1(1-2) \"\" compose:1(-) -1",
				"F(keys any 0 0)"},
			{"tap 18", "K:0=e'e k:0=e"}}},
	{"... seen as soon as it is known where", "de",
		{BEGIN("ab", "2", "2 2", "2-2", "258"), {"tap 46", "K:1=c'c k:1=c"},
			{"tap 13", "K:1=dead_acute k:1=dead_acute"},
			{"frame", "edit:1(3-3) \"´\" compose:1(3-4) select:1(4-4)",
				"T(0-4\"abc´\" 4-4 3-4)",
				EDITOR("1", "abc", "0", "3", "3 3")}}},
	{"... in a password it is not", "de",
		{{"frame", "", NULL,
			 EDITOR("1", "ab", "0", "2", "2 2") "hint 1 password\n"},
			{"focus 1", "+1", "F(editor password 0 0)"},
			{"tap 13", "K:1=dead_acute k:1=dead_acute"},
			{"tap 18", "K:1=eacute'é k:1=e"}}},

	{"keys come to a method that grabs, one after the other", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"}, {"tap 30", "K:0=a'a k:0=a"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"tap 30", "", "P(a'a)"},
			{"tap 31", ""}, {"tap 32", ""}, {"pass 0", "", "R(a) P(s's)"},
			{"pass 1", "K:1=s's k:1=s", "R(s) P(d'd)"},
			{"pass 1", "K:1=d'd k:1=d", "R(d)"}, {"pass 1", "", "=-2"},
			{"grab. 0", "", NULL}, {"tap 30", "K:1=a'a k:1=a"}}},
	{"a release follows its press", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"),
			{"down. 30", "", "P(a'a)"}, {"pass 0", ""},
			{"down. 31", "", "P(s's)"}, {"pass 1", "K:1=s's"},
			{"grab. 0", ""}, {"up. 30", "", "R(a)"}, {"up. 31", "k:1=s"}}},
	{"without an answer they go on, and it is not asked again", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"tap 30", "", "P(a'a)"},
			{"tap 31", ""}, {"wait 249", ""},
			{"wait 1", "K:1=a'a k:1=a K:1=s's k:1=s"},
			{"tap 32", "K:1=d'd k:1=d"}, {"pass 0", "", "=-2"},
			{"grab. 1", ""}, {"tap 32", "", "P(d'd)"}}},
	{"the keys go elsewhere: what waits is for where it was typed", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"tap 30", "", "P(a'a)"},
			{"tap 31", ""},
			{"focus 0", "K:1=a'a k:1=a K:1=s's k:1=s -1",
				"R(a) R(s) F(keys any 0 1)"},
			{"pass 0", "", "=-2"}}},
	{"a Tab that passes moves the focus, and what waits behind it goes there", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			{"frame", "", NULL,
				EDITOR("1", "", "0", "0", "0 0")
					FIELD("2", "hint 2 password\n")},
			{"focus 1", "+1 " ASKED("256"),
				"F(editor any 0 1) T(0-0\"\" 0-0 -)"},
			{"tap 15", "", "P(Tab)"}, {"tap 30", ""},
			{"pass 1", "-1 +2 K:2=a'a k:2=a", "F(editor password 0 1)"}}},
	{"... also when the focus was about to go elsewhere", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			{"frame", "", NULL,
				EDITOR("1", "", "0", "0", "0 0") FIELD("2", "")
					FIELD("3", "")},
			{"focus 1", "+1 " ASKED("256"),
				"F(editor any 0 1) T(0-0\"\" 0-0 -)"},
			{"tap 15", "", "P(Tab)"},
			{"focus 3", "-1 +2 -2 +3", "F(keys any 0 1)"}}},
	{"repeats are asked for, too", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"key a", "", "P(a)"},
			{"pass 0", ""}, {"repeat a", "", "P*(a)"}, {"pass 1", "K*:1=a"},
			{"keyup a", "", "R(a)"}}},
	{"what one method types another one hears, not itself", NULL,
		{{"methods 2", "", "| M(0/1 0) F(keys any 0 0)"},
			{"other grab. 1", "", "| F(keys any 0 1)"},
			{"frame", "", NULL, EDITOR("1", "", "0", "0", "0 0")},
			{"focus 1", "+1 " ASKED("256"),
				"F(editor any 0 0) T(0-0\"\" 0-0 -) | F(editor any 0 1) "
				"T(0-0\"\" 0-0 -)"},
			{"type 30", "", "| P(a'a)"}, {"other pass 0", "", "| R(a)"},
			{"other type 30", "K:1=a'a k:1=a", NULL}}},
	{"a method ends: what waits goes on", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"tap 30", "", "P(a'a)"},
			{"methods 0", "K:1=a'a k:1=a"}}},
	{"one of several is chosen", NULL,
		{{"methods 2", "", "| M(0/1 0) F(keys any 0 0)"},
			{"grab. 1", "", "F(keys any 0 1)"}, {"other grab. 1", ""},
			{"choose off", "", "F(keys any 0 0)"}, {"choose nobody", ""},
			{"choose org.osaas.hello", "", "F(keys any 0 1)"}}},
	{"the next one, and none", NULL,
		{{"methods 2", "", "| M(0/1 0) F(keys any 0 0)"}, {"next-method", ""},
			{"grab. 1", "", NULL}, {"next-method", "", "F(keys any 0 1)"},
			{"other grab. 1", ""},
			{"next-method", "", "F(keys any 0 0) | F(keys any 0 1)"},
			{"next-method", "", "| F(keys any 0 0)"},
			{"next-method", "", "F(keys any 0 1)"}}},
	{"another is chosen: what waits goes on", NULL,
		{{"grab. 1", "", "F(keys any 0 1)"},
			GRABBED("ab", "2", "2 2", "2-2", "258"), {"tap 30", "", "P(a'a)"},
			{"choose off", "K:1=a'a k:1=a", "F(editor any 0 0)"},
			{"pass 0", "", "=-2"}, {"tap 30", "K:1=a'a k:1=a"}}},
	{"what is no request", NULL,
		{{"raw 0", "", "=-38"}, {"raw 9", "", "=-38"}, {"raw 16", "", "=-38"},
			{"raw 4000000", "", "=-38"}, {"raw 1", "", "=-2"},
			{"raw 2", "", "=-2"}, {"raw 3", "", "=-2"}, {"raw 4", "", "=-2"},
			{"raw 6", "", "=-2"}}},
};

/* A method that types faster than the window reads is told so; what the user does is not lost. */
static void test_flood(void **state)
{
	const struct osaas_method_key key = {.code = KEY_A, .times = 64};
	struct osaas_method_key k = key;
	(void)state;
	begin(NULL);
	k.field = all.field[0];
	all.heard[0] = '\0';
	for (int i = 0; i < 100; i++) {
		send(0, OSAAS_METHOD_KEY, &k, sizeof k, NULL);
		turn();
		clock_frozen_ns += 100 * NS_PER_MS;
		turn();
	}
	assert_non_null(strstr(all.heard, "=-16 =-16"));
	assert_true(all.rig.windows[0]->backlog.n < BACKLOG_MAX);
	assert_false(all.rig.windows[0]->lost);
	feed("30", true);
	all.rig.trace[0] = '\0';
	rig_collect(&all.rig);
	assert_null(strstr(all.rig.trace, "LOST"));
	end();
}

/* A method that does not receive is not served, and is told all when it does. */
static void test_deaf(void **state)
{
	(void)state;
	begin(NULL);
	for (int i = 0; i < 200; i++) {
		session_focus_next(&all.rig.session, 1);
		all.rig.session.texting.left = true;
		texting_turn(&all.rig.session);
	}
	all.heard[0] = '\0';
	turn();
	turn();
	uint64_t told = all.field[0];
	assert_int_equal(told, all.rig.session.texting.serial);
	end();
}

/* In place of libdbus's: a screen reader that is asked of keys, and does not answer. */
DBusMessage *dbus_message_new_method_call(
	const char *to, const char *path, const char *interface, const char *member)
{
	(void)to;
	(void)path;
	(void)interface;
	(void)member;
	return NULL;
}

/* What waits for it, and then for a method, goes where it was typed, too. */
static void test_reader(void **state)
{
	struct a11y a11y = {
		.session = &all.rig.session, .bus.up = true, .keys.heard = true};
	const struct step editor = {"frame", "", NULL, EDITOR("1", "", "0", "0", "0 0")};
	(void)state;
	begin(NULL);
	list_init(&a11y.windows);
	step(&(struct step){"window 1", "", NULL, NULL});
	step(&(struct step){"next", "", NULL, NULL});
	step(&(struct step){"window 0", "", NULL, NULL});
	step(&(struct step){"grab. 1", "", NULL, NULL});
	step(&editor);
	step(&(struct step){"focus 1", "", NULL, NULL});
	all.rig.session.a11y = &a11y;
	step(&(struct step){"tap 14", "", NULL, NULL});
	assert_string_equal(all.rig.trace, "");
	step(&(struct step){"next", "", NULL, NULL});
	assert_non_null(strstr(all.rig.trace, "K:1=BackSpace k:1=BackSpace -1 F- | F+"));
	all.rig.session.a11y = NULL;
	end();
}

/* By chance: nothing of it may fail, and keys that are down come up where they went down. */
static void do_anything(uint64_t *seed)
{
	static const uint32_t codes[] = {30, 15, 42, 13, 18, 14, 58, 28};
	struct message msg = {.type = next_random(seed) % 9};
	for (size_t i = 0; i < sizeof msg.bytes; i++)
		msg.bytes[i] = (uint8_t)(next_random(seed) % 4 ? 0 : next_random(seed));
	if (next_random(seed) % 2)
		memcpy(msg.bytes, &all.field[0], sizeof all.field[0]);
	if (msg.type == OSAAS_METHOD_PASS)
		memcpy(msg.bytes, &all.serial[0], sizeof all.serial[0]);
	if (next_random(seed) % 2) {
		msg.len = 1 + next_random(seed) % 5;
		msg.buffer = text_buffer("\xc3\xa9x\xff ", (size_t)msg.len);
	}
	if (endpoint_try_send(all.ends[0], &msg) < 0)
		message_drop(&msg);
	if (next_random(seed) % 3 == 0) {
		uint32_t code = codes[next_random(seed) % 8];
		input_feed_key(all.input, code, next_random(seed) % 2, ++all.rig.time_ns);
	}
	clock_frozen_ns += next_random(seed) % 30 * NS_PER_MS;
}

static void show_anything(uint64_t *seed)
{
	static const char *const frames[] = {"", FIELD("1", ""),
		EDITOR("1", "abc", "0", "3", "1 1"),
		EDITOR("1", "x", "9", "5", "4294967295 7"),
		FIELD("1", "selection 1 4 4294967295 0 0 0 0\n"),
		EDITOR("1", "geheim", "0", "6", "6 6") "hint 1 password\n"};
	static const char *const words[] = {"focus 1", "focus 0", "keyboard 1", "next"};
	const struct rig_step frame = {"frame", "", frames[next_random(seed) % 6]};
	const struct rig_step word = {words[next_random(seed) % 4], "", NULL};
	rig_do(&all.rig, next_random(seed) % 2 ? &frame : &word);
}

static void test_anything(void **state)
{
	uint64_t seed = first_seed(20261126);
	(void)state;
	begin("de");
	for (int i = 0; i < 20000; i++) {
		do_anything(&seed);
		if (next_random(&seed) % 4 == 0)
			show_anything(&seed);
		all.heard[0] = all.rig.trace[0] = '\0';
		turn();
		rig_collect(&all.rig);
	}
	end();
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 4] = {
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_deaf),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_anything),
	};
	for (size_t i = 0; i < N; i++)
		tests[4 + i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
