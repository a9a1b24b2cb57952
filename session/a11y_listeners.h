/*
 * a11y_listeners: which events somebody wants, as the registry says (GetRegisteredEvents), and
 * which clients have asked us something, whose copies of the tree must stay right.
 */
#ifndef OSAAS_SESSION_A11Y_LISTENERS_H
#define OSAAS_SESSION_A11Y_LISTENERS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/a11y_dbus.h"

struct a11y;

#define A11Y_CLIENTS 32 /* of more it is not noticed when they go */

enum a11y_event {
	EVENT_CHILDREN_CHANGED,
	EVENT_PROPERTY_CHANGE,
	EVENT_STATE_CHANGED,
	EVENT_BOUNDS_CHANGED,
	EVENT_TEXT_CHANGED,
	EVENT_TEXT_CARET_MOVED,
	EVENT_TEXT_SELECTION_CHANGED,
	EVENT_SELECTION_CHANGED,
	EVENT_VISIBLE_DATA_CHANGED,
	EVENT_WINDOW,
	EVENT_FOCUS,
	EVENT_ANNOUNCEMENT,
	EVENTS,
};

struct a11y_listeners {
	uint32_t wanted; /* bits by enum a11y_event */
	bool any;        /* something was registered */
	bool known;      /* the registry was asked, and has answered or never will */
	bool asking, again;
	char clients[A11Y_CLIENTS][32]; /* unique names; "": free */
	unsigned n_clients, beyond;
};

/* a11y_listeners_start: the bus is there; a11y_listeners_stop: it is no more. */
void a11y_listeners_start(struct a11y *a11y);
/* a11y_listeners_again: the registry is another one. */
void a11y_listeners_again(struct a11y *a11y);
void a11y_listeners_stop(struct a11y *a11y);
/* a11y_listeners_signal: true: the signal was about that. */
bool a11y_listeners_signal(struct a11y *a11y, DBusMessage *message);
/* a11y_listeners_note: that one called us. */
void a11y_listeners_note(struct a11y *a11y, const char *name);

/* a11y_wants: somebody wants to hear of it. a11y_heard: of anything at all. */
bool a11y_wants(const struct a11y *a11y, enum a11y_event event);
bool a11y_heard(const struct a11y *a11y);

/* a11y_event_of: which it is about, as "object:state-changed:focused" or "Object:StateChanged:"; bits. Pure. */
uint32_t a11y_event_bits(const char *name);

#endif
