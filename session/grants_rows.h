/*
 * grants_rows: what 'osaas ctl grants' says and is told, the same with and without a
 * session.
 */
#ifndef OSAAS_SESSION_GRANTS_ROWS_H
#define OSAAS_SESSION_GRANTS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "session/grant.h"

struct manifest;
struct reply;

struct grant_row {
	const char *plugin; /* id */
	struct cap cap;
	const char *lifetime, *source;
	int64_t since;       /* 0: not known */
	bool in_use;         /* a plugin that runs has it */
	const char *content; /* SHA-256; "" or NULL: any */
};

/* grant_rows_begin; then a put for each; then reply_end. */
void grant_rows_begin(struct reply *reply);
void grant_row_put(struct reply *reply, const struct grant_row *row);

struct grant_change {
	bool revoke;
	struct grant grant; /* content "": it was not said; since: now */
};
/* grant_change_parse reads the words of control_grants.h. False: refused. */
bool grant_change_parse(const char *const *words, size_t n_words,
	struct grant_change *out, struct reply *reply);

/* grant_wanted: the manifest wants it. False: refused, with what it does want. */
bool grant_wanted(
	const struct manifest *manifest, const struct cap *cap, struct reply *reply);

#endif
