/*
 * restart: what a user asks of a plugin's place: to start it again, or to go.
 */
#ifndef OSAAS_SESSION_RESTART_H
#define OSAAS_SESSION_RESTART_H

#include <stddef.h>
#include <stdint.h>

struct hosted;
struct message;
struct plugin;
struct reply;
struct session;

#define RESTART_WHY_MAX 1024
#define CLOSE_TIME_NS   UINT64_C(2000000000) /* for a plugin to close by itself */

/*
 * restart_plugin starts the file again, afresh, in the same place; what runs there is
 * ended first. 0: the place is another object now, hosted is gone. -errno, with why (one
 * line): it cannot be loaded, or what it requires is not granted, and nothing has
 * changed; or it could not be started, and the window says so.
 */
int restart_plugin(struct hosted *hosted, char why[static RESTART_WHY_MAX]);

/*
 * restart_take puts next, which is loaded and in no place yet, where hosted was: grants
 * and starts it; first: see hosted_start. 0, and hosted is in no place; or -errno, logged:
 * then next is gone, and hosted stays.
 */
int restart_take(struct hosted *hosted, struct hosted *next, struct message *first);

/*
 * close_plugin closes a notice, ends a plugin without a window, and asks one with a
 * window to go: after CLOSE_TIME_NS it is ended by force. reply, which is deferred then,
 * says which.
 */
void close_plugin(struct hosted *hosted, struct reply *reply);
/* close_asked: the same by a key: nobody is answered. */
void close_asked(struct hosted *hosted);
/* close_ended: it went. Answers whoever asked for it. */
void close_ended(struct hosted *hosted);

/* close_turn ends who did not go; once per loop turn. */
void close_turn(struct session *session);
/* When close_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t close_next_ns(const struct session *session);

#endif
