/*
 * endings: what may stand behind a word in hiragana, by the school grammar of Japanese,
 * simplified: inflections, auxiliary verbs, particles. It tells likely from unlikely, when a
 * reading is to be split into words; it refuses some that are right. Pure.
 */
#ifndef KANA_ENDINGS_H
#define KANA_ENDINGS_H

#include <stdbool.h>
#include <stddef.h>

enum endings_place {
	ENDINGS_STEM =
		1, /* behind the stem of a word with an inflected part: "書" of "書く" */
	ENDINGS_SHORT_STEM = 2, /* ... that is one syllable: "見" of "見る" */
	ENDINGS_NOUN = 4,       /* behind a word that is complete */
};

enum endings {
	ENDINGS_WRONG,
	ENDINGS_RARE, /* it could go on: "書け" */
	ENDINGS_RIGHT,
};

/* endings_fit: how well the text stands there. Nothing is right behind a noun, wrong behind a stem. */
enum endings endings_fit(enum endings_place place, const char *text, size_t n);

/* endings_is_word: a word that is written in hiragana: "これ", "ありがとう". */
bool endings_is_word(const char *text, size_t n);

#endif
