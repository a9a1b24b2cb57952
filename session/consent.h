/*
 * consent: whether a plugin of this session is given what it wants, and whether it keeps
 * it: grants.h, applied to what runs.
 */
#ifndef OSAAS_SESSION_CONSENT_H
#define OSAAS_SESSION_CONSENT_H

#include <stdbool.h>
#include <stddef.h>

#include "session/grants.h"

struct hosted;
struct plugin;
struct session;

#define CONSENT_WHY_MAX 900

/*
 * consent_ask: about want i of its manifest; its source is noted. 0, or -EACCES with
 * why: one line that says what the user can do. consent_started: it runs, with what it
 * was given: what was granted once is used up.
 */
int consent_ask(struct hosted *hosted, size_t i, char why[static CONSENT_WHY_MAX]);
void consent_started(struct hosted *hosted);
/* consent_check asks about all that it requires, and changes nothing: 0, or -EACCES with why. */
int consent_check(struct hosted *hosted, char why[static CONSENT_WHY_MAX]);
/* "the user, by naming it": for the log. */
const char *consent_source(enum grants_source source);

/*
 * consent_revoke closes the channel of that capability in every running plugin of that
 * id; with gui.window or gui.panel its window goes. How many there were.
 */
size_t consent_revoke(struct session *session, const char *id, const struct cap *cap);

/*
 * consent_recheck: the configuration has changed, or plugins are back that were out of
 * consent_revoke's sight: what was taken away goes.
 */
void consent_recheck(struct session *session);

/* consent_each calls each with everything that a running plugin holds. */
struct consent_held {
	struct plugin *plugin;
	struct cap cap;
	enum grants_source source;
};
void consent_each(struct session *session,
	void (*each)(void *data, const struct consent_held *held), void *data);

/* consent_find: the plugin of that id that runs here (the first), and its content; or NULL. */
struct plugin *consent_find(
	struct session *session, const char *id, const char **content);

#endif
