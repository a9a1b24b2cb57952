/*
 * forms: what a piece becomes by F6 to F10: its kana, or the letters that it was typed by, wide or
 * narrow. Pure.
 */
#ifndef KANA_FORMS_H
#define KANA_FORMS_H

#include <stddef.h>

#include "latin.h"

#define FORMS_BYTES (3 * LATIN_MAX + 1) /* with the zero */
#define FORMS_MAX                                                                        \
	11 /* texts of a piece: of each kind of letters as typed, and three cases */

enum form {
	FORM_HIRAGANA,
	FORM_KATAKANA,
	FORM_NARROW_KATAKANA,
	FORM_WIDE_LATIN,
	FORM_LATIN,
};

struct forms {
	const char *reading, *letters;
	size_t n, count; /* bytes of a reading; letters */
};

/*
 * forms_write writes a form, zero terminated; its length. now: what the piece is; of letters what
 * comes after it: as typed, lower case, UPPER CASE, Capitalised, and round. NULL: the first.
 */
size_t forms_write(
	const struct forms *forms, enum form form, const char *now, char to[FORMS_BYTES]);

#endif
