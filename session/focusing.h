/*
 * focusing: which area of a window has the keys, and which area a key is for. A window keeps
 * its area while another window has the keys; areas hear of both (OSAAS_WINDOW_AREA_FOCUS).
 *
 * A key goes to the first filter of the frame that takes it. Else Tab and Shift+Tab move the
 * focus, and so do the arrows from an area that has it and is no editor; else it goes to the
 * area that has the focus, 0 if there is none.
 */
#ifndef OSAAS_SESSION_FOCUSING_H
#define OSAAS_SESSION_FOCUSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>

#include "input/focus.h"
#include "input/route.h"

struct window;

/* What a key meant when it was pressed, and which area heard it. */
struct focusing_symbol {
	uint32_t keysym, latin;
	uint64_t tag;
};

struct focusing {
	uint8_t taken[KEY_CNT /
		      8]; /* pressed to move the focus: nobody hears their release */
	struct focusing_symbol symbols[KEY_CNT]; /* of those that a window has down */
	struct input_focus_area *areas;          /* room for those of one window */
	size_t max;
};

void focusing_finish(struct focusing *focusing);

/*
 * focusing_tell: the window has the keys now, or no longer: it hears, and its area. Before it has
 * them no longer it hears focusing_let_go.
 */
void focusing_tell(struct window *window, bool focused);
/* focusing_let_go: what is down there comes up: its real release goes to another window. */
void focusing_let_go(struct window *window);

/* focusing_set gives the focus to an area, 0: to none. False: it cannot have it; nothing is done. */
bool focusing_set(struct window *window, uint64_t tag);

/* focusing_press: it goes to the topmost of those that can have it; else it stays. */
void focusing_press(struct window *window, const struct input_target *under, size_t n);

/* focusing_check: after a frame: who is there no more, or cannot have it, has it no longer. */
void focusing_check(struct window *window);

/*
 * focusing_move takes a step, and has the new area scrolled into sight by whoever of those
 * around it divides scrolling. False: nobody is there.
 */
bool focusing_move(struct window *window, enum input_focus_step step);

/*
 * focusing_key sends a key to the window, or moves its focus. Of a key whose press the window did
 * not hear it does not hear the release; repeats it does: an input method may have had the press.
 */
void focusing_key(struct window *window, const struct input_key *key);

/*
 * focusing_click presses and releases the area that has the focus, as a finger would in its
 * middle; it, or the next around it that listens to that, hears it. False: there is none.
 */
bool focusing_click(struct window *window, uint64_t time_ns);
/* focusing_click_area: any area, as focusing_click. */
bool focusing_click_area(struct window *window, uint64_t tag, uint64_t time_ns);

#endif
