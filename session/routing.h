/*
 * routing: who hears of the input: the window that has the focus, and the areas under a
 * pointer or finger. What lies where is asked of windows and their layers; who is entered
 * and who has a grab is kept by input_route, which area of a window has the keys by focusing.
 *
 * Shortcuts of the session, the secure ones among them (Ctrl+Alt+Fn, Ctrl+Alt+Backspace), are
 * taken by input before anything comes here: no grab, filter or focus of a window is asked.
 */
#ifndef OSAAS_SESSION_ROUTING_H
#define OSAAS_SESSION_ROUTING_H

#include <stdbool.h>

#include "input/route.h"

struct osaas_window_grab;
struct screen;
struct session;
struct window;

/* session_focus: the keys go to that one from now on; NULL: to none. */
void session_focus(struct session *session, struct window *window);
/*
 * session_focus_next gives the keys to the next window, round the order in which they lie (step
 * +1 or -1), and raises it.
 */
void session_focus_next(struct session *session, int step);
/* routing_focus_beside: likewise the next one to the top one of that screen. False: it is alone. */
bool routing_focus_beside(struct session *session, const struct screen *screen, int step);
/* session_click_focus clicks the area that has the keys: focusing_click. */
bool session_click_focus(struct session *session);
/* routing_tell_focus tells the window, or what lies over it. */
void routing_tell_focus(struct window *window, bool focused);
/* routing_forget: no more events of what is under way go there. */
void routing_forget(struct session *session, const struct window *window);

/* Input, from the back end. */
void session_key(struct session *session, const struct input_key *key);
/* session_key_deliver: the same, when assistive technology was asked: it comes to who has the keys. */
void session_key_deliver(struct session *session, const struct input_key *key);
void session_pointer(struct session *session, const struct input_pointer *pointer);
/*
 * session_pointer_settle: screens lie otherwise: what is under the pointer now, and what was,
 * hear of it. A pointer that never moved, or is not seen over anything, is nowhere still.
 */
void session_pointer_settle(struct session *session);
/* session_pointer_leave: it is nowhere here until it moves. */
void session_pointer_leave(struct session *session);
/* session_pointer_cancel: whoever is involved hears that nothing was meant. */
void session_pointer_cancel(struct session *session);
/*
 * routing_listener: the topmost area there, of the topmost window, that listens to one of these
 * (util/opwire.h). NULL: there is none.
 */
struct window *routing_listener(
	struct session *session, double x, double y, uint32_t kinds, uint64_t *tag);
/* routing_window_at: the topmost window there, and where in it. NULL: there is none. */
struct window *routing_window_at(
	struct session *session, double x, double y, float *at_x, float *at_y);
/* routing_locate: where a pointer is, in the coordinates of the tag's last area. */
void routing_locate(const struct window *window, uint64_t tag,
	const struct input_pointer *pointer, float *x, float *y);
void session_touch(struct session *session, const struct input_touch *touch);
/* session_cursor: what is at that place of the layout asks for this shape (enum op_cursor). */
unsigned session_cursor(struct session *session, double x, double y);
void session_input_cancel(struct session *session);

/*
 * routing_turn, once per turn: after frames, areas that are there no more hear CANCEL and lose
 * the focus; what lies under resting pointers now is entered, what does not is left.
 */
void routing_turn(struct session *session);

/* routing_grab carries out OSAAS_WINDOW_GRAB. False: it makes no sense now. */
bool routing_grab(struct window *window, const struct osaas_window_grab *grab);

#endif
