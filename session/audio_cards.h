/*
 * audio_cards: the sound cards, by ALSA's control interface, and what is plugged into their
 * jacks. A card that has jacks which tell keeps its control open for that: nothing wakes us
 * but something that is plugged in or out (or a volume that changes).
 */
#ifndef OSAAS_SESSION_AUDIO_CARDS_H
#define OSAAS_SESSION_AUDIO_CARDS_H

#include <stddef.h>

#include "session/audio_devices.h"

struct audio_cards;
struct audio_ways;

/* audio_cards_create: jacks is called from the loop. */
struct audio_cards *audio_cards_create(
	struct loop *loop, void (*jacks)(void *data), void *data);
void audio_cards_destroy(struct audio_cards *cards); /* takes NULL */

/*
 * audio_cards_scan looks at all there are now: at most max devices, in ALSA's order. How many.
 * *denied is a card that we may not look at, by its number; -1: there is none.
 */
size_t audio_cards_scan(
	struct audio_cards *cards, struct audio_device *out, size_t max, int *denied);

/* audio_cards_ways: how their devices are reached, as of the last scan. */
struct audio_ways *audio_cards_ways(struct audio_cards *cards);

#endif
