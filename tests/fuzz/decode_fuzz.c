/* Any bytes as a file of sound: an answer within its bounds, frames up to an end, and seeks. */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "session/decode.h"
#include "util/log.h"

#define BLOCKS 8

struct bytes {
	const uint8_t *data;
	size_t size;
};

/* Some more at a time, some less, as a plugin feeds it. */
static int64_t read_bytes(void *data, uint64_t offset, void *to, size_t size)
{
	const struct bytes *b = data;
	if (size == 0 || offset >= b->size || size > b->size - offset)
		abort();
	size_t n = size > 700 ? 700 : size;
	memcpy(to, b->data + offset, n);
	return (int64_t)n;
}

static void check_info(
	const struct osaas_decode_info *info, const char *tags, size_t size)
{
	if (info->channels < 1 || info->channels > OSAAS_AUDIO_MAX_CHANNELS ||
		info->rate < OSAAS_AUDIO_MIN_RATE || info->rate > OSAAS_AUDIO_MAX_RATE ||
		info->kind < OSAAS_DECODE_WAV || info->kind > OSAAS_DECODE_MP3)
		abort();
	for (int i = 0; i < OSAAS_AUDIO_MAX_CHANNELS; i++) {
		if (info->places[i] > OSAAS_AUDIO_SR)
			abort();
	}
	if (size > OSAAS_DECODE_TAGS || (size > 0 && tags[size - 1] != '\0'))
		abort();
}

static void read_some(struct decode *d, const struct osaas_decode_info *info)
{
	static float samples[OSAAS_AUDIO_MAX_FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
	int64_t n = 1;
	for (int i = 0; i < BLOCKS && n > 0; i++) {
		uint64_t before = decode_position(d);
		n = decode_read(d, samples, OSAAS_AUDIO_MAX_FRAMES);
		if (n > OSAAS_AUDIO_MAX_FRAMES)
			abort();
		if (n >= 0 && (decode_position(d) != before + (uint64_t)n ||
				      decode_position(d) > info->frames))
			abort();
		for (int64_t s = 0; s < n * info->channels; s++) {
			if (samples[s] - samples[s] != 0) /* no number */
				abort();
		}
	}
}

/* As the helper process does: what libsndfile makes of some broken WAV takes minutes, and is ended. */
static sigjmp_buf too_long;

static void handle_time(int signal)
{
	(void)signal;
	siglongjmp(too_long, 1);
}

static void limit_time(int seconds)
{
	struct itimerval timer = {.it_value.tv_sec = seconds};
	signal(SIGPROF, handle_time);
	setitimer(ITIMER_PROF, &timer, NULL);
}

static void decode_bytes(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	struct decode_source source = {read_bytes, &bytes, size};
	struct osaas_decode_info info;
	struct decode *d;
	char tags[OSAAS_DECODE_TAGS];
	size_t tags_size;
	if (decode_open(&source, &d, &info, tags, &tags_size) < 0)
		return;
	check_info(&info, tags, tags_size);
	read_some(d, &info);
	static const uint64_t parts[] = {2, 1, 3, 1000};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		decode_seek(d, info.frames / parts[i]);
		read_some(d, &info);
	}
	decode_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool loaded;
	log_set_level(LOG_SILENT);
	if (!loaded && decode_load() < 0)
		abort();
	loaded = true;
	if (sigsetjmp(too_long, 1) == 0) {
		limit_time(2);
		decode_bytes(data, size);
	}
	limit_time(0);
	return 0;
}
