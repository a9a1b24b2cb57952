#include "gl/export.h"
#include "gl/private.h"

int gl_layer_export(
	struct gl_layer *layer, const char *path, enum gl_export_format format)
{
	const struct gl_export from = {
		.scene = &layer->scenes[layer->current],
		.width = layer->width,
		.height = layer->height,
		.glyphs = layer->gl->glyphs,
		.soft = layer->gl->soft,
	};
	return gl_export_file(path, format, &from);
}
