/*
 * a11y_unit: characters, words, sentences and lines of a text, as AT-SPI asks for them. Pure.
 * Lines are those between line ends: where a plugin breaks them is not known. Places are
 * characters (code points).
 */
#ifndef OSAAS_SESSION_A11Y_UNIT_H
#define OSAAS_SESSION_A11Y_UNIT_H

#include <stddef.h>
#include <stdint.h>

enum a11y_unit {
	UNIT_CHARACTER,
	UNIT_WORD, /* with what follows up to the next one */
	UNIT_SENTENCE,
	UNIT_LINE, /* with its end */
};

struct a11y_range {
	uint32_t start, end;
};

/* a11y_unit_at: the one that holds that character; at the end of the text the last one. */
struct a11y_range a11y_unit_at(const char *s, size_t n, uint32_t at, enum a11y_unit unit);
/* a11y_unit_byte: where a character begins; n if there are not so many. */
size_t a11y_unit_byte(const char *s, size_t n, uint32_t at);
uint32_t a11y_unit_count(const char *s, size_t n);
/* a11y_unit_character: 0: there is none. */
uint32_t a11y_unit_character(const char *s, size_t n, uint32_t at);

#endif
