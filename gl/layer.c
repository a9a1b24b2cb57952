#include <errno.h>
#include <stdlib.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "util/log.h"

static struct gl_rect whole(const struct gl_layer *layer)
{
	return (struct gl_rect){0, 0, layer->surface.width, layer->surface.height};
}

/* The last paint that hides all before it within rect; n_paints when there is none. */
static size_t find_cover(const struct gl_scene *scene, struct gl_rect rect)
{
	for (size_t i = scene->n_paints; i-- > 0;) {
		const struct gl_paint *paint = &scene->paints[i];
		struct gl_mask storage;
		const struct gl_mask *mask = scene_mask(scene, paint->clip, &storage);
		if (paint->color >> 24 == 255 && mask->full &&
			rect_contains(&mask->bounds, &rect))
			return i;
	}
	return scene->n_paints;
}

int gl_layer_create(struct gl *gl, int32_t width, int32_t height, struct gl_layer **out)
{
	struct gl_layer *layer = calloc(1, sizeof *layer);
	if (!layer)
		return -ENOMEM;
	layer->gl = gl;
	gl_enter(gl);
	int rc = surface_init(gl, &layer->surface, width, height, true);
	if (rc) {
		free(layer);
		return rc;
	}
	gl->users++;
	for (int i = 0; i < 2; i++) {
		layer->scenes[i].width = width;
		layer->scenes[i].height = height;
	}
	layer->dirty = whole(layer);
	*out = layer;
	return 0;
}

void gl_layer_destroy(struct gl_layer *layer)
{
	if (!layer)
		return;
	gl_enter(layer->gl);
	surface_finish(&layer->surface);
	scene_finish(&layer->scenes[0]);
	scene_finish(&layer->scenes[1]);
	layer->gl->users--;
	free(layer);
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	struct gl_surface surface;
	struct gl_scene *scene = &layer->scenes[layer->current];
	struct gl_op_error err;
	gl_enter(layer->gl);
	int rc = surface_init(layer->gl, &surface, width, height, true);
	if (rc)
		return rc;
	surface_finish(&layer->surface);
	layer->surface = surface;
	if (scene_cover(scene, width, height, &layer->gl->raster, &err)) {
		log_info("gl: a window goes blank at its new size: byte %zu: %s",
			err.offset, err.reason);
		scene_reset(scene);
	}
	layer->dirty = whole(layer);
	layer->opaque = find_cover(scene, whole(layer)) < scene->n_paints;
	return 0;
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_rect *damage, struct gl_op_error *err)
{
	struct gl_scene *was = &layer->scenes[layer->current];
	struct gl_scene *next = &layer->scenes[!layer->current];
	int rc = scene_decode(next, data, size, err);
	if (!rc)
		rc = scene_cover(next, layer->surface.width, layer->surface.height,
			&layer->gl->raster, err);
	if (rc)
		return rc;
	*damage = scene_diff(was, next);
	layer->dirty = rect_union(layer->dirty, *damage);
	layer->current = !layer->current;
	layer->opaque = find_cover(next, whole(layer)) < next->n_paints;
	return 0;
}

int gl_layer_draw(struct gl_layer *layer)
{
	struct gl *gl = layer->gl;
	const struct gl_scene *scene = &layer->scenes[layer->current];
	struct gl_rect dirty = layer->dirty;
	if (rect_empty(&dirty))
		return 0;
	gl_enter(gl);
	surface_target(&layer->surface, dirty);
	size_t first = find_cover(scene, dirty);
	if (first == scene->n_paints) {
		first = 0;
		glClearColor(0, 0, 0, 0);
		glClear(GL_COLOR_BUFFER_BIT);
	}
	batch_begin(&gl->batch, &gl->programs.fill, layer->surface.width,
		layer->surface.height);
	for (size_t i = first; i < scene->n_paints; i++) {
		const struct gl_paint *paint = &scene->paints[i];
		struct gl_mask storage;
		const struct gl_mask *mask = scene_mask(scene, paint->clip, &storage);
		batch_mask(&gl->batch, scene, mask, paint->color, dirty);
	}
	batch_flush(&gl->batch);
	int rc = gl_check();
	if (!rc)
		layer->dirty = (struct gl_rect){0};
	return rc;
}

size_t gl_layer_hit(
	const struct gl_layer *layer, float x, float y, struct gl_hit *hits, size_t max)
{
	/* Only the memory of what was asked changes. */
	struct gl_scene *scene = (struct gl_scene *)&layer->scenes[layer->current];
	return scene_hit(scene, (double)x, (double)y, hits, max);
}

bool gl_layer_locate(
	const struct gl_layer *layer, uint64_t tag, float x, float y, struct gl_hit *out)
{
	return scene_locate(
		&layer->scenes[layer->current], tag, (double)x, (double)y, out);
}

int gl_layer_read(struct gl_layer *layer, uint8_t *rgba)
{
	int rc = gl_layer_draw(layer);
	if (rc)
		return rc;
	gl_enter(layer->gl);
	return surface_read(&layer->surface, rgba);
}
