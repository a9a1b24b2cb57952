/*
 * bench_dsp: what a frame of sound costs on its way, without devices, plugins and a schedule; and
 * how good resampling is. Beside SDL's mixer and stream, and libsamplerate. See tests/bench/audio.
 */
#include <math.h>
#include <samplerate.h>
#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_format.h"
#include "session/audio_mix.h"
#include "session/audio_resample.h"
#include "util/clock.h"

#include "../unit/session/audio_sine.h"
#include "measure.h"

#define PERIOD  64 /* frames */
#define VOICES  64
#define ROUNDS  200 /* periods in a sample */
#define SAMPLES 31
#define SECOND  48000

static float voices[VOICES][PERIOD * 8];
static double mix[PERIOD * 2];
static float plain[PERIOD * 2], out[PERIOD * 4];
static int32_t encoded[PERIOD * 2];
static struct audio_matrix same, mono, surround;
static float gain = 1;

_Noreturn static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* One period of each. */

static void add_all(const struct audio_matrix *m)
{
	struct audio_ramp ramp = {.gain = gain};
	memset(mix, 0, sizeof mix);
	for (unsigned v = 0; v < VOICES; v++)
		audio_mix_add(mix, voices[v], PERIOD, m, &ramp);
}

static void add_same(void)
{
	add_all(&same);
}

static void add_mono(void)
{
	add_all(&mono);
}

static void add_surround(void)
{
	add_all(&surround);
}

static void add_ramp(void)
{
	struct audio_ramp ramp = {.gain = 0.5f};
	audio_ramp_to(&ramp, 1, UINT32_MAX);
	for (unsigned v = 0; v < VOICES; v++)
		audio_mix_add(mix, voices[v], PERIOD, &same, &ramp);
}

static void add_sdl(void)
{
	memset(plain, 0, sizeof plain);
	for (unsigned v = 0; v < VOICES; v++)
		SDL_MixAudioFormat((uint8_t *)plain, (uint8_t *)voices[v], AUDIO_F32SYS,
			PERIOD * 2 * sizeof *plain, SDL_MIX_MAXVOLUME);
}

static void finish(enum pcm_format format)
{
	static struct audio_limiter limiter = {.gain = 1, .release = 4800};
	static struct audio_dither dither = {.random = 1};
	audio_limit(&limiter, mix, PERIOD, 2);
	audio_encode(&dither, format, mix, encoded, PERIOD * 2);
}

static void finish_s16(void)
{
	finish(PCM_S16);
}

static void finish_s32(void)
{
	finish(PCM_S32);
}

/* Resampling, stereo: each gives a period. */

static struct resampler *resampler;
static SRC_STATE *best;
static SDL_AudioStream *stream;
static unsigned from, to;

static void open_all(unsigned from_rate, unsigned to_rate, unsigned channels)
{
	int error;
	from = from_rate, to = to_rate;
	if (resampler_create(from, to, channels, &resampler) < 0)
		die("no soxr");
	best = src_new(SRC_SINC_BEST_QUALITY, (int)channels, &error);
	stream = SDL_NewAudioStream(AUDIO_F32SYS, (uint8_t)channels, (int)from,
		AUDIO_F32SYS, (uint8_t)channels, (int)to);
	if (!best || !stream)
		die("no memory");
}

static void close_all(void)
{
	resampler_destroy(resampler);
	src_delete(best);
	SDL_FreeAudioStream(stream);
}

static size_t run_ours(const float *in, size_t *n_in, float *to_, size_t n_out)
{
	resampler_run(resampler, in, n_in, to_, &n_out);
	return n_out;
}

static size_t run_best(const float *in, size_t *n_in, float *to_, size_t n_out)
{
	SRC_DATA data = {.data_in = in,
		.input_frames = (long)*n_in,
		.data_out = to_,
		.output_frames = (long)n_out,
		.src_ratio = (double)to / from};
	if (src_process(best, &data))
		die("libsamplerate");
	*n_in = (size_t)data.input_frames_used;
	return (size_t)data.output_frames_gen;
}

static int channels = 2;

static size_t run_sdl(const float *in, size_t *n_in, float *to_, size_t n_out)
{
	int size = channels * (int)sizeof *in;
	int n = SDL_AudioStreamGet(stream, to_, (int)n_out * size);
	if (n == 0) {
		SDL_AudioStreamPut(stream, in, (int)*n_in * size);
		return 0;
	}
	*n_in = 0;
	return (size_t)(n / size);
}

typedef size_t run_fn(const float *in, size_t *n_in, float *to_, size_t n_out);

static void period_of(run_fn *run)
{
	for (size_t given = 0; given < PERIOD;) {
		size_t n = PERIOD;
		given += run(voices[0], &n, out, PERIOD - given);
	}
}

static void resample_ours(void)
{
	period_of(run_ours);
}

static void resample_best(void)
{
	period_of(run_best);
}

static void resample_sdl(void)
{
	period_of(run_sdl);
}

/* Costs. */

/* ns of 100 frames. */
static double once(void (*run)(void), double frames)
{
	uint64_t start = clock_now_ns();
	for (unsigned i = 0; i < ROUNDS; i++)
		run();
	return (double)(clock_now_ns() - start) * 100 / ROUNDS / frames;
}

static void cost(const char *name, double frames, void (*ours)(void), void (*peer)(void),
	const char *peer_name, const char *note)
{
	static double mine[SAMPLES], theirs[SAMPLES];
	for (unsigned i = 0; i < SAMPLES; i++) {
		mine[i] = once(ours, frames);
		theirs[i] = peer ? once(peer, frames) : NAN;
	}
	print_result(&(struct result){.name = name,
		.unit = "ns",
		.ours = median(mine, SAMPLES),
		.peer = peer ? median(theirs, SAMPLES) : NAN,
		.peer_name = peer ? peer_name : "none",
		.bound = NAN,
		.note = note});
}

static void costs_of_mix(void)
{
	const double all = PERIOD * VOICES;
	cost("100 frames of a stereo voice", all, add_same, add_sdl,
		"SDL, in single precision", NULL);
	gain = 0.5f;
	cost("100 frames of a stereo voice with a gain", all, add_same, NULL, NULL, NULL);
	cost("100 frames of a voice whose gain changes", all, add_ramp, NULL, NULL, NULL);
	cost("100 frames of a mono voice", all, add_mono, NULL, NULL, NULL);
	cost("100 frames of a 5.1 voice on stereo", all, add_surround, NULL, NULL, NULL);
	for (size_t i = 0; i < PERIOD * 2; i++)
		mix[i] = 0.7 * sin((double)i);
	cost("100 frames limited and made 32 bits", PERIOD, finish_s32, NULL, NULL, NULL);
	cost("100 frames limited, dithered and made 16 bits", PERIOD, finish_s16, NULL,
		NULL, NULL);
}

static const unsigned rates[][2] = {{44100, 48000}, {48000, 44100}, {96000, 48000}};

static void costs_of_rates(void)
{
	char name[80];
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		open_all(rates[i][0], rates[i][1], 2);
		snprintf(name, sizeof name,
			"100 stereo frames resampled from %u to %u Hz", from, to);
		cost(name, PERIOD, resample_ours, resample_best,
			"libsamplerate, best sinc", NULL);
		cost(name, PERIOD, resample_ours, resample_sdl, "SDL", NULL);
		close_all();
	}
}

/* How good. */

struct quality {
	double snr, ripple, delay; /* dB, 1/1000 dB, frames */
};

static void judge(run_fn *run, double hz, struct quality *q)
{
	static float in[2 * SECOND], made[3 * SECOND];
	size_t taken = 0, given = 0;
	sine_make(in, SECOND, 1, hz / from, 0.9);
	while (taken < SECOND / 2) {
		size_t n = PERIOD;
		given += run(in + taken, &n, made + given, 4 * PERIOD);
		taken += n;
		q->delay = fmax(q->delay, (double)taken - (double)given * from / to);
	}
	size_t first = given / 4;
	struct sine_fit fit = sine_measure(made + first, given / 2, 1, first, hz / to);
	double db = fabs(20 * log10(fit.amplitude / 0.9));
	q->snr = fmin(q->snr, fit.snr);
	q->ripple = fmax(q->ripple, 1000 * db);
}

static struct quality quality_of(run_fn *run)
{
	static const double tones[] = {100, 997, 5000, 10000, 15000, 18000, 20000};
	struct quality q = {.snr = INFINITY};
	for (size_t i = 0; i < sizeof tones / sizeof *tones; i++) {
		open_all(44100, 48000, 1);
		judge(run, tones[i], &q);
		close_all();
	}
	return q;
}

static void compare(const char *name, const char *unit, double ours, double peer,
	const char *peer_name)
{
	print_result(&(struct result){.name = name,
		.unit = unit,
		.ours = ours,
		.peer = peer,
		.peer_name = peer_name,
		.bound = NAN});
}

static void qualities(void)
{
	static const char best_name[] = "libsamplerate, best sinc";
	channels = 1;
	struct quality ours = quality_of(run_ours), its = quality_of(run_best);
	compare("44100 to 48000 Hz: signal to noise of tones to 20 kHz, least", "dB",
		ours.snr, its.snr, best_name);
	compare("44100 to 48000 Hz: pass band to 20 kHz, most", "mdB", ours.ripple,
		its.ripple, best_name);
	compare("44100 to 48000 Hz: input that is inside, most", "frames", ours.delay,
		its.delay, best_name);
}

static void prepare(void)
{
	uint8_t stereo[8], one[8], six[8];
	audio_places_usual(stereo, 2);
	audio_places_usual(one, 1);
	audio_places_usual(six, 6);
	audio_matrix_make(&same, stereo, 2, stereo, 2);
	audio_matrix_make(&mono, one, 1, stereo, 2);
	audio_matrix_make(&surround, six, 6, stereo, 2);
	for (unsigned v = 0; v < VOICES; v++)
		for (size_t i = 0; i < PERIOD * 8; i++)
			voices[v][i] = (float)(sin((double)(i * (v + 1))) / VOICES);
}

int main(void)
{
	bench_name = "audio";
	settle();
	prepare();
	costs_of_mix();
	costs_of_rates();
	qualities();
	return 0;
}
