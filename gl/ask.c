/* What a layer answers about its scene besides hits. */
#include "gl/private.h"

/* Only the memory of what was asked changes. */
static struct gl_scene *scene_of(const struct gl_layer *layer)
{
	return (struct gl_scene *)&layer->scenes[layer->current];
}

unsigned gl_layer_cursor(const struct gl_layer *layer, float x, float y)
{
	return scene_cursor(scene_of(layer), (double)x, (double)y);
}

unsigned gl_layer_action(const struct gl_layer *layer, float x, float y)
{
	return scene_action(scene_of(layer), (double)x, (double)y);
}

void gl_layer_notes(const struct gl_layer *layer,
	void (*note)(void *data, const struct gl_layer_note *note), void *data)
{
	scene_notes(scene_of(layer), note, data);
}
