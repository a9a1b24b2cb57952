/*
 * MP3, by libmpg123. All of the file is looked through first (mpg123_scan), as its length is
 * nowhere to be trusted, and each place can be found exactly then. What the encoder added is cut
 * off where its tag says how much that is.
 */
#include "session/decode_format.h"

#include <errno.h>
/* The names that all versions have; off_t has 64 bits by itself here. */
#define MPG123_NO_LARGENAME
#define MPG123_ENUM_API
#include <mpg123.h>
#include <stdio.h>
#include <string.h>

#include "util/sonames.h"

_Static_assert(sizeof(long) == 8, "else the names are others");

#define MPG123_CALLS(X)                                                                  \
	X(mpg123_delete)                                                                 \
	X(mpg123_format)                                                                 \
	X(mpg123_format_none)                                                            \
	X(mpg123_getformat)                                                              \
	X(mpg123_id3)                                                                    \
	X(mpg123_init)                                                                   \
	X(mpg123_length)                                                                 \
	X(mpg123_new)                                                                    \
	X(mpg123_open_handle)                                                            \
	X(mpg123_param)                                                                  \
	X(mpg123_read)                                                                   \
	X(mpg123_replace_reader_handle)                                                  \
	X(mpg123_scan)                                                                   \
	X(mpg123_seek)
LIBRARY(mpg123, "decoding MP3", SONAME_LIBMPG123, "libmpg123-0", MPG123_CALLS)

#define RESYNC 65536 /* bytes of something else that may stand before the sound */
#define BEFORE                                                                           \
	30 /* frames decoded before where a seek goes: 511 bytes reach back so far */
#define INDEX 1000 /* places that are remembered; more of a longer file */

static ssize_t handle_read(void *data, void *to, size_t size)
{
	struct decode *d = data;
	ssize_t n = (ssize_t)decode_source_read(d, to, size);
	return d->error ? -1 : n;
}

static off_t handle_seek(void *data, off_t offset, int whence)
{
	return (off_t)decode_source_seek(data, offset, whence);
}

static mpg123_handle *make(struct decode *d)
{
	long flags = MPG123_FORCE_FLOAT | MPG123_GAPLESS | MPG123_QUIET |
		     MPG123_NO_FRANKENSTEIN;
	mpg123_init();
	mpg123_handle *mh = mpg123_new(NULL, NULL);
	if (!mh)
		return NULL;
	d->handle = mh;
	bool ok = mpg123_param(mh, MPG123_ADD_FLAGS, flags, 0) == MPG123_OK &&
		  mpg123_param(mh, MPG123_REMOVE_FLAGS, MPG123_AUTO_RESAMPLE, 0) ==
			  MPG123_OK &&
		  mpg123_param(mh, MPG123_RESYNC_LIMIT, RESYNC, 0) == MPG123_OK &&
		  mpg123_param(mh, MPG123_PREFRAMES, BEFORE, 0) == MPG123_OK &&
		  mpg123_param(mh, MPG123_INDEX_SIZE, -INDEX, 0) == MPG123_OK &&
		  mpg123_replace_reader_handle(mh, handle_read, handle_seek, NULL) ==
			  MPG123_OK;
	return ok ? mh : NULL;
}

static int open_file(struct decode *d, struct osaas_decode_info *info)
{
	long rate;
	int channels, encoding;
	mpg123_handle *mh = make(d);
	if (!mh)
		return -ENOMEM;
	if (mpg123_open_handle(mh, d) != MPG123_OK ||
		mpg123_getformat(mh, &rate, &channels, &encoding) != MPG123_OK ||
		rate < 1 || channels < 1 || channels > 2)
		return -EINVAL;
	/* The rest has that form, too, or is no part of it. */
	if (mpg123_format_none(mh) != MPG123_OK ||
		mpg123_format(mh, rate, channels, MPG123_ENC_FLOAT_32) != MPG123_OK ||
		mpg123_scan(mh) != MPG123_OK)
		return -EINVAL;
	off_t frames = mpg123_length(mh);
	if (frames < 0)
		return -EINVAL;
	info->frames = (uint64_t)frames;
	info->rate = (uint32_t)rate;
	info->channels = (uint8_t)channels;
	info->kind = OSAAS_DECODE_MP3;
	info->seeks = 1;
	return 0;
}

static void close_file(struct decode *d)
{
	mpg123_delete(d->handle);
}

static int64_t read_file(struct decode *d, float *to, uint32_t frames)
{
	size_t size = frames * d->channels * sizeof *to, got = 0, n = 0;
	int r = MPG123_OK;
	while (got < size && (r == MPG123_OK || r == MPG123_NEW_FORMAT)) {
		r = mpg123_read(d->handle, (unsigned char *)to + got, size - got, &n);
		if (r == MPG123_OK && n == 0)
			break;
		got += n;
	}
	if (got == 0 && r != MPG123_OK && r != MPG123_DONE)
		return -1;
	return (int64_t)(got / (d->channels * sizeof *to));
}

static int64_t seek_file(struct decode *d, uint64_t frame)
{
	return mpg123_seek(d->handle, (off_t)frame, SEEK_SET);
}

/* ID3v1 has 30 bytes without an end, in Latin-1. */
static const char *latin(const char *from, size_t size, char *to)
{
	size_t n = 0;
	for (size_t i = 0; i < size && from[i]; i++) {
		unsigned char c = (unsigned char)from[i];
		if (c >= 0x80)
			to[n++] = (char)(0xc0 | c >> 6);
		to[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
	}
	to[n] = '\0';
	while (n > 0 && to[n - 1] == ' ')
		to[--n] = '\0';
	return to;
}

static const char *text_of(const mpg123_string *s)
{
	return s && s->p && s->fill > 0 && !s->p[s->fill - 1] ? s->p : NULL;
}

/* ID3v2 has no list of numbers of tracks by itself. */
static const char *track_of(const mpg123_id3v2 *v2)
{
	for (size_t i = 0; i < v2->texts; i++) {
		if (memcmp(v2->text[i].id, "TRCK", 4) == 0)
			return text_of(&v2->text[i].text);
	}
	return NULL;
}

static bool tag_of(struct decode *d, int *i, const char **name, const char **text)
{
	static const char *const names[] = {"title", "artist", "album", "track", "date"};
	static char old[64];
	mpg123_id3v1 *v1 = NULL;
	mpg123_id3v2 *v2 = NULL;
	if (*i >= (int)(sizeof names / sizeof *names) ||
		mpg123_id3(d->handle, &v1, &v2) != MPG123_OK)
		return false;
	const char *second[] = {v2 ? text_of(v2->title) : NULL,
		v2 ? text_of(v2->artist) : NULL, v2 ? text_of(v2->album) : NULL,
		v2 ? track_of(v2) : NULL, v2 ? text_of(v2->year) : NULL};
	const char *first[] = {v1 ? v1->title : NULL, v1 ? v1->artist : NULL,
		v1 ? v1->album : NULL, NULL, v1 ? v1->year : NULL};
	*name = names[*i];
	*text = second[*i]  ? second[*i]
		: first[*i] ? latin(first[*i],
				      *i == 4 ? sizeof v1->year : sizeof v1->title, old)
			    : NULL;
	++*i;
	return true;
}

const struct decode_format decode_mpg123 = {
	.open = open_file,
	.close = close_file,
	.read = read_file,
	.seek = seek_file,
	.tag = tag_of,
};
