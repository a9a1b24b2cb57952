#include "letter.h"

#include <stddef.h>

struct span {
	uint32_t first, last;
};

/* By Unicode's blocks, without their signs and digits. */
static const struct span letters[] = {
	{'A', 'Z'},
	{'a', 'z'},
	{0x00aa, 0x00aa},
	{0x00b5, 0x00b5},
	{0x00ba, 0x00ba},
	{0x00c0, 0x00d6},
	{0x00d8, 0x00f6},
	{0x00f8, 0x02af}, /* Latin */
	{0x0370, 0x0373},
	{0x0376, 0x037d},
	{0x037f, 0x0383},
	{0x0386, 0x0386},
	{0x0388, 0x03ff}, /* Greek */
	{0x0400, 0x0481},
	{0x048a, 0x052f}, /* Cyrillic */
	{0x0531, 0x0587}, /* Armenian */
	{0x05b0, 0x05bd},
	{0x05d0, 0x05f2}, /* Hebrew */
	{0x0620, 0x0652},
	{0x066e, 0x06d3}, /* Arabic */
	{0x0900, 0x0963},
	{0x0971, 0x09e3},
	{0x09f0, 0x09f1},
	{0x0a01, 0x0a51},
	{0x0a81, 0x0ae3},
	{0x0b01, 0x0b63},
	{0x0b82, 0x0bd0},
	{0x0c00, 0x0c63},
	{0x0c81, 0x0ce3},
	{0x0d00, 0x0d63},
	{0x0d81, 0x0df3}, /* of India and around */
	{0x0e01, 0x0e3a},
	{0x0e40, 0x0e4e}, /* Thai */
	{0x0e81, 0x0ecd}, /* Lao */
	{0x10a0, 0x10ff}, /* Georgian */
	{0x1100, 0x11ff}, /* Hangul */
	{0x1780, 0x17d3}, /* Khmer */
	{0x1e00, 0x1fff}, /* Latin and Greek with accents */
	{0x3041, 0x30ff}, /* kana */
	{0x3105, 0x318e}, /* bopomofo, Hangul */
	{0xac00, 0xd7a3},
};

bool letter_is(uint32_t c)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		if (c >= letters[i].first && c <= letters[i].last)
			return true;
	}
	return false;
}

/* Small letters from first to last, and how far before them their capitals are. */
struct run {
	uint32_t first, last, back;
};
static const struct run runs[] = {
	{'a', 'z', 0x20},
	{0x00e0, 0x00f6, 0x20},
	{0x00f8, 0x00fe, 0x20},
	{0x03ad, 0x03af, 0x25},
	{0x03b1, 0x03c1, 0x20},
	{0x03c3, 0x03cb, 0x20},
	{0x0430, 0x044f, 0x20},
	{0x0450, 0x045f, 0x50},
	{0x0561, 0x0586, 0x30},
};

/* Those whose capital is the one just before them: every second one, from first on. */
static const struct span pairs[] = {
	{0x0101, 0x012f},
	{0x0133, 0x0137},
	{0x013a, 0x0148},
	{0x014b, 0x0177},
	{0x017a, 0x017e},
	{0x01ce, 0x01dc},
	{0x01df, 0x01ef},
	{0x01f9, 0x021f},
	{0x0223, 0x0233},
	{0x0461, 0x0481},
	{0x048b, 0x04bf},
	{0x04c2, 0x04ce},
	{0x04d1, 0x052f},
	{0x1e01, 0x1e95},
	{0x1ea1, 0x1eff},
};

static const struct {
	uint32_t small, capital;
} others[] = {
	{0x00ff, 0x0178},
	{0x00df, 0x1e9e},
	{0x03ac, 0x0386},
	{0x03cc, 0x038c},
	{0x03cd, 0x038e},
	{0x03ce, 0x038f},
	{0x03c2, 0x03a3},
	{0x01b0, 0x01af},
	{0x01a1, 0x01a0},
	{0x0259, 0x018f},
	{0x04cf, 0x04c0},
};

uint32_t letter_upper(uint32_t c)
{
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		if (c >= runs[i].first && c <= runs[i].last)
			return c - runs[i].back;
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (c >= pairs[i].first && c <= pairs[i].last)
			return (c - pairs[i].first) % 2 ? c : c - 1;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (c == others[i].small)
			return others[i].capital;
	}
	return c;
}

uint32_t letter_lower(uint32_t c)
{
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		if (c + runs[i].back >= runs[i].first && c + runs[i].back <= runs[i].last)
			return c + runs[i].back;
	}
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (c + 1 >= pairs[i].first && c + 1 <= pairs[i].last)
			return (c + 1 - pairs[i].first) % 2 ? c : c + 1;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (c == others[i].capital && others[i].small != 0x03c2)
			return others[i].small;
	}
	return c;
}
