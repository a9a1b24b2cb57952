/*
 * touching: fingers as pointers: each contact has a route of its own (input_route), from
 * down to up. The first finger is what windows take for the mouse, see osaas_window.h.
 */
#ifndef OSAAS_SESSION_TOUCHING_H
#define OSAAS_SESSION_TOUCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/route.h"

struct touching {
	struct input_route routes[INPUT_TOUCHES]; /* by contact */
	bool down[INPUT_TOUCHES];
	uint32_t first; /* the contact that is as the mouse; INPUT_TOUCHES: none */
};

void touching_init(struct touching *touching);

/* touching_any: a finger is down. */
bool touching_any(const struct touching *touching);

/*
 * touching_event routes one event; under as for input_route_pointer, the place in touch is in
 * the same pixels. A finger that comes when none is down is the first, if free: no button of
 * the mouse is down.
 */
void touching_event(struct touching *touching, const struct input_touch *touch, bool free,
	const struct input_target *under, size_t n, const struct input_audience *to);

/* The owner goes away. All contacts are over. */
void touching_forget(struct touching *touching, const void *owner);
void touching_cancel(struct touching *touching, const struct input_audience *to);

#endif
