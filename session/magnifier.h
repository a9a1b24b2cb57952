/*
 * magnifier: screens that show a part of their view enlarged, each by its own factor. The part
 * is pushed: by the pointer, when it comes near an edge of what is seen, by pens, fingers
 * and devices that point at places when they are at the very edge, and by keys: what has them in the
 * window that has them, its caret if it tells of one, is in sight after each press.
 *
 * Whoever points at what is seen hits it: places on panels go through the same magnification.
 */
#ifndef OSAAS_SESSION_MAGNIFIER_H
#define OSAAS_SESSION_MAGNIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"

struct screen;
struct session;
struct window;

/* The session's. */
struct magnifier {
	bool on;     /* a screen is magnified */
	bool moved;  /* what is shown is another part: input is told in this turn */
	bool keyed;  /* a key was pressed last, not the pointer moved */
	bool relaid; /* there was a frame since */
	/* What was brought into sight last by keys: of that window's area. */
	const struct window *window;
	uint64_t tag;
	struct gl_rect box;
};

/* magnifier_screen: where the pointer is seen; else where the keys go, else the first; NULL: none. */
struct screen *magnifier_screen(struct session *session);
/* magnifier_set: what the pointer is at, or what has the keys, stays where it is seen. */
void magnifier_set(struct session *session, struct screen *screen, double factor);
/* magnifier_step: of magnifier_screen, by one of magnify_step's. */
void magnifier_step(struct session *session, int step);

/* magnifier_point: the pointer, a pen or a finger is here; placed: it was said by a device that says places. */
void magnifier_point(struct session *session, double x, double y, bool placed);
/* magnifier_key: a key was pressed, for whoever. */
void magnifier_key(struct session *session);
/* magnifier_turn, once per turn, before screens paint. */
void magnifier_turn(struct session *session);

#endif
