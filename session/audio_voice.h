/*
 * audio_voice: one voice, from its plugin's messages to the mix. It knows no device: the engine
 * (audio.c) says which frame of the mix is next, and when that is heard.
 *
 * What came waits in the channel, a few messages of it in a queue: no more is taken than is
 * needed next, so a plugin is held up by the device alone.
 */
#ifndef OSAAS_SESSION_AUDIO_VOICE_H
#define OSAAS_SESSION_AUDIO_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/endpoint.h"
#include "plugins/include/osaas_audio.h"
#include "session/audio_mix.h"
#include "session/audio_promise.h"
#include "session/pcm.h"
#include "util/list.h"

#define VOICE_QUEUE      16   /* messages taken out of the channel and not done with */
#define VOICE_MIX_FRAMES 1024 /* voice_ready and voice_mix take no more at a time */

struct resampler;

/* The next frame of the mix. */
struct voice_mark {
	uint64_t frame;    /* since the engine began; goes on over devices */
	uint64_t heard_ns; /* when that will be heard */
	unsigned rate;     /* of the device */
};

struct voice_item {
	uint32_t type; /* OSAAS_AUDIO_BLOCK, _FORMAT, _GAIN */
	struct buffer *buffer;
	size_t frames, pos; /* of a block; those that are taken */
	size_t scaled;      /* ... that have their gain: they are resampled */
	uint64_t at_ns;     /* 0: after the one before */
	struct osaas_audio_format format; /* checked, places filled in */
	struct osaas_audio_gain gain;
};

struct audio_voice {
	struct list link; /* audio.voices */
	struct audio *audio;
	const char *name; /* borrowed */
	struct endpoint *end, *control;
	struct endpoint
		*first_control; /* the plugin's end, until it is told of the device */
	struct audio_promise promise; /* the engine's */
	uint64_t ignored;             /* messages that are not of the protocol */
	uint64_t muted;               /* times its rate could not be played */

	/* What came. */
	struct voice_item items[VOICE_QUEUE]; /* a ring */
	unsigned first, count;
	uint64_t queued;      /* frames of them */
	unsigned in_channels; /* of the next block that comes */
	size_t block;         /* frames of the last one */
	bool over;            /* the plugin has closed its end */

	/* How it is heard. */
	struct osaas_audio_format format;
	struct pcm_config
		device; /* that matrix and resampler are for; rate 0: none yet */
	struct audio_matrix matrix;
	struct audio_ramp gain;
	struct resampler *resampler; /* NULL: of the device's rate, or there is none */
	bool mute;                   /* it cannot be resampled */
	uint64_t made_ns;            /* the resampler: when */
	float *out;                  /* of it: VOICE_MIX_FRAMES frames, of which */
	size_t out_at, out_n;        /* out_n from out_at on are to be heard */
	bool fed;                    /* something is in it */
	uint32_t fade, fade_of; /* frames of a fade-in that are to come, of how many */
	uint64_t silence;       /* frames of the mix, before what comes next */
	uint64_t cut;           /* frames of the voice that are too late to be heard */
	uint64_t lack_ns; /* no block has come for what is heard since then; 0: one has */

	/* What became of it; in frames of the voice, but for gap_frame. */
	bool sounding; /* it had something for the last frame that was mixed */
	bool paused;
	uint64_t taken;  /* out of blocks: mixed, in the resampler, or cut off */
	double at_frame; /* this one ... */
	uint64_t
		end_frame; /* ... is this one of the mix: the end of what was mixed last */
	uint64_t at_ns;    /* ... and is heard then; the engine may know better */
	uint64_t
		gap_frame; /* of the mix, at which it had no more; UINT64_MAX: it is no gap */
	uint64_t late;
	uint32_t gaps;
	uint64_t follow_ns, next_follow_ns; /* 0: not asked for; UINT64_MAX */
};

/*
 * voice_create makes it and gives the plugin's end away; note(data) is called when something
 * came. 0 or -ENOMEM, logged. voice_destroy closes its channels.
 */
int voice_create(const char *name, void (*note)(void *data), void *data,
	struct audio_voice **out, struct endpoint **plugin_end);
void voice_destroy(struct audio_voice *voice);

/* voice_tell sends CONFIG: the device, and how far the ear is from the mix. */
void voice_tell(struct audio_voice *voice, const struct osaas_audio_config *config);
/* voice_set_device: what comes next is for this one. */
void voice_set_device(struct audio_voice *voice, const struct pcm_config *device);

/*
 * voice_ready makes ready what is heard next, up to n frames of the mix, and says how many there
 * are; silence before a block that is to be heard later counts. voice_mix adds up to n; what
 * the voice does not have is silence, and a gap unless it is the end. Returns how many it had.
 */
size_t voice_ready(struct audio_voice *voice, size_t n, const struct voice_mark *mark);
size_t voice_mix(
	struct audio_voice *voice, double *mix, size_t n, const struct voice_mark *mark);

/* voice_waited: it is at it, and what it lacks is late. */
bool voice_waited(const struct audio_voice *voice);
/* voice_begins_ns: when what it has is to be heard; 0: at once, UINT64_MAX: it has nothing. */
uint64_t voice_begins_ns(struct audio_voice *voice);
/* voice_flush drops what is not mixed. */
void voice_flush(struct audio_voice *voice);
/* voice_rest: what it lacks from now on is no gap: it is paused, or all is silent. */
void voice_rest(struct audio_voice *voice);
/* voice_fade_in: over so many frames of the mix. */
void voice_fade_in(struct audio_voice *voice, uint32_t frames);

/* What the control asks of the engine, which answers each. */
enum voice_wish {
	VOICE_NOTHING, /* no message, or no room for the answer */
	VOICE_DONE,    /* nothing is to be answered */
	VOICE_WHERE,
	VOICE_FLUSH, /* fade it out, then voice_flush */
	VOICE_PAUSE, /* fade it out, and let it rest */
	VOICE_RESUME,
};
enum voice_wish voice_control(struct audio_voice *voice, uint64_t now_ns);
/* voice_crowded: messages wait on the control until the plugin takes answers. */
bool voice_crowded(const struct audio_voice *voice);
/* voice_answer sends a POSITION on the control, if there is room; at_ns is right by now. */
void voice_answer(struct audio_voice *voice, bool held, uint64_t now_ns);

#endif
