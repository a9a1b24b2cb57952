/*
 * drag: one thing on its way from one area to another: who could take it, over which of these
 * it is, and what each hears, in which order. Pure: what lies where, who takes what and how
 * it is carried over is the caller's.
 *
 *	begin: INITIATE to each target; over: LEAVE the last, ENTER this one; drop: REQUEST to the
 *	source; data: DATA to the target, then the end: CANCEL to the source, then to each target.
 */
#ifndef OSAAS_INPUT_DRAG_H
#define OSAAS_INPUT_DRAG_H

#include <stdbool.h>
#include <stddef.h>

#include "input/route.h"

enum input_drag_kind { /* osaas_window.h's */
	INPUT_DRAG_INITIATE = 1,
	INPUT_DRAG_ENTER = 2,
	INPUT_DRAG_LEAVE = 3,
	INPUT_DRAG_REQUEST = 4,
	INPUT_DRAG_DATA = 5,
	INPUT_DRAG_CANCEL = 6,
	INPUT_DRAG_MOVE = 7,
};

enum input_drag_state {
	INPUT_DRAG_OVER,    /* it never began, or is at its end */
	INPUT_DRAG_CARRIED, /* the pointer has it */
	INPUT_DRAG_ASKED,   /* it was dropped on target, the source is to answer */
};

typedef void (*input_drag_emit)(
	void *data, const struct input_target *who, enum input_drag_kind kind);
struct input_drag_audience {
	input_drag_emit emit;
	void *data;
};

struct input_drag {
	enum input_drag_state state;
	struct input_target source;
	struct input_target
		target; /* that it is over, or was dropped on; owner NULL: none */
	bool home;      /* carried: it is over its source */
	struct input_target *told; /* who heard INITIATE, in that order */
	size_t n_told, max_told;
};

/*
 * input_drag_begin: a zeroed drag is carried away from source. Its targets are told next, by
 * input_drag_targets.
 */
void input_drag_begin(struct input_drag *drag, const struct input_target *source);
void input_drag_finish(struct input_drag *drag); /* frees; tells nobody */

/*
 * input_drag_targets: of this owner these are the targets now, each once: new ones hear
 * INITIATE, those that are none any more CANCEL. Cheap if they are the ones that they were,
 * in the same order.
 */
void input_drag_targets(struct input_drag *drag, const void *owner,
	const struct input_target *targets, size_t n,
	const struct input_drag_audience *to);

/*
 * input_drag_over: carried, it is over these now, topmost first: over the first of them that
 * is a target. moved: if it was over that before, it hears MOVE.
 */
void input_drag_over(struct input_drag *drag, const struct input_target *under, size_t n,
	bool moved, const struct input_drag_audience *to);

/* input_drag_drop: let go where it was last over. On no target that is the end. */
void input_drag_drop(struct input_drag *drag, const struct input_drag_audience *to);
/* input_drag_data: the source has answered; then the end. */
void input_drag_data(struct input_drag *drag, const struct input_drag_audience *to);
void input_drag_cancel(struct input_drag *drag, const struct input_drag_audience *to);

/* input_drag_forget: the owner goes away and hears nothing more; with source or target the drag ends. */
void input_drag_forget(
	struct input_drag *drag, const void *owner, const struct input_drag_audience *to);

#endif
