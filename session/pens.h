/*
 * pens: a pen goes the pointer's way, as the source that it is: its tip is the left button, those
 * on its barrel are the right, the middle and the side one. What it tells beside that
 * (pressure, tilt, ...) goes before each event to areas that listen to it.
 */
#ifndef OSAAS_SESSION_PENS_H
#define OSAAS_SESSION_PENS_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

struct session;
struct window;

struct session_pens {
	struct input_pen last; /* of the one that speaks now, or spoke last */
	bool near;             /* and it is there */
};

/* pens_pointer: the event as one of the pointer, of all kinds but OUT and CANCEL. */
struct input_pointer pens_pointer(const struct input_pen *pen);

void session_pen(struct session *session, const struct input_pen *pen);

/* pens_tell: an event of the pen goes to that area next. */
void pens_tell(struct window *window, uint64_t tag);

#endif
