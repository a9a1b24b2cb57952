#include "session/audio_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_resample.h"
#include "session/audio_stamp.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MIN_FRAMES 16u

bool audio_reader_sensible(const struct osaas_audio_listen *want)
{
	bool rate = !want->rate || (want->rate >= OSAAS_AUDIO_MIN_RATE &&
					   want->rate <= OSAAS_AUDIO_MAX_RATE);
	bool frames = !want->frames || (want->frames >= MIN_FRAMES &&
					       want->frames <= OSAAS_AUDIO_MAX_FRAMES);
	return rate && frames && want->channels <= OSAAS_AUDIO_MAX_CHANNELS;
}

/* So much of its time as the device takes for a period. */
static unsigned usual_frames(const struct pcm_config *device, unsigned rate)
{
	uint64_t frames = (uint64_t)device->period * rate / device->rate;
	if (frames < MIN_FRAMES)
		return MIN_FRAMES;
	return frames < OSAAS_AUDIO_MAX_FRAMES ? (unsigned)frames
					       : OSAAS_AUDIO_MAX_FRAMES;
}

int audio_reader_create(const char *name, const struct osaas_audio_listen *want,
	const struct pcm_config *device, audio_heard *heard, void *data,
	struct audio_reader **out)
{
	struct audio_reader *reader = xcalloc(1, sizeof *reader);
	unsigned rate = want->rate ? want->rate : device->rate;
	*reader = (struct audio_reader){
		.name = name,
		.heard = heard,
		.data = data,
		.rate = rate,
		.channels = want->channels ? want->channels : device->channels,
		.frames = want->frames ? want->frames : usual_frames(device, rate),
	};
	list_init(&reader->link);
	reader->block = xcalloc((size_t)reader->frames * reader->channels, sizeof(float));
	reader->chunk =
		xcalloc((size_t)AUDIO_READER_CHUNK * reader->channels, sizeof(float));
	int r = audio_reader_adapt(reader, device->rate);
	if (r < 0) {
		audio_reader_destroy(reader);
		return r;
	}
	*out = reader;
	return 0;
}

void audio_reader_destroy(struct audio_reader *reader)
{
	if (!reader)
		return;
	list_remove(&reader->link);
	resampler_destroy(reader->resampler);
	free(reader->block);
	free(reader->chunk);
	free(reader);
}

int audio_reader_adapt(struct audio_reader *reader, unsigned rate)
{
	int r = 0;
	audio_reader_break(reader);
	if (reader->from == rate)
		return 0;
	resampler_destroy(reader->resampler);
	reader->resampler = NULL;
	reader->from = rate;
	if (rate != reader->rate)
		r = resampler_create(
			rate, reader->rate, reader->channels, &reader->resampler);
	reader->deaf = r < 0;
	if (r < 0)
		log_error("%s hears nothing: %u Hz cannot be made of the device's %u: %s",
			reader->name, reader->rate, rate, strerror(-r));
	return r;
}

void audio_reader_break(struct audio_reader *reader)
{
	reader->broken = true;
}

void audio_reader_lost(struct audio_reader *reader)
{
	audio_reader_break(reader);
	if (!reader->next_ns)
		reader->next_ns = reader->since_ns;
}

void audio_reader_mix(
	const float *in, unsigned n_in, float *out, unsigned n_out, size_t frames)
{
	if (n_in == n_out) {
		memcpy(out, in, frames * n_in * sizeof *in);
		return;
	}
	for (size_t i = 0; i < frames; i++, in += n_in, out += n_out) {
		float sum = 0;
		for (unsigned c = 0; c < n_in; c++)
			sum += in[c];
		for (unsigned c = 0; c < n_out; c++)
			out[c] = c < n_in ? in[c] : 0;
		if (n_out == 1)
			out[0] = sum / (float)n_in;
		else if (n_in == 1)
			out[1] = in[0];
	}
}

static void miss(struct audio_reader *reader, uint64_t frames)
{
	reader->frame += frames;
	reader->missed += frames;
	reader->all_missed += frames;
}

/* A block of which a part was lost is lost; what lies between is known by the time. */
static void go_on(struct audio_reader *reader, uint64_t first_ns)
{
	reader->broken = false;
	miss(reader, reader->fill);
	reader->fill = 0;
	if (reader->resampler)
		resampler_reset(reader->resampler);
	if (!reader->next_ns || first_ns <= reader->next_ns)
		return;
	double seconds = (double)(first_ns - reader->next_ns) / (double)NS_PER_S;
	miss(reader, (uint64_t)llround(seconds * reader->rate));
}

static void give(struct audio_reader *reader)
{
	const struct osaas_audio_heard heard = {.frame = reader->frame,
		.time_ns = reader->block_ns,
		.missed = reader->missed};
	reader->fill = 0;
	if (!reader->heard(reader->data, reader->block, reader->frames, &heard)) {
		miss(reader, reader->frames);
		return;
	}
	reader->frame += reader->frames;
	reader->all_heard += reader->frames;
	reader->missed = 0;
}

/* Frames of the device that it has taken, and not given. */
static double inside(const struct audio_reader *reader)
{
	return reader->resampler ? resampler_delay(reader->resampler) : 0;
}

/* What fits the block: how many of n were taken. */
static size_t fill(struct audio_reader *reader, const float *in, size_t n)
{
	float *out = reader->block + reader->fill * reader->channels;
	size_t room = reader->frames - reader->fill;
	if (reader->resampler) {
		resampler_run(reader->resampler, in, &n, out, &room);
		reader->fill += room;
		return n;
	}
	n = n < room ? n : room;
	memcpy(out, in, n * reader->channels * sizeof *in);
	reader->fill += n;
	return n;
}

void audio_reader_feed(struct audio_reader *reader, const float *in, size_t n,
	unsigned channels, const struct audio_stamp *stamp, uint64_t frame)
{
	size_t taken = 0;
	if (reader->broken)
		go_on(reader, audio_stamp_of(stamp, (double)frame));
	audio_reader_mix(in, channels, reader->chunk, reader->channels, n);
	while (taken < n && !reader->deaf) {
		if (reader->fill == 0)
			reader->block_ns = audio_stamp_of(
				stamp, (double)(frame + taken) - inside(reader));
		taken +=
			fill(reader, reader->chunk + taken * reader->channels, n - taken);
		if (reader->fill == reader->frames)
			give(reader);
	}
	if (reader->deaf)
		audio_reader_break(reader);
	else
		reader->next_ns =
			audio_stamp_of(stamp, (double)(frame + n) - inside(reader));
}

/* A resampler gives now more and now less: not every frame that is lacking is worth a wake-up. */
unsigned audio_reader_wants(const struct audio_reader *reader)
{
	size_t left = reader->frames - reader->fill, least = reader->frames / 4;
	if (reader->resampler && left < least)
		left = least;
	return 1 + (unsigned)((left * reader->from - 1) / reader->rate);
}
