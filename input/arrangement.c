#include "input/arrangement.h"

#include <string.h>

void arrangement_set(
	struct arrangement *outputs, const struct input_output *items, size_t n)
{
	outputs->n = 0;
	for (size_t i = 0; i < n && outputs->n < INPUT_OUTPUTS; i++) {
		if (items[i].width > 0 && items[i].height > 0)
			outputs->items[outputs->n++] = items[i];
	}
}

const struct input_output *arrangement_named(
	const struct arrangement *outputs, const char *name)
{
	for (size_t i = 0; name && i < outputs->n; i++) {
		if (strcmp(outputs->items[i].name, name) == 0)
			return &outputs->items[i];
	}
	return NULL;
}

const struct input_output *arrangement_first(const struct arrangement *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		if (!outputs->items[i].mirror)
			return &outputs->items[i];
	}
	return NULL;
}

const struct input_output *arrangement_at(
	const struct arrangement *outputs, double x, double y)
{
	for (size_t i = 0; i < outputs->n; i++) {
		const struct input_output *o = &outputs->items[i];
		if (!o->mirror && x >= o->x && y >= o->y && x < o->x + o->width &&
			y < o->y + o->height)
			return o;
	}
	return NULL;
}

static double confine(double v, double from, double size)
{
	double most = from + (size > ARRANGEMENT_EDGE ? size - ARRANGEMENT_EDGE : 0);
	return !(v > from) ? from : v > most ? most : v;
}

void output_confine(const struct input_output *output, double *x, double *y)
{
	*x = confine(*x, output->x, output->width);
	*y = confine(*y, output->y, output->height);
}

void output_of_panel(
	const struct input_output *output, double u, double v, double *x, double *y)
{
	struct matrix to_view =
		transform_matrix(transform_inverse(output->transform), 1, 1);
	matrix_point(&to_view, &u, &v);
	const struct input_part all = {
		output->x, output->y, output->width, output->height};
	const struct input_part *part = output->part.width > 0 ? &output->part : &all;
	*x = part->x + u * part->width;
	*y = part->y + v * part->height;
	output_confine(output, x, y);
}

static const struct input_output *built_in(const struct arrangement *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		if (outputs->items[i].panel)
			return &outputs->items[i];
	}
	return NULL;
}

const struct input_output *arrangement_for(
	const struct arrangement *outputs, const struct arrangement_wish *wish)
{
	const struct input_output *o = arrangement_named(outputs, wish->mapped);
	if (!o)
		o = arrangement_named(outputs, wish->udev);
	if (!o && wish->touch)
		o = built_in(outputs);
	return o ? o : arrangement_first(outputs);
}
