#include "session/a11y_keys.h"

#include <string.h>

#include <xkbcommon/xkbcommon.h>

#include "session/a11y_private.h"
#include "session/a11y_role.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"

#define CONTROLLER ATSPI "DeviceEventController"

static const char *const rules[] = {
	"type='signal',sender='" A11Y_REGISTRY "',member='KeystrokeListenerRegistered'",
	"type='signal',sender='" A11Y_REGISTRY "',member='KeystrokeListenerDeregistered'",
};

/* Who listens. */

static void ask_listeners(struct a11y *a11y);

/* What came up while nobody listened was not seen here. */
static void set_heard(struct a11y_keys *keys, bool heard)
{
	if (heard && !keys->heard) {
		memset(keys->taken, 0, sizeof keys->taken);
		memset(keys->down, 0, sizeof keys->down);
		keys->n_down = 0;
	}
	keys->heard = heard;
}

static void handle_listeners(void *data, DBusMessage *reply)
{
	struct a11y *a11y = data;
	struct a11y_keys *keys = &a11y->keys;
	DBusMessageIter it, all;
	bool heard = false;
	keys->asking = false;
	if (reply && dbus_message_iter_init(reply, &it) &&
		dbus_message_iter_get_arg_type(&it) == DBUS_TYPE_ARRAY) {
		dbus_message_iter_recurse(&it, &all);
		heard = dbus_message_iter_get_arg_type(&all) != DBUS_TYPE_INVALID;
	}
	set_heard(keys, heard);
	if (keys->again)
		ask_listeners(a11y);
}

static void ask_listeners(struct a11y *a11y)
{
	struct a11y_keys *keys = &a11y->keys;
	keys->again = keys->asking;
	if (keys->asking)
		return;
	keys->asking = true;
	a11y_bus_call(&a11y->bus,
		dbus_message_new_method_call(A11Y_REGISTRY, A11Y_CONTROLLER, CONTROLLER,
			"GetKeystrokeListeners"),
		A11Y_BUS_REPLY_MS, handle_listeners, a11y);
}

void a11y_keys_start(struct a11y *a11y)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		a11y_bus_match(&a11y->bus, rules[i], true);
	ask_listeners(a11y);
}

void a11y_keys_again(struct a11y *a11y)
{
	ask_listeners(a11y);
}

void a11y_keys_stop(struct a11y *a11y)
{
	a11y_let_keys_go(a11y);
	a11y->keys = (struct a11y_keys){0};
}

bool a11y_keys_signal(struct a11y *a11y, DBusMessage *message)
{
	const char *member = dbus_message_get_member(message);
	if (!member || (strcmp(member, "KeystrokeListenerRegistered") != 0 &&
			       strcmp(member, "KeystrokeListenerDeregistered") != 0))
		return false;
	ask_listeners(a11y);
	return true;
}

/*
 * One as AT-SPI has it. X11's key codes and modifiers are what everybody knows. Code and
 * modifiers are signed for the registry of at-spi2-core 2.46, whatever its introspection
 * says, unsigned by that: who refuses the one is sent the other.
 */

static uint32_t x_mods(uint32_t mods)
{
	return (mods & INPUT_MOD_SHIFT ? 1u : 0) | (mods & INPUT_MOD_CTRL ? 4u : 0) |
	       (mods & INPUT_MOD_ALT ? 8u : 0) | (mods & INPUT_MOD_LOGO ? 64u : 0);
}

static DBusMessage *make(
	const struct input_key *key, const char *member, bool is_unsigned)
{
	DBusMessage *message = dbus_message_new_method_call(
		A11Y_REGISTRY, A11Y_CONTROLLER, CONTROLLER, member);
	DBusMessageIter it, one;
	char text[64];
	const char *said = text;
	bool types = (unsigned char)key->utf8[0] > ' ' && key->utf8[0] != 0x7f;
	if (types)
		memcpy(text, key->utf8, sizeof key->utf8), text[sizeof key->utf8] = '\0';
	else if (xkb_keysym_get_name(key->keysym, text, sizeof text) < 0)
		text[0] = '\0';
	dbus_uint32_t type = key->pressed ? 0 : 1, code = key->code + 8,
		      mods = x_mods(key->mods);
	dbus_int32_t sym = (dbus_int32_t)key->keysym,
		     ms = (dbus_int32_t)(key->time_ns / NS_PER_MS & INT32_MAX);
	dbus_bool_t is_text = types;
	int word = is_unsigned ? DBUS_TYPE_UINT32 : DBUS_TYPE_INT32;
	if (!message)
		return NULL;
	dbus_message_iter_init_append(message, &it);
	if (dbus_message_iter_open_container(&it, DBUS_TYPE_STRUCT, NULL, &one) &&
		dbus_message_iter_append_basic(&one, DBUS_TYPE_UINT32, &type) &&
		dbus_message_iter_append_basic(&one, DBUS_TYPE_INT32, &sym) &&
		dbus_message_iter_append_basic(&one, word, &code) &&
		dbus_message_iter_append_basic(&one, word, &mods) &&
		dbus_message_iter_append_basic(&one, DBUS_TYPE_INT32, &ms) &&
		dbus_message_iter_append_basic(&one, DBUS_TYPE_STRING, &said) &&
		dbus_message_iter_append_basic(&one, DBUS_TYPE_BOOLEAN, &is_text) &&
		dbus_message_iter_close_container(&it, &one))
		return message;
	dbus_message_unref(message);
	return NULL;
}

/* Bits. */

static bool is_set(const uint8_t *bits, uint32_t code)
{
	return code < KEY_CNT && (bits[code / 8] & 1u << code % 8);
}

static void put_bit(uint8_t *bits, uint32_t code, bool on)
{
	uint8_t bit = (uint8_t)(1u << code % 8);
	if (code < KEY_CNT)
		bits[code / 8] =
			(uint8_t)(on ? bits[code / 8] | bit : bits[code / 8] & ~bit);
}

/* What a screen reader's own combinations begin with. */
static void note_reader_key(struct a11y_keys *keys, const struct input_key *key)
{
	bool was = is_set(keys->down, key->code);
	if (key->keysym != XKB_KEY_Insert && key->keysym != XKB_KEY_KP_Insert &&
		key->keysym != XKB_KEY_Caps_Lock && !was)
		return;
	put_bit(keys->down, key->code, key->pressed);
	keys->n_down += (unsigned)(key->pressed && !was);
	keys->n_down -= (unsigned)(!key->pressed && was);
}

/* Symbols of text, dead keys and the key pad; all others move, or are modifiers. */
static bool is_writing(uint32_t keysym)
{
	bool pad = keysym >= XKB_KEY_KP_Space && keysym <= XKB_KEY_KP_9;
	return (keysym >= ' ' && keysym < 0xf000) || keysym >= 0x1000000 ||
	       (keysym >= XKB_KEY_dead_grave && keysym < 0xfea0) ||
	       (pad && keysym != XKB_KEY_KP_Insert && keysym != XKB_KEY_KP_Enter);
}

/* It would be told what is typed. */
static bool is_secret(const struct a11y *a11y, const struct input_key *key)
{
	const struct window *window = a11y->session->focus;
	bool types = (unsigned char)key->utf8[0] >= ' ' || is_writing(key->keysym);
	if (!types || a11y->keys.n_down > 0 || (key->mods & ~(uint32_t)INPUT_MOD_SHIFT) ||
		!window)
		return false;
	list_for_each (w, &a11y->windows, struct a11y_window, link) {
		if (w->window == window && w->made == window->made)
			return a11y_window_in_secret(w);
	}
	return true;
}

/* The queue. */

static struct input_key pop(struct a11y_keys *keys)
{
	struct input_key key = keys->queue[keys->first];
	keys->first = (keys->first + 1) % A11Y_KEYS;
	keys->n--;
	return key;
}

static void go(struct a11y *a11y, const struct input_key *key, bool taken)
{
	struct a11y_keys *keys = &a11y->keys;
	bool was = is_set(keys->taken, key->code);
	if (key->pressed && !key->repeat)
		put_bit(keys->taken, key->code, taken);
	else if (!key->pressed)
		put_bit(keys->taken, key->code, false);
	/* Pressed before it was taken: it must come up. */
	if (key->pressed ? taken : was)
		return;
	a11y->acted = true;
	session_key_deliver(a11y->session, key);
}

void a11y_let_keys_go(struct a11y *a11y)
{
	if (!a11y || a11y->keys.n == 0 || a11y->keys.letting_go)
		return;
	struct a11y_keys *keys = &a11y->keys;
	struct method **typist = &a11y->session->texting.typist, *now = *typist;
	/* None of these is its own. */
	*typist = NULL;
	keys->letting_go = true;
	keys->slow |= keys->asked;
	keys->asked = false;
	keys->until_ns = UINT64_MAX;
	while (keys->n > 0) {
		struct input_key key = pop(keys);
		go(a11y, &key, false);
	}
	keys->letting_go = false;
	*typist = now;
}

static void ask_next(struct a11y *a11y);

static void handle_answer(void *data, DBusMessage *reply)
{
	struct a11y *a11y = data;
	struct a11y_keys *keys = &a11y->keys;
	dbus_bool_t taken = FALSE;
	if (keys->slow) {
		keys->slow = false;
		return;
	}
	if (!keys->asked)
		return;
	if (reply)
		dbus_message_get_args(
			reply, NULL, DBUS_TYPE_BOOLEAN, &taken, DBUS_TYPE_INVALID);
	else
		keys->is_unsigned = !keys->is_unsigned;
	keys->asked = false;
	struct input_key key = pop(keys);
	go(a11y, &key, taken);
	ask_next(a11y);
}

static void ask_next(struct a11y *a11y)
{
	struct a11y_keys *keys = &a11y->keys;
	while (keys->n > 0 && !keys->asked) {
		const struct input_key *key = &keys->queue[keys->first];
		if (key->repeat && !key->keysym) {
			/* More of a long text: it goes where the key went. */
			struct input_key now = pop(keys);
			go(a11y, &now, is_set(keys->taken, now.code));
			continue;
		}
		if (keys->slow || !keys->heard || is_secret(a11y, key)) {
			struct input_key now = pop(keys);
			go(a11y, &now, false);
			continue;
		}
		keys->asked = true;
		keys->until_ns = clock_now_ns() + A11Y_KEY_NS;
		/* It is told of an end, too, when that is longer than anybody waits. */
		a11y_bus_call(&a11y->bus,
			make(key, "NotifyListenersSync", keys->is_unsigned),
			A11Y_BUS_REPLY_MS, handle_answer, a11y);
	}
}

/* Told, not asked. */
static void tell(struct a11y *a11y, const struct input_key *key)
{
	DBusMessage *message = make(key, "NotifyListenersAsync", a11y->keys.is_unsigned);
	if (message)
		dbus_message_set_no_reply(message, TRUE);
	a11y_bus_send(&a11y->bus, message);
}

bool a11y_takes_key(struct a11y *a11y, const struct input_key *key)
{
	if (!a11y || !a11y->bus.up || !(a11y->keys.heard || a11y->keys.n > 0))
		return false;
	struct a11y_keys *keys = &a11y->keys;
	const bool full = a11y_bus_full(&a11y->bus),
		   typed = a11y->session->texting.typist;
	note_reader_key(keys, key);
	if (keys->n == A11Y_KEYS || typed)
		a11y_let_keys_go(a11y);
	if (keys->n == 0 && (keys->slow || full || typed)) {
		if (!full && !is_secret(a11y, key))
			tell(a11y, key);
		go(a11y, key, false);
		return true;
	}
	keys->queue[(keys->first + keys->n++) % A11Y_KEYS] = *key;
	ask_next(a11y);
	return true;
}

void a11y_keys_turn(struct a11y *a11y)
{
	if (a11y->keys.asked && clock_now_ns() >= a11y->keys.until_ns)
		a11y_let_keys_go(a11y);
}

uint64_t a11y_keys_next_ns(const struct a11y *a11y)
{
	return a11y->keys.asked ? a11y->keys.until_ns : UINT64_MAX;
}
