#include <osaas_utf8.h>

/*
 * The table of Unicode's well-formed sequences (chapter 3, table 3-7): by the first byte, how
 * many follow, and what the second may be; any further one is 80 to BF.
 */
struct lead {
	uint8_t first, last;
	uint8_t more;
	uint8_t lo, hi;
};

static const struct lead leads[] = {
	{0x00, 0x7f, 0, 0, 0},
	{0xc2, 0xdf, 1, 0x80, 0xbf},
	{0xe0, 0xe0, 2, 0xa0, 0xbf},
	{0xe1, 0xec, 2, 0x80, 0xbf},
	{0xed, 0xed, 2, 0x80, 0x9f},
	{0xee, 0xef, 2, 0x80, 0xbf},
	{0xf0, 0xf0, 3, 0x90, 0xbf},
	{0xf1, 0xf3, 3, 0x80, 0xbf},
	{0xf4, 0xf4, 3, 0x80, 0x8f},
};

static const struct lead *find(uint8_t byte)
{
	for (unsigned i = 0; i < sizeof leads / sizeof *leads; i++) {
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	}
	return NULL;
}

size_t osaas_utf8_decode(const char *s, size_t n, uint32_t *c)
{
	*c = OSAAS_UTF8_BAD;
	if (n == 0)
		return 0;
	const struct lead *lead = find((uint8_t)s[0]);
	if (!lead)
		return 1;
	uint32_t v = (uint8_t)s[0] & (lead->more ? 0x3fu >> lead->more : 0x7fu);
	uint8_t lo = lead->lo, hi = lead->hi;
	for (size_t i = 1; i <= lead->more; i++, lo = 0x80, hi = 0xbf) {
		if (i >= n || (uint8_t)s[i] < lo || (uint8_t)s[i] > hi)
			return i;
		v = v << 6 | ((uint8_t)s[i] & 0x3f);
	}
	*c = v;
	return 1u + lead->more;
}

size_t osaas_utf8_encode(uint32_t c, char to[OSAAS_UTF8_BYTES])
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(0xf00u >> n | c);
	return n;
}

/* A U+FFFD that somebody wrote is three bytes long; what is read as one never is that. */
static size_t decode_good(const char *s, size_t n)
{
	uint32_t c;
	size_t used = osaas_utf8_decode(s, n, &c);
	bool written = used == 3 && (uint8_t)s[0] == 0xef && (uint8_t)s[1] == 0xbf &&
		       (uint8_t)s[2] == 0xbd;
	return c != OSAAS_UTF8_BAD || written ? used : 0;
}

size_t osaas_utf8_check(const char *s, size_t n)
{
	size_t i = 0, used;
	while (i < n && (used = decode_good(s + i, n - i)) > 0)
		i += used;
	return i;
}

size_t osaas_utf8_length(const char *s, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; count++)
		i = osaas_utf8_next(s, n, i);
	return count;
}

size_t osaas_utf8_next(const char *s, size_t n, size_t i)
{
	uint32_t c;
	return i < n ? i + osaas_utf8_decode(s + i, n - i, &c) : n;
}

/* The furthest of the last bytes whose character ends exactly here. */
size_t osaas_utf8_prev(const char *s, size_t i)
{
	uint32_t c;
	if (i == 0)
		return 0;
	for (size_t back = OSAAS_UTF8_BYTES; back > 1; back--) {
		if (back <= i && osaas_utf8_decode(s + i - back, back, &c) == back)
			return i - back;
	}
	return i - 1;
}
