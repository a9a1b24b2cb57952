/*
 * arrangement: where outputs lie in the layout, as pure geometry: which one is at a place, the
 * nearest place there is, and where a place on a panel is. Knows nothing of devices.
 */
#ifndef OSAAS_INPUT_ARRANGEMENT_H
#define OSAAS_INPUT_ARRANGEMENT_H

#include <stddef.h>

#include "input/input.h"

/*
 * How near to an output's right and lower edge a place may be, in units of the layout: a
 * fraction that a float still has at 65536.
 */
#define ARRANGEMENT_EDGE (1.0 / 64)

struct arrangement {
	struct input_output items[INPUT_OUTPUTS];
	size_t n;
};

/* arrangement_set copies; those beyond INPUT_OUTPUTS and those without size are left out. */
void arrangement_set(
	struct arrangement *outputs, const struct input_output *items, size_t n);

/* NULL: there is none. The pointer may not be on mirrors: arrangement_at and _first pass them over. */
const struct input_output *arrangement_first(const struct arrangement *outputs);
const struct input_output *arrangement_named(
	const struct arrangement *outputs, const char *name);
const struct input_output *arrangement_at(
	const struct arrangement *outputs, double x, double y);

/* output_confine: the place of the output that is nearest; what is no number is its top or left. */
void output_confine(const struct input_output *output, double *x, double *y);

/* output_of_panel: u and v are parts of the panel, from its own top left, 0 to 1. */
void output_of_panel(
	const struct input_output *output, double u, double v, double *x, double *y);

/* Which output a device is stretched over; NULL: there is none. Names may be NULL. */
struct arrangement_wish {
	const char *mapped; /* by input_map */
	const char *udev;   /* WL_OUTPUT */
	bool touch;
};
const struct input_output *arrangement_for(
	const struct arrangement *outputs, const struct arrangement_wish *wish);

#endif
