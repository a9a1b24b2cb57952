#include "session/grant.h"

#include <errno.h>
#include <string.h>

static const char *const names[] = {
	[GRANT_ONCE] = "once",
	[GRANT_RUN] = "run",
	[GRANT_ALWAYS] = "always",
};

const char *grant_lifetime_name(enum grant_lifetime lifetime)
{
	return names[lifetime];
}

int grant_lifetime_parse(const char *name, enum grant_lifetime *out)
{
	for (int i = GRANT_ONCE; i <= GRANT_ALWAYS; i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum grant_lifetime)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool grant_is_id(const char *id)
{
	size_t n = strlen(id);
	return n > 2 && n < GRANT_ID_MAX && id[0] != '.' && id[n - 1] != '.' &&
	       strchr(id, '.') && !strstr(id, "..") &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n;
}

bool grant_is_content(const char *content)
{
	return strlen(content) == GRANT_CONTENT_MAX - 1 &&
	       strspn(content, "0123456789abcdef") == GRANT_CONTENT_MAX - 1;
}
