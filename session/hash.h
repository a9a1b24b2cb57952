/* hash: SHA-256, as text. Pure. */
#ifndef OSAAS_SESSION_HASH_H
#define OSAAS_SESSION_HASH_H

#include <stddef.h>

#define HASH_TEXT 65 /* 64 digits and the zero byte */

void hash_sha256(const void *bytes, size_t size, char text[static HASH_TEXT]);

#endif
