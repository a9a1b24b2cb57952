/*
 * audio: the engine: all voices, mixed and fed to one device. It is opened when the first sound
 * comes, drained and closed when none came for a while: without sound there are no wake-ups.
 *
 * How far ahead the device is filled is what its voices want (osaas_audio_format.latency_us; the
 * smallest of them), never less than what it was late lately (audio_latency),
 * more after an underrun, and less again when it was calm.
 *
 * When it stands still (another VT, the machine asleep) so do voices and their plugins; it goes on
 * with the very next frame, faded in over a few milliseconds as it was faded out. When the
 * device goes, voices go to the next one that the rules give (audio_devices.h); without any, a
 * clock takes what they send, and a device is looked for when one comes.
 */
#ifndef OSAAS_SESSION_AUDIO_H
#define OSAAS_SESSION_AUDIO_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/endpoint.h"
#include "session/pcm.h"

struct audio;
struct audio_devices;
struct loop;

struct audio_options {
	const char *
		output; /* rule, as audio_devices_pick; NULL: the first; "none"; copied */
	unsigned rate;  /* frames per second; 0: 48000 */
	uint64_t latency_ns;           /* where no voice wants another; 0: 25 ms */
	bool background;               /* goes on while another VT is shown */
	pcm_opener *open;              /* NULL: pcm_open */
	struct audio_devices *devices; /* borrowed; NULL: output is a name of ALSA's */
	/*
	 * Called before the first frame goes to a device, with its name, and with NULL when there is
	 * none any more: so that its volume is set in time. audio_set_gain may be called. May be NULL.
	 */
	void (*opened)(void *data, const char *device);
	void *data;
};

/* audio_create opens nothing yet. */
struct audio *audio_create(struct loop *loop, const struct audio_options *options);
void audio_destroy(struct audio *audio); /* takes NULL; voices must be gone */
/* audio_configure: others from now on; what plays goes on, on another device where it must. */
void audio_configure(struct audio *audio, const struct audio_options *options);

struct audio_voice;

/* audio_voice_create makes a voice and gives the plugin's end away. 0 or -ENOMEM, logged. */
int audio_voice_create(struct audio *audio, const char *name, struct audio_voice **out,
	struct endpoint **plugin_end);
void audio_voice_destroy(
	struct audio_voice *voice); /* takes NULL; fades out what is left */

/* audio_turn feeds the device when it is due, or a voice got something; once per loop turn. */
void audio_turn(struct audio *audio);
/* When audio_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t audio_next_ns(const struct audio *audio);
/* audio_hold: the session is not shown any more, or the machine is about to sleep; and back. */
void audio_hold(struct audio *audio, bool held);
/* audio_set_gain: of the mix, for a device that has no volume of its own: 1 is unity. Ramps. */
void audio_set_gain(struct audio *audio, double gain);
/* audio_devices_changed: one came or went, or another is wanted by now. */
void audio_devices_changed(struct audio *audio);

/* For osaas ctl. */
enum audio_state {
	AUDIO_CLOSED,   /* no sound, no device, no wake-ups */
	AUDIO_FILLING,  /* open; not started until there is something to play */
	AUDIO_RUNNING,  /* the device plays */
	AUDIO_DRAINING, /* it plays what is left, then it is closed */
	AUDIO_HELD,
};
struct audio_status {
	enum audio_state state;
	const char *device; /* its name; "none": a clock */
	const char *why;    /* there is none: one line; NULL: no trouble */
	struct pcm_config config;
	unsigned target; /* frames that the device is kept filled with */
	uint64_t xruns;  /* of the device, since the session began */
	uint64_t
		late_ns; /* the latest that audio_turn was called after it was due, lately */
};
/* audio_has_voice: somebody may be heard; silent by now, perhaps. */
bool audio_has_voice(const struct audio *audio);
/* audio_feeds: a device plays, or is filled to do so. */
bool audio_feeds(const struct audio *audio);
void audio_status(const struct audio *audio, struct audio_status *out);
struct audio_voice_status {
	const char *name;
	unsigned rate, channels;
	double gain;
	uint64_t frames, late; /* heard; of silence since it was late */
	uint32_t gaps;
	bool sounds, paused;
};
/* audio_each_voice calls fn for each voice there is. */
void audio_each_voice(const struct audio *audio,
	void (*fn)(void *data, const struct audio_voice_status *voice), void *data);

#endif
