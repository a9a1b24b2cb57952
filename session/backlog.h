/*
 * backlog: input that found a window's channel full, in order. A move that may takes the place of
 * one of the same area by the same pointer, if there are only moves, and not many, between; what
 * a pen tells before its moves is as they are.
 * Room grows as it is needed, and is given back when all is sent. When there is no more all
 * that waits is dropped, but for who has the keys.
 */
#ifndef OSAAS_SESSION_BACKLOG_H
#define OSAAS_SESSION_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>

#include "plugins/endpoint.h"

#define BACKLOG_FIRST 64 /* room that is kept, from when it is needed first */
/* 2 s of a mouse of 1000 Hz over four areas. */
#define BACKLOG_MAX 8192

struct backlog {
	struct message *items; /* NULL until it is needed */
	size_t room;           /* in items: a power of two */
	size_t first, n;
};

/* backlog_add takes what msg carries. False: all that was in it is gone. */
bool backlog_add(struct backlog *backlog, const struct message *msg, bool merge);
/* backlog_first: the one to send next; NULL: there is none. backlog_pop: it was sent. */
const struct message *backlog_first(const struct backlog *backlog);
void backlog_pop(struct backlog *backlog);
void backlog_finish(struct backlog *backlog);

#endif
