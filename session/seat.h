/*
 * seat: devices and the VT by way of libseat (logind, seatd, or its built-in
 * back end when we are root). It puts the VT into graphics mode with the
 * keyboard off, and tells us when somebody else's VT is shown.
 */
#ifndef OSAAS_SESSION_SEAT_H
#define OSAAS_SESSION_SEAT_H

#include <stdbool.h>

#include "util/library.h"

struct loop;
struct seat;

struct seat_listener {
	/*
	 * Our VT is shown: devices work. Called from loop_poll, and once in seat_open; not
	 * when it is over by the time we hear of it.
	 */
	void (*enabled)(void *data);
	/* Another VT is wanted: stop touching devices; the switch happens on return. */
	void (*disabled)(void *data);
	/* The seat provider is gone, and all devices with it; nothing more is called. */
	void (*lost)(void *data);
};

/* seat_open waits (at most 10 s) until the seat is ours. 0 or -errno, logged. */
int seat_open(struct loop *loop, const struct seat_listener *listener, void *data,
	struct seat **out);
void seat_close(struct seat *seat); /* takes NULL; devices must be closed */

const char *seat_name(struct seat *seat);
bool seat_active(const struct seat *seat);

/* seat_open_device gives an fd, or -errno, which by logind is not that of what went wrong. */
int seat_open_device(struct seat *seat, const char *path);
/* seat_refusal: why it gave none, in the provider's words; NULL: it said nothing. */
const char *seat_refusal(void);
void seat_close_device(struct seat *seat, int fd);
/* seat_revoke_device is that, but fd, which tells nobody anything any more, is the caller's to close. */
void seat_revoke_device(struct seat *seat, int fd);

/* seat_switch asks for another VT; disabled follows if it happens. */
int seat_switch(struct seat *seat, int vt);

/* seat_turn handles what libseat read on the side of other calls; once per loop turn. */
void seat_turn(struct seat *seat);

extern struct library library_libseat; /* for osaas doctor */

#endif
