/*
 * Any bytes as what plugins may send of sound: samples, gains, places, rates. Whatever it is,
 * what reaches the device is a number within full scale, and no voice is heard in another's place.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_format.h"
#include "session/audio_mix.h"
#include "session/audio_resample.h"
#include "util/log.h"

#define FRAMES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bytes {
	const uint8_t *at;
	size_t left;
} bytes;

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What is missing is 0. */
static void take(void *out, size_t n)
{
	size_t k = n < bytes.left ? n : bytes.left;
	memset(out, 0, n);
	memcpy(out, bytes.at, k);
	bytes.at += k;
	bytes.left -= k;
}

static unsigned take_byte(void)
{
	uint8_t byte;
	take(&byte, 1);
	return byte;
}

static float take_float(void)
{
	float v;
	take(&v, sizeof v);
	return v;
}

static double mix[FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
static float samples[FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
static uint8_t places[OSAAS_AUDIO_MAX_CHANNELS];

/* A voice goes through a resampler first: two of them stay, for creating takes long. */
static size_t resampled(unsigned which)
{
	static struct resampler *resamplers[2];
	static float out[FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
	struct resampler **r = &resamplers[which & 1];
	if (!*r && resampler_create(which & 1 ? 8000 : 44100, 48000, 2, r) < 0)
		return FRAMES;
	size_t n_in = 1 + which % FRAMES, n_out = FRAMES;
	resampler_run(*r, samples, &n_in, out, &n_out);
	must(n_out <= FRAMES && n_in <= FRAMES);
	for (size_t i = 0; i < 2 * n_out; i++)
		must(fabsf(out[i]) < 64);
	memcpy(samples, out, 2 * n_out * sizeof *out);
	if (which & 2)
		resampler_reset(*r);
	return n_out;
}

static void add_voice(const uint8_t *device, unsigned n_out)
{
	struct audio_matrix m;
	struct audio_ramp ramp = {.gain = 1};
	unsigned n_in = take_byte() % (OSAAS_AUDIO_MAX_CHANNELS + 1), how = take_byte();
	take(places, sizeof places);
	if (how & 1)
		audio_places_usual(places, n_in);
	audio_matrix_make(&m, places, n_in, device, n_out);
	for (unsigned i = 0; i < n_in; i++)
		for (unsigned o = 0; o < n_out; o++)
			must(m.gain[o][i] >= 0 && m.gain[o][i] <= 1);
	audio_ramp_to(&ramp, take_float(), how & 2 ? take_byte() : 0);
	must(ramp.target >= 0 && ramp.target <= OSAAS_AUDIO_MAX_GAIN);
	take(samples, sizeof *samples * FRAMES * n_in);
	size_t frames = n_in == 2 && how & 4 ? resampled(how >> 3) : FRAMES;
	audio_mix_add(mix, samples, frames, &m, &ramp);
}

static void check_device(enum pcm_format format, size_t n)
{
	static int32_t encoded[FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
	static float back[FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
	struct audio_dither dither = {.random = 1};
	audio_encode(&dither, format, mix, encoded, n);
	audio_decode(format, encoded, back, n);
	double step = format == PCM_S16 ? 0x1.8p-15 : 0x1p-23;
	for (size_t i = 0; i < n; i++)
		must(fabsf(back[i]) <= 1 && fabs((double)back[i] - mix[i]) <= step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct audio_limiter limiter = {.gain = 1, .release = 100};
	uint8_t device[OSAAS_AUDIO_MAX_CHANNELS];
	log_set_level(LOG_SILENT);
	bytes = (struct bytes){data, size};
	unsigned n_out = 1 + take_byte() % OSAAS_AUDIO_MAX_CHANNELS;
	enum pcm_format format = (enum pcm_format)(take_byte() % (PCM_FLOAT + 1));
	take(device, sizeof device);
	memset(mix, 0, sizeof mix);
	for (unsigned voices = 0; voices < 8 && bytes.left; voices++)
		add_voice(device, n_out);
	for (size_t i = 0; i < (size_t)FRAMES * n_out; i++)
		must(fabs(mix[i]) < 1e6);
	audio_limit(&limiter, mix, FRAMES, n_out);
	must(limiter.gain > 0 && limiter.gain <= 1);
	for (size_t i = 0; i < (size_t)FRAMES * n_out; i++)
		must(fabs(mix[i]) <= 1);
	check_device(format, (size_t)FRAMES * n_out);
	return 0;
}
