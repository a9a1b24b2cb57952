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

/*
 * Which stream a name is of: "hw:PCH", "hw:0,3", "hw:0,3,1", "hw:CARD=PCH,DEV=3,SUBDEV=1".
 * pcm_parse: 0 or -EINVAL: it is another kind of name.
 */
#define PCM_CARD_MAX 32
struct pcm_place {
	char card[PCM_CARD_MAX]; /* its number or its id */
	int device, subdevice;   /* -1: not said */
};
int pcm_parse(const char *name, struct pcm_place *out);

#endif
