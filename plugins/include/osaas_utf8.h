/*
 * osaas_utf8.h: text as the host has it everywhere: UTF-8.
 *
 *	uint32_t c;
 *	for (size_t i = 0; i < n; i += osaas_utf8_decode(text + i, n - i, &c))
 *		...
 *
 * What is no UTF-8 (RFC 3629: too long a form, a surrogate, above U+10FFFF, cut off) never
 * stops anything: it is read as U+FFFD, once for each maximal part, as Unicode says.
 * Nothing here yields or allocates, and a zero byte is a character like any other.
 */
#ifndef OSAAS_UTF8_H
#define OSAAS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OSAAS_UTF8_BAD   UINT32_C(0xfffd)
#define OSAAS_UTF8_BYTES 4 /* of a character, at most */

/* osaas_utf8_decode reads one character of s[0..n); returns its bytes, 0 only when n is 0. */
size_t osaas_utf8_decode(const char *s, size_t n, uint32_t *c);

/* osaas_utf8_encode writes c; returns its bytes, 0 when there is no such character. */
size_t osaas_utf8_encode(uint32_t c, char to[OSAAS_UTF8_BYTES]);

/* osaas_utf8_check gives where the first byte is that is no UTF-8; n: there is none. */
size_t osaas_utf8_check(const char *s, size_t n);
static inline bool osaas_utf8_valid(const char *s, size_t n)
{
	return osaas_utf8_check(s, n) == n;
}

/* osaas_utf8_length counts characters. */
size_t osaas_utf8_length(const char *s, size_t n);

/*
 * From where a character begins (i) to the next one, and to the one before, as for a
 * cursor; they stop at n and 0. osaas_utf8_next(s, n, osaas_utf8_prev(s, i)) is i.
 */
size_t osaas_utf8_next(const char *s, size_t n, size_t i);
size_t osaas_utf8_prev(const char *s, size_t i);

#endif
