/*
 * sound: what the user decides about sound: which device plays and which hears, how loud, and
 * whether at all. It makes the engine (session.audio) and its devices, and follows them: the
 * mixer that is open is that of the device that plays.
 *
 * A rule for a device is, the first that is there: what 'osaas ctl audio' said in this session,
 * --audio, what 'osaas ctl audio' said in an earlier one, the configuration.
 *
 * Volume and mute are the card's. Where it has none the mix is multiplied. They are kept for
 * each device, and set when it is first opened, and when it was pulled out; in between what others
 * set counts. A card that nobody set up is made heard (audio_mixer_wake). While no sound is played, and nobody asks, no mixer is open. A microphone
 * that is muted here is silent for all who listen, whatever its card does, and so is the one that
 * takes its place.
 */
#ifndef OSAAS_SESSION_SOUND_H
#define OSAAS_SESSION_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/audio_devices.h"
#include "session/pcm.h"

struct gl_placement;
struct screen;
struct session;
struct sound;

/* sound_create: after the loop and the store. Makes session->audio and audio_in, too. */
struct sound *sound_create(struct session *session);
void sound_destroy(struct sound *sound); /* and the engine: voices and readers are gone */

/* sound_configure: the settings are others. */
void sound_configure(struct sound *sound);

/*
 * sound_hold: the session is not shown any more, or the machine is about to sleep; and back: where an
 * output and a microphone exclude each other, who had its device has it again.
 */
void sound_hold(struct sound *sound, bool held);

/* sound_turn once per turn, after audio_turn; at the latest at sound_next_ns; UINT64_MAX: no matter. */
void sound_turn(struct sound *sound);
uint64_t sound_next_ns(const struct sound *sound);

/* What it shows over that screen: see volume_bar.h. show: before screens are painted. */
bool sound_place(
	const struct sound *sound, const struct screen *screen, struct gl_placement *out);
void sound_show(struct sound *sound);

struct audio_devices *sound_devices(struct sound *sound);

/* Rules. NULL: nobody says one: "default". */
const char *sound_rule(const struct sound *sound, enum pcm_direction direction);
/* sound_say_rule: at once and from now on; NULL: as if nothing was ever said. */
void sound_say_rule(struct sound *sound, enum pcm_direction direction, const char *rule);

struct sound_level {
	bool device; /* there is one; else the rest is nothing */
	bool own;    /* the volume is the card's own; else the mix's */
	bool volume; /* it can be set */
	bool mute;
	double loud; /* 0 to 1, as audio_volume.h */
	bool muted;
	char pcm[64]; /* the device: "hw:1,0" */
	/* Why not by the device that the rule wants (audio_devices_excluded); "": nothing is against it. */
	char excluded[PCM_WHY_MAX];
};

/* Of the device that plays, or would. They open its mixer. 0 or -errno: -ENODEV, -ENOTSUP. */
void sound_level(
	struct sound *sound, enum pcm_direction direction, struct sound_level *out);
int sound_set_volume(struct sound *sound, enum pcm_direction direction, double volume);
int sound_set_mute(struct sound *sound, enum pcm_direction direction, bool muted);

/* Of keys: they show the bar. Steps are +1 and -1; up also ends a mute. */
void sound_key_volume(struct session *session, int step);
void sound_key_mute(struct session *session, enum pcm_direction direction);

#endif
