#include "input/keyboard.h"

#include <assert.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define XKB_OFFSET      8 /* X11's key codes are the kernel's plus eight */
#define REPEAT_DELAY    (600 * NS_PER_MS)
#define REPEAT_INTERVAL (NS_PER_S / 25)

enum key_state {
	STATE_UP,
	STATE_DOWN,
	STATE_TAKEN, /* down, but the session took it: its release goes nowhere */
};

static const char *const mod_names[] = {
	XKB_MOD_NAME_CTRL, XKB_MOD_NAME_LOGO, XKB_MOD_NAME_SHIFT, XKB_MOD_NAME_ALT};
static const uint32_t mod_bits[] = {
	INPUT_MOD_CTRL, INPUT_MOD_LOGO, INPUT_MOD_SHIFT, INPUT_MOD_ALT};
static const char *const led_names[] = {
	XKB_LED_NAME_NUM, XKB_LED_NAME_CAPS, XKB_LED_NAME_SCROLL};
static const uint32_t led_bits[] = {
	KEYBOARD_LED_NUM, KEYBOARD_LED_CAPS, KEYBOARD_LED_SCROLL};

#define MODS (sizeof mod_names / sizeof mod_names[0])
#define LEDS (sizeof led_names / sizeof led_names[0])

struct keyboard {
	const struct input_listener *listener;
	void *data;
	struct xkb_context *context;
	struct xkb_keymap *keymap;
	struct xkb_state *state;
	xkb_mod_index_t mod_index[MODS];
	xkb_led_index_t led_index[LEDS];
	uint8_t keys[KEY_CNT]; /* enum key_state */
	uint64_t delay_ns, interval_ns;
	uint32_t repeat_code;
	uint64_t repeat_ns; /* 0: nothing repeats */
};

static void log_xkb(struct xkb_context *context, enum xkb_log_level level,
	const char *fmt, va_list ap)
{
	char text[256];
	vsnprintf(text, sizeof text, fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_debug("xkbcommon: %s", text);
}

static int explain(struct input_error *err, const char *layout)
{
	const char *name = layout ? layout : getenv("XKB_DEFAULT_LAYOUT");
	if (err)
		snprintf(err->text, sizeof err->text,
			"no keyboard layout \"%.40s\": xkbcommon has no keymap of that "
			"name; choose "
			"one listed in /usr/share/X11/xkb/rules/base.lst (package "
			"xkb-data), as us",
			name ? name : "us");
	return -EINVAL;
}

static int compile(struct keyboard *k, const char *layout)
{
	k->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	if (!k->context)
		return -EINVAL;
	xkb_context_set_log_fn(k->context, log_xkb);
	struct xkb_rule_names names = {.layout = layout};
	k->keymap = xkb_keymap_new_from_names(
		k->context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
	k->state = k->keymap ? xkb_state_new(k->keymap) : NULL;
	return k->state ? 0 : -EINVAL;
}

int keyboard_create(const char *layout, const struct input_listener *listener, void *data,
	struct keyboard **out, struct input_error *err)
{
	struct keyboard *k = xcalloc(1, sizeof *k);
	*k = (struct keyboard){
		.listener = listener,
		.data = data,
		.delay_ns = REPEAT_DELAY,
		.interval_ns = REPEAT_INTERVAL,
	};
	if (compile(k, layout) < 0) {
		keyboard_destroy(k);
		return explain(err, layout);
	}
	for (size_t i = 0; i < MODS; i++)
		k->mod_index[i] = xkb_keymap_mod_get_index(k->keymap, mod_names[i]);
	for (size_t i = 0; i < LEDS; i++)
		k->led_index[i] = xkb_keymap_led_get_index(k->keymap, led_names[i]);
	*out = k;
	return 0;
}

void keyboard_destroy(struct keyboard *keyboard)
{
	if (!keyboard)
		return;
	xkb_state_unref(keyboard->state);
	xkb_keymap_unref(keyboard->keymap);
	xkb_context_unref(keyboard->context);
	free(keyboard);
}

uint32_t keyboard_mods(const struct keyboard *keyboard)
{
	uint32_t mods = 0;
	for (size_t i = 0; i < MODS; i++) {
		if (xkb_state_mod_index_is_active(keyboard->state, keyboard->mod_index[i],
			    XKB_STATE_MODS_EFFECTIVE) > 0)
			mods |= mod_bits[i];
	}
	return mods;
}

uint32_t keyboard_leds(const struct keyboard *keyboard)
{
	uint32_t leds = 0;
	for (size_t i = 0; i < LEDS; i++) {
		if (xkb_state_led_index_is_active(
			    keyboard->state, keyboard->led_index[i]) > 0)
			leds |= led_bits[i];
	}
	return leds;
}

/* Commands type nothing: neither a control character, nor a letter under Ctrl, Alt or Logo. */
static void put_text(const struct keyboard *k, uint32_t mods, struct input_key *key)
{
	if (mods & (INPUT_MOD_CTRL | INPUT_MOD_ALT | INPUT_MOD_LOGO))
		return;
	int n = xkb_state_key_get_utf8(
		k->state, key->code + XKB_OFFSET, key->utf8, sizeof key->utf8);
	unsigned char c = (unsigned char)key->utf8[0];
	if (n <= 0 || (size_t)n >= sizeof key->utf8 || c < 0x20 || c == 0x7f)
		memset(key->utf8, 0, sizeof key->utf8);
}

/* The symbol is that of the moment before the key itself changes the modifiers. */
static struct input_key describe(
	struct keyboard *k, uint32_t code, bool pressed, uint64_t time_ns)
{
	struct input_key key = {.time_ns = time_ns, .code = code, .pressed = pressed};
	key.keysym = xkb_state_key_get_one_sym(k->state, code + XKB_OFFSET);
	key.mods = keyboard_mods(k);
	if (pressed)
		put_text(k, key.mods, &key);
	return key;
}

static struct input_key turn(
	struct keyboard *k, uint32_t code, bool pressed, uint64_t time_ns)
{
	struct input_key key = describe(k, code, pressed, time_ns);
	xkb_state_update_key(
		k->state, code + XKB_OFFSET, pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
	key.mods = keyboard_mods(k);
	return key;
}

static void press(struct keyboard *k, uint32_t code, uint64_t time_ns)
{
	struct input_key key = turn(k, code, true, time_ns);
	k->keys[code] = STATE_TAKEN;
	if (k->listener->shortcut(k->data, &key))
		return;
	/* The listener may have let go of everything meanwhile. */
	if (k->keys[code] == STATE_UP)
		return;
	k->keys[code] = STATE_DOWN;
	if (xkb_keymap_key_repeats(k->keymap, code + XKB_OFFSET)) {
		k->repeat_code = code;
		k->repeat_ns = time_ns + k->delay_ns;
	}
	k->listener->key(k->data, &key);
}

static void release(struct keyboard *k, uint32_t code, uint64_t time_ns)
{
	struct input_key key = turn(k, code, false, time_ns);
	bool taken = k->keys[code] == STATE_TAKEN;
	k->keys[code] = STATE_UP;
	if (k->repeat_code == code)
		k->repeat_ns = 0;
	k->listener->shortcut(k->data, &key);
	if (!taken)
		k->listener->key(k->data, &key);
}

void keyboard_key(
	struct keyboard *keyboard, uint32_t code, bool pressed, uint64_t time_ns)
{
	if (code >= KEY_CNT || pressed == (keyboard->keys[code] != STATE_UP))
		return;
	if (pressed)
		press(keyboard, code, time_ns);
	else
		release(keyboard, code, time_ns);
}

void keyboard_release_all(struct keyboard *keyboard, uint64_t time_ns)
{
	for (uint32_t code = 0; code < KEY_CNT; code++) {
		if (keyboard->keys[code] != STATE_UP)
			release(keyboard, code, time_ns);
	}
	struct xkb_state *fresh = xkb_state_new(keyboard->keymap);
	if (!fresh)
		return;
	xkb_state_unref(keyboard->state);
	keyboard->state = fresh;
}

static void lock(struct keyboard *k, uint32_t code, bool on, enum keyboard_led led)
{
	if (on == ((keyboard_leds(k) & led) != 0) || k->keys[code] != STATE_UP)
		return;
	xkb_state_update_key(k->state, code + XKB_OFFSET, XKB_KEY_DOWN);
	xkb_state_update_key(k->state, code + XKB_OFFSET, XKB_KEY_UP);
}

void keyboard_set_locks(struct keyboard *keyboard, uint32_t leds)
{
	lock(keyboard, KEY_CAPSLOCK, leds & KEYBOARD_LED_CAPS, KEYBOARD_LED_CAPS);
	lock(keyboard, KEY_NUMLOCK, leds & KEYBOARD_LED_NUM, KEYBOARD_LED_NUM);
}

void keyboard_set_repeat(
	struct keyboard *keyboard, uint64_t delay_ns, uint64_t interval_ns)
{
	keyboard->delay_ns = delay_ns;
	keyboard->interval_ns = interval_ns;
}

uint64_t keyboard_next_repeat_ns(const struct keyboard *keyboard)
{
	return keyboard->repeat_ns;
}

/* One at a time: whoever was away for a second does not want 25 letters at once. */
void keyboard_repeat(struct keyboard *keyboard, uint64_t now_ns)
{
	uint64_t due = keyboard->repeat_ns;
	if (!due || now_ns < due)
		return;
	struct input_key key = describe(keyboard, keyboard->repeat_code, true, due);
	key.repeat = true;
	uint64_t next = due + keyboard->interval_ns;
	keyboard->repeat_ns = next > now_ns ? next : now_ns + keyboard->interval_ns;
	keyboard->listener->key(keyboard->data, &key);
}
