/*
 * dragging: drag and drop between areas of one and of several windows, as osaas_window.h has it.
 * What is heard in which order is input_drag's; here is who can be a source or target (the
 * transfer filters of the windows' frames), what is sent, when it ends, and how long one waits.
 *
 * Each pointer (the mouse or pen, each finger) has a drag of its own. A drag that was dropped
 * waits for its source apart from that, while the pointer may begin another. All is bounded:
 * types and targets by the protocol's limits, drags by DRAGGINGS, waiting by 5 s.
 */
#ifndef OSAAS_SESSION_DRAGGING_H
#define OSAAS_SESSION_DRAGGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/route.h"

struct drag;
struct message;
struct session;
struct window;

#define DRAGGING_POINTER   0         /* who: the mouse or pen */
#define DRAGGING_FINGER(i) (1 + (i)) /* or that finger */
#define DRAGGING_WHO       (1 + INPUT_TOUCHES)
#define DRAGGINGS          (2 * DRAGGING_WHO)

/* All zero: nothing was ever dragged. */
struct dragging {
	struct drag *drags[DRAGGINGS]; /* NULL: free */
	uint64_t serial;               /* of the last one */
	uint32_t had;    /* bit who: its press has begun one, and begins no other */
	uint32_t escape; /* code of the key that ended one and is still down; 0: none */
};

void dragging_finish(struct session *session);

/*
 * After an event was routed, with what is under it: dragging_moved may begin a drag;
 * dragging_released drops it. dragging_settle: other things lie there now, or none.
 */
void dragging_moved(struct session *session, unsigned who,
	const struct input_pointer *pointer, const struct input_target *under, size_t n);
void dragging_settle(struct session *session, unsigned who,
	const struct input_target *under, size_t n);
void dragging_released(struct session *session, unsigned who,
	const struct input_pointer *pointer, const struct input_target *under, size_t n);

/* dragging_lost: presses may have ended otherwise, or gone to others: by cancel, a grab, a frame. */
void dragging_lost(struct session *session);
/* dragging_check: after a frame of the window, whose areas are others now. */
void dragging_check(struct session *session, struct window *window);
/* dragging_forget: the window goes, or what is shown of it is not its own now. */
void dragging_forget(struct session *session, const struct window *window);

/* dragging_key: Escape ends what is carried. True: the key is for nobody else. */
bool dragging_key(struct session *session, const struct input_key *key);

/* dragging_offer carries out OSAAS_WINDOW_OFFER, and moves what it carries. False: nobody asked for it. */
bool dragging_offer(struct window *window, struct message *msg);

/* dragging_cursor: the pointer's shape while it carries something. */
bool dragging_cursor(const struct session *session, unsigned *shape);

/* dragging_turn does what is due: once per turn, and when dragging_next_ns says. */
void dragging_turn(struct session *session);
uint64_t dragging_next_ns(const struct session *session); /* UINT64_MAX: no matter */

#endif
