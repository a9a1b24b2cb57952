/*
 * fake_pcm: sound devices whose clock the test turns. Time is clock_frozen_ns and moves by
 * fake_advance only; what was played is kept, sample for sample, with the time of each.
 *
 *	struct fake_card *card = fake_card_add("hw:0");
 *	audio_create(loop, &(struct audio_options){.output = "hw:0", .open = fake_pcm_open});
 *	...
 *	fake_advance(NS_PER_MS);   (and audio_turn)
 *	fake_sample(card, frame, channel); fake_heard_ns(card, frame)
 */
#ifndef OSAAS_TESTS_FAKE_PCM_H
#define OSAAS_TESTS_FAKE_PCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/pcm.h"

#define FAKE_BEGAN_NS UINT64_C(1000000000000) /* when a test's time begins */

struct fake_stream;

/* What was played or heard without a break: from a start to a stop. */
struct fake_run {
	uint64_t frame;    /* of the card's, the first of it */
	uint64_t start_ns; /* when that was due */
};

struct fake_card {
	char name[64];
	/* What the test wants of it; may be changed at any time. */
	struct pcm_config
		offers;  /* members that are 0: as wished; format and places: see fixed */
	bool fixed;      /* offers.format and .places count, too */
	int open_result; /* of pcm_open: 0 or -errno */
	int prepare_result;              /* -EAGAIN: asleep still */
	int start_result, status_result; /* if not 0, of these */
	unsigned chunk; /* begin gives at most so many frames; 0: all up to the end */
	unsigned grain; /* its position moves by so many frames; 0: by one */
	unsigned
		interrupts; /* it says that there is room each so many frames; 0: at once */
	unsigned extra;     /* frames from its ring to the ear */
	double ppm;         /* its clock is so much faster */
	bool asleep;        /* status SUSPENDED until prepare does not fail */
	bool gone; /* status GONE, all else -ENODEV, until the test says otherwise */
	/* Capture: gives n frames from the one with that number on; NULL: silence. */
	void (*hear)(void *data, uint64_t frame, void *out, size_t n);
	void *hear_data;

	/* What happened. */
	struct fake_stream *stream; /* that is open, or NULL */
	struct pcm_config config;   /* of the last stream */
	unsigned opened, closed, prepared, started, xruns;
	uint64_t frames;  /* played, or heard, in all streams together */
	uint64_t dropped; /* written, and never played */
	uint64_t wakes;   /* times that ready was called */
	uint8_t *
		played; /* frames, as bytes of config.format: the same in all streams of a test */
	size_t room; /* bytes of it */
	struct fake_run runs[256];
	size_t n_runs; /* the first 256 are kept */
};

/* fake_card_add makes one; all are forgotten by fake_cards_clear, which sets the time, too. */
struct fake_card *fake_card_add(const char *name);
struct fake_card *fake_card_find(const char *name); /* NULL: there is none */
void fake_cards_clear(void);

extern pcm_opener fake_pcm_open; /* "none" is pcm_clock's: -ENOENT here */

/* fake_advance moves the time; ready is called for each stream that has what it waits for. */
void fake_advance(uint64_t ns);
/* fake_next_ns: when the next stream is ready, or runs dry; UINT64_MAX: none. */
uint64_t fake_next_ns(void);

double fake_sample(const struct fake_card *card, uint64_t frame, unsigned channel);
/* fake_heard_ns: when that frame left the ring, and then got to the ear (extra). */
uint64_t fake_heard_ns(const struct fake_card *card, uint64_t frame);

#endif
