/*
 * audio_mixer: volume and mute of one sound card, by ALSA's simple mixer: of what it plays by
 * its Master (else PCM, Speaker, ...), of what it hears by Capture. What others change is told:
 * a knob of the card, another program.
 *
 * Opening reads all of its controls, which takes a USB device some milliseconds: at a border,
 * not in a frame.
 */
#ifndef OSAAS_SESSION_AUDIO_MIXER_H
#define OSAAS_SESSION_AUDIO_MIXER_H

#include <stdbool.h>

#include "session/pcm.h"

struct audio_mixer;
struct loop;

struct audio_level {
	bool has_volume, has_mute; /* else it cannot be set here */
	double volume;             /* 0 to 1, as audio_volume.h; 1 without one */
	bool muted;
};

/*
 * audio_mixer_open: of the card of a stream of ALSA's name ("hw:1,0"). digital: the stream
 * is an HDMI or S/PDIF one, which no volume of the card is for. changed is called from the
 * loop: something is otherwise, or audio_mixer_gone. 0 or -errno: -ENOENT it has none.
 */
int audio_mixer_open(struct loop *loop, const char *pcm, bool digital,
	void (*changed)(void *data), void *data, struct audio_mixer **out);
void audio_mixer_close(struct audio_mixer *mixer); /* takes NULL */
/*
 * audio_mixer_prefer: what is played, or heard, passes that element, and none of its kind (what a use
 * case says): it has the volume, if there is one of that name. "": the use case does not say which, but
 * opens and shuts outputs. Once, before anything else is asked.
 */
void audio_mixer_prefer(
	struct audio_mixer *mixer, enum pcm_direction direction, const char *elem);
/* audio_mixer_gone: the card was pulled out: close it. */
bool audio_mixer_gone(const struct audio_mixer *mixer);

/* audio_mixer_level takes NULL: nothing can be set. */
void audio_mixer_level(const struct audio_mixer *mixer, enum pcm_direction direction,
	struct audio_level *out);
/* 0 or -errno; -ENOTSUP: it has none. */
int audio_mixer_set_volume(
	struct audio_mixer *mixer, enum pcm_direction direction, double volume);
int audio_mixer_set_mute(
	struct audio_mixer *mixer, enum pcm_direction direction, bool muted);

/*
 * A card has few steps, and the volume that was set lies between them. It counts as long as the
 * card is where that left it; audio_mixer_wish is for a mixer that is opened for the same card again.
 */
struct audio_wish {
	double volume;
	long step; /* what the card made of it; -1: nothing was set */
};
struct audio_wish audio_mixer_wished(
	const struct audio_mixer *mixer, enum pcm_direction direction);
void audio_mixer_wish(
	struct audio_mixer *mixer, enum pcm_direction direction, struct audio_wish wish);

/*
 * audio_mixer_wake makes a card heard that nobody ever set up: one whose volume is at its
 * lowest, or that is muted, as the kernel leaves cards, gets AUDIO_MIXER_SANE and all that the
 * sound passes on its way is opened. Whatever is heard already stays as it is, and so does a
 * microphone that is muted at some volume: somebody wanted that. Returns whether something was done.
 */
#define AUDIO_MIXER_SANE 0.5
bool audio_mixer_wake(struct audio_mixer *mixer, enum pcm_direction direction);

#endif
