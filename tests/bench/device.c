#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "session/loop.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define BUFFER   4096 /* frames */
#define CHANNELS 2
#define FRAME    (CHANNELS * sizeof(int32_t))

struct device {
	struct pcm pcm;
	struct loop_source *source;
	int fd;
	timer_t timer;
	enum pcm_state state;
	uint64_t start_ns, written; /* frames since then */
	uint64_t armed_ns;          /* the timers are set for; 0: they are not */
	uint64_t room_ns;           /* there is the room that is wanted; 0: nothing is */
	unsigned wanted;
	uint64_t due_ns; /* the deadline: room_ns as it was when it came; 0: none */
	uint8_t *ring;
};

unsigned device_period = 64;
struct device_figures device_figures;

/* Nanoseconds that this thread was ready and did not run (Documentation/scheduler/sched-stats). */
static uint64_t waited(void)
{
	static int fd = -1;
	char text[96];
	if (fd < 0)
		fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
	if (n <= 0)
		return 0;
	text[n] = 0;
	char *end;
	strtoull(text, &end, 10);
	return strtoull(end, NULL, 10);
}

void device_note(size_t max)
{
	free(device_figures.late_ns);
	device_figures =
		(struct device_figures){.late_ns = xcalloc(max, sizeof(uint32_t)),
			.max = max,
			.waited_ns = waited()};
}

static struct device *device_of(struct pcm *pcm)
{
	return (struct device *)pcm;
}

static uint64_t played(const struct device *d, uint64_t now)
{
	if (d->state != PCM_RUNNING || now < d->start_ns)
		return 0;
	return (now - d->start_ns) * d->pcm.config.rate / NS_PER_S;
}

/* When so many frames have been played. */
static uint64_t time_of(const struct device *d, uint64_t frames)
{
	uint64_t rate = d->pcm.config.rate;
	return d->start_ns + (frames * NS_PER_S + rate - 1) / rate;
}

static unsigned room_at(const struct device *d, uint64_t now)
{
	uint64_t gone = played(d, now), left = d->written > gone ? d->written - gone : 0;
	return d->pcm.config.buffer - (unsigned)left;
}

static void set_timers(struct device *d, uint64_t ns)
{
	struct itimerspec it = {.it_value = ns_timespec(ns)};
	d->armed_ns = ns;
	timerfd_settime(d->fd, TFD_TIMER_ABSTIME, &it, NULL);
	timer_settime(d->timer, TIMER_ABSTIME, &it, NULL);
}

static void note(struct device *d, uint64_t now, bool dry)
{
	struct device_figures *f = &device_figures;
	uint64_t late = now > d->due_ns ? now - d->due_ns : 0;
	uint64_t period_ns =
		(uint64_t)d->pcm.config.period * NS_PER_S / d->pcm.config.rate;
	d->due_ns = 0;
	if (f->n < f->max)
		f->late_ns[f->n++] = (uint32_t)(late < UINT32_MAX ? late : UINT32_MAX);
	uint64_t before = f->waited_ns;
	f->waited_ns = waited();
	f->dry += dry;
	if (late <= period_ns && !dry)
		return;
	f->misses++;
	f->disturbed += f->waited_ns - before > late / 2;
}

/* One that has come stays until it is met. */
static void set_deadline(struct device *d, uint64_t now)
{
	if (!d->due_ns || d->due_ns > now)
		d->due_ns = d->room_ns;
}

/* There is less room than is wanted: it was filled, or is to be filled later on. */
static void check_met(struct device *d, uint64_t now)
{
	if (d->due_ns && d->due_ns <= now && d->wanted && room_at(d, now) < d->wanted)
		note(d, now, false);
}

/*
 * A card interrupts at the end of the period in which there is room. A timer that is set for
 * earlier than that stays: setting it is dearer than an interrupt.
 */
static void arm(struct device *d, uint64_t now)
{
	uint64_t period = d->pcm.config.period, need = d->written + d->wanted;
	uint64_t frames = need > d->pcm.config.buffer ? need - d->pcm.config.buffer : 0;
	bool on = d->state == PCM_RUNNING && d->wanted;
	d->room_ns = on ? time_of(d, frames) : 0;
	set_deadline(d, now);
	uint64_t ns = on ? time_of(d, (frames + period - 1) / period * period) : 0;
	if (!on || !d->armed_ns || ns < d->armed_ns)
		set_timers(d, ns);
}

static void handle_interrupt(void *data, uint32_t events)
{
	struct device *d = data;
	uint64_t times;
	(void)events;
	if (read(d->fd, &times, sizeof times) < 0)
		return;
	d->armed_ns = 0;
	uint64_t now = clock_now_ns();
	if (!d->room_ns || now < d->room_ns) {
		arm(d, now);
		return;
	}
	device_figures.interrupts++;
	d->pcm.ready(d->pcm.data);
}

/* That is a miss, whenever it was to be fed. */
static bool run_dry(struct device *d, uint64_t now)
{
	if (d->state != PCM_RUNNING || played(d, now) <= d->written)
		return d->state == PCM_XRUN;
	if (!d->due_ns || d->due_ns > now)
		d->due_ns = now;
	note(d, now, true);
	d->state = PCM_XRUN;
	return true;
}

static int status(struct pcm *pcm, struct pcm_status *out)
{
	struct device *d = device_of(pcm);
	uint64_t now = clock_now_ns();
	run_dry(d, now);
	uint64_t filled = d->written - (d->state == PCM_RUNNING ? played(d, now) : 0);
	if (d->state == PCM_XRUN)
		filled = 0;
	*out = (struct pcm_status){.state = d->state,
		.room = pcm->config.buffer - (unsigned)filled,
		.delay = (int64_t)filled,
		.time_ns = now};
	return 0;
}

static int begin(struct pcm *pcm, void **frames, size_t *n)
{
	struct device *d = device_of(pcm);
	struct pcm_status now;
	status(pcm, &now);
	if (now.state == PCM_XRUN)
		return -EPIPE;
	size_t at = d->written % pcm->config.buffer, end = pcm->config.buffer - at;
	*n = *n < now.room ? *n : now.room;
	*n = *n < end ? *n : end;
	*frames = d->ring + at * FRAME;
	return 0;
}

static int commit(struct pcm *pcm, size_t n)
{
	struct device *d = device_of(pcm);
	uint64_t now = clock_now_ns();
	if (run_dry(d, now))
		return -EPIPE;
	d->written += n;
	if (n)
		check_met(d, now);
	if (d->state == PCM_RUNNING)
		arm(d, now);
	device_figures.frames += n;
	return 0;
}

static int prepare(struct pcm *pcm)
{
	struct device *d = device_of(pcm);
	d->state = PCM_PREPARED;
	d->written = 0;
	d->room_ns = d->due_ns = 0;
	set_timers(d, 0);
	return 0;
}

static int start(struct pcm *pcm)
{
	struct device *d = device_of(pcm);
	d->state = PCM_RUNNING;
	d->start_ns = clock_now_ns();
	arm(d, d->start_ns);
	return 0;
}

static int want(struct pcm *pcm, unsigned room)
{
	struct device *d = device_of(pcm);
	uint64_t now = clock_now_ns();
	d->wanted = room;
	check_met(d, now);
	arm(d, now);
	return 0;
}

static void close_device(struct pcm *pcm)
{
	struct device *d = device_of(pcm);
	timer_delete(d->timer);
	loop_remove(d->source);
	close(d->fd);
	free(d->ring);
	free(d);
}

static const struct pcm_ops ops = {
	.status = status,
	.begin = begin,
	.commit = commit,
	.prepare = prepare,
	.start = start,
	.want = want,
	.close = close_device,
};

static int make_timer(struct device *d)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGURG};
#ifdef sigev_notify_thread_id
	ev.sigev_notify_thread_id = gettid();
#else
	ev._sigev_un._tid = gettid();
#endif
	return timer_create(CLOCK_MONOTONIC, &ev, &d->timer) < 0 ? -errno : 0;
}

int device_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	struct device *d = xcalloc(1, sizeof *d);
	d->pcm = (struct pcm){.ops = &ops, .config = *wish, .ready = ready, .data = data};
	snprintf(d->pcm.name, sizeof d->pcm.name, "%s", name);
	d->pcm.config.rate = 48000;
	d->pcm.config.channels = CHANNELS;
	d->pcm.config.format = PCM_S32;
	d->pcm.config.period = device_period;
	d->pcm.config.buffer = BUFFER;
	d->pcm.config.places[0] = 2; /* OSAAS_AUDIO_FL */
	d->pcm.config.places[1] = 3;
	d->ring = xcalloc(BUFFER, FRAME);
	d->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	d->source = loop_add(loop, d->fd, EPOLLIN, handle_interrupt, d);
	int r = direction == PCM_PLAYBACK && d->source ? make_timer(d) : -ENODEV;
	if (r < 0) {
		snprintf(why, PCM_WHY_MAX, "the bench has no timer");
		return r;
	}
	*out = &d->pcm;
	return 0;
}
