/* utf8: one character of UTF-8 (RFC 3629), from untrusted bytes. */
#ifndef OSAAS_UTIL_UTF8_H
#define OSAAS_UTIL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* utf8_read: its length, and *c what it is; 0: none. left: bytes that are there, at least 1. */
static inline size_t utf8_read(const unsigned char *s, size_t left, uint32_t *c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	*c = s[0];
	if (s[0] < 0x80)
		return 1;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > left)
		return 0;
	*c = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000) ? 0 : n;
}

#endif
