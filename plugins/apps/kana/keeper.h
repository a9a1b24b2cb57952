/*
 * keeper: what the method has from elsewhere: the dictionary and the list of emoji, which are files of
 * the system, and what the user chose before, which is in its store. A coroutine of its own, so
 * that no key waits for a disk.
 */
#ifndef KANA_KEEPER_H
#define KANA_KEEPER_H

#include <osaas.h>

#include "emoji.h"
#include "history.h"
#include "jisyo.h"

/* What comes on its channel, in this order, without more; kept says what it is. */
enum keeper_message {
	KEEPER_JISYO = 1,
	KEEPER_EMOJI,
	KEEPER_HISTORY,
};

/* Each is the keeper's before its message, and does not change after it. */
struct kept {
	struct jisyo jisyo;
	struct emoji emoji;
	struct history history;
	const char *
		trouble; /* why there is no dictionary, and what to do; NULL: there is one */
};

/* keeper_start: the channel, or OSAAS_E*. kept must stay. */
osaas_chan keeper_start(struct kept *kept);

/*
 * keeper_learn has a text kept for a reading, and what was kept for lost ("": nothing)
 * forgotten. Does not wait: what comes faster than the disk takes it is not kept.
 */
void keeper_learn(osaas_chan keeper, const char *reading, size_t n, const char *text,
	const char *lost);

#endif
