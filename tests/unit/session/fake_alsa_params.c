/* Parameters of fake_alsa's streams: the hardware's, narrowed to one set, and the software's. */
#include "fake_alsa_stream.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Least and most. */
struct range {
	unsigned min, max;
};

struct _snd_pcm_hw_params {
	bool mmap, rw;
	uint64_t formats;
	unsigned rates[FAKE_RATES];
	struct range channels, period, buffer;
	bool integer, period_set, buffer_set, wrong_order;
};

struct _snd_pcm_sw_params {
	snd_pcm_uframes_t start, avail_min, silence;
	snd_pcm_tstamp_t mode;
	snd_pcm_tstamp_type_t type;
};

size_t snd_pcm_hw_params_sizeof(void)
{
	return sizeof(snd_pcm_hw_params_t);
}

void snd_pcm_hw_params_copy(snd_pcm_hw_params_t *out, const snd_pcm_hw_params_t *in)
{
	*out = *in;
}

int snd_pcm_hw_params_any(snd_pcm_t *pcm, snd_pcm_hw_params_t *p)
{
	const struct fake_stream *s = pcm->s;
	*p = (snd_pcm_hw_params_t){
		.mmap = s->mmap,
		.rw = s->rw,
		.formats = s->formats,
		.channels = {s->channels[0], s->channels[1]},
		.period = {s->period[0], s->period[1]},
		.buffer = {s->buffer[0], s->buffer[1]},
	};
	memcpy(p->rates, s->rates, sizeof p->rates);
	return 1;
}

int snd_pcm_hw_params_set_rate_resample(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, unsigned on)
{
	(void)pcm, (void)p;
	assert_int_equal(on, 0);
	return 0;
}

int snd_pcm_hw_params_set_access(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, snd_pcm_access_t access)
{
	(void)pcm;
	bool mmap = access == SND_PCM_ACCESS_MMAP_INTERLEAVED;
	if (!(mmap ? p->mmap : p->rw))
		return -EINVAL;
	p->mmap = mmap;
	p->rw = !mmap;
	return 0;
}

static unsigned clamp(struct range range, unsigned wish)
{
	return wish < range.min ? range.min : wish > range.max ? range.max : wish;
}

int snd_pcm_hw_params_set_channels(snd_pcm_t *pcm, snd_pcm_hw_params_t *p, unsigned n)
{
	(void)pcm;
	if (clamp(p->channels, n) != n)
		return -EINVAL;
	p->channels = (struct range){n, n};
	return 0;
}

int snd_pcm_hw_params_set_channels_near(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, unsigned *n)
{
	*n = clamp(p->channels, *n);
	return snd_pcm_hw_params_set_channels(pcm, p, *n);
}

int snd_pcm_hw_params_set_rate_near(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, unsigned *rate, int *dir)
{
	unsigned best = 0;
	(void)pcm, (void)dir;
	for (size_t i = 0; i < FAKE_RATES && p->rates[i]; i++) {
		if (best == 0 ||
			abs((int)(p->rates[i] - *rate)) < abs((int)(best - *rate)))
			best = p->rates[i];
	}
	*rate = best;
	memset(p->rates, 0, sizeof p->rates);
	p->rates[0] = best;
	return best ? 0 : -EINVAL;
}

int snd_pcm_hw_params_set_format(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, snd_pcm_format_t format)
{
	(void)pcm;
	if (!(p->formats & UINT64_C(1) << format))
		return -EINVAL;
	p->formats = UINT64_C(1) << format;
	return 0;
}

int snd_pcm_hw_params_set_periods_integer(snd_pcm_t *pcm, snd_pcm_hw_params_t *p)
{
	(void)pcm;
	p->integer = true;
	return 0;
}

/* As a card with so many periods does: larger ones are left. */
int snd_pcm_hw_params_set_buffer_size_min(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, snd_pcm_uframes_t *n)
{
	unsigned most = pcm->s->periods_max;
	if (*n > p->buffer.max)
		return -EINVAL;
	p->buffer.min = p->buffer.min > *n ? p->buffer.min : (unsigned)*n;
	if (most && p->period.min < (p->buffer.min + most - 1) / most)
		p->period.min = (p->buffer.min + most - 1) / most;
	return 0;
}

int snd_pcm_hw_params_set_period_size_near(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, snd_pcm_uframes_t *n, int *dir)
{
	(void)dir;
	*n = clamp(p->period, (unsigned)*n);
	p->period = (struct range){(unsigned)*n, (unsigned)*n};
	p->wrong_order = pcm->s->buffer_first && !p->buffer_set;
	p->period_set = true;
	return 0;
}

int snd_pcm_hw_params_set_buffer_size_near(
	snd_pcm_t *pcm, snd_pcm_hw_params_t *p, snd_pcm_uframes_t *n)
{
	if (pcm->s->periods_max && *n > pcm->s->periods_max * p->period.min)
		*n = pcm->s->periods_max * p->period.min;
	*n = clamp(p->buffer, (unsigned)*n);
	p->buffer = (struct range){(unsigned)*n, (unsigned)*n};
	p->buffer_set = true;
	return 0;
}

static snd_pcm_format_t first_format(uint64_t formats)
{
	return (snd_pcm_format_t)__builtin_ctzll(formats);
}

int snd_pcm_hw_params(snd_pcm_t *pcm, snd_pcm_hw_params_t *p)
{
	struct fake_stream *s = pcm->s;
	if (s->params_error)
		return s->params_error;
	if (p->wrong_order || (p->integer && s->no_integer))
		return -EINVAL;
	s->access =
		p->mmap ? SND_PCM_ACCESS_MMAP_INTERLEAVED : SND_PCM_ACCESS_RW_INTERLEAVED;
	s->format = first_format(p->formats);
	s->rate = p->rates[0];
	s->n_channels = p->channels.min;
	s->period_size = p->period.min;
	s->buffer_size = p->buffer_set ? p->buffer.max : p->buffer.min;
	s->ring = calloc(s->buffer_size, fake_frame_size(s));
	s->avail_min = s->period_size;
	s->state = SND_PCM_STATE_SETUP;
	return snd_pcm_prepare(pcm);
}

int snd_pcm_hw_params_current(snd_pcm_t *pcm, snd_pcm_hw_params_t *p)
{
	p->period.min = pcm->s->period_size;
	p->buffer.min = pcm->s->buffer_size;
	return 0;
}

int snd_pcm_hw_params_get_period_size(
	const snd_pcm_hw_params_t *p, snd_pcm_uframes_t *n, int *dir)
{
	(void)dir;
	*n = p->period.min;
	return 0;
}

int snd_pcm_hw_params_get_buffer_size(const snd_pcm_hw_params_t *p, snd_pcm_uframes_t *n)
{
	*n = p->buffer.min;
	return 0;
}

size_t snd_pcm_sw_params_sizeof(void)
{
	return sizeof(snd_pcm_sw_params_t);
}

int snd_pcm_sw_params_current(snd_pcm_t *pcm, snd_pcm_sw_params_t *p)
{
	*p = (snd_pcm_sw_params_t){.start = (snd_pcm_uframes_t)pcm->s->start_threshold,
		.avail_min = pcm->s->avail_min,
		.silence = pcm->s->silence_size};
	return 0;
}

int snd_pcm_sw_params_get_boundary(const snd_pcm_sw_params_t *p, snd_pcm_uframes_t *out)
{
	(void)p;
	*out = 1u << 30;
	return 0;
}

int snd_pcm_sw_params_set_start_threshold(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_uframes_t n)
{
	(void)pcm;
	p->start = n;
	return 0;
}

int snd_pcm_sw_params_set_avail_min(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_uframes_t n)
{
	(void)pcm;
	p->avail_min = n;
	return 0;
}

int snd_pcm_sw_params_set_tstamp_mode(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_tstamp_t mode)
{
	(void)pcm;
	p->mode = mode;
	return 0;
}

int snd_pcm_sw_params_set_tstamp_type(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_tstamp_type_t type)
{
	(void)pcm;
	p->type = type;
	return 0;
}

int snd_pcm_sw_params_set_silence_threshold(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_uframes_t n)
{
	(void)pcm, (void)p;
	assert_int_equal(n, 0);
	return 0;
}

int snd_pcm_sw_params_set_silence_size(
	snd_pcm_t *pcm, snd_pcm_sw_params_t *p, snd_pcm_uframes_t n)
{
	(void)pcm;
	p->silence = n;
	return 0;
}

int snd_pcm_sw_params(snd_pcm_t *pcm, snd_pcm_sw_params_t *p)
{
	pcm->s->silence_size = p->silence;
	pcm->s->stamps |= p->mode == SND_PCM_TSTAMP_ENABLE;
	pcm->s->monotonic |= p->type == SND_PCM_TSTAMP_TYPE_MONOTONIC;
	pcm->s->start_threshold = p->start;
	pcm->s->avail_min = (unsigned)p->avail_min;
	fake_update_ready(pcm->s);
	return 0;
}
