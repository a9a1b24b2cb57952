/* hosted: a plugin of this session with all that it holds; for host.c and consent.c only. */
#ifndef OSAAS_SESSION_HOSTED_H
#define OSAAS_SESSION_HOSTED_H

#include "plugins/plugin.h"
#include "session/grants.h"
#include "session/hash.h"
#include "util/list.h"

struct hosted {
	struct list link; /* session.hosted */
	struct session *session;
	struct plugin *plugin;
	char content[HASH_TEXT]; /* of its file */
	struct window *window;
	struct audio_voice *voice;
	struct list services; /* service.link */
	/* Of each want of its manifest: who granted it what it holds, or why it holds none. */
	enum grants_source sources[MANIFEST_MAX_WANTS];
};

#endif
