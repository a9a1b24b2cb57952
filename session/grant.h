/* grant: that a plugin may use a capability: which plugin, which content, how long. */
#ifndef OSAAS_SESSION_GRANT_H
#define OSAAS_SESSION_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "session/cap.h"
#include "util/list.h"

#define GRANT_ID_MAX      64
#define GRANT_CONTENT_MAX 65

enum grant_lifetime {
	GRANT_ONCE,   /* one start uses it up */
	GRANT_RUN,    /* until the session ends; never on disk */
	GRANT_ALWAYS, /* until it is revoked */
};
const char *grant_lifetime_name(enum grant_lifetime lifetime);
/* 0 or -EINVAL. */
int grant_lifetime_parse(const char *name, enum grant_lifetime *out);

struct grant {
	struct list link; /* grants.kept, or whose list it is */
	char id[GRANT_ID_MAX];
	char content[GRANT_CONTENT_MAX]; /* SHA-256 of the plugin's file, in hex */
	struct cap cap;
	enum grant_lifetime lifetime;
	int64_t since; /* seconds since 1970 UTC */
};

/* grant_check: what somebody sent us as text makes sense. */
bool grant_is_id(const char *id);
bool grant_is_content(const char *content);

#endif
