#include "session/a11y.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/a11y_act.h"
#include "session/a11y_call.h"
#include "session/a11y_events.h"
#include "session/a11y_private.h"
#include "session/a11y_role.h"
#include "session/notice.h"
#include "session/panel.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/virtual.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/opwire.h"
#include "util/xalloc.h"

static const char owner_rule[] =
	"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
	"member='NameOwnerChanged',arg0='" A11Y_REGISTRY "'";

/* Names. */

void a11y_path(uint32_t id, char path[static A11Y_PATH_MAX])
{
	if (id)
		snprintf(path, A11Y_PATH_MAX, A11Y_PREFIX "%u", id);
	else
		snprintf(path, A11Y_PATH_MAX, A11Y_ROOT);
}

uint32_t a11y_target_id(const struct a11y_target *target)
{
	return target->window ? target->node->id : 0;
}

const char *a11y_target_name(const struct a11y_target *target)
{
	return target->window ? a11y_tree_name(&target->window->tree, target->node)
			      : "osaas";
}

static bool read_id(const char *path, uint32_t *id)
{
	size_t n = strlen(A11Y_PREFIX);
	char *end;
	if (strncmp(path, A11Y_PREFIX, n) != 0)
		return false;
	unsigned long value = strtoul(path + n, &end, 10);
	*id = (uint32_t)value;
	return path[n] >= '1' && path[n] <= '9' && !*end && value <= UINT32_MAX;
}

bool a11y_find(struct a11y *a11y, const char *path, struct a11y_target *out)
{
	uint32_t id;
	*out = (struct a11y_target){.a11y = a11y};
	if (strcmp(path, A11Y_ROOT) == 0)
		return true;
	if (!read_id(path, &id))
		return false;
	list_for_each (w, &a11y->windows, struct a11y_window, link) {
		if (!a11y_tree_find(&w->tree, id))
			continue;
		a11y_window_update(a11y, w);
		out->window = w;
		out->node = a11y_tree_find(&w->tree, id);
		return out->node;
	}
	return false;
}

/* Windows. */

static const struct gl_layer *layer_of(const struct window *window)
{
	if (window->notice)
		return notice_layer(window->notice);
	return window->mapped ? window->layer : NULL;
}

bool a11y_window_has_keys(const struct a11y *a11y, const struct window *window)
{
	const struct session *session = a11y->session;
	const struct window *panel = session->panel_keys.panel;
	return window == (panel ? panel : session->focus);
}

/* The area that has them, or the pointer's picture of a panel that is worked by keys. */
static uint64_t focus_of(const struct window *window)
{
	const struct panel_keys *keys = &window->session->panel_keys;
	if (window->notice)
		return notice_tag(window->notice);
	return keys->panel == window && !keys->focused ? keys->tag : window->focus;
}

static uint32_t listens(void *data, uint64_t tag)
{
	return gl_layer_listen(data, tag).kinds;
}

static uint64_t frames_of(const struct window *window)
{
	return window->frames + (window->notice ? notice_drawn(window->notice) : 0);
}

static bool is_same(const struct a11y *a11y, const struct a11y_window *w)
{
	const struct window *window = w->window;
	return w->tree.n && w->frames == frames_of(window) &&
	       w->focus == focus_of(window) && w->layer == layer_of(window) &&
	       w->x == window->x && w->y == window->y && w->width == window->width &&
	       w->height == window->height &&
	       w->had_keys == a11y_window_has_keys(a11y, window);
}

static void note_made(const struct a11y *a11y, struct a11y_window *w)
{
	const struct window *window = w->window;
	w->frames = frames_of(window);
	w->focus = focus_of(window);
	w->layer = layer_of(window);
	w->x = window->x;
	w->y = window->y;
	w->width = window->width;
	w->height = window->height;
	w->had_keys = a11y_window_has_keys(a11y, window);
}

static bool make_tree(struct a11y *a11y, struct a11y_window *w)
{
	struct gl_layer *layer = (struct gl_layer *)(uintptr_t)w->layer;
	const struct a11y_about about = {.name = w->window->name,
		.role = w->window->panel.edge == PANEL_NONE ? ROLE_FRAME : ROLE_WINDOW,
		.active = w->had_keys,
		.focus = w->focus,
		.listens = listens,
		.data = layer};
	a11y_tree_begin(&a11y->spare);
	gl_layer_notes(layer, a11y_tree_note, &a11y->spare);
	if (a11y_tree_end(&a11y->spare, &w->tree, &about, &a11y->next_id) < 0) {
		log_error("%s: no memory for what it says that it is", w->window->name);
		return false;
	}
	a11y_tree_swap(&a11y->spare, &w->tree);
	return true;
}

void a11y_window_update(struct a11y *a11y, struct a11y_window *w)
{
	if (a11y_telling_busy(a11y) || is_same(a11y, w))
		return;
	bool new_frame = w->frames != frames_of(w->window),
	     had = w->had_keys && w->tree.n;
	note_made(a11y, w);
	if (!make_tree(a11y, w))
		return;
	if (w->had_keys && !had)
		a11y_events_window(a11y, w, "Activate");
	a11y_telling_frame(a11y, w, &a11y->spare, had && !w->had_keys);
	if (w->wish.id && new_frame)
		a11y_wish_turn(w);
}

struct secret {
	uint64_t focus;
	bool is_there;
};

static void look_for_secret(void *data, const struct gl_layer_note *note)
{
	struct secret *secret = data;
	secret->is_there |= note->op == OP_INPUT_HINT && note->tag == secret->focus &&
			    note->value[0] == HINT_PASSWORD;
}

/* Of its last frame, which its tree may not be of yet. */
bool a11y_window_in_secret(const struct a11y_window *w)
{
	const struct gl_layer *layer = layer_of(w->window);
	struct secret secret = {.focus = focus_of(w->window)};
	if (!layer)
		return true;
	gl_layer_notes(layer, look_for_secret, &secret);
	return secret.is_there && secret.focus;
}

static bool is_told(const struct window *window)
{
	return layer_of(window) && !panel_hidden(window);
}

static void drop_window(struct a11y *a11y, struct a11y_window *w)
{
	a11y_telling_drop(a11y, w);
	list_remove(&w->link);
	a11y_tree_finish(&w->tree);
	free(w);
}

static void add_window(struct a11y *a11y, struct window *window)
{
	struct a11y_window *w = xcalloc(1, sizeof *w);
	*w = (struct a11y_window){.a11y = a11y, .window = window, .made = window->made};
	list_push_back(&a11y->windows, &w->link);
	note_made(a11y, w);
	make_tree(a11y, w);
	a11y_telling_window(a11y, w);
}

static bool is_there(const struct a11y *a11y, const struct a11y_window *w)
{
	list_for_each (window, &a11y->session->windows, struct window, link) {
		if (window == w->window)
			return window->made == w->made && is_told(window);
	}
	return false;
}

static bool is_known(const struct a11y *a11y, const struct window *window)
{
	list_for_each (w, &a11y->windows, struct a11y_window, link) {
		if (w->window == window)
			return true;
	}
	return false;
}

/*
 * Not before it is known who wants to hear that there are windows. A new one has to wait while
 * something is told, one that is gone does not.
 */
static void match_windows(struct a11y *a11y)
{
	if (!a11y->listeners.known)
		return;
	list_for_each_safe (w, &a11y->windows, struct a11y_window, link) {
		if (!is_there(a11y, w))
			drop_window(a11y, w);
	}
	list_for_each (window, &a11y->session->windows, struct window, link) {
		if (is_told(window) && !is_known(a11y, window) &&
			!a11y_telling_busy(a11y))
			add_window(a11y, window);
	}
}

/* Who lost the keys first: so it is told when somebody else has them. */
static void tell_frames(struct a11y *a11y)
{
	for (int keys = 0; keys < 2; keys++) {
		list_for_each (w, &a11y->windows, struct a11y_window, link) {
			if (a11y_window_has_keys(a11y, w->window) == (keys == 1) &&
				!a11y_bus_full(&a11y->bus))
				a11y_window_update(a11y, w);
		}
	}
}

/* Windows first: what is told is of such that are there. */
static void tell_in_this_turn(struct a11y *a11y)
{
	match_windows(a11y);
	if (a11y_telling_waits(a11y)) {
		a11y_telling_go(a11y);
		match_windows(a11y);
	}
	if (a11y_heard(a11y) && !a11y->rest_ns)
		tell_frames(a11y);
}

#define LONG_NS NS_PER_MS

/* Who says something else all over in each frame gets a fifth of the time, all others the rest. */
static void tell_within_reason(struct a11y *a11y)
{
	uint64_t before = clock_now_ns();
	tell_in_this_turn(a11y);
	uint64_t now = clock_now_ns();
	a11y->spent_ns += now - before;
	if (a11y_telling_busy(a11y))
		return;
	if (a11y->spent_ns > LONG_NS)
		a11y->rest_ns = now + 4 * a11y->spent_ns;
	a11y->spent_ns = 0;
}

/* The bus of assistive technology. */

static void forget_desktop(struct a11y *a11y)
{
	free(a11y->desktop_name);
	free(a11y->desktop_path);
	a11y->desktop_name = a11y->desktop_path = NULL;
}

static void handle_embedded(void *data, DBusMessage *reply)
{
	struct a11y *a11y = data;
	DBusMessageIter it, pair;
	const char *name, *path;
	if (!reply || !dbus_message_has_signature(reply, "(so)") ||
		!dbus_message_iter_init(reply, &it)) {
		log_error("accessibility: the registry of assistive technology does not "
			  "answer; is at-spi2-core installed?");
		return;
	}
	dbus_message_iter_recurse(&it, &pair);
	dbus_message_iter_get_basic(&pair, &name);
	dbus_message_iter_next(&pair);
	dbus_message_iter_get_basic(&pair, &path);
	forget_desktop(a11y);
	a11y->desktop_name = xstrdup(name);
	a11y->desktop_path = xstrdup(path);
	a11y->tries = 0;
	log_info("windows are told to assistive technology");
}

static void embed(struct a11y *a11y)
{
	DBusMessage *message = dbus_message_new_method_call(
		A11Y_REGISTRY, A11Y_ROOT, ATSPI "Socket", "Embed");
	DBusMessageIter it;
	if (!message)
		return;
	dbus_message_iter_init_append(message, &it);
	a11y_put_thing(&it, a11y, 0);
	a11y_bus_call(&a11y->bus, message, A11Y_BUS_REPLY_MS, handle_embedded, a11y);
}

static void handle_up(void *data)
{
	struct a11y *a11y = data;
	a11y_bus_match(&a11y->bus, owner_rule, true);
	embed(a11y);
	a11y_listeners_start(a11y);
	a11y_keys_start(a11y);
}

static void leave(struct a11y *a11y)
{
	a11y_bus_close(&a11y->bus);
	a11y_keys_stop(a11y);
	a11y_listeners_stop(a11y);
	forget_desktop(a11y);
	list_for_each_safe (w, &a11y->windows, struct a11y_window, link)
		drop_window(a11y, w);
	a11y_telling_finish(&a11y->telling);
	a11y_tree_finish(&a11y->spare);
	a11y->spent_ns = 0;
}

static void try_later(struct a11y *a11y, int r)
{
	log_debug("the bus of assistive technology: %s", strerror(-r));
	leave(a11y);
	if (r != -ENOSYS && a11y->tries < A11Y_TRIES)
		a11y->retry_ns = clock_now_ns() + a11y_backoff_ns(a11y->tries++);
}

static void handle_down(void *data, int r)
{
	try_later(data, r);
}

static void handle_owner(struct a11y *a11y, DBusMessage *message)
{
	const char *name, *old, *new;
	if (!dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name,
		    DBUS_TYPE_STRING, &old, DBUS_TYPE_STRING, &new, DBUS_TYPE_INVALID) ||
		strcmp(name, A11Y_REGISTRY) != 0 || !old[0])
		return;
	/* The registry went. Another one knows nothing of us; to embed starts it. */
	forget_desktop(a11y);
	if (a11y->tries++ >= A11Y_TRIES)
		return;
	embed(a11y);
	a11y_listeners_again(a11y);
	a11y_keys_again(a11y);
}

static void handle_message(void *data, DBusMessage *message)
{
	struct a11y *a11y = data;
	const char *sender = dbus_message_get_sender(message);
	if (dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_METHOD_CALL) {
		match_windows(a11y);
		/* The registry calls, too: while it embeds us, before it is known by name. */
		if (a11y->desktop_name && sender &&
			strcmp(sender, a11y->desktop_name) != 0)
			a11y_listeners_note(a11y, sender);
		a11y_answer(a11y, message);
		a11y->acted = true;
	} else if (!a11y_listeners_signal(a11y, message) &&
		   !a11y_keys_signal(a11y, message) &&
		   dbus_message_is_signal(
			   message, DBUS_INTERFACE_DBUS, "NameOwnerChanged")) {
		handle_owner(a11y, message);
	}
}

static const struct a11y_bus_user user = {handle_up, handle_down, handle_message};

static void handle_found(void *data, const char *address)
{
	struct a11y *a11y = data;
	bool same = address && a11y->address && strcmp(address, a11y->address) == 0;
	if (same && a11y_bus_is_open(&a11y->bus))
		return;
	char *copy = address ? xstrdup(address) : NULL;
	free(a11y->address);
	a11y->address = copy;
	a11y->retry_ns = UINT64_MAX;
	leave(a11y);
	int r = copy ? a11y_bus_open(&a11y->bus, copy) : 0;
	if (r < 0)
		try_later(a11y, r);
}

/* The session's part. */

struct a11y *a11y_create(struct session *session)
{
	struct a11y *a11y = xcalloc(1, sizeof *a11y);
	*a11y = (struct a11y){.session = session,
		.mode = session->settings->accessibility,
		.retry_ns = UINT64_MAX};
	list_init(&a11y->windows);
	a11y_finder_init(&a11y->finder, session->loop, handle_found, a11y);
	a11y_bus_init(&a11y->bus, session->loop, "the bus of assistive technology", &user,
		a11y);
	return a11y;
}

static void stop(struct a11y *a11y)
{
	a11y_finder_stop(&a11y->finder);
	leave(a11y);
	free(a11y->address);
	a11y->address = NULL;
	a11y->retry_ns = UINT64_MAX;
	a11y->tries = 0;
	a11y->started = false;
}

void a11y_destroy(struct a11y *a11y)
{
	if (!a11y)
		return;
	stop(a11y);
	a11y_finder_finish(&a11y->finder);
	free(a11y);
}

void a11y_configure(struct a11y *a11y)
{
	if (!a11y || a11y->mode == a11y->session->settings->accessibility)
		return;
	a11y->mode = a11y->session->settings->accessibility;
	stop(a11y);
}

static bool any_seen(const struct session *session)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (window->seen)
			return true;
	}
	return false;
}

/* After the first frame: a start is as fast as without. Time that jumps is nobody's to hear. */
static void start(struct a11y *a11y)
{
	if (a11y->mode == ACCESSIBILITY_OFF || virtual_is_on() ||
		!any_seen(a11y->session))
		return;
	a11y->started = true;
	a11y_finder_start(&a11y->finder, a11y->mode == ACCESSIBILITY_ON);
}

void a11y_turn(struct a11y *a11y)
{
	if (!a11y)
		return;
	if (!a11y->started) {
		start(a11y);
		return;
	}
	a11y->acted = false;
	a11y_telling_turn(a11y);
	a11y_finder_turn(&a11y->finder);
	a11y_bus_turn(&a11y->bus);
	uint64_t now = clock_now_ns();
	if (now >= a11y->retry_ns) {
		a11y->retry_ns = UINT64_MAX;
		a11y_finder_again(&a11y->finder);
	}
	if (now >= a11y->rest_ns)
		a11y->rest_ns = 0;
	if (!a11y->bus.up)
		return;
	a11y_keys_turn(a11y);
	if (a11y_bus_full(&a11y->bus))
		return;
	/* Whoever asked for so long in this turn takes nothing from what is told. */
	a11y_telling_turn(a11y);
	tell_within_reason(a11y);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t a11y_next_ns(const struct a11y *a11y)
{
	if (!a11y || !a11y->started)
		return UINT64_MAX;
	if (a11y->acted || (a11y->bus.up && a11y_telling_waits(a11y)))
		return 0;
	uint64_t ns =
		earlier(a11y_finder_next_ns(&a11y->finder), a11y_bus_next_ns(&a11y->bus));
	ns = earlier(ns, a11y->rest_ns ? a11y->rest_ns : UINT64_MAX);
	return earlier(earlier(ns, a11y->retry_ns), a11y_keys_next_ns(a11y));
}

void a11y_announce(struct a11y *a11y, const char *text)
{
	if (a11y)
		a11y_events_announce(a11y, text);
}
