/*
 * hosted: a plugin's place in the session: its window, and the plugin that is there
 * now. For host.c and who changes what is in that place; everybody else sees host.h.
 */
#ifndef OSAAS_SESSION_HOSTED_H
#define OSAAS_SESSION_HOSTED_H

#include <stdint.h>

#include "plugins/plugin.h"
#include "session/grants.h"
#include "session/hash.h"
#include "session/notice_layout.h"
#include "session/report.h"
#include "util/list.h"

struct audio_voice;
struct endpoint;
struct message;
struct notice;
struct plugin;
struct reload;
struct session;
struct window;

struct hosted {
	struct list link; /* session.hosted */
	struct session *session;
	char *name, *id, *path; /* of the plugin; they outlive it */
	struct plugin *plugin;  /* NULL: it failed, or was ended to be started again */
	struct window *window;  /* NULL: it wants none */
	struct audio_voice *voice;
	struct list services;    /* service.link */
	char content[HASH_TEXT]; /* hosted_content; "": nobody asked */
	/* Of each want of its manifest: who granted it what it holds, or why it holds none. */
	enum grants_source sources[MANIFEST_MAX_WANTS];

	struct hosted *before; /* while it starts: whose place it takes; NULL: nobody's */
	struct endpoint *reload_end; /* of osaas_reload.h; NULL: it does not speak it */
	struct reload *reload;       /* that it takes part in; NULL: none */

	uint64_t close_ns; /* it was asked to go, and is ended then; 0: it was not */
	uint64_t closing;  /* the ticket of who asked, and waits; 0: nobody */

	struct notice *notice;
	enum notice_button pressed; /* for the next turn */
	char what[192];             /* happened, to be said after its name */
	char *report;               /* path; NULL: none was kept */
};

/* hosted_create puts a loaded plugin, which is its own then, into a place of its own. */
struct hosted *hosted_create(struct session *session, struct plugin *plugin);
/* hosted_content: the hash of its file's bytes, as they were loaded; while it has a plugin. */
const char *hosted_content(struct hosted *hosted);
/*
 * hosted_start grants what it wants and starts it; first, which moves, is what its
 * channel of osaas_reload.h begins with, NULL: fresh. 0 or -errno, logged.
 */
int hosted_start(struct hosted *hosted, struct message *first);
/* hosted_lose ends the plugin, and all that it has but its window. */
void hosted_lose(struct hosted *hosted);
void hosted_destroy(struct hosted *hosted);

#endif
