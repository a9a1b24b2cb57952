/* pcm_holder: which program has a stream of a card, by what the kernel shows in /proc. */
#ifndef OSAAS_SESSION_PCM_HOLDER_H
#define OSAAS_SESSION_PCM_HOLDER_H

#include <stddef.h>

#include "session/pcm.h"

/*
 * pcm_holder: "pipewire (1234)" of a stream of a card, "hw:0,0", the first of its streams that
 * is taken. proc is "/proc". 0, or -ENOENT: it is free, not a card's, or cannot be seen.
 */
int pcm_holder(const char *proc, const char *name, enum pcm_direction direction,
	char *out, size_t size);

/* pcm_card_of parses "hw:PCH,3": card is its number or id. -EINVAL: another name. */
#define PCM_CARD_MAX 32
int pcm_card_of(const char *name, char card[static PCM_CARD_MAX], unsigned *device);

#endif
