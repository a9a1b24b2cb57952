/*
 * a11y_events: signals of what changed, for who listens to such. What is told is what was
 * different when it was looked at: while the bus is full nobody looks, and nothing is lost but
 * what was between.
 */
#ifndef OSAAS_SESSION_A11Y_EVENTS_H
#define OSAAS_SESSION_A11Y_EVENTS_H

#include <stdbool.h>

struct a11y;
struct a11y_tree;
struct a11y_window;

/* a11y_events_window: "Create", "Destroy", "Activate", "Deactivate". */
void a11y_events_window(
	struct a11y *a11y, const struct a11y_window *window, const char *what);
/* a11y_events_announce: something that no window says, and that is heard at once. */
void a11y_events_announce(struct a11y *a11y, const char *text);
/* a11y_events_child: the application has that window now, or no longer. */
void a11y_events_child(struct a11y *a11y, const struct a11y_window *window, bool added);
/* a11y_events_frame: the window's tree was another one. */
void a11y_events_frame(
	struct a11y *a11y, struct a11y_window *window, const struct a11y_tree *was);

#endif
