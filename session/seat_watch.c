#include "session/seat_watch.h"

#include <errno.h>
#include <linux/vt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "session/loop.h"
#include "session/vt.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define PATIENCE (2 * NS_PER_S) /* of a provider, to enable us */
#define AWAY     (NS_PER_S / 2) /* on the other console */
#define TRIES    3

struct seat_watch {
	struct vt_watch vts;
	struct vt vt; /* ours */
	struct loop_source *source;
	bool enabled;
	bool away;       /* we went to another console */
	unsigned tries;  /* since it was enabled last */
	uint64_t due_ns; /* 0: nothing is */
};

static void wait_for(struct seat_watch *watch, uint64_t ns)
{
	watch->due_ns = clock_now_ns() + ns;
}

/* Also arms the descriptor for the next one. */
static bool is_shown(const struct seat_watch *watch)
{
	return vt_watch_active(&watch->vts) == watch->vt.number;
}

static void handle_switch(void *data, uint32_t events)
{
	struct seat_watch *watch = data;
	(void)events;
	if (is_shown(watch) && !watch->enabled && !watch->due_ns)
		wait_for(watch, PATIENCE);
}

struct seat_watch *seat_watch_create(struct loop *loop, int vt)
{
	struct seat_watch *watch = xcalloc(1, sizeof *watch);
	watch->enabled = true;
	watch->vt = (struct vt){.fd = -1, .number = vt};
	watch->vts.fd = -1;
	if (vt && vt_open(&watch->vt) == 0 && vt_watch_open(&watch->vts) == 0)
		watch->source =
			loop_add(loop, watch->vts.fd, EPOLLPRI, handle_switch, watch);
	if (watch->source) {
		is_shown(watch);
		return watch;
	}
	seat_watch_destroy(watch);
	return NULL;
}

void seat_watch_destroy(struct seat_watch *watch)
{
	if (!watch)
		return;
	loop_remove(watch->source);
	vt_watch_close(&watch->vts);
	vt_close(&watch->vt);
	free(watch);
}

void seat_watch_seat(struct seat_watch *watch, bool enabled)
{
	if (!watch)
		return;
	watch->enabled = enabled;
	watch->due_ns = 0;
	watch->away = false;
	if (enabled)
		watch->tries = 0;
	else
		wait_for(watch, PATIENCE);
}

uint64_t seat_watch_next_ns(const struct seat_watch *watch)
{
	return watch && watch->due_ns ? watch->due_ns : UINT64_MAX;
}

/* A console that nobody uses. */
static int leave(const struct seat_watch *watch)
{
	int other = 0;
	if (ioctl(watch->vt.fd, VT_OPENQRY, &other) < 0 ||
		ioctl(watch->vt.fd, VT_ACTIVATE, other) < 0)
		return -errno;
	return 0;
}

static void nudge(struct seat_watch *watch)
{
	int r = ++watch->tries > TRIES ? -ETIMEDOUT : leave(watch);
	if (r < 0) {
		log_error("tty%d is shown, and the seat does not give it to us (%s): go "
			  "to another console and back",
			watch->vt.number, strerror(-r));
		return;
	}
	log_info("tty%d is shown and the seat was not told: to another console and back",
		watch->vt.number);
	watch->away = true;
	wait_for(watch, AWAY);
}

static void come_back(struct seat_watch *watch)
{
	watch->away = false;
	if (ioctl(watch->vt.fd, VT_ACTIVATE, watch->vt.number) < 0)
		log_error(
			"cannot go back to tty%d: %s", watch->vt.number, strerror(errno));
	wait_for(watch, PATIENCE);
}

void seat_watch_turn(struct seat_watch *watch, uint64_t now_ns)
{
	if (!watch || !watch->due_ns || now_ns < watch->due_ns)
		return;
	watch->due_ns = 0;
	if (watch->away)
		come_back(watch);
	else if (is_shown(watch))
		nudge(watch);
}
