/*
 * audio: one ALSA playback stream, fed from the voices' channels. The device is
 * opened when the first sound comes and closed when none came for a while:
 * without sound there are no wake-ups.
 */
#ifndef OSAAS_SESSION_AUDIO_H
#define OSAAS_SESSION_AUDIO_H

#include <stdint.h>

#include "plugins/endpoint.h"

struct audio;
struct loop;

/*
 * audio_create: device is an ALSA name ("hw:0,0"); NULL: the first card that
 * can play; "none": no sound, voices' blocks are taken at the pace of a clock.
 * Opens nothing yet.
 */
struct audio *audio_create(struct loop *loop, const char *device);
void audio_destroy(struct audio *audio); /* takes NULL; voices must be gone */

struct audio_voice;

/* audio_voice_create makes a voice and gives the plugin's end away. 0 or -ENOMEM, logged. */
int audio_voice_create(struct audio *audio, const char *name, struct audio_voice **out,
	struct endpoint **plugin_end);
void audio_voice_destroy(struct audio_voice *voice); /* takes NULL */

/* audio_turn feeds the device when a voice got something; once per loop turn. */
void audio_turn(struct audio *audio);

/* When audio_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t audio_next_ns(const struct audio *audio);

#endif
