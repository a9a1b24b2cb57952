/*
 * Ogg Opus, by libopusfile: libsndfile plays it, too, but misses the frame, or finds none, where a
 * packet continues on the next page (1.2.0), and knows only the first of several songs.
 */
#include "session/decode_format.h"

#include <errno.h>
#include <opusfile.h>

#include "util/sonames.h"

#define OPUS_CALLS(X)                                                                    \
	X(op_free)                                                                       \
	X(op_head)                                                                       \
	X(op_link_count)                                                                 \
	X(op_open_callbacks)                                                             \
	X(op_pcm_seek)                                                                   \
	X(op_pcm_tell)                                                                   \
	X(op_pcm_total)                                                                  \
	X(op_read_float)                                                                 \
	X(op_tags)                                                                       \
	X(opus_tags_query)
LIBRARY(opusfile, "decoding Opus", SONAME_OPUSFILE, "libopusfile0", OPUS_CALLS)

#define RATE   48000  /* whatever was encoded: RFC 7845, 5.1 */
#define BEFORE 24000  /* frames: see seek_file */
#define FAR    480000 /* frames that it decodes before it gives up */
#define PIECE  960

static int handle_read(void *data, unsigned char *to, int size)
{
	return size > 0 ? (int)decode_source_read(data, to, (size_t)size) : 0;
}

static int handle_seek(void *data, opus_int64 offset, int whence)
{
	return decode_source_seek(data, offset, whence) < 0 ? -1 : 0;
}

static opus_int64 handle_tell(void *data)
{
	return (opus_int64)((struct decode *)data)->offset;
}

/* Several songs in one file are one if they have the same channels. */
static int check_links(const OggOpusFile *file, int channels)
{
	for (int i = 1; i < op_link_count(file); i++) {
		if (op_head(file, i)->channel_count != channels)
			return -EINVAL;
	}
	return 0;
}

static int open_file(struct decode *d, struct osaas_decode_info *info)
{
	static const OpusFileCallbacks io = {handle_read, handle_seek, handle_tell, NULL};
	int error;
	OggOpusFile *file = op_open_callbacks(d, &io, NULL, 0, &error);
	if (!file)
		return error == OP_EFAULT ? -ENOMEM : -EINVAL;
	d->handle = file;
	int channels = op_head(file, 0)->channel_count;
	ogg_int64_t frames = op_pcm_total(file, -1);
	if (frames < 0)
		return -EINVAL;
	if (channels > OSAAS_AUDIO_MAX_CHANNELS)
		return -E2BIG;
	info->frames = (uint64_t)frames;
	info->rate = RATE;
	info->channels = (uint8_t)channels;
	info->kind = OSAAS_DECODE_OPUS;
	info->seeks = 1;
	decode_vorbis_places(info);
	return check_links(file, channels);
}

static void close_file(struct decode *d)
{
	op_free(d->handle);
}

static int64_t read_some(struct decode *d, float *to, uint32_t frames)
{
	int64_t values = (int64_t)frames * d->channels;
	return op_read_float(
		d->handle, to, values < INT32_MAX ? (int)values : INT32_MAX, NULL);
}

/* Of what cannot be decoded each packet is one. */
static bool is_hole(int64_t n)
{
	return n == OP_HOLE || n == OP_EBADPACKET;
}

/* Behind a hole it tells at once where the next sound is. */
static int64_t read_file(struct decode *d, float *to, uint32_t frames)
{
	int64_t n;
	do {
		n = read_some(d, to, frames);
		if (is_hole(n) && decode_hole(d, d->position, op_pcm_tell(d->handle)))
			return 0;
	} while (is_hole(n) && !d->error);
	return n;
}

/* False: it is nowhere near. Of a hole, and a page behind it, it says OP_EBADLINK, and is behind. */
static bool go_near(struct decode *d, uint64_t frame)
{
	int r = op_pcm_seek(d->handle, (ogg_int64_t)frame);
	return r == 0 ||
	       (r == OP_EBADLINK && op_pcm_tell(d->handle) > (ogg_int64_t)frame - FAR);
}

/*
 * Opus needs a while to be what it would have been. The 80 ms that libopusfile decodes first
 * (RFC 7845, 4.6) leave a difference that is heard; with these before them it is below 1e-6.
 */
static int64_t seek_file(struct decode *d, uint64_t frame)
{
	float skipped[PIECE * OSAAS_AUDIO_MAX_CHANNELS];
	int64_t left, n = 1;
	if (!go_near(d, frame > BEFORE ? frame - BEFORE : 0))
		return -1;
	while ((left = (int64_t)frame - op_pcm_tell(d->handle)) > 0 &&
		(n > 0 || is_hole(n)) && !d->error)
		n = read_some(d, skipped, left < PIECE ? (uint32_t)left : PIECE);
	if (left > 0)
		return -1;
	decode_hole(d, frame, (int64_t)frame - left);
	return (int64_t)frame;
}

static bool tag_of(struct decode *d, int *i, const char **name, const char **text)
{
	const char *field = decode_vorbis_tag(i, name);
	if (field)
		*text = opus_tags_query(op_tags(d->handle, -1), field, 0);
	return field;
}

const struct decode_format decode_opus = {
	.open = open_file,
	.close = close_file,
	.read = read_file,
	.seek = seek_file,
	.tag = tag_of,
};
