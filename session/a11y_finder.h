/*
 * a11y_finder: whether assistive technology runs, and where its bus is, as the AT-SPI specification has it:
 * org.a11y.Bus on the session bus, or AT_SPI_BUS_ADDRESS. Nothing is started to learn it,
 * unless it is to be on. Listens for signals; a session bus that is not there yet, or that
 * went, is noticed by its socket.
 */
#ifndef OSAAS_SESSION_A11Y_FINDER_H
#define OSAAS_SESSION_A11Y_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "session/a11y_bus.h"

#define A11Y_TRIES 8 /* then only a signal, or the socket, is a reason to try again */

struct a11y_finder {
	struct a11y_bus bus; /* the session's */
	bool forced;         /* it is to be on */
	bool complained;
	/* The address, NULL: nobody listens; whenever that may be another one. Borrowed. */
	void (*found)(void *data, const char *address);
	void *data;
	char *addresses; /* of the session bus; NULL: there is none */
	struct loop_source *source;
	int inotify_fd;
	unsigned tries;
	uint64_t retry_ns;
};

void a11y_finder_init(struct a11y_finder *finder, struct loop *loop,
	void (*found)(void *data, const char *address), void *data);
void a11y_finder_finish(struct a11y_finder *finder);

void a11y_finder_start(struct a11y_finder *finder, bool forced);
void a11y_finder_stop(struct a11y_finder *finder);
/* a11y_finder_again: the address was of no use; found is told anew. */
void a11y_finder_again(struct a11y_finder *finder);

void a11y_finder_turn(struct a11y_finder *finder);
uint64_t a11y_finder_next_ns(const struct a11y_finder *finder);

/* a11y_backoff_ns: how long to wait after so many tries in vain: 1 s, doubled up to 64. */
uint64_t a11y_backoff_ns(unsigned tries);

#endif
