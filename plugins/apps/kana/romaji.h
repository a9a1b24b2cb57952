/*
 * romaji: letters of the Latin alphabet, one after the other, become hiragana, by the ways of
 * writing that input methods take (Hepburn's, Kunrei's, and what has grown beside them). Pure.
 */
#ifndef KANA_ROMAJI_H
#define KANA_ROMAJI_H

#include <stddef.h>

#define ROMAJI_PENDING 4  /* letters that wait for more, at most */
#define ROMAJI_OUT     24 /* bytes that one letter can bring about, at most */

/* Zero is the start. */
struct romaji {
	char pending[ROMAJI_PENDING + 1];
	size_t n;
};

/*
 * romaji_push takes a printable character of ASCII, lower case, and writes what is certain by
 * now; what is not stays pending. Returns the bytes written.
 */
size_t romaji_push(struct romaji *romaji, char c, char to[ROMAJI_OUT]);

/* romaji_flush: nothing more comes: n is a syllable, other letters are themselves. */
size_t romaji_flush(struct romaji *romaji, char to[ROMAJI_OUT]);

#endif
