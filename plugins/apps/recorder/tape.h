/* tape: what was recorded: one channel of 16 bits, and how loud each fiftieth of a second was. */
#ifndef RECORDER_TAPE_H
#define RECORDER_TAPE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	TAPE_RATE = 48000,
	TAPE_STEP = 960, /* frames of a peak: a fiftieth of a second */
	TAPE_SECONDS = 300,
	TAPE_FRAMES = TAPE_RATE * TAPE_SECONDS,
	TAPE_PEAKS = TAPE_FRAMES / TAPE_STEP,
};

struct tape {
	uint32_t frames;
	float peaks[TAPE_PEAKS + 1]; /* 0 to 1; the last one is not whole yet */
	int16_t *reels[64];          /* buffers */
};

/* tape_write appends; NULL: silence. How many frames it took: less when it is full, or memory is. */
uint32_t tape_write(struct tape *tape, const float *samples, uint32_t frames);
void tape_read(const struct tape *tape, uint32_t from, float *out, uint32_t frames);
void tape_clear(struct tape *tape);
/* tape_peak: the loudest between two frames. */
float tape_peak(const struct tape *tape, uint32_t from, uint32_t to);

#endif
