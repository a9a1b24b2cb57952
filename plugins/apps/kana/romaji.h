/*
 * romaji: letters of the Latin alphabet, one after the other, become hiragana, by the ways of
 * writing that input methods take (Hepburn's, Kunrei's, and what has grown beside them). Pure.
 */
#ifndef KANA_ROMAJI_H
#define KANA_ROMAJI_H

#include <stdbool.h>
#include <stddef.h>

#define ROMAJI_PENDING 4  /* letters that wait for more, at most */
#define ROMAJI_OUT     24 /* bytes that one letter can bring about, at most */
#define ROMAJI_LETTERS 4  /* letters of a syllable, at most */

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

/*
 * The same letter by letter, for who keeps those beside what became of them: romaji_add has one
 * wait, too; romaji_step then writes what is certain of the first that wait, a unit, and takes
 * them out: letters is how many they were. last: nothing more comes. Its bytes; 0: none is any more.
 */
void romaji_add(struct romaji *romaji, char c);
size_t romaji_step(
	struct romaji *romaji, bool last, char to[ROMAJI_OUT], size_t *letters);

/*
 * romaji_letters writes how the first syllable of a text is mostly typed (Hepburn's way); what is
 * none stays as it is. Its letters, at most ROMAJI_LETTERS; used: the bytes of text that they are for.
 */
size_t romaji_letters(const char *text, size_t n, char to[ROMAJI_LETTERS], size_t *used);

/* romaji_flush: nothing more comes: n is a syllable, other letters are themselves. */
size_t romaji_flush(struct romaji *romaji, char to[ROMAJI_OUT]);

#endif
