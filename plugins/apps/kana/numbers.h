/* numbers: digits as a dictionary of SKK wants them in the place of #0, #1, #2, #3. Pure. */
#ifndef KANA_NUMBERS_H
#define KANA_NUMBERS_H

#include <stddef.h>

/* numbers_digits: how many digits (of ASCII) a text begins with. */
size_t numbers_digits(const char *text, size_t n);

/*
 * numbers_write writes a number by kind: '0' as it is, '1' with wide digits, '2' with digits
 * of kanji, '3' in kanji with tens, hundreds, and so on. Bytes; 0: another kind, no room, or
 * too long for '3', of which the largest is 9999999999999999.
 */
size_t numbers_write(char kind, const char *digits, size_t n, char *to, size_t room);

#endif
