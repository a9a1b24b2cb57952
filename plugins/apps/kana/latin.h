/* latin: the letters that a text of kana was typed by, beside it: きゃ is kya, っ of った is t. Pure. */
#ifndef KANA_LATIN_H
#define KANA_LATIN_H

#include <stddef.h>
#include <stdint.h>

#include "romaji.h"
#include "words.h"

/* Letters of a text of WORDS_BYTES: a character of three bytes has ROMAJI_LETTERS at most. */
#define LATIN_MAX (WORDS_BYTES / 3 * ROMAJI_LETTERS)

/* Zero is that of no text. Places are bytes of the text. */
struct latin {
	size_t n;
	struct latin_unit {
		uint8_t bytes, letters; /* no letters: as the kana are mostly typed */
		char text[ROMAJI_PENDING];
	} units[WORDS_BYTES];
};

/*
 * latin_insert: bytes of text came in at that place, by n letters, at most ROMAJI_PENDING; 0: nobody
 * knows which. latin_cut: the text from there to there is gone. What is left of a unit that is split
 * is as kana are mostly typed.
 */
void latin_insert(
	struct latin *latin, size_t at, size_t bytes, const char *letters, size_t n);
void latin_cut(struct latin *latin, size_t from, size_t to);

/* latin_write writes the letters of text from there to there; how many. */
size_t latin_write(const struct latin *latin, const char *text, size_t from, size_t to,
	char letters[LATIN_MAX]);

#endif
