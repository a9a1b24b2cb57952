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

#define PATIENCE (4 * NS_PER_S) /* nothing may have moved for that long */
#define AWAY     (NS_PER_S / 2) /* on the other console */
#define TRIES    3

struct seat_watch {
	struct vt_watch vts;
	struct vt vt; /* ours */
	struct loop_source *source;
	bool enabled;
	int away;        /* the console we go to, or are on; 0: none */
	unsigned tries;  /* since it was enabled last */
	uint64_t due_ns; /* 0: nothing is */
};

static void wait_for(struct seat_watch *watch, uint64_t ns)
{
	watch->due_ns = clock_now_ns() + ns;
}

/* Also arms the descriptor for the next one. */
static int shown(const struct seat_watch *watch)
{
	return vt_watch_active(&watch->vts);
}

static bool is_wrong(const struct seat_watch *watch)
{
	return !watch->enabled && watch->tries <= TRIES &&
	       shown(watch) == watch->vt.number;
}

static void start_over(struct seat_watch *watch)
{
	watch->due_ns = 0;
	if (is_wrong(watch))
		wait_for(watch, PATIENCE);
}

/* To a third console: somebody else goes, and is not followed. */
static void handle_switch(void *data, uint32_t events)
{
	struct seat_watch *watch = data;
	(void)events;
	if (watch->away && shown(watch) == watch->away) {
		wait_for(watch, AWAY);
		return;
	}
	watch->away = 0;
	start_over(watch);
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
		shown(watch);
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
	if (enabled)
		watch->tries = 0;
	if (!watch->away)
		start_over(watch);
}

uint64_t seat_watch_next_ns(const struct seat_watch *watch)
{
	return watch && watch->due_ns ? watch->due_ns : UINT64_MAX;
}

/*
 * The answer that the provider owes to a switch that somebody asked for: 0, the switch
 * happens now. -EINVAL: none is pending. Nothing of ours is in its way: the seat is disabled.
 */
static int let_go(const struct seat_watch *watch)
{
	return ioctl(watch->vt.fd, VT_RELDISP, 1) < 0 ? -errno : 0;
}

/* To a console that nobody uses. */
static int leave(struct seat_watch *watch)
{
	int other = 0;
	if (ioctl(watch->vt.fd, VT_OPENQRY, &other) < 0)
		return -errno;
	if (other <= 0)
		return -ENOTTY;
	if (ioctl(watch->vt.fd, VT_ACTIVATE, other) < 0)
		return -errno;
	watch->away = other;
	return 0;
}

static void log_stuck(const struct seat_watch *watch, int r)
{
	log_error("tty%d is shown, and the seat does not give it to us (%s): go to "
		  "another console and back",
		watch->vt.number, strerror(-r));
}

static void nudge(struct seat_watch *watch)
{
	int r = ++watch->tries > TRIES ? -ETIMEDOUT : leave(watch);
	if (r < 0) {
		watch->tries = TRIES + 1;
		log_stuck(watch, r);
		return;
	}
	if (watch->tries == 1)
		log_info("tty%d is shown and the seat was not told: to another console "
			 "and back",
			watch->vt.number);
	wait_for(watch, PATIENCE);
}

static void mend(struct seat_watch *watch)
{
	if (let_go(watch) < 0)
		nudge(watch);
	else
		log_info("tty%d: a switch to another console was left unanswered by the "
			 "seat: it happens now",
			watch->vt.number);
}

/* Not from where somebody else went meanwhile. */
static void come_back(struct seat_watch *watch)
{
	int other = watch->away, now = shown(watch);
	if (now == watch->vt.number && !watch->enabled && let_go(watch) == 0) {
		wait_for(watch, AWAY);
		return;
	}
	watch->away = 0;
	if (now == other && ioctl(watch->vt.fd, VT_ACTIVATE, watch->vt.number) < 0)
		log_error(
			"cannot go back to tty%d: %s", watch->vt.number, strerror(errno));
	start_over(watch);
}

void seat_watch_turn(struct seat_watch *watch, uint64_t now_ns)
{
	if (!watch || !watch->due_ns || now_ns < watch->due_ns)
		return;
	watch->due_ns = 0;
	if (watch->away)
		come_back(watch);
	else if (is_wrong(watch))
		mend(watch);
}
