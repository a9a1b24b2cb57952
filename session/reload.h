/*
 * reload: a plugin's file has changed, and the new one takes the place of the one that
 * runs, with what that one saved (osaas_reload.h):
 *
 *	saving   the old one was asked for its state
 *	trial    the old one is frozen; the new one runs in its place, with its input
 *
 * After its first second the new one stays and the old one is destroyed; if it fails
 * before, the old one goes on, and its window is where it was, with its last frame.
 */
#ifndef OSAAS_SESSION_RELOAD_H
#define OSAAS_SESSION_RELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELOAD_SAVE_NS  UINT64_C(2000000000)
#define RELOAD_TRIAL_NS UINT64_C(1000000000)

struct endpoint;
struct hosted;
struct message;
struct reload;
struct reply;
struct session;

/*
 * reload_plugin: reply, which may be deferred, says how it went, in words. A plugin that
 * has failed is started again.
 */
void reload_plugin(struct hosted *hosted, struct reply *reply);

/*
 * reload_ended: hosted, which takes part in one, has ended; what: how. Returns whether
 * that is all: another one is in its place again, and hosted is gone.
 */
bool reload_ended(struct hosted *hosted, const char *what);

/* reload_drop forgets the one that hosted takes part in: hosted is being destroyed. */
void reload_drop(struct hosted *hosted);

/*
 * reload_offer gives a plugin that speaks it the channel of osaas_reload.h, with how it
 * begins: first, which moves, or (NULL) fresh. 0 or -ENOMEM.
 */
int reload_offer(struct hosted *hosted, struct message *first);

/* reload_turn takes what was saved, and ends what is due; once per loop turn. */
void reload_turn(struct session *session);
/* When reload_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t reload_next_ns(const struct session *session);

#endif
