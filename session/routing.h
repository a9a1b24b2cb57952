/*
 * routing: who hears of the input: the window that has the focus, and the areas under a
 * pointer or finger. What lies where is asked of windows and their layers; who is entered
 * and who has a grab is kept by input_route.
 */
#ifndef OSAAS_SESSION_ROUTING_H
#define OSAAS_SESSION_ROUTING_H

#include "input/input.h"

struct session;
struct window;

/* session_focus: the keys go to that one from now on. */
void session_focus(struct session *session, struct window *window);
/* routing_tell_focus tells the window, or what lies over it. */
void routing_tell_focus(struct window *window, bool focused);
/* routing_forget: no more events of what is under way go there. */
void routing_forget(struct session *session, const struct window *window);

/* Input, from the back end. */
void session_key(struct session *session, const struct input_key *key);
void session_pointer(struct session *session, const struct input_pointer *pointer);
/*
 * session_pointer_settle: screens lie otherwise: what is under the pointer now, and what was,
 * hear of it. A pointer that never moved, or is not seen over anything, is nowhere still.
 */
void session_pointer_settle(struct session *session);
/* session_pointer_leave: it is nowhere here until it moves. */
void session_pointer_leave(struct session *session);
void session_touch(struct session *session, const struct input_touch *touch);
/* session_cursor: what is at that place of the layout asks for this shape (enum op_cursor). */
unsigned session_cursor(struct session *session, double x, double y);
void session_input_cancel(struct session *session);

#endif
