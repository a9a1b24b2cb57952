/*
 * ime: the method itself: keys in, text out. It knows no channel and no window. Pure.
 *
 * After each call that returns something of it, out says what is to be done: first commit, then show
 * the composition anew, then draw the strip.
 */
#ifndef KANA_IME_H
#define KANA_IME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emoji.h"
#include "history.h"
#include "readings.h"
#include "sentence.h"
#include "typed.h"

#define IME_TEXT 4096u /* bytes of a composition or of a commit: what is longer is cut */
#define IME_NAME 48u   /* bytes of an emoji's name that is typed */
#define IME_PAGE 9u    /* candidates of a page: as many as there are digits */

enum ime_state {
	IME_EMPTY,    /* nothing is under composition */
	IME_TYPING,   /* kana, and letters that become some */
	IME_CHOOSING, /* a sentence */
	IME_EMOJI,    /* a name of an emoji */
};

struct ime_key {
	uint32_t keysym, mods; /* as in struct osaas_window_key */
	char text[8];
};

struct ime_out {
	bool compose, strip;
	char text[IME_TEXT]; /* to commit */
	size_t n;
};

struct ime {
	bool on;
	enum ime_state state;
	uint32_t per_page; /* candidates of a page, 1 to IME_PAGE */
	struct jisyo jisyo;
	struct emoji emoji;
	struct history history;
	struct typed typed;
	struct sentence sentence; /* its list is that of emoji, too */
	char name[IME_NAME];
	size_t name_size;
	/* What is selected in the field; what was, before it was converted again. 0: nothing. */
	char selected[READINGS_BYTES], original[READINGS_BYTES];
	size_t selected_size, original_size;
	struct history committed; /* in this session */
	struct readings readings;
	struct ime_out out;
	/* Who keeps what was learned: reading, text; and a reading that is forgotten. May be NULL. */
	void (*learned)(
		const char *reading, size_t n, const char *text, const char *lost);
};

/* ime_init: off; without a dictionary. */
void ime_init(struct ime *ime);

/* ime_key: a key is pressed, or repeats. Whether it was the method's. */
bool ime_key(struct ime *ime, const struct ime_key *key);

/* ime_select: what is selected in the field, UTF-8: a key can convert it again. Too long: nothing. */
void ime_select(struct ime *ime, const char *text, size_t n);

/* ime_is_modifier: Shift, Ctrl, Caps Lock, ...: by themselves they mean nothing. */
bool ime_is_modifier(uint32_t keysym);

/* By touch. */
void ime_pick(struct ime *ime,
	uint32_t candidate); /* takes it and goes on; nothing if there is none */
void ime_page(struct ime *ime, bool back); /* the first candidate of the next page */
void ime_toggle(struct ime *ime);

/* ime_reset: the field is another: what was under composition is no more. */
void ime_reset(struct ime *ime);

/* ime_composition writes what is to be shown; its bytes. start, end: the selection in it, characters. */
size_t ime_composition(
	const struct ime *ime, char to[IME_TEXT], uint32_t *start, uint32_t *end);

/* ime_candidates: those that are to be shown; NULL: none. chosen: the present one. */
const struct candidates *ime_candidates(const struct ime *ime, uint32_t *chosen);

#endif
