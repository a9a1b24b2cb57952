/* audio_sine: sines, and how much of what came out is one. */
#ifndef OSAAS_TESTS_AUDIO_SINE_H
#define OSAAS_TESTS_AUDIO_SINE_H

#include <stddef.h>

struct sine_fit {
	double amplitude; /* of the sine of that frequency that is nearest (least squares) */
	double delay; /* its phase in frames, of a sine that begins with 0 at frame 0 */
	double snr;   /* dB: its power above that of all else */
};

/* frequency in parts of the rate. */
void sine_make(
	float *out, size_t frames, unsigned channels, double frequency, double amplitude);
struct sine_fit sine_measure(const float *in, size_t frames, unsigned channels,
	size_t first, double frequency);

#endif
