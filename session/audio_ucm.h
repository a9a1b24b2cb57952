/*
 * audio_ucm: one card's use case manager, where ALSA has a configuration for it (Debian's
 * alsa-ucm-conf): without it laptops with Intel's SOF, ARM boards, phones and some interfaces at
 * USB have their outputs connected to nothing. What it knows are devices ("Speaker",
 * "Headphones", "Mic"), each with the stream that goes there and the jack that says whether
 * something is plugged in; a device must be enabled to be heard.
 *
 * One device is enabled for what plays and one for what hears, of one verb, "HiFi" if there is
 * one. What is done to the card is what the configuration says: controls are set, which takes from
 * microseconds to, with codecs at slow buses, some ten milliseconds; it may say sleeps, too. So
 * nothing here is for a frame. The configuration is root's: it is bounded, not distrusted.
 *
 * Errors are -errno, and said once for each card.
 */
#ifndef OSAAS_SESSION_AUDIO_UCM_H
#define OSAAS_SESSION_AUDIO_UCM_H

#include <stdbool.h>
#include <stddef.h>

#include "session/pcm.h"

#define AUDIO_UCM_DEVICES 32 /* of a verb; the rest are passed over */
#define AUDIO_UCM_NAME    32 /* with its NUL; longer ones are passed over */

struct audio_ucm;

struct audio_ucm_device {
	char name[AUDIO_UCM_NAME];
	char jack[44]; /* the control that tells of it, "Headphone Jack"; "": none does */
	bool mute; /* it has a jack, but only an input device tells of it: that is not read */
	struct audio_ucm_way {
		/* "hw:1,0" of this card by its number, "hw:ID,0" of another, or "_ucm0001...": a name
		 * of ALSA's, good as long as the manager is open. "": it does not do that. */
		char pcm[64];
		unsigned priority; /* more is better */
		char card[40];     /* "hw:1": whose mixer has its volume */
		char elem[44];     /* which element of it; "": it says nothing */
	} way[2];                  /* by enum pcm_direction */
};

/*
 * audio_ucm_open, for the card with that number and id; alsa_load came before. It reads files,
 * and may look at the card's controls, but changes nothing. 0 or -errno: -ENOENT there is no
 * configuration, or none for such a card (not said); -EXDEV its streams belong to another card's
 * configuration; any other: it is broken, which is logged.
 */
int audio_ucm_open(int card, const char *id, struct audio_ucm **out);
/* audio_ucm_close: the microphone is disabled; what plays stays as it is, so that programs without
 * use cases are heard. gone: the card is. Takes NULL. */
void audio_ucm_close(struct audio_ucm *ucm, bool gone);

const char *audio_ucm_verb(const struct audio_ucm *ucm);
size_t audio_ucm_list(const struct audio_ucm *ucm, const struct audio_ucm_device **out);

/*
 * audio_ucm_route enables a device for a direction, and disables the one before; NULL: none.
 * Before its stream is opened; a stream that is open plays on, on the other device. Where what
 * plays and what hears exclude each other, who is used first keeps its device: the other one is
 * refused by -EBUSY; one that is not used is disabled. 0, -ENOENT no such device, or what the
 * card said.
 */
int audio_ucm_route(
	struct audio_ucm *ucm, enum pcm_direction direction, const char *device);
/* audio_ucm_routed: which; "": none. */
const char *audio_ucm_routed(const struct audio_ucm *ucm, enum pcm_direction direction);
/* audio_ucm_use: we have that stream open, so the device that it goes to is used. NULL: none. One
 * whose stream another program has open is used, too. */
void audio_ucm_use(struct audio_ucm *ucm, enum pcm_direction direction, const char *pcm);
/* audio_ucm_rival: the device of the other direction for which that one would be refused now; NULL:
 * it would not be. */
const char *audio_ucm_rival(
	const struct audio_ucm *ucm, enum pcm_direction direction, const char *device);
/* audio_ucm_doubt: others may have changed the card: all is set anew with the next route. */
void audio_ucm_doubt(struct audio_ucm *ucm);
bool audio_ucm_doubts(const struct audio_ucm *ucm);

#endif
