#include "session/reload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/endpoint.h"
#include "plugins/include/osaas_reload.h"
#include "plugins/plugin.h"
#include "session/consent.h"
#include "session/control.h"
#include "session/control_reply.h"
#include "session/hosted.h"
#include "session/restart.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define DEPTH 4 /* messages that wait in each direction: more are never under way */

struct reload {
	struct list link;      /* session.reloads */
	struct hosted *hosted; /* what is in the place now: the old one, then the new */
	struct hosted *old;    /* trial: frozen; owned; NULL: saving */
	struct plugin *next;   /* saving: the new one, loaded; owned */
	bool begun;            /* saving: it was asked */
	bool asked;            /* the old one waits for GO_ON */
	bool saved;            /* it gave its state */
	uint64_t due_ns;
	uint64_t ticket; /* of who asked, and waits */
};

/* Answers. */

static void answer(struct reload *reload, bool good, const char *text)
{
	if (good)
		log_info("%s", text);
	else
		log_error("%s", text);
	struct control *control = reload->hosted->session->control;
	struct reply *reply = control_waiting(control, reload->ticket);
	if (!reply)
		return;
	if (good)
		reply_say(reply, "reload", "%s", text);
	else
		reply_refuse(reply, REPLY_FAILED, "%s", text);
	control_finish(control, reload->ticket);
}

/* Forgets it; what it owns was given away. */
static void finish(struct reload *reload)
{
	list_remove(&reload->link);
	reload->hosted->reload = NULL;
	free(reload);
}

static void send_go_on(struct hosted *hosted)
{
	static const struct message go_on = {.type = OSAAS_RELOAD_GO_ON};
	endpoint_try_send(hosted->reload_end, &go_on);
}

/* Saving. */

static void give_up(struct reload *reload, const char *why)
{
	char text[384];
	struct hosted *hosted = reload->hosted;
	snprintf(text, sizeof text, "%s was not reloaded: %s", hosted->name, why);
	plugin_destroy(reload->next);
	if (reload->asked)
		send_go_on(hosted);
	answer(reload, false, text);
	finish(reload);
}

static void ask_to_save(struct reload *reload)
{
	struct message msg, save = {.type = OSAAS_RELOAD_SAVE};
	struct endpoint *end = reload->hosted->reload_end;
	/* What nobody asked for, or came too late. */
	while (endpoint_try_recv(end, &msg) == 0)
		message_drop(&msg);
	reload->due_ns = clock_now_ns() + RELOAD_SAVE_NS;
	memcpy(save.bytes, &reload->due_ns, sizeof reload->due_ns);
	int r = endpoint_try_send(end, &save);
	reload->asked = r == 0;
	if (r < 0)
		give_up(reload, r == -EPIPE ? "it has closed its channel for that"
					    : "it does not take what it is asked");
}

/* Trial. */

static void begin_trial(struct reload *reload, struct message *state)
{
	struct hosted *old = reload->hosted;
	struct plugin *plugin = reload->next;
	struct hosted *next = hosted_create(old->session, plugin);
	bool takes = plugin_manifest(plugin)->reload;
	reload->saved = state && takes;
	reload->next = NULL;
	plugin_freeze(old->plugin);
	int r = restart_take(old, next, takes ? state : NULL);
	if (state)
		message_drop(state);
	if (r < 0) {
		plugin_thaw(old->plugin);
		give_up(reload, "the new one could not be started: see the log");
		return;
	}
	old->reload = NULL;
	next->reload = reload;
	reload->hosted = next;
	reload->old = old;
	reload->due_ns = clock_now_ns() + RELOAD_TRIAL_NS;
}

static void begin(struct reload *reload)
{
	reload->begun = true;
	if (reload->hosted->reload_end)
		ask_to_save(reload);
	else
		begin_trial(reload, NULL);
}

static void take_state(struct reload *reload, struct message *msg)
{
	if (msg->endpoint) {
		message_drop(msg);
		give_up(reload, "its state holds the end of a channel, which cannot be "
				"handed on");
		return;
	}
	begin_trial(reload, msg);
}

static void turn_saving(struct reload *reload, uint64_t now)
{
	struct message msg;
	if (!reload->begun) {
		begin(reload);
		return;
	}
	int r = endpoint_try_recv(reload->hosted->reload_end, &msg);
	if (r == 0 && msg.type == OSAAS_RELOAD_STATE)
		take_state(reload, &msg);
	else if (r == 0)
		message_drop(&msg);
	else if (r == -EPIPE)
		give_up(reload, "it has closed its channel for that");
	else if (now >= reload->due_ns)
		give_up(reload, "it did not save its state within 2 s; 'osaas ctl "
				"restart' starts it afresh");
}

/* The old one goes on where it was; the new one is thrown away. */
static void go_back(struct reload *reload, const char *why)
{
	char text[384];
	struct hosted *old = reload->old, *next = reload->hosted;
	struct session *session = old->session;
	snprintf(text, sizeof text, "%s was not reloaded, and goes on: the new one %s",
		old->name, why);
	list_insert_between(next->link.prev, &old->link, &next->link);
	if (old->window && next->window) {
		window_send_lost(old->window);
		session_replace_window(session, next->window, old->window);
	} else if (old->window && list_empty(&old->window->link)) {
		session_add_window(session, old->window);
	}
	reload->hosted = old;
	next->reload = NULL;
	hosted_destroy(next);
	if (reload->asked)
		send_go_on(old);
	plugin_thaw(old->plugin);
	answer(reload, false, text);
	finish(reload);
	/* While it was frozen no revocation reached it. */
	consent_recheck(session);
}

static void go_forward(struct reload *reload)
{
	char text[160];
	struct hosted *old = reload->old, *next = reload->hosted;
	const struct manifest *manifest = plugin_manifest(old->plugin);
	snprintf(text, sizeof text, "%s was reloaded: %s", next->name,
		reload->saved ? "its state was handed on"
		: !manifest->reload
			? "it began afresh, as the old one does not say 'reload = yes'"
			: "it began afresh, as the new one does not say "
			  "'reload = yes'");
	if (old->window && next->window)
		window_inherit(next->window, old->window);
	if (next->window)
		panel_settle(next->window);
	hosted_destroy(old);
	answer(reload, true, text);
	finish(reload);
}

static void turn_trial(struct reload *reload, uint64_t now)
{
	const struct window *window = reload->hosted->window;
	if (now < reload->due_ns)
		return;
	if (window && !window->mapped && window->refused)
		go_back(reload, "sent no frame that could be shown: see the log");
	else
		go_forward(reload);
}

/* From outside. */

static bool may_reload(struct hosted *hosted, struct reply *reply)
{
	const char *why = hosted->reload     ? "is being reloaded already"
			  : hosted->close_ns ? "is being closed"
					     : NULL;
	if (why)
		reply_refuse(reply, REPLY_FAILED, "%s %s", hosted->name, why);
	return !why;
}

static void restart_instead(struct hosted *hosted, struct reply *reply)
{
	char why[RESTART_WHY_MAX], name[64];
	snprintf(name, sizeof name, "%s", hosted->name);
	if (restart_plugin(hosted, why) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s %s", name, why);
	else
		reply_say(reply, "reload", "%s had failed and was started again", name);
}

void reload_plugin(struct hosted *hosted, struct reply *reply)
{
	struct plugin_error err;
	struct plugin *next;
	if (!may_reload(hosted, reply))
		return;
	if (!hosted->plugin) {
		restart_instead(hosted, reply);
		return;
	}
	if (plugin_load(hosted->path, &next, &err) < 0) {
		reply_refuse(reply, REPLY_FAILED, "%s was not reloaded: %s", hosted->name,
			err.text);
		return;
	}
	struct reload *reload = xcalloc(1, sizeof *reload);
	*reload = (struct reload){.hosted = hosted, .next = next};
	list_init(&reload->link);
	list_push_back(&hosted->session->reloads, &reload->link);
	hosted->reload = reload;
	/* An answer comes later than this: it all begins with the next turn. */
	reload->ticket = control_defer(hosted->session->control, reply);
}

bool reload_ended(struct hosted *hosted, const char *what)
{
	struct reload *reload = hosted->reload;
	char why[192];
	if (!reload)
		return false;
	if (reload->old) {
		snprintf(why, sizeof why, "%s", what);
		go_back(reload, why);
		return true;
	}
	snprintf(why, sizeof why, "it %s before it had saved its state", what);
	reload->asked = false;
	give_up(reload, why);
	return false;
}

void reload_drop(struct hosted *hosted)
{
	struct reload *reload = hosted->reload;
	if (!reload)
		return;
	struct hosted *old = reload->old;
	plugin_destroy(reload->next);
	answer(reload, false, "the plugin was ended while it was reloaded");
	finish(reload);
	if (old)
		hosted_destroy(old);
}

int reload_offer(struct hosted *hosted, struct message *first)
{
	struct message fresh = {.type = OSAAS_RELOAD_FRESH};
	struct endpoint *ends[2];
	if (!plugin_manifest(hosted->plugin)->reload)
		return 0;
	int r = endpoint_pair(ends, DEPTH);
	if (r < 0)
		return r;
	r = plugin_grant_reload(hosted->plugin, ends[1]);
	if (r < 0) {
		endpoint_close(ends[0]);
		endpoint_close(ends[1]);
		return r;
	}
	hosted->reload_end = ends[0];
	endpoint_try_send(ends[0], first ? first : &fresh);
	if (first)
		*first = (struct message){0};
	return 0;
}

void reload_turn(struct session *session)
{
	if (list_empty(&session->reloads))
		return;
	uint64_t now = clock_now_ns();
	list_for_each_safe (reload, &session->reloads, struct reload, link) {
		if (reload->old)
			turn_trial(reload, now);
		else
			turn_saving(reload, now);
	}
}

uint64_t reload_next_ns(const struct session *session)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (reload, &session->reloads, struct reload, link)
		ns = reload->due_ns < ns ? reload->due_ns : ns;
	return ns;
}
