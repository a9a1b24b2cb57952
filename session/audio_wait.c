#include "session/audio_wait.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "session/loop.h"
#include "session/pcm_holder.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define FIRST_NS NS_PER_S
#define MOST_NS  (60 * NS_PER_S)

struct audio_wait {
	struct loop *loop;
	const char *folder;
	void (*ready)(void *data);
	void *data;
	int timer, inotify; /* -1: not made */
	struct loop_source *timer_source, *inotify_source;
	uint64_t ns; /* the next one's */
};

struct audio_wait *audio_wait_create(
	struct loop *loop, const char *folder, void (*ready)(void *data), void *data)
{
	struct audio_wait *wait = xcalloc(1, sizeof *wait);
	*wait = (struct audio_wait){.loop = loop,
		.folder = folder,
		.ready = ready,
		.data = data,
		.timer = -1,
		.inotify = -1,
		.ns = FIRST_NS};
	return wait;
}

static void close_inotify(struct audio_wait *wait)
{
	loop_remove(wait->inotify_source);
	if (wait->inotify >= 0)
		close(wait->inotify);
	wait->inotify_source = NULL;
	wait->inotify = -1;
}

static void close_timer(struct audio_wait *wait)
{
	loop_remove(wait->timer_source);
	if (wait->timer >= 0)
		close(wait->timer);
	wait->timer_source = NULL;
	wait->timer = -1;
}

void audio_wait_end(struct audio_wait *wait)
{
	close_inotify(wait);
	close_timer(wait);
	wait->ns = FIRST_NS;
}

void audio_wait_destroy(struct audio_wait *wait)
{
	if (!wait)
		return;
	audio_wait_end(wait);
	free(wait);
}

static void tell(struct audio_wait *wait)
{
	close_inotify(wait);
	close_timer(wait);
	wait->ready(wait->data);
}

static void handle_timer(void *data, uint32_t events)
{
	(void)events;
	tell(data);
}

static void handle_inotify(void *data, uint32_t events)
{
	(void)events;
	tell(data);
}

static int start_timer(struct audio_wait *wait)
{
	struct itimerspec when = {.it_value = ns_timespec(wait->ns)};
	close_timer(wait);
	wait->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (wait->timer < 0 || timerfd_settime(wait->timer, 0, &when, NULL) < 0)
		return -errno;
	wait->timer_source =
		loop_add(wait->loop, wait->timer, EPOLLIN, handle_timer, wait);
	return wait->timer_source ? 0 : -errno;
}

/* A card by its id has no such file: its number is needed. */
static bool node_of(const struct audio_wait *wait, const char *pcm, char which, char *out,
	size_t size)
{
	struct pcm_place place;
	if (pcm_parse(pcm, &place) < 0 ||
		strspn(place.card, "0123456789") != strlen(place.card))
		return false;
	int n = place.device < 0
			? snprintf(out, size, "%s/controlC%s", wait->folder, place.card)
			: snprintf(out, size, "%s/pcmC%sD%d%c", wait->folder, place.card,
				  place.device, which);
	return n > 0 && (size_t)n < size;
}

static bool is_card(const char *pcm)
{
	struct pcm_place place;
	return pcm_parse(pcm, &place) == 0 && place.device < 0;
}

static int start_inotify(struct audio_wait *wait, const char *pcm)
{
	uint32_t mask = IN_ATTRIB | IN_DELETE_SELF | IN_ONESHOT;
	mask |= is_card(pcm) ? 0 : IN_CLOSE;
	char path[256];
	int watched = 0;
	close_inotify(wait);
	wait->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (wait->inotify < 0)
		return -errno;
	for (const char *which = "pc"; *which; which++) {
		if (node_of(wait, pcm, *which, path, sizeof path) &&
			inotify_add_watch(wait->inotify, path, mask) >= 0)
			watched++;
	}
	if (watched == 0)
		return -ENOENT;
	wait->inotify_source =
		loop_add(wait->loop, wait->inotify, EPOLLIN, handle_inotify, wait);
	return wait->inotify_source ? 0 : -errno;
}

void audio_wait_for(struct audio_wait *wait, const char *pcm)
{
	int r = start_inotify(wait, pcm);
	if (r < 0) {
		log_debug("sound: %s: heard of by time only: %s", pcm, strerror(-r));
		close_inotify(wait);
	} else if (is_card(pcm)) {
		close_timer(wait);
		return;
	}
	r = start_timer(wait);
	if (r < 0)
		log_error("sound: %s is not tried again: %s; close and open what plays",
			pcm, strerror(-r));
	wait->ns = wait->ns * 2 < MOST_NS ? wait->ns * 2 : MOST_NS;
}
