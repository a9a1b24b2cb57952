/*
 * fake_alsa: a libasound of the same names: cards, their controls and streams as a test made
 * them. A stream's hardware stands still until the test runs it.
 */
#ifndef OSAAS_TESTS_UNIT_SESSION_FAKE_ALSA_H
#define OSAAS_TESTS_UNIT_SESSION_FAKE_ALSA_H

#include <alsa/asoundlib.h>
#include <stdbool.h>
#include <stdint.h>

#define FAKE_CARDS    4
#define FAKE_STREAMS  16
#define FAKE_ELEMENTS 8
#define FAKE_RATES    4

struct fake_element {
	snd_ctl_elem_iface_t interface;
	const char *name;
	bool on;
};

struct fake_card {
	const char *id, *name, *driver; /* id NULL: there is none */
	struct fake_element elements[FAKE_ELEMENTS];
	int open_error;
	/* What became of it: */
	int pipe[2]; /* its events: indices of elements */
	bool gone;
	unsigned open, subscribed;
};

enum fake_poll {
	FAKE_PIPE, /* as a driver's */
	FAKE_FILE, /* poll does not know it */
	FAKE_NONE, /* no descriptor */
};

struct fake_stream {
	const char *name; /* "hw:0,0"; NULL: there is none */
	snd_pcm_stream_t stream;
	const char *label;
	snd_pcm_class_t class;
	bool mmap, rw;
	uint64_t formats; /* 1 << snd_pcm_format_t */
	unsigned rates[FAKE_RATES];
	unsigned channels[2], period[2], buffer[2]; /* least, most */
	unsigned positions[8];                      /* 0: it has no map */
	bool settable;                              /* its map */
	unsigned periods_max;                       /* in its buffer; 0: any */
	bool buffer_first;                          /* else sizes are refused */
	bool no_integer; /* sizes with integer periods are refused */
	int open_error, params_error, prepare_error;
	enum fake_poll poll;
	unsigned takes; /* rw: at most so many frames at a time; 0: all */
	unsigned more_delay;
	int64_t stamp_off_ns; /* its time stamps are wrong by that */

	/* What became of it: */
	unsigned open, opened, prepares, drops, starts, resumes;
	snd_pcm_state_t state;
	snd_pcm_format_t format;
	snd_pcm_access_t access;
	unsigned rate, n_channels, period_size, buffer_size, avail_min;
	uint64_t silence_size;
	bool stamps, monotonic;             /* its status has a time, on that clock */
	uint64_t hw, appl, start_threshold; /* frames since it was prepared */
	uint64_t stamp_ns;
	uint64_t run; /* frames it ever played or heard */
	unsigned char *ring;
	int pipe[2], file; /* -1: closed; pipe[1] is polled */
};

struct fake_alsa {
	struct fake_card cards[FAKE_CARDS];
	struct fake_stream streams[FAKE_STREAMS];
};
extern struct fake_alsa fake_alsa;

/* fake_alsa_reset: no cards; all must have been closed. */
void fake_alsa_reset(void);
/* fake_alsa_add: a stereo stream that has everything; the test takes away what it likes. */
struct fake_stream *fake_alsa_add(const char *name, snd_pcm_stream_t stream);

/* fake_run: so many frames are played (heard: each sample is the frame's number). */
void fake_run(struct fake_stream *stream, unsigned frames);
/* fake_stop: it is in that state from now on, and its descriptor has an error. */
void fake_stop(struct fake_stream *stream, snd_pcm_state_t state);
/* fake_frame: a frame of the ring, counted as hw and appl are. */
void *fake_frame(struct fake_stream *stream, uint64_t frame);

/* fake_element_set: and those who subscribed hear of it. */
void fake_element_set(struct fake_card *card, unsigned element, bool on);
void fake_card_pull(struct fake_card *card);

#endif
