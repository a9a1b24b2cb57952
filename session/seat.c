#include "session/seat.h"

#include <errno.h>
#include <libseat.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sched/sched.h"
#include "session/held.h"
#include "session/loop.h"
#include "session/mask.h"
#include "util/clock.h"
#include "util/library.h"
#include "util/log.h"
#include "util/sonames.h"
#include "util/xalloc.h"

#define LIBSEAT(X)                                                                       \
	X(libseat_close_device)                                                          \
	X(libseat_close_seat)                                                            \
	X(libseat_disable_seat)                                                          \
	X(libseat_dispatch)                                                              \
	X(libseat_get_fd)                                                                \
	X(libseat_open_device)                                                           \
	X(libseat_open_seat)                                                             \
	X(libseat_seat_name)                                                             \
	X(libseat_set_log_handler)                                                       \
	X(libseat_set_log_level)                                                         \
	X(libseat_switch_session)
LIBRARY(libseat, "a seat", SONAME_LIBSEAT, "libseat1", LIBSEAT)

#define MAX_DEVICES  256
#define OPEN_TIMEOUT (10 * NS_PER_S)

struct seat {
	struct libseat *libseat;
	struct loop_source *source;
	const struct seat_listener *listener;
	void *data;
	bool active; /* as the listener knows it */
	int enabled; /* enables minus disables: after all that was said, 1 or 0 */
	bool lost;   /* the seat provider went away */
	struct {
		int fd, id; /* fd -1: free */
	} devices[MAX_DEVICES];
};

/* Not at once: a disable may be right behind, and then no device would open. */
static void handle_enable(struct libseat *libseat, void *data)
{
	struct seat *seat = data;
	(void)libseat;
	log_debug("seat enabled");
	seat->enabled++;
}

/* Each is answered once, when devices are at rest. */
static void handle_disable(struct libseat *libseat, void *data)
{
	struct seat *seat = data;
	log_debug("seat disabled");
	seat->enabled--;
	if (seat->active) {
		seat->active = false;
		seat->listener->disabled(seat->data);
	}
	if (libseat_disable_seat(libseat) < 0)
		log_debug("the seat does not want that answer: %s", strerror(errno));
}

static const struct libseat_seat_listener libseat_listener = {
	.enable_seat = handle_enable,
	.disable_seat = handle_disable,
};

static void handle_readable(void *data, uint32_t events)
{
	(void)events;
	seat_turn(data);
}

/* The last error, without its place: libseat's logind back end says what it is nowhere else. */
static char refusal[512];

static void note_refusal(const char *text)
{
	const char *end = text[0] == '[' ? strstr(text, "] ") : NULL;
	snprintf(refusal, sizeof refusal, "%s", end ? end + 2 : text);
}

const char *seat_refusal(void)
{
	return refusal[0] ? refusal : NULL;
}

static void log_libseat(enum libseat_log_level level, const char *fmt, va_list args)
{
	char text[512];
	vsnprintf(text, sizeof text, fmt, args);
	if (level == LIBSEAT_LOG_LEVEL_ERROR) {
		note_refusal(text);
		log_debug("libseat error: %s", text);
	} else {
		log_debug("libseat: %s", text);
	}
}

/*
 * All that was said, before it counts. Of an enable and a disable that come together
 * libseat 0.7 tells the last first: they take turns, so their number says how it ends.
 */
static int dispatch(struct seat *seat)
{
	int r;
	do
		r = libseat_dispatch(seat->libseat, 0);
	while (r > 0);
	if (r < 0)
		return -errno;
	seat->enabled = seat->enabled > 0;
	if (seat->enabled && !seat->active) {
		seat->active = true;
		seat->listener->enabled(seat->data);
	}
	return 0;
}

static int wait_active(struct seat *seat)
{
	uint64_t give_up = clock_now_ns() + OPEN_TIMEOUT;
	int r = 0;
	while (r == 0 && !seat->active) {
		if (clock_now_ns() > give_up)
			return -ETIMEDOUT;
		if (!seat->enabled && libseat_dispatch(seat->libseat, 100) < 0)
			return -errno;
		r = dispatch(seat);
	}
	return r;
}

static void log_refused(int error)
{
	if (error == ETIMEDOUT)
		log_error("the seat did not become ours: another session is shown on it, "
			  "or "
			  "this user may not have it; switch to this console and start "
			  "again, "
			  "or see 'osaas doctor'");
	else
		log_error("cannot open the seat: %s; log in on a text console of a "
			  "system with "
			  "logind, or install and start seatd and join its group, or run "
			  "as "
			  "root; 'osaas doctor' shows which is missing",
			refusal[0] ? refusal : strerror(error));
}

/*
 * In its logind back end a signal ends the wait for an answer: EINTR, and nothing is ours. Its
 * built-in one forks a server, which hears of consoles by signals: those are not held.
 */
static sigset_t signals_before;
static bool signals_held;

static void release_in_child(void)
{
	if (signals_held)
		unmask_signals(&signals_before);
}

static void hold_signals(void)
{
	mask_signals(&signals_before);
	signals_held = true;
}

static void release_signals(void)
{
	int error = errno;
	signals_held = false;
	unmask_signals(&signals_before);
	errno = error;
}

static struct libseat *open_seat(void *data)
{
	static bool watched;
	if (!watched)
		watched = pthread_atfork(NULL, NULL, release_in_child) == 0;
	hold_signals();
	struct libseat *libseat = libseat_open_seat(&libseat_listener, data);
	release_signals();
	return libseat;
}

int seat_open(struct loop *loop, const struct seat_listener *listener, void *data,
	struct seat **out)
{
	int r = library_load(&library_libseat);
	if (r < 0)
		return r;
	struct seat *seat = xcalloc(1, sizeof *seat);
	seat->listener = listener;
	seat->data = data;
	for (int i = 0; i < MAX_DEVICES; i++)
		seat->devices[i].fd = -1;
	libseat_set_log_handler(log_libseat);
	libseat_set_log_level(LIBSEAT_LOG_LEVEL_DEBUG);
	refusal[0] = '\0';
	errno = 0;
	seat->libseat = open_seat(seat);
	if (!seat->libseat)
		r = errno ? -errno : -EACCES;
	if (r == 0)
		r = wait_active(seat);
	if (r < 0) {
		log_refused(-r);
		seat_close(seat);
		return r;
	}
	int fd = libseat_get_fd(seat->libseat);
	seat->source = loop_add(loop, fd, EPOLLIN, handle_readable, seat);
	if (!seat->source) {
		r = -errno;
		log_error("cannot watch the seat: %s", strerror(-r));
		seat_close(seat);
		return r;
	}
	preempt_watch(fd); /* a socket: a VT switch need not wait for a slice to end */
	*out = seat;
	return 0;
}

void seat_close(struct seat *seat)
{
	if (!seat)
		return;
	loop_remove(seat->source);
	if (seat->libseat)
		libseat_close_seat(seat->libseat);
	free(seat);
}

const char *seat_name(struct seat *seat)
{
	return libseat_seat_name(seat->libseat);
}

bool seat_active(const struct seat *seat)
{
	return seat->active;
}

int seat_open_device(struct seat *seat, const char *path)
{
	int slot = 0, fd = -1;
	refusal[0] = '\0';
	while (slot < MAX_DEVICES && seat->devices[slot].fd >= 0)
		slot++;
	if (slot == MAX_DEVICES)
		return -EMFILE;
	errno = 0;
	hold_signals();
	int id = libseat_open_device(seat->libseat, path, &fd);
	release_signals();
	if (id < 0)
		return errno ? -errno : -EACCES;
	seat->devices[slot].fd = fd;
	seat->devices[slot].id = id;
	return fd;
}

/* By its logind back end libseat asks what fd is: it is open till then. */
void seat_revoke_device(struct seat *seat, int fd)
{
	for (int i = 0; i < MAX_DEVICES; i++) {
		if (seat->devices[i].fd != fd)
			continue;
		seat->devices[i].fd = -1;
		hold_signals();
		libseat_close_device(seat->libseat, seat->devices[i].id);
		release_signals();
		return;
	}
}

void seat_close_device(struct seat *seat, int fd)
{
	seat_revoke_device(seat, fd);
	close(fd);
}

int seat_switch(struct seat *seat, int vt)
{
	log_debug("switching to tty%d", vt);
	/* Now: when the seat is taken, devices are not ours any more. */
	for (int i = 0; i < MAX_DEVICES; i++) {
		if (seat->devices[i].fd >= 0)
			held_let_go(seat->devices[i].fd);
	}
	hold_signals();
	int r = libseat_switch_session(seat->libseat, vt);
	release_signals();
	if (r < 0) {
		int error = errno;
		log_error("cannot switch to tty%d: %s", vt, strerror(error));
		return -error;
	}
	return 0;
}

void seat_turn(struct seat *seat)
{
	int r = seat->lost ? 0 : dispatch(seat);
	if (r == 0)
		return;
	seat->lost = true;
	log_error("the seat provider went away: %s; the session ends", strerror(-r));
	loop_remove(seat->source);
	seat->source = NULL;
	seat->listener->lost(seat->data);
}
