/* euc: text in EUC-JP, as the dictionaries of SKK are, and UTF-8. Pure. */
#ifndef KANA_EUC_H
#define KANA_EUC_H

#include <stddef.h>
#include <stdint.h>

/*
 * euc_decode reads one character of s[0..n): its bytes, 0 only when n is 0. What is none, or
 * of JIS X 0212, is U+FFFD.
 */
size_t euc_decode(const uint8_t *s, size_t n, uint32_t *c);

/* euc_encode writes c, at most 2 bytes; 0: EUC-JP has no such character. */
size_t euc_encode(uint32_t c, uint8_t to[2]);

/*
 * euc_to_utf8 and euc_from_utf8 write the text of s[0..n) as the other; whole characters, no more than room
 * bytes. Their length; euc_from_utf8 gives 0 when a character is missing or there is no room.
 */
size_t euc_to_utf8(const uint8_t *s, size_t n, char *to, size_t room);
size_t euc_from_utf8(const char *s, size_t n, uint8_t *to, size_t room);

#endif
