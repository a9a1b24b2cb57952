/*
 * a11y_telling: what a window says that it is, told to who listens a piece at a time: a frame
 * may change thousands of things, and nobody else is to wait for that. What is told in a turn
 * takes A11Y_TELL_NS; the rest is told in the next ones, in the same order.
 *
 * One window at a time: its tree, and the one before it, stay as they are until all of that is
 * told. What its later frames say is looked at then. Nothing is told while the bus is full.
 */
#ifndef OSAAS_SESSION_A11Y_TELLING_H
#define OSAAS_SESSION_A11Y_TELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/a11y_tree.h"

struct a11y;
struct a11y_window;

#define A11Y_TELL_NS UINT64_C(1000000)

struct a11y_telling {
	uint64_t until_ns;          /* this turn's end */
	struct a11y_window *window; /* whose tree is told; NULL: nobody's */
	bool whole;                 /* it is new; else what is different from before */
	bool loses_keys;            /* which is told last */
	struct a11y_diff diff;
	/* Things that clients' copies are to have, before they hear of the first of them. */
	const struct a11y_node *added; /* NULL: none */
	bool moved;                    /* they have it */
	size_t item, end;
	/* And those that they are to forget: numbers. */
	uint32_t *gone;
	size_t first_gone, n_gone, cap_gone;
};

void a11y_telling_finish(struct a11y_telling *telling); /* nothing more is told */

/* a11y_telling_busy: of some window not all is told. Trees stay as they are. */
bool a11y_telling_busy(const struct a11y *a11y);
/* a11y_telling_waits: there is more to tell, and the bus has room for it. */
bool a11y_telling_waits(const struct a11y *a11y);
/*
 * a11y_telling_window: it is new. a11y_telling_frame: its tree was another one, that stays
 * until all is told; loses_keys: that comes last. Not while one is told; both begin at once.
 */
void a11y_telling_window(struct a11y *a11y, struct a11y_window *window);
void a11y_telling_frame(struct a11y *a11y, struct a11y_window *window,
	const struct a11y_tree *was, bool loses_keys);
/* a11y_telling_drop: the window is not there any more, whatever was told of it. */
void a11y_telling_drop(struct a11y *a11y, struct a11y_window *window);
/* a11y_telling_turn begins a turn; a11y_telling_go tells what there is time for in it. */
void a11y_telling_turn(struct a11y *a11y);
void a11y_telling_go(struct a11y *a11y);

#endif
