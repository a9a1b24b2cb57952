/*
 * touch: the contacts of all touch screens of a seat: ids, places, and that none sticks.
 * Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_TOUCH_H
#define OSAAS_INPUT_TOUCH_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

/* Of the event that made it. */
struct touch_stamp {
	uint64_t time_ns;
	uint32_t mods;
};

struct touch_contact {
	bool down;
	const void *device; /* whose it is */
	int64_t slot;       /* what the device calls it */
	double x, y;
	bool moved;            /* that is not delivered: touch.merge */
	struct touch_stamp at; /* of that */
};

struct touch {
	const struct input_listener *listener;
	void *data;
	struct touch_contact contacts[INPUT_TOUCHES]; /* by id */
	bool merge; /* moves wait for touch_flush, or for the contact's end */
};

void touch_init(struct touch *t, const struct input_listener *listener, void *data);
/*
 * touch_down: x and y in the layout. A contact beyond INPUT_TOUCHES is for nobody; one that is
 * down already is up first, as its end was lost. The others ignore what is not down.
 */
void touch_down(struct touch *t, const void *device, int64_t slot, double x, double y,
	struct touch_stamp stamp);
void touch_move(struct touch *t, const void *device, int64_t slot, double x, double y,
	struct touch_stamp stamp);
void touch_up(
	struct touch *t, const void *device, int64_t slot, struct touch_stamp stamp);
void touch_cancel(
	struct touch *t, const void *device, int64_t slot, struct touch_stamp stamp);
void touch_flush(struct touch *t);
/* touch_cancel_all: those of the device; NULL: all. */
void touch_cancel_all(struct touch *t, const void *device, struct touch_stamp stamp);

#endif
