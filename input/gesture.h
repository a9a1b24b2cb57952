/*
 * gesture: swipes, pinches and holds of all touchpads of a seat: one at a time, and each ends.
 * Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_GESTURE_H
#define OSAAS_INPUT_GESTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

struct gesture {
	const struct input_listener *listener;
	void *data;
	const void *device; /* whose fingers; NULL: there is none */
	struct input_gesture last;
	bool moved; /* that is not delivered */
	bool merge; /* updates wait for gesture_flush, or for something else */
};

void gesture_init(struct gesture *g, const struct input_listener *listener, void *data);
/*
 * gesture_event: time, kind, phase, fingers, mods and what belongs to them. A BEGIN of another
 * device while one is under way is for nobody; one of the same cancels it, as its end was lost.
 * Others that do not belong to what is under way are ignored. What is no number is nothing.
 */
void gesture_event(
	struct gesture *g, const void *device, const struct input_gesture *event);
/* gesture_cancel: what the device has under way; NULL: any. */
void gesture_cancel(
	struct gesture *g, const void *device, uint64_t time_ns, uint32_t mods);
void gesture_flush(struct gesture *g);

#endif
