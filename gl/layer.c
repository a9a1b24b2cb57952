#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "gl/paint.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft.h"
#include "util/clock.h"
#include "util/log.h"

static struct gl_rect whole(const struct gl_layer *layer)
{
	return (struct gl_rect){0, 0, layer->width, layer->height};
}

static bool is_opaque(const struct gl_layer *layer)
{
	const struct gl_scene *scene = &layer->scenes[layer->current];
	return soft_opaque(scene, whole(layer));
}

static bool by_processor(const struct gl *gl)
{
	return gl->painter != GL_PAINTER_GL;
}

/* The texture, if there is a context for one. */
static int make_surface(
	struct gl *gl, int32_t width, int32_t height, struct gl_surface *surface)
{
	int rc = gl_enter(gl);
	*surface = (struct gl_surface){.width = width, .height = height};
	if (width <= 0 || height <= 0 || width > gl->caps.max_side ||
		height > gl->caps.max_side)
		return -EINVAL;
	if (!rc)
		rc = surface_init(gl, surface, width, height,
			by_processor(gl) ? SURFACE_IMAGE : SURFACE_SRGB);
	return rc == -ESTALE ? 0 : rc;
}

static void damage_all(struct gl_layer *layer)
{
	layer->dirty = region_of(whole(layer));
}

static int make_resources(struct gl *gl, struct gl_resources **out)
{
	int rc = resources_create(out);
	if (!rc)
		resources_use_fonts(*out, gl->fonts);
	return rc;
}

int gl_layer_create(struct gl *gl, int32_t width, int32_t height, struct gl_layer **out)
{
	struct gl_layer *layer = calloc(1, sizeof *layer);
	if (!layer)
		return -ENOMEM;
	int rc = make_resources(gl, &layer->resources);
	if (!rc)
		rc = make_surface(gl, width, height, &layer->surface);
	if (rc) {
		resources_destroy(layer->resources);
		free(layer);
		return rc;
	}
	layer->gl = gl;
	layer->width = width;
	layer->height = height;
	list_push_back(&gl->layers, &layer->link);
	for (int i = 0; i < 2; i++) {
		layer->scenes[i].width = width;
		layer->scenes[i].height = height;
	}
	damage_all(layer);
	*out = layer;
	return 0;
}

void gl_layer_set_owner(struct gl_layer *layer, uint64_t owner)
{
	resources_set_owner(layer->resources, owner);
}

void gl_layer_destroy(struct gl_layer *layer)
{
	if (!layer)
		return;
	if (!gl_enter(layer->gl))
		surface_finish(&layer->surface);
	scene_finish(&layer->scenes[0], &layer->gl->context_of_scenes);
	scene_finish(&layer->scenes[1], &layer->gl->context_of_scenes);
	resources_destroy(layer->resources);
	list_remove(&layer->link);
	free(layer);
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	struct gl_surface surface;
	struct gl_scene *scene = &layer->scenes[layer->current];
	struct gl_overlays *overlays = &layer->overlays[layer->current];
	const struct gl_overlays was = *overlays;
	struct gl_op_error err;
	int rc = make_surface(layer->gl, width, height, &surface);
	if (rc)
		return rc;
	if (!gl_enter(layer->gl))
		surface_finish(&layer->surface);
	layer->surface = surface;
	layer->width = width;
	layer->height = height;
	overlays_undo(scene, overlays);
	if (scene_cover(scene, width, height, &layer->gl->context_of_scenes, &err)) {
		log_info("gl: a window goes blank at its new size: byte %u: %s",
			(unsigned)err.offset, err.reason);
		scene_reset(scene, &layer->gl->context_of_scenes);
	}
	overlays_find(layer->gl, scene, overlays);
	overlays_stay(&was, overlays);
	damage_all(layer);
	layer->own = layer->dirty;
	layer->opaque = is_opaque(layer);
	return 0;
}

int gl_layer_image(struct gl_layer *layer, uint32_t id, int32_t width, int32_t height,
	void *pixels, void (*release)(void *owner, void *pixels), void *owner)
{
	return resource_image_adopt(
		layer->resources, id, width, height, pixels, release, owner);
}

int gl_layer_submit(struct gl_layer *layer, const void *data, size_t size,
	struct gl_region *damage, struct gl_op_error *err)
{
	const struct scene_context *context = &layer->gl->context_of_scenes;
	struct gl_scene *was = &layer->scenes[layer->current];
	struct gl_scene *next = &layer->scenes[!layer->current];
	resource_begin(layer->resources);
	uint64_t start = clock_now_ns();
	int rc = scene_decode(next, context, layer->resources, data, size, err);
	uint64_t middle = clock_now_ns();
	if (!rc)
		rc = scene_cover_next(
			next, was, layer->width, layer->height, context, err);
	layer->gl->cost.decode_ns += middle - start;
	layer->gl->cost.cover_ns += clock_now_ns() - middle;
	if (rc) {
		resource_rollback(layer->resources);
		return rc;
	}
	resource_commit(layer->resources);
	overlays_find(layer->gl, next, &layer->overlays[!layer->current]);
	scene_diff(was, next, damage);
	region_join(&layer->dirty, damage);
	layer->own = *damage;
	overlays_diff(&layer->overlays[layer->current], &layer->overlays[!layer->current],
		damage);
	layer->current = !layer->current;
	layer->opaque = is_opaque(layer);
	return 0;
}

static void count_pixels(struct gl_layer *layer)
{
	for (size_t i = 0; i < layer->dirty.n; i++)
		layer->gl->cost.painted += rect_area(&layer->dirty.rects[i]);
}

/* A band on its way to the texture; what the driver takes is not the painter's time. */
struct upload {
	struct gl_layer *layer;
	uint64_t gl_ns;
};

static void send_band(void *data, struct gl_rect band, const uint8_t *pixels)
{
	struct upload *upload = data;
	uint64_t start = clock_now_ns();
	surface_put(upload->layer->gl, &upload->layer->surface, band, pixels);
	upload->gl_ns += clock_now_ns() - start;
}

/* In its place, or on its way to the card. */
static int paint_rect(struct gl_layer *layer, const struct gl_scene *scene,
	struct gl_rect rect, struct upload *upload)
{
	const struct gl_surface *s = &layer->surface;
	struct soft *soft = layer->gl->soft;
	if (s->pixels)
		return soft_paint(soft, scene, (uint8_t *)s->pixels, s->width, rect);
	return soft_paint_to(soft, scene, rect, send_band, upload);
}

static int paint_soft(struct gl_layer *layer)
{
	const struct gl_scene *scene = &layer->scenes[layer->current];
	struct gl_cost *cost = &layer->gl->cost;
	struct upload upload = {.layer = layer};
	uint64_t start = clock_now_ns();
	int rc = 0;
	if (layer->dirty.n == 0)
		return 0;
	count_pixels(layer);
	for (size_t i = 0; i < layer->dirty.n && !rc; i++)
		rc = paint_rect(layer, scene, layer->dirty.rects[i], &upload);
	cost->paint_ns += clock_now_ns() - start - upload.gl_ns;
	cost->gl_ns += upload.gl_ns;
	int failed = gl_check(layer->gl);
	rc = failed ? failed : rc;
	if (!rc)
		layer->dirty.n = 0;
	return rc;
}

static int paint_gl(struct gl_layer *layer)
{
	const struct gl_scene *scene = &layer->scenes[layer->current];
	int rc = 0;
	if (layer->dirty.n == 0)
		return 0;
	count_pixels(layer);
	layer->gl->textures.frame++;
	for (size_t i = 0; i < layer->dirty.n && !rc; i++)
		rc = paint_scene(
			layer->gl, scene, &layer->surface, 0, 0, layer->dirty.rects[i]);
	int failed = gl_check(layer->gl);
	rc = failed ? failed : rc;
	if (!rc)
		layer->dirty.n = 0;
	return rc;
}

int layer_paint(struct gl_layer *layer)
{
	int rc = gl_enter(layer->gl);
	if (rc)
		return rc;
	return by_processor(layer->gl) ? paint_soft(layer) : paint_gl(layer);
}

int gl_layer_draw(struct gl_layer *layer)
{
	int rc = layer_paint(layer);
	return rc ? rc : overlays_draw(layer->gl, &layer->overlays[layer->current], 0);
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
	return scene_locate((struct gl_scene *)&layer->scenes[layer->current], tag,
		(double)x, (double)y, out);
}

int gl_layer_read(struct gl_layer *layer, uint8_t *rgba)
{
	int rc = gl_layer_draw(layer);
	if (!rc && !by_processor(layer->gl))
		rc = surface_read(layer->gl, &layer->surface, rgba);
	else if (!rc)
		rc = soft_paint(layer->gl->soft, &layer->scenes[layer->current], rgba,
			layer->width, whole(layer));
	return rc ? rc
		  : overlays_merge(layer->gl, &layer->overlays[layer->current], rgba,
			    layer->width);
}

/* The pixels went with the context. */
void layer_forget(struct gl_layer *layer)
{
	layer->surface =
		(struct gl_surface){.width = layer->width, .height = layer->height};
}

int layer_restore(struct gl_layer *layer)
{
	int rc = make_surface(layer->gl, layer->width, layer->height, &layer->surface);
	if (rc)
		layer_forget(layer);
	damage_all(layer);
	return rc;
}
