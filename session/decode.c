#include "session/decode.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/decode_format.h"
#include "util/utf8.h"

#define TAG_MAX 255  /* bytes of one's text */
#define BLOCK   4096 /* frames: what most encoders of FLAC make */

/*
 * libFLAC looks for a place by halves, and where there is nothing it looks on to the end each
 * time. So many bytes it does in half a second; in a file that is whole it needs a few thousand.
 */
#define LOOK (UINT64_C(128) << 20)

int decode_load(void)
{
	int sndfile = library_load(&library_sndfile);
	int vorbis = library_load(&library_vorbisfile);
	int opus = library_load(&library_opusfile);
	int mpg123 = library_load(&library_mpg123);
	return sndfile < 0 ? sndfile : vorbis < 0 ? vorbis : opus < 0 ? opus : mpg123;
}

/* ---- The source --------------------------------------------------------- */

int64_t decode_source_read(struct decode *d, void *to, size_t size)
{
	size_t got = 0;
	uint64_t end = d->source.size;
	if (d->offset < end && end - d->offset > d->quota)
		end = d->offset + d->quota;
	while (got < size && d->offset < end && !d->error) {
		uint64_t left = end - d->offset;
		size_t n = size - got < left ? size - got : (size_t)left;
		int64_t r =
			d->source.read(d->source.data, d->offset, (char *)to + got, n);
		if (r <= 0 || (uint64_t)r > n) {
			d->error = r < 0 ? (int)r : -EIO;
			break;
		}
		d->offset += (uint64_t)r;
		got += (size_t)r;
	}
	d->quota -= d->quota == UINT64_MAX ? 0 : got;
	return (int64_t)got;
}

int64_t decode_source_seek(struct decode *d, int64_t offset, int whence)
{
	int64_t from = whence == SEEK_SET   ? 0
		       : whence == SEEK_CUR ? (int64_t)d->offset
					    : (int64_t)d->source.size;
	int64_t to;
	if (d->error || __builtin_add_overflow(from, offset, &to) || to < 0)
		return -1;
	d->offset = (uint64_t)to;
	return to;
}

/* ---- What kind it is ---------------------------------------------------- */

#define HEAD 36

/* Bytes of an ID3v2 tag at the start (id3.org, ID3v2.4.0 3.1); 0: none. */
static uint64_t id3_size(const uint8_t *head)
{
	if (memcmp(head, "ID3", 3) != 0)
		return 0;
	uint64_t size = 0;
	for (int i = 6; i < 10; i++)
		size = size << 7 | (head[i] & 0x7f);
	return size + 10 + (head[5] & 0x10 ? 10 : 0);
}

/* Only the kinds that are promised go to libsndfile: it knows many more. */
static const struct kind {
	size_t at; /* of the file's first bytes */
	const char *magic;
	size_t size;
	const struct decode_format *format;
	struct library *library;
} kinds[] = {
	{28, "\1vorbis", 7, &decode_vorbis,
		&library_vorbisfile}, /* in its first Ogg page */
	{0, "OggS", 4, &decode_opus, &library_opusfile},
	{0, "fLaC", 4, &decode_sndfile, &library_sndfile},
	{0, "RIFF", 4, &decode_sndfile, &library_sndfile},
	{0, "RIFX", 4, &decode_sndfile, &library_sndfile},
	{0, "RF64", 4, &decode_sndfile, &library_sndfile},
	{0, "FORM", 4, &decode_sndfile, &library_sndfile},
	{0, "", 0, &decode_mpg123, &library_mpg123},
};

static const struct kind *kind_of(const uint8_t *head)
{
	const struct kind *kind = kinds;
	while (memcmp(head + kind->at, kind->magic, kind->size) != 0)
		kind++;
	return kind;
}

static int choose(struct decode *d)
{
	uint8_t head[HEAD] = {0};
	decode_source_read(d, head, sizeof head);
	uint64_t skip = id3_size(head);
	if (skip && skip < d->source.size) {
		d->offset = skip;
		decode_source_read(d, head, sizeof head);
	}
	d->offset = 0;
	const struct kind *kind = kind_of(head);
	d->format = kind->format;
	return d->error ? d->error : kind->library->users ? 0 : -ENOENT;
}

/* ---- Tags --------------------------------------------------------------- */

/* What is no text, or controls, is left out; the rest is cut between two characters. */
static size_t clean(char *to, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t left = strlen(text), size = 0;
	while (left > 0) {
		uint32_t c;
		size_t n = utf8_read(s, left, &c);
		bool fits = n > 0 && c >= 0x20 && (c < 0x7f || c >= 0xa0);
		n = n ? n : 1;
		if (fits && size + n > TAG_MAX)
			break;
		if (fits)
			memcpy(to + size, s, n);
		size += fits ? n : 0;
		s += n;
		left -= n;
	}
	to[size] = '\0';
	return size;
}

static size_t read_tags(struct decode *d, char *tags)
{
	char text[TAG_MAX + 1];
	const char *name, *raw;
	size_t size = 0;
	for (int i = 0; d->format->tag(d, &i, &name, &raw);) {
		if (!raw || !clean(text, raw))
			continue;
		int n = snprintf(
			tags + size, OSAAS_DECODE_TAGS - size, "%s=%s", name, text);
		if (n < 0 || (size_t)n >= OSAAS_DECODE_TAGS - size)
			break;
		size += (size_t)n + 1;
	}
	return size;
}

/* ---- Open, read, seek --------------------------------------------------- */

static int open_format(struct decode *d, struct osaas_decode_info *info)
{
	int r = choose(d);
	if (r == 0)
		r = d->format->open(d, info);
	if (d->error)
		return d->error;
	if (r < 0)
		return r;
	bool rate =
		info->rate >= OSAAS_AUDIO_MIN_RATE && info->rate <= OSAAS_AUDIO_MAX_RATE;
	return rate ? 0 : -E2BIG;
}

int decode_open(const struct decode_source *source, struct decode **out,
	struct osaas_decode_info *info, char *tags, size_t *tags_size)
{
	struct decode *d = calloc(1, sizeof *d);
	*info = (struct osaas_decode_info){0};
	*tags_size = 0;
	if (!d)
		return -ENOMEM;
	d->source = *source;
	d->quota = UINT64_MAX;
	int r = source->size > INT64_MAX / 2 ? -EINVAL : open_format(d, info);
	if (r < 0) {
		decode_close(d);
		return r;
	}
	d->frames = d->end = info->frames;
	d->channels = info->channels;
	d->seeks = info->seeks;
	*tags_size = read_tags(d, tags);
	*out = d;
	return 0;
}

void decode_close(struct decode *d)
{
	if (!d)
		return;
	if (d->format && d->handle)
		d->format->close(d);
	free(d);
}

/* A file of floats may hold anything. */
static void make_finite(float *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = isfinite(samples[i]) ? samples[i] : 0;
}

/* Some libraries have no place behind the last frame. */
static int go_to(struct decode *d, uint64_t frame)
{
	bool end = d->frames != UINT64_MAX && frame == d->frames;
	if (!end && d->format->seek(d, frame) != (int64_t)frame)
		return -EIO;
	return d->error;
}

/*
 * A library that missed a place, or met something broken, finds none any more: anew. The source may
 * say something else than before.
 */
static int open_anew(struct decode *d)
{
	struct osaas_decode_info info = {0};
	uint64_t quota = d->quota;
	if (d->error)
		return d->error;
	d->format->close(d);
	d->handle = NULL;
	d->offset = 0;
	d->quota = UINT64_MAX;
	if (d->format->open(d, &info) < 0 || info.channels != d->channels)
		d->error = d->error ? d->error : -EIO;
	d->quota = quota;
	return d->error;
}

static int go_anew(struct decode *d, uint64_t frame)
{
	int r = open_anew(d);
	return r < 0 ? r : go_to(d, frame);
}

static bool is_sound(struct decode *d, uint64_t frame)
{
	return d->quota > 0 && go_anew(d, frame) == 0;
}

/* The first block that is sound after something broken that begins at from; from: there is none. */
static uint64_t find_sound(struct decode *d, uint64_t from)
{
	uint64_t broken = from, sound = from, last = d->frames - 1, step = BLOCK;
	bool found = false;
	for (; !found && sound < last && !d->error; step *= 2) {
		broken = sound;
		sound = last - from > step ? from + step : last;
		found = is_sound(d, sound);
	}
	while (found && sound - broken > BLOCK) {
		uint64_t middle = broken + (sound - broken) / 2;
		if (is_sound(d, middle))
			sound = middle;
		else
			broken = middle;
	}
	return found ? sound : from;
}

/* Until when it is silent, from that frame on; false: no sound follows, or it need not be looked for. */
static bool skip_broken(struct decode *d, uint64_t from)
{
	if (!d->sticks || d->frames == UINT64_MAX || from >= d->frames)
		return false;
	d->quota = LOOK;
	uint64_t sound = find_sound(d, from);
	d->quota = UINT64_MAX;
	if (sound == from || go_anew(d, sound) < 0)
		return false;
	d->sound_from = sound;
	return true;
}

bool decode_hole(struct decode *d, uint64_t from, int64_t until)
{
	if (until <= (int64_t)from)
		return false;
	d->sound_from = (uint64_t)until < d->frames ? (uint64_t)until : d->frames;
	return d->sound_from > from;
}

static int64_t read_silence(struct decode *d, float *to, uint32_t frames)
{
	uint64_t left = d->sound_from - d->position;
	uint32_t n = frames < left ? frames : (uint32_t)left;
	memset(to, 0, (size_t)n * d->channels * sizeof *to);
	d->position += n;
	return n;
}

int64_t decode_read(struct decode *d, float *to, uint32_t frames)
{
	uint64_t left = d->position < d->end ? d->end - d->position : 0;
	if (d->error)
		return d->error;
	if (frames > left)
		frames = (uint32_t)left;
	if (frames && d->position < d->sound_from)
		return read_silence(d, to, frames);
	int64_t n = frames ? d->format->read(d, to, frames) : 0;
	if (n == 0 && frames && !d->error) {
		if (d->position < d->sound_from || skip_broken(d, d->position))
			return read_silence(d, to, frames);
		d->end = d->position;
	}
	if (d->error)
		return d->error;
	if (n < 0 || n > frames)
		return -EIO;
	make_finite(to, (size_t)n * d->channels);
	d->position += (uint64_t)n;
	return n;
}

/* Where it goes, what is broken there is silent. */
static int seek(struct decode *d, uint64_t frame)
{
	d->sound_from = 0;
	int r = go_to(d, frame);
	if (r == -EIO)
		r = go_anew(d, frame);
	return r == -EIO && skip_broken(d, frame) ? 0 : r;
}

static bool go_back(struct decode *d, uint64_t frame)
{
	if (go_anew(d, frame) < 0)
		return false;
	d->sound_from = d->sound_from > frame ? d->sound_from : frame;
	return true;
}

int decode_seek(struct decode *d, uint64_t frame)
{
	uint64_t was = d->position > d->sound_from ? d->position : d->sound_from;
	if (d->error)
		return d->error;
	if (!d->seeks || frame > d->frames || frame > INT64_MAX)
		return -EINVAL;
	d->quota = d->sticks ? LOOK : UINT64_MAX;
	int r = seek(d, frame);
	d->quota = UINT64_MAX;
	if (r == 0) {
		d->position = frame;
		d->end = d->frames;
	}
	/* It goes on where it was. Where the end is nobody knew, or the file says more than it has. */
	else if (r == -EIO && go_back(d, was))
		return d->frames == UINT64_MAX ? -EINVAL : -EIO;
	return d->error ? d->error : r;
}

uint64_t decode_position(const struct decode *d)
{
	return d->position;
}
