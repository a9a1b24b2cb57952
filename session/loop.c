#include "session/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/list.h"
#include "util/xalloc.h"

struct loop {
	int epoll_fd;
	struct list removed; /* loop_source.link: freed after dispatch */
};

struct loop_source {
	struct loop *loop;
	int fd;
	loop_handler handler; /* NULL: removed */
	void *data;
	struct list link; /* loop.removed */
};

struct loop *loop_create(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);
	if (fd < 0)
		return NULL;
	struct loop *loop = xcalloc(1, sizeof *loop);
	loop->epoll_fd = fd;
	list_init(&loop->removed);
	return loop;
}

static void free_removed(struct loop *loop)
{
	struct list *link;
	while ((link = list_pop_front(&loop->removed)))
		free(container_of(link, struct loop_source, link));
}

void loop_destroy(struct loop *loop)
{
	if (!loop)
		return;
	free_removed(loop);
	close(loop->epoll_fd);
	free(loop);
}

struct loop_source *loop_add(
	struct loop *loop, int fd, uint32_t events, loop_handler handler, void *data)
{
	struct loop_source *source = xcalloc(1, sizeof *source);
	*source = (struct loop_source){
		.loop = loop, .fd = fd, .handler = handler, .data = data};
	list_init(&source->link);
	struct epoll_event ev = {.events = events, .data.ptr = source};
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0) {
		free(source);
		return NULL;
	}
	return source;
}

int loop_mod(struct loop_source *source, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = source};
	int r = epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &ev);
	return r < 0 ? -errno : 0;
}

void loop_remove(struct loop_source *source)
{
	if (!source || !source->handler)
		return;
	epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	source->handler = NULL;
	list_push_back(&source->loop->removed, &source->link);
}

int loop_wait(struct loop *loop, uint64_t ns)
{
	struct epoll_event events[32];
	struct timespec wait = ns_timespec(ns);
	int n = epoll_pwait2(
		loop->epoll_fd, events, 32, ns == UINT64_MAX ? NULL : &wait, NULL);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		struct loop_source *source = events[i].data.ptr;
		if (source->handler)
			source->handler(source->data, events[i].events);
	}
	free_removed(loop);
	return n;
}

int loop_poll(struct loop *loop, uint64_t wake_ns)
{
	uint64_t now = wake_ns && wake_ns != UINT64_MAX ? clock_now_ns() : 0;
	int n = loop_wait(loop, wake_ns == UINT64_MAX ? UINT64_MAX
				: wake_ns > now       ? wake_ns - now
						      : 0);
	return n < 0 ? n : 0;
}
