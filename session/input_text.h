/*
 * input_text: input as lines of text, for 'osaas ctl record-input' and --replay. Pure.
 *
 *	osaas input 1
 *	size 1024x768
 *	layout de
 *	keyboard 1
 *	# anything
 *	0.250000 key 30 down
 *	0.300000 move 512.5 300
 *	0.310000 button 272 up
 *	0.320000 scroll 0 40
 *	0.325000 motion 2.5 -1 1.25 -0.5
 *	0.330000 touch 0 down 100 200
 *	0.340000 pen 0 move pen 4711 100 200 0.5 0 -12 3.5 0 0 0 0 1
 *	0.350000 gesture pinch update 2 0 0 1.25 -3
 *	1.500000 end
 *
 * The first line is that one. Times are seconds since the beginning, with up to nine digits
 * after the point, and never fall. Codes are those of linux/input-event-codes.h,
 * places and sizes units of the layout, what is scrolled pixels. Motion, accelerated and
 * raw, is of a pointer that a window has captured: where it is not it counts as a mouse's. man/osaas.1.scd tells users
 * the same.
 */
#ifndef OSAAS_SESSION_INPUT_TEXT_H
#define OSAAS_SESSION_INPUT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

#define INPUT_TEXT_FIRST    "osaas input 1"
#define INPUT_TEXT_LINE_MAX 320 /* with its end and the NUL */
#define INPUT_TEXT_NS_MAX   (UINT64_C(1000000) * 1000000000) /* more than eleven days */

enum input_text_kind {
	INPUT_TEXT_KEY,
	INPUT_TEXT_MOVE,
	INPUT_TEXT_BUTTON,
	INPUT_TEXT_SCROLL,
	INPUT_TEXT_MOTION,
	INPUT_TEXT_TOUCH,
	INPUT_TEXT_PEN,
	INPUT_TEXT_GESTURE,
	INPUT_TEXT_END,
};

struct input_text {
	uint64_t ns; /* since the beginning */
	enum input_text_kind kind;
	uint32_t code; /* of KEY and BUTTON; of TOUCH: which */
	bool pressed;
	enum input_touch_kind touch;
	float x, y;         /* MOVE, TOUCH: where; SCROLL, MOTION: how far */
	float raw_x, raw_y; /* of MOTION */
	union {             /* of PEN and GESTURE: all but their times and modifiers */
		struct input_pen pen;
		struct input_gesture gesture;
	};
};

/* input_text_write: the line with its newline; how long it is. */
size_t input_text_write(
	char out[static INPUT_TEXT_LINE_MAX], const struct input_text *event);

/*
 * input_text_read: a line without its newline; any text. 0, or -EINVAL with why: what would
 * be right.
 */
int input_text_read(const char *line, struct input_text *out, const char **why);

#endif
