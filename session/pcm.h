/*
 * pcm: one stream of a sound device: a ring of frames that the device plays, or fills, at its
 * own pace. The engine knows no more of a device than this; pcm_alsa is a card, pcm_clock is
 * none: a clock that takes what a card would (without one, and on virtual time), tests have one
 * whose clock they turn.
 *
 * Nothing here blocks. Errors are -errno: -EPIPE xrun, -ESTRPIPE suspended (status says so,
 * too), -ENODEV pulled out; after any other the stream is closed and opened again.
 */
#ifndef OSAAS_SESSION_PCM_H
#define OSAAS_SESSION_PCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCM_MAX_CHANNELS 8

struct loop;
struct pcm;

enum pcm_direction {
	PCM_PLAYBACK,
	PCM_CAPTURE,
};

/* Samples in memory, of this machine's byte order. */
enum pcm_format {
	PCM_S16,
	PCM_S24_3, /* three bytes */
	PCM_S24,   /* the low three of four bytes */
	PCM_S32,
	PCM_FLOAT,
};

struct pcm_config {
	unsigned rate, channels;
	enum pcm_format format;
	unsigned period, buffer;          /* frames; buffer is the whole ring */
	uint8_t places[PCM_MAX_CHANNELS]; /* enum osaas_audio_place */
};

enum pcm_state {
	PCM_PREPARED, /* not started: it takes frames up to its buffer, or waits to be started */
	PCM_RUNNING,
	PCM_XRUN,      /* it ran dry, or over: prepare */
	PCM_SUSPENDED, /* the machine slept: prepare, until it is not -EAGAIN */
	PCM_GONE,      /* close it */
};

struct pcm_status {
	enum pcm_state state;
	unsigned
		room; /* playback: frames that can be written; capture: that can be read */
	int64_t delay; /* playback: frames until one that is written now is heard; capture: since the
			     oldest that can be read was */
	uint64_t time_ns; /* CLOCK_MONOTONIC at which that was so */
};

struct pcm_ops {
	int (*status)(struct pcm *pcm, struct pcm_status *out);
	/*
	 * begin gives the place of up to *n frames (in: wanted, out: there are, maybe fewer at the
	 * ring's end) to write or to read; commit, of at most that many, passes them on. 0, or
	 * -errno: nothing was passed on.
	 */
	int (*begin)(struct pcm *pcm, void **frames, size_t *n);
	int (*commit)(struct pcm *pcm, size_t n);
	int (*prepare)(struct
		pcm *pcm); /* empty and PREPARED; drops what is in it; -EAGAIN: not yet */
	int (*start)(struct pcm *pcm);
	/*
	 * want has ready called while there is room for so many frames (to read: there are so
	 * many); 0: no more. Idle costs nothing. In any case ready is called once when the stream
	 * stops by itself: status says why. It may close the stream.
	 */
	int (*want)(struct pcm *pcm, unsigned room);
	void (*close)(struct pcm *pcm);
};

struct pcm {
	const struct pcm_ops *ops;
	struct pcm_config config; /* as it was agreed on */
	void (*ready)(void *data);
	void *data;
	char name[64]; /* "hw:0,0" */
};

/*
 * pcm_open opens a stream of the device by that name of ALSA's, "none": pcm_clock. wish is
 * what is hoped for; what it got is in (*out)->config: the rate and format next to it, period
 * and buffer as near as the device has. ready is called from the loop. 0 or -errno: -ENOENT
 * there is no such device, -EBUSY another program has it, -EACCES, -ENOTSUP nothing that we
 * could play on it. why gets one line for the user, which says what to do.
 */
#define PCM_WHY_MAX 256
int pcm_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX]);
typedef int pcm_opener(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX]);

/* pcm_alsa.c and pcm_clock.c: what pcm_open is made of. */
pcm_opener pcm_alsa_open, pcm_clock_open;

size_t pcm_frame_size(const struct pcm_config *config); /* bytes */

#endif
