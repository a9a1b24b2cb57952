/*
 * nested: what the files of the nested back end share: backend_nested.c has the window on
 * somebody's desktop, its pictures and how it starts and ends; nested_input.c what comes
 * from that desktop.
 */
#ifndef OSAAS_SESSION_NESTED_H
#define OSAAS_SESSION_NESTED_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"
#include "session/nested_picture.h"
#include "session/screen.h"
#include "session/sdl.h"

struct nested {
	struct session *session;
	bool running; /* SDL is */
	SDL_Window *window;
	char title[96];
	struct loop_source *source; /* NULL: there is no descriptor, we look at a pace */
	struct screen screen;       /* its session NULL: it is not there */
	double ratio;               /* pixels per unit of length of the desktop */
	/* Of windows: pixels per unit of length. */
	float asked, told; /* beside the desktop's own; both, as the session has it */
	struct nested_picture picture;
	int refused_width,
		refused_height; /* of the window, there was no memory for it; 0 */
	struct gl_target *target;
	bool painted;          /* the target holds the last frame */
	uint8_t *pixels;       /* of a part that was read back; room for all of it */
	uint64_t shown_due_ns; /* 0: no commit in flight */
	bool look; /* SDL was called since: it may have read events, which no descriptor tells */
	bool resized, exposed; /* since the last look */
	SDL_Cursor *cursor;    /* ours */
	bool held;     /* a window captured the pointer, and the desktop was told */
	bool relative; /* ... and tells how far it moves, not where it is */
	struct input *input;
};

/* nested_input_start: 0 or -errno, logged. */
int nested_input_start(struct nested *nested);
/* nested_input_turn takes all events; resized and exposed say what is left to do. */
void nested_input_turn(struct nested *nested);
/* nested_input_layout: the screen has another size or place. */
void nested_input_layout(struct nested *nested);

#endif
