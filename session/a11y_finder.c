#include "session/a11y_finder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "session/a11y_probe.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define A11Y_NAME   "org.a11y.Bus"
#define A11Y_PATH   "/org/a11y/bus"
#define A11Y_STATUS "org.a11y.Status"

static const char owner_rule[] =
	"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
	"member='NameOwnerChanged',arg0='" A11Y_NAME "'";
static const char status_rule[] =
	"type='signal',path='" A11Y_PATH "',interface='" DBUS_INTERFACE_PROPERTIES
	"',member='PropertiesChanged',arg0='" A11Y_STATUS "'";

uint64_t a11y_backoff_ns(unsigned tries)
{
	return NS_PER_S << (tries < 6 ? tries : 6);
}

/* Of the environment, or where systemd and others put it. */
static char *session_addresses(void)
{
	char path[160];
	const char *said = getenv("DBUS_SESSION_BUS_ADDRESS"),
		   *folder = getenv("XDG_RUNTIME_DIR");
	if (said && said[0])
		return xstrdup(said);
	if (!folder || !folder[0] || strpbrk(folder, ",;%=") ||
		snprintf(path, sizeof path, "unix:path=%s/bus", folder) >=
			(int)sizeof path)
		return NULL;
	return xstrdup(path);
}

static const char *direct_address(void)
{
	const char *said = getenv("AT_SPI_BUS_ADDRESS");
	return said && said[0] ? said : NULL;
}

/* It was to be on: then it is an error, said once until it is better. */
static void complain(struct a11y_finder *finder, const char *what)
{
	if (finder->forced && !finder->complained)
		log_error("accessibility = on: %s", what);
	else
		log_debug("accessibility: %s", what);
	finder->complained = true;
}

/* The socket: made, or made anew. Looked for only while nobody answers there. */

static void try_open(struct a11y_finder *finder);

static void handle_folder(void *data, uint32_t events)
{
	struct a11y_finder *finder = data;
	char some[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	(void)events;
	bool any = false;
	while (read(finder->inotify_fd, some, sizeof some) > 0)
		any = true;
	if (any && !a11y_bus_is_open(&finder->bus)) {
		finder->tries = 0;
		try_open(finder);
	}
}

static void unwatch_socket(struct a11y_finder *finder)
{
	loop_remove(finder->source);
	finder->source = NULL;
	if (finder->inotify_fd >= 0)
		close(finder->inotify_fd);
	finder->inotify_fd = -1;
}

static void watch_socket(struct a11y_finder *finder)
{
	char path[256];
	if (finder->inotify_fd >= 0 ||
		a11y_probe_path(finder->addresses, path, sizeof path) < 0 || !path[0])
		return;
	char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return;
	*slash = '\0';
	finder->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (finder->inotify_fd >= 0 && inotify_add_watch(finder->inotify_fd, path,
					       IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) >= 0)
		finder->source = loop_add(finder->bus.loop, finder->inotify_fd, EPOLLIN,
			handle_folder, finder);
	if (!finder->source)
		unwatch_socket(finder);
}

/* What the bus says. */

static void handle_address(void *data, DBusMessage *reply)
{
	struct a11y_finder *finder = data;
	const char *address;
	if (reply &&
		dbus_message_get_args(
			reply, NULL, DBUS_TYPE_STRING, &address, DBUS_TYPE_INVALID) &&
		address[0])
		finder->found(finder->data, address);
	else
		complain(finder, "org.a11y.Bus does not start; install at-spi2-core");
}

static DBusMessage *ask(
	const struct a11y_finder *finder, const char *interface, const char *member)
{
	DBusMessage *message =
		dbus_message_new_method_call(A11Y_NAME, A11Y_PATH, interface, member);
	if (message)
		dbus_message_set_auto_start(message, finder->forced);
	return message;
}

static bool truth_of(DBusMessageIter *value)
{
	dbus_bool_t truth = FALSE;
	DBusMessageIter inner;
	if (dbus_message_iter_get_arg_type(value) != DBUS_TYPE_VARIANT)
		return false;
	dbus_message_iter_recurse(value, &inner);
	if (dbus_message_iter_get_arg_type(&inner) == DBUS_TYPE_BOOLEAN)
		dbus_message_iter_get_basic(&inner, &truth);
	return truth;
}

/* a{sv} of org.a11y.Status: one of IsEnabled, ScreenReaderEnabled. */
static bool says_enabled(DBusMessage *reply)
{
	DBusMessageIter it, all, entry;
	bool any = false;
	if (!reply || !dbus_message_has_signature(reply, "a{sv}") ||
		!dbus_message_iter_init(reply, &it))
		return false;
	dbus_message_iter_recurse(&it, &all);
	for (; dbus_message_iter_get_arg_type(&all) == DBUS_TYPE_DICT_ENTRY;
		dbus_message_iter_next(&all)) {
		const char *key;
		dbus_message_iter_recurse(&all, &entry);
		dbus_message_iter_get_basic(&entry, &key);
		dbus_message_iter_next(&entry);
		if (strcmp(key, "IsEnabled") == 0 ||
			strcmp(key, "ScreenReaderEnabled") == 0)
			any |= truth_of(&entry);
	}
	return any;
}

static void handle_status(void *data, DBusMessage *reply)
{
	struct a11y_finder *finder = data;
	if (finder->forced || says_enabled(reply))
		a11y_bus_call(&finder->bus, ask(finder, A11Y_NAME, "GetAddress"),
			A11Y_BUS_REPLY_MS, handle_address, finder);
	else
		finder->found(finder->data, NULL);
}

static void ask_status(struct a11y_finder *finder)
{
	static const char *const status = A11Y_STATUS;
	DBusMessage *message = ask(finder, DBUS_INTERFACE_PROPERTIES, "GetAll");
	if (message && !dbus_message_append_args(
			       message, DBUS_TYPE_STRING, &status, DBUS_TYPE_INVALID)) {
		dbus_message_unref(message);
		return;
	}
	a11y_bus_call(&finder->bus, message, A11Y_BUS_REPLY_MS, handle_status, finder);
}

static void handle_up(void *data)
{
	struct a11y_finder *finder = data;
	finder->tries = 0;
	finder->complained = false;
	unwatch_socket(finder);
	a11y_bus_match(&finder->bus, owner_rule, true);
	a11y_bus_match(&finder->bus, status_rule, true);
	ask_status(finder);
}

/* A bus that goes takes nothing away: the other one may still be there. */
static void handle_down(void *data, int r)
{
	struct a11y_finder *finder = data;
	log_debug("the session bus: %s", strerror(-r));
	if (r == -ENOSYS)
		return;
	watch_socket(finder);
	complain(finder, "the session bus does not answer; it is tried again");
	if (finder->tries < A11Y_TRIES)
		finder->retry_ns = clock_now_ns() + a11y_backoff_ns(finder->tries++);
}

static void refuse(struct a11y_finder *finder, DBusMessage *message)
{
	if (dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_METHOD_CALL &&
		!dbus_message_get_no_reply(message))
		a11y_bus_send(&finder->bus,
			dbus_message_new_error(message, DBUS_ERROR_UNKNOWN_OBJECT,
				"nothing is offered here"));
}

static void handle_message(void *data, DBusMessage *message)
{
	struct a11y_finder *finder = data;
	const char *name, *old, *new;
	if (dbus_message_is_signal(
		    message, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged")) {
		ask_status(finder);
	} else if (dbus_message_is_signal(
			   message, DBUS_INTERFACE_DBUS, "NameOwnerChanged") &&
		   dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name,
			   DBUS_TYPE_STRING, &old, DBUS_TYPE_STRING, &new,
			   DBUS_TYPE_INVALID) &&
		   strcmp(name, A11Y_NAME) == 0) {
		if (new[0])
			ask_status(finder);
		else
			finder->found(finder->data, NULL);
	} else {
		refuse(finder, message);
	}
}

static const struct a11y_bus_user user = {handle_up, handle_down, handle_message};

static void try_open(struct a11y_finder *finder)
{
	finder->retry_ns = UINT64_MAX;
	int r = a11y_bus_open(&finder->bus, finder->addresses);
	if (r < 0 && finder->inotify_fd < 0) {
		/* It may have come in between. */
		watch_socket(finder);
		r = a11y_bus_open(&finder->bus, finder->addresses);
	}
	if (r == 0)
		return;
	complain(finder, "the session bus cannot be reached; its socket is waited for");
	/* Full of who wants in: it may get better. Else its socket is waited for. */
	if (r == -EAGAIN)
		handle_down(finder, r);
}

void a11y_finder_init(struct a11y_finder *finder, struct loop *loop,
	void (*found)(void *data, const char *address), void *data)
{
	*finder = (struct a11y_finder){
		.found = found, .data = data, .inotify_fd = -1, .retry_ns = UINT64_MAX};
	a11y_bus_init(&finder->bus, loop, "the session bus", &user, finder);
}

void a11y_finder_start(struct a11y_finder *finder, bool forced)
{
	a11y_finder_stop(finder);
	finder->forced = forced;
	if (direct_address()) {
		finder->found(finder->data, direct_address());
		return;
	}
	finder->addresses = session_addresses();
	if (!finder->addresses) {
		complain(finder,
			"there is no session bus: DBUS_SESSION_BUS_ADDRESS and "
			"XDG_RUNTIME_DIR are not set; start under dbus-run-session");
		return;
	}
	try_open(finder);
}

void a11y_finder_stop(struct a11y_finder *finder)
{
	a11y_bus_close(&finder->bus);
	unwatch_socket(finder);
	free(finder->addresses);
	finder->addresses = NULL;
	finder->retry_ns = UINT64_MAX;
	finder->tries = 0;
}

void a11y_finder_finish(struct a11y_finder *finder)
{
	a11y_finder_stop(finder);
}

void a11y_finder_again(struct a11y_finder *finder)
{
	if (direct_address())
		finder->found(finder->data, direct_address());
	else if (finder->bus.up)
		ask_status(finder);
}

void a11y_finder_turn(struct a11y_finder *finder)
{
	a11y_bus_turn(&finder->bus);
	if (clock_now_ns() >= finder->retry_ns)
		try_open(finder);
}

uint64_t a11y_finder_next_ns(const struct a11y_finder *finder)
{
	uint64_t bus = a11y_bus_next_ns(&finder->bus);
	return bus < finder->retry_ns ? bus : finder->retry_ns;
}
