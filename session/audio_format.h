/*
 * audio_format: samples of the mix into those of a device, and back. Pure.
 *
 * Full scale is 2^(n-1): a float k / 2^(n-1) is the integer k, so whatever a plugin has in n
 * bits or fewer comes out as it was, and 1.0 is the largest integer. NaN is silence.
 */
#ifndef OSAAS_SESSION_AUDIO_FORMAT_H
#define OSAAS_SESSION_AUDIO_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "session/pcm.h"

/*
 * Dither for 16 bits: triangular, of one step to each side (Lipshitz, Wannamaker and Vanderkooy
 * 1992), and only where a block of the mix is not already in steps of 16 bits.
 */
struct audio_dither {
	uint64_t random; /* any seed */
};

/* audio_encode: n samples (frames x channels). */
void audio_encode(struct audio_dither *dither, enum pcm_format format, const double *mix,
	void *out, size_t n);
void audio_decode(enum pcm_format format, const void *in, float *out, size_t n);

#endif
