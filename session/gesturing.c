#include "session/gesturing.h"

#include <stddef.h>

#include "session/idle.h"
#include "session/input_record.h"
#include "session/pointer.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/window.h"
#include "util/opwire.h"

static void begin(struct session *session)
{
	struct gesturing *g = &session->gesturing;
	double x = 0, y = 0;
	pointer_where(session->pointer, &x, &y);
	g->window = routing_listener(session, x, y, LISTEN_GESTURE, &g->tag);
}

void session_gesture(struct session *session, const struct input_gesture *gesture)
{
	struct gesturing *g = &session->gesturing;
	input_record_gesture(session->input_record, gesture);
	bool wakes = idle_takes_gesture(session->idle);
	if (gesture->phase == INPUT_GESTURE_BEGIN && !wakes)
		begin(session);
	struct window *window = g->window;
	if (gesture->phase == INPUT_GESTURE_END || gesture->phase == INPUT_GESTURE_CANCEL)
		g->window = NULL;
	if (window)
		window_send_gesture(window, g->tag, gesture);
}

void gesturing_forget(struct gesturing *gesturing, const struct window *window)
{
	if (gesturing->window == window)
		gesturing->window = NULL;
}
