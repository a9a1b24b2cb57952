#include "fake_alsa.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/clock.h"

#define PIPE_SIZE 4096

struct fake_alsa fake_alsa;

struct _snd_pcm {
	struct fake_stream *s;
};

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

struct _snd_pcm_status {
	snd_pcm_state_t state;
	snd_pcm_uframes_t avail;
	snd_pcm_sframes_t delay;
	snd_htimestamp_t stamp;
};

void fake_alsa_reset(void)
{
	for (size_t i = 0; i < FAKE_STREAMS; i++)
		assert_int_equal(fake_alsa.streams[i].open, 0);
	for (size_t i = 0; i < FAKE_CARDS; i++)
		assert_int_equal(fake_alsa.cards[i].open, 0);
	fake_alsa = (struct fake_alsa){0};
}

struct fake_stream *fake_alsa_add(const char *name, snd_pcm_stream_t stream)
{
	for (size_t i = 0; i < FAKE_STREAMS; i++) {
		struct fake_stream *s = &fake_alsa.streams[i];
		if (s->name)
			continue;
		*s = (struct fake_stream){
			.name = name,
			.stream = stream,
			.label = "Analog",
			.mmap = true,
			.rw = true,
			.formats = UINT64_MAX,
			.rates = {44100, 48000, 96000},
			.channels = {2, 2},
			.period = {32, 4096},
			.buffer = {64, 16384},
			.pipe = {-1, -1},
			.file = -1,
		};
		return s;
	}
	fail_msg("too many streams");
	return NULL;
}

/* The hardware. */

static unsigned frame_size(const struct fake_stream *s)
{
	switch (s->format) {
	case SND_PCM_FORMAT_S16_LE:
		return 2 * s->n_channels;
	case SND_PCM_FORMAT_S24_3LE:
		return 3 * s->n_channels;
	default:
		return 4 * s->n_channels;
	}
}

void *fake_frame(struct fake_stream *s, uint64_t frame)
{
	return s->ring + frame % s->buffer_size * frame_size(s);
}

static uint64_t avail_of(const struct fake_stream *s)
{
	return s->stream == SND_PCM_STREAM_PLAYBACK ? s->hw + s->buffer_size - s->appl
						    : s->hw - s->appl;
}

static void set_ready(struct fake_stream *s, bool ready)
{
	char bytes[PIPE_SIZE] = {0};
	if (s->pipe[0] < 0)
		return;
	while (read(s->pipe[0], bytes, sizeof bytes) > 0)
		;
	if (!ready)
		assert_int_equal(write(s->pipe[1], bytes, sizeof bytes), sizeof bytes);
}

static void update_ready(struct fake_stream *s)
{
	bool goes =
		s->state == SND_PCM_STATE_RUNNING || s->state == SND_PCM_STATE_PREPARED;
	set_ready(s, goes && avail_of(s) >= s->avail_min);
}

static void hear(struct fake_stream *s, unsigned frames)
{
	unsigned size = frame_size(s) / s->n_channels;
	for (unsigned i = 0; i < frames; i++) {
		char *frame = fake_frame(s, s->hw + i);
		uint32_t number = (uint32_t)(s->run + i);
		for (unsigned c = 0; c < s->n_channels; c++)
			memcpy(frame + c * size, &number, size);
	}
}

void fake_run(struct fake_stream *s, unsigned frames)
{
	assert_int_equal(s->state, SND_PCM_STATE_RUNNING);
	if (s->stream == SND_PCM_STREAM_CAPTURE)
		hear(s, frames);
	s->hw += frames;
	s->run += frames;
	s->stamp_ns = clock_now_ns();
	bool over = s->stream == SND_PCM_STREAM_PLAYBACK
			    ? s->hw >= s->appl
			    : s->hw - s->appl >= s->buffer_size;
	if (over)
		s->state = SND_PCM_STATE_XRUN;
	update_ready(s);
}

void fake_stop(struct fake_stream *s, snd_pcm_state_t state)
{
	s->state = state;
	if (s->pipe[0] >= 0)
		close(s->pipe[0]);
	s->pipe[0] = -1;
}

/* Streams. */

static struct fake_stream *find(const char *name, snd_pcm_stream_t stream)
{
	for (size_t i = 0; i < FAKE_STREAMS; i++) {
		struct fake_stream *s = &fake_alsa.streams[i];
		if (s->name && strcmp(s->name, name) == 0 && s->stream == stream)
			return s;
	}
	return NULL;
}

int snd_pcm_open(snd_pcm_t **out, const char *name, snd_pcm_stream_t stream, int mode)
{
	struct fake_stream *s = find(name, stream);
	assert_int_equal(mode, SND_PCM_NONBLOCK);
	if (!s)
		return -ENOENT;
	if (s->open_error)
		return s->open_error;
	assert_int_equal(s->open, 0);
	s->open = 1;
	s->opened++;
	s->state = SND_PCM_STATE_OPEN;
	if (s->poll == FAKE_PIPE) {
		assert_int_equal(pipe2(s->pipe, O_CLOEXEC | O_NONBLOCK), 0);
		assert_int_equal(fcntl(s->pipe[1], F_SETPIPE_SZ, PIPE_SIZE), PIPE_SIZE);
	} else if (s->poll == FAKE_FILE) {
		s->file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	}
	*out = calloc(1, sizeof **out);
	(*out)->s = s;
	return 0;
}

int snd_pcm_close(snd_pcm_t *pcm)
{
	struct fake_stream *s = pcm->s;
	s->open--;
	for (int i = 0; i < 2; i++) {
		if (s->pipe[i] >= 0)
			close(s->pipe[i]);
		s->pipe[i] = -1;
	}
	if (s->file >= 0)
		close(s->file);
	s->file = -1;
	free(s->ring);
	s->ring = NULL;
	free(pcm);
	return 0;
}

static int state_error(const struct fake_stream *s)
{
	return s->state == SND_PCM_STATE_XRUN           ? -EPIPE
	       : s->state == SND_PCM_STATE_SUSPENDED    ? -ESTRPIPE
	       : s->state == SND_PCM_STATE_DISCONNECTED ? -ENODEV
	       : s->state == SND_PCM_STATE_SETUP        ? -EBADFD
							: 0;
}

snd_pcm_state_t snd_pcm_state(snd_pcm_t *pcm)
{
	return pcm->s->state;
}

snd_pcm_sframes_t snd_pcm_avail_update(snd_pcm_t *pcm)
{
	int r = state_error(pcm->s);
	return r < 0 ? r : (snd_pcm_sframes_t)avail_of(pcm->s);
}

int snd_pcm_prepare(snd_pcm_t *pcm)
{
	struct fake_stream *s = pcm->s;
	if (s->state == SND_PCM_STATE_RUNNING)
		return -EBUSY;
	if (s->state == SND_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	if (s->prepare_error)
		return s->prepare_error;
	s->prepares++;
	s->state = SND_PCM_STATE_PREPARED;
	s->hw = s->appl = 0;
	s->stamp_ns = 0;
	update_ready(s);
	return 0;
}

int snd_pcm_drop(snd_pcm_t *pcm)
{
	if (pcm->s->state == SND_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	pcm->s->drops++;
	pcm->s->state = SND_PCM_STATE_SETUP;
	return 0;
}

int snd_pcm_start(snd_pcm_t *pcm)
{
	if (pcm->s->state != SND_PCM_STATE_PREPARED)
		return -EBADFD;
	pcm->s->starts++;
	pcm->s->state = SND_PCM_STATE_RUNNING;
	pcm->s->stamp_ns = clock_now_ns();
	return 0;
}

int snd_pcm_resume(snd_pcm_t *pcm)
{
	pcm->s->resumes++;
	return -ENOSYS;
}

int snd_pcm_poll_descriptors_count(snd_pcm_t *pcm)
{
	return pcm->s->poll == FAKE_NONE ? 0 : 1;
}

int snd_pcm_poll_descriptors(snd_pcm_t *pcm, struct pollfd *fds, unsigned n)
{
	assert_int_equal(n, 1);
	fds[0] = (struct pollfd){
		.fd = pcm->s->poll == FAKE_FILE ? pcm->s->file : pcm->s->pipe[1],
		.events = POLLOUT};
	return 1;
}

int snd_pcm_poll_descriptors_revents(
	snd_pcm_t *pcm, struct pollfd *fds, unsigned n, unsigned short *revents)
{
	assert_int_equal(n, 1);
	(void)pcm;
	*revents = (unsigned short)fds[0].revents;
	return 0;
}

/* Transfer. */

static void move(struct fake_stream *s, void *out, const void *in, size_t n)
{
	unsigned size = frame_size(s);
	for (size_t i = 0; i < n; i++) {
		void *frame = fake_frame(s, s->appl + i);
		if (in)
			memcpy(frame, (const char *)in + i * size, size);
		else
			memcpy((char *)out + i * size, frame, size);
	}
	s->appl += n;
	update_ready(s);
}

static snd_pcm_sframes_t transfer(
	struct fake_stream *s, void *out, const void *in, size_t n)
{
	int r = state_error(s);
	assert_int_equal(s->access, SND_PCM_ACCESS_RW_INTERLEAVED);
	if (r < 0)
		return r;
	size_t avail = (size_t)avail_of(s);
	n = n < avail ? n : avail;
	n = s->takes && s->takes < n ? s->takes : n;
	if (n == 0)
		return -EAGAIN;
	move(s, out, in, n);
	return (snd_pcm_sframes_t)n;
}

snd_pcm_sframes_t snd_pcm_writei(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t n)
{
	return transfer(pcm->s, NULL, frames, n);
}

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *frames, snd_pcm_uframes_t n)
{
	return transfer(pcm->s, frames, NULL, n);
}

static snd_pcm_channel_area_t areas[8];

int snd_pcm_mmap_begin(snd_pcm_t *pcm, const snd_pcm_channel_area_t **out,
	snd_pcm_uframes_t *offset, snd_pcm_uframes_t *frames)
{
	struct fake_stream *s = pcm->s;
	int r = state_error(s);
	assert_int_equal(s->access, SND_PCM_ACCESS_MMAP_INTERLEAVED);
	if (r < 0)
		return r;
	unsigned bits = 8 * frame_size(s);
	for (unsigned c = 0; c < s->n_channels; c++)
		areas[c] = (snd_pcm_channel_area_t){
			.addr = s->ring, .first = c * bits / s->n_channels, .step = bits};
	uint64_t avail = avail_of(s), at = s->appl % s->buffer_size;
	avail = avail < s->buffer_size - at ? avail : s->buffer_size - at;
	*frames = *frames < avail ? *frames : avail;
	*offset = at;
	*out = areas;
	return 0;
}

snd_pcm_sframes_t snd_pcm_mmap_commit(
	snd_pcm_t *pcm, snd_pcm_uframes_t offset, snd_pcm_uframes_t n)
{
	struct fake_stream *s = pcm->s;
	int r = state_error(s);
	if (r < 0)
		return r;
	assert_int_equal(offset, s->appl % s->buffer_size);
	assert_true(n <= avail_of(s));
	s->appl += n;
	update_ready(s);
	return (snd_pcm_sframes_t)n;
}

size_t snd_pcm_status_sizeof(void)
{
	return sizeof(snd_pcm_status_t);
}

int snd_pcm_status(snd_pcm_t *pcm, snd_pcm_status_t *status)
{
	struct fake_stream *s = pcm->s;
	if (s->state == SND_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	uint64_t queued =
		s->stream == SND_PCM_STREAM_PLAYBACK ? s->appl - s->hw : s->hw - s->appl;
	uint64_t stamp = s->stamp_ns ? s->stamp_ns : clock_now_ns();
	struct timespec ts = ns_timespec(stamp + (uint64_t)s->stamp_off_ns);
	*status = (snd_pcm_status_t){.state = s->state,
		.avail = avail_of(s),
		.delay = (snd_pcm_sframes_t)(queued + s->more_delay),
		.stamp = ts};
	return 0;
}

snd_pcm_state_t snd_pcm_status_get_state(const snd_pcm_status_t *status)
{
	return status->state;
}

snd_pcm_uframes_t snd_pcm_status_get_avail(const snd_pcm_status_t *status)
{
	return status->avail;
}

snd_pcm_sframes_t snd_pcm_status_get_delay(const snd_pcm_status_t *status)
{
	return status->delay;
}

void snd_pcm_status_get_htstamp(const snd_pcm_status_t *status, snd_htimestamp_t *out)
{
	*out = status->stamp;
}

/* Parameters. */

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
	s->ring = calloc(s->buffer_size, frame_size(s));
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

snd_pcm_type_t snd_pcm_type(snd_pcm_t *pcm)
{
	return strncmp(pcm->s->name, "hw:", 3) == 0 ? SND_PCM_TYPE_HW : SND_PCM_TYPE_PLUG;
}

snd_pcm_stream_t snd_pcm_stream(snd_pcm_t *pcm)
{
	return pcm->s->stream;
}

int snd_pcm_sw_params(snd_pcm_t *pcm, snd_pcm_sw_params_t *p)
{
	pcm->s->silence_size = p->silence;
	pcm->s->stamps |= p->mode == SND_PCM_TSTAMP_ENABLE;
	pcm->s->monotonic |= p->type == SND_PCM_TSTAMP_TYPE_MONOTONIC;
	pcm->s->start_threshold = p->start;
	pcm->s->avail_min = (unsigned)p->avail_min;
	update_ready(pcm->s);
	return 0;
}

snd_pcm_chmap_t *snd_pcm_get_chmap(snd_pcm_t *pcm)
{
	const struct fake_stream *s = pcm->s;
	if (s->positions[0] == 0)
		return NULL;
	snd_pcm_chmap_t *map = calloc(1, sizeof *map + s->n_channels * sizeof(unsigned));
	map->channels = s->n_channels;
	memcpy(map->pos, s->positions, s->n_channels * sizeof(unsigned));
	return map;
}

int snd_pcm_set_chmap(snd_pcm_t *pcm, const snd_pcm_chmap_t *map)
{
	struct fake_stream *s = pcm->s;
	if (!s->settable)
		return -ENXIO;
	assert_int_equal(map->channels, s->n_channels);
	memcpy(s->positions, map->pos, map->channels * sizeof(unsigned));
	return 0;
}

int snd_lib_error_set_handler(snd_lib_error_handler_t handler)
{
	assert_non_null(handler);
	handler("file.c", 1, "fake", -EINVAL, "said %s", "quietly");
	return 0;
}

/* Cards and their controls. */

struct _snd_ctl {
	struct fake_card *card;
	int number;
	bool subscribed;
};

struct _snd_ctl_card_info {
	const struct fake_card *card;
};

struct _snd_ctl_elem_id {
	const struct fake_element *element;
};

struct _snd_ctl_elem_list {
	const struct fake_card *card;
	unsigned space;
};

struct _snd_ctl_elem_value {
	const struct fake_element *element;
};

struct _snd_ctl_event {
	const struct fake_element *element;
};

struct _snd_pcm_info {
	unsigned device;
	snd_pcm_stream_t stream;
	const struct fake_stream *found;
};

void fake_element_set(struct fake_card *card, unsigned element, bool on)
{
	char byte = (char)element;
	card->elements[element].on = on;
	if (card->subscribed)
		assert_int_equal(write(card->pipe[1], &byte, 1), 1);
}

void fake_card_pull(struct fake_card *card)
{
	card->id = NULL;
	card->gone = true;
	if (card->subscribed)
		close(card->pipe[1]);
	card->pipe[1] = -1;
}

int snd_card_next(int *number)
{
	int i = *number + 1;
	while (i < FAKE_CARDS && !fake_alsa.cards[i].id)
		i++;
	*number = i < FAKE_CARDS ? i : -1;
	return 0;
}

int snd_ctl_open(snd_ctl_t **out, const char *name, int mode)
{
	int number = atoi(name + 3);
	assert_true(mode & SND_CTL_NONBLOCK);
	struct fake_card *card = &fake_alsa.cards[number];
	if (card->open_error)
		return card->open_error;
	card->open++;
	*out = calloc(1, sizeof **out);
	**out = (snd_ctl_t){.card = card, .number = number};
	return 0;
}

int snd_ctl_close(snd_ctl_t *ctl)
{
	ctl->card->open--;
	if (ctl->subscribed) {
		ctl->card->subscribed--;
		close(ctl->card->pipe[0]);
		if (ctl->card->pipe[1] >= 0)
			close(ctl->card->pipe[1]);
	}
	free(ctl);
	return 0;
}

int snd_ctl_subscribe_events(snd_ctl_t *ctl, int on)
{
	assert_int_equal(on, 1);
	assert_int_equal(ctl->card->subscribed, 0);
	assert_int_equal(pipe2(ctl->card->pipe, O_CLOEXEC | O_NONBLOCK), 0);
	ctl->subscribed = true;
	ctl->card->subscribed++;
	return 0;
}

int snd_ctl_poll_descriptors(snd_ctl_t *ctl, struct pollfd *fds, unsigned n)
{
	assert_int_equal(n, 1);
	fds[0] = (struct pollfd){.fd = ctl->card->pipe[0], .events = POLLIN};
	return 1;
}

size_t snd_ctl_event_sizeof(void)
{
	return sizeof(snd_ctl_event_t);
}

int snd_ctl_read(snd_ctl_t *ctl, snd_ctl_event_t *event)
{
	char byte;
	if (ctl->card->gone)
		return -ENODEV;
	ssize_t n = read(ctl->card->pipe[0], &byte, 1);
	if (n <= 0)
		return -EAGAIN;
	event->element = &ctl->card->elements[(int)byte];
	return 1;
}

snd_ctl_event_type_t snd_ctl_event_get_type(const snd_ctl_event_t *event)
{
	(void)event;
	return SND_CTL_EVENT_ELEM;
}

snd_ctl_elem_iface_t snd_ctl_event_elem_get_interface(const snd_ctl_event_t *event)
{
	return event->element->interface;
}

const char *snd_ctl_event_elem_get_name(const snd_ctl_event_t *event)
{
	return event->element->name;
}

size_t snd_ctl_card_info_sizeof(void)
{
	return sizeof(snd_ctl_card_info_t);
}

int snd_ctl_card_info(snd_ctl_t *ctl, snd_ctl_card_info_t *info)
{
	info->card = ctl->card;
	return 0;
}

const char *snd_ctl_card_info_get_driver(const snd_ctl_card_info_t *info)
{
	return info->card->driver;
}

const char *snd_ctl_card_info_get_id(const snd_ctl_card_info_t *info)
{
	return info->card->id;
}

const char *snd_ctl_card_info_get_name(const snd_ctl_card_info_t *info)
{
	return info->card->name;
}

static const struct fake_stream *find_of(
	int card, unsigned device, snd_pcm_stream_t stream)
{
	char name[32];
	snprintf(name, sizeof name, "hw:%d,%u", card, device);
	return find(name, stream);
}

int snd_ctl_pcm_next_device(snd_ctl_t *ctl, int *device)
{
	for (unsigned i = (unsigned)(*device + 1); i < 32; i++) {
		if (find_of(ctl->number, i, SND_PCM_STREAM_PLAYBACK) ||
			find_of(ctl->number, i, SND_PCM_STREAM_CAPTURE)) {
			*device = (int)i;
			return 0;
		}
	}
	*device = -1;
	return 0;
}

size_t snd_pcm_info_sizeof(void)
{
	return sizeof(snd_pcm_info_t);
}

void snd_pcm_info_set_device(snd_pcm_info_t *info, unsigned device)
{
	info->device = device;
}

void snd_pcm_info_set_subdevice(snd_pcm_info_t *info, unsigned n)
{
	(void)info;
	assert_int_equal(n, 0);
}

void snd_pcm_info_set_stream(snd_pcm_info_t *info, snd_pcm_stream_t stream)
{
	info->stream = stream;
}

int snd_ctl_pcm_info(snd_ctl_t *ctl, snd_pcm_info_t *info)
{
	const struct fake_stream *s = find_of(ctl->number, info->device, info->stream);
	if (s)
		info->found = s;
	return s ? 0 : -ENOENT;
}

snd_pcm_class_t snd_pcm_info_get_class(const snd_pcm_info_t *info)
{
	return info->found->class;
}

const char *snd_pcm_info_get_name(const snd_pcm_info_t *info)
{
	return info->found->label;
}

size_t snd_ctl_elem_list_sizeof(void)
{
	return sizeof(snd_ctl_elem_list_t);
}

size_t snd_ctl_elem_id_sizeof(void)
{
	return sizeof(snd_ctl_elem_id_t);
}

size_t snd_ctl_elem_value_sizeof(void)
{
	return sizeof(snd_ctl_elem_value_t);
}

int snd_ctl_elem_list(snd_ctl_t *ctl, snd_ctl_elem_list_t *list)
{
	list->card = ctl->card;
	return 0;
}

unsigned snd_ctl_elem_list_get_count(const snd_ctl_elem_list_t *list)
{
	unsigned n = 0;
	while (n < FAKE_ELEMENTS && list->card->elements[n].name)
		n++;
	return n;
}

int snd_ctl_elem_list_alloc_space(snd_ctl_elem_list_t *list, unsigned n)
{
	list->space = n;
	return 0;
}

void snd_ctl_elem_list_free_space(snd_ctl_elem_list_t *list)
{
	assert_true(list->space > 0);
}

unsigned snd_ctl_elem_list_get_used(const snd_ctl_elem_list_t *list)
{
	return list->space;
}

void snd_ctl_elem_list_get_id(
	const snd_ctl_elem_list_t *list, unsigned i, snd_ctl_elem_id_t *id)
{
	id->element = &list->card->elements[i];
}

snd_ctl_elem_iface_t snd_ctl_elem_id_get_interface(const snd_ctl_elem_id_t *id)
{
	return id->element->interface;
}

const char *snd_ctl_elem_id_get_name(const snd_ctl_elem_id_t *id)
{
	return id->element->name;
}

void snd_ctl_elem_value_set_id(snd_ctl_elem_value_t *value, const snd_ctl_elem_id_t *id)
{
	value->element = id->element;
}

int snd_ctl_elem_read(snd_ctl_t *ctl, snd_ctl_elem_value_t *value)
{
	(void)ctl;
	return value->element ? 0 : -ENOENT;
}

int snd_ctl_elem_value_get_boolean(const snd_ctl_elem_value_t *value, unsigned i)
{
	assert_int_equal(i, 0);
	return value->element->on;
}
