#include "session/consent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "session/audio.h"
#include "session/hosted.h"
#include "session/service.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/window.h"
#include "util/log.h"

static const struct manifest *manifest_of(const struct hosted *hosted)
{
	return plugin_manifest(hosted->plugin);
}

static struct cap wanted(const struct hosted *hosted, size_t i)
{
	const struct manifest_want *want = &manifest_of(hosted)->wants[i];
	return cap_make(want->cap, want->scope);
}

static struct grants_verdict judge(struct hosted *hosted, const struct cap *cap)
{
	const struct session *session = hosted->session;
	const char *id = manifest_of(hosted)->id;
	bool ask = grants_by_content(session->grants, session->settings, id);
	return grants_judge(session->grants, session->settings, id,
		ask ? hosted_content(hosted) : "", cap);
}

const char *consent_source(enum grants_source source)
{
	static const char *const names[] = {
		[GRANTS_NONE] = "nobody",
		[GRANTS_REVOKED] = "nobody",
		[GRANTS_DENIED] = "nobody",
		[GRANTS_CHANGED] = "nobody",
		[GRANTS_GIVEN] = "--grant",
		[GRANTS_SETTINGS] = "the configuration",
		[GRANTS_KEPT] = "osaas ctl grants",
		[GRANTS_NAMED] = "naming it",
	};
	return names[source];
}

static void put_date(char text[static 16], int64_t since)
{
	time_t seconds = (time_t)since;
	struct tm tm;
	if (!gmtime_r(&seconds, &tm) || !strftime(text, 16, "%Y-%m-%d", &tm))
		text[0] = '\0';
}

static void say_why(const struct hosted *hosted, const struct cap *cap,
	const struct grants_verdict *v, char why[static CONSENT_WHY_MAX])
{
	char how[700], date[16];
	struct cap_text text = cap_text(cap);
	snprintf(how, sizeof how,
		"to allow it: osaas ctl grants allow %.180s %s, or for one run --grant "
		"%s",
		plugin_path(hosted->plugin), text.text, text.text);
	if (v->source == GRANTS_DENIED) {
		snprintf(why, CONSENT_WHY_MAX, "%.300s:%u denies it: change that line",
			hosted->session->settings->path, v->rule->line);
	} else if (v->source == GRANTS_CHANGED) {
		put_date(date, v->grant->since);
		snprintf(why, CONSENT_WHY_MAX,
			"it was granted on %s, but to another content of that file; %s",
			date, how);
	} else {
		snprintf(why, CONSENT_WHY_MAX, "it is %s; %s",
			v->source == GRANTS_REVOKED ? "revoked" : "not granted", how);
	}
}

static bool holds(struct hosted *hosted, size_t i);

/*
 * What the one whose place it takes holds it holds, too: the user has reloaded it. But
 * for what the configuration gives: if that is bound to a content, it is to that one.
 */
static enum grants_source inherited(const struct hosted *hosted, const struct cap *cap)
{
	struct hosted *before = hosted->before;
	if (!before || !before->plugin || strcmp(before->id, hosted->id) != 0)
		return GRANTS_NONE;
	for (size_t i = 0; i < manifest_of(before)->n_wants; i++) {
		struct cap want = wanted(before, i);
		if (cap_equal(&want, cap) && holds(before, i) &&
			before->sources[i] != GRANTS_SETTINGS)
			return before->sources[i];
	}
	return GRANTS_NONE;
}

int consent_ask(struct hosted *hosted, size_t i, char why[static CONSENT_WHY_MAX])
{
	struct cap cap = wanted(hosted, i);
	struct grants_verdict verdict = judge(hosted, &cap);
	hosted->sources[i] = verdict.source;
	if (verdict.source == GRANTS_NONE || verdict.source == GRANTS_CHANGED) {
		enum grants_source had = inherited(hosted, &cap);
		hosted->sources[i] = grants_is_yes(had) ? had : verdict.source;
	}
	if (grants_is_yes(hosted->sources[i]))
		return 0;
	say_why(hosted, &cap, &verdict, why);
	return -EACCES;
}

int consent_check(struct hosted *hosted, char why[static CONSENT_WHY_MAX])
{
	const struct manifest *m = manifest_of(hosted);
	for (size_t i = 0; i < m->n_wants; i++) {
		struct cap cap = wanted(hosted, i);
		struct grants_verdict verdict = judge(hosted, &cap);
		char denied[CONSENT_WHY_MAX];
		if (!m->wants[i].required || grants_is_yes(verdict.source))
			continue;
		say_why(hosted, &cap, &verdict, denied);
		snprintf(why, CONSENT_WHY_MAX, "it needs %.180s: %.700s",
			cap_text(&cap).text, denied);
		return -EACCES;
	}
	return 0;
}

void consent_started(struct hosted *hosted)
{
	const struct session *session = hosted->session;
	for (size_t i = 0; i < manifest_of(hosted)->n_wants; i++) {
		struct cap cap = wanted(hosted, i);
		struct grants_verdict verdict = judge(hosted, &cap);
		if (hosted->sources[i] == GRANTS_KEPT && verdict.source == GRANTS_KEPT)
			grants_used(session->grants, session->store, verdict.grant);
	}
}

/* What is held. */

static struct service *find_service(struct hosted *hosted, const struct cap *cap)
{
	list_for_each (service, &hosted->services, struct service, link) {
		if (strcmp(service->ops->cap, cap->name) == 0 &&
			strcmp(service->scope, cap->scope) == 0)
			return service;
	}
	return NULL;
}

static bool holds(struct hosted *hosted, size_t i)
{
	struct cap cap = wanted(hosted, i);
	if (!grants_is_yes(hosted->sources[i]))
		return false;
	if (strcmp(cap.name, "gui.window") == 0)
		return hosted->window && !hosted->window->panel.edge;
	if (strcmp(cap.name, "gui.panel") == 0)
		return hosted->window && hosted->window->panel.edge;
	if (strcmp(cap.name, "audio.out") == 0)
		return hosted->voice;
	return find_service(hosted, &cap);
}

static void take_window(struct hosted *hosted)
{
	session_remove_window(hosted->session, hosted->window);
	window_destroy(hosted->window);
	hosted->window = NULL;
}

static void take_away(struct hosted *hosted, size_t i)
{
	struct cap cap = wanted(hosted, i);
	log_info("%s may no longer use %s", manifest_of(hosted)->name,
		cap_text(&cap).text);
	hosted->sources[i] = GRANTS_REVOKED;
	if (strcmp(cap.name, "gui.window") == 0 || strcmp(cap.name, "gui.panel") == 0) {
		take_window(hosted);
	} else if (strcmp(cap.name, "audio.out") == 0) {
		audio_voice_destroy(hosted->voice);
		hosted->voice = NULL;
	} else {
		service_close(find_service(hosted, &cap));
	}
}

size_t consent_revoke(struct session *session, const char *id, const struct cap *cap)
{
	size_t n = 0;
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin)
			continue;
		const struct manifest *m = manifest_of(hosted);
		for (size_t i = 0; i < m->n_wants; i++) {
			struct cap want = wanted(hosted, i);
			if (strcmp(m->id, id) != 0 || !cap_equal(&want, cap) ||
				!holds(hosted, i))
				continue;
			take_away(hosted, i);
			n++;
		}
	}
	return n;
}

/* What another than the configuration granted it only takes away by a deny. */
static bool is_taken(struct hosted *hosted, size_t i)
{
	struct cap cap = wanted(hosted, i);
	enum grants_source had = hosted->sources[i], now = judge(hosted, &cap).source;
	if (now == GRANTS_REVOKED)
		return true;
	if (had == GRANTS_SETTINGS)
		return !grants_is_yes(now);
	return had != GRANTS_GIVEN && now == GRANTS_DENIED;
}

void consent_recheck(struct session *session)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin)
			continue;
		for (size_t i = 0; i < manifest_of(hosted)->n_wants; i++) {
			if (holds(hosted, i) && is_taken(hosted, i))
				take_away(hosted, i);
		}
	}
}

void consent_each(struct session *session,
	void (*each)(void *data, const struct consent_held *held), void *data)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin)
			continue;
		for (size_t i = 0; i < manifest_of(hosted)->n_wants; i++) {
			struct consent_held held = {
				hosted->plugin, wanted(hosted, i), hosted->sources[i]};
			if (holds(hosted, i))
				each(data, &held);
		}
	}
}

struct plugin *consent_find(struct session *session, const char *id, const char **content)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin || strcmp(hosted->id, id) != 0)
			continue;
		*content = hosted_content(hosted);
		return hosted->plugin;
	}
	return NULL;
}
