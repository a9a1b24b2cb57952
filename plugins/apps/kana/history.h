/* history: which word the user took for a reading, the last ones. Bounded. Pure. */
#ifndef KANA_HISTORY_H
#define KANA_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTORY_MAX                                                                      \
	256u /* readings; the one that was not used for the longest is forgotten */
#define HISTORY_READING 64u /* bytes with the zero; what is longer is not kept */
#define HISTORY_TEXT    96u

struct history_entry {
	char reading[HISTORY_READING], text[HISTORY_TEXT];
};

/* Zero is empty. */
struct history {
	uint32_t n;
	struct history_entry entries[HISTORY_MAX]; /* the last used is the last one */
};

/* history_find: the text of a reading; NULL: none. */
const char *history_find(const struct history *history, const char *reading, size_t n);

/*
 * history_put keeps a text for a reading. False: nothing was changed. lost: the reading
 * that was forgotten for it, or "".
 */
bool history_put(struct history *history, const char *reading, size_t n, const char *text,
	char lost[HISTORY_READING]);

#endif
