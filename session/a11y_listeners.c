#include "session/a11y_listeners.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "session/a11y_private.h"
#include "util/log.h"

#define REGISTRY_PATH "/org/a11y/atspi/registry"

static const char registry_rule[] =
	"type='signal',sender='" A11Y_REGISTRY "',interface='" A11Y_REGISTRY "'";

static const struct {
	const char *class, *major;
} names[EVENTS] = {
	[EVENT_CHILDREN_CHANGED] = {"object", "childrenchanged"},
	[EVENT_PROPERTY_CHANGE] = {"object", "propertychange"},
	[EVENT_STATE_CHANGED] = {"object", "statechanged"},
	[EVENT_BOUNDS_CHANGED] = {"object", "boundschanged"},
	[EVENT_TEXT_CHANGED] = {"object", "textchanged"},
	[EVENT_TEXT_CARET_MOVED] = {"object", "textcaretmoved"},
	[EVENT_TEXT_SELECTION_CHANGED] = {"object", "textselectionchanged"},
	[EVENT_SELECTION_CHANGED] = {"object", "selectionchanged"},
	[EVENT_VISIBLE_DATA_CHANGED] = {"object", "visibledatachanged"},
	[EVENT_WINDOW] = {"window", ""},
	[EVENT_FOCUS] = {"focus", ""},
	[EVENT_ANNOUNCEMENT] = {"object", "announcement"},
};

/* One word up to the colon, in small letters, without hyphens. */
static const char *read_word(const char *from, char *to, size_t size)
{
	size_t n = 0;
	for (; *from && *from != ':'; from++) {
		if (*from != '-' && n + 1 < size)
			to[n++] = (char)tolower((unsigned char)*from);
	}
	to[n] = '\0';
	return *from ? from + 1 : from;
}

uint32_t a11y_event_bits(const char *name)
{
	char class[32], major[32];
	uint32_t bits = 0;
	name = read_word(name, class, sizeof class);
	read_word(name, major, sizeof major);
	for (int i = 0; i < EVENTS; i++) {
		bool of_class = !class[0] || strcmp(class, names[i].class) == 0;
		bool of_major = !major[0] || !names[i].major[0] ||
				strcmp(major, names[i].major) == 0;
		if (of_class && of_major)
			bits |= 1u << i;
	}
	return bits;
}

/* What the registry has: a(ss) of who, and what. */

static void ask(struct a11y *a11y);

static void handle_events(void *data, DBusMessage *reply)
{
	struct a11y *a11y = data;
	struct a11y_listeners *l = &a11y->listeners;
	DBusMessageIter it, all, one;
	l->asking = false;
	l->known = true;
	if (reply && dbus_message_has_signature(reply, "a(ss)") &&
		dbus_message_iter_init(reply, &it)) {
		l->wanted = 0;
		l->any = false;
		dbus_message_iter_recurse(&it, &all);
		for (; dbus_message_iter_get_arg_type(&all) == DBUS_TYPE_STRUCT;
			dbus_message_iter_next(&all)) {
			const char *event;
			dbus_message_iter_recurse(&all, &one);
			dbus_message_iter_next(&one);
			dbus_message_iter_get_basic(&one, &event);
			l->wanted |= a11y_event_bits(event);
			l->any = true;
		}
	}
	if (l->again)
		ask(a11y);
}

static void ask(struct a11y *a11y)
{
	struct a11y_listeners *l = &a11y->listeners;
	l->again = l->asking;
	if (l->asking)
		return;
	l->asking = true;
	a11y_bus_call(&a11y->bus,
		dbus_message_new_method_call(A11Y_REGISTRY, REGISTRY_PATH, A11Y_REGISTRY,
			"GetRegisteredEvents"),
		A11Y_BUS_REPLY_MS, handle_events, a11y);
}

void a11y_listeners_start(struct a11y *a11y)
{
	a11y->listeners = (struct a11y_listeners){0};
	a11y_bus_match(&a11y->bus, registry_rule, true);
	ask(a11y);
}

void a11y_listeners_again(struct a11y *a11y)
{
	ask(a11y);
}

void a11y_listeners_stop(struct a11y *a11y)
{
	a11y->listeners = (struct a11y_listeners){0};
}

/* Clients. */

static void match_client(struct a11y *a11y, const char *name, bool on)
{
	char rule[160];
	snprintf(rule, sizeof rule,
		"type='signal',sender='org.freedesktop.DBus',"
		"interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'",
		name);
	a11y_bus_match(&a11y->bus, rule, on);
}

static char *find_client(struct a11y_listeners *l, const char *name)
{
	for (int i = 0; i < A11Y_CLIENTS; i++) {
		if (strcmp(l->clients[i], name) == 0)
			return l->clients[i];
	}
	return NULL;
}

void a11y_listeners_note(struct a11y *a11y, const char *name)
{
	struct a11y_listeners *l = &a11y->listeners;
	if (!name || strlen(name) >= sizeof l->clients[0] || find_client(l, name))
		return;
	char *free_one = find_client(l, "");
	if (!free_one) {
		l->beyond = 1;
		return;
	}
	strcpy(free_one, name);
	l->n_clients++;
	match_client(a11y, name, true);
}

static void forget_client(struct a11y *a11y, const char *name)
{
	char *client = find_client(&a11y->listeners, name);
	if (!client || !client[0])
		return;
	client[0] = '\0';
	a11y->listeners.n_clients--;
	match_client(a11y, name, false);
}

bool a11y_listeners_signal(struct a11y *a11y, DBusMessage *message)
{
	const char *name, *old, *new;
	if (dbus_message_is_signal(message, A11Y_REGISTRY, "EventListenerRegistered") ||
		dbus_message_is_signal(
			message, A11Y_REGISTRY, "EventListenerDeregistered")) {
		ask(a11y);
		return true;
	}
	if (!dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameOwnerChanged") ||
		!dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name,
			DBUS_TYPE_STRING, &old, DBUS_TYPE_STRING, &new,
			DBUS_TYPE_INVALID) ||
		strcmp(name, A11Y_REGISTRY) == 0)
		return false;
	if (!new[0])
		forget_client(a11y, name);
	return true;
}

bool a11y_heard(const struct a11y *a11y)
{
	const struct a11y_listeners *l = &a11y->listeners;
	return l->any || l->n_clients > 0 || l->beyond;
}

/* Copies that clients keep live on the first three, whoever asked for them. */
bool a11y_wants(const struct a11y *a11y, enum a11y_event event)
{
	if (event <= EVENT_STATE_CHANGED)
		return a11y_heard(a11y);
	return a11y->listeners.wanted & 1u << event;
}
