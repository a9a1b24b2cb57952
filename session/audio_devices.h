/*
 * audio_devices: the sound cards there are, which streams they have, and which is taken. By
 * ALSA's control interface; cards come and go by udev (subsystem sound), heard of in the loop.
 * Nothing is opened before somebody asks, and nothing polled.
 *
 * A rule is a list of words, separated by spaces or commas, the first that fits wins; each is an
 * ALSA name (hw:1,0), a card's id (PCH), a part of its or its stream's name in any case ("hdmi",
 * "Scarlett"), a kind (usb, hdmi, analog), "default" (analog before USB before HDMI; a stream with
 * something in its jack before others, one with an empty jack after all), "alsa:NAME":
 * whatever ALSA calls by that name ("alsa:pulse"), or "none": no sound at all. A rule that fits
 * nothing is said, and default holds.
 *
 * A card with use cases (audio_ucm.h) has a device here for each that can be chosen, "Speaker" and
 * "Headphones", which may have one stream; words fit these names, too.
 */
#ifndef OSAAS_SESSION_AUDIO_DEVICES_H
#define OSAAS_SESSION_AUDIO_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "session/pcm.h"

struct audio_devices;
struct loop;

struct audio_device {
	char pcm[64];  /* "hw:1,0" */
	char id[32];   /* of its card: "PCH" */
	char card[96]; /* "HDA Intel PCH" */
	char name[96]; /* of the stream: "ALC257 Analog" */
	bool usb, hdmi;
	bool plays, hears;
	bool aside; /* a stream which the card's use cases do not know: after all others */
	bool unsure; /* it has a jack that does not tell */
	bool routed
		[2]; /* by direction: the stream goes there, of all that have that pcm */
	enum {
		AUDIO_JACK_NONE,
		AUDIO_JACK_OUT,
		AUDIO_JACK_IN
	} jack;     /* has none, empty, plugged; of what it plays to, if it plays */
	int number; /* of its card */
	/* Of a card with use cases (audio_ucm.h): what its stream goes to. "": it has none. */
	char verb[32];     /* "HiFi" */
	char route[32];    /* "Headphones" */
	unsigned priority; /* of its card's, more is better */
	struct {
		char card[40]; /* whose mixer has its volume: "hw:1" */
		char elem[44]; /* which element of it; "": the mixer's best */
	} volume[2];           /* by direction */
};

/* audio_devices_create: changed is called from the loop, once for what came together, and never from
 * within anything here. */
struct audio_devices *audio_devices_create(
	struct loop *loop, void (*changed)(void *data), void *data);
void audio_devices_destroy(struct audio_devices *devices); /* takes NULL */

/*
 * audio_devices_pick: the nth device (0: the best) that a rule gives; the ones after it are for
 * when those before cannot be opened. NULL: no more. rule NULL is "default". Valid until the
 * best one is asked for again.
 */
const struct audio_device *audio_devices_pick(struct audio_devices *devices,
	enum pcm_direction direction, const char *rule, size_t n);
/* audio_devices_why: why there is none; one line; NULL: there are. As of the last look. */
const char *audio_devices_why(const struct audio_devices *devices);
/*
 * audio_devices_route makes ready what pick or list gave, before its stream is opened, or while
 * it is: where the card has use cases, that one's device is enabled, and the one before is not
 * any more. Not for a frame. 0, or -EBUSY: the card cannot do that while it plays, or hears, by what
 * was used first (audio_devices_excluded); changed is called when it may be able to, if it was we who
 * used that: of another program's end nobody tells. What else fails is logged: the stream is used
 * as it is.
 */
int audio_devices_route(struct audio_devices *devices, const struct audio_device *device,
	enum pcm_direction direction);
/* audio_devices_excluded: whether it would be refused so; why, in a line that says what excludes what. */
bool audio_devices_excluded(const struct audio_devices *devices,
	const struct audio_device *device, enum pcm_direction direction,
	char why[static PCM_WHY_MAX]);
/* audio_devices_refused: whether one of that direction was refused so, and it may still be. */
bool audio_devices_refused(
	const struct audio_devices *devices, enum pcm_direction direction);
/* audio_devices_use: that stream is open from now on, of that direction. NULL: none is. */
void audio_devices_use(
	struct audio_devices *devices, enum pcm_direction direction, const char *pcm);
/* audio_devices_on_route: routed is called, with create's data, when a route is that device's, or
 * was set anew: the card's controls may be the use case's. */
void audio_devices_on_route(struct audio_devices *devices,
	void (*routed)(void *data, const struct audio_device *device,
		enum pcm_direction direction));
/* audio_devices_doubt: other programs may have set routes: they are set anew before the next sound. */
void audio_devices_doubt(struct audio_devices *devices);
/*
 * audio_devices_await: that one could not be opened (-EBUSY: another program has it, -EACCES,
 * whatever): changed is called, once, when it may be free: when a program closes it or its
 * rights change, and after a second, which doubles up to a minute with each time that this is
 * called in vain. pcm NULL: nothing is waited for any more, since something could be opened.
 */
void audio_devices_await(struct audio_devices *devices, const char *pcm);
/* audio_devices_list: all there are; looks when nothing was looked at yet. */
size_t audio_devices_list(struct audio_devices *devices, const struct audio_device **out);

/*
 * Of a card with that number, whose stream another program has: what else of its use cases is
 * enabled would end what that program plays or hears. busy -1: there is none.
 */
static inline bool audio_device_is_others(const struct audio_device *device, int busy)
{
	return device->route[0] && device->number == busy;
}

#endif
