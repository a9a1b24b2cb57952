#include "tape.h"

#include <osaas.h>
#include <osaas_std.h>

enum {
	REEL = 1 << 18
}; /* frames: half a MiB */

_Static_assert(TAPE_FRAMES / REEL < 64, "fits the reels");

static int16_t *place(struct tape *tape, uint32_t frame)
{
	int16_t **reel = &tape->reels[frame / REEL];
	if (!*reel)
		*reel = osaas_buf_alloc(REEL * sizeof **reel);
	return *reel ? *reel + frame % REEL : NULL;
}

static int16_t encode(float v)
{
	float s = v * 32768;
	if (!(s > -32768))
		return s == s ? -32768 : 0;
	return s < 32767 ? (int16_t)lrintf(s) : 32767;
}

uint32_t tape_write(struct tape *tape, const float *samples, uint32_t frames)
{
	uint32_t n = 0;
	for (; n < frames && tape->frames < TAPE_FRAMES; n++, tape->frames++) {
		int16_t *at = place(tape, tape->frames);
		float *peak = &tape->peaks[tape->frames / TAPE_STEP];
		if (!at)
			break;
		*at = samples ? encode(samples[n]) : 0;
		float loud = fabsf((float)*at) / 32768;
		if (loud > *peak)
			*peak = loud;
	}
	return n;
}

void tape_read(const struct tape *tape, uint32_t from, float *out, uint32_t frames)
{
	for (uint32_t i = 0; i < frames; i++, from++) {
		bool there = from < tape->frames;
		out[i] = there ? (float)tape->reels[from / REEL][from % REEL] / 32768 : 0;
	}
}

void tape_clear(struct tape *tape)
{
	for (int i = 0; i < 64; i++)
		osaas_buf_free(tape->reels[i]);
	memset(tape, 0, sizeof *tape);
}

float tape_peak(const struct tape *tape, uint32_t from, uint32_t to)
{
	float loudest = 0;
	uint32_t last = to > 0 ? (to - 1) / TAPE_STEP : 0;
	for (uint32_t i = from / TAPE_STEP; i <= last && i < TAPE_PEAKS; i++)
		loudest = tape->peaks[i] > loudest ? tape->peaks[i] : loudest;
	return loudest;
}
