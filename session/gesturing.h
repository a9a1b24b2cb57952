/*
 * gesturing: a gesture of a touchpad goes to the area that was under the pointer when it began,
 * and listens to gestures, up to its end.
 */
#ifndef OSAAS_SESSION_GESTURING_H
#define OSAAS_SESSION_GESTURING_H

#include <stdint.h>

#include "input/input.h"

struct session;
struct window;

struct gesturing {
	struct window *window; /* whose area it is; NULL: nobody hears */
	uint64_t tag;
};

void session_gesture(struct session *session, const struct input_gesture *gesture);

/* gesturing_forget: the window goes, or what is shown of it is not its own now. */
void gesturing_forget(struct gesturing *gesturing, const struct window *window);

#endif
