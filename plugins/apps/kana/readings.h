/*
 * readings: how a text with kanji is read, the other way than the dictionary is made for: by what was
 * committed in this session, what was chosen before, then all of the dictionary, once. Of the ways to
 * read it the likeliest: few words, each of which is among the first for its reading. Pure.
 */
#ifndef KANA_READINGS_H
#define KANA_READINGS_H

#include "history.h"
#include "jisyo.h"
#include "words.h"

#define READINGS_TEXT  64u /* characters of a text, at most */
#define READINGS_WORD  16u /* ... of a word in it */
#define READINGS_BYTES WORDS_BYTES

struct reading_source {
	const struct jisyo *jisyo;
	const struct history *committed, *chosen; /* readings and their texts */
};

/* Of a word in the text: the best reading that was found. */
struct reading_word {
	uint32_t cost; /* 0: there is none */
	bool euc;      /* what at points to; else it is UTF-8 */
	uint8_t n;
	const void *at;
};

/* What readings_find works in; too large for a stack. */
struct readings {
	const char *text;
	bool kana; /* or kanji: not Latin letters and signs only */
	size_t count, euc_size;
	uint32_t letters[READINGS_TEXT];
	uint8_t at[READINGS_TEXT + 1], euc_at[READINGS_TEXT + 1]; /* bytes, of each */
	uint8_t euc[2 * READINGS_TEXT];
	/*
	 * Where words, and signs behind them, begin in the reading that was found, and in the text; rising,
	 * without 0; not more than there is room for.
	 */
	uint8_t starts[WORDS_MAX], text_starts[WORDS_MAX];
	size_t starts_count;
	struct reading_word words[READINGS_TEXT]
				 [READINGS_WORD]; /* by start, length - 1 */
};

/*
 * readings_find reads UTF-8 of n bytes: the reading, at most room bytes; 0: there is none, or it is
 * too long, or no letters but Latin ones are in it, or control characters. Goes through the
 * whole dictionary once.
 */
size_t readings_find(struct readings *readings, const struct reading_source *source,
	const char *text, size_t n, char *to, size_t room);

/* readings_keep puts what was committed into a history, without the kana at its end. */
void readings_keep(
	struct history *committed, const char *reading, size_t n, const char *text);

#endif
