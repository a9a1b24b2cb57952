#include "ime.h"

#include <osaas_string.h>
#include <osaas_utf8.h>
#include <osaas_window.h>

#include "letters.h"
#include "widths.h"

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

static const char wide_blank[] = "\u3000", wide_colon[] = "：";

void ime_init(struct ime *ime)
{
	memset(ime, 0, sizeof *ime);
	ime->per_page = IME_PAGE;
	ime->sentence.jisyo = &ime->jisyo;
	ime->sentence.history = &ime->history;
}

/* ---- What comes out ---- */

static void commit(struct ime *ime, const char *text, size_t n)
{
	struct ime_out *out = &ime->out;
	if (n > IME_TEXT - out->n)
		n = osaas_utf8_prev(text, IME_TEXT - out->n);
	memcpy(out->text + out->n, text, n);
	out->n += n;
}

static void begin_out(struct ime *ime)
{
	ime->out.n = 0;
	ime->out.compose = false;
	ime->out.strip = false;
}

static void changed(struct ime *ime)
{
	ime->out.compose = true;
	ime->out.strip = true;
}

static void clear(struct ime *ime)
{
	memset(&ime->typed, 0, sizeof ime->typed);
	ime->name_size = 0;
	ime->original_size = 0;
	ime->state = IME_EMPTY;
	changed(ime);
}

void ime_reset(struct ime *ime)
{
	begin_out(ime);
	clear(ime);
	ime->out.compose = false;
}

/* ---- Sentences ---- */

static void learn(struct ime *ime, size_t piece)
{
	size_t n;
	char lost[HISTORY_READING];
	const char *reading = sentence_reading(&ime->sentence, piece, &n);
	const char *text = ime->sentence.pieces[piece].text;
	if (ime->sentence.pieces[piece].changed && !ime->sentence.mark &&
		history_put(&ime->history, reading, n, text, lost) && ime->learned)
		ime->learned(reading, n, text, lost);
}

static void commit_sentence(struct ime *ime)
{
	for (size_t i = 0; i < ime->sentence.n; i++) {
		const char *text = ime->sentence.pieces[i].text;
		size_t n;
		const char *reading = sentence_reading(&ime->sentence, i, &n);
		commit(ime, text, strlen(text));
		learn(ime, i);
		readings_keep(&ime->committed, reading, n, text);
	}
	clear(ime);
}

static void commit_typed(struct ime *ime)
{
	typed_finish(&ime->typed);
	commit(ime, ime->typed.text, ime->typed.n);
	clear(ime);
}

static const char *emoji_text(const struct ime *ime, size_t *n)
{
	const struct sentence *sentence = &ime->sentence;
	if (ime->name_size == 0 || sentence->list.n == 0)
		return NULL;
	const char *text = candidates_text(&sentence->list, sentence->chosen);
	*n = strlen(text);
	return text;
}

/* The name, when it names nothing. */
static void commit_name(struct ime *ime)
{
	commit(ime, wide_colon, strlen(wide_colon));
	commit(ime, ime->name, ime->name_size);
	clear(ime);
}

static void commit_emoji(struct ime *ime)
{
	size_t n;
	const char *text = emoji_text(ime, &n);
	if (!text) {
		commit_name(ime);
		return;
	}
	commit(ime, text, n);
	clear(ime);
}

static void commit_all(struct ime *ime)
{
	switch (ime->state) {
	case IME_EMPTY:
		break;
	case IME_TYPING:
		commit_typed(ime);
		break;
	case IME_CHOOSING:
		commit_sentence(ime);
		break;
	case IME_EMOJI:
		commit_name(ime);
		break;
	}
}

static void begin_choosing(struct ime *ime, bool whole)
{
	struct typed *typed = &ime->typed;
	typed_finish(typed);
	sentence_begin(&ime->sentence, typed->text, typed->n,
		typed->mark < typed->n ? typed->mark : 0, whole);
	ime->state = IME_CHOOSING;
	changed(ime);
}

static void choose(struct ime *ime, uint32_t i)
{
	if (ime->state == IME_CHOOSING)
		sentence_choose(&ime->sentence, i);
	else
		ime->sentence.chosen = i;
	changed(ime);
}

static void step(struct ime *ime, bool back)
{
	uint32_t n = ime->sentence.list.n, i = ime->sentence.chosen;
	if (n > 0)
		choose(ime, (i + (back ? n - 1 : 1)) % n);
}

static void page(struct ime *ime, bool back)
{
	uint32_t n = ime->sentence.list.n, per = ime->per_page;
	if (n == 0)
		return;
	uint32_t pages = (n + per - 1) / per, at = ime->sentence.chosen / per;
	choose(ime, (at + (back ? pages - 1 : 1)) % pages * per);
}

/* It is taken; the next piece is the present one, or it was the last. */
static void pick(struct ime *ime, uint32_t i)
{
	if (i >= ime->sentence.list.n)
		return;
	choose(ime, i);
	if (ime->state == IME_EMOJI)
		commit_emoji(ime);
	else if (!sentence_go(&ime->sentence, ime->sentence.at + 1))
		commit_sentence(ime);
}

static void pick_digit(struct ime *ime, char digit)
{
	uint32_t first = ime->sentence.chosen - ime->sentence.chosen % ime->per_page;
	if (digit > '0' && (uint32_t)(digit - '0') <= ime->per_page)
		pick(ime, first + (uint32_t)(digit - '1'));
}

/* The present piece in another form; all of it, when it was not split yet. */
static void choose_form(struct ime *ime, enum form form)
{
	struct sentence *sentence = &ime->sentence;
	char text[FORMS_BYTES], letters[LATIN_MAX];
	bool typing = ime->state == IME_TYPING;
	if (typing)
		begin_choosing(ime, true);
	struct forms forms = {.letters = letters};
	forms.reading = sentence_reading(sentence, sentence->at, &forms.n);
	size_t start = (size_t)(forms.reading - sentence->reading);
	forms.count = latin_write(
		&ime->typed.latin, sentence->reading, start, start + forms.n, letters);
	size_t n = forms_write(
		&forms, form, typing ? NULL : sentence->pieces[sentence->at].text, text);
	sentence_become(sentence, text, n);
	changed(ime);
}

/* ---- What was committed, again ---- */

void ime_select(struct ime *ime, const char *text, size_t n)
{
	ime->selected_size = n <= sizeof ime->selected ? n : 0;
	memcpy(ime->selected, text, ime->selected_size);
}

/* Kana only: there is no word yet. */
static bool is_reading(const struct typed *typed, const char *text, size_t n)
{
	char plain[READINGS_BYTES];
	size_t len = letters_hiragana(plain, widths_katakana(text, n, plain), plain);
	return len == typed->n && memcmp(plain, typed->text, len) == 0;
}

/*
 * One word, if that can become the text; else a sentence, of the words that were found if it must be.
 * Whatever it is, it is the text until another candidate is chosen.
 */
static void convert_again(struct ime *ime, const char *text, size_t n)
{
	struct sentence *sentence = &ime->sentence;
	const struct readings *readings = &ime->readings;
	if (is_reading(&ime->typed, text, n)) {
		begin_choosing(ime, false);
		return;
	}
	begin_choosing(ime, true);
	if (sentence_match(sentence, text, n))
		return;
	begin_choosing(ime, false);
	if (sentence_match(sentence, text, n))
		return;
	sentence_split(sentence, readings->starts, readings->starts_count);
	if (!sentence_match(sentence, text, n))
		sentence_take(sentence, text, n, readings->text_starts);
}

static bool reconvert(struct ime *ime)
{
	const struct reading_source source = {
		&ime->jisyo, &ime->committed, &ime->history};
	char reading[TYPED_SET];
	size_t n = readings_find(&ime->readings, &source, ime->selected,
		ime->selected_size, reading, sizeof reading);
	if (n == 0)
		return false;
	typed_set(&ime->typed, reading, n);
	memcpy(ime->original, ime->selected, ime->selected_size);
	ime->original_size = ime->selected_size;
	convert_again(ime, ime->original, ime->original_size);
	ime->selected_size = 0;
	return true;
}

/* Nothing is left of it; what was converted again is as it was. */
static void throw_away(struct ime *ime)
{
	commit(ime, ime->original, ime->original_size);
	clear(ime);
}

/* ---- Keys ---- */

/* What a key types, if that is one printable character of ASCII; else 0. */
static char typed_char(const struct ime_key *key)
{
	char c = key->text[0];
	return c > ' ' && c < 0x7f && key->text[1] == 0 && !(key->mods & COMMAND) ? c : 0;
}

static void type(struct ime *ime, char c)
{
	bool room = c == ':'
			    ? typed_insert(&ime->typed, wide_colon, strlen(wide_colon), c)
			    : typed_push(&ime->typed, c);
	if (room)
		ime->state = IME_TYPING;
	changed(ime);
}

static bool begin(struct ime *ime, char c)
{
	if (!c)
		return false;
	if (c == ':' && ime->emoji.n > 0) {
		candidates_clear(&ime->sentence.list);
		ime->state = IME_EMOJI;
		changed(ime);
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
		return reconvert(ime);
	if (is_space(key, 0)) {
		commit(ime, wide_blank, strlen(wide_blank));
		return true;
	}
	return begin(ime, typed_char(key));
}

/* Of keys that no state has a use for: what was composed is committed, and the key goes on. */
static bool other_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	commit_all(ime);
	return begin(ime, c);
}

static void erase(struct ime *ime, bool behind)
{
	typed_erase(&ime->typed, behind);
	if (typed_is_empty(&ime->typed))
		clear(ime);
	changed(ime);
}

static void move(struct ime *ime, enum typed_motion motion)
{
	typed_move(&ime->typed, motion);
	changed(ime);
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
		choose_form(ime, (enum form)form);
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
		begin_choosing(ime, false);
		return true;
	case KEY_RETURN:
	case KEY_KP_ENTER:
		commit_typed(ime);
		return true;
	case KEY_ESCAPE:
		throw_away(ime);
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
		step(ime, back);
		return true;
	case KEY_DOWN:
	case KEY_RIGHT:
		step(ime, false);
		return true;
	case KEY_UP:
	case KEY_LEFT:
	case KEY_ISO_LEFT_TAB:
		step(ime, true);
		return true;
	case KEY_PAGE_DOWN:
	case KEY_PAGE_UP:
		page(ime, key->keysym == KEY_PAGE_UP);
		return true;
	default:
		return false;
	}
}

static void go(struct ime *ime, bool back)
{
	struct sentence *sentence = &ime->sentence;
	sentence_go(
		sentence, (sentence->at + (back ? sentence->n - 1 : 1)) % sentence->n);
	changed(ime);
}

/* Left and right: between pieces, with Shift their size; of a single piece between candidates. */
static bool side_key(struct ime *ime, const struct ime_key *key)
{
	bool left = key->keysym == KEY_LEFT;
	if (key->keysym != KEY_LEFT && key->keysym != KEY_RIGHT)
		return false;
	if (key->mods & OSAAS_MOD_SHIFT) {
		sentence_resize(&ime->sentence, !left);
		changed(ime);
		return true;
	}
	if (ime->sentence.n == 1)
		return false;
	go(ime, left);
	return true;
}

static void back_to_kana(struct ime *ime)
{
	ime->state = IME_TYPING;
	typed_move(&ime->typed, TYPED_END);
	changed(ime);
}

static bool choosing_key(struct ime *ime, const struct ime_key *key)
{
	char c = typed_char(key);
	if (key->mods & COMMAND)
		return other_key(ime, key);
	if (c >= '0' && c <= '9') {
		pick_digit(ime, c);
		return true;
	}
	if (side_key(ime, key) || list_key(ime, key))
		return true;
	switch (key->keysym) {
	case KEY_RETURN:
	case KEY_KP_ENTER:
		commit_sentence(ime);
		return true;
	case KEY_ESCAPE:
	case KEY_BACKSPACE:
		if (key->keysym == KEY_ESCAPE && ime->original_size > 0)
			throw_away(ime);
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
	changed(ime);
}

static void erase_name(struct ime *ime)
{
	if (ime->name_size == 0) {
		clear(ime);
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
		pick_digit(ime, c);
		return true;
	}
	if (ime->sentence.list.n > 0 && list_key(ime, key))
		return true;
	switch (key->keysym) {
	case KEY_RETURN:
	case KEY_KP_ENTER:
	case KEY_SPACE:
		commit_emoji(ime);
		return true;
	case KEY_ESCAPE:
		clear(ime);
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

static void set_on(struct ime *ime, bool on)
{
	commit_all(ime);
	ime->on = on;
	ime->out.strip = true;
}

bool ime_key(struct ime *ime, const struct ime_key *key)
{
	begin_out(ime);
	int mode = mode_key(ime, key);
	if (mode != -2) {
		set_on(ime, mode < 0 ? !ime->on : mode);
		if (ime->on && key->keysym == KEY_HENKAN)
			reconvert(ime);
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

/* ---- Touch ---- */

void ime_pick(struct ime *ime, uint32_t candidate)
{
	begin_out(ime);
	if (ime->state == IME_CHOOSING || ime->state == IME_EMOJI)
		pick(ime, candidate);
}

void ime_page(struct ime *ime, bool back)
{
	begin_out(ime);
	if (ime->state == IME_CHOOSING || ime->state == IME_EMOJI)
		page(ime, back);
}

void ime_toggle(struct ime *ime)
{
	begin_out(ime);
	set_on(ime, !ime->on);
}

/* ---- What is shown ---- */

static size_t compose_typed(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	size_t caret, n = typed_show(&ime->typed, to, &caret);
	*start = *end = (uint32_t)osaas_utf8_length(to, caret);
	return n;
}

static size_t compose_sentence(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	size_t n = 0;
	for (size_t i = 0; i < ime->sentence.n; i++) {
		const char *text = ime->sentence.pieces[i].text;
		size_t len = strlen(text);
		if (len > IME_TEXT - n)
			break;
		if (i == ime->sentence.at)
			*start = (uint32_t)osaas_utf8_length(to, n);
		memcpy(to + n, text, len);
		n += len;
		if (i == ime->sentence.at)
			*end = (uint32_t)osaas_utf8_length(to, n);
	}
	return n;
}

static size_t compose_name(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	to[0] = ':';
	memcpy(to + 1, ime->name, ime->name_size);
	*start = *end = (uint32_t)ime->name_size + 1;
	return ime->name_size + 1;
}

size_t ime_composition(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end)
{
	*start = *end = 0;
	switch (ime->state) {
	case IME_EMPTY:
		return 0;
	case IME_TYPING:
		return compose_typed(ime, to, start, end);
	case IME_CHOOSING:
		return compose_sentence(ime, to, start, end);
	case IME_EMOJI:
		return compose_name(ime, to, start, end);
	}
	return 0;
}

const struct candidates *ime_candidates(const struct ime *ime, uint32_t *chosen)
{
	bool listed = ime->state == IME_CHOOSING ||
		      (ime->state == IME_EMOJI && ime->name_size > 0);
	*chosen = ime->sentence.chosen;
	return listed && ime->sentence.list.n > 0 ? &ime->sentence.list : NULL;
}
