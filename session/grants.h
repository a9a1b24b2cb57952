/*
 * grants: what plugins of a session may use. Asked in this order, of which the first
 * that says something counts:
 *
 *	revoked in this session		no
 *	--grant of the command line	yes, to every plugin
 *	the configuration		deny: no; allow: yes
 *	kept (osaas ctl grants)		yes, to a plugin of that id and that content
 *	it is harmless			yes: the user named the plugin
 *	nothing				no
 *
 * Nothing here waits: what is on disk is read once, before the session begins; changes
 * go out through the store.
 */
#ifndef OSAAS_SESSION_GRANTS_H
#define OSAAS_SESSION_GRANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "session/grant.h"

struct settings_rule;
struct settings;
struct store;
struct grants;

enum grants_source {
	GRANTS_NONE,     /* nobody granted it */
	GRANTS_REVOKED,  /* ... in this session: no */
	GRANTS_DENIED,   /* the configuration: no */
	GRANTS_CHANGED,  /* it was granted to another content: no */
	GRANTS_GIVEN,    /* --grant */
	GRANTS_SETTINGS, /* the configuration */
	GRANTS_KEPT,
	GRANTS_NAMED, /* harmless */
};

struct grants_verdict {
	enum grants_source source;
	const struct settings_rule *rule; /* of GRANTS_DENIED and GRANTS_SETTINGS */
	struct grant *grant;              /* of GRANTS_KEPT and GRANTS_CHANGED */
};
static inline bool grants_is_yes(enum grants_source source)
{
	return source >= GRANTS_GIVEN;
}

/* grants_create reads what is on disk; what cannot be read is said, and denied. */
struct grants *grants_create(void);
void grants_destroy(struct grants *grants); /* takes NULL */

/* grants_give: of --grant, CAP[:SCOPE]. 0 or -EINVAL with why. */
int grants_give(struct grants *grants, const char *text, char why[static CAP_WHY_MAX]);

/* content: the hash of the plugin's file; where grants_by_content says no, it may be any. */
struct grants_verdict grants_judge(const struct grants *grants,
	const struct settings *settings, const char *id, const char *content,
	const struct cap *cap);

/* Whether something is granted to that plugin as long as its file is a certain one. */
bool grants_by_content(
	const struct grants *grants, const struct settings *settings, const char *id);

/* grants_used: a plugin was started with it; what held once holds no more. */
void grants_used(struct grants *grants, struct store *store, struct grant *grant);

/*
 * grants_keep holds a copy, in the place of one for the same plugin and capability, and
 * undoes a revocation. The disk is the caller's.
 */
void grants_keep(struct grants *grants, const struct grant *grant);
/* grants_revoke: from now on the answer is no. Whether a kept one (which: out) went. */
bool grants_revoke(
	struct grants *grants, const char *id, const struct cap *cap, struct grant *out);

/* grants_each_kept gives every kept grant, grants_each_given what --grant said. */
void grants_each_kept(const struct grants *grants,
	void (*each)(void *data, const struct grant *grant), void *data);
void grants_each_given(const struct grants *grants,
	void (*each)(void *data, const struct cap *cap), void *data);

#endif
