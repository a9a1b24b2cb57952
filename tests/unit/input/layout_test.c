/*
 * What is typed by which keys: a case is a layout, what fingers do on a US keyboard's
 * places, and the text that comes of it. A word is a key, by what stands on a US key or by
 * the kernel's name; before it S- Shift, G- AltGr, C- Ctrl, A- Alt, L- Super, held meanwhile.
 * "=N" switches to layout N, "=r" releases all, "=f" forgets a composition.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon.h>

#include "listening.h"
#include "input/keyboard.h"
#include "input/keymap.h"
#include "input/system_keymap.h"
#include "util/clock.h"

static const struct input_keymap us = {.layout = "us"};

struct layout_case {
	const char *name;
	struct input_keymap keymap;
	const char *keys, *text;
};

#define LAYOUT(l)                                                                        \
	{                                                                                \
		.layout = (l)                                                            \
	}

static const struct layout_case cases[] = {
	{"us", LAYOUT("us"), "h e l l o S-1 space S-2 S-/", "hello! @?"},
	{"us: all letters", LAYOUT("us"),
		"q w e r t y u i o p a s d f g h j k l z x c v b n m",
		"qwertyuiopasdfghjklzxcvbnm"},
	{"us, international: dead keys and AltGr", {.layout = "us", .variant = "intl"},
		"' e S-' u S-6 o ` a S-` n ' space G-s", "éüôàñ'ß"},
	{"de", LAYOUT("de"), "z y ; ' [ S-; S-' S-[ - S-7 S-2", "yzöäüÖÄÜß/\""},
	{"de: AltGr", LAYOUT("de"), "G-q G-e G-7 G-8 G-9 G-0 G-- G-102ND", "@€{[]}\\|"},
	{"de: dead keys", LAYOUT("de"), "= e = S-e S-= a ` o ` S-i", "éÉàôÎ"},
	{"de: a dead key twice, and before a blank", LAYOUT("de"),
		"= = = space ` ` ` space", "´'^^"},
	{"de: what cannot be composed types nothing", LAYOUT("de"), "= q a", "a"},
	{"de without dead keys", LAYOUT("de(nodeadkeys)"), "= e `", "´e^"},
	{"the same, its variant said apart", {.layout = "de", .variant = "nodeadkeys"},
		"= e `", "´e^"},
	{"fr", LAYOUT("fr"), "q a w z ; m 1 2 3 S-1 S-2 , .", "aqzwm,&é\"12;:"},
	{"fr: accents on keys of their own", LAYOUT("fr"), "2 7 9 0 '", "éèçàù"},
	{"fr: dead keys", LAYOUT("fr"), "[ e [ i [ S-o S-[ e S-[ i S-[ u", "êîÔëïü"},
	{"fr: a dead key before a blank", LAYOUT("fr"), "[ space", "^"},
	{"gr", LAYOUT("gr"), "k a l h m e r a", "καλημερα"},
	{"gr: dead keys", LAYOUT("gr"), "k a l h m ; e r a ; S-a S-; i", "καλημέραΆϊ"},
	{"gr: two dead keys in one", LAYOUT("gr"), "; S-; i S-; ; y", "ΐΰ"},
	{"gr and us, switched", LAYOUT("gr,us"), "a b =1 a b =0 c =r =1 =r d", "αβabψd"},
	{"us and gr: switched by its key",
		{.layout = "us,gr", .options = "grp:alt_shift_toggle"},
		"a A-LEFTSHIFT a b A-LEFTSHIFT a", "aαβa"},
	{"us and ru: switched by Caps Lock",
		{.layout = "us,ru", .options = "grp:caps_toggle"},
		"a CAPSLOCK a b CAPSLOCK a", "aфиa"},
	{"four layouts", LAYOUT("us,de,fr,gr"), "y =1 y =2 a =3 a =0 q", "yzqαq"},
	{"each with its variant", {.layout = "us,de", .variant = "dvorak,nodeadkeys"},
		"s =1 =1 =", "o´"},
	{"each with its variant in brackets", LAYOUT("us(dvorak),de(nodeadkeys)"),
		"s =1 =", "o´"},
	{"dvorak", LAYOUT("us(dvorak)"), "h e l l o w o r l d", "d.nnr,rpne"},
	{"dvorak: what hello is there", LAYOUT("us(dvorak)"), "j d p p s", "hello"},
	{"ch, French", LAYOUT("ch(fr)"), "; S-; = e ] u", "éöêü"},
	{"Polish, by AltGr", LAYOUT("pl"), "G-a G-c G-e G-l G-n G-o G-s G-x G-z",
		"ąćęłńóśźż"},
	{"Czech", LAYOUT("cz"), "2 3 4 5 6 7 8 9 0 = a S-= c", "ěščřžýáíéáč"},
	{"compose key", {.layout = "us", .options = "compose:ralt"},
		"RIGHTALT ' e RIGHTALT s s RIGHTALT S-, 3 RIGHTALT o c", "éß♥©"},
	{"a composition of more than an event's text",
		{.layout = "us", .options = "compose:ralt"}, "RIGHTALT l o n g a",
		"äöüäöüäöü!a"},
	{"BackSpace takes a dead key back, and itself", LAYOUT("de"), "a = BACKSPACE e",
		"ae"},
	{"Escape does, too", LAYOUT("de"), "a = ESC e", "ae"},
	{"a command breaks off", LAYOUT("de"), "= C-c e", "e"},
	{"Shift does not", LAYOUT("de"), "= LEFTSHIFT e", "é"},
	{"released for a VT switch: nothing is left", LAYOUT("de"), "= =r e", "e"},
	{"another window: nothing is left", LAYOUT("de"), "= =f e", "e"},
	{"another layout: nothing is left", LAYOUT("de,us"), "= =1 e", "e"},
	{"Ctrl and Alt type nothing", LAYOUT("us"), "C-a A-a L-a b", "b"},
	{"Caps Lock", LAYOUT("de"), "CAPSLOCK a ; CAPSLOCK a", "AÖa"},
	{"Ctrl on Caps Lock", {.layout = "us", .options = "ctrl:nocaps"}, "CAPSLOCK a",
		"a"},
	{"the keypad", LAYOUT("us"), "KP1 NUMLOCK KP1 KPDOT KPSLASH", "1./"},
	{"the keypad of de", LAYOUT("de"), "NUMLOCK KPDOT", ","},
};

static const struct {
	const char *name;
	uint32_t code;
} named[] = {
#define KEY(name)                                                                        \
	{                                                                                \
#name, KEY_##name                                                        \
	}
	KEY(LEFTSHIFT),
	KEY(RIGHTSHIFT),
	KEY(LEFTCTRL),
	KEY(LEFTALT),
	KEY(RIGHTALT),
	KEY(LEFTMETA),
	KEY(CAPSLOCK),
	KEY(NUMLOCK),
	KEY(BACKSPACE),
	KEY(ESC),
	KEY(TAB),
	KEY(KP1),
	KEY(KPDOT),
	KEY(KPSLASH),
	KEY(102ND),
	KEY(ENTER),
	{"space", KEY_SPACE},
};

static uint32_t code_of(const char *word)
{
	static const char row[] = "`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./";
	static const uint8_t codes[] = {KEY_GRAVE, KEY_1, KEY_2, KEY_3, KEY_4, KEY_5,
		KEY_6, KEY_7, KEY_8, KEY_9, KEY_0, KEY_MINUS, KEY_EQUAL, KEY_Q, KEY_W,
		KEY_E, KEY_R, KEY_T, KEY_Y, KEY_U, KEY_I, KEY_O, KEY_P, KEY_LEFTBRACE,
		KEY_RIGHTBRACE, KEY_A, KEY_S, KEY_D, KEY_F, KEY_G, KEY_H, KEY_J, KEY_K,
		KEY_L, KEY_SEMICOLON, KEY_APOSTROPHE, KEY_BACKSLASH, KEY_Z, KEY_X, KEY_C,
		KEY_V, KEY_B, KEY_N, KEY_M, KEY_COMMA, KEY_DOT, KEY_SLASH};
	_Static_assert(sizeof codes == sizeof row - 1, "a code for each");
	const char *at = strchr(row, word[0]);
	if (word[0] && !word[1] && at)
		return codes[at - row];
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		if (strcmp(named[i].name, word) == 0)
			return named[i].code;
	}
	fail_msg("no key %s", word);
	return 0;
}

struct typist {
	struct keyboard *keyboard;
	char text[256], pending[64];
	unsigned composed; /* how often the pending text was told */
	uint64_t now;
};

static void handle_key(void *data, const struct input_key *key)
{
	struct typist *t = data;
	size_t n = strlen(t->text);
	if (!key->pressed)
		assert_string_equal(key->utf8, "");
	snprintf(t->text + n, sizeof t->text - n, "%s", key->utf8);
}

static void handle_compose(void *data, const char *pending)
{
	struct typist *t = data;
	t->composed++;
	snprintf(t->pending, sizeof t->pending, "%s", pending);
}

static const struct input_listener listener = {
	.shortcut = take_no_key, .key = handle_key, .compose = handle_compose};

static void tap(struct typist *t, const char *word)
{
	static const struct {
		char letter;
		uint32_t code;
	} held[] = {{'S', KEY_LEFTSHIFT}, {'G', KEY_RIGHTALT}, {'C', KEY_LEFTCTRL},
		{'A', KEY_LEFTALT}, {'L', KEY_LEFTMETA}};
	uint32_t with = 0;
	for (size_t i = 0; i < 5 && word[0] && word[1] == '-' && word[2]; i++) {
		if (word[0] == held[i].letter)
			with = held[i].code;
	}
	uint32_t code = code_of(with ? word + 2 : word);
	if (with)
		keyboard_key(t->keyboard, with, true, t->now += NS_PER_MS);
	keyboard_key(t->keyboard, code, true, t->now += NS_PER_MS);
	keyboard_key(t->keyboard, code, false, t->now += NS_PER_MS);
	if (with)
		keyboard_key(t->keyboard, with, false, t->now += NS_PER_MS);
}

static void type(struct typist *t, const char *keys)
{
	char copy[256], *save = NULL;
	snprintf(copy, sizeof copy, "%s", keys);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "=r") == 0)
			keyboard_release_all(t->keyboard, t->now += NS_PER_MS);
		else if (strcmp(w, "=f") == 0)
			keyboard_reset_compose(t->keyboard);
		else if (w[0] == '=' && w[1])
			assert_int_equal(
				keyboard_set_layout(t->keyboard, (size_t)atoi(w + 1)), 0);
		else
			tap(t, w);
	}
}

static void start(struct typist *t, const struct input_keymap *keymap)
{
	struct input_error err = {{0}};
	*t = (struct typist){.now = NS_PER_S};
	assert_int_equal(keyboard_create(&us, &listener, t, &t->keyboard, &err), 0);
	if (keyboard_set_keymap(t->keyboard, keymap, 1, &err) < 0)
		fail_msg("%s", err.text);
	keyboard_set_layout(t->keyboard, 0);
}

static void test_case(void **state)
{
	const struct layout_case *c = *state;
	struct typist t;
	start(&t, &c->keymap);
	type(&t, c->keys);
	assert_string_equal(t.text, c->text);
	assert_string_equal(t.pending, "");
	assert_int_equal(keyboard_mods(t.keyboard), 0);
	keyboard_destroy(t.keyboard);
}

/* What is shown while a composition goes on. */
static void test_pending(void **state)
{
	struct typist t;
	start(&t, &(struct input_keymap){.layout = "de", .options = "compose:ralt"});
	type(&t, "=");
	assert_string_equal(t.pending, "´");
	type(&t, "e");
	assert_string_equal(t.pending, "");
	type(&t, "RIGHTALT");
	assert_string_equal(t.pending, "·");
	type(&t, "o");
	assert_string_equal(t.pending, "·o");
	assert_string_equal(keyboard_pending(t.keyboard), "·o");
	unsigned told = t.composed;
	keyboard_reset_compose(t.keyboard);
	keyboard_reset_compose(t.keyboard);
	assert_string_equal(t.pending, "");
	assert_int_equal(t.composed, told + 1);
	keyboard_destroy(t.keyboard);
}

/* A dead key does not repeat, nor does what was held before it. */
static void test_no_repeat(void **state)
{
	struct typist t;
	start(&t, &(struct input_keymap){.layout = "de"});
	keyboard_key(t.keyboard, KEY_A, true, t.now);
	assert_int_not_equal(keyboard_next_repeat_ns(t.keyboard), 0);
	keyboard_key(t.keyboard, KEY_EQUAL, true, t.now);
	assert_int_equal(keyboard_next_repeat_ns(t.keyboard), 0);
	keyboard_key(t.keyboard, KEY_E, true, t.now);
	assert_int_not_equal(keyboard_next_repeat_ns(t.keyboard), 0);
	keyboard_set_repeat(t.keyboard, NS_PER_MS, 0);
	assert_int_equal(keyboard_next_repeat_ns(t.keyboard), 0);
	keyboard_key(t.keyboard, KEY_B, true, t.now);
	assert_int_equal(keyboard_next_repeat_ns(t.keyboard), 0);
	assert_string_equal(t.text, "aéb");
	keyboard_destroy(t.keyboard);
}

/* What an on-screen keyboard shows on a key: by level a character, "'" before that of a dead key. */
static const struct {
	const char *layout;
	uint32_t code;
	const char *labels[KEYBOARD_LEVELS]; /* "": none */
} labels[] = {
	{"us", KEY_A, {"a", "A", "", ""}},
	{"us", KEY_1, {"1", "!", "", ""}},
	{"us", KEY_SPACE, {" ", "", "", ""}},
	{"us", KEY_KP1, {"1", "", "", ""}},
	{"us", KEY_KPSLASH, {"/", "/", "/", "/"}},
	{"us", KEY_BACKSPACE, {NULL}},
	{"us", KEY_ENTER, {NULL}},
	{"us", KEY_F1, {NULL}},
	{"us", KEY_LEFTSHIFT, {NULL}},
	{"us", KEY_LEFT, {NULL}},
	{"us(intl)", KEY_APOSTROPHE, {"'´", "'¨", "'", "\""}},
	{"de", KEY_E, {"e", "E", "€", "€"}},
	{"de", KEY_Q, {"q", "Q", "@", "Ω"}},
	{"de", KEY_EQUAL, {"'´", "'`", "'¸", "'˛"}},
	{"de", KEY_GRAVE, {"'^", "°", "′", "″"}},
	{"fr", KEY_2, {"é", "2", "~", "⅛"}},
	{"gr", KEY_A, {"α", "Α", "", ""}},
	{"us(dvorak)", KEY_S, {"o", "O", "", ""}},
	{"ru", KEY_Q, {"й", "Й", "", ""}},
};

static const struct keyboard_symbol *find(
	const struct keyboard_symbol *symbols, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++) {
		if (symbols[i].code == code)
			return &symbols[i];
	}
	return NULL;
}

static void label_of(const struct keyboard_symbol *symbol, unsigned level, char to[16])
{
	bool dead = symbol->dead & 1u << level;
	strcpy(to, dead ? "'" : "");
	if (symbol->text[level])
		assert_true(xkb_keysym_to_utf8(xkb_utf32_to_keysym(symbol->text[level]),
				    to + dead, 15) > 0);
}

static void test_labels(void **state)
{
	static struct keyboard_symbol all[KEY_CNT];
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		struct typist t;
		start(&t, &(struct input_keymap){.layout = labels[i].layout});
		size_t n = keyboard_symbols(t.keyboard, all, KEY_CNT);
		const struct keyboard_symbol *symbol = find(all, n, labels[i].code);
		assert_int_equal(keyboard_symbols(t.keyboard, all, 3), 3);
		keyboard_symbols(t.keyboard, all, KEY_CNT);
		assert_int_equal(symbol != NULL, labels[i].labels[0] != NULL);
		for (unsigned level = 0; symbol && level < KEYBOARD_LEVELS; level++) {
			char label[16];
			label_of(symbol, level, label);
			if (strcmp(label, labels[i].labels[level]) != 0)
				fail_msg("%s, key %u, level %u: '%s', not '%s'",
					labels[i].layout, labels[i].code, level, label,
					labels[i].labels[level]);
		}
		keyboard_destroy(t.keyboard);
	}
}

/* Whatever is held, or locked, on real keys, a level types what its label says. */
static void test_levels_are_typed(void **state)
{
	static const char *const layouts[] = {"us", "us(intl)", "de", "fr", "gr", "ru"};
	static struct keyboard_symbol all[KEY_CNT];
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		struct typist t;
		start(&t, &(struct input_keymap){.layout = layouts[i]});
		size_t n = keyboard_symbols(t.keyboard, all, KEY_CNT);
		assert_true(n > 40);
		type(&t, "CAPSLOCK");
		keyboard_key(t.keyboard, KEY_RIGHTALT, true, ++t.now);
		for (size_t j = 0; j < n * KEYBOARD_LEVELS; j++) {
			const struct keyboard_symbol *s = &all[j / KEYBOARD_LEVELS];
			unsigned level = j % KEYBOARD_LEVELS;
			const struct keyboard_typed typed = {
				.code = s->code, .level = level};
			char label[16];
			if (!s->text[level] || s->dead & 1u << level)
				continue;
			label_of(s, level, label);
			t.text[0] = '\0';
			assert_int_equal(keyboard_type(t.keyboard, &typed), 0);
			assert_string_equal(t.text, label);
		}
		keyboard_destroy(t.keyboard);
	}
}

/* Layouts: their names, which one, and what is none. */
static void test_names(void **state)
{
	struct typist t;
	start(&t, &(struct input_keymap){.layout = "us,de(nodeadkeys)"});
	assert_int_equal(keyboard_layouts(t.keyboard), 2);
	assert_string_equal(keyboard_layout_name(t.keyboard, 0), "us");
	assert_string_equal(keyboard_layout_name(t.keyboard, 1), "de(nodeadkeys)");
	assert_string_equal(keyboard_layout_name(t.keyboard, 7), "");
	assert_string_equal(keyboard_layout_title(t.keyboard, 0), "English (US)");
	assert_string_equal(keyboard_layout_title(t.keyboard, 7), "");
	assert_int_equal(keyboard_layout(t.keyboard), 0);
	assert_int_equal(keyboard_set_layout(t.keyboard, 2), -EINVAL);
	assert_int_equal(keyboard_set_layout(t.keyboard, 1), 0);
	assert_int_equal(keyboard_layout(t.keyboard), 1);
	keyboard_destroy(t.keyboard);
}

/* The key by which a shortcut goes: plain in the present layout, Latin in any. */
struct symbols_case {
	const char *layout;
	size_t which;
	uint32_t code, plain, latin;
};
static const struct symbols_case symbols[] = {
	{"us", 0, KEY_M, XKB_KEY_m, XKB_KEY_m},
	{"de", 0, KEY_Y, XKB_KEY_z, XKB_KEY_z},
	{"de", 0, KEY_APOSTROPHE, XKB_KEY_adiaeresis, XKB_KEY_adiaeresis},
	{"us,ru", 1, KEY_M, XKB_KEY_Cyrillic_softsign, XKB_KEY_m},
	{"ru,us", 0, KEY_M, XKB_KEY_Cyrillic_softsign, XKB_KEY_m},
	{"ru,us(dvorak)", 0, KEY_S, XKB_KEY_Cyrillic_yeru, XKB_KEY_o},
	{"gr,de", 0, KEY_Y, XKB_KEY_Greek_upsilon, XKB_KEY_z},
	{"ru", 0, KEY_M, XKB_KEY_Cyrillic_softsign, XKB_KEY_m},
	{"ru", 0, KEY_TAB, XKB_KEY_Tab, XKB_KEY_Tab},
	{"ru", 0, KEY_F2, XKB_KEY_F2, XKB_KEY_F2},
	{"us", 0, KEY_VOLUMEUP, XKB_KEY_XF86AudioRaiseVolume,
		XKB_KEY_XF86AudioRaiseVolume},
};

static struct input_key seen;

static bool note(void *data, const struct input_key *key)
{
	(void)data;
	seen = *key;
	return true;
}

static void test_symbols(void **state)
{
	static const struct input_listener notes = {.shortcut = note, .key = handle_key};
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		const struct symbols_case *c = &symbols[i];
		struct keyboard *k;
		assert_int_equal(
			keyboard_create(&(struct input_keymap){.layout = c->layout},
				&notes, NULL, &k, NULL),
			0);
		keyboard_set_layout(k, c->which);
		keyboard_key(k, KEY_LEFTSHIFT, true, 1);
		keyboard_key(k, c->code, true, 2);
		assert_int_equal(seen.plain, c->plain);
		assert_int_equal(seen.latin, c->latin);
		keyboard_destroy(k);
	}
}

/* Another keymap in the middle of everything: nothing sticks, and what can stays. */
static const uint32_t modifiers[] = {KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL,
	KEY_RIGHTCTRL, KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA, KEY_RIGHTMETA};

static unsigned presses, releases;

static void count(void *data, const struct input_key *key)
{
	(void)data;
	presses += key->pressed;
	releases += !key->pressed;
}

/* each of: suspended, keymap swapped, layout switched, with each modifier held. */
static void test_held(void **state)
{
	static const struct input_listener counts = {
		.shortcut = take_no_key, .key = count};
	const struct input_keymap other = {.layout = "de,ru"};
	for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++) {
		for (int how = 0; how < 3; how++) {
			struct keyboard *k;
			presses = releases = 0;
			assert_int_equal(
				keyboard_create(&(struct input_keymap){.layout = "us,ru"},
					&counts, NULL, &k, NULL),
				0);
			keyboard_key(k, modifiers[i], true, 1);
			keyboard_key(k, KEY_A, true, 2);
			if (how == 0)
				keyboard_release_all(k, 3);
			else if (how == 1)
				assert_int_equal(
					keyboard_set_keymap(k, &other, 3, NULL), 0);
			else
				keyboard_set_layout(k, 1);
			if (how < 2)
				assert_int_equal(releases, 2);
			assert_int_equal(keyboard_mods(k) != 0,
				how == 2 && modifiers[i] != KEY_RIGHTALT
					? 1
					: how == 2 && keyboard_mods(k) != 0);
			keyboard_key(k, KEY_A, false, 4);
			keyboard_key(k, modifiers[i], false, 5);
			assert_int_equal(keyboard_mods(k), 0);
			assert_int_equal(presses, releases);
			assert_int_equal(keyboard_next_repeat_ns(k), 0);
			keyboard_destroy(k);
		}
	}
}

static void test_swap(void **state)
{
	struct typist t;
	struct input_error err;
	start(&t, &(struct input_keymap){.layout = "us,gr"});
	type(&t, "=1 NUMLOCK CAPSLOCK");
	assert_int_equal(keyboard_leds(t.keyboard), KEYBOARD_LED_NUM | KEYBOARD_LED_CAPS);
	assert_int_equal(keyboard_set_keymap(t.keyboard,
				 &(struct input_keymap){.layout = "de,fr,gr"}, 9, &err),
		0);
	assert_int_equal(keyboard_layout(t.keyboard), 2);
	assert_int_equal(keyboard_leds(t.keyboard), KEYBOARD_LED_NUM | KEYBOARD_LED_CAPS);
	type(&t, "a KP1");
	assert_string_equal(t.text, "Α1");
	assert_int_equal(keyboard_set_keymap(t.keyboard,
				 &(struct input_keymap){.layout = "klingon"}, 9, &err),
		-EINVAL);
	type(&t, "a");
	assert_string_equal(t.text, "Α1Α");
	keyboard_release_all(t.keyboard, 10);
	assert_int_equal(keyboard_leds(t.keyboard), KEYBOARD_LED_NUM);
	assert_int_equal(keyboard_layout(t.keyboard), 2);
	keyboard_set_num_lock(t.keyboard, false);
	assert_int_equal(keyboard_leds(t.keyboard), 0);
	keyboard_destroy(t.keyboard);
}

/* Lamps are told when they change, and only then. */
static unsigned told;
static uint32_t told_leds;

static void handle_leds(void *data, uint32_t leds)
{
	(void)data;
	told++;
	told_leds = leds;
}

static void test_leds(void **state)
{
	static const struct keyboard_drive drive = {.leds = handle_leds};
	struct typist t;
	start(&t, &(struct input_keymap){.layout = "us,ru", .options = "grp_led:scroll"});
	told = 0;
	keyboard_set_drive(t.keyboard, &drive, NULL);
	type(&t, "a b");
	assert_int_equal(told, 0);
	keyboard_set_layout(t.keyboard, 1);
	assert_int_equal(told_leds, KEYBOARD_LED_SCROLL);
	type(&t, "CAPSLOCK");
	assert_int_equal(told_leds, KEYBOARD_LED_SCROLL | KEYBOARD_LED_CAPS);
	keyboard_release_all(t.keyboard, 9);
	assert_int_equal(told_leds, KEYBOARD_LED_SCROLL);
	keyboard_set_layout(t.keyboard, 0);
	assert_int_equal(told_leds, 0);
	keyboard_destroy(t.keyboard);
}

/* What is wrong with a keymap is said. */
static const struct {
	struct input_keymap keymap;
	int r;
	const char *says;
} wrong[] = {
	{LAYOUT("klingon"), -EINVAL, "\"klingon\""},
	{LAYOUT("us,klingon"), -EINVAL, "\"us,klingon\""},
	{LAYOUT("us(klingon)"), -EINVAL, "base.lst"},
	{LAYOUT("us,de,fr,gr,ru"), -EINVAL, "too many"},
	{LAYOUT("us,,de"), -EINVAL, "no list"},
	{LAYOUT("us(dvorak"), -EINVAL, "no list"},
	{LAYOUT("us)dvorak("), -EINVAL, "no list"},
	{LAYOUT("us(dvorak)x"), -EINVAL, "no list"},
	{{.layout = "us(dvorak)", .variant = "intl"}, -EINVAL, "no list"},
	{{.layout = "us", .variant = "intl,nodeadkeys"}, -EINVAL, "more variants"},
	{{.layout = "us", .rules = "klingon"}, -EINVAL, "rules klingon"},
	{{.file = "/nosuch/keymap.xkb"}, -ENOENT, "No such file"},
	{{.file = "/"}, -EISDIR, "no regular file"},
	{{.file = "/dev/null"}, -EISDIR, "no regular file"},
	{{.file = "/etc/passwd"}, -EINVAL, "is no keymap"},
};

static void test_wrong(void **state)
{
	char many[400] = "us";
	struct typist t;
	struct input_error err;
	start(&t, &(struct input_keymap){.layout = "us"});
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		int r = keyboard_set_keymap(t.keyboard, &wrong[i].keymap, 1, &err);
		assert_int_equal(r, wrong[i].r);
		if (!strstr(err.text, wrong[i].says))
			fail_msg("'%s' is not in '%s'", wrong[i].says, err.text);
	}
	memset(many + 2, 'x', 300);
	assert_int_equal(keyboard_set_keymap(t.keyboard,
				 &(struct input_keymap){.layout = many}, 1, &err),
		-EINVAL);
	assert_int_equal(
		keyboard_set_compose(t.keyboard, "/nosuch/Compose", &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nosuch/Compose"));
	assert_int_equal(keyboard_set_compose(t.keyboard, "/", &err), -EISDIR);
	type(&t, "a");
	assert_string_equal(t.text, "a");
	keyboard_destroy(t.keyboard);
}

/* Files of our own: a keymap, a compose table, a system's configuration. */

static char folder[] = "/tmp/osaas-layout-XXXXXX";

static const char *write_file(const char *name, const char *text)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	return path;
}

static void test_keymap_file(void **state)
{
	struct typist t;
	struct xkb_context *context = keymap_context();
	struct keymap keymap = {0};
	assert_int_equal(keymap_compile(context, &(struct input_keymap){.layout = "fr"},
				 &keymap, NULL),
		0);
	char *text = xkb_keymap_get_as_string(keymap.xkb, XKB_KEYMAP_FORMAT_TEXT_V1);
	const char *path = write_file("keymap.xkb", text);
	start(&t, &(struct input_keymap){.layout = "us", .file = path});
	type(&t, "q [ e");
	assert_string_equal(t.text, "aê");
	assert_int_equal(keyboard_layouts(t.keyboard), 1);
	assert_string_equal(keyboard_layout_name(t.keyboard, 0), "");
	assert_string_equal(keyboard_layout_title(t.keyboard, 0), "French");
	keyboard_destroy(t.keyboard);
	keymap_finish(&keymap);
	xkb_context_unref(context);
	free(text);
}

static void test_compose_file(void **state)
{
	struct typist t;
	const char *path = write_file("Compose",
		"<Multi_key> <a> : \"alpha beta gamma\"\n<dead_acute> <e> : \"!\"\n");
	start(&t, &(struct input_keymap){.layout = "de", .options = "compose:rctrl"});
	assert_int_equal(keyboard_set_compose(t.keyboard, path, NULL), 0);
	type(&t, "= e = a");
	assert_string_equal(t.text, "!");
	assert_int_equal(keyboard_set_compose(t.keyboard, NULL, NULL), 0);
	type(&t, "= e");
	assert_string_equal(t.text, "!é");
	keyboard_destroy(t.keyboard);
}

/* What is no file does not hold up the session, and all is as it was. */
static void test_compose_pipe(void **state)
{
	struct typist t;
	struct input_error err;
	char path[4096];
	snprintf(path, sizeof path, "%s", write_file("pipe", ""));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	start(&t, &(struct input_keymap){.layout = "de"});
	alarm(60);
	assert_int_equal(keyboard_set_compose(t.keyboard, path, &err), -EISDIR);
	alarm(0);
	assert_non_null(strstr(err.text, "it is no regular file"));
	assert_int_equal(keyboard_set_compose(t.keyboard, "/nosuch", &err), -ENOENT);
	type(&t, "= e");
	assert_string_equal(t.text, "é");
	keyboard_destroy(t.keyboard);
	unlink(path);
}

static const struct {
	const char *keyboard, *console; /* files' text; NULL: not there */
	bool found;
	const char *model, *layout, *variant, *options;
} systems[] = {
	{NULL, NULL, false, "", "", "", ""},
	{"XKBMODEL=\"pc105\"\nXKBLAYOUT=\"de,us\"\nXKBVARIANT=\"nodeadkeys,\"\n"
	 "XKBOPTIONS='grp:alt_shift_toggle'\n\nBACKSPACE=\"guess\"\n",
		NULL, true, "pc105", "de,us", "nodeadkeys,", "grp:alt_shift_toggle"},
	{"# XKBLAYOUT=ru\n  XKBLAYOUT=fr # French\n", NULL, true, "", "fr", "", ""},
	{"XKBLAYOUT=\n", "XKBLAYOUT=cz\n", true, "", "cz", "", ""},
	{"XKBLAYOUT=us\n", "XKBLAYOUT=cz\n", true, "", "us", "", ""},
	{NULL, "KEYMAP=de-x\n", true, "pc105", "de", "nodeadkeys", "compose:ralt"},
	{NULL, "KEYMAP=unknown\n", false, "", "", "", ""},
	{NULL, "KEYMAP=de-x\nXKBLAYOUT=gr\n", true, "", "gr", "", ""},
	{"XKBLAYOUTS=de\nXXKBLAYOUT=de\nXKBLAYOUT de\n", NULL, false, "", "", "", ""},
};

static void put_or_remove(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (text)
		write_file(name, text);
	else
		unlink(path);
}

static void test_system(void **state)
{
	static const char *const folders[] = {
		"etc", "etc/default", "usr", "usr/share", "usr/share/systemd"};
	struct system_keymap got;
	char path[256];
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	write_file("usr/share/systemd/kbd-model-map",
		"# a comment\nde\tde\tpc105\t-\t-\n"
		"de-x\tde\tpc105\tnodeadkeys\tcompose:ralt\n");
	for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
		put_or_remove("etc/default/keyboard", systems[i].keyboard);
		put_or_remove("etc/vconsole.conf", systems[i].console);
		bool found = system_keymap_find(folder, &got);
		assert_int_equal(found, systems[i].found);
		if (!found)
			continue;
		assert_string_equal(got.model, systems[i].model);
		assert_string_equal(got.layout, systems[i].layout);
		assert_string_equal(got.variant, systems[i].variant);
		assert_string_equal(got.options, systems[i].options);
	}
}

/* What is said beside the layout goes before what the system says of it. */
static void test_under_system(void **state)
{
	const struct system_keymap system = {.model = "pc104",
		.layout = "de",
		.variant = "nodeadkeys",
		.options = "compose:menu"};
	struct input_keymap got = system_keymap_under(&system,
		&(struct input_keymap){.model = "", .variant = "neo", .options = NULL});
	assert_string_equal(got.layout, "de");
	assert_string_equal(got.variant, "neo");
	assert_string_equal(got.model, "pc104");
	assert_string_equal(got.options, "compose:menu");
	got = system_keymap_under(
		&system, &(struct input_keymap){
				 .model = "pc86", .variant = "", .options = "lv3:caps"});
	assert_string_equal(got.variant, "nodeadkeys");
	assert_string_equal(got.model, "pc86");
	assert_string_equal(got.options, "lv3:caps");
}

/* Without a table of the locale it is that of en_US.UTF-8; without a folder to find it in, none. */
static void test_locale(void **state)
{
	static const char *const locales[] = {
		"C", "POSIX", "C.UTF-8", "xx_YY.UTF-8", "de_DE.UTF-8", "de_DE"};
	for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
		struct typist t;
		unsetenv("XCOMPOSEFILE");
		setenv("LC_ALL", locales[i], 1);
		start(&t, &(struct input_keymap){.layout = "de"});
		type(&t, "= e");
		if (strcmp(t.text, "é") != 0)
			fail_msg("%s: '%s'", locales[i], t.text);
		keyboard_destroy(t.keyboard);
	}
	setenv("LC_ALL", "en_US.UTF-8", 1);
}

static int begin(void **state)
{
	char compose[256];
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	/* Nobody's own table, but one that goes on from the locale's. */
	setenv("LC_ALL", "en_US.UTF-8", 1);
	setenv("HOME", folder, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XKB_DEFAULT_OPTIONS");
	snprintf(compose, sizeof compose, "%s",
		write_file("XCompose", "include \"%L\"\n<Multi_key> <l> <o> <n> <g> : "
				       "\"äöüäöüäöü!\"\n"));
	return setenv("XCOMPOSEFILE", compose, 1);
}

static int end(void **state)
{
	char command[300];
	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", folder);
	return system(command);
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_no_repeat),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_levels_are_typed),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_leds),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_keymap_file),
		cmocka_unit_test(test_compose_file),
		cmocka_unit_test(test_compose_pipe),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_under_system),
		cmocka_unit_test(test_locale),
	};
	enum {
		N = sizeof cases / sizeof cases[0],
		MORE = sizeof more / sizeof more[0]
	};
	struct CMUnitTest tests[N + MORE];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	memcpy(tests + N, more, sizeof more);
	return cmocka_run_group_tests(tests, begin, end);
}
