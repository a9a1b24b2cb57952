/* window_rig: a window with a real channel and a renderer that only takes notes. */
#ifndef OSAAS_TESTS_UNIT_SESSION_WINDOW_RIG_H
#define OSAAS_TESTS_UNIT_SESSION_WINDOW_RIG_H

#include "plugins/endpoint.h"
#include "session/capture.h"
#include "session/session.h"
#include "session/window.h"

extern struct session session;
extern struct window *window;
extern struct endpoint *plugin; /* its end of the channel */

/* What was done of the layer. */
extern struct window_layer {
	int submitted, result;
	struct gl_rect damage;
	int damaged;
	uint32_t image;        /* its id, while the layer has one */
	int32_t width, height; /* of that */
	void *pixels, *owner;
	void (*release)(void *owner, void *pixels);
	uint32_t listen; /* what every tag listens to */
} gl;

/* What commands asked for. */
extern struct window_asked {
	bool sense;
	uint64_t focus;
	struct osaas_window_grab grab;
	uint32_t dock;
	struct osaas_window_drag offer;
	bool keyboard;
	bool capture;
	enum capture_answer answer;
} asked;

/* setup, teardown: of each test. */
int setup(void **state);
int teardown(void **state);

/* receive: what the plugin receives next is of that type; nothing_more: there is nothing. */
struct message receive(uint32_t type);
void nothing_more(void);
void send_frame(uint64_t serial);

struct input_pointer pointer_at(float x);
/* fill_with_moves fills the channel until a move no longer fits, if n is large enough. */
void fill_with_moves(int n);
/* count_moves receives all there is. */
int count_moves(float *last_x);

#endif
