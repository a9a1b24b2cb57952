/*
 * outputs: where outputs lie in the layout, as pure geometry: which one is at a place, the
 * nearest place there is, and where a place on a panel is. Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_OUTPUTS_H
#define OSAAS_INPUT_OUTPUTS_H

#include <stddef.h>

#include "input/input.h"

/*
 * How near to an output's right and lower edge a place may be, in units of the layout: a
 * fraction that a float still has at 65536.
 */
#define OUTPUTS_EDGE (1.0 / 64)

struct outputs {
	struct input_output items[INPUT_OUTPUTS];
	size_t n;
};

/* outputs_set copies; those beyond INPUT_OUTPUTS and those without size are left out. */
void outputs_set(struct outputs *outputs, const struct input_output *items, size_t n);

/* NULL: there is none. */
const struct input_output *outputs_named(const struct outputs *outputs, const char *name);
const struct input_output *outputs_at(const struct outputs *outputs, double x, double y);

/* output_confine: the place of the output that is nearest; what is no number is its top or left. */
void output_confine(const struct input_output *output, double *x, double *y);

/* output_of_panel: u and v are parts of the panel, from its own top left, 0 to 1. */
void output_of_panel(
	const struct input_output *output, double u, double v, double *x, double *y);

/* Which output a device is stretched over; NULL: there is none. Names may be NULL. */
struct outputs_wish {
	const char *mapped; /* by input_map */
	const char *udev;   /* WL_OUTPUT */
	bool touch;
};
const struct input_output *outputs_for(
	const struct outputs *outputs, const struct outputs_wish *wish);

#endif
