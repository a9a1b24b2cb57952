#include "session/pcm_alsa_params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_audio.h"
#include "util/log.h"
#include "util/xalloc.h"

#define N(array) (sizeof(array) / sizeof *(array))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FORMAT_S24_3 SND_PCM_FORMAT_S24_3LE
#else
#define FORMAT_S24_3 SND_PCM_FORMAT_S24_3BE
#endif

/* Best first. */
static const struct {
	enum pcm_format ours;
	snd_pcm_format_t alsas;
} formats[] = {
	{PCM_S32, SND_PCM_FORMAT_S32},
	{PCM_S24, SND_PCM_FORMAT_S24},
	{PCM_S24_3, FORMAT_S24_3},
	{PCM_FLOAT, SND_PCM_FORMAT_FLOAT},
	{PCM_S16, SND_PCM_FORMAT_S16},
};

static int set_access(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, bool *mapped)
{
	*mapped = snd_pcm_hw_params_set_access(
			  handle, hw, SND_PCM_ACCESS_MMAP_INTERLEAVED) == 0;
	return *mapped ? 0
		       : snd_pcm_hw_params_set_access(
				 handle, hw, SND_PCM_ACCESS_RW_INTERLEAVED);
}

static int set_channels(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, unsigned *channels)
{
	if (snd_pcm_hw_params_set_channels(handle, hw, *channels) == 0)
		return 0;
	int r = snd_pcm_hw_params_set_channels_near(handle, hw, channels);
	return r < 0 ? r : *channels > PCM_MAX_CHANNELS ? -ENOTSUP : 0;
}

static bool try_format(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, enum pcm_format wish)
{
	for (size_t i = 0; i < N(formats); i++) {
		if (formats[i].ours == wish)
			return snd_pcm_hw_params_set_format(
				       handle, hw, formats[i].alsas) == 0;
	}
	return false;
}

static int set_format(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, enum pcm_format *format)
{
	if (try_format(handle, hw, *format))
		return 0;
	for (size_t i = 0; i < N(formats); i++) {
		*format = formats[i].ours;
		if (try_format(handle, hw, *format))
			return 0;
	}
	return -ENOTSUP;
}

static int set_period(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, unsigned wish)
{
	snd_pcm_uframes_t period = wish;
	return snd_pcm_hw_params_set_period_size_near(handle, hw, &period, NULL);
}

static int set_buffer(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, unsigned wish)
{
	snd_pcm_uframes_t buffer = wish;
	return snd_pcm_hw_params_set_buffer_size_near(handle, hw, &buffer);
}

/* Many small periods are worth less than room ahead: a card has so many of them at most. */
static void leave_room(snd_pcm_t *handle, snd_pcm_hw_params_t *hw, unsigned wish)
{
	snd_pcm_uframes_t least = wish / 4;
	snd_pcm_hw_params_set_buffer_size_min(handle, hw, &least);
}

/* Drivers want one of them first, or know better than us. */
static int install(
	snd_pcm_t *handle, const snd_pcm_hw_params_t *base, const struct pcm_config *wish)
{
	snd_pcm_hw_params_t *hw;
	snd_pcm_hw_params_alloca(&hw);
	int r = -EINVAL;
	for (int attempt = 0; r < 0 && r != -EBUSY && r != -ENODEV && attempt < 4;
		attempt++) {
		snd_pcm_hw_params_copy(hw, base);
		if (attempt < 2) /* it may not have it: then the sizes are as they are */
			snd_pcm_hw_params_set_periods_integer(handle, hw);
		r = 0;
		if (attempt == 0)
			leave_room(handle, hw, wish->buffer);
		if (attempt == 0 || attempt == 2)
			r = set_period(handle, hw, wish->period);
		if (r == 0 && attempt < 3)
			r = set_buffer(handle, hw, wish->buffer);
		if (r == 0 && attempt == 1)
			r = set_period(handle, hw, wish->period);
		if (r == 0)
			r = snd_pcm_hw_params(handle, hw);
	}
	return r;
}

/* What was installed is what the current ones are. */
static int read_sizes(
	const snd_pcm_hw_params_t *hw, unsigned *period_out, unsigned *buffer_out)
{
	snd_pcm_uframes_t period = 0, buffer = 0;
	int r = snd_pcm_hw_params_get_period_size(hw, &period, NULL);
	if (r == 0)
		r = snd_pcm_hw_params_get_buffer_size(hw, &buffer);
	if (r == 0 && (period == 0 || buffer < 2 * period || buffer > 1u << 24))
		r = -ENOTSUP;
	*period_out = (unsigned)period;
	*buffer_out = (unsigned)buffer;
	return r;
}

static int set_hw(snd_pcm_t *handle, const struct pcm_config *wish,
	struct pcm_config *got, bool *mapped)
{
	snd_pcm_hw_params_t *hw;
	snd_pcm_hw_params_alloca(&hw);
	*got = *wish;
	if (snd_pcm_hw_params_any(handle, hw) < 0)
		return -ENOTSUP;
	int r = snd_pcm_hw_params_set_rate_resample(handle, hw, 0);
	if (r == 0)
		r = set_access(handle, hw, mapped);
	if (r == 0)
		r = set_channels(handle, hw, &got->channels);
	if (r == 0)
		r = snd_pcm_hw_params_set_rate_near(handle, hw, &got->rate, NULL);
	if (r == 0)
		r = set_format(handle, hw, &got->format);
	if (r == 0)
		r = install(handle, hw, wish);
	if (r == 0)
		r = snd_pcm_hw_params_current(handle, hw);
	if (r == 0)
		r = read_sizes(hw, &got->period, &got->buffer);
	return r == -EINVAL ? -ENOTSUP : r;
}

/* What was played becomes silence at once: a device that runs dry does not play it once more. */
static int set_silence(
	snd_pcm_t *handle, snd_pcm_sw_params_t *sw, snd_pcm_uframes_t boundary)
{
	if (snd_pcm_type(handle) != SND_PCM_TYPE_HW ||
		snd_pcm_stream(handle) != SND_PCM_STREAM_PLAYBACK)
		return 0;
	int r = snd_pcm_sw_params_set_silence_threshold(handle, sw, 0);
	return r < 0 ? r : snd_pcm_sw_params_set_silence_size(handle, sw, boundary);
}

/* We start it ourselves, and each look at it says when that was. */
static int set_sw(snd_pcm_t *handle, unsigned room)
{
	snd_pcm_sw_params_t *sw;
	snd_pcm_sw_params_alloca(&sw);
	snd_pcm_uframes_t boundary = 0;
	int r = snd_pcm_sw_params_current(handle, sw);
	if (r == 0)
		r = snd_pcm_sw_params_get_boundary(sw, &boundary);
	if (r == 0)
		r = snd_pcm_sw_params_set_start_threshold(handle, sw, boundary);
	if (r == 0)
		r = set_silence(handle, sw, boundary);
	if (r == 0)
		r = snd_pcm_sw_params_set_avail_min(handle, sw, room);
	if (r == 0)
		r = snd_pcm_sw_params_set_tstamp_mode(handle, sw, SND_PCM_TSTAMP_ENABLE);
	if (r == 0)
		r = snd_pcm_sw_params_set_tstamp_type(
			handle, sw, SND_PCM_TSTAMP_TYPE_MONOTONIC);
	if (r == 0)
		r = snd_pcm_sw_params(handle, sw);
	return r;
}

int pcm_alsa_params_wake(snd_pcm_t *handle, unsigned room)
{
	snd_pcm_sw_params_t *sw;
	snd_pcm_sw_params_alloca(&sw);
	int r = snd_pcm_sw_params_current(handle, sw);
	if (r == 0)
		r = snd_pcm_sw_params_set_avail_min(handle, sw, room);
	if (r == 0)
		r = snd_pcm_sw_params(handle, sw);
	return r;
}

/* Channel places. */

static const struct {
	enum osaas_audio_place ours;
	unsigned alsas;
} places_of[] = {
	{OSAAS_AUDIO_MONO, SND_CHMAP_MONO},
	{OSAAS_AUDIO_FL, SND_CHMAP_FL},
	{OSAAS_AUDIO_FR, SND_CHMAP_FR},
	{OSAAS_AUDIO_FC, SND_CHMAP_FC},
	{OSAAS_AUDIO_LFE, SND_CHMAP_LFE},
	{OSAAS_AUDIO_RL, SND_CHMAP_RL},
	{OSAAS_AUDIO_RR, SND_CHMAP_RR},
	{OSAAS_AUDIO_SL, SND_CHMAP_SL},
	{OSAAS_AUDIO_SR, SND_CHMAP_SR},
	{OSAAS_AUDIO_RL, SND_CHMAP_RLC},
	{OSAAS_AUDIO_RR, SND_CHMAP_RRC},
};

static uint8_t place(unsigned position)
{
	for (size_t i = 0; i < N(places_of); i++) {
		if (places_of[i].alsas == position)
			return (uint8_t)places_of[i].ours;
	}
	return OSAAS_AUDIO_NOWHERE;
}

static unsigned position_of(uint8_t place)
{
	for (size_t i = 0; i < N(places_of); i++) {
		if (places_of[i].ours == place)
			return places_of[i].alsas;
	}
	return SND_CHMAP_NA;
}

void pcm_alsa_places(const unsigned *positions, unsigned channels,
	uint8_t places[static PCM_MAX_CHANNELS])
{
	bool eight = false; /* HDMI's 7.1: its rear ones are beside the listener */
	for (unsigned i = 0; i < channels; i++)
		eight = eight || positions[i] == SND_CHMAP_RLC;
	for (unsigned i = 0; i < channels; i++) {
		places[i] = place(positions[i]);
		if (eight && positions[i] == SND_CHMAP_RL)
			places[i] = OSAAS_AUDIO_SL;
		if (eight && positions[i] == SND_CHMAP_RR)
			places[i] = OSAAS_AUDIO_SR;
	}
}

/* ALSA's own order (surround71), where the driver has none to say. */
static const uint8_t usual[PCM_MAX_CHANNELS] = {OSAAS_AUDIO_FL, OSAAS_AUDIO_FR,
	OSAAS_AUDIO_RL, OSAAS_AUDIO_RR, OSAAS_AUDIO_FC, OSAAS_AUDIO_LFE, OSAAS_AUDIO_SL,
	OSAAS_AUDIO_SR};

static bool all_nowhere(const struct pcm_config *config)
{
	for (unsigned i = 0; i < config->channels; i++) {
		if (config->places[i] != OSAAS_AUDIO_NOWHERE)
			return false;
	}
	return true;
}

/* Where all voices have a way to; without it some would not be heard at all. */
static bool has_front(const struct pcm_config *config)
{
	unsigned set = 0, both = 1u << OSAAS_AUDIO_FL | 1u << OSAAS_AUDIO_FR;
	for (unsigned i = 0; i < config->channels; i++)
		set |= 1u << config->places[i];
	return (set & both) == both || set & 1u << OSAAS_AUDIO_FC ||
	       set & 1u << OSAAS_AUDIO_MONO;
}

static void ask_places(snd_pcm_t *handle, const struct pcm_config *wish)
{
	struct {
		unsigned channels;
		unsigned pos[PCM_MAX_CHANNELS];
	} map = {.channels = wish->channels};
	for (unsigned i = 0; i < wish->channels; i++)
		map.pos[i] = position_of(wish->places[i]);
	int r = snd_pcm_set_chmap(handle, (const snd_pcm_chmap_t *)(const void *)&map);
	if (r < 0) /* most have one only, which is asked for below */
		log_debug("sound: its channels stay where they are: %s", snd_strerror(r));
}

static void set_places(
	snd_pcm_t *handle, const struct pcm_config *wish, struct pcm_config *got)
{
	memset(got->places, 0, sizeof got->places);
	if (got->channels == wish->channels && !all_nowhere(wish))
		ask_places(handle, wish);
	snd_pcm_chmap_t *map = snd_pcm_get_chmap(handle);
	if (map && map->channels == got->channels)
		pcm_alsa_places(map->pos, map->channels, got->places);
	free(map);
	/* Many a USB device with one channel calls it the left one. */
	if (has_front(got))
		return;
	if (got->channels == 1)
		got->places[0] = OSAAS_AUDIO_MONO;
	else
		memcpy(got->places, usual, got->channels);
}

int pcm_alsa_params_set(snd_pcm_t *handle, const struct pcm_config *wish,
	struct pcm_config *got, bool *mapped)
{
	int r = set_hw(handle, wish, got, mapped);
	if (r == 0)
		r = set_sw(handle, got->period);
	if (r == 0)
		set_places(handle, wish, got);
	return r;
}
