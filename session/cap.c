#include "session/cap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/nearest.h"
#include "session/service.h"

#define NAMES_MAX 64

static size_t all_names(const char *names[NAMES_MAX])
{
	size_t n = 0;
	names[n++] = "gui.window";
	names[n++] = "gui.panel";
	names[n++] = "audio.out";
	for (const struct service_ops *const *s = services; *s && n < NAMES_MAX; s++)
		names[n++] = (*s)->cap;
	return n;
}

static bool is_known(const char *name)
{
	const char *names[NAMES_MAX];
	for (size_t n = all_names(names); n-- > 0;) {
		if (strcmp(names[n], name) == 0)
			return true;
	}
	return false;
}

/* A byte that would look like something else in a list or on a terminal. */
static bool is_odd(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c <= ' ' || c == 0x7f)
			return true;
	}
	return false;
}

int cap_parse(const char *text, size_t n, struct cap *out, char why[static CAP_WHY_MAX])
{
	const char *colon = n ? memchr(text, ':', n) : NULL, *names[NAMES_MAX];
	size_t name = colon ? (size_t)(colon - text) : n;
	size_t scope = colon ? n - name - 1 : 0;
	char hint[NEAREST_HINT];
	*out = (struct cap){{0}, {0}};
	if (name == 0 || name >= CAP_NAME_MAX || scope >= CAP_SCOPE_MAX ||
		(colon && scope == 0) || is_odd(text, n)) {
		snprintf(why, CAP_WHY_MAX,
			"'%.*s' is no capability: write CAP or CAP:SCOPE, such as "
			"gui.window",
			(int)(n < 60 ? n : 60), text);
		return -EINVAL;
	}
	memcpy(out->name, text, name);
	if (colon)
		memcpy(out->scope, colon + 1, scope);
	if (is_known(out->name))
		return 0;
	size_t n_names = all_names(names);
	snprintf(why, CAP_WHY_MAX, "there is no capability '%.40s'%s", out->name,
		nearest_hint(hint, out->name, names, n_names, "", "osaas(1)"));
	return -EINVAL;
}

struct cap cap_make(const char *name, const char *scope)
{
	struct cap cap;
	snprintf(cap.name, sizeof cap.name, "%s", name);
	snprintf(cap.scope, sizeof cap.scope, "%s", scope);
	return cap;
}

bool cap_equal(const struct cap *a, const struct cap *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->scope, b->scope) == 0;
}

struct cap_text cap_text(const struct cap *cap)
{
	struct cap_text out;
	snprintf(out.text, sizeof out.text, "%s%s%s", cap->name, cap->scope[0] ? ":" : "",
		cap->scope);
	return out;
}

bool cap_harmless(const struct cap *cap)
{
	const struct service_ops *ops = service_find(cap->name);
	if (strcmp(cap->name, "gui.window") == 0 || strcmp(cap->name, "gui.panel") == 0 ||
		strcmp(cap->name, "audio.out") == 0)
		return true;
	return ops && ops->harmless;
}
