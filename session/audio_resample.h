/*
 * audio_resample: from one rate to another, by soxr (the .c says why): signal to noise at least
 * 110 dB, flat within 0.1 dB to 20 kHz from 44.1 to 48 kHz. To create one takes half a
 * millisecond; nothing is allocated after that (from and to sixteen times a rate; beyond it,
 * hardly ever). Samples that are none, or beyond AUDIO_MAX_SAMPLE, are as in audio_mix.
 *
 * The first frame that comes out is the first that went in: what is heard is not late, but it
 * takes about 5 ms more of input than of output at 44.1 kHz, 20 at 8 kHz.
 */
#ifndef OSAAS_SESSION_AUDIO_RESAMPLE_H
#define OSAAS_SESSION_AUDIO_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

struct resampler;

/* resampler_create: 0, -ENOENT: the library is missing (logged), -ENOMEM, -EINVAL. */
int resampler_create(
	unsigned from, unsigned to, unsigned channels, struct resampler **out);
void resampler_destroy(struct resampler *resampler); /* takes NULL */

/*
 * resampler_run takes up to *n_in frames and gives up to *n_out; both say how many it was. Either
 * all input was taken, or all room was filled.
 */
void resampler_run(struct resampler *resampler, const float *in, size_t *n_in, float *out,
	size_t *n_out);
/*
 * resampler_flush gives what is left at the end of the input: up to *n_out frames; 0: no more,
 * and it is as new.
 */
void resampler_flush(struct resampler *resampler, float *out, size_t *n_out);
void resampler_reset(struct resampler *resampler); /* as new */

/* resampler_delay: frames of input that are inside: taken, and not yet to be heard in the output. */
double resampler_delay(const struct resampler *resampler);

#endif
