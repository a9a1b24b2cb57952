#include "input/keyboard.h"

#include <assert.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>

#include "input/access.h"
#include "input/compose.h"
#include "input/keymap.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define XKB_OFFSET      8 /* X11's key codes are the kernel's plus eight */
#define REPEAT_DELAY    (600 * NS_PER_MS)
#define REPEAT_INTERVAL (NS_PER_S / 25)

enum key_state {
	STATE_UP,
	STATE_DOWN,
	STATE_TAKEN, /* down, but its release goes nowhere: the session took it */
};

static const char *const mod_names[] = {
	XKB_MOD_NAME_CTRL, XKB_MOD_NAME_LOGO, XKB_MOD_NAME_SHIFT, XKB_MOD_NAME_ALT};
static const uint32_t mod_bits[] = {
	INPUT_MOD_CTRL, INPUT_MOD_LOGO, INPUT_MOD_SHIFT, INPUT_MOD_ALT};
static const char *const led_names[] = {
	XKB_LED_NAME_NUM, XKB_LED_NAME_CAPS, XKB_LED_NAME_SCROLL};
static const uint32_t led_bits[] = {
	KEYBOARD_LED_NUM, KEYBOARD_LED_CAPS, KEYBOARD_LED_SCROLL};

#define MODS     (sizeof mod_names / sizeof mod_names[0])
#define LEDS     (sizeof led_names / sizeof led_names[0])
#define COMMANDS (INPUT_MOD_CTRL | INPUT_MOD_ALT | INPUT_MOD_LOGO)

struct keyboard {
	const struct input_listener *listener;
	void *data;
	const struct keyboard_drive *drive; /* NULL: none */
	void *drive_data;
	struct xkb_context *context;
	struct keymap keymap;
	struct xkb_state *state;
	uint32_t keymaps; /* so many there were */
	struct compose compose;
	struct access access;
	xkb_mod_index_t mod_index[MODS];
	xkb_led_index_t led_index[LEDS];
	uint32_t leds;         /* as they were last told */
	uint8_t keys[KEY_CNT]; /* enum key_state */
	uint64_t delay_ns, interval_ns;
	uint32_t repeat_code;
	uint64_t repeat_ns; /* 0: nothing repeats */
};

/* Lamps, modifiers, layouts. */

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

static void tell_leds(struct keyboard *k)
{
	uint32_t leds = keyboard_leds(k);
	if (leds == k->leds)
		return;
	k->leds = leds;
	if (k->drive)
		k->drive->leds(k->drive_data, leds);
}

size_t keyboard_layouts(const struct keyboard *keyboard)
{
	return keyboard->keymap.n;
}

size_t keyboard_layout(const struct keyboard *keyboard)
{
	return xkb_state_serialize_layout(keyboard->state, XKB_STATE_LAYOUT_EFFECTIVE);
}

const char *keyboard_layout_name(const struct keyboard *keyboard, size_t layout)
{
	return layout < KEYMAP_LAYOUTS ? keyboard->keymap.names[layout] : "";
}

const char *keyboard_layout_title(const struct keyboard *keyboard, size_t layout)
{
	const char *title = xkb_keymap_layout_get_name(
		keyboard->keymap.xkb, (xkb_layout_index_t)layout);
	return title ? title : "";
}

static void lock_layout(struct keyboard *k, xkb_layout_index_t layout)
{
	struct xkb_state *s = k->state;
	xkb_state_update_mask(s, xkb_state_serialize_mods(s, XKB_STATE_MODS_DEPRESSED),
		xkb_state_serialize_mods(s, XKB_STATE_MODS_LATCHED),
		xkb_state_serialize_mods(s, XKB_STATE_MODS_LOCKED),
		xkb_state_serialize_layout(s, XKB_STATE_LAYOUT_DEPRESSED),
		xkb_state_serialize_layout(s, XKB_STATE_LAYOUT_LATCHED), layout);
}

int keyboard_set_layout(struct keyboard *keyboard, size_t layout)
{
	if (layout >= keyboard->keymap.n)
		return -EINVAL;
	lock_layout(keyboard, (xkb_layout_index_t)layout);
	keyboard_reset_compose(keyboard);
	tell_leds(keyboard);
	return 0;
}

/* What the key locks of modifiers; 0: it is another key here, as one that changes the layout. */
static xkb_mod_mask_t locked_by(const struct keyboard *k, uint32_t code)
{
	struct xkb_state *state = xkb_state_new(k->keymap.xkb);
	if (!state)
		return 0;
	xkb_state_update_key(state, code + XKB_OFFSET, XKB_KEY_DOWN);
	xkb_state_update_key(state, code + XKB_OFFSET, XKB_KEY_UP);
	xkb_mod_mask_t mods = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED);
	xkb_state_unref(state);
	return mods;
}

static void lock(struct keyboard *k, uint32_t code, bool on, enum keyboard_led led)
{
	struct xkb_state *s = k->state;
	if (on == ((keyboard_leds(k) & led) != 0) || k->keys[code] != STATE_UP)
		return;
	xkb_mod_mask_t mods = locked_by(k, code),
		       locked = xkb_state_serialize_mods(s, XKB_STATE_MODS_LOCKED);
	xkb_state_update_mask(s, xkb_state_serialize_mods(s, XKB_STATE_MODS_DEPRESSED),
		xkb_state_serialize_mods(s, XKB_STATE_MODS_LATCHED),
		on ? locked | mods : locked & ~mods,
		xkb_state_serialize_layout(s, XKB_STATE_LAYOUT_DEPRESSED),
		xkb_state_serialize_layout(s, XKB_STATE_LAYOUT_LATCHED),
		xkb_state_serialize_layout(s, XKB_STATE_LAYOUT_LOCKED));
}

void keyboard_set_num_lock(struct keyboard *keyboard, bool on)
{
	lock(keyboard, KEY_NUMLOCK, on, KEYBOARD_LED_NUM);
	tell_leds(keyboard);
}

void keyboard_set_locks(struct keyboard *keyboard, uint32_t leds)
{
	lock(keyboard, KEY_CAPSLOCK, leds & KEYBOARD_LED_CAPS, KEYBOARD_LED_CAPS);
	keyboard_set_num_lock(keyboard, leds & KEYBOARD_LED_NUM);
}

/* Symbols. */

static uint32_t symbol_of(
	const struct keyboard *k, uint32_t code, xkb_layout_index_t layout)
{
	const xkb_keysym_t *syms;
	int n = xkb_keymap_key_get_syms_by_level(
		k->keymap.xkb, code + XKB_OFFSET, layout, 0, &syms);
	return n == 1 ? syms[0] : XKB_KEY_NoSymbol;
}

static uint32_t plain_of(const struct keyboard *k, uint32_t code)
{
	xkb_layout_index_t layout = xkb_state_key_get_layout(k->state, code + XKB_OFFSET);
	return layout == XKB_LAYOUT_INVALID ? XKB_KEY_NoSymbol
					    : symbol_of(k, code, layout);
}

/* Unicode's Latin blocks end at U+024F. What is no letter has no script. */
static bool is_foreign(uint32_t symbol)
{
	return xkb_keysym_to_utf32(symbol) >= 0x250;
}

/* Of a layout without Latin letters alone: where US keyboards have them. */
static uint32_t us_of(uint32_t code)
{
	static const char letters[] = "qwertyuiop[]\0\0asdfghjkl;'`\0\\zxcvbnm,./";
	if (code < KEY_Q || code >= KEY_Q + sizeof letters - 1)
		return XKB_KEY_NoSymbol;
	return (unsigned char)letters[code - KEY_Q];
}

static uint32_t latin_of(const struct keyboard *k, uint32_t code, uint32_t plain)
{
	if (!is_foreign(plain))
		return plain;
	for (size_t i = 0; i < k->keymap.n; i++) {
		uint32_t symbol = symbol_of(k, code, (xkb_layout_index_t)i);
		if (symbol != XKB_KEY_NoSymbol && !is_foreign(symbol))
			return symbol;
	}
	uint32_t us = us_of(code);
	return us != XKB_KEY_NoSymbol ? us : plain;
}

/* Those that sticky keys hold; a lock is one by itself. */
static bool is_modifier(uint32_t symbol)
{
	if (symbol == XKB_KEY_Caps_Lock || symbol == XKB_KEY_Shift_Lock)
		return false;
	return (symbol >= XKB_KEY_Shift_L && symbol <= XKB_KEY_Hyper_R) ||
	       symbol == XKB_KEY_ISO_Level3_Shift || symbol == XKB_KEY_ISO_Level5_Shift ||
	       symbol == XKB_KEY_Mode_switch;
}

/* Text. */

/* Commands type nothing: neither a control character, nor a letter under Ctrl, Alt or Logo. */
static void put_text(
	struct xkb_state *state, const struct input_key *key, char text[COMPOSE_TEXT])
{
	text[0] = '\0';
	if (key->mods & COMMANDS)
		return;
	int n = xkb_state_key_get_utf8(state, key->code + XKB_OFFSET, text, COMPOSE_TEXT);
	unsigned char c = (unsigned char)text[0];
	if (n <= 0 || n >= COMPOSE_TEXT || c < 0x20 || c == 0x7f)
		text[0] = '\0';
}

/* As many whole characters of it as one event has room for. */
static const char *fill(struct input_key *key, const char *text)
{
	size_t n = strnlen(text, sizeof key->utf8);
	if (n == sizeof key->utf8)
		n--;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memset(key->utf8, 0, sizeof key->utf8);
	memcpy(key->utf8, text, n);
	return n > 0 ? text + n : "";
}

/* held: NULL, or its state: the listener may let go of everything meanwhile. */
static void deliver(
	struct keyboard *k, struct input_key *key, const char *text, const uint8_t *held)
{
	text = fill(key, text);
	k->listener->key(k->data, key);
	key->repeat = true;
	key->keysym = XKB_KEY_NoSymbol;
	while (*text && (!held || *held == STATE_DOWN)) {
		text = fill(key, text);
		k->listener->key(k->data, key);
	}
}

/* The symbol is that of the moment before the key itself changes the modifiers. */
static struct input_key describe(
	struct keyboard *k, uint32_t code, bool pressed, uint64_t time_ns)
{
	struct input_key key = {.time_ns = time_ns, .code = code, .pressed = pressed};
	key.keysym = xkb_state_key_get_one_sym(k->state, code + XKB_OFFSET);
	key.plain = plain_of(k, code);
	key.latin = latin_of(k, code, key.plain);
	key.mods = keyboard_mods(k);
	return key;
}

/* Composition. */

static void tell_compose(struct keyboard *k)
{
	if (k->listener->compose)
		k->listener->compose(k->data, k->compose.pending);
}

void keyboard_reset_compose(struct keyboard *keyboard)
{
	bool was = keyboard->compose.pending[0];
	compose_reset(&keyboard->compose);
	if (was)
		tell_compose(keyboard);
}

const char *keyboard_pending(const struct keyboard *keyboard)
{
	return keyboard->compose.pending;
}

int keyboard_set_compose(
	struct keyboard *keyboard, const char *file, struct input_error *err)
{
	keyboard_reset_compose(keyboard);
	return compose_open(&keyboard->compose, keyboard->context, file, err);
}

/* Whoever takes a composition back means nothing else. */
static bool takes_back(uint32_t keysym)
{
	return keysym == XKB_KEY_BackSpace || keysym == XKB_KEY_Escape;
}

/*
 * What the key makes of text and symbol. False: it was meant for the composition alone,
 * and is not delivered.
 */
static bool compose(struct keyboard *k, struct input_key *key, char text[COMPOSE_TEXT])
{
	uint32_t keysym = key->keysym;
	bool was = k->compose.pending[0];
	if (key->mods & COMMANDS && !is_modifier(keysym)) {
		keyboard_reset_compose(k);
		return true;
	}
	enum compose_result result = compose_feed(&k->compose, &keysym, text);
	if (result == COMPOSE_NOTHING)
		return true;
	if (was || k->compose.pending[0])
		tell_compose(k);
	if (result == COMPOSE_DONE)
		key->keysym = keysym;
	else
		text[0] = '\0';
	return result != COMPOSE_CANCELLED || !takes_back(key->keysym);
}

/* Keys. */

static void turn(struct keyboard *k, struct input_key *key)
{
	xkb_state_update_key(k->state, key->code + XKB_OFFSET,
		key->pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
	key->mods = keyboard_mods(k);
	tell_leds(k);
}

static void begin_repeat(struct keyboard *k, uint32_t code, uint64_t time_ns)
{
	if (k->compose.pending[0]) {
		k->repeat_ns = 0;
	} else if (k->interval_ns &&
		   xkb_keymap_key_repeats(k->keymap.xkb, code + XKB_OFFSET)) {
		k->repeat_code = code;
		k->repeat_ns = time_ns + k->delay_ns;
	}
}

static void press(struct keyboard *k, uint32_t code, uint64_t time_ns)
{
	struct input_key key = describe(k, code, true, time_ns);
	char text[COMPOSE_TEXT];
	put_text(k->state, &key, text);
	fill(&key, text);
	turn(k, &key);
	k->keys[code] = STATE_TAKEN;
	if (k->listener->shortcut(k->data, &key))
		return;
	/* The listener may have let go of everything meanwhile. */
	if (k->keys[code] == STATE_UP || !compose(k, &key, text))
		return;
	k->keys[code] = STATE_DOWN;
	begin_repeat(k, code, time_ns);
	deliver(k, &key, text, &k->keys[code]);
}

static void release(struct keyboard *k, uint32_t code, uint64_t time_ns)
{
	struct input_key key = describe(k, code, false, time_ns);
	turn(k, &key);
	bool taken = k->keys[code] == STATE_TAKEN;
	k->keys[code] = STATE_UP;
	if (k->repeat_code == code)
		k->repeat_ns = 0;
	k->listener->shortcut(k->data, &key);
	if (!taken)
		k->listener->key(k->data, &key);
}

/* From access: what counts. */
static void handle_key(void *data, uint32_t code, bool pressed, uint64_t time_ns)
{
	struct keyboard *k = data;
	if (pressed == (k->keys[code] != STATE_UP))
		return;
	if (pressed)
		press(k, code, time_ns);
	else
		release(k, code, time_ns);
}

static void handle_move(void *data, double dx, double dy, uint64_t time_ns)
{
	struct keyboard *k = data;
	if (k->drive)
		k->drive->move(k->drive_data, dx, dy, time_ns);
}

static void handle_button(void *data, uint32_t button, bool pressed, uint64_t time_ns)
{
	struct keyboard *k = data;
	if (k->drive)
		k->drive->button(k->drive_data, button, pressed, time_ns);
}

static const struct access_listener access_listener = {
	.key = handle_key, .move = handle_move, .button = handle_button};

void keyboard_key(
	struct keyboard *keyboard, uint32_t code, bool pressed, uint64_t time_ns)
{
	if (code >= KEY_CNT)
		return;
	uint32_t plain = plain_of(keyboard, code);
	struct access_key key = {.time_ns = time_ns,
		.code = code,
		.pressed = pressed,
		.modifier = is_modifier(plain),
		.shift = plain == XKB_KEY_Shift_L || plain == XKB_KEY_Shift_R,
		.num_lock = keyboard->leds & KEYBOARD_LED_NUM};
	access_key(&keyboard->access, &key);
}

/* Levels: keys of nobody's, each in a state of its own. */

static uint32_t code_of(
	const struct keyboard *k, xkb_layout_index_t layout, uint32_t keysym)
{
	for (uint32_t code = 1; code < KEY_CNT; code++) {
		if (symbol_of(k, code, layout) == keysym)
			return code;
	}
	return 0;
}

static void hold(struct xkb_state *state, uint32_t code)
{
	if (code)
		xkb_state_update_key(state, code + XKB_OFFSET, XKB_KEY_DOWN);
}

/* NULL: no memory. */
static struct xkb_state *state_at(const struct keyboard *k, unsigned level)
{
	xkb_layout_index_t layout = (xkb_layout_index_t)keyboard_layout(k);
	struct xkb_state *state = xkb_state_new(k->keymap.xkb);
	if (!state)
		return NULL;
	xkb_state_update_mask(state, 0, 0, 0, 0, 0, layout);
	hold(state, KEY_NUMLOCK);
	if (level & 1)
		hold(state, code_of(k, layout, XKB_KEY_Shift_L));
	if (level & 2)
		hold(state, code_of(k, layout, XKB_KEY_ISO_Level3_Shift));
	return state;
}

static bool is_typed(uint32_t c)
{
	return c >= 0x20 && c != 0x7f;
}

static void put_level(struct keyboard_symbol *symbol, unsigned level, uint32_t keysym)
{
	bool dead = compose_is_dead(keysym);
	uint32_t c = dead ? compose_sign(keysym) : xkb_keysym_to_utf32(keysym);
	symbol->keysym[level] = keysym;
	symbol->text[level] = is_typed(c) ? c : 0;
	symbol->dead |= dead ? 1u << level : 0;
}

/* A level that a key does not have is the one below, as xkb sees it: here it is none. */
static bool has_level(
	struct xkb_state *const states[KEYBOARD_LEVELS], uint32_t code, unsigned level)
{
	xkb_layout_index_t layout =
		xkb_state_key_get_layout(states[level], code + XKB_OFFSET);
	xkb_level_index_t at =
		xkb_state_key_get_level(states[level], code + XKB_OFFSET, layout);
	for (unsigned below = 0; below < level; below++) {
		if (xkb_state_key_get_level(states[below], code + XKB_OFFSET, layout) ==
			at)
			return false;
	}
	return at != XKB_LEVEL_INVALID;
}

/* False: it types nothing. */
static bool describe_levels(struct xkb_state *const states[KEYBOARD_LEVELS],
	uint32_t code, struct keyboard_symbol *out)
{
	bool any = false;
	*out = (struct keyboard_symbol){.code = code};
	for (unsigned i = 0; i < KEYBOARD_LEVELS; i++) {
		if (has_level(states, code, i))
			put_level(out, i,
				xkb_state_key_get_one_sym(states[i], code + XKB_OFFSET));
		any |= out->text[i] != 0;
	}
	return any;
}

size_t keyboard_symbols(
	const struct keyboard *keyboard, struct keyboard_symbol *out, size_t max)
{
	struct xkb_state *states[KEYBOARD_LEVELS];
	bool all = true;
	size_t n = 0;
	for (unsigned i = 0; i < KEYBOARD_LEVELS; i++)
		all &= (states[i] = state_at(keyboard, i)) != NULL;
	for (uint32_t code = 1; code < KEY_CNT && all && n < max; code++)
		n += describe_levels(states, code, &out[n]);
	for (unsigned i = 0; i < KEYBOARD_LEVELS; i++)
		xkb_state_unref(states[i]);
	return n;
}

uint32_t keyboard_keymaps(const struct keyboard *keyboard)
{
	return keyboard->keymaps;
}

static void press_and_release(struct keyboard *k, struct input_key *key,
	struct xkb_state *state, uint32_t times)
{
	const uint32_t keysym = key->keysym;
	char text[COMPOSE_TEXT];
	put_text(state, key, text);
	if (!compose(k, key, text))
		return;
	deliver(k, key, text, NULL);
	for (uint32_t i = 1; i < times; i++) {
		put_text(state, key, text);
		key->keysym = keysym;
		deliver(k, key, text, NULL);
	}
	key->keysym = keysym;
	key->pressed = key->repeat = false;
	fill(key, "");
	k->listener->key(k->data, key);
}

int keyboard_type(struct keyboard *keyboard, const struct keyboard_typed *typed)
{
	uint32_t code = typed->code, level = typed->level;
	if (code == 0 || code >= KEY_CNT || level >= KEYBOARD_LEVELS)
		return -EINVAL;
	struct xkb_state *state = state_at(keyboard, level);
	if (!state)
		return -ENOMEM;
	struct input_key key = {.time_ns = typed->time_ns, .code = code, .pressed = true};
	key.keysym = xkb_state_key_get_one_sym(state, code + XKB_OFFSET);
	key.plain = plain_of(keyboard, code);
	key.latin = latin_of(keyboard, code, key.plain);
	key.mods = (typed->mods & COMMANDS) | (level & 1 ? INPUT_MOD_SHIFT : 0);
	int r = key.keysym == XKB_KEY_NoSymbol ? -EINVAL : 0;
	if (r == 0)
		press_and_release(keyboard, &key, state, typed->times);
	xkb_state_unref(state);
	return r;
}

/* A state without keys: with locks, if those are asked for, and the layout that was chosen. */
static void renew_state(struct keyboard *k, uint32_t locks, size_t layout)
{
	struct xkb_state *fresh = xkb_state_new(k->keymap.xkb);
	if (!fresh)
		return;
	xkb_state_unref(k->state);
	k->state = fresh;
	lock_layout(k, (xkb_layout_index_t)layout);
	keyboard_set_locks(k, locks);
}

void keyboard_let_go(struct keyboard *keyboard, uint64_t time_ns)
{
	access_forget(&keyboard->access, time_ns);
	for (uint32_t code = 0; code < KEY_CNT; code++) {
		if (keyboard->keys[code] != STATE_UP)
			release(keyboard, code, time_ns);
	}
	keyboard_reset_compose(keyboard);
}

void keyboard_release_all(struct keyboard *keyboard, uint64_t time_ns)
{
	keyboard_let_go(keyboard, time_ns);
	renew_state(keyboard, keyboard_leds(keyboard) & KEYBOARD_LED_NUM,
		xkb_state_serialize_layout(keyboard->state, XKB_STATE_LAYOUT_LOCKED));
}

/* Repeat, and what access waits for. */

void keyboard_set_repeat(
	struct keyboard *keyboard, uint64_t delay_ns, uint64_t interval_ns)
{
	keyboard->delay_ns = delay_ns;
	keyboard->interval_ns = interval_ns;
	if (!interval_ns)
		keyboard->repeat_ns = 0;
}

uint64_t keyboard_next_repeat_ns(const struct keyboard *keyboard)
{
	uint64_t repeat = keyboard->repeat_ns, other = access_next_ns(&keyboard->access);
	return repeat && (!other || repeat < other) ? repeat : other;
}

/* One at a time: whoever was away for a second does not want 25 letters at once. */
static void repeat(struct keyboard *k, uint64_t now_ns)
{
	uint64_t due = k->repeat_ns;
	char text[COMPOSE_TEXT];
	if (!due || now_ns < due)
		return;
	struct input_key key = describe(k, k->repeat_code, true, due);
	key.repeat = true;
	put_text(k->state, &key, text);
	uint64_t next = due + k->interval_ns;
	k->repeat_ns = next > now_ns ? next : now_ns + k->interval_ns;
	deliver(k, &key, text, &k->keys[key.code]);
}

void keyboard_stop_repeat(struct keyboard *keyboard)
{
	keyboard->repeat_ns = 0;
}

void keyboard_repeat(struct keyboard *keyboard, uint64_t now_ns)
{
	repeat(keyboard, now_ns);
	access_turn(&keyboard->access, now_ns);
}

void keyboard_set_access(struct keyboard *keyboard, const struct access_config *config)
{
	access_set(&keyboard->access, config, clock_now_ns());
}

const struct access_config *keyboard_access(const struct keyboard *keyboard)
{
	return &keyboard->access.config;
}

/* Keymaps, and the whole. */

static void index_names(struct keyboard *k)
{
	for (size_t i = 0; i < MODS; i++)
		k->mod_index[i] = xkb_keymap_mod_get_index(k->keymap.xkb, mod_names[i]);
	for (size_t i = 0; i < LEDS; i++)
		k->led_index[i] = xkb_keymap_led_get_index(k->keymap.xkb, led_names[i]);
}

static size_t layout_named(const struct keymap *keymap, const char *name)
{
	for (size_t i = 0; i < keymap->n && i < KEYMAP_LAYOUTS; i++) {
		if (name[0] && strcmp(keymap->names[i], name) == 0)
			return i;
	}
	return 0;
}

int keyboard_set_keymap(struct keyboard *keyboard, const struct input_keymap *wanted,
	uint64_t time_ns, struct input_error *err)
{
	struct keymap fresh = {.xkb = NULL};
	char name[KEYMAP_NAME_MAX];
	int r = keymap_compile(keyboard->context, wanted, &fresh, err);
	if (r < 0)
		return r;
	keyboard_let_go(keyboard, time_ns);
	uint32_t locks = keyboard_leds(keyboard);
	snprintf(name, sizeof name, "%s",
		keyboard_layout_name(keyboard, keyboard_layout(keyboard)));
	keymap_finish(&keyboard->keymap);
	keyboard->keymap = fresh;
	keyboard->keymaps++;
	index_names(keyboard);
	renew_state(keyboard, locks, layout_named(&fresh, name));
	return 0;
}

static int open_keymap(
	struct keyboard *k, const struct input_keymap *wanted, struct input_error *err)
{
	static const struct input_keymap nothing = {0};
	k->context = keymap_context();
	if (!k->context) {
		if (err)
			snprintf(err->text, sizeof err->text,
				"xkbcommon does not start: is the package xkb-data "
				"there?");
		return -EINVAL;
	}
	int r = keymap_compile(k->context, wanted ? wanted : &nothing, &k->keymap, err);
	if (r < 0)
		return r;
	k->state = xkb_state_new(k->keymap.xkb);
	return k->state ? 0 : -ENOMEM;
}

int keyboard_create(const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct keyboard **out,
	struct input_error *err)
{
	struct keyboard *k = xcalloc(1, sizeof *k);
	*k = (struct keyboard){
		.listener = listener,
		.data = data,
		.delay_ns = REPEAT_DELAY,
		.interval_ns = REPEAT_INTERVAL,
	};
	access_init(&k->access, &access_listener, k);
	int r = open_keymap(k, keymap, err);
	if (r == 0)
		r = compose_open(&k->compose, k->context, NULL, err);
	if (r < 0) {
		keyboard_destroy(k);
		return r;
	}
	index_names(k);
	*out = k;
	return 0;
}

void keyboard_set_drive(
	struct keyboard *keyboard, const struct keyboard_drive *drive, void *data)
{
	keyboard->drive = drive;
	keyboard->drive_data = data;
}

void keyboard_destroy(struct keyboard *keyboard)
{
	if (!keyboard)
		return;
	compose_finish(&keyboard->compose);
	xkb_state_unref(keyboard->state);
	keymap_finish(&keyboard->keymap);
	xkb_context_unref(keyboard->context);
	free(keyboard);
}
