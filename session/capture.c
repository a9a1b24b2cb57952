#include "session/capture.h"

#include <math.h>

#include "session/input_record.h"
#include "session/pointer.h"
#include "session/screen.h"
#include "session/service_capture.h"
#include "session/session.h"
#include "session/window.h"
#include "util/log.h"

static void begin(struct session *session, struct window *window)
{
	session->captor = window;
	pointer_hold(session->pointer, true);
	/* Areas below it are that window's alone now. */
	session->relaid = true;
	window_send_captured(window, true);
}

void capture_end(struct session *session, const struct window *window)
{
	struct window *captor = session->captor;
	if (!captor || (window && window != captor))
		return;
	session->captor = NULL;
	pointer_hold(session->pointer, false);
	session->relaid = true;
	window_send_captured(captor, false);
}

enum capture_answer capture_ask(struct window *window, bool on)
{
	struct session *session = window->session;
	bool has = session->captor == window;
	if (on && !service_capture_granted(window))
		return CAPTURE_REFUSED;
	if (on == has || (on && (session->focus != window || window->notice ||
					window->capture_barred)))
		return CAPTURE_SENSELESS;
	if (on)
		begin(session, window);
	else
		capture_end(session, window);
	return CAPTURE_DONE;
}

void capture_release(struct session *session)
{
	if (!session->captor)
		return;
	log_info("the shortcut for it was pressed: %s has the pointer no longer",
		session->captor->name);
	session->captor->capture_barred = true;
	capture_end(session, NULL);
}

bool capture_motion(struct session *session, const struct input_motion *motion)
{
	struct window *window = session->captor;
	if (!window)
		return false;
	input_record_motion(session->input_record, motion);
	window_send_motion(window, motion);
	return true;
}

static double confine(double v, double from, double size)
{
	return v < from ? from : v < from + size ? v : from + size - 1;
}

void capture_confine(const struct session *session, struct input_pointer *pointer)
{
	const struct window *window = session->captor;
	const struct screen *screen = window ? window->screen : NULL;
	double x, y;
	if (!screen)
		return;
	screen_of_layout(screen, (double)pointer->x, (double)pointer->y, &x, &y);
	x = confine(x, window->x, window->width);
	y = confine(y, window->y, window->height);
	pointer->x = (float)(screen->x + x / screen->scale);
	pointer->y = (float)(screen->y + y / screen->scale);
}
