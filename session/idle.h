/*
 * idle: displays go dark when nobody was there for a while, and come back with the first key,
 * touch or move. What woke them is not for plugins: its press, with its repeats and its
 * release, or its contact, are swallowed; that the pointer moved is not. Another display or
 * the way back from another console wake, too, and begin a new while. Times are of util/clock.h.
 */
#ifndef OSAAS_SESSION_IDLE_H
#define OSAAS_SESSION_IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct idle;
struct input_key;
struct input_pointer;
struct input_touch;
struct session;

/* idle_create: after_ns 0: never. All calls take NULL. */
struct idle *idle_create(struct session *session, uint64_t after_ns);
void idle_destroy(struct idle *idle);
/* idle_set: another while, from now on. */
void idle_set(struct idle *idle, uint64_t after_ns);

/* idle_activity: an event of input follows. idle_returned: no event, but somebody is there. */
void idle_activity(struct idle *idle);
void idle_returned(struct idle *idle);

/* Whether this event belongs to what woke the displays: for nobody then. */
bool idle_takes_key(struct idle *idle, const struct input_key *key);
bool idle_takes_pointer(struct idle *idle, const struct input_pointer *pointer);
/* idle_takes_gesture: at its begin the answer is for all of it. */
bool idle_takes_gesture(struct idle *idle);
bool idle_takes_touch(struct idle *idle, const struct input_touch *touch);

/* idle_cancel: what is down is no longer, and no release comes: the devices are closed. */
void idle_cancel(struct idle *idle);

bool idle_asleep(const struct idle *idle);

/* idle_turn lets them sleep when it is time: at idle_next_ns; UINT64_MAX: never. */
void idle_turn(struct idle *idle);
uint64_t idle_next_ns(const struct idle *idle);

#endif
