/*
 * "input.capture": a grant, and a channel on which nothing is said: what it allows is asked for
 * on the window's (osaas_window.h).
 */
#include "session/service_capture.h"

#include "session/capture.h"
#include "session/hosted.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/window.h"

static const struct hosted *host_of(
	const struct session *session, const struct window *window)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (hosted->window == window)
			return hosted;
	}
	return NULL;
}

bool service_capture_granted(const struct window *window)
{
	const struct hosted *hosted = host_of(window->session, window);
	if (!hosted)
		return false;
	list_for_each (service, &hosted->services, struct service, link) {
		if (service->ops == &service_capture)
			return true;
	}
	return false;
}

/* It was taken back, or its plugin ends. */
static void stop(struct service *service)
{
	struct session *session = service->session;
	if (session->captor && session->captor->owner == (uintptr_t)service->plugin)
		capture_end(session, session->captor);
}

const struct service_ops service_capture = {
	.cap = "input.capture",
	.size = sizeof(struct service),
	.receive = service_unknown,
	.stop = stop,
};
