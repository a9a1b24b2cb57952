#include "input/outputs.h"

#include <string.h>

void outputs_set(struct outputs *outputs, const struct input_output *items, size_t n)
{
	outputs->n = 0;
	for (size_t i = 0; i < n && outputs->n < INPUT_OUTPUTS; i++) {
		if (items[i].width > 0 && items[i].height > 0)
			outputs->items[outputs->n++] = items[i];
	}
}

const struct input_output *outputs_named(const struct outputs *outputs, const char *name)
{
	for (size_t i = 0; name && i < outputs->n; i++) {
		if (strcmp(outputs->items[i].name, name) == 0)
			return &outputs->items[i];
	}
	return NULL;
}

const struct input_output *outputs_at(const struct outputs *outputs, double x, double y)
{
	for (size_t i = 0; i < outputs->n; i++) {
		const struct input_output *o = &outputs->items[i];
		if (x >= o->x && y >= o->y && x < o->x + o->width && y < o->y + o->height)
			return o;
	}
	return NULL;
}

static double confine(double v, double from, double size)
{
	double most = from + (size > OUTPUTS_EDGE ? size - OUTPUTS_EDGE : 0);
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
	*x = output->x + u * output->width;
	*y = output->y + v * output->height;
	output_confine(output, x, y);
}

static const struct input_output *built_in(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		if (outputs->items[i].panel)
			return &outputs->items[i];
	}
	return NULL;
}

const struct input_output *outputs_for(
	const struct outputs *outputs, const struct outputs_wish *wish)
{
	const struct input_output *o = outputs_named(outputs, wish->mapped);
	if (!o)
		o = outputs_named(outputs, wish->udev);
	if (!o && wish->touch)
		o = built_in(outputs);
	return o || outputs->n == 0 ? o : &outputs->items[0];
}
