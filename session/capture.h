/*
 * capture: the pointer of a window that asked for it (OSAAS_WINDOW_CAPTURE) and may
 * ("input.capture"): it stays where it is and is not seen, how it is moved is told to that
 * window, and buttons and scrolling are for its areas alone, wherever the pointer rests. One
 * window at a time, and only while it has the keys: whatever takes them from it ends this,
 * and so do its end, a notice over it, another virtual terminal and the shortcut
 * release-pointer. After that shortcut the window may not ask again before the user
 * pressed on it, or gave it the keys anew.
 */
#ifndef OSAAS_SESSION_CAPTURE_H
#define OSAAS_SESSION_CAPTURE_H

#include <stdbool.h>

struct input_motion;
struct input_pointer;
struct session;
struct window;

enum capture_answer {
	CAPTURE_DONE,
	CAPTURE_SENSELESS, /* no keys, nothing to end, or the user took it back */
	CAPTURE_REFUSED,   /* no grant */
};

/* capture_ask carries out the window's command. */
enum capture_answer capture_ask(struct window *window, bool on);
/* capture_end: if some window (window NULL) or this one has the pointer it has it no longer. */
void capture_end(struct session *session, const struct window *window);
/* capture_release: the user wants it back. */
void capture_release(struct session *session);

/* capture_motion: true: it was told to the one that has the pointer. */
bool capture_motion(struct session *session, const struct input_motion *motion);
/* capture_confine: where buttons and scrolling are, within the window that has the pointer. */
void capture_confine(const struct session *session, struct input_pointer *pointer);

#endif
