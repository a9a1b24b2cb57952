/*
 * pen: the tools near all tablets of a seat: what is down of which, and that none sticks.
 * Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_PEN_H
#define OSAAS_INPUT_PEN_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

struct pen {
	const void *device;    /* whose it is; NULL: free. A tablet feels one at a time */
	bool told;             /* IN was delivered */
	bool moved;            /* that is not delivered: pens.merge */
	struct input_pen last; /* what it was last; buttons: of those delivered */
};

struct pens {
	const struct input_listener *listener;
	void *data;
	const uint32_t
		*mouse; /* its buttons, borrowed: while one is down pens are for nobody */
	struct pen items[INPUT_PENS]; /* by id */
	bool merge; /* moves wait for pens_flush, or for something else */
};

void pens_init(struct pens *pens, const uint32_t *mouse,
	const struct input_listener *listener, void *data);

/*
 * Each is given what the pen is now: time, tool, place, axes, mods; kind, id and buttons are
 * not looked at. A pen beyond INPUT_PENS is for nobody, one of which nothing is known comes
 * near first. What is no number is 0, what is beyond its bounds at them.
 */
void pens_in(struct pens *pens, const void *device, const struct input_pen *pen);
void pens_move(struct pens *pens, const void *device, const struct input_pen *pen);
/* pens_button: BTN_TOUCH is the tip; BTN_STYLUS, BTN_STYLUS2, BTN_STYLUS3; others are ignored. */
void pens_button(struct pens *pens, const void *device, const struct input_pen *pen,
	uint32_t button, bool pressed);
void pens_scroll(
	struct pens *pens, const void *device, const struct input_pen *pen, float y);
/* pens_out: what is down is up first. */
void pens_out(struct pens *pens, const void *device, uint64_t time_ns, uint32_t mods);
/* pens_cancel: of the device; NULL: all. */
void pens_cancel(struct pens *pens, const void *device, uint64_t time_ns, uint32_t mods);
void pens_flush(struct pens *pens);

/* pens_hold: something of one is down. */
bool pens_hold(const struct pens *pens);

#endif
