#include "session/a11y_bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "session/a11y_probe.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define N_WATCHES (sizeof((struct a11y_bus *)0)->watches / sizeof(DBusWatch *))

struct timer {
	struct list link; /* a11y_bus.timers */
	DBusTimeout *timeout;
	uint64_t due_ns; /* UINT64_MAX: off */
};

struct question {
	struct a11y_bus *bus;
	void (*replied)(void *data, DBusMessage *reply);
	void *data;
};

void a11y_bus_init(struct a11y_bus *bus, struct loop *loop, const char *what,
	const struct a11y_bus_user *user, void *data)
{
	*bus = (struct a11y_bus){
		.loop = loop, .what = what, .user = user, .data = data, .fd = -1};
	list_init(&bus->timers);
}

bool a11y_bus_is_open(const struct a11y_bus *bus)
{
	return bus->probe || bus->connection;
}

/* Descriptors: libdbus has one to read and one to write, of the same socket. */

static uint32_t events_of(const struct a11y_bus *bus)
{
	unsigned flags = 0;
	for (size_t i = 0; i < N_WATCHES; i++) {
		DBusWatch *w = bus->watches[i];
		if (w && dbus_watch_get_enabled(w))
			flags |= dbus_watch_get_flags(w);
	}
	return (flags & DBUS_WATCH_READABLE ? (uint32_t)EPOLLIN : 0) |
	       (flags & DBUS_WATCH_WRITABLE ? (uint32_t)EPOLLOUT : 0);
}

static unsigned flags_of(uint32_t events)
{
	return (events & EPOLLIN ? DBUS_WATCH_READABLE : 0) |
	       (events & EPOLLOUT ? DBUS_WATCH_WRITABLE : 0) |
	       (events & EPOLLHUP ? DBUS_WATCH_HANGUP : 0) |
	       (events & EPOLLERR ? DBUS_WATCH_ERROR : 0);
}

static void handle_ready(void *data, uint32_t events)
{
	struct a11y_bus *bus = data;
	unsigned flags = flags_of(events), bad = DBUS_WATCH_HANGUP | DBUS_WATCH_ERROR;
	for (size_t i = 0; i < N_WATCHES; i++) {
		DBusWatch *w = bus->watches[i];
		unsigned its = w ? dbus_watch_get_flags(w) | bad : 0;
		if (w && dbus_watch_get_enabled(w) && (flags & its))
			dbus_watch_handle(w, flags & its);
	}
	bus->more = true;
}

static void update(struct a11y_bus *bus)
{
	if (bus->source)
		loop_mod(bus->source, events_of(bus));
}

static dbus_bool_t add_watch(DBusWatch *watch, void *data)
{
	struct a11y_bus *bus = data;
	size_t i = 0;
	while (i < N_WATCHES && bus->watches[i])
		i++;
	if (i == N_WATCHES)
		return FALSE;
	bus->watches[i] = watch;
	if (!bus->source) {
		bus->fd = dbus_watch_get_unix_fd(watch);
		bus->source =
			loop_add(bus->loop, bus->fd, events_of(bus), handle_ready, bus);
	}
	update(bus);
	return bus->source != NULL;
}

static void remove_watch(DBusWatch *watch, void *data)
{
	struct a11y_bus *bus = data;
	bool any = false;
	for (size_t i = 0; i < N_WATCHES; i++) {
		if (bus->watches[i] == watch)
			bus->watches[i] = NULL;
		any |= bus->watches[i] != NULL;
	}
	if (any) {
		update(bus);
		return;
	}
	loop_remove(bus->source);
	bus->source = NULL;
}

static void toggle_watch(DBusWatch *watch, void *data)
{
	(void)watch;
	update(data);
}

/* Timers. */

static void set_timer(struct timer *timer)
{
	timer->due_ns = dbus_timeout_get_enabled(timer->timeout)
				? clock_now_ns() + (uint64_t)dbus_timeout_get_interval(
							   timer->timeout) *
							   NS_PER_MS
				: UINT64_MAX;
}

static dbus_bool_t add_timer(DBusTimeout *timeout, void *data)
{
	struct a11y_bus *bus = data;
	struct timer *timer = xcalloc(1, sizeof *timer);
	timer->timeout = timeout;
	set_timer(timer);
	dbus_timeout_set_data(timeout, timer, NULL);
	list_push_back(&bus->timers, &timer->link);
	return TRUE;
}

static void remove_timer(DBusTimeout *timeout, void *data)
{
	struct timer *timer = dbus_timeout_get_data(timeout);
	(void)data;
	if (!timer)
		return;
	dbus_timeout_set_data(timeout, NULL, NULL);
	list_remove(&timer->link);
	free(timer);
}

static void toggle_timer(DBusTimeout *timeout, void *data)
{
	struct timer *timer = dbus_timeout_get_data(timeout);
	(void)data;
	if (timer)
		set_timer(timer);
}

static struct timer *first_timer(const struct a11y_bus *bus)
{
	struct timer *first = NULL;
	list_for_each (timer, &bus->timers, struct timer, link) {
		if (!first || timer->due_ns < first->due_ns)
			first = timer;
	}
	return first;
}

static void run_timers(struct a11y_bus *bus)
{
	uint64_t now = clock_now_ns();
	struct timer *timer;
	for (int i = 0; i < A11Y_BUS_TURN; i++) {
		timer = first_timer(bus);
		if (!timer || timer->due_ns > now)
			return;
		set_timer(timer);
		/* May remove it, and any other. */
		dbus_timeout_handle(timer->timeout);
		bus->more = true;
	}
}

/* Coming and going. */

/* Anybody can send a signal to us alone that says it is the bus's. */
static bool is_forged(DBusMessage *message)
{
	const char *interface = dbus_message_get_interface(message),
		   *sender = dbus_message_get_sender(message);
	return dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_SIGNAL && interface &&
	       strcmp(interface, DBUS_INTERFACE_DBUS) == 0 &&
	       (!sender || strcmp(sender, DBUS_SERVICE_DBUS) != 0);
}

static DBusHandlerResult handle_message(
	DBusConnection *connection, DBusMessage *message, void *data)
{
	struct a11y_bus *bus = data;
	(void)connection;
	if (dbus_message_is_signal(message, DBUS_INTERFACE_LOCAL, "Disconnected"))
		bus->lost = true;
	else if (bus->up && !is_forged(message))
		bus->user->message(bus->data, message);
	return DBUS_HANDLER_RESULT_HANDLED;
}

static void handle_hello(void *data, DBusMessage *reply)
{
	struct a11y_bus *bus = data;
	const char *name;
	if (!reply || !dbus_message_get_args(
			      reply, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID)) {
		bus->lost = true;
		return;
	}
	dbus_bus_set_unique_name(bus->connection, name);
	bus->up = true;
	bus->user->up(bus->data);
}

static int connect_to(struct a11y_bus *bus, const char *address)
{
	/* Once there is somebody to talk to; it stays. */
	if (!library_dbus.handle && library_load(&library_dbus) < 0)
		return -ENOSYS;
	DBusConnection *c = dbus_connection_open_private(address, NULL);
	if (!c)
		return -ECONNREFUSED;
	bus->connection = c;
	bus->lost = bus->up = bus->more = false;
	dbus_connection_set_exit_on_disconnect(c, FALSE);
	dbus_connection_set_max_message_size(c, A11Y_BUS_MESSAGE);
	dbus_connection_set_max_received_size(c, 2 * A11Y_BUS_MESSAGE);
	dbus_connection_set_max_message_unix_fds(c, 0);
	if (!dbus_connection_add_filter(c, handle_message, bus, NULL) ||
		!dbus_connection_set_watch_functions(
			c, add_watch, remove_watch, toggle_watch, bus, NULL) ||
		!dbus_connection_set_timeout_functions(
			c, add_timer, remove_timer, toggle_timer, bus, NULL))
		return -ENOMEM;
	a11y_bus_call(bus,
		dbus_message_new_method_call(
			DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "Hello"),
		A11Y_BUS_REPLY_MS, handle_hello, bus);
	return 0;
}

static void go_down(struct a11y_bus *bus, int r)
{
	a11y_bus_close(bus);
	bus->user->down(bus->data, r);
}

static void handle_probed(void *data, int r, const char *address)
{
	struct a11y_bus *bus = data;
	struct a11y_probe *probe = bus->probe;
	bus->probe = NULL;
	if (r == 0)
		r = connect_to(bus, address);
	a11y_probe_destroy(probe);
	if (r < 0)
		go_down(bus, r);
}

int a11y_bus_open(struct a11y_bus *bus, const char *addresses)
{
	int r;
	a11y_bus_close(bus);
	bus->probe = a11y_probe_create(bus->loop, addresses, handle_probed, bus, &r);
	return r;
}

void a11y_bus_close(struct a11y_bus *bus)
{
	DBusConnection *c = bus->connection;
	a11y_probe_destroy(bus->probe);
	bus->probe = NULL;
	bus->connection = NULL;
	bus->up = bus->lost = bus->more = false;
	if (!c)
		return;
	dbus_connection_close(c);
	dbus_connection_set_watch_functions(c, NULL, NULL, NULL, NULL, NULL);
	dbus_connection_set_timeout_functions(c, NULL, NULL, NULL, NULL, NULL);
	dbus_connection_remove_filter(c, handle_message, bus);
	dbus_connection_unref(c);
}

void a11y_bus_turn(struct a11y_bus *bus)
{
	if (bus->probe)
		a11y_probe_turn(bus->probe);
	if (!bus->connection)
		return;
	run_timers(bus);
	uint64_t until = clock_now_ns() + A11Y_BUS_TURN_NS;
	for (int i = 0; i < A11Y_BUS_TURN && bus->more && !bus->lost; i++) {
		if (a11y_bus_full(bus) || clock_now_ns() >= until)
			break;
		bus->more = dbus_connection_dispatch(bus->connection) !=
			    DBUS_DISPATCH_COMPLETE;
		if (!bus->connection)
			return;
	}
	if (bus->lost || !dbus_connection_get_is_connected(bus->connection))
		go_down(bus, -ECONNRESET);
}

uint64_t a11y_bus_next_ns(const struct a11y_bus *bus)
{
	if (bus->probe)
		return a11y_probe_next_ns(bus->probe);
	if (!bus->connection)
		return UINT64_MAX;
	if (bus->lost || (bus->more && !a11y_bus_full(bus)))
		return 0;
	const struct timer *timer = first_timer(bus);
	return timer ? timer->due_ns : UINT64_MAX;
}

bool a11y_bus_full(const struct a11y_bus *bus)
{
	return bus->connection &&
	       dbus_connection_get_outgoing_size(bus->connection) > A11Y_BUS_FULL;
}

const char *a11y_bus_name(const struct a11y_bus *bus)
{
	return dbus_bus_get_unique_name(bus->connection);
}

/* Sending. */

void a11y_bus_send(struct a11y_bus *bus, DBusMessage *message)
{
	if (!message)
		return;
	if (bus->connection)
		dbus_connection_send(bus->connection, message, NULL);
	dbus_message_unref(message);
}

static void handle_reply(DBusPendingCall *pending, void *data)
{
	const struct question *question = data;
	struct a11y_bus *bus = question->bus;
	DBusMessage *reply = dbus_pending_call_steal_reply(pending);
	bool good =
		reply && dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_METHOD_RETURN;
	/* Closed: what is told of it is over. */
	if (bus->connection)
		question->replied(question->data, good ? reply : NULL);
	if (reply)
		dbus_message_unref(reply);
}

void a11y_bus_call(struct a11y_bus *bus, DBusMessage *message, int timeout_ms,
	void (*replied)(void *data, DBusMessage *reply), void *data)
{
	DBusPendingCall *pending = NULL;
	if (message && bus->connection)
		dbus_connection_send_with_reply(
			bus->connection, message, &pending, timeout_ms);
	if (message)
		dbus_message_unref(message);
	if (!pending)
		return;
	struct question *question = xcalloc(1, sizeof *question);
	*question = (struct question){bus, replied, data};
	if (!dbus_pending_call_set_notify(pending, handle_reply, question, free)) {
		free(question);
		dbus_pending_call_cancel(pending);
	}
	dbus_pending_call_unref(pending);
}

static void ignore_reply(void *data, DBusMessage *reply)
{
	const struct a11y_bus *bus = data;
	if (!reply)
		log_debug("%s refused a match", bus->what);
}

void a11y_bus_match(struct a11y_bus *bus, const char *rule, bool on)
{
	DBusMessage *message = dbus_message_new_method_call(DBUS_SERVICE_DBUS,
		DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, on ? "AddMatch" : "RemoveMatch");
	if (message && !dbus_message_append_args(
			       message, DBUS_TYPE_STRING, &rule, DBUS_TYPE_INVALID)) {
		dbus_message_unref(message);
		return;
	}
	a11y_bus_call(bus, message, A11Y_BUS_REPLY_MS, ignore_reply, bus);
}
