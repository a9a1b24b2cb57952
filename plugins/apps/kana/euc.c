#include "euc.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#define SIDE 94 /* rows and columns of JIS X 0208 */

static const uint16_t table[SIDE * SIDE] = {
#include "euc_table.h"
};

#define HALF_WIDTH 0x8e /* a katakana of one byte follows */
#define JIS_X_0212 0x8f /* a character of two bytes of that follows */
#define HIRAGANA   3    /* the row of them: in Unicode they stand in the same order */

static int place(uint8_t byte)
{
	return byte >= 0xa1 && byte < 0xa1 + SIDE ? byte - 0xa1 : -1;
}

static size_t decode_pair(const uint8_t *s, size_t n, uint32_t *c)
{
	int row = place(s[0]), column = n > 1 ? place(s[1]) : -1;
	if (row < 0 || column < 0)
		return 1;
	uint32_t found = table[row * SIDE + column];
	if (found)
		*c = found;
	return 2;
}

size_t euc_decode(const uint8_t *s, size_t n, uint32_t *c)
{
	*c = OSAAS_UTF8_BAD;
	if (n == 0)
		return 0;
	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	if (s[0] == HALF_WIDTH && n > 1 && s[1] >= 0xa1 && s[1] <= 0xdf) {
		*c = 0xff61u + s[1] - 0xa1;
		return 2;
	}
	if (s[0] == JIS_X_0212 && n > 2 && place(s[1]) >= 0 && place(s[2]) >= 0)
		return 3;
	return decode_pair(s, n, c);
}

static size_t encode_at(size_t i, uint8_t to[2])
{
	to[0] = (uint8_t)(0xa1 + i / SIDE);
	to[1] = (uint8_t)(0xa1 + i % SIDE);
	return 2;
}

size_t euc_encode(uint32_t c, uint8_t to[2])
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c >= 0x3041 && c <= 0x3093)
		return encode_at(HIRAGANA * SIDE + c - 0x3041, to);
	for (size_t i = 0; i < SIDE * SIDE; i++) {
		if (table[i] == c)
			return encode_at(i, to);
	}
	return 0;
}

size_t euc_to_utf8(const uint8_t *s, size_t n, char *to, size_t room)
{
	size_t len = 0;
	for (size_t i = 0; i < n;) {
		uint32_t c;
		char utf8[OSAAS_UTF8_BYTES];
		i += euc_decode(s + i, n - i, &c);
		size_t bytes = osaas_utf8_encode(c, utf8);
		if (bytes > room - len)
			break;
		memcpy(to + len, utf8, bytes);
		len += bytes;
	}
	return len;
}

size_t euc_from_utf8(const char *s, size_t n, uint8_t *to, size_t room)
{
	size_t len = 0;
	for (size_t i = 0; i < n;) {
		uint32_t c;
		uint8_t euc[2];
		i += osaas_utf8_decode(s + i, n - i, &c);
		size_t bytes = euc_encode(c, euc);
		if (bytes == 0 || bytes > room - len)
			return 0;
		memcpy(to + len, euc, bytes);
		len += bytes;
	}
	return len;
}
