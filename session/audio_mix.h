/*
 * audio_mix: voices added up. Pure: no device, no channel, no clock, no allocation.
 *
 * The mix is of doubles: 64 voices of 24 bits each then add up exactly, and one voice at unity
 * gain comes out bit for bit.
 */
#ifndef OSAAS_SESSION_AUDIO_MIX_H
#define OSAAS_SESSION_AUDIO_MIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas_audio.h"

/* What each channel of a voice adds to each of the device. */
struct audio_matrix {
	unsigned in, out;
	bool same;                                                      /* one to one */
	float gain[OSAAS_AUDIO_MAX_CHANNELS][OSAAS_AUDIO_MAX_CHANNELS]; /* [out][in] */
};

/* audio_places_usual: those of osaas_audio_format for n channels. */
void audio_places_usual(uint8_t places[OSAAS_AUDIO_MAX_CHANNELS], unsigned n);
/*
 * audio_matrix_make: by ITU-R BS.775: a place that is there gets its channel; one that is
 * missing goes to its neighbours at -3 dB each, LFE is left out where there is none, MONO goes
 * to front left and right at full gain each (a mono voice on stereo is heard as loud in
 * each as it is).
 */
void audio_matrix_make(struct audio_matrix *matrix, const uint8_t *in, unsigned n_in,
	const uint8_t *out, unsigned n_out);

/* A straight line from one gain to another. */
struct audio_ramp {
	double gain,
		target; /* a float near 1 cannot tell a frame's part of some minutes */
	uint32_t left;  /* frames to the target; 0: it is gain */
};
/* audio_ramp_to: from where it is; a target beyond 0 to OSAAS_AUDIO_MAX_GAIN is the next of them. */
void audio_ramp_to(struct audio_ramp *ramp, float target, uint32_t frames);

/*
 * What a sample of a voice may be, before its gain: full scale and 18 dB more. NaN is silence: a
 * voice that is broken, or hostile, does not silence the others.
 */
#define AUDIO_MAX_SAMPLE 8.0f

/* audio_mix_add: frames of a voice, interleaved, times its gain, through the matrix. */
void audio_mix_add(double *mix, const float *in, size_t frames,
	const struct audio_matrix *matrix, struct audio_ramp *ramp);

/*
 * The limiter: as long as no sample exceeds full scale, nothing is touched. One that would is
 * brought down with all around it: gain falls within the block, and comes back over release
 * frames; what is still beyond is bent softly below full scale. Never above 1.
 */
struct audio_limiter {
	double gain;      /* 1: at rest */
	uint32_t release; /* frames from half to whole */
};
void audio_limit(
	struct audio_limiter *limiter, double *mix, size_t frames, unsigned channels);

#endif
