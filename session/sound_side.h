/*
 * sound_side: one direction of sound: the device that plays, or the one that hears, how loud it is
 * and whether it is muted. It has that device's mixer open while the engine has its stream, and
 * for a while after somebody asked. Embedded in sound.
 */
#ifndef OSAAS_SESSION_SOUND_SIDE_H
#define OSAAS_SESSION_SOUND_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/audio_devices.h"
#include "session/audio_kept.h"
#include "session/audio_mixer.h"
#include "session/pcm.h"

#define SOUND_SIDE_OURS 16

struct session;

/* What the controls of its device are known to be. */
enum sound_controls {
	SOUND_CONTROLS_FREE, /* nobody's, or opened by a use case: what was kept is set */
	SOUND_CONTROLS_LEFT, /* they were ours: what others did since counts, and is kept */
	SOUND_CONTROLS_SHUT, /* another way of its card is enabled: they are not set */
	SOUND_CONTROLS_OURS, /* as they are to be */
};

struct sound_side {
	struct session *session;
	struct audio_devices *devices;
	struct audio_kept *kept; /* NULL: nothing is, time is virtual */
	enum pcm_direction direction;
	char pcm[64];                   /* the device that all this is of; "": none yet */
	char route[32];                 /* what that goes to, of several; "": it is one */
	char name[AUDIO_KEPT_NAME_MAX]; /* it is kept by that; "": it is not */
	enum sound_controls controls;   /* pcm is not "": of it */
	struct audio_mixer *mixer;      /* NULL: it has none */
	double volume;                  /* of the mix, where the card has none */
	bool muted;                     /* the same */
	bool deaf;                      /* muted, whichever it is: the user said so */
	bool sounds;                    /* the engine has that device open */
	uint64_t keep_ns;               /* when to keep it; 0: it is */
	uint64_t close_ns;              /* when to close the mixer; 0: never */
	/* Devices that were ours, unless they went, or a use case set them since: by name. */
	char ours[SOUND_SIDE_OURS][AUDIO_KEPT_NAME_MAX];
	size_t n_ours;
	/* Of the mixer of the device of that name, after it was closed. */
	char wished[AUDIO_KEPT_NAME_MAX];
	struct audio_wish wish;
};

/* sound_side_leave: no device any more; what is to be kept of it is. */
void sound_side_leave(struct sound_side *side);
/* sound_side_ask: the engine would open that one; not while it has one. */
void sound_side_ask(struct sound_side *side, const struct audio_device *device);
/* sound_side_follow: the engine has that one open, but no frame went through it. NULL: none. */
void sound_side_follow(struct sound_side *side, const char *pcm);
/* sound_side_routed: that device of a use case was enabled, or was set anew. */
void sound_side_routed(struct sound_side *side, const struct audio_device *device);
/* sound_side_forget_gone: devices are others. */
void sound_side_forget_gone(struct sound_side *side);

/* sound_side_take_up: its controls are made what they are to be, if they are not shut. */
void sound_side_take_up(struct sound_side *side);
/* sound_side_level: of the mix, too. own: the card's part of it alone; may be NULL. */
void sound_side_level(
	const struct sound_side *side, struct audio_level *out, struct audio_level *own);
/* As sound_set_volume and sound_set_mute, of the device there is. */
int sound_side_set_volume(struct sound_side *side, double volume);
int sound_side_set_mute(struct sound_side *side, bool muted);

void sound_side_turn(struct sound_side *side);
uint64_t sound_side_next_ns(const struct sound_side *side);

#endif
