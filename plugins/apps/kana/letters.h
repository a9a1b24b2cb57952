/* letters: the syllables of hiragana and katakana, as UTF-8. Pure. */
#ifndef KANA_LETTERS_H
#define KANA_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool letters_is_hiragana(uint32_t c); /* U+3041 to U+3096 */

/*
 * letters_katakana writes text with its hiragana as katakana; letters_hiragana the other way.
 * Both keep all else, and the length: to has room for n bytes. Returns n.
 */
size_t letters_katakana(const char *text, size_t n, char *to);
size_t letters_hiragana(const char *text, size_t n, char *to);

/*
 * letters_consonant: the letter by which the dictionary names a word whose inflected part
 * begins with that text: "k" for ki, "i" for i, that of the next syllable for a small tsu (skkdic's
 * order; ddskk calls it skk-kana-rom-vector). 0: none begins so.
 */
char letters_consonant(const char *text, size_t n);

/* letters_vowel: in which column a syllable stands: 'a', 'i', 'u', 'e', 'o', or 0. */
char letters_vowel(uint32_t c);

#endif
