/*
 * A card's stream. Its ring is written in place where the driver lets us (mapped); else, and
 * through ALSA's plugins that do not, by way of a block of our own.
 *
 * Readiness comes from the driver's descriptors. Descriptors that poll does not know (EPERM)
 * are replaced by a timer that is set to when there ought to be room. Epoll reports errors of a
 * stream that stopped even to who waits for nothing: edge-triggered, that is once.
 */
#include "session/pcm.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sched/sched.h"
#include "session/alsa.h"
#include "session/loop.h"
#include "session/pcm_alsa_params.h"
#include "session/pcm_holder.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MAX_FDS 8
/* With so much in the device there is no need to interrupt a plugin for it. */
#define URGENT_NS (10 * NS_PER_MS)

struct pcm_alsa {
	struct pcm pcm;
	struct loop *loop;
	snd_pcm_t *handle;
	snd_pcm_status_t *status;
	bool capture, mapped;

	struct loop_source *sources[MAX_FDS];
	struct pollfd fds[MAX_FDS];
	unsigned n_fds;
	int timer;          /* -1: the descriptors tell */
	unsigned wanted;    /* frames; 0: nothing is waited for */
	unsigned avail_min; /* as the stream has it */
	bool listening;     /* for room, not for a stop only */
	bool urgent;        /* its descriptors interrupt plugins */
	bool stop_told;     /* it stopped by itself, and ready was called for that */

	snd_pcm_uframes_t offset; /* mapped: of begin, for commit */
	char *block;              /* not mapped: a whole ring */
	size_t pos, held; /* frames of block: passed on already; that wait after them */
};

static struct pcm_alsa *of(struct pcm *pcm)
{
	return (struct pcm_alsa *)(void *)pcm;
}

static uint64_t frames_ns(const struct pcm_alsa *a, uint64_t frames)
{
	return frames * NS_PER_S / a->pcm.config.rate;
}

/* Readiness. */

static bool stopped(const struct pcm_alsa *a)
{
	snd_pcm_state_t state = snd_pcm_state(a->handle);
	return state != SND_PCM_STATE_PREPARED && state != SND_PCM_STATE_RUNNING &&
	       state != SND_PCM_STATE_DRAINING;
}

static void listen(struct pcm_alsa *a, bool on)
{
	if (a->listening == on)
		return;
	a->listening = on;
	for (unsigned i = 0; i < a->n_fds; i++)
		loop_mod(a->sources[i], on ? (uint32_t)a->fds[i].events : EPOLLET);
}

static void interrupt(struct pcm_alsa *a, bool on)
{
	if (a->urgent == on)
		return;
	a->urgent = on;
	for (unsigned i = 0; i < a->n_fds; i++) {
		int fd = a->fds[i].fd;
		if (on && preempt_watch(fd) < 0)
			log_debug("sound: %s does not signal room: the timer bounds it",
				a->pcm.name);
		else if (!on)
			fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_ASYNC);
	}
}

static int set_timer(struct pcm_alsa *a, uint64_t ns)
{
	struct itimerspec when = {.it_value = ns_timespec(ns)};
	return timerfd_settime(a->timer, 0, &when, NULL) < 0 ? -errno : 0;
}

/* A little late rather than early: then there is room. */
static int expect_room(struct pcm_alsa *a)
{
	snd_pcm_sframes_t avail = snd_pcm_avail_update(a->handle);
	uint64_t missing = avail >= 0 && (unsigned)avail < a->wanted
				   ? a->wanted - (uint64_t)avail
				   : 0;
	return set_timer(a, frames_ns(a, missing) + NS_PER_MS);
}

/* Nothing is touched after ready: who is told may close it. */
static void tell(struct pcm_alsa *a)
{
	bool stop = stopped(a);
	if (stop ? a->stop_told : a->wanted == 0)
		return;
	if (stop)
		listen(a, false);
	a->stop_told = stop;
	a->pcm.ready(a->pcm.data);
}

static void handle_timer(void *data, uint32_t events)
{
	struct pcm_alsa *a = data;
	uint64_t n;
	(void)events;
	if (read(a->timer, &n, sizeof n) < 0)
		return;
	snd_pcm_sframes_t avail = snd_pcm_avail_update(a->handle);
	if (avail >= 0 && (unsigned)avail < a->wanted) {
		expect_room(a);
		return;
	}
	if (a->wanted)
		set_timer(a, frames_ns(a, a->pcm.config.period));
	tell(a);
}

/* Some plugins of ALSA clear their descriptors here, and say whether it was for us. */
static void handle_fd(void *data, uint32_t events)
{
	struct pcm_alsa *a = data;
	unsigned short revents = 0;
	(void)events;
	for (unsigned i = 0; i < a->n_fds; i++)
		a->fds[i].revents = a->fds[i].events;
	int r = snd_pcm_poll_descriptors_revents(a->handle, a->fds, a->n_fds, &revents);
	if (r == 0 && revents == 0 && !stopped(a))
		return;
	tell(a);
}

static int add_timer(struct pcm_alsa *a)
{
	while (a->n_fds > 0)
		loop_remove(a->sources[--a->n_fds]);
	a->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (a->timer < 0)
		return -errno;
	a->sources[0] = loop_add(a->loop, a->timer, EPOLLIN, handle_timer, a);
	return a->sources[0] ? 0 : -errno;
}

static int add_sources(struct pcm_alsa *a)
{
	int n = snd_pcm_poll_descriptors_count(a->handle);
	if (n > MAX_FDS)
		return -ENOTSUP;
	if (n > 0)
		n = snd_pcm_poll_descriptors(a->handle, a->fds, (unsigned)n);
	for (int i = 0; i < n; i++) {
		a->sources[i] = loop_add(a->loop, a->fds[i].fd, EPOLLET, handle_fd, a);
		if (!a->sources[i])
			return errno == EPERM ? add_timer(a) : -errno;
		a->n_fds++;
	}
	return n > 0 ? 0 : n < 0 ? n : add_timer(a);
}

/* The operations. */

static enum pcm_state state_of(snd_pcm_state_t state)
{
	switch (state) {
	case SND_PCM_STATE_RUNNING:
	case SND_PCM_STATE_DRAINING:
		return PCM_RUNNING;
	case SND_PCM_STATE_SUSPENDED:
		return PCM_SUSPENDED;
	case SND_PCM_STATE_DISCONNECTED:
		return PCM_GONE;
	case SND_PCM_STATE_PREPARED:
		return PCM_PREPARED;
	default: /* SETUP, too: a stream that stopped by itself is prepared again */
		return PCM_XRUN;
	}
}

/* Of plugins of ALSA not all have a time of their own, or on our clock. */
static uint64_t time_of(const struct pcm_alsa *a)
{
	snd_htimestamp_t stamp;
	snd_pcm_status_get_htstamp(a->status, &stamp);
	uint64_t now = clock_now_ns(), then = timespec_ns(&stamp);
	return then <= now && now - then < NS_PER_S ? then : now;
}

static int alsa_status(struct pcm *pcm, struct pcm_status *out)
{
	struct pcm_alsa *a = of(pcm);
	*out = (struct pcm_status){.state = PCM_GONE};
	int r = snd_pcm_status(a->handle, a->status);
	if (r == -ENODEV)
		return 0;
	if (r < 0)
		return r;
	snd_pcm_uframes_t avail = snd_pcm_status_get_avail(a->status);
	unsigned ring = pcm->config.buffer;
	unsigned room = avail < ring ? (unsigned)avail : ring;
	out->state = state_of(snd_pcm_status_get_state(a->status));
	out->delay = snd_pcm_status_get_delay(a->status) + (int64_t)a->held;
	out->room = a->capture       ? room + (unsigned)a->held
		    : room > a->held ? room - (unsigned)a->held
				     : 0;
	out->time_ns = time_of(a);
	return 0;
}

static char *block_at(struct pcm_alsa *a, size_t frame)
{
	return a->block + frame * pcm_frame_size(&a->pcm.config);
}

/* What a plugin of ALSA took only a part of waits for the next look. */
static int flush(struct pcm_alsa *a)
{
	while (a->held > 0) {
		snd_pcm_sframes_t n =
			snd_pcm_writei(a->handle, block_at(a, a->pos), a->held);
		if (n == -EAGAIN || n == 0)
			return 0;
		if (n < 0) {
			a->held = 0;
			return (int)n;
		}
		a->pos += (size_t)n;
		a->held -= (size_t)n;
	}
	return 0;
}

static int begin_write(struct pcm_alsa *a, void **frames, size_t *n, size_t avail)
{
	int r = flush(a);
	if (r < 0)
		return r;
	*frames = a->block;
	if (a->held > 0)
		*n = 0;
	else
		*n = *n < avail ? *n : avail;
	return 0;
}

static int begin_read(struct pcm_alsa *a, void **frames, size_t *n, size_t avail)
{
	if (a->held == 0) {
		size_t wanted = *n < avail ? *n : avail;
		snd_pcm_sframes_t got =
			wanted > 0 ? snd_pcm_readi(a->handle, a->block, wanted) : 0;
		if (got < 0 && got != -EAGAIN)
			return (int)got;
		a->pos = 0;
		a->held = got > 0 ? (size_t)got : 0;
	}
	*frames = block_at(a, a->pos);
	*n = *n < a->held ? *n : a->held;
	return 0;
}

static int begin_mapped(struct pcm_alsa *a, void **frames, size_t *n)
{
	const snd_pcm_channel_area_t *areas;
	snd_pcm_uframes_t k = *n;
	int r = snd_pcm_mmap_begin(a->handle, &areas, &a->offset, &k);
	if (r < 0)
		return r;
	*n = k;
	*frames = snd_pcm_channel_area_addr(&areas[0], a->offset);
	return 0;
}

static int alsa_begin(struct pcm *pcm, void **frames, size_t *n)
{
	struct pcm_alsa *a = of(pcm);
	snd_pcm_sframes_t avail = snd_pcm_avail_update(a->handle);
	if (avail < 0)
		return (int)avail;
	size_t room =
		(size_t)avail < pcm->config.buffer ? (size_t)avail : pcm->config.buffer;
	if (a->mapped)
		return begin_mapped(a, frames, n);
	return a->capture ? begin_read(a, frames, n, room)
			  : begin_write(a, frames, n, room);
}

static int commit_mapped(struct pcm_alsa *a, size_t n)
{
	snd_pcm_sframes_t done = snd_pcm_mmap_commit(a->handle, a->offset, n);
	return done < 0 ? (int)done : (size_t)done == n ? 0 : -EPIPE;
}

static int alsa_commit(struct pcm *pcm, size_t n)
{
	struct pcm_alsa *a = of(pcm);
	if (a->mapped)
		return commit_mapped(a, n);
	if (a->capture) {
		a->pos += n;
		a->held -= n;
		return 0;
	}
	a->pos = 0;
	a->held = n;
	return flush(a);
}

static int wake_at(struct pcm_alsa *a, unsigned room)
{
	if (room == a->avail_min)
		return 0;
	int r = pcm_alsa_params_wake(a->handle, room);
	if (r == 0)
		a->avail_min = room;
	return r;
}

static int alsa_want(struct pcm *pcm, unsigned room)
{
	struct pcm_alsa *a = of(pcm);
	unsigned ring = pcm->config.buffer;
	room = room < ring ? room : ring;
	a->wanted = room;
	if (a->timer >= 0)
		return room ? expect_room(a) : set_timer(a, 0);
	int r = room ? wake_at(a, room) : 0;
	if (r < 0)
		return r;
	if (room)
		interrupt(a, frames_ns(a, ring - room) < URGENT_NS);
	else
		interrupt(a, false);
	listen(a, room > 0);
	return 0;
}

/*
 * A suspended stream is not resumed, even by drivers that could: it would go on with what was
 * in it before the machine slept.
 */
static int alsa_prepare(struct pcm *pcm)
{
	struct pcm_alsa *a = of(pcm);
	snd_pcm_state_t state = snd_pcm_state(a->handle);
	int r = 0;
	a->pos = a->held = 0;
	if (state == SND_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	if (state != SND_PCM_STATE_XRUN && state != SND_PCM_STATE_SUSPENDED &&
		state != SND_PCM_STATE_SETUP)
		r = snd_pcm_drop(a->handle);
	if (r == 0)
		r = snd_pcm_prepare(a->handle);
	if (r < 0)
		return r;
	a->stop_told = false;
	return alsa_want(pcm, a->wanted);
}

static int alsa_start(struct pcm *pcm)
{
	struct pcm_alsa *a = of(pcm);
	int r = a->capture ? 0 : flush(a);
	return r < 0 ? r : snd_pcm_start(a->handle);
}

static void alsa_close(struct pcm *pcm)
{
	struct pcm_alsa *a = of(pcm);
	for (unsigned i = 0; i < a->n_fds; i++)
		loop_remove(a->sources[i]);
	if (a->timer >= 0) {
		loop_remove(a->sources[0]);
		close(a->timer);
	}
	if (a->handle)
		snd_pcm_close(a->handle);
	free(a->status);
	free(a->block);
	free(a);
}

static const struct pcm_ops ops = {
	.status = alsa_status,
	.begin = alsa_begin,
	.commit = alsa_commit,
	.prepare = alsa_prepare,
	.start = alsa_start,
	.want = alsa_want,
	.close = alsa_close,
};

/* Opening. */

static void explain_busy(const struct pcm_alsa *a, char why[static PCM_WHY_MAX])
{
	char holder[64];
	enum pcm_direction direction = a->capture ? PCM_CAPTURE : PCM_PLAYBACK;
	if (pcm_holder("/proc", a->pcm.name, direction, holder, sizeof holder) < 0)
		snprintf(holder, sizeof holder, "another program");
	snprintf(why, PCM_WHY_MAX,
		"%s: %s has it: end that, or choose another device; it is taken when it "
		"is free",
		a->pcm.name, holder);
}

static void explain(const struct pcm_alsa *a, int r, char why[static PCM_WHY_MAX])
{
	const char *text = snd_strerror(r);
	if (r == -EBUSY) {
		explain_busy(a, why);
		return;
	}
	if (r == -EACCES)
		text = "no permission: log in on the seat, or join the group audio";
	else if (r == -ENOENT)
		text = "there is none: plug it in, or load its driver";
	else if (r == -ENOTSUP)
		text = "it has no format that we could use: choose another device";
	snprintf(why, PCM_WHY_MAX, "%s: %s", a->pcm.name, text);
}

static int clean(int r)
{
	switch (r) {
	case -EAGAIN: /* how a stream that is open says so without waiting */
		return -EBUSY;
	case -EPERM:
		return -EACCES;
	case -ENODEV:
	case -ENXIO:
		return -ENOENT;
	default:
		return r;
	}
}

/* What no card gives by itself (planes, strange formats, many channels) ALSA's "plug" makes of it. */
static int open_handle(
	struct pcm_alsa *a, const char *name, const struct pcm_config *wish)
{
	snd_pcm_stream_t stream =
		a->capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
	int r = snd_pcm_open(&a->handle, name, stream, SND_PCM_NONBLOCK);
	if (r < 0) {
		a->handle = NULL;
		return clean(r);
	}
	return clean(pcm_alsa_params_set(a->handle, wish, &a->pcm.config, &a->mapped));
}

static int open_either(
	struct pcm_alsa *a, const char *name, const struct pcm_config *wish)
{
	char plugged[sizeof a->pcm.name + 4];
	int r = open_handle(a, name, wish);
	if (r != -ENOTSUP || strncmp(name, "hw:", 3) != 0)
		return r;
	snd_pcm_close(a->handle);
	snprintf(plugged, sizeof plugged, "plug%s", name);
	return open_handle(a, plugged, wish);
}

static int make_block(struct pcm_alsa *a)
{
	if (a->mapped)
		return 0;
	a->block = calloc(a->pcm.config.buffer, pcm_frame_size(&a->pcm.config));
	return a->block ? 0 : -ENOMEM;
}

int pcm_alsa_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	if (alsa_load() < 0) {
		snprintf(why, PCM_WHY_MAX,
			"ALSA's library is missing: install libasound2");
		return -ENOENT;
	}
	struct pcm_alsa *a = xcalloc(1, sizeof *a);
	*a = (struct pcm_alsa){
		.pcm = {.ops = &ops, .ready = ready, .data = data},
		.loop = loop,
		.capture = direction == PCM_CAPTURE,
		.status = xcalloc(1, snd_pcm_status_sizeof()),
		.timer = -1,
	};
	snprintf(a->pcm.name, sizeof a->pcm.name, "%s", name);
	int r = open_either(a, name, wish);
	if (r == 0)
		r = make_block(a);
	if (r == 0)
		r = add_sources(a);
	if (r < 0) {
		explain(a, r, why);
		alsa_close(&a->pcm);
		return r;
	}
	const struct pcm_config *got = &a->pcm.config;
	a->avail_min = got->period;
	log_debug(
		"sound: %s: %u Hz, %u channels, format %d, period %u, buffer %u frames%s",
		name, got->rate, got->channels, (int)got->format, got->period,
		got->buffer, a->mapped ? ", mapped" : "");
	*out = &a->pcm;
	return 0;
}
