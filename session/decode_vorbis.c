/*
 * Ogg Vorbis, by libvorbisfile: libsndfile plays it, too, but its seeks miss the frame in some
 * places (1.2.0).
 */
#include "session/decode_format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OV_EXCLUDE_STATIC_CALLBACKS
#include <vorbis/vorbisfile.h>

#include "util/sonames.h"

#define VORBIS_CALLS(X)                                                                  \
	X(ov_clear)                                                                      \
	X(ov_comment)                                                                    \
	X(ov_info)                                                                       \
	X(ov_open_callbacks)                                                             \
	X(ov_pcm_seek)                                                                   \
	X(ov_pcm_tell)                                                                   \
	X(ov_pcm_total)                                                                  \
	X(ov_read_float)                                                                 \
	X(ov_streams)
LIBRARY(vorbisfile, "decoding Vorbis", SONAME_VORBISFILE, "libvorbisfile3", VORBIS_CALLS)

static size_t handle_read(void *to, size_t size, size_t n, void *data)
{
	struct decode *d = data;
	return size ? (size_t)decode_source_read(d, to, size * n) / size : 0;
}

static int handle_seek(void *data, ogg_int64_t offset, int whence)
{
	return decode_source_seek(data, offset, whence) < 0 ? -1 : 0;
}

static long handle_tell(void *data)
{
	return (long)((struct decode *)data)->offset;
}

/* Several songs in one file are one if they are of one kind. */
static int check_links(OggVorbis_File *file, const vorbis_info *first)
{
	for (long i = 1; i < ov_streams(file); i++) {
		const vorbis_info *vi = ov_info(file, (int)i);
		if (!vi || vi->channels != first->channels || vi->rate != first->rate)
			return -EINVAL;
	}
	return 0;
}

/* Vorbis I specification, 4.3.9; what is in the middle of the rear has no place of its own. */
void decode_vorbis_places(struct osaas_decode_info *info)
{
	static const uint8_t places[][OSAAS_AUDIO_MAX_CHANNELS] = {
		{OSAAS_AUDIO_MONO},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_FR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_FR, OSAAS_AUDIO_RL,
			OSAAS_AUDIO_RR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_FR, OSAAS_AUDIO_RL,
			OSAAS_AUDIO_RR, OSAAS_AUDIO_LFE},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_FR, OSAAS_AUDIO_SL,
			OSAAS_AUDIO_SR, OSAAS_AUDIO_RL, OSAAS_AUDIO_LFE},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FC, OSAAS_AUDIO_FR, OSAAS_AUDIO_SL,
			OSAAS_AUDIO_SR, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR, OSAAS_AUDIO_LFE},
	};
	memcpy(info->places, places[info->channels - 1], sizeof info->places);
}

static int open_file(struct decode *d, struct osaas_decode_info *info)
{
	static const ov_callbacks io = {handle_read, handle_seek, NULL, handle_tell};
	OggVorbis_File *file = calloc(1, sizeof *file);
	if (!file)
		return -ENOMEM;
	/* One that it could not open it has cleared itself. */
	if (ov_open_callbacks(d, file, NULL, 0, io) < 0) {
		free(file);
		return -EINVAL;
	}
	d->handle = file;
	const vorbis_info *vi = ov_info(file, 0);
	ogg_int64_t frames = ov_pcm_total(file, -1);
	if (!vi || vi->channels < 1 || vi->rate < 1 || vi->rate > INT32_MAX || frames < 0)
		return -EINVAL;
	if (vi->channels > OSAAS_AUDIO_MAX_CHANNELS)
		return -E2BIG;
	info->frames = (uint64_t)frames;
	info->rate = (uint32_t)vi->rate;
	info->channels = (uint8_t)vi->channels;
	info->kind = OSAAS_DECODE_VORBIS;
	info->seeks = 1;
	decode_vorbis_places(info);
	return check_links(file, vi);
}

static void close_file(struct decode *d)
{
	ov_clear(d->handle);
	free(d->handle);
}

static int64_t read_file(struct decode *d, float *to, uint32_t frames)
{
	float **from;
	long n;
	int section;
	/* A hole is left out. */
	do {
		n = ov_read_float(d->handle, &from, (int)frames, &section);
	} while (n == OV_HOLE && !d->error);
	for (long i = 0; i < n; i++) {
		for (uint32_t c = 0; c < d->channels; c++)
			*to++ = from[c][i];
	}
	return n;
}

static int64_t seek_file(struct decode *d, uint64_t frame)
{
	int r = ov_pcm_seek(d->handle, (ogg_int64_t)frame);
	return r < 0 ? r : ov_pcm_tell(d->handle);
}

static const char *comment(const vorbis_comment *vc, const char *name)
{
	size_t n = strlen(name);
	for (int i = 0; vc && i < vc->comments; i++) {
		const char *text = vc->user_comments[i];
		if (strncasecmp(text, name, n) == 0 && text[n] == '=')
			return text + n + 1;
	}
	return NULL;
}

const char *decode_vorbis_tag(int *i, const char **name)
{
	static const char *const names[][2] = {{"title", "title"}, {"artist", "artist"},
		{"album", "album"}, {"track", "tracknumber"}, {"date", "date"}};
	if (*i >= (int)(sizeof names / sizeof *names))
		return NULL;
	*name = names[*i][0];
	return names[(*i)++][1];
}

static bool tag_of(struct decode *d, int *i, const char **name, const char **text)
{
	const char *field = decode_vorbis_tag(i, name);
	if (field)
		*text = comment(ov_comment(d->handle, -1), field);
	return field;
}

const struct decode_format decode_vorbis = {
	.open = open_file,
	.close = close_file,
	.read = read_file,
	.seek = seek_file,
	.tag = tag_of,
};
