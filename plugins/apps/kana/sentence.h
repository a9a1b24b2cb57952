/*
 * sentence: what was typed, split into pieces, each of which became something; one of them
 * is the present one, whose candidates there are. Pure.
 */
#ifndef KANA_SENTENCE_H
#define KANA_SENTENCE_H

#include <stdbool.h>

#include "candidates.h"
#include "forms.h"
#include "history.h"
#include "jisyo.h"
#include "words.h"

/* Bytes of what a piece became, at most, with the zero. */
#define SENTENCE_PIECE FORMS_BYTES
_Static_assert(
	SENTENCE_PIECE >= JISYO_TEXT_MAX + WORDS_BYTES, "a word and what is behind it");

struct sentence {
	const struct jisyo *jisyo;
	const struct history *history;
	char reading[WORDS_BYTES];
	size_t bytes, mark;
	size_t n, at; /* pieces, the present one */
	struct {
		uint8_t end;  /* of its reading */
		bool changed; /* the user chose a word */
		char text[SENTENCE_PIECE];
	} pieces[WORDS_MAX];
	struct candidates list;
	uint32_t words; /* of list, which the reading may become; behind those: forms */
	uint32_t chosen;
};

/*
 * sentence_begin splits a reading, of at least one character; mark as in words_list. With a mark, or
 * whole, it is one piece.
 */
void sentence_begin(struct sentence *sentence, const char *reading, size_t n, size_t mark,
	bool whole);

/* sentence_go makes another piece the present one; false: there is none there. */
bool sentence_go(struct sentence *sentence, size_t piece);

/* sentence_choose: the present piece becomes that candidate; i below list.n. */
void sentence_choose(struct sentence *sentence, uint32_t i);

/* sentence_become: the present piece becomes that text, below SENTENCE_PIECE bytes, a candidate or not. */
void sentence_become(struct sentence *sentence, const char *text, size_t n);

/* sentence_split: the pieces end at those n places, rising, and the last one at the end. */
void sentence_split(struct sentence *sentence, const uint8_t *ends, size_t n);

/*
 * sentence_take: after that, the pieces become what a text of bytes below SENTENCE_PIECE has up to
 * each of as many places, rising, candidates or not.
 */
void sentence_take(
	struct sentence *sentence, const char *text, size_t bytes, const uint8_t *ends);

/*
 * sentence_match: the pieces become what a text has in their places, as far as it is one of the
 * candidates of each. Whether all of it is.
 */
bool sentence_match(struct sentence *sentence, const char *text, size_t n);

/* sentence_resize: a character more or less for the present piece; what follows is split anew. */
void sentence_resize(struct sentence *sentence, bool more);

/* sentence_reading: that of a piece. */
const char *sentence_reading(const struct sentence *sentence, size_t piece, size_t *n);

#endif
