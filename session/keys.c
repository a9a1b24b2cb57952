#include "session/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/access.h"
#include "input/keyboard.h"
#include "session/child.h"
#include "session/input_handlers.h"
#include "session/keymap_names.h"
#include "session/service_method.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

struct keys *keys_create(struct session *session)
{
	const char *layout = session->options->layout,
		   *configured = session->options->settings->layout;
	struct keys *keys = xcalloc(1, sizeof *keys);
	*keys = (struct keys){.session = session,
		/* The command line's was put in the place of the configuration's. */
		.layout_given = layout && layout != configured,
		.said = keyboard_config_default(),
		.config = keyboard_config_default()};
	list_init(&keys->shortcuts);
	return keys;
}

void keys_destroy(struct keys *keys)
{
	if (!keys)
		return;
	while (list_pop_front(&keys->shortcuts))
		;
	child_leave(keys->shot);
	input_destroy(keys->own);
	free(keys);
}

static void put(struct keyboard_config *to, enum keyboard_key key, const char *text)
{
	snprintf(to->text[key], KEYBOARD_TEXT_MAX, "%s", text);
}

/* All that was said, in its order. */
static struct keyboard_config wanted(
	const struct keys *keys, const struct keyboard_config *said)
{
	const struct session *session = keys->session;
	const struct settings *settings = session->settings;
	struct keyboard_config config = keyboard_config_default();
	if (settings->layout)
		put(&config, KEYBOARD_LAYOUT, settings->layout);
	keyboard_config_merge(&config, &settings->keyboard);
	if (keys->layout_given) {
		put(&config, KEYBOARD_LAYOUT, session->options->layout);
		put(&config, KEYBOARD_VARIANT, "");
		put(&config, KEYBOARD_KEYMAP_FILE, "");
	}
	/* Variants are those of layouts: other layouts have others. */
	if (said->set & 1u << KEYBOARD_LAYOUT) {
		put(&config, KEYBOARD_VARIANT, "");
		put(&config, KEYBOARD_KEYMAP_FILE, "");
	}
	keyboard_config_merge(&config, said);
	return config;
}

/* What xkb would pass over without a word. */
static int check_names(struct keys *keys, const struct input_keymap *keymap,
	char why[static KEYS_WHY_MAX])
{
	char hint[KEYMAP_NAMES_WHY], other[KEYMAP_NAMES_WHY];
	struct input_keymap rest = *keymap;
	if (!keymap_names_ignored(keymap, hint))
		return 0;
	rest.options = "";
	keys->wrong =
		keymap_names_ignored(&rest, other) ? KEYBOARD_MODEL : KEYBOARD_OPTIONS;
	snprintf(why, KEYS_WHY_MAX, "%s", hint);
	return -EINVAL;
}

static enum keyboard_key missing(const struct input_keymap *keymap, bool listed)
{
	char hint[KEYMAP_NAMES_WHY];
	struct input_keymap rest = *keymap;
	rest.variant = "";
	if (keymap->file && keymap->file[0])
		return KEYBOARD_KEYMAP_FILE;
	if (!listed && keymap->rules && keymap->rules[0])
		return KEYBOARD_RULES;
	/* Of the system's layout, which compiles without it. */
	if (keymap->variant && keymap->variant[0] && !keymap->layout[0])
		return KEYBOARD_VARIANT;
	return listed && !keymap_names_missing(&rest, hint) ? KEYBOARD_VARIANT
							    : KEYBOARD_LAYOUT;
}

/* ... and what it says little of. */
static void say_missing(struct keys *keys, const struct input_keymap *keymap,
	const struct input_error *err, char why[static KEYS_WHY_MAX])
{
	char hint[KEYMAP_NAMES_WHY];
	bool listed = keymap_names_missing(keymap, hint);
	keys->wrong = missing(keymap, listed);
	snprintf(why, KEYS_WHY_MAX, "%s", listed ? hint : err->text);
}

static int set_keymap(struct keys *keys, const struct keyboard_config *now,
	char why[static KEYS_WHY_MAX])
{
	struct input_keymap keymap = keyboard_config_keymap(now);
	struct input_error err = {{0}};
	int r = check_names(keys, &keymap, why);
	if (r < 0)
		return r;
	r = keyboard_set_keymap(keys->keyboard, &keymap, clock_now_ns(), &err);
	if (r < 0)
		say_missing(keys, &keymap, &err, why);
	return r;
}

static int set_compose(struct keys *keys, const struct keyboard_config *now,
	char why[static KEYS_WHY_MAX])
{
	struct input_error err = {{0}};
	int r = keyboard_set_compose(
		keys->keyboard, now->text[KEYBOARD_COMPOSE_FILE], &err);
	keys->wrong = KEYBOARD_COMPOSE_FILE;
	if (r < 0)
		snprintf(why, KEYS_WHY_MAX, "%s", err.text);
	return r;
}

/* What cannot fail. Sticky keys may be on or off by keys; that stays if nobody says another. */
static void set_rest(struct keys *keys, const struct keyboard_config *now)
{
	const int32_t *n = now->number, *old = keys->config.number;
	struct access_config access = keyboard_config_access(now);
	int32_t rate = n[KEYBOARD_REPEAT_RATE];
	keyboard_set_repeat(keys->keyboard,
		(uint64_t)n[KEYBOARD_REPEAT_DELAY] * NS_PER_MS,
		rate ? NS_PER_S / (uint64_t)rate : 0);
	if (n[KEYBOARD_STICKY] == old[KEYBOARD_STICKY])
		access.sticky = keyboard_access(keys->keyboard)->sticky;
	keyboard_set_access(keys->keyboard, &access);
	if (n[KEYBOARD_NUMLOCK] != old[KEYBOARD_NUMLOCK])
		keyboard_set_num_lock(keys->keyboard, n[KEYBOARD_NUMLOCK]);
}

static int apply(struct keys *keys, const struct keyboard_config *now,
	char why[static KEYS_WHY_MAX])
{
	bool same = strcmp(now->text[KEYBOARD_COMPOSE_FILE],
			    keys->config.text[KEYBOARD_COMPOSE_FILE]) == 0;
	bool keymap = !keyboard_config_same_keymap(now, &keys->config);
	int r = keymap ? set_keymap(keys, now, why) : 0;
	if (r < 0)
		return r;
	r = same ? 0 : set_compose(keys, now, why);
	if (r < 0) {
		char again[KEYS_WHY_MAX];
		if (keymap && set_keymap(keys, &keys->config, again) < 0)
			log_error("the old keymap is gone: %s", again);
		keys->wrong = KEYBOARD_COMPOSE_FILE;
		return r;
	}
	set_rest(keys, now);
	keys->config = *now;
	return 0;
}

/* Whether something else was said than what the file says of that key. */
static bool is_overridden(const struct keys *keys, enum keyboard_key key)
{
	bool names = key == KEYBOARD_LAYOUT || key == KEYBOARD_VARIANT ||
		     key == KEYBOARD_KEYMAP_FILE;
	return keys->said.set & 1u << key || (keys->layout_given && names);
}

/* With the line of the file that says so, unless it is not to blame. */
static void explain(const struct keys *keys, const char *why)
{
	const struct settings *settings = keys->session->settings;
	unsigned line = settings->keyboard_lines[keys->wrong];
	if (line && settings->path && !is_overridden(keys, keys->wrong))
		log_error("%s:%u: the keyboard: %s", settings->path, line, why);
	else
		log_error("the keyboard: %s", why);
}

/* As now says: its keymap is compiled once. What is wrong may be the seat, too. Logged. */
static int make(struct session *session, const struct keyboard_config *now,
	struct udev *udev, const char *seat, const struct input_listener *listener,
	struct input **out)
{
	struct input_keymap keymap = keyboard_config_keymap(now);
	struct input_error err = {{0}};
	char why[KEYS_WHY_MAX];
	int r = check_names(session->keys, &keymap, why), made = 0;
	if (r == 0 && seat)
		made = input_create(udev, seat, &keymap, listener, session, out, &err);
	else if (r == 0)
		made = input_create_bare(&keymap, listener, session, out, &err);
	if (made < 0)
		say_missing(session->keys, &keymap, &err, why);
	if (r < 0 || made == -EINVAL || (made < 0 && keymap.file[0]))
		explain(session->keys, why);
	else if (made < 0)
		log_error("%s", err.text);
	return r < 0 ? r : made;
}

int keys_open(struct session *session, struct udev *udev, const char *seat,
	const struct input_listener *listener, struct input **out)
{
	struct keys *keys = session->keys;
	struct keyboard_config now = wanted(keys, &keys->said);
	char why[KEYS_WHY_MAX];
	int r = make(session, &now, udev, seat, listener, out);
	if (r < 0)
		return r;
	keys->input = *out;
	keys->keyboard = input_keyboard(*out);
	keyboard_config_take_keymap(&keys->config, &now);
	r = apply(keys, &now, why);
	if (r < 0) {
		explain(keys, why);
		keys->input = NULL;
		keys->keyboard = NULL;
		input_destroy(*out);
		*out = NULL;
	}
	return r;
}

void keys_need(struct keys *keys)
{
	struct input *input;
	if (!keys || keys->keyboard || keys->session->backend_ops != &backend_headless)
		return;
	if (keys_open(keys->session, NULL, NULL, &bare_input_listener, &input) == 0)
		keys->own = input;
}

void keys_configure(struct session *session)
{
	struct keys *keys = session->keys;
	char why[KEYS_WHY_MAX];
	if (!keys || !keys->keyboard)
		return;
	struct keyboard_config now = wanted(keys, &keys->said);
	if (apply(keys, &now, why) < 0)
		explain(keys, why);
}

int keys_say(struct keys *keys, const struct keyboard_config *said,
	char why[static KEYS_WHY_MAX])
{
	struct keyboard_config all = keys->said;
	if (said->set & 1u << KEYBOARD_LAYOUT)
		all.set &= ~(1u << KEYBOARD_VARIANT | 1u << KEYBOARD_KEYMAP_FILE);
	keyboard_config_merge(&all, said);
	struct keyboard_config now = wanted(keys, &all);
	int r = apply(keys, &now, why);
	if (r == 0)
		keys->said = all;
	return r;
}

int keys_unsay(struct keys *keys, char why[static KEYS_WHY_MAX])
{
	const struct keyboard_config none = keyboard_config_default();
	struct keyboard_config now = wanted(keys, &none);
	int r = apply(keys, &now, why);
	if (r == 0)
		keys->said = none;
	return r;
}

void keys_layouts(const struct keys *keys, char *to, size_t size)
{
	size_t n = 0;
	to[0] = '\0';
	for (size_t i = 0; keys && keys->keyboard && i < keyboard_layouts(keys->keyboard);
		i++) {
		const char *name = keyboard_layout_name(keys->keyboard, i);
		if (n + strlen(name) + 2 > size || !name[0]) {
			to[0] = '\0';
			return;
		}
		n += (size_t)sprintf(to + n, "%s%s", i ? "," : "", name);
	}
}

void keys_next_layout(struct keys *keys, int step)
{
	if (!keys || !keys->keyboard)
		return;
	size_t n = keyboard_layouts(keys->keyboard);
	size_t at = keyboard_layout(keys->keyboard);
	keyboard_set_layout(keys->keyboard, (at + (step < 0 ? n - 1 : 1)) % n);
}

void keys_next_method(struct keys *keys)
{
	struct keyboard_config said = keyboard_config_default();
	char why[KEYS_WHY_MAX];
	if (!keys || !keys->keyboard)
		return;
	put(&said, KEYBOARD_METHOD, service_method_next(keys->session));
	said.set = 1u << KEYBOARD_METHOD;
	if (keys_say(keys, &said, why) < 0)
		log_error("no other input method: %s", why);
	else
		log_info("input method: %s", said.text[KEYBOARD_METHOD]);
}

void keys_focus(struct keys *keys)
{
	if (keys && keys->keyboard)
		keyboard_reset_compose(keys->keyboard);
}

void keys_leave(struct keys *keys)
{
	keys_focus(keys);
	if (keys && keys->keyboard)
		keyboard_stop_repeat(keys->keyboard);
}
