/* typed: what is typed and not yet converted: kana with a caret, and letters that wait for more. Pure. */
#ifndef KANA_TYPED_H
#define KANA_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#include "latin.h"
#include "romaji.h"
#include "words.h"

/* Zero is empty. */
struct typed {
	char text[WORDS_BYTES];
	size_t n, caret; /* bytes; what waits stands at the caret */
	size_t mark; /* where a capital letter said that an inflected part begins; 0: nowhere */
	struct romaji waits;
	char letters[ROMAJI_PENDING + 1]; /* that wait, as they were typed */
	struct latin latin;               /* of text */
};

bool typed_is_empty(const struct typed *typed);

/* typed_push: a printable character of ASCII. False: there is no room. */
bool typed_push(struct typed *typed, char c);

/* typed_insert: text of at most ROMAJI_OUT bytes, that c was typed for. False: there is no room. */
bool typed_insert(struct typed *typed, const char *text, size_t n, char c);

/* typed_set: it is that reading, of at most TYPED_SET bytes, of which no letters are known. */
#define TYPED_SET (WORDS_BYTES - 2 * ROMAJI_OUT)
void typed_set(struct typed *typed, const char *text, size_t n);

/* typed_erase takes away the character before the caret, or the one behind it. */
void typed_erase(struct typed *typed, bool behind);

enum typed_motion {
	TYPED_LEFT,
	TYPED_RIGHT,
	TYPED_START,
	TYPED_END,
};
void typed_move(struct typed *typed, enum typed_motion motion);

/* typed_finish: nothing waits any more. */
void typed_finish(struct typed *typed);

/* typed_show writes all of it, at most WORDS_BYTES; its length. caret: bytes of it before the caret. */
size_t typed_show(const struct typed *typed, char to[WORDS_BYTES], size_t *caret);

#endif
