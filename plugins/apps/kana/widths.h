/*
 * widths: the narrow and wide characters of Unicode's block Halfwidth and Fullwidth Forms (U+FF00 to
 * U+FFEF), and the kana and Latin letters that they are forms of. Pure.
 */
#ifndef KANA_WIDTHS_H
#define KANA_WIDTHS_H

#include <stddef.h>

/* widths_narrow, widths_wide: bytes that become of n, at most. */
#define WIDTHS_NARROW(n) (2 * (n))
#define WIDTHS_WIDE(n)   (3 * (n))

/*
 * widths_narrow writes katakana, the signs beside them, and wide Latin half as wide: ガ as two
 * characters, the letter and its voiced mark. What has no such form stays. to has room for
 * WIDTHS_NARROW(n); the length.
 */
size_t widths_narrow(const char *text, size_t n, char *to);

/* widths_wide writes ASCII as wide; else it stays. to has room for WIDTHS_WIDE(n); the length. */
size_t widths_wide(const char *text, size_t n, char *to);

/*
 * widths_katakana writes narrow katakana and signs as they are otherwise, marks joined to their
 * letters; else it stays. It does not become longer; the length.
 */
size_t widths_katakana(const char *text, size_t n, char *to);

#endif
