/*
 * pointer: motion, buttons and wheels of all mice of a seat, as one pointer
 * that stays on the outputs. Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_POINTER_H
#define OSAAS_INPUT_POINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"
#include "input/arrangement.h"

#define POINTER_WHEEL_PX 40.0 /* one detent of a wheel: about three lines of text */
#define POINTER_MOST     1e6  /* pixels in one event: more is a device's nonsense */

struct pointer {
	const struct input_listener *listener;
	void *data;
	const struct arrangement *outputs;
	double x, y;
	/* Where it is on its output, so that it stays there when that one moves. */
	bool placed; /* false: it was on none yet */
	char on[sizeof((struct input_output *)NULL)->name];
	double on_x, on_y;
	uint32_t buttons;
	bool merge; /* moves, and scrolling, wait for pointer_flush, or for something else */
	bool waits;
	struct input_pointer waiting;
	/* Motion that somebody takes: then it stays where it is. */
	double at_x, at_y; /* where a device that says places has it */
	bool taken;        /* the last one was */
	bool moves;        /* with merge: there is more of it, in moving */
	uint32_t moving_mods;
	struct input_motion moving;
};

/* pointer_init: outputs are borrowed. */
void pointer_init(struct pointer *p, const struct arrangement *outputs,
	const struct input_listener *listener, void *data);
/*
 * pointer_arrange: the outputs are others, or lie elsewhere. It stays where it is on its
 * output; when that is gone, or at first, it goes to the middle of the first. Without any
 * it waits for its own. Nothing is delivered.
 */
void pointer_arrange(struct pointer *p);
/* All three ask the listener's motion first, which may take it. */
void pointer_move(struct pointer *p, const struct input_motion *motion, uint32_t mods);
void pointer_move_by(
	struct pointer *p, double dx, double dy, uint32_t mods, uint64_t time_ns);
void pointer_move_to(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns);
/* pointer_button: button is BTN_LEFT .. BTN_LEFT + 31, others are no mouse buttons. */
void pointer_button(struct pointer *p, uint32_t button, bool pressed, uint32_t mods,
	uint64_t time_ns);
void pointer_scroll(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns);
void pointer_flush(struct pointer *p);
/* pointer_follow: it is where something else pointed at; nothing is delivered. */
void pointer_follow(struct pointer *p, double x, double y);
void pointer_release_all(struct pointer *p, uint32_t mods, uint64_t time_ns);

#endif
