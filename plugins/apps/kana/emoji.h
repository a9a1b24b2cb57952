/*
 * emoji: pictures by their names, out of Unicode's emoji-test.txt, in memory as it is on disk:
 *
 *	1F600 ; fully-qualified # 😀 E1.0 grinning face
 *
 * Those that differ in nothing but the tone of a skin are left out. The bytes are not trusted.
 * Nothing here allocates. Pure.
 */
#ifndef KANA_EMOJI_H
#define KANA_EMOJI_H

#include <stddef.h>
#include <stdint.h>

#include "candidates.h"

#define EMOJI_MAX  2048u /* pictures; those beyond are left out */
#define EMOJI_NAME 96u   /* bytes of a name; longer ones are left out */

/* Zero: there are none. */
struct emoji {
	const char *data;
	size_t n;
	struct {
		uint32_t text, name; /* where in data */
		uint8_t text_size, name_size;
	} at[EMOJI_MAX];
};

/* emoji_open: how many there are; data must stay. */
size_t emoji_open(struct emoji *emoji, const char *data, size_t size);

/*
 * emoji_find fills list with those of whose names the words, with _ or blanks between them, are words,
 * or the beginnings of words, or nearly so: "smile" finds "smiling". Their notes are their names.
 */
void emoji_find(
	const struct emoji *emoji, const char *words, size_t n, struct candidates *list);

#endif
