/* WAV, AIFF, FLAC and Opus, by libsndfile. */
#include "session/decode_format.h"

#include <errno.h>
#include <sndfile.h>
#include <string.h>

#include "util/sonames.h"

#define SNDFILE_CALLS(X)                                                                 \
	X(sf_close)                                                                      \
	X(sf_command)                                                                    \
	X(sf_get_string)                                                                 \
	X(sf_open_virtual)                                                               \
	X(sf_readf_float)                                                                \
	X(sf_seek)
LIBRARY(sndfile, "decoding sound", SONAME_SNDFILE, "libsndfile1", SNDFILE_CALLS)

#define OPUS_BEFORE 5760
#define OPUS_RATE   48000 /* of its lengths, whatever it is played at */
#define OPUS_SKIPS                                                                       \
	38 /* byte of the file at which its head says what is skipped at first */

/* An Ogg page (RFC 3533, 6). */
#define PAGE_HEAD 27
#define PAGE_MOST (PAGE_HEAD + 255 + 255 * 255)

static sf_count_t handle_length(void *data)
{
	return (sf_count_t)((struct decode *)data)->source.size;
}

static sf_count_t handle_seek(sf_count_t offset, int whence, void *data)
{
	return decode_source_seek(data, offset, whence);
}

static sf_count_t handle_read(void *to, sf_count_t size, void *data)
{
	return size > 0 ? decode_source_read(data, to, (size_t)size) : 0;
}

static sf_count_t handle_write(const void *from, sf_count_t size, void *data)
{
	(void)from, (void)size, (void)data;
	return 0;
}

static sf_count_t handle_tell(void *data)
{
	return (sf_count_t)((struct decode *)data)->offset;
}

static SF_VIRTUAL_IO io = {
	.get_filelen = handle_length,
	.seek = handle_seek,
	.read = handle_read,
	.write = handle_write,
	.tell = handle_tell,
};

static uint8_t kind_of(int format)
{
	switch (format & SF_FORMAT_TYPEMASK) {
	case SF_FORMAT_WAV:
	case SF_FORMAT_WAVEX:
	case SF_FORMAT_RF64:
		return OSAAS_DECODE_WAV;
	case SF_FORMAT_AIFF:
		return OSAAS_DECODE_AIFF;
	case SF_FORMAT_FLAC:
		return OSAAS_DECODE_FLAC;
	case SF_FORMAT_OGG:
		return (format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS ? OSAAS_DECODE_OPUS
								      : 0;
	default:
		return 0;
	}
}

static uint8_t bits_of(int format)
{
	switch (format & SF_FORMAT_SUBMASK) {
	case SF_FORMAT_PCM_S8:
	case SF_FORMAT_PCM_U8:
		return 8;
	case SF_FORMAT_PCM_16:
		return 16;
	case SF_FORMAT_PCM_24:
		return 24;
	case SF_FORMAT_PCM_32:
	case SF_FORMAT_FLOAT:
		return 32;
	default:
		return 0;
	}
}

static uint8_t place_of(int where)
{
	static const struct {
		int from;
		uint8_t to;
	} places[] = {
		{SF_CHANNEL_MAP_MONO, OSAAS_AUDIO_MONO},
		{SF_CHANNEL_MAP_LEFT, OSAAS_AUDIO_FL},
		{SF_CHANNEL_MAP_RIGHT, OSAAS_AUDIO_FR},
		{SF_CHANNEL_MAP_CENTER, OSAAS_AUDIO_FC},
		{SF_CHANNEL_MAP_FRONT_LEFT, OSAAS_AUDIO_FL},
		{SF_CHANNEL_MAP_FRONT_RIGHT, OSAAS_AUDIO_FR},
		{SF_CHANNEL_MAP_FRONT_CENTER, OSAAS_AUDIO_FC},
		{SF_CHANNEL_MAP_LFE, OSAAS_AUDIO_LFE},
		{SF_CHANNEL_MAP_REAR_LEFT, OSAAS_AUDIO_RL},
		{SF_CHANNEL_MAP_REAR_RIGHT, OSAAS_AUDIO_RR},
		{SF_CHANNEL_MAP_REAR_CENTER, OSAAS_AUDIO_RL}, /* as Vorbis's */
		{SF_CHANNEL_MAP_SIDE_LEFT, OSAAS_AUDIO_SL},
		{SF_CHANNEL_MAP_SIDE_RIGHT, OSAAS_AUDIO_SR},
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i].from == where)
			return places[i].to;
	}
	return 0;
}

/* False: there is none, or a channel of it has no place that is known. */
static bool read_map(SNDFILE *file, struct osaas_decode_info *info)
{
	int map[OSAAS_AUDIO_MAX_CHANNELS];
	if (!sf_command(file, SFC_GET_CHANNEL_MAP_INFO, map,
		    (int)(info->channels * sizeof *map)))
		return false;
	for (int i = 0; i < info->channels; i++) {
		info->places[i] = place_of(map[i]);
		if (!info->places[i])
			return false;
	}
	return true;
}

/*
 * What has no map, or an odd one, has FLAC's order (RFC 9639, 9.1.3), which is that of WAV's
 * masks; Opus has Vorbis's (RFC 7845, 5.1.1.2), and libsndfile leaves it so.
 */
static void put_places(const struct decode *d, struct osaas_decode_info *info)
{
	static const uint8_t places[][OSAAS_AUDIO_MAX_CHANNELS] = {
		{OSAAS_AUDIO_MONO},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_RL, OSAAS_AUDIO_RR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_RL,
			OSAAS_AUDIO_RR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE,
			OSAAS_AUDIO_RL, OSAAS_AUDIO_RR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE,
			OSAAS_AUDIO_RL, OSAAS_AUDIO_SL, OSAAS_AUDIO_SR},
		{OSAAS_AUDIO_FL, OSAAS_AUDIO_FR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE,
			OSAAS_AUDIO_RL, OSAAS_AUDIO_RR, OSAAS_AUDIO_SL, OSAAS_AUDIO_SR},
	};
	if (d->is_opus)
		decode_vorbis_places(info);
	else
		memcpy(info->places, places[info->channels - 1], sizeof info->places);
}

/* Its bytes; 0: it is no page, or not all of it is there. */
static size_t page_size(const uint8_t *at, size_t left)
{
	if (left < PAGE_HEAD || memcmp(at, "OggS", 4) != 0)
		return 0;
	size_t size = PAGE_HEAD + (size_t)at[26];
	for (size_t i = PAGE_HEAD; i < PAGE_HEAD + (size_t)at[26] && i < left; i++)
		size += at[i];
	return size <= left ? size : 0;
}

/* Where the last whole page of those bytes ends, in frames from the stream's start; -1: there is none. */
static int64_t last_granule(const uint8_t *bytes, size_t size)
{
	for (size_t at = size; at-- > 0;) {
		int64_t granule = -1;
		if (page_size(bytes + at, size - at))
			memcpy(&granule, bytes + at + 6, sizeof granule);
		if (granule >= 0)
			return granule;
	}
	return -1;
}

/*
 * libsndfile knows no length of an Opus file that is cut off, and looks for ever for a frame
 * behind its end. UINT64_MAX: what it ends with is no sound.
 */
static uint64_t opus_frames(struct decode *d, uint64_t rate)
{
	static uint8_t bytes[2 * PAGE_MOST];
	uint64_t was = d->offset, size = d->source.size;
	uint16_t skips = 0;
	d->offset = OPUS_SKIPS;
	decode_source_read(d, &skips, sizeof skips);
	d->offset = size > sizeof bytes ? size - sizeof bytes : 0;
	int64_t n = decode_source_read(d, bytes, sizeof bytes);
	d->offset = was;
	int64_t last = last_granule(bytes, (size_t)n);
	if (last < 0)
		return UINT64_MAX;
	uint64_t frames = last > skips ? (uint64_t)(last - skips) : 0;
	return frames / OPUS_RATE * rate + frames % OPUS_RATE * rate / OPUS_RATE;
}

static int open_file(struct decode *d, struct osaas_decode_info *info)
{
	SF_INFO sf = {0};
	SNDFILE *file = sf_open_virtual(&io, SFM_READ, &sf, d);
	d->handle = file;
	if (!file || sf.channels < 1 || sf.samplerate < 1 || !kind_of(sf.format))
		return -EINVAL;
	if (sf.channels > OSAAS_AUDIO_MAX_CHANNELS)
		return -E2BIG;
	bool known = sf.frames >= 0 && sf.frames < SF_COUNT_MAX;
	info->frames = known ? (uint64_t)sf.frames : UINT64_MAX;
	info->rate = (uint32_t)sf.samplerate;
	info->channels = (uint8_t)sf.channels;
	info->kind = kind_of(sf.format);
	d->is_opus = info->kind == OSAAS_DECODE_OPUS;
	if (d->is_opus && !known)
		info->frames = opus_frames(d, info->rate);
	info->bits = bits_of(sf.format);
	d->sticks = info->kind == OSAAS_DECODE_FLAC && known && sf.seekable;
	/* Where its end is not even near the file's: it plays up to that, and no more. */
	info->seeks = sf.seekable && !(d->is_opus && info->frames == UINT64_MAX);
	if (!read_map(file, info))
		put_places(d, info);
	return 0;
}

static void close_file(struct decode *d)
{
	sf_close(d->handle);
}

static int64_t read_file(struct decode *d, float *to, uint32_t frames)
{
	return sf_readf_float(d->handle, to, frames);
}

/*
 * Opus needs a while to be what it would have been (RFC 7845, 4.6: 80 ms), and among its last
 * frames a seek of libsndfile 1.2.0 lands beside: so it is read from further back.
 */
static int64_t seek_opus(struct decode *d, uint64_t frame)
{
	float skipped[960 * OSAAS_AUDIO_MAX_CHANNELS];
	uint64_t from = frame > OPUS_BEFORE ? frame - OPUS_BEFORE : 0;
	int64_t at = sf_seek(d->handle, (sf_count_t)from, SEEK_SET), n = 1;
	while (at >= 0 && n > 0 && at < (int64_t)frame) {
		int64_t left = (int64_t)frame - at;
		n = sf_readf_float(d->handle, skipped, left < 960 ? left : 960);
		at += n > 0 ? n : 0;
	}
	return at;
}

static int64_t seek_file(struct decode *d, uint64_t frame)
{
	if (d->is_opus)
		return seek_opus(d, frame);
	return sf_seek(d->handle, (sf_count_t)frame, SEEK_SET);
}

static bool tag_of(struct decode *d, int *i, const char **name, const char **text)
{
	static const struct {
		const char *name;
		int id;
	} tags[] = {
		{"title", SF_STR_TITLE},
		{"artist", SF_STR_ARTIST},
		{"album", SF_STR_ALBUM},
		{"track", SF_STR_TRACKNUMBER},
		{"date", SF_STR_DATE},
	};
	if (*i >= (int)(sizeof tags / sizeof *tags))
		return false;
	*name = tags[*i].name;
	*text = sf_get_string(d->handle, tags[*i].id);
	++*i;
	return true;
}

const struct decode_format decode_sndfile = {
	.open = open_file,
	.close = close_file,
	.read = read_file,
	.seek = seek_file,
	.tag = tag_of,
};
