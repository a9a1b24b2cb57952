/* encoded: files of sound in memory, made by libsndfile as the test runs. */
#ifndef OSAAS_TESTS_UNIT_SESSION_ENCODED_H
#define OSAAS_TESTS_UNIT_SESSION_ENCODED_H

#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* It is used where there is no cmocka, too. */
static inline void encoded_check(bool good)
{
	if (!good)
		abort();
}

struct encoded {
	uint8_t *bytes;
	size_t size, room, at;
};

static inline sf_count_t encoded_length(void *data)
{
	return (sf_count_t)((struct encoded *)data)->size;
}

static inline sf_count_t encoded_tell(void *data)
{
	return (sf_count_t)((struct encoded *)data)->at;
}

static inline sf_count_t encoded_seek(sf_count_t offset, int whence, void *data)
{
	struct encoded *e = data;
	size_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? e->at : e->size;
	e->at = (size_t)((sf_count_t)from + offset);
	return (sf_count_t)e->at;
}

static inline sf_count_t encoded_read(void *to, sf_count_t size, void *data)
{
	struct encoded *e = data;
	size_t left = e->at < e->size ? e->size - e->at : 0;
	size_t n = (size_t)size < left ? (size_t)size : left;
	memcpy(to, e->bytes + e->at, n);
	e->at += n;
	return (sf_count_t)n;
}

static inline sf_count_t encoded_write(const void *from, sf_count_t size, void *data)
{
	struct encoded *e = data;
	if (e->at + (size_t)size > e->room) {
		e->room = 2 * (e->at + (size_t)size);
		e->bytes = realloc(e->bytes, e->room);
		encoded_check(e->bytes);
	}
	memcpy(e->bytes + e->at, from, (size_t)size);
	e->at += (size_t)size;
	e->size = e->at > e->size ? e->at : e->size;
	return size;
}

/* Of one frame and channel: a few sines, on the grid of 2^-(bits - 1). */
static inline float encoded_sample(
	uint64_t frame, uint32_t channel, uint32_t rate, int bits)
{
	double t = (double)frame / rate, hz = 440 + 110 * (double)channel;
	double v = 0.3 * sin(6.283185307179586 * hz * t) +
		   0.2 * sin(6.283185307179586 * 2500 * t + 1) +
		   0.1 * sin(6.283185307179586 * 5100 * t + 2);
	double grid = ldexp(1, (bits ? bits : 24) - 1);
	return (float)(rint(v * grid) / grid);
}

/*
 * The file is the caller's: free(e->bytes). False: this libsndfile has no encoder for it. tune: what
 * else the encoder is told, or NULL.
 */
static inline bool encoded_make_tuned(struct encoded *e, int format, uint32_t rate,
	uint32_t channels, uint64_t frames, int bits, const char *title,
	void (*tune)(SNDFILE *file))
{
	static SF_VIRTUAL_IO io = {.get_filelen = encoded_length,
		.seek = encoded_seek,
		.read = encoded_read,
		.write = encoded_write,
		.tell = encoded_tell};
	SF_INFO info = {
		.samplerate = (int)rate, .channels = (int)channels, .format = format};
	*e = (struct encoded){0};
	SNDFILE *file = sf_open_virtual(&io, SFM_WRITE, &info, e);
	if (!file) {
		free(e->bytes);
		return false;
	}
	if (tune)
		tune(file);
	if (title)
		sf_set_string(file, SF_STR_TITLE, title);
	if (title)
		sf_set_string(file, SF_STR_ARTIST, "Some\x01 body");
	float *block = malloc(1000 * channels * sizeof *block);
	int *grid = malloc(1000 * channels * sizeof *grid);
	for (uint64_t at = 0; at < frames;) {
		uint64_t n = frames - at < 1000 ? frames - at : 1000;
		for (uint64_t i = 0; i < n * channels; i++) {
			block[i] = encoded_sample(
				at + i / channels, (uint32_t)(i % channels), rate, bits);
			grid[i] = (int)ldexp(block[i], 31);
		}
		/* Integers as they are; of floats it would make others. */
		bool whole = bits && (format & SF_FORMAT_SUBMASK) != SF_FORMAT_FLOAT;
		int64_t r = whole ? sf_writef_int(file, grid, (sf_count_t)n)
				  : sf_writef_float(file, block, (sf_count_t)n);
		encoded_check(r == (int64_t)n);
		at += n;
	}
	free(grid);
	free(block);
	encoded_check(sf_close(file) == 0);
	return true;
}

static inline bool encoded_make(struct encoded *e, int format, uint32_t rate,
	uint32_t channels, uint64_t frames, int bits, const char *title)
{
	return encoded_make_tuned(e, format, rate, channels, frames, bits, title, NULL);
}

#endif
