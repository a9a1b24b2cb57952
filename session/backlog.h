/*
 * backlog: input that found a window's channel full, in order. A move that follows one of the
 * same area by the same pointer, with nothing but moves between, takes its place, if it may; what a
 * pen tells before its moves is as they are.
 * When even this is full all that waits is dropped, but for who has the keys.
 */
#ifndef OSAAS_SESSION_BACKLOG_H
#define OSAAS_SESSION_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>

#include "plugins/endpoint.h"

#define BACKLOG_MAX 512

struct backlog {
	struct message *items; /* room for BACKLOG_MAX; NULL until it is needed */
	size_t first, n;
};

/* backlog_add takes what msg carries. False: all that was in it is gone. */
bool backlog_add(struct backlog *backlog, const struct message *msg, bool merge);
/* backlog_first: the one to send next; NULL: there is none. backlog_pop: it was sent. */
const struct message *backlog_first(const struct backlog *backlog);
void backlog_pop(struct backlog *backlog);
void backlog_finish(struct backlog *backlog);

#endif
