#include "fake_alsa_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/clock.h"

#define PIPE_SIZE 4096

struct fake_alsa fake_alsa;

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

unsigned fake_frame_size(const struct fake_stream *s)
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
	return s->ring + frame % s->buffer_size * fake_frame_size(s);
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

void fake_update_ready(struct fake_stream *s)
{
	bool goes =
		s->state == SND_PCM_STATE_RUNNING || s->state == SND_PCM_STATE_PREPARED;
	set_ready(s, goes && avail_of(s) >= s->avail_min);
}

static void hear(struct fake_stream *s, unsigned frames)
{
	unsigned size = fake_frame_size(s) / s->n_channels;
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
	fake_update_ready(s);
}

void fake_stop(struct fake_stream *s, snd_pcm_state_t state)
{
	s->state = state;
	if (s->pipe[0] >= 0)
		close(s->pipe[0]);
	s->pipe[0] = -1;
}

/* Streams. */

struct fake_stream *fake_stream_find(const char *name, snd_pcm_stream_t stream)
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
	struct fake_stream *s = fake_stream_find(name, stream);
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
	fake_update_ready(s);
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
	unsigned size = fake_frame_size(s);
	for (size_t i = 0; i < n; i++) {
		void *frame = fake_frame(s, s->appl + i);
		if (in)
			memcpy(frame, (const char *)in + i * size, size);
		else
			memcpy((char *)out + i * size, frame, size);
	}
	s->appl += n;
	fake_update_ready(s);
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
	unsigned bits = 8 * fake_frame_size(s);
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
	fake_update_ready(s);
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

/* What it is. */

snd_pcm_stream_t snd_pcm_stream(snd_pcm_t *pcm)
{
	return pcm->s->stream;
}

snd_pcm_type_t snd_pcm_type(snd_pcm_t *pcm)
{
	return strncmp(pcm->s->name, "hw:", 3) == 0 ? SND_PCM_TYPE_HW : SND_PCM_TYPE_PLUG;
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
