/* WAV, AIFF and FLAC, by libsndfile. */
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
 * masks.
 */
static void put_places(struct osaas_decode_info *info)
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
	memcpy(info->places, places[info->channels - 1], sizeof info->places);
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
	info->bits = bits_of(sf.format);
	d->sticks = info->kind == OSAAS_DECODE_FLAC && known && sf.seekable;
	info->seeks = sf.seekable;
	if (!read_map(file, info))
		put_places(info);
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

static int64_t seek_file(struct decode *d, uint64_t frame)
{
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
