#include "session/control_grants.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/endpoint.h"
#include "plugins/plugin.h"
#include "session/consent.h"
#include "session/control.h"
#include "session/control_reply.h"
#include "session/grants.h"
#include "session/grants_rows.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/store.h"
#include "util/xalloc.h"

/* A change that waits for the disk. */
struct change {
	struct store_ask ask;
	struct session *session;
	uint64_t ticket; /* of who asked for it */
	struct grant grant;
	bool held; /* revoke: it was held, or granted here */
	size_t closed;
};

static struct grant_row row_of(
	const struct grant *grant, const char *lifetime, const char *note)
{
	return (struct grant_row){.plugin = grant->id,
		.cap = grant->cap,
		.lifetime = lifetime,
		.source = note,
		.since = grant->since,
		.content = grant->content};
}

/* List. */

struct lister {
	struct session *session;
	struct reply *reply;
	const struct grant *kept; /* while it is looked whether it is in use */
	bool in_use;
};

static void look_whether_used(void *data, const struct consent_held *held)
{
	struct lister *l = data;
	l->in_use |= held->source == GRANTS_KEPT &&
		     strcmp(plugin_manifest(held->plugin)->id, l->kept->id) == 0 &&
		     cap_equal(&held->cap, &l->kept->cap);
}

static void put_kept(void *data, const struct grant *grant)
{
	struct lister *l = data;
	struct grant_row row =
		row_of(grant, grant_lifetime_name(grant->lifetime), "osaas ctl grants");
	l->kept = grant;
	l->in_use = false;
	consent_each(l->session, look_whether_used, l);
	row.in_use = l->in_use;
	grant_row_put(l->reply, &row);
}

static void look_whether_kept(void *data, const struct grant *grant)
{
	const struct consent_held **held = data;
	if (*held && cap_equal(&grant->cap, &(*held)->cap) &&
		strcmp(grant->id, plugin_manifest((*held)->plugin)->id) == 0)
		*held = NULL;
}

/* What runs by a kept grant has its row already, unless that was used up. */
static void put_held(void *data, const struct consent_held *held)
{
	struct lister *l = data;
	const struct consent_held *unkept = held;
	if (held->source == GRANTS_KEPT)
		grants_each_kept(l->session->grants, look_whether_kept, &unkept);
	if (!unkept)
		return;
	struct grant_row row = {.plugin = plugin_manifest(held->plugin)->id,
		.cap = held->cap,
		.lifetime = held->source == GRANTS_KEPT ? "used up" : "run",
		.source = consent_source(held->source),
		.in_use = true};
	grant_row_put(l->reply, &row);
}

static void put_given(void *data, const struct cap *cap)
{
	struct lister *l = data;
	struct grant_row row = {
		.plugin = "*", .cap = *cap, .lifetime = "run", .source = "--grant"};
	grant_row_put(l->reply, &row);
}

static void put_rules(struct lister *l, const struct settings *settings)
{
	list_for_each (grants, &settings->grants, struct settings_grants, link) {
		list_for_each (rule, &grants->rules, struct settings_rule, link) {
			char source[300];
			struct grant_row row = {.plugin = grants->id,
				.cap = rule->any ? cap_make("*", "") : rule->cap,
				.lifetime = rule->deny ? "denied" : "always",
				.content = grants->sha256,
				.source = source};
			snprintf(source, sizeof source, "%.280s:%u", settings->path,
				rule->line);
			grant_row_put(l->reply, &row);
		}
	}
}

static void list_all(struct session *session, struct reply *reply)
{
	struct lister l = {.session = session, .reply = reply};
	grant_rows_begin(reply);
	grants_each_kept(session->grants, put_kept, &l);
	put_rules(&l, session->settings);
	grants_each_given(session->grants, put_given, &l);
	consent_each(session, put_held, &l);
	reply_end(reply);
}

/* Changes. */

static void put_change(struct reply *reply, const struct grant *grant,
	const char *lifetime, const char *note)
{
	struct grant_row row = row_of(grant, lifetime, note);
	grant_rows_begin(reply);
	grant_row_put(reply, &row);
	reply_end(reply);
}

static void ask_store(struct change *change, enum store_op op, struct reply *reply)
{
	struct session *session = change->session;
	change->ask.head.op = op;
	change->ask.head.len = sizeof change->grant;
	change->ask.payload = buffer_create(sizeof change->grant);
	if (!change->ask.payload) {
		free(change);
		reply_refuse(reply, REPLY_FAILED, "out of memory: close something");
		return;
	}
	memcpy(buffer_data(change->ask.payload), &change->grant, sizeof change->grant);
	change->ticket = control_defer(session->control, reply);
	store_ask(session->store, &change->ask);
}

static void say_not_kept(struct reply *reply, int r)
{
	reply_refuse(reply, REPLY_FAILED,
		"it cannot be kept on disk: %s; see the session's log", strerror(-r));
}

static void handle_allowed(
	struct store_ask *ask, const struct store_head *answer, struct buffer *payload)
{
	struct change *change = container_of(ask, struct change, ask);
	struct control *control = change->session->control;
	struct reply *reply = control_waiting(control, change->ticket);
	buffer_destroy(payload);
	if (answer->result == 0)
		grants_keep(change->session->grants, &change->grant);
	if (reply && answer->result < 0)
		say_not_kept(reply, answer->result);
	else if (reply)
		put_change(reply, &change->grant,
			grant_lifetime_name(change->grant.lifetime),
			"from its next start");
	if (reply)
		control_finish(control, change->ticket);
	free(change);
}

static void allow(struct session *session, const struct grant *grant, struct reply *reply)
{
	if (grant->lifetime == GRANT_RUN) {
		grants_keep(session->grants, grant);
		put_change(reply, grant, "run", "from its next start");
		return;
	}
	struct change *change = xcalloc(1, sizeof *change);
	change->session = session;
	change->grant = *grant;
	change->ask.done = handle_allowed;
	ask_store(change, STORE_GRANT_PUT, reply);
}

static void handle_revoked(
	struct store_ask *ask, const struct store_head *answer, struct buffer *payload)
{
	struct change *change = container_of(ask, struct change, ask);
	struct control *control = change->session->control;
	struct reply *reply = control_waiting(control, change->ticket);
	struct cap_text text = cap_text(&change->grant.cap);
	struct grant kept;
	buffer_destroy(payload);
	/* One that was still on its way to the disk may have been kept since: it goes, too. */
	grants_revoke(
		change->session->grants, change->grant.id, &change->grant.cap, &kept);
	if (reply && answer->result < 0 && answer->result != -ENOENT)
		say_not_kept(reply, answer->result);
	else if (reply && answer->result == -ENOENT && !change->held)
		reply_refuse(reply, REPLY_FAILED,
			"%s has no grant for %s, and does not use it; 'osaas ctl grants' "
			"lists what there is",
			change->grant.id, text.text);
	else if (reply)
		put_change(reply, &change->grant, "revoked",
			change->closed ? "taken from what runs"
				       : "nothing that runs had it");
	if (reply)
		control_finish(control, change->ticket);
	free(change);
}

static void revoke(
	struct session *session, const struct grant *grant, struct reply *reply)
{
	struct change *change = xcalloc(1, sizeof *change);
	change->session = session;
	change->ask.done = handle_revoked;
	bool kept =
		grants_revoke(session->grants, grant->id, &grant->cap, &change->grant);
	change->closed = consent_revoke(session, grant->id, &grant->cap);
	change->held = kept || change->closed > 0;
	ask_store(change, STORE_GRANT_REMOVE, reply);
}

/* The file was not named: it is that of the plugin which runs here. */
static bool find_content(
	struct session *session, struct grant *grant, struct reply *reply)
{
	const char *content;
	const struct plugin *plugin = consent_find(session, grant->id, &content);
	if (!plugin) {
		reply_refuse(reply, REPLY_FAILED,
			"no plugin %s runs here: give the path of its file instead",
			grant->id);
		return false;
	}
	memcpy(grant->content, content, sizeof grant->content);
	return grant_wanted(plugin_manifest(plugin), &grant->cap, reply);
}

void control_grants_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct grant_change change;
	const char *const *words = request->words;
	if (request->n_words == 1)
		list_all(session, reply);
	else if (!grant_change_parse(words, request->n_words, &change, reply))
		return;
	else if (change.revoke)
		revoke(session, &change.grant, reply);
	else if (change.grant.content[0] || find_content(session, &change.grant, reply))
		allow(session, &change.grant, reply);
}
