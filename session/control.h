/*
 * control: answers 'osaas ctl' from the session's loop. The protocol is in
 * control_request.h, the place in control_socket.h, the answers in
 * control_command.h. Only the session's user and root are answered.
 *
 * Nothing blocks, and all is bounded: 16 clients at a time (others wait to be
 * accepted), a request's length, a reply's rows, and 5 s for a client to ask and
 * to read. Without clients there are no wake-ups.
 */
#ifndef OSAAS_SESSION_CONTROL_H
#define OSAAS_SESSION_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

struct control;
struct reply;
struct session;

/*
 * control_create: after the session has its loop. NULL, logged: this session cannot
 * be reached, and goes on; the other calls take NULL.
 */
struct control *control_create(struct session *session);
void control_destroy(
	struct control *control); /* when all else has ended: 'stop' waits for it */

/* control_turn drops clients that are too slow; once per loop turn. */
void control_turn(struct control *control);

/* When control_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t control_next_ns(const struct control *control);

/*
 * A command that cannot answer at once calls control_defer with its reply, and keeps the
 * ticket. Later it asks control_waiting for the reply (NULL: the client went away, or
 * was too slow), fills it, and calls control_finish.
 */
uint64_t control_defer(struct control *control, struct reply *reply);
struct reply *control_waiting(struct control *control, uint64_t ticket);
void control_finish(struct control *control, uint64_t ticket);

/* control_waits: a client is to ask, or to read, or is answered later. */
bool control_waits(const struct control *control);

struct control_stats {
	uint64_t start_ns; /* control_create */
	uint64_t answered;
	uint64_t refused; /* another user's, or no request */
	uint64_t dropped; /* went away, or too slow */
};
struct control_stats control_get_stats(const struct control *control);

#endif
