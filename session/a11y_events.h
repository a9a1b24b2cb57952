/*
 * a11y_events: signals of what changed, for who listens to such. What is told is what was
 * different when it was looked at: while the bus is full nobody looks, and nothing is lost but
 * what was between. When each of them is sent: a11y_telling.h.
 */
#ifndef OSAAS_SESSION_A11Y_EVENTS_H
#define OSAAS_SESSION_A11Y_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/a11y_tree.h"

struct a11y;
struct a11y_window;

/* a11y_events_window: "Create", "Destroy", "Activate", "Deactivate". */
void a11y_events_window(
	struct a11y *a11y, const struct a11y_window *window, const char *what);
/* a11y_events_announce: something that no window says, and that is heard at once. */
void a11y_events_announce(struct a11y *a11y, const char *text);
/* a11y_events_child: the application has that window now, or no longer. */
void a11y_events_child(struct a11y *a11y, const struct a11y_window *window, bool added);
/*
 * a11y_events_change: something of a window is otherwise than it was in its tree before.
 * a11y_events_added: of A11Y_ADDED; is_new: it was nowhere in the window.
 */
void a11y_events_change(struct a11y *a11y, struct a11y_window *window,
	const struct a11y_tree *was_in, enum a11y_change change,
	const struct a11y_node *was, const struct a11y_node *is);
void a11y_events_added(struct a11y *a11y, const struct a11y_window *window,
	const struct a11y_node *is, bool is_new);
/* Of the cache that clients keep: what a thing is, before they hear of it; that it is gone. */
void a11y_events_item(
	struct a11y *a11y, struct a11y_window *window, const struct a11y_node *node);
void a11y_events_gone(struct a11y *a11y, uint32_t id);

#endif
