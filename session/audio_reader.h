/*
 * audio_reader: one who listens to what audio_in hears: from the device's frames to blocks in a
 * rate and channels of its own. No device, no clock; no allocation after create and adapt.
 */
#ifndef OSAAS_SESSION_AUDIO_READER_H
#define OSAAS_SESSION_AUDIO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/audio_in.h"
#include "util/list.h"

#define AUDIO_READER_CHUNK 1024 /* frames at a time, at most */

struct audio_stamp;
struct resampler;

struct audio_reader {
	struct list link; /* audio_in.readers */
	const char *name; /* borrowed */
	audio_heard *heard;
	void *data;
	unsigned rate, channels, frames; /* of its blocks */
	unsigned from;                   /* the device's rate */
	struct resampler *resampler;     /* NULL: that is the rate */
	bool deaf;         /* there is no resampler, but it would need one */
	bool broken;       /* what comes next does not follow what was */
	float *block;      /* frames */
	size_t fill;       /* of them */
	float *chunk;      /* in its channels, before it is resampled */
	uint64_t frame;    /* the number of the block's first, since it began */
	uint64_t block_ns; /* when that was heard */
	uint64_t next_ns;  /* when the next one will be; 0: nobody knows */
	uint64_t since_ns; /* when it began to listen */
	uint64_t missed;   /* before the block */
	uint64_t all_heard, all_missed; /* frames */
};

/* audio_reader_sensible: all of it is within bounds. */
bool audio_reader_sensible(const struct osaas_audio_listen *want);
/* audio_reader_create: as audio_in_listen, of what is sensible; device is what is heard of, and what 0 stands for. */
int audio_reader_create(const char *name, const struct osaas_audio_listen *want,
	const struct pcm_config *device, audio_heard *heard, void *data,
	struct audio_reader **out);
void audio_reader_destroy(struct audio_reader *reader); /* takes NULL */

/*
 * audio_reader_adapt: the device's rate is that from now on, and what comes does not follow what
 * was. 0 or -errno, logged: it hears nothing then, and misses it.
 */
int audio_reader_adapt(struct audio_reader *reader, unsigned rate);
/* audio_reader_break: what comes next does not follow: how much was lost is seen by the times. */
void audio_reader_break(struct audio_reader *reader);

/* audio_reader_lost: the device lost what came, also where nothing was heard yet. */
void audio_reader_lost(struct audio_reader *reader);

/* audio_reader_feed: n frames of so many channels, the first of which has that number in stamp. */
void audio_reader_feed(struct audio_reader *reader, const float *in, size_t n,
	unsigned channels, const struct audio_stamp *stamp, uint64_t frame);
/* audio_reader_wants: frames of the device until a block is whole, about. */
unsigned audio_reader_wants(const struct audio_reader *reader);

/*
 * audio_reader_mix: channels of the device to those of the reader: as many: as they are; 1: the mean
 * of all; of one: it is left and right; else the first ones, and silence for what is not there.
 */
void audio_reader_mix(
	const float *in, unsigned n_in, float *out, unsigned n_out, size_t frames);

#endif
