/* nearest: what somebody may have meant. Pure. */
#ifndef OSAAS_SESSION_NEAREST_H
#define OSAAS_SESSION_NEAREST_H

#include <stddef.h>

/* nearest_word gives the word that differs from text in the fewest letters; n >= 1. */
const char *nearest_word(const char *text, const char *const *words, size_t n);

#endif
