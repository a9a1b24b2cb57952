/*
 * The session's keyboard as a whole: what the configuration and 'osaas ctl keyboard' make of
 * it, what combinations of keys do, and who else holds some. Input without devices.
 */
#include "session/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <xkbcommon/xkbcommon.h>

#include "input/access.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "plugins/endpoint.h"
#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_shortcut.h"
#include "session/control_keyboard.h"
#include "session/control_reply.h"
#include "session/keymap_names.h"
#include "session/outputs.h"
#include "session/pointer.h"
#include "session/service.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/window.h"
#include "util/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct session session;
static struct session_options options;
static struct settings *settings;
static struct input *input;
static int vt;             /* that was asked for last */
static char typed[64];     /* what went on to windows */
static unsigned delivered; /* presses that did */
static unsigned compiled;  /* keymaps of names */

static void switch_vt(struct session *s, int n)
{
	(void)s;
	vt = n;
}

static const struct backend_ops backend = {.switch_vt = switch_vt};
static const struct backend_ops backend_without_vt;

static bool handle_shortcut(void *data, const struct input_key *key)
{
	(void)data;
	return session_shortcut(&session, key);
}

static void handle_key(void *data, const struct input_key *key)
{
	size_t n = strlen(typed);
	(void)data;
	delivered += key->pressed;
	snprintf(typed + n, sizeof typed - n, "%s", key->utf8);
}

static const struct input_listener listener = {
	.shortcut = handle_shortcut, .key = handle_key};

/* In front of libxkbcommon's, which all files of ours call through this. */
struct xkb_keymap *xkb_keymap_new_from_names(struct xkb_context *context,
	const struct xkb_rule_names *names, enum xkb_keymap_compile_flags flags)
{
	struct xkb_keymap *(*real)(struct xkb_context *, const struct xkb_rule_names *,
		enum xkb_keymap_compile_flags);
	*(void **)&real = dlsym(RTLD_NEXT, "xkb_keymap_new_from_names");
	compiled++;
	return real(context, names, flags);
}

static struct settings *parse(const char *text)
{
	struct settings *out = NULL;
	struct settings_error err;
	if (settings_parse("f.ini", text, strlen(text), &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

/* layout: of --layout; NULL: not given. */
static int start(const char *text, const char *layout)
{
	settings = parse(text);
	options = (struct session_options){
		.settings = settings, .layout = layout ? layout : settings->layout};
	session = (struct session){
		.options = &options, .settings = settings, .backend_ops = &backend};
	list_init(&session.screens);
	list_init(&session.windows);
	list_init(&session.hosted);
	list_init(&session.dirty_services);
	list_init(&session.timed_services);
	list_init(&session.full_services);
	list_init(&session.dirty_windows);
	session.pointer = pointer_create(&session);
	session.keys = keys_create(&session);
	typed[0] = '\0';
	delivered = 0;
	vt = 0;
	input = NULL;
	return keys_open(&session, NULL, NULL, &listener, &input);
}

static void stop(void)
{
	keys_destroy(session.keys);
	pointer_destroy(session.pointer);
	input_destroy(input);
	settings_destroy(settings);
}

/* The configuration is another one. */
static void reload(const char *text)
{
	struct settings *old = settings;
	settings = parse(text);
	session.settings = settings;
	keys_configure(&session);
	options.settings = settings;
	settings_destroy(old);
}

static void tap(uint32_t mod, uint32_t code)
{
	if (mod)
		input_feed_key(input, mod, true, 1);
	input_feed_key(input, code, true, 2);
	input_feed_key(input, code, false, 3);
	if (mod)
		input_feed_key(input, mod, false, 4);
}

static const char *layout(void)
{
	struct keyboard *k = session.keys->keyboard;
	return keyboard_layout_name(k, keyboard_layout(k));
}

/* The answer with its head. */
static const char *ask(bool json, const char *words)
{
	static char message[16384];
	char copy[256], *save = NULL;
	struct control_request request = {.json = json, .n_words = 1};
	struct reply *reply = reply_create(json);
	size_t size;
	request.words[0] = "keyboard";
	snprintf(copy, sizeof copy, "%s", words);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		request.words[request.n_words++] = w;
	control_keyboard_answer(&session, &request, reply);
	char *text = reply_message(reply, &size);
	snprintf(message, sizeof message, "%.*s", (int)size, text);
	free(text);
	reply_destroy(reply);
	return message;
}

static void expect(const char *words, const char *status, const char *what)
{
	char head[32];
	snprintf(head, sizeof head, "osaas 1 %s ", status);
	const char *message = ask(false, words);
	if (strncmp(message, head, strlen(head)) != 0 || !strstr(message, what))
		fail_msg("%s: '%s', not %s '%s'", words, message, status, what);
}

/* Who counts. */
static const struct {
	const char *text, *given; /* the configuration, --layout */
	const char *layout;
} counts[] = {
	{"[session]\nlayout = de\n", NULL, "de"},
	{"[keyboard]\nlayout = fr\n", NULL, "fr"},
	{"[session]\nlayout = de\n[keyboard]\nlayout = fr\n", NULL, "fr"},
	{"[session]\nlayout = de\n[keyboard]\nmodel = pc105\n", NULL, "de"},
	{"[keyboard]\nlayout = fr\nvariant = bepo\n", NULL, "fr(bepo)"},
	{"[keyboard]\nlayout = fr\nvariant = bepo\n", "us", "us"},
	{"[session]\nlayout = de\n", "us(dvorak)", "us(dvorak)"},
	{"[keyboard]\nlayout = ru,us\n", NULL, "ru"},
	{"[session]\nlayout = us\n[keyboard]\nlayout = ru,us\n", NULL, "ru"},
	{"", NULL, "cz"},
	{"[keyboard]\nlayout = none\n", NULL, "cz"},
};

static void test_counts(void **state)
{
	for (size_t i = 0; i < COUNT(counts); i++) {
		assert_int_equal(start(counts[i].text, counts[i].given), 0);
		assert_string_equal(layout(), counts[i].layout);
		stop();
	}
}

/* That takes longer than all else at the start. */
static void test_compiled_once(void **state)
{
	static const char *const texts[] = {"", "[session]\nlayout = de\n",
		("[keyboard]\nlayout = us,de\nvariant = ,nodeadkeys\n"
		 "options = ctrl:nocaps\n")};
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		for (int given = 0; given < 2; given++) {
			compiled = 0;
			assert_int_equal(start(texts[i], given ? "fr" : NULL), 0);
			assert_int_equal(compiled, 1);
			keys_configure(&session);
			assert_int_equal(compiled, 1);
			if (given)
				assert_string_equal(layout(), "fr");
			stop();
		}
	}
}

/* What is wrong at the start ends it. */
static void test_wrong_start(void **state)
{
	static const char *const texts[] = {"[keyboard]\nlayout = klingon\n",
		"[keyboard]\nlayout = us\nvariant = klingon\n",
		"[keyboard]\noptions = grp:klingon\n", "[keyboard]\nmodel = klingon\n",
		"[keyboard]\nkeymap-file = /nosuch\n",
		"[keyboard]\ncompose-file = /nosuch\n"};
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_true(start(texts[i], NULL) < 0);
		stop();
	}
}

/* What is wrong later changes nothing. */
static void test_reload(void **state)
{
	assert_int_equal(start("[keyboard]\nlayout = us,gr\n", NULL), 0);
	input_feed_key(input, KEY_LEFTCTRL, true, 1);
	assert_int_equal(keyboard_mods(session.keys->keyboard), INPUT_MOD_CTRL);
	keyboard_set_layout(session.keys->keyboard, 1);
	reload("[keyboard]\nlayout = de,gr\nrepeat-rate = 0\nnumlock = on\n");
	assert_int_equal(keyboard_mods(session.keys->keyboard), 0);
	assert_string_equal(layout(), "gr");
	assert_int_equal(keyboard_leds(session.keys->keyboard), KEYBOARD_LED_NUM);
	reload("[keyboard]\nlayout = klingon\nnumlock = off\n");
	assert_string_equal(layout(), "gr");
	assert_int_equal(keyboard_leds(session.keys->keyboard), KEYBOARD_LED_NUM);
	reload("[keyboard]\nlayout = gr\ncompose-file = /nosuch\n");
	assert_int_equal(keyboard_layouts(session.keys->keyboard), 2);
	input_feed_key(input, KEY_A, true, 1);
	assert_int_equal(input_next_repeat_ns(input), 0);
	/* The same once more: what is down stays down. */
	reload("[keyboard]\nlayout = de,gr\nrepeat-rate = 10\nrepeat-delay = 100\n");
	input_feed_key(input, KEY_B, true, 1 * NS_PER_MS);
	assert_int_equal(input_next_repeat_ns(input), 101 * NS_PER_MS);
	input_feed_key(input, KEY_LEFTCTRL, true, 1);
	reload("[keyboard]\nlayout = de,gr\nrepeat-rate = 10\nrepeat-delay = 101\n");
	assert_int_equal(keyboard_mods(session.keys->keyboard), INPUT_MOD_CTRL);
	stop();
}

static void test_control(void **state)
{
	assert_int_equal(
		start("[keyboard]\nlayout = us,de(nodeadkeys),ru\nsticky = on\n", NULL),
		0);
	expect("", "ok", "English (US)");
	expect("", "ok", "sticky");
	expect("", "ok", "the configuration");
	expect("", "ok", "Super+Tab");
	expect("layout", "ok", "us (1 of 3): English (US)");
	expect("layout next", "ok", "de(nodeadkeys) (2 of 3)");
	expect("layout 3", "ok", "ru (3 of 3): Russian");
	expect("layout next", "ok", "us (1 of 3)");
	expect("layout previous", "ok", "ru (3 of 3)");
	expect("layout de(nodeadkeys)", "ok", "de(nodeadkeys) (2 of 3)");
	expect("layout Russian", "ok", "ru (3 of 3)");
	assert_string_equal(layout(), "ru");
	assert_non_null(strstr(ask(true, ""), "\"name\":\"ru\""));
	assert_non_null(strstr(ask(true, ""), "\"layout\":\"ru\""));
	expect("layout klingon", "failed", "no layout 'klingon'");
	expect("layout 0", "failed", "no layout '0'");
	expect("layout 4", "failed", "no layout '4'");
	expect("layout 99999999999999999999999", "failed", "no layout");
	expect("layout nxt", "failed", "do you mean 'next'?");
	expect("layout us de", "usage", "'layout' is no setting");
	expect("stikcy=on", "usage", "do you mean 'sticky'?");
	expect("sticky=yes", "usage", "write on or off");
	expect("sticky", "usage", "write KEY=VALUE");
	expect("slow-keys=300 bounce-keys=200", "ok", "osaas ctl");
	assert_int_equal(
		keyboard_access(session.keys->keyboard)->slow_ns, 300 * NS_PER_MS);
	expect("slow-keys=off", "ok", "bounce-keys");
	assert_int_equal(keyboard_access(session.keys->keyboard)->slow_ns, 0);
	/* Other layouts, while it runs; a variant is of a layout. */
	expect("layout=fr variant=bepo", "ok", "fr");
	assert_string_equal(layout(), "fr(bepo)");
	expect("layout=de,fr", "ok", "de,fr");
	expect("layout", "ok", "(1 of 2)");
	expect("layout=klingon", "failed",
		"no layout 'klingon'; xkeyboard-config(7) lists");
	expect("options=grp:togle", "failed",
		"do you mean 'grp:toggle'?; it is as it was");
	expect("layout=us,,us", "failed", "it is as it was");
	expect("layout", "ok", "(1 of 2)");
	/* It goes before the configuration, until it is forgotten. */
	reload("[keyboard]\nlayout = gr\n");
	expect("layout", "ok", "(1 of 2)");
	expect("reset", "ok", "none");
	assert_string_equal(layout(), "gr");
	assert_int_equal(keyboard_access(session.keys->keyboard)->bounce_ns, 0);
	/* What methods there are: method_test.c. */
	expect("", "ok", "method ");
	expect("method", "ok", "");
	expect("method off", "ok", "");
	expect("", "ok", "off");
	expect("method none", "ok", "");
	expect("method next", "ok", "");
	expect("method klingon", "failed", "no input method 'klingon'");
	expect("method nxt", "failed", "do you mean 'next'?");
	expect("method=org.example.kana", "ok", "org.example.kana");
	session.keys->keyboard = NULL;
	expect("", "failed", "no keyboard");
	expect("sticky=on", "failed", "no keyboard");
	stop();
}

/* The session's own. */
static void test_shortcuts(void **state)
{
	assert_int_equal(start("[keyboard]\nlayout = us,ru\n[shortcuts]\n"
			       "Super+L = vt-5\nSuper+K = quit\nSuper+space = none\n"
			       "Ctrl+space = next-layout\n",
				 NULL),
		0);
	tap(KEY_LEFTMETA, KEY_SPACE);
	assert_string_equal(layout(), "us");
	tap(KEY_LEFTCTRL, KEY_SPACE);
	assert_string_equal(layout(), "ru");
	tap(KEY_LEFTMETA, KEY_L);
	assert_int_equal(vt, 5);
	input_feed_key(input, KEY_LEFTCTRL, true, 1);
	tap(KEY_LEFTALT, KEY_F3);
	input_feed_key(input, KEY_LEFTCTRL, false, 1);
	assert_int_equal(vt, 3);
	assert_false(session.quit);
	delivered = 0;
	tap(0, KEY_A);
	assert_int_equal(delivered, 1);
	assert_string_equal(typed, "\xd1\x84");
	tap(KEY_LEFTMETA, KEY_K);
	assert_true(session.quit);
	/* The modifier alone went on. */
	assert_int_equal(delivered, 2);
	stop();
}

/* Where there is no virtual terminal its keys are a plugin's, as any. */
static void test_no_vt(void **state)
{
	assert_int_equal(start("", NULL), 0);
	session.backend_ops = &backend_without_vt;
	input_feed_key(input, KEY_LEFTCTRL, true, 1);
	tap(KEY_LEFTALT, KEY_F3);
	assert_int_equal(delivered, 3);
	input_feed_key(input, KEY_LEFTALT, true, 1);
	input_feed_key(input, KEY_BACKSPACE, true, 1);
	assert_true(session.quit);
	stop();
}

/* The lowest comes up, or the top one goes down; the keys go to the top one. */
static void test_windows(void **state)
{
	struct endpoint *ends[3];
	struct window *w[3];
	assert_int_equal(start("", NULL), 0);
	session.outputs = outputs_create(&session);
	tap(KEY_LEFTMETA, KEY_TAB);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(window_create(&session, "w", &w[i], &ends[i]), 0);
		session_add_window(&session, w[i]);
	}
	static const size_t next[] = {0, 1, 2, 0}, previous[] = {2, 1, 0};
	for (size_t i = 0; i < COUNT(next); i++) {
		tap(KEY_LEFTMETA, KEY_TAB);
		assert_ptr_equal(session.focus, w[next[i]]);
		assert_ptr_equal(session.windows.prev, &w[next[i]]->link);
	}
	input_feed_key(input, KEY_LEFTSHIFT, true, 1);
	for (size_t i = 0; i < COUNT(previous); i++) {
		tap(KEY_LEFTMETA, KEY_TAB);
		assert_ptr_equal(session.focus, w[previous[i]]);
	}
	for (size_t i = 0; i < 3; i++) {
		session_remove_window(&session, w[i]);
		window_destroy(w[i]);
		endpoint_close(ends[i]);
	}
	outputs_destroy(session.outputs);
	stop();
}

/* Those of plugins. */

static struct service *open_shortcut(const char *keys, struct endpoint **end)
{
	struct service *service = NULL;
	char why[300];
	int r = service_open(
		&session, NULL, "input.shortcut", keys, &service, end, why, sizeof why);
	if (r < 0)
		fail_msg("%s: %s", keys, why);
	return service;
}

static void refuse_shortcut(const char *keys, const char *says)
{
	struct service *service = NULL;
	struct endpoint *end;
	char why[300] = "";
	int r = service_open(
		&session, NULL, "input.shortcut", keys, &service, &end, why, sizeof why);
	if (r != -EINVAL || !strstr(why, says))
		fail_msg("%s: %d '%s'", keys, r, why);
}

/* What it was told since: "+" pressed, "-" released. */
static const char *told(struct endpoint *end)
{
	static char text[80];
	struct message msg;
	size_t n = 0;
	while (n + 1 < sizeof text && endpoint_try_recv(end, &msg) == 0) {
		struct osaas_shortcut_event event;
		memcpy(&event, msg.bytes, sizeof event);
		assert_true(event.keysym && event.time_ns);
		text[n++] = msg.type == OSAAS_SHORTCUT_PRESSED    ? '+'
			    : msg.type == OSAAS_SHORTCUT_RELEASED ? '-'
								  : '?';
	}
	text[n] = '\0';
	return text;
}

static int64_t status(struct endpoint *end)
{
	struct message msg = {.type = OSAAS_SHORTCUT_STATUS};
	int64_t result;
	assert_int_equal(endpoint_try_send(end, &msg), 0);
	service_turn(&session);
	assert_int_equal(endpoint_try_recv(end, &msg), 0);
	assert_int_equal(msg.type, OSAAS_SHORTCUT_STATUS | OSAAS_ANSWER);
	memcpy(&result, msg.bytes, sizeof result);
	return result;
}

static void test_held(void **state)
{
	struct endpoint *first, *second, *other, *own;
	assert_int_equal(start("[keyboard]\nlayout = us,ru\n", NULL), 0);
	struct service *a = open_shortcut("Super+M", &first);
	struct service *b = open_shortcut("super+m", &second);
	struct service *c = open_shortcut("Ctrl+Alt+T", &other);
	struct service *d = open_shortcut("Super+Tab", &own);
	assert_int_equal(status(first), 0);
	assert_int_equal(status(second), OSAAS_EBUSY);
	assert_int_equal(status(own), OSAAS_EBUSY);
	delivered = 0;
	tap(KEY_LEFTMETA, KEY_M);
	assert_string_equal(told(first), "+-");
	assert_string_equal(told(second), "");
	assert_string_equal(told(other), "");
	assert_int_equal(delivered, 1); /* Super */
	/* Another layout, the same key. */
	keyboard_set_layout(session.keys->keyboard, 1);
	tap(KEY_LEFTMETA, KEY_M);
	assert_string_equal(told(first), "+-");
	/* The session's own goes before. */
	tap(KEY_LEFTMETA, KEY_TAB);
	assert_string_equal(told(own), "");
	/* Without its modifiers it is a key. */
	delivered = 0;
	tap(0, KEY_M);
	assert_int_equal(delivered, 1);
	assert_string_equal(told(first), "");
	/* The first goes, in the middle of a press: the next one has it. */
	input_feed_key(input, KEY_LEFTMETA, true, 1);
	input_feed_key(input, KEY_M, true, 1);
	service_close(a);
	input_feed_key(input, KEY_M, false, 1);
	assert_string_equal(told(second), "");
	assert_int_equal(status(second), 0);
	tap(0, KEY_M);
	assert_string_equal(told(second), "+-");
	/* A VT switch releases it. */
	input_feed_key(input, KEY_M, true, 1);
	input_suspend(input);
	assert_string_equal(told(second), "+-");
	service_close(b);
	service_close(c);
	service_close(d);
	endpoint_close(first);
	endpoint_close(second);
	endpoint_close(other);
	endpoint_close(own);
	stop();
}

/* Who does not receive is not told of presses, but never is a release missing. */
static void test_full(void **state)
{
	struct endpoint *end;
	assert_int_equal(start("[keyboard]\nlayout = us\n", NULL), 0);
	struct service *a = open_shortcut("Super+M", &end);
	input_feed_key(input, KEY_LEFTMETA, true, 1);
	for (int i = 0; i < 100; i++)
		tap(0, KEY_M);
	char all[80];
	snprintf(all, sizeof all, "%s", told(end));
	service_turn(&session);
	size_t n = strlen(all);
	n += (size_t)snprintf(all + n, sizeof all - n, "%s", told(end));
	assert_true(n >= 32 && n % 2 == 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(all[i], i % 2 ? '-' : '+');
	tap(0, KEY_M);
	assert_string_equal(told(end), "+-");
	/* One that is held while the channel fills up. */
	struct message noise = {.type = 77};
	input_feed_key(input, KEY_M, true, 1);
	while (service_post(a, &noise) == 0)
		;
	input_feed_key(input, KEY_M, false, 1);
	input_feed_key(input, KEY_M, true, 1);
	input_feed_key(input, KEY_M, false, 1);
	struct message msg;
	while (endpoint_try_recv(end, &msg) == 0)
		;
	service_turn(&session);
	assert_string_equal(told(end), "-");
	tap(0, KEY_M);
	assert_string_equal(told(end), "+-");
	service_close(a);
	endpoint_close(end);
	stop();
}

static void test_refused(void **state)
{
	assert_int_equal(start("", NULL), 0);
	refuse_shortcut("", "needs a combination of keys");
	refuse_shortcut("M", "for typing");
	refuse_shortcut("Shift+Return", "for typing");
	refuse_shortcut("Ctrl+Alt+F1", "no plugin's");
	refuse_shortcut("Ctrl+Alt+BackSpace", "no plugin's");
	refuse_shortcut("Ctrl+Alt+Shift+F7", "no plugin's");
	refuse_shortcut("Supr+M", "do you mean Super?");
	stop();
}

/* Names. */

#define LIST                                                                             \
	"! model\n  pc105 Generic\n  hhk Happy\n\n! layout\n  us English\n  de German\n" \
	"! variant\n  dvorak us: English\n  nodeadkeys de: German\n"                     \
	"! option\n  grp  Switching\n  grp:toggle Right Alt\n"

#define RULES                                                                            \
	"! model = keycodes\n  brw1 = jp\n! option = symbols\n  caps:extra = "           \
	"+capslock(extra)\n"

static const struct {
	struct input_keymap keymap;
	const char *says; /* NULL: all is known */
} names[] = {
	{{.layout = "us"}, NULL},
	{{.layout = "us,de"}, NULL},
	{{.layout = "us(dvorak),de(nodeadkeys)"}, NULL},
	{{.layout = "us,de", .variant = ",nodeadkeys"}, NULL},
	{{.layout = "us", .options = "grp:toggle", .model = "pc105"}, NULL},
	{{.layout = ""}, NULL},
	{{.layout = "us", .options = "caps:extra", .model = "brw1"}, NULL},
	{{.layout = "us", .options = "caps:ext"}, "no keyboard option 'caps:ext'"},
	{{.layout = "uk"}, "no layout 'uk'; do you mean 'us'?"},
	{{.layout = "us,ed"}, "no layout 'ed'"},
	{{.layout = "us(nodeadkeys)"},
		"no variant 'nodeadkeys' of layout us; there is 'dvorak'"},
	{{.layout = "us,de", .variant = "dvorak,dvorak"},
		"no variant 'dvorak' of layout de"},
	{{.layout = "us", .options = "grp:togle"}, "do you mean 'grp:toggle'?"},
	{{.layout = "us", .options = "grp:toggle,x"}, "no keyboard option 'x'"},
	{{.layout = "us", .model = "pc106"}, "no keyboard model 'pc106'; do you mean "
					     "'pc105'?"},
};

static void test_names(void **state)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		char why[KEYMAP_NAMES_WHY] = "";
		bool unknown =
			keymap_names_missing_in(LIST, &names[i].keymap, why) ||
			keymap_names_ignored_by(LIST, RULES, &names[i].keymap, why);
		if (unknown != (names[i].says != NULL) ||
			(unknown && !strstr(why, names[i].says)))
			fail_msg("case %zu: %d '%s'", i, unknown, why);
	}
	char why[KEYMAP_NAMES_WHY];
	assert_false(keymap_names_missing_in("", &names[8].keymap, why));
}

static const struct {
	const char *name, *value, *says;
} values[] = {
	{"layout", "us,de", NULL},
	{"layout", "us, de", "no layout of a keyboard"},
	{"compose-file", "Compose", "begins with /"},
	{"compose-file", "none", NULL},
	{"keymap-file", "/a b", NULL},
	{"repeat-delay", "49", "milliseconds from 50 to 10000"},
	{"repeat-delay", "off", "milliseconds from 50 to 10000"},
	{"repeat-delay", "50", NULL},
	{"repeat-rate", "0", NULL},
	{"repeat-rate", "201", "0 to 200"},
	{"repeat-rate", "-1", "0 to 200"},
	{"repeat-rate", "9999999999999999999999", "0 to 200"},
	{"slow-keys", "off", NULL},
	{"slow-keys", "0", "1 to 5000, or off"},
	{"slow-keys", "on", "1 to 5000, or off"},
	{"slow-keys", "300ms", "1 to 5000, or off"},
	{"sticky", "1", "on or off"},
	{"mouse-speed", "5", "10 to 10000"},
	{"numlock", "on", NULL},
	{"numlock", "", "has no value"},
	{"numlok", "on", "do you mean 'numlock'?"},
};

static void test_values(void **state)
{
	for (size_t i = 0; i < COUNT(values); i++) {
		struct keyboard_config config = keyboard_config_default();
		char why[KEYBOARD_WHY_MAX] = "", again[KEYBOARD_TEXT_MAX];
		int r = keyboard_config_set(
			&config, values[i].name, values[i].value, why);
		if ((r < 0) != (values[i].says != NULL) ||
			(r < 0 && !strstr(why, values[i].says)))
			fail_msg("%s=%s: '%s'", values[i].name, values[i].value, why);
		if (r < 0)
			continue;
		/* It is written as it was said. */
		for (enum keyboard_key key = 0; key < KEYBOARD_KEYS; key++) {
			keyboard_config_write(&config, key, again);
			if (config.set & 1u << key)
				assert_string_equal(again, values[i].value);
		}
	}
	char long_text[KEYBOARD_TEXT_MAX + 20], why[KEYBOARD_WHY_MAX];
	struct keyboard_config config = keyboard_config_default();
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_int_equal(
		keyboard_config_set(&config, "options", long_text, why), -EINVAL);
	assert_int_equal(keyboard_config_word(&config, long_text, why), -EINVAL);
}

int main(void)
{
	/* Neither this machine's keyboard nor somebody's own lists. */
	setenv("XKB_DEFAULT_LAYOUT", "cz", 1);
	setenv("HOME", "/nonexistent", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XKB_CONFIG_ROOT");
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_compiled_once),
		cmocka_unit_test(test_wrong_start),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_shortcuts),
		cmocka_unit_test(test_no_vt),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
