/* What a layer answers about its scene besides hits. */
#include "gl/private.h"

/* Only the memory of what was asked changes. */
static struct gl_scene *scene_of(const struct gl_layer *layer)
{
	return (struct gl_scene *)&layer->scenes[layer->current];
}

void gl_layer_size(const struct gl_layer *layer, int32_t *width, int32_t *height)
{
	*width = layer->width;
	*height = layer->height;
}

unsigned gl_layer_cursor(const struct gl_layer *layer, float x, float y)
{
	return scene_cursor(scene_of(layer), (double)x, (double)y);
}

unsigned gl_layer_action(const struct gl_layer *layer, float x, float y)
{
	return scene_action(scene_of(layer), (double)x, (double)y);
}

bool gl_layer_opaque(const struct gl_layer *layer)
{
	return layer->opaque;
}

void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out)
{
	*out = layer->own;
}

static size_t tell(
	const struct gl_overlays *overlays, struct gl_overlay_info *out, size_t max)
{
	size_t n = overlays->n < max ? overlays->n : max;
	for (size_t i = 0; i < n; i++) {
		const struct gl_overlay *o = &overlays->all[i];
		out[i] = (struct gl_overlay_info){o->id, o->at, o->damage};
	}
	return n;
}

size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	return tell(&layer->overlays[layer->current], out, max);
}

size_t gl_layer_overlays_were(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	return tell(&layer->overlays[!layer->current], out, max);
}

struct gl_listen gl_layer_listen(const struct gl_layer *layer, uint64_t tag)
{
	return scene_listen(scene_of(layer), tag);
}

bool gl_layer_keys(const struct gl_layer *layer, size_t i, struct gl_key_filter *out)
{
	return scene_keys(scene_of(layer), i, out);
}

bool gl_layer_focus(const struct gl_layer *layer, size_t i, struct gl_focus *out)
{
	return scene_focus(scene_of(layer), i, out);
}

bool gl_layer_transfer(const struct gl_layer *layer, size_t i, struct gl_transfer *out)
{
	return scene_transfer(scene_of(layer), i, out);
}

void gl_layer_notes(const struct gl_layer *layer,
	void (*note)(void *data, const struct gl_layer_note *note), void *data)
{
	scene_notes(scene_of(layer), note, data);
}
