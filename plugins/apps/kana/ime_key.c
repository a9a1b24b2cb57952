/* Which key does what, by what is under composition. */
#include "ime.h"

#include <osaas_string.h>
#include <osaas_window.h>

#include "choice.h"
#include "ime_private.h"

/* keysyms of X.org's keysymdef.h */
enum keysym {
	KEY_SPACE = 0x20,
	KEY_ISO_LEFT_TAB = 0xfe20,
	KEY_BACKSPACE = 0xff08,
	KEY_TAB = 0xff09,
	KEY_RETURN = 0xff0d,
	KEY_ESCAPE = 0xff1b,
	KEY_KANJI = 0xff21,
	KEY_MUHENKAN = 0xff22,
	KEY_HENKAN = 0xff23,
	KEY_HIRAGANA = 0xff25,
	KEY_HIRAGANA_KATAKANA = 0xff27,
	KEY_ZENKAKU_HANKAKU = 0xff2a,
	KEY_EISU_TOGGLE = 0xff30,
	KEY_HOME = 0xff50,
	KEY_LEFT = 0xff51,
	KEY_UP = 0xff52,
	KEY_RIGHT = 0xff53,
	KEY_DOWN = 0xff54,
	KEY_PAGE_UP = 0xff55,
	KEY_PAGE_DOWN = 0xff56,
	KEY_END = 0xff57,
	KEY_KP_SPACE = 0xff80,
	KEY_KP_ENTER = 0xff8d,
	KEY_F6 = 0xffc3,
	KEY_F7 = 0xffc4,
	KEY_F8 = 0xffc5,
	KEY_F9 = 0xffc6,
	KEY_F10 = 0xffc7,
	KEY_DELETE = 0xffff,
};

#define COMMAND (OSAAS_MOD_CTRL | OSAAS_MOD_COMMAND | OSAAS_MOD_ALT | OSAAS_MOD_SUPER)

static const char wide_blank[] = "\u3000";

/* What a key types, if that is one printable character of ASCII; else 0. */
static char typed_char(const struct ime_key *key)
{
	char c = key->text[0];
	return c > ' ' && c < 0x7f && key->text[1] == 0 && !(key->mods & COMMAND) ? c : 0;
}

static void type(struct ime *ime, char c)
{
	bool room = c == ':' ? typed_insert(&ime->typed, ime_colon, strlen(ime_colon), c)
			     : typed_push(&ime->typed, c);
	if (room)
		ime->state = IME_TYPING;
	ime_changed(ime);
}

static bool begin(struct ime *ime, char c)
{
	if (!c)
		return false;
	if (c == ':' && ime->emoji.n > 0) {
		candidates_clear(&ime->sentence.list);
		ime->state = IME_EMOJI;
		ime_changed(ime);
	} else {
		type(ime, c);
	}
	return true;
}

static bool is_space(const struct ime_key *key, uint32_t mods)
{
	return key->keysym == KEY_SPACE &&
	       (key->mods & (COMMAND | OSAAS_MOD_SHIFT)) == mods;
}

static bool empty_key(struct ime *ime, const struct ime_key *key)
{
	bool again = (key->keysym == KEY_HENKAN && !(key->mods & COMMAND)) ||
		     is_space(key, OSAAS_MOD_SHIFT);
	if (again)
		return choice_again(ime);
	if (is_space(key, 0)) {
		ime_commit(ime, wide_blank, strlen(wide_blank));
		return true;
	}
	return begin(ime, typed_char(key));
}

/* Of keys that no state has a use for: what was composed is committed, and the key goes on. */
static bool other_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	ime_commit_all(ime);
	return begin(ime, c);
}

static void erase(struct ime *ime, bool behind)
{
	typed_erase(&ime->typed, behind);
	if (typed_is_empty(&ime->typed))
		ime_clear(ime);
	ime_changed(ime);
}

static void move(struct ime *ime, enum typed_motion motion)
{
	typed_move(&ime->typed, motion);
	ime_changed(ime);
}

/* The form that a key makes of a piece; -1: none. */
static int form_key(const struct ime_key *key)
{
	if (key->mods & (COMMAND | OSAAS_MOD_SHIFT))
		return -1;
	switch (key->keysym) {
	case KEY_F6:
		return FORM_HIRAGANA;
	case KEY_F7:
	case KEY_MUHENKAN:
		return FORM_KATAKANA;
	case KEY_F8:
		return FORM_NARROW_KATAKANA;
	case KEY_F9:
		return FORM_WIDE_LATIN;
	case KEY_F10:
		return FORM_LATIN;
	default:
		return -1;
	}
}

static bool form_piece(struct ime *ime, const struct ime_key *key)
{
	int form = form_key(key);
	if (form >= 0)
		choice_form(ime, (enum form)form);
	return form >= 0;
}

static bool typing_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	if (c) {
		type(ime, c);
		return true;
	}
	if (key->mods & COMMAND)
		return other_key(ime, key);
	switch (key->keysym) {
	case KEY_SPACE:
	case KEY_KP_SPACE:
	case KEY_HENKAN:
	case KEY_DOWN:
		choice_begin(ime, false);
		return true;
	case KEY_RETURN:
	case KEY_KP_ENTER:
		ime_commit_typed(ime);
		return true;
	case KEY_ESCAPE:
		ime_throw_away(ime);
		return true;
	case KEY_BACKSPACE:
	case KEY_DELETE:
		erase(ime, key->keysym == KEY_DELETE);
		return true;
	case KEY_LEFT:
		move(ime, TYPED_LEFT);
		return true;
	case KEY_RIGHT:
		move(ime, TYPED_RIGHT);
		return true;
	case KEY_HOME:
		move(ime, TYPED_START);
		return true;
	case KEY_END:
		move(ime, TYPED_END);
		return true;
	default:
		return form_piece(ime, key) || other_key(ime, key);
	}
}

/* Keys that go through candidates, of words and emoji. */
static bool list_key(struct ime *ime, const struct ime_key *key)
{
	bool back = key->mods & OSAAS_MOD_SHIFT;
	switch (key->keysym) {
	case KEY_SPACE:
	case KEY_KP_SPACE:
	case KEY_HENKAN:
	case KEY_TAB:
		choice_step(ime, back);
		return true;
	case KEY_DOWN:
	case KEY_RIGHT:
		choice_step(ime, false);
		return true;
	case KEY_UP:
	case KEY_LEFT:
	case KEY_ISO_LEFT_TAB:
		choice_step(ime, true);
		return true;
	case KEY_PAGE_DOWN:
	case KEY_PAGE_UP:
		choice_page(ime, key->keysym == KEY_PAGE_UP);
		return true;
	default:
		return false;
	}
}

/* Left and right: between pieces, with Shift their size; of a single piece between candidates. */
static bool side_key(struct ime *ime, const struct ime_key *key)
{
	bool left = key->keysym == KEY_LEFT;
	if (key->keysym != KEY_LEFT && key->keysym != KEY_RIGHT)
		return false;
	if (key->mods & OSAAS_MOD_SHIFT) {
		sentence_resize(&ime->sentence, !left);
		ime_changed(ime);
		return true;
	}
	if (ime->sentence.n == 1)
		return false;
	choice_go(ime, left);
	return true;
}

static void back_to_kana(struct ime *ime)
{
	ime->state = IME_TYPING;
	typed_move(&ime->typed, TYPED_END);
	ime_changed(ime);
}

static bool choosing_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	if (key->mods & COMMAND)
		return other_key(ime, key);
	if (c >= '0' && c <= '9') {
		choice_digit(ime, c);
		return true;
	}
	if (side_key(ime, key) || list_key(ime, key))
		return true;
	switch (key->keysym) {
	case KEY_RETURN:
	case KEY_KP_ENTER:
		ime_commit_sentence(ime);
		return true;
	case KEY_ESCAPE:
	case KEY_BACKSPACE:
		if (key->keysym == KEY_ESCAPE && ime->original_size > 0)
			ime_throw_away(ime);
		else
			back_to_kana(ime);
		return true;
	default:
		return form_piece(ime, key) || other_key(ime, key);
	}
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

static void find_emoji(struct ime *ime)
{
	emoji_find(&ime->emoji, ime->name, ime->name_size, &ime->sentence.list);
	ime->sentence.chosen = 0;
	ime_changed(ime);
}

static void erase_name(struct ime *ime)
{
	if (ime->name_size == 0) {
		ime_clear(ime);
		return;
	}
	ime->name_size--;
	find_emoji(ime);
}

static bool emoji_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	if (key->mods & COMMAND)
		return other_key(ime, key);
	if (is_name(c)) {
		if (ime->name_size < IME_NAME)
			ime->name[ime->name_size++] = c;
		find_emoji(ime);
		return true;
	}
	if (c >= '0' && c <= '9' && ime->sentence.list.n > 0) {
		choice_digit(ime, c);
		return true;
	}
	if (ime->sentence.list.n > 0 && list_key(ime, key))
		return true;
	switch (key->keysym) {
	case KEY_RETURN:
	case KEY_KP_ENTER:
	case KEY_SPACE:
		ime_commit_emoji(ime);
		return true;
	case KEY_ESCAPE:
		ime_clear(ime);
		return true;
	case KEY_BACKSPACE:
		erase_name(ime);
		return true;
	default:
		return other_key(ime, key);
	}
}

bool ime_is_modifier(uint32_t keysym)
{
	return (keysym >= 0xffe1 && keysym <= 0xffee) ||
	       (keysym >= 0xfe01 && keysym <= 0xfe13) || keysym == 0xff7e ||
	       keysym == 0xff7f;
}

/* The keys that turn the method on and off: 1 on, 0 off, -1 the other; -2: it is none of them. */
static int mode_key(const struct ime *ime, const struct ime_key *key)
{
	if (key->keysym == KEY_SPACE && (key->mods & COMMAND) == OSAAS_MOD_CTRL)
		return -1;
	switch (key->keysym) {
	case KEY_ZENKAKU_HANKAKU:
	case KEY_KANJI:
		return -1;
	case KEY_HENKAN:
	case KEY_HIRAGANA:
	case KEY_HIRAGANA_KATAKANA:
		return ime->on ? -2 : 1;
	case KEY_EISU_TOGGLE:
		return ime->on ? 0 : -2;
	case KEY_MUHENKAN:
		return ime->on && ime->state == IME_EMPTY ? 0 : -2;
	default:
		return -2;
	}
}

bool ime_key(struct ime *ime, const struct ime_key *key)
{
	ime_begin(ime);
	int mode = mode_key(ime, key);
	if (mode != -2) {
		ime_set_on(ime, mode < 0 ? !ime->on : mode);
		if (ime->on && key->keysym == KEY_HENKAN)
			choice_again(ime);
		return true;
	}
	if (!ime->on || ime_is_modifier(key->keysym))
		return false;
	switch (ime->state) {
	case IME_EMPTY:
		return empty_key(ime, key);
	case IME_TYPING:
		return typing_key(ime, key);
	case IME_CHOOSING:
		return choosing_key(ime, key);
	case IME_EMOJI:
		return emoji_key(ime, key);
	}
	return false;
}
