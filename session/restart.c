#include "session/restart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/plugin.h"
#include "session/consent.h"
#include "session/control.h"
#include "session/control_reply.h"
#include "session/failure.h"
#include "session/hosted.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"

int restart_take(struct hosted *hosted, struct hosted *next, struct message *first)
{
	struct session *session = hosted->session;
	next->before = hosted;
	int r = hosted_start(next, first);
	next->before = NULL;
	if (r < 0) {
		hosted_destroy(next);
		return r;
	}
	list_insert_between(hosted->link.prev, &next->link, &hosted->link);
	list_remove(&hosted->link);
	if (next->window && hosted->window) {
		window_stand_in(next->window, hosted->window);
		if (hosted->plugin)
			panel_lend(hosted->window, next->window);
		session_replace_window(session, hosted->window, next->window);
	} else if (next->window) {
		session_add_window(session, next->window);
	}
	return 0;
}

/* What is to take its place, or NULL. */
static struct hosted *load_again(
	struct hosted *hosted, char why[static RESTART_WHY_MAX], int *r)
{
	char denied[CONSENT_WHY_MAX];
	struct plugin_error err;
	struct plugin *plugin;
	*r = plugin_load(hosted->path, &plugin, &err);
	if (*r < 0) {
		snprintf(why, RESTART_WHY_MAX, "cannot be started again: %s", err.text);
		return NULL;
	}
	struct hosted *next = hosted_create(hosted->session, plugin);
	*r = consent_check(next, denied);
	if (*r == 0)
		return next;
	snprintf(why, RESTART_WHY_MAX, "cannot be started again: %s", denied);
	hosted_destroy(next);
	return NULL;
}

int restart_plugin(struct hosted *hosted, char why[static RESTART_WHY_MAX])
{
	struct session *session = hosted->session;
	int r;
	if (hosted->reload) {
		snprintf(why, RESTART_WHY_MAX, "is being reloaded: try again when it is");
		return -EBUSY;
	}
	struct hosted *next = load_again(hosted, why, &r);
	if (!next) {
		if (!hosted->plugin)
			failure_show(hosted, why);
		return r;
	}
	log_info("%s is started again", hosted->name);
	hosted_lose(hosted);
	r = restart_take(hosted, next, NULL);
	if (r < 0) {
		snprintf(why, RESTART_WHY_MAX, "cannot be started again: %s: see the log",
			strerror(-r));
		session->failures++;
		if (hosted->window && !hosted->window->panel.edge)
			failure_show(hosted, why);
		else
			hosted_destroy(hosted);
		return r;
	}
	if (next->window && hosted->window)
		window_inherit(next->window, hosted->window);
	hosted_destroy(hosted);
	return 0;
}

/* Closing. */

static void answer(struct hosted *hosted, const char *what)
{
	struct control *control = hosted->session->control;
	uint64_t ticket = hosted->closing;
	struct reply *reply = ticket ? control_waiting(control, ticket) : NULL;
	hosted->close_ns = hosted->closing = 0;
	if (!reply)
		return;
	reply_say(reply, "close", "%s %s", hosted->name, what);
	control_finish(control, ticket);
}

void close_plugin(struct hosted *hosted, struct reply *reply)
{
	if (hosted->close_ns || hosted->reload) {
		reply_refuse(reply, REPLY_FAILED, "%s is being %s", hosted->name,
			hosted->reload ? "reloaded: try again when it is"
				       : "closed already");
		return;
	}
	if (hosted->plugin && hosted->window) {
		window_send_close(hosted->window);
		hosted->close_ns = clock_now_ns() + CLOSE_TIME_NS;
		hosted->closing = control_defer(hosted->session->control, reply);
		return;
	}
	reply_say(reply, "close", "%s %s", hosted->name,
		hosted->plugin ? "was ended" : "was closed");
	hosted_destroy(hosted);
}

void close_asked(struct hosted *hosted)
{
	if (hosted->close_ns || hosted->reload)
		return;
	if (!hosted->plugin || !hosted->window) {
		hosted_destroy(hosted);
		return;
	}
	window_send_close(hosted->window);
	hosted->close_ns = clock_now_ns() + CLOSE_TIME_NS;
}

void close_ended(struct hosted *hosted)
{
	answer(hosted, "has closed");
}

void close_turn(struct session *session)
{
	if (close_next_ns(session) == UINT64_MAX)
		return;
	uint64_t now = clock_now_ns();
	list_for_each_safe (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->close_ns || now < hosted->close_ns)
			continue;
		log_info("%s did not close: it is ended", hosted->name);
		answer(hosted, "did not close within 2 s and was ended");
		hosted_destroy(hosted);
	}
}

uint64_t close_next_ns(const struct session *session)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (hosted->close_ns && hosted->close_ns < ns)
			ns = hosted->close_ns;
	}
	return ns;
}
