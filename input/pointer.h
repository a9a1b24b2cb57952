/*
 * pointer: motion, buttons and wheels of all mice of a seat, as one pointer
 * that stays inside its bounds. Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_POINTER_H
#define OSAAS_INPUT_POINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

#define POINTER_WHEEL_PX 40.0 /* one detent of a wheel: about three lines of text */

struct pointer {
	const struct input_listener *listener;
	void *data;
	int32_t width, height; /* 0 before the bounds are known */
	double x, y;
	uint32_t buttons;
};

void pointer_init(struct pointer *p, const struct input_listener *listener, void *data);
/* pointer_bounds: the first time, the pointer goes to the middle; nothing is delivered. */
void pointer_bounds(struct pointer *p, int32_t width, int32_t height);
void pointer_move_by(
	struct pointer *p, double dx, double dy, uint32_t mods, uint64_t time_ns);
void pointer_move_to(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns);
/* pointer_button: button is BTN_LEFT .. BTN_LEFT + 31, others are no mouse buttons. */
void pointer_button(struct pointer *p, uint32_t button, bool pressed, uint32_t mods,
	uint64_t time_ns);
void pointer_scroll(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns);
void pointer_release_all(struct pointer *p, uint32_t mods, uint64_t time_ns);

#endif
