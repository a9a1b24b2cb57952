#include "session/control_keyboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/access.h"
#include "input/keyboard.h"
#include "session/control_reply.h"
#include "session/keys.h"
#include "session/nearest.h"
#include "session/service_method.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/shortcut.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LAYOUTS      32

/* Tables. */

static const struct reply_column layout_columns[] = {
	{"number", "layout", REPLY_COUNT},
	{"name", "name", REPLY_TEXT},
	{"title", "is", REPLY_TEXT},
	{"active", "active", REPLY_TEXT},
};

static const struct reply_column state_columns[] = {
	{"layout", "layout", REPLY_TEXT},
	{"lamps", "lamps", REPLY_TEXT},
	{"composing", "composing", REPLY_TEXT},
	{"sticky", "sticky keys", REPLY_TEXT},
};

static const struct reply_column setting_columns[] = {
	{"key", "key", REPLY_TEXT},
	{"value", "value", REPLY_TEXT},
	{"by", "said by", REPLY_TEXT},
};

static const struct reply_column method_columns[] = {
	{"id", "input method", REPLY_TEXT},
	{"name", "name", REPLY_TEXT},
	{"keys", "takes keys", REPLY_TEXT},
	{"active", "active", REPLY_TEXT},
	{"silent", "does not answer", REPLY_TEXT},
};

static const struct reply_column shortcut_columns[] = {
	{"keys", "keys", REPLY_TEXT},
	{"action", "do", REPLY_TEXT},
};

/* Of a keymap file's layouts there are titles only. */
static const char *name_of(const struct keyboard *keyboard, size_t layout)
{
	const char *name = keyboard_layout_name(keyboard, layout);
	return name[0] ? name : keyboard_layout_title(keyboard, layout);
}

static void put_state(const struct keys *keys, struct reply *reply)
{
	const struct keyboard *k = keys->keyboard;
	uint32_t leds = keyboard_leds(k);
	char lamps[32];
	snprintf(lamps, sizeof lamps, "%s%s%s", leds & KEYBOARD_LED_CAPS ? "caps " : "",
		leds & KEYBOARD_LED_NUM ? "num " : "",
		leds & KEYBOARD_LED_SCROLL ? "scroll " : "");
	size_t n = strlen(lamps);
	if (n)
		lamps[n - 1] = '\0';
	reply_record(reply, "keyboard", state_columns, COUNT(state_columns));
	reply_text(reply, name_of(k, keyboard_layout(k)));
	reply_text(reply, n ? lamps : NULL);
	reply_text(reply, keyboard_pending(k)[0] ? keyboard_pending(k) : NULL);
	reply_text(reply, keyboard_access(k)->sticky ? "on" : "off");
	reply_end(reply);
}

static void put_layouts(const struct keyboard *k, struct reply *reply)
{
	reply_table(reply, "layouts", layout_columns, COUNT(layout_columns));
	for (size_t i = 0; i < keyboard_layouts(k); i++) {
		reply_number(reply, i + 1);
		reply_text(reply, name_of(k, i));
		reply_text(reply, keyboard_layout_title(k, i));
		reply_text(reply, i == keyboard_layout(k) ? "yes" : NULL);
	}
	reply_end(reply);
}

static void put_method(void *data, const struct service_method_info *info)
{
	struct reply *reply = data;
	reply_text(reply, info->id);
	reply_text(reply, info->name);
	reply_text(reply, info->takes_keys ? "yes" : NULL);
	reply_text(reply, info->chosen ? "yes" : NULL);
	reply_text(reply, info->silent ? "set aside" : NULL);
}

static void put_methods(struct session *session, struct reply *reply)
{
	reply_table(reply, "methods", method_columns, COUNT(method_columns));
	service_method_each(session, put_method, reply);
	reply_end(reply);
}

static void put_settings(const struct keys *keys, struct reply *reply)
{
	char value[KEYBOARD_TEXT_MAX];
	reply_table(reply, "settings", setting_columns, COUNT(setting_columns));
	for (enum keyboard_key key = 0; key < KEYBOARD_KEYS; key++) {
		keyboard_config_write(&keys->config, key, value);
		reply_text(reply, keyboard_config_name(key));
		reply_text(reply, value);
		reply_text(reply, keys->said.set & 1u << key ? "osaas ctl"
				  : keys->session->settings->keyboard.set & 1u << key
					  ? "the configuration"
					  : NULL);
	}
	reply_end(reply);
}

static void put_shortcuts(const struct shortcut_table *table, struct reply *reply)
{
	char action[SHORTCUT_PATH_MAX + 16];
	reply_table(reply, "shortcuts", shortcut_columns, COUNT(shortcut_columns));
	for (size_t i = 0; i < table->n; i++) {
		const struct shortcut *row = &table->rows[i];
		const char *name = shortcut_action_name(row->action.what);
		if (row->action.what == SHORTCUT_VT)
			snprintf(action, sizeof action, "%s%d", name, row->action.number);
		else
			snprintf(action, sizeof action, "%s%s%s", name,
				row->action.path[0] ? " " : "", row->action.path);
		reply_text(reply, shortcut_chord_text(&row->chord).text);
		reply_text(reply, action);
	}
	reply_end(reply);
}

/* Layouts. */

static bool find_layout(const struct keyboard *k, const char *word, size_t *out)
{
	size_t n = keyboard_layouts(k), at = keyboard_layout(k);
	char *end;
	unsigned long number = strtoul(word, &end, 10);
	if (strcmp(word, "next") == 0 || strcmp(word, "previous") == 0) {
		*out = (at + (word[0] == 'n' ? 1 : n - 1)) % n;
		return true;
	}
	if (word[0] >= '0' && word[0] <= '9' && !*end) {
		*out = number - 1;
		return number >= 1 && number <= n;
	}
	for (size_t i = 0; i < n; i++) {
		*out = i;
		if (strcmp(word, name_of(k, i)) == 0 ||
			strcmp(word, keyboard_layout_title(k, i)) == 0)
			return true;
	}
	return false;
}

static void say_layout(const struct keyboard *k, struct reply *reply)
{
	size_t at = keyboard_layout(k);
	reply_say(reply, "layout", "%s (%zu of %zu): %s", name_of(k, at), at + 1,
		keyboard_layouts(k), keyboard_layout_title(k, at));
}

static void set_layout(struct keyboard *k, const char *word, struct reply *reply)
{
	const char *names[LAYOUTS + 2] = {"next", "previous"};
	char hint[NEAREST_HINT];
	size_t layout, n = 2;
	if (find_layout(k, word, &layout)) {
		keyboard_set_layout(k, layout);
		say_layout(k, reply);
		return;
	}
	for (size_t i = 0; i < keyboard_layouts(k) && n < COUNT(names); i++)
		names[n++] = name_of(k, i);
	reply_refuse(reply, REPLY_FAILED,
		"the keyboard has no layout '%.60s'%s (others: 'osaas ctl keyboard "
		"layout=us,de')",
		word, nearest_hint(hint, word, names, n, "'", "'osaas ctl keyboard'"));
}

/* Input methods. */

struct methods {
	const char *word, *found;
	const char *names[LAYOUTS];
	size_t n;
};

static void look_for_method(void *data, const struct service_method_info *info)
{
	struct methods *m = data;
	if (!info->takes_keys)
		return;
	if (strcmp(m->word, info->id) == 0 || strcmp(m->word, info->name) == 0)
		m->found = info->id;
	if (m->n < COUNT(m->names))
		m->names[m->n++] = info->id;
}

static void set_method(struct keys *keys, const char *word, struct reply *reply)
{
	struct methods m = {.word = word, .names = {"next", METHOD_NONE, "none"}, .n = 3};
	char setting[KEYBOARD_TEXT_MAX + 16], wrong[KEYBOARD_WHY_MAX], why[KEYS_WHY_MAX];
	char hint[NEAREST_HINT];
	struct keyboard_config said = keyboard_config_default();
	service_method_each(keys->session, look_for_method, &m);
	if (strcmp(word, METHOD_NONE) == 0 || strcmp(word, "none") == 0)
		m.found = word;
	else if (strcmp(word, "next") == 0)
		m.found = service_method_next(keys->session);
	if (!m.found) {
		reply_refuse(reply, REPLY_FAILED,
			"no input method '%.60s' is here that takes keys%s", word,
			nearest_hint(
				hint, word, m.names, m.n, "'", "'osaas ctl keyboard'"));
		return;
	}
	snprintf(setting, sizeof setting, "method=%s", m.found);
	if (keyboard_config_word(&said, setting, wrong) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s", wrong);
	else if (keys_say(keys, &said, why) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s; it is as it was", why);
	else
		put_methods(keys->session, reply);
}

/* Settings. */

static void say(
	struct keys *keys, const struct control_request *request, struct reply *reply)
{
	struct keyboard_config said = keyboard_config_default();
	char why[KEYS_WHY_MAX], wrong[KEYBOARD_WHY_MAX];
	for (size_t i = 1; i < request->n_words; i++) {
		if (keyboard_config_word(&said, request->words[i], wrong) == 0)
			continue;
		reply_refuse(reply, REPLY_USAGE, "%s", wrong);
		return;
	}
	if (keys_say(keys, &said, why) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s; it is as it was", why);
	else
		put_settings(keys, reply);
}

static void reset(struct keys *keys, struct reply *reply)
{
	char why[KEYS_WHY_MAX];
	if (keys_unsay(keys, why) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s; it is as it was", why);
	else
		put_settings(keys, reply);
}

void control_keyboard_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	struct keys *keys = session->keys;
	const char *const *words = request->words;
	size_t n = request->n_words;
	if (!keys || !keys->keyboard) {
		reply_refuse(reply, REPLY_FAILED,
			"this session has no keyboard: it has no input at all");
	} else if (n == 1) {
		put_state(keys, reply);
		put_layouts(keys->keyboard, reply);
		put_methods(session, reply);
		put_settings(keys, reply);
		put_shortcuts(&session->settings->shortcuts, reply);
	} else if (strcmp(words[1], "layout") == 0 && n == 2) {
		say_layout(keys->keyboard, reply);
	} else if (strcmp(words[1], "layout") == 0 && n == 3) {
		set_layout(keys->keyboard, words[2], reply);
	} else if (strcmp(words[1], "method") == 0 && n == 2) {
		put_methods(session, reply);
	} else if (strcmp(words[1], "method") == 0 && n == 3) {
		set_method(keys, words[2], reply);
	} else if (strcmp(words[1], "reset") == 0 && n == 2) {
		reset(keys, reply);
	} else {
		say(keys, request, reply);
	}
}
