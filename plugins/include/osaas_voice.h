/*
 * osaas_voice.h: a voice as calls, over osaas_audio.h.
 *
 *	struct osaas_voice v;
 *	if (osaas_voice_open(osaas_cap("audio.out"), &v) == 0) {
 *		while (fill(samples, 256))
 *			osaas_voice_write(&v, samples, 256, 0);
 *		osaas_voice_close(&v);
 *	}
 *
 * Write waits while enough is under way. All of these YIELD, but for those that say so; one
 * coroutine at a time uses a voice, but for those that are of its control: another one may call
 * them while one waits in a write. They return 0 or OSAAS_E*; OSAAS_EPIPE: the user took the
 * permission back.
 */
#ifndef OSAAS_VOICE_H
#define OSAAS_VOICE_H

#include <osaas_audio.h>

#include <stdbool.h>

struct osaas_voice {
	struct osaas_audio_config
		config; /* of the device; another one comes with a write */
	struct osaas_audio_format format; /* of what is written */
	uint64_t next; /* the number of the frame that is written next */
	/* The rest is its own. */
	osaas_chan chan, control;
};

/*
 * osaas_voice_open takes the channel of "audio.out" and waits for the device to be told. The
 * format is that of the device, in stereo.
 */
int osaas_voice_open(osaas_chan audio, struct osaas_voice *out);
/* osaas_voice_close closes the channels: what was written is still heard. Does not yield. */
void osaas_voice_close(struct osaas_voice *v);

/*
 * osaas_voice_format: of what is written from now on. channels 0: as they are; latency_us as of
 * struct osaas_audio_format. Places are the usual ones.
 */
int osaas_voice_format(
	struct osaas_voice *v, uint32_t rate, uint32_t channels, uint32_t latency_us);
/* osaas_voice_format_as: with places, too. A decoder's info has those of its file. */
int osaas_voice_format_as(struct osaas_voice *v, const struct osaas_audio_format *format);

/* osaas_voice_write: any number of frames, copied; the first is heard at that time, 0: next. */
int osaas_voice_write(
	struct osaas_voice *v, const float *samples, size_t frames, uint64_t at_ns);
/*
 * osaas_voice_give is for who has them in a buffer (of osaas_buf_alloc, or of a decoder): it
 * moves, nothing is copied. At most OSAAS_AUDIO_MAX_FRAMES. On an error it is still the caller's.
 */
int osaas_voice_give(struct osaas_voice *v, float *buf, size_t frames, uint64_t at_ns);
/* osaas_voice_gain: from the next frame that is written on, within so many frames. */
int osaas_voice_gain(struct osaas_voice *v, float gain, uint32_t frames);

/* Control. Positions may be NULL: who asks does not want to know. */

/* osaas_voice_gain_now: of what is heard next. */
int osaas_voice_gain_now(struct osaas_voice *v, float gain, uint32_t frames);
int osaas_voice_where(struct osaas_voice *v, struct osaas_audio_position *out);
int osaas_voice_pause(
	struct osaas_voice *v, bool paused, struct osaas_audio_position *out);
/*
 * osaas_voice_flush drops what is not in the device yet, and numbers go on from there. Not while
 * another coroutine waits in a write: what that writes may be dropped, or not.
 */
int osaas_voice_flush(struct osaas_voice *v, struct osaas_audio_position *out);

/*
 * When a frame is heard, and which one is at a time (of a picture): by a position. Of the time at
 * which a frame is heard that is this frame, and a nanosecond before the one before. Do not yield.
 */
uint64_t osaas_voice_heard_ns(const struct osaas_voice *v,
	const struct osaas_audio_position *position, uint64_t frame);
uint64_t osaas_voice_frame_at(const struct osaas_voice *v,
	const struct osaas_audio_position *position, uint64_t ns);

#endif
