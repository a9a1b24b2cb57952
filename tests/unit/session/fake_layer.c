#include "fake_layer.h"

#include <stddef.h>

#include "gl/gl.h"

struct fake_layer fake_layer;

void gl_layer_set_owner(struct gl_layer *layer, uint64_t owner)
{
	(void)layer, (void)owner;
}

int gl_layer_create(struct gl *gl, int32_t width, int32_t height, struct gl_layer **out)
{
	(void)gl;
	fake_layer.width = width;
	fake_layer.height = height;
	*out = (struct gl_layer *)&fake_layer;
	return 0;
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	return gl_layer_create(NULL, width, height, &layer);
}

void gl_layer_destroy(struct gl_layer *layer)
{
	fake_layer.destroyed += layer != NULL;
}
