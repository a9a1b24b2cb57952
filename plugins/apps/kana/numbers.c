#include "numbers.h"

#include <stdbool.h>

#include <osaas_string.h>

static const char wide[][4] = {
	"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
static const char kanji[][4] = {
	"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char units[][4] = {"", "十", "百", "千"}; /* of each four digits */
static const char groups[][4] = {"", "万", "億", "兆"};

#define SYLLABLE 3 /* bytes of each of these */
#define LARGEST  16

size_t numbers_digits(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && text[i] >= '0' && text[i] <= '9')
		i++;
	return i;
}

static size_t write_each(
	const char (*table)[4], const char *digits, size_t n, char *to, size_t room)
{
	if (n * SYLLABLE > room)
		return 0;
	for (size_t i = 0; i < n; i++)
		memcpy(to + i * SYLLABLE, table[digits[i] - '0'], SYLLABLE);
	return n * SYLLABLE;
}

static bool put(char *to, size_t room, size_t *len, const char *text)
{
	size_t n = strlen(text);
	if (n > room - *len)
		return false;
	memcpy(to + *len, text, n);
	*len += n;
	return true;
}

/* A digit at a place from the right; one of a unit is left out, but before 千 of a group: 一千万. */
static bool put_digit(char *to, size_t room, size_t *len, char digit, size_t place)
{
	size_t unit = place % 4;
	bool silent = digit == '1' && (unit == 1 || unit == 2 || place == 3);
	return (silent || put(to, room, len, kanji[digit - '0'])) &&
	       put(to, room, len, units[unit]);
}

static size_t write_units(const char *digits, size_t n, char *to, size_t room)
{
	size_t len = 0;
	bool group = false; /* there is something in this group of four */
	while (n > 1 && *digits == '0') {
		digits++;
		n--;
	}
	if (n > LARGEST)
		return 0;
	if (n == 1 && *digits == '0')
		return write_each(kanji, digits, 1, to, room);
	for (size_t i = 0; i < n; i++) {
		size_t place = n - 1 - i;
		group |= digits[i] != '0';
		if (digits[i] != '0' && !put_digit(to, room, &len, digits[i], place))
			return 0;
		if (place % 4 == 0 && group) {
			if (!put(to, room, &len, groups[place / 4]))
				return 0;
			group = false;
		}
	}
	return len;
}

size_t numbers_write(char kind, const char *digits, size_t n, char *to, size_t room)
{
	switch (kind) {
	case '0':
		if (n > room)
			return 0;
		memcpy(to, digits, n);
		return n;
	case '1':
		return write_each(wide, digits, n, to, room);
	case '2':
		return write_each(kanji, digits, n, to, room);
	case '3':
		return write_units(digits, n, to, room);
	default:
		return 0;
	}
}
