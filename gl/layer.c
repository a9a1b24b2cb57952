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

static const struct gl_clip *clip_of(
	const struct gl_scene *scene, const struct gl_item *item)
{
	return item->clip == SCENE_NONE ? NULL : &scene->clips[item->clip];
}

/* The last item that hides all before it within rect; n_items when there is none. */
static size_t find_cover(const struct gl_scene *scene, struct gl_rect rect)
{
	for (size_t i = scene->n_items; i-- > 0;) {
		const struct gl_item *item = &scene->items[i];
		const struct gl_clip *clip = clip_of(scene, item);
		if (item->kind == ITEM_FILL && scene->brushes[item->brush].opaque &&
			!(clip && clip->mask) && rect_contains(&item->bounds, &rect))
			return i;
	}
	return scene->n_items;
}

static bool is_opaque(const struct gl_layer *layer)
{
	const struct gl_scene *scene = &layer->scenes[layer->current];
	return find_cover(scene, whole(layer)) < scene->n_items;
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
	scene_finish(&layer->scenes[0], &layer->gl->context_of_scenes);
	scene_finish(&layer->scenes[1], &layer->gl->context_of_scenes);
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
	if (scene_cover(scene, width, height, &layer->gl->context_of_scenes, &err)) {
		log_info("gl: a window goes blank at its new size: byte %zu: %s",
			err.offset, err.reason);
		scene_reset(scene, &layer->gl->context_of_scenes);
	}
	layer->dirty = whole(layer);
	layer->opaque = is_opaque(layer);
	return 0;
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_rect *damage, struct gl_op_error *err)
{
	struct gl_scene *was = &layer->scenes[layer->current];
	struct gl_scene *next = &layer->scenes[!layer->current];
	int rc = scene_decode(next, &layer->gl->context_of_scenes, NULL, data, size, err);
	if (!rc)
		rc = scene_cover(next, layer->surface.width, layer->surface.height,
			&layer->gl->context_of_scenes, err);
	if (rc)
		return rc;
	struct gl_region changed;
	scene_diff(was, next, &changed);
	*damage = region_bounds(&changed);
	layer->dirty = rect_union(layer->dirty, *damage);
	layer->current = !layer->current;
	layer->opaque = is_opaque(layer);
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
	if (first == scene->n_items) {
		first = 0;
		glClearColor(0, 0, 0, 0);
		glClear(GL_COLOR_BUFFER_BIT);
	}
	batch_begin(&gl->batch, &gl->programs.fill, layer->surface.width,
		layer->surface.height);
	for (size_t i = first; i < scene->n_items; i++) {
		const struct gl_item *item = &scene->items[i];
		if (item->kind == ITEM_FILL)
			batch_fill(&gl->batch, clip_of(scene, item),
				scene->brushes[item->brush].color,
				rect_intersect(item->bounds, dirty));
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
