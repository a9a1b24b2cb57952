/*
 * a11y_bus: a connection to a message bus in the session's loop. Nothing waits: it is probed,
 * then libdbus reads and writes as the descriptor allows, a few messages in each turn.
 *
 * Bounded: what comes is not taken while more than A11Y_BUS_FULL bytes wait to be sent, so who
 * asks and does not read asks no more; who sends of itself looks at a11y_bus_full first.
 * A message that comes may have A11Y_BUS_MESSAGE bytes.
 */
#ifndef OSAAS_SESSION_A11Y_BUS_H
#define OSAAS_SESSION_A11Y_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/a11y_dbus.h"
#include "util/list.h"

struct a11y_probe;
struct loop;
struct loop_source;

#define A11Y_BUS_FULL     (1L << 20)
#define A11Y_BUS_MESSAGE  (1L << 20)
#define A11Y_BUS_TURN     32      /* messages taken in a turn of the loop */
#define A11Y_BUS_TURN_NS  1000000 /* after which no other one is taken in it */
#define A11Y_BUS_REPLY_MS 25000

struct a11y_bus_user {
	void (*up)(void *data); /* it has a name on the bus */
	void (*down)(void *data,
		int r); /* -errno; -ENOSYS: no libdbus, as logged. It is closed then */
	void (*message)(
		void *data, DBusMessage *message); /* a call or signal; borrowed */
};

struct a11y_bus {
	struct loop *loop;
	const char *what; /* for the log: "the session bus" */
	const struct a11y_bus_user *user;
	void *data;
	struct a11y_probe *probe;   /* asked, and has not answered; NULL */
	DBusConnection *connection; /* NULL: none */
	struct loop_source *source;
	int fd;
	DBusWatch *watches[4];
	struct list timers;
	bool up, lost, more;
};

void a11y_bus_init(struct a11y_bus *bus, struct loop *loop, const char *what,
	const struct a11y_bus_user *user, void *data);
/* a11y_bus_open: 0 it is on its way: up or down follow; or -errno, nothing follows. */
int a11y_bus_open(struct a11y_bus *bus, const char *addresses);
void a11y_bus_close(struct a11y_bus *bus); /* nothing follows */
bool a11y_bus_is_open(const struct a11y_bus *bus);

/* a11y_bus_turn takes what came; a11y_bus_next_ns: when it must be called at the latest. */
void a11y_bus_turn(struct a11y_bus *bus);
uint64_t a11y_bus_next_ns(const struct a11y_bus *bus);

bool a11y_bus_full(const struct a11y_bus *bus);
const char *a11y_bus_name(const struct a11y_bus *bus); /* ours, while it is up */

/* a11y_bus_send takes the message; NULL is no memory, and nothing is sent. */
void a11y_bus_send(struct a11y_bus *bus, DBusMessage *message);
/*
 * a11y_bus_call likewise; replied hears of the answer, or with NULL of an error, no answer in
 * time or an end of the connection; not after a11y_bus_close. Borrowed.
 */
void a11y_bus_call(struct a11y_bus *bus, DBusMessage *message, int timeout_ms,
	void (*replied)(void *data, DBusMessage *reply), void *data);
/* a11y_bus_match asks the bus for signals by a rule. */
void a11y_bus_match(struct a11y_bus *bus, const char *rule, bool on);

#endif
