#include "audio_sine.h"

#include <math.h>

void sine_make(
	float *out, size_t frames, unsigned channels, double frequency, double amplitude)
{
	for (size_t i = 0; i < frames; i++)
		for (unsigned c = 0; c < channels; c++)
			out[i * channels + c] =
				(float)(amplitude *
					sin(2 * M_PI * fmod(frequency * (double)i, 1)));
}

/* Of the frames that begin at frame first of the whole. */
struct sine_fit sine_measure(
	const float *in, size_t frames, unsigned channels, size_t first, double frequency)
{
	double ss = 0, sc = 0, cc = 0, ys = 0, yc = 0, noise = 0;
	for (size_t i = 0; i < frames; i++) {
		double at = 2 * M_PI * fmod(frequency * (double)(first + i), 1);
		double s = sin(at), c = cos(at), y = in[i * channels];
		ss += s * s, sc += s * c, cc += c * c, ys += y * s, yc += y * c;
	}
	double det = ss * cc - sc * sc;
	double a = (ys * cc - yc * sc) / det, b = (yc * ss - ys * sc) / det;
	for (size_t i = 0; i < frames; i++) {
		double at = 2 * M_PI * fmod(frequency * (double)(first + i), 1);
		double d = in[i * channels] - a * sin(at) - b * cos(at);
		noise += d * d;
	}
	double power = (a * a + b * b) / 2;
	return (struct sine_fit){
		.amplitude = sqrt(a * a + b * b),
		.delay = -atan2(b, a) / (2 * M_PI * frequency),
		.snr = 10 * log10(power / (noise / (double)frames)),
	};
}
