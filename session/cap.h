/*
 * cap: the capabilities that a session has, by name, and how they are written:
 * CAP[:SCOPE], as in a manifest. A want, a grant and a rule of the configuration are
 * all about one.
 */
#ifndef OSAAS_SESSION_CAP_H
#define OSAAS_SESSION_CAP_H

#include <stdbool.h>
#include <stddef.h>

#define CAP_NAME_MAX  64 /* with the zero byte, as in struct manifest_want */
#define CAP_SCOPE_MAX 128
#define CAP_TEXT_MAX  (CAP_NAME_MAX + CAP_SCOPE_MAX)
#define CAP_WHY_MAX   256

struct cap {
	char name[CAP_NAME_MAX];
	char scope[CAP_SCOPE_MAX]; /* "": it has none */
};

/*
 * cap_parse reads CAP[:SCOPE], n bytes. 0 or -EINVAL, with why in one line (the nearest
 * name, when this session has no such capability).
 */
int cap_parse(const char *text, size_t n, struct cap *out, char why[static CAP_WHY_MAX]);

/* cap_make is for a want of a manifest, which was looked at already. */
struct cap cap_make(const char *name, const char *scope);
bool cap_equal(const struct cap *a, const struct cap *b);
/* cap_text writes it as CAP[:SCOPE]. */
struct cap_text {
	char text[CAP_TEXT_MAX];
};
struct cap_text cap_text(const struct cap *cap);

/* cap_harmless: whoever starts a plugin by name grants it that. */
bool cap_harmless(const struct cap *cap);

#endif
