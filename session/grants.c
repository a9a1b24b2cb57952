#include "session/grants.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/endpoint.h"
#include "session/grant_db.h"
#include "session/settings.h"
#include "session/store.h"
#include "util/log.h"
#include "util/xalloc.h"

struct grants {
	struct list kept;    /* grant.link */
	struct list revoked; /* grant.link: id and cap count */
	struct list given;   /* given.link */
};

struct given {
	struct list link; /* grants.given */
	struct cap cap;
};

static struct grant *find(struct list *list, const char *id, const struct cap *cap)
{
	list_for_each (grant, list, struct grant, link) {
		if (strcmp(grant->id, id) == 0 && cap_equal(&grant->cap, cap))
			return grant;
	}
	return NULL;
}

static void add(struct list *list, const struct grant *grant)
{
	struct grant *copy = xcalloc(1, sizeof *copy);
	*copy = *grant;
	list_init(&copy->link);
	list_push_back(list, &copy->link);
}

static void drop(struct grant *grant)
{
	if (!grant)
		return;
	list_remove(&grant->link);
	free(grant);
}

static void take_loaded(void *data, const struct grant *grant)
{
	struct grants *grants = data;
	add(&grants->kept, grant);
}

static void load(struct grants *grants)
{
	char why[SQL_WHY_MAX];
	struct grant_db *db = NULL;
	int r = grant_db_open(false, &db, why);
	if (r == -ENOENT)
		return;
	if (r < 0)
		log_error("what was granted cannot be read, so it is denied: %s", why);
	else if ((r = grant_db_load(db, take_loaded, grants)) < 0)
		log_error("what was granted cannot be read to its end: %s", strerror(-r));
	grant_db_close(db);
}

struct grants *grants_create(void)
{
	struct grants *grants = xcalloc(1, sizeof *grants);
	list_init(&grants->kept);
	list_init(&grants->revoked);
	list_init(&grants->given);
	load(grants);
	return grants;
}

void grants_destroy(struct grants *grants)
{
	if (!grants)
		return;
	list_for_each_safe (grant, &grants->kept, struct grant, link)
		free(grant);
	list_for_each_safe (grant, &grants->revoked, struct grant, link)
		free(grant);
	list_for_each_safe (given, &grants->given, struct given, link)
		free(given);
	free(grants);
}

int grants_give(struct grants *grants, const char *text, char why[static CAP_WHY_MAX])
{
	struct given *given = xcalloc(1, sizeof *given);
	list_init(&given->link);
	int r = cap_parse(text, strlen(text), &given->cap, why);
	if (r == 0)
		list_push_back(&grants->given, &given->link);
	else
		free(given);
	return r;
}

static bool is_given(const struct grants *grants, const struct cap *cap)
{
	list_for_each (given, &grants->given, struct given, link) {
		if (cap_equal(&given->cap, cap))
			return true;
	}
	return false;
}

bool grants_by_content(
	const struct grants *grants, const struct settings *settings, const char *id)
{
	list_for_each (grant, &grants->kept, struct grant, link) {
		if (strcmp(grant->id, id) == 0)
			return true;
	}
	list_for_each (section, &settings->grants, struct settings_grants, link) {
		if (section->sha256[0] && strcmp(section->id, id) == 0)
			return true;
	}
	return false;
}

struct grants_verdict grants_judge(const struct grants *grants,
	const struct settings *settings, const char *id, const char *content,
	const struct cap *cap)
{
	struct grants *g = (struct grants *)(uintptr_t)grants;
	struct grants_verdict v = {GRANTS_NONE, NULL, NULL};
	v.rule = settings_judge(settings, id, content, cap);
	v.grant = find(&g->kept, id, cap);
	bool same = v.grant && strcmp(v.grant->content, content) == 0;
	if (find(&g->revoked, id, cap))
		v.source = GRANTS_REVOKED;
	else if (is_given(grants, cap))
		v.source = GRANTS_GIVEN;
	else if (v.rule)
		v.source = v.rule->deny ? GRANTS_DENIED : GRANTS_SETTINGS;
	else if (same)
		v.source = GRANTS_KEPT;
	else if (cap_harmless(cap))
		v.source = GRANTS_NAMED;
	else if (v.grant)
		v.source = GRANTS_CHANGED;
	return v;
}

/* Nobody waits for it: that it is gone counts in this session, whatever the disk says. */
static void forget_ask(
	struct store_ask *ask, const struct store_head *answer, struct buffer *payload)
{
	if (answer->result < 0 && answer->result != -ENOENT)
		log_error("a grant that was used up may come back: %s",
			strerror(-answer->result));
	buffer_destroy(payload);
	free(ask);
}

void grants_used(struct grants *grants, struct store *store, struct grant *grant)
{
	if (grant->lifetime != GRANT_ONCE)
		return;
	struct store_ask *ask = xcalloc(1, sizeof *ask);
	ask->head.op = STORE_GRANT_REMOVE;
	ask->head.len = sizeof *grant;
	ask->payload = buffer_create(sizeof *grant);
	ask->done = forget_ask;
	if (ask->payload) {
		memcpy(buffer_data(ask->payload), grant, sizeof *grant);
		store_ask(store, ask);
	} else {
		free(ask);
	}
	drop(grant);
}

void grants_keep(struct grants *grants, const struct grant *grant)
{
	drop(find(&grants->kept, grant->id, &grant->cap));
	drop(find(&grants->revoked, grant->id, &grant->cap));
	add(&grants->kept, grant);
}

bool grants_revoke(
	struct grants *grants, const char *id, const struct cap *cap, struct grant *out)
{
	struct grant *kept = find(&grants->kept, id, cap);
	struct grant none = {.cap = *cap};
	memcpy(none.id, id, strlen(id) + 1);
	if (!find(&grants->revoked, id, cap))
		add(&grants->revoked, &none);
	*out = kept ? *kept : none;
	drop(kept);
	return kept;
}

void grants_each_kept(const struct grants *grants,
	void (*each)(void *data, const struct grant *grant), void *data)
{
	list_for_each (grant, &grants->kept, struct grant, link)
		each(data, grant);
}

void grants_each_given(const struct grants *grants,
	void (*each)(void *data, const struct cap *cap), void *data)
{
	list_for_each (given, &grants->given, struct given, link)
		each(data, &given->cap);
}
