/* nearest: what somebody may have meant, if anything is near. Pure. */
#ifndef OSAAS_SESSION_NEAREST_H
#define OSAAS_SESSION_NEAREST_H

#include <stddef.h>

/*
 * nearest_word gives the word that differs from text in the fewest letters: another one, one too
 * many, one missing, two that changed places; a and A are one. NULL: none is near: more than a
 * third of text's letters differ.
 */
const char *nearest_word(const char *text, const char *const *words, size_t n);

/*
 * nearest_hint writes what goes behind "there is no 'text'", and gives it: "; do you mean 'word'?",
 * or else all words, if they are few: "; there are 'a', 'b' and 'c'", or else "; WHERE lists them".
 * quote: around words, "'" or "".
 */
#define NEAREST_HINT 200
const char *nearest_hint(char out[static NEAREST_HINT], const char *text,
	const char *const *words, size_t n, const char *quote, const char *where);

#endif
