/*
 * audio_ways: the use case managers of the cards that are there, each opened with the first look
 * at its card and kept until that is gone, and the card's devices as it knows them. A card
 * without one is as its streams are.
 */
#ifndef OSAAS_SESSION_AUDIO_WAYS_H
#define OSAAS_SESSION_AUDIO_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "session/audio_devices.h"

#define AUDIO_WAYS_CARDS 32 /* the kernel's */

struct audio_ways;

struct audio_ways *audio_ways_create(void);
void audio_ways_destroy(struct audio_ways *ways); /* takes NULL */

/*
 * A look at all cards: begin; for each card there is, card, jack for each of its jacks, put; or keep,
 * for one that we may not look at now; end, which closes those of cards that are gone. card is what
 * its devices have in common.
 */
void audio_ways_begin(struct audio_ways *ways);
void audio_ways_card(struct audio_ways *ways, const struct audio_device *card);
void audio_ways_keep(struct audio_ways *ways, int number);
void audio_ways_jack(
	struct audio_ways *ways, int number, const char *control, bool plugged);
/* audio_ways_put: devices are the card's n streams; in their place come, at most max, what can be
 * chosen. How many. */
size_t audio_ways_put(struct audio_ways *ways, int number, struct audio_device *devices,
	size_t n, size_t max);
void audio_ways_end(struct audio_ways *ways);

/* audio_ways_route: as audio_devices_route. 1: it is another one now, or was set anew. */
int audio_ways_route(struct audio_ways *ways, const struct audio_device *device,
	enum pcm_direction direction);
/* audio_ways_use, audio_ways_rival: as audio_ucm's, of all cards, and of the device's. */
void audio_ways_use(
	struct audio_ways *ways, enum pcm_direction direction, const char *pcm);
const char *audio_ways_rival(const struct audio_ways *ways,
	const struct audio_device *device, enum pcm_direction direction);
/* audio_ways_mark sets routed of all devices. */
void audio_ways_mark(
	const struct audio_ways *ways, struct audio_device *devices, size_t n);
void audio_ways_doubt(struct audio_ways *ways);

#endif
