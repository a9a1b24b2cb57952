/*
 * focus: from one area that can have the keys to the next. Pure. The rows and the order of
 * steps are Gio's (io/input/key.go): rows are made greedily: the topmost area begins one, and
 * all belong to it whose middle is not below its bottom.
 */
#ifndef OSAAS_INPUT_FOCUS_H
#define OSAAS_INPUT_FOCUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input_box { /* half open, px */
	int32_t x0, y0, x1, y1;
};

struct input_focus_area {
	uint64_t tag; /* not 0 */
	struct input_box box;
	uint32_t order, row; /* of input_focus_move */
};

enum input_focus_step {
	INPUT_FOCUS_FORWARD, /* in the order of declaration, after the last comes the first */
	INPUT_FOCUS_BACKWARD,
	INPUT_FOCUS_LEFT, /* within the row */
	INPUT_FOCUS_RIGHT,
	INPUT_FOCUS_UP, /* to the nearest middle of the row above */
	INPUT_FOCUS_DOWN,
};

/*
 * input_focus_move gives the tag that a step leads to from `from` (0, or one that is not
 * there: from nowhere, so to the first, or backward to the last); 0: nobody is there. areas
 * are in the order of declaration, and in another one afterwards.
 */
uint64_t input_focus_move(struct input_focus_area *areas, size_t n, uint64_t from,
	enum input_focus_step step);

/*
 * input_focus_reveal tells how far to scroll so that box is seen within view, + is right and
 * down: as little as needed; one that is larger is not scrolled past what is seen of it.
 */
void input_focus_reveal(const struct input_box *box, const struct input_box *view,
	int32_t *dx, int32_t *dy);

/* A key filter: bits of mods are the caller's. */
struct input_key_filter {
	uint32_t required,
		optional; /* modifiers: all of required, none but those of both */
	uint32_t keysym;  /* 0: any but those that move the focus */
};

/*
 * input_key_matches: capital or small, a letter is one key, as it is with Gio. What moves
 * the focus (Tab, with Shift or without) is only for who names it.
 */
bool input_key_matches(
	const struct input_key_filter *filter, uint32_t keysym, uint32_t mods);
bool input_key_is_tab(uint32_t keysym);

#endif
