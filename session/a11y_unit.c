#include "session/a11y_unit.h"

#include <stdbool.h>

#include "util/utf8.h"

uint32_t a11y_unit_count(const char *s, size_t n)
{
	uint32_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += ((unsigned char)s[i] & 0xc0) != 0x80;
	return all;
}

size_t a11y_unit_byte(const char *s, size_t n, uint32_t at)
{
	for (size_t i = 0; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80 && at-- == 0)
			return i;
	}
	return n;
}

uint32_t a11y_unit_character(const char *s, size_t n, uint32_t at)
{
	size_t i = a11y_unit_byte(s, n, at);
	uint32_t c = 0;
	if (i < n)
		utf8_read((const unsigned char *)&s[i], n - i, &c);
	return c;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x3000;
}

static bool is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_' || c == '\'' ||
	       (c >= 0x80 && !is_blank(c));
}

static bool ends_sentence(uint32_t c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x3002;
}

/* What was before a character. */
struct before {
	uint32_t c;
	bool ended; /* a sentence, and nothing but blanks since */
};

static bool begins(enum a11y_unit unit, const struct before *before, uint32_t c)
{
	switch (unit) {
	case UNIT_WORD:
		return is_word(c) && !is_word(before->c);
	case UNIT_SENTENCE:
		return before->c == '\n' ||
		       (before->ended && is_blank(before->c) && !is_blank(c));
	case UNIT_LINE:
		return before->c == '\n';
	default:
		return true;
	}
}

struct a11y_range a11y_unit_at(const char *s, size_t n, uint32_t at, enum a11y_unit unit)
{
	struct a11y_range range = {0, 0};
	struct before before = {0};
	uint32_t index = 0;
	for (size_t i = 0; i < n; index++) {
		uint32_t c;
		size_t step = utf8_read((const unsigned char *)&s[i], n - i, &c);
		if (index > 0 && begins(unit, &before, c)) {
			if (index > at) {
				range.end = index;
				return range;
			}
			range.start = index;
		}
		before.ended = ends_sentence(c) || (before.ended && is_blank(c));
		before.c = c;
		i += step ? step : 1;
	}
	/* Behind the last line end there is an empty line. */
	if (at >= index && unit == UNIT_LINE && before.c == '\n')
		range.start = index;
	if (at >= index && unit == UNIT_CHARACTER)
		range.start = index;
	range.end = index;
	return range;
}
