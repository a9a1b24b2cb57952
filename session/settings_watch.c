#include "session/settings_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "sched/sched.h"
#include "session/loop.h"
#include "session/settings.h"
#include "util/log.h"
#include "util/xalloc.h"

/* The folder is watched: most editors put a new file in the old one's place. */
#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO)

struct settings_watch {
	int fd;
	struct loop_source *source;
	char *path;
	const char *name; /* the last part of path */
	void (*changed)(void *data, struct settings *settings);
	void *data;
};

/* Empties the queue; whether it told of our file. */
static bool is_ours(const struct settings_watch *watch)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool ours = false;
	ssize_t n;
	while ((n = read(watch->fd, buffer, sizeof buffer)) > 0) {
		for (const char *p = buffer; p < buffer + n;) {
			const struct inotify_event *event = (const void *)p;
			ours |= event->mask & IN_Q_OVERFLOW ||
				(event->len && strcmp(event->name, watch->name) == 0);
			p += sizeof *event + event->len;
		}
	}
	return ours;
}

static void handle_event(void *data, uint32_t events)
{
	struct settings_watch *watch = data;
	struct settings *settings;
	struct settings_error err;
	(void)events;
	if (!is_ours(watch))
		return;
	if (settings_load(watch->path, &settings, &err) < 0)
		log_error("%s; the old settings stay in force", err.text);
	else
		watch->changed(watch->data, settings);
}

static int add(struct settings_watch *watch, struct loop *loop)
{
	char *folder = xstrdup(watch->path);
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	int r = inotify_add_watch(watch->fd, slash ? folder : ".", EVENTS) < 0 ? -errno
									       : 0;
	free(folder);
	if (r < 0)
		return r;
	if (preempt_watch(watch->fd) < 0)
		log_debug("changes of the configuration are not signalled: the timer "
			  "bounds it");
	watch->source = loop_add(loop, watch->fd, EPOLLIN, handle_event, watch);
	return watch->source ? 0 : -errno;
}

struct settings_watch *settings_watch_create(struct loop *loop,
	const struct settings *settings,
	void (*changed)(void *data, struct settings *settings), void *data)
{
	if (!settings || !settings->path)
		return NULL;
	struct settings_watch *watch = xcalloc(1, sizeof *watch);
	watch->path = xstrdup(settings->path);
	const char *slash = strrchr(watch->path, '/');
	watch->name = slash ? slash + 1 : watch->path;
	watch->changed = changed;
	watch->data = data;
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int r = watch->fd < 0 ? -errno : add(watch, loop);
	if (r == 0)
		return watch;
	log_error("changes of %s are not noticed: %s; start the session anew after them",
		watch->path, strerror(-r));
	settings_watch_destroy(watch);
	return NULL;
}

void settings_watch_destroy(struct settings_watch *watch)
{
	if (!watch)
		return;
	loop_remove(watch->source);
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch->path);
	free(watch);
}
