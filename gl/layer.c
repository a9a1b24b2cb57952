#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "gl/font.h"
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
	return paint_first(scene, whole(layer)) < scene->n_items;
}

static bool by_processor(const struct gl *gl)
{
	return gl->painter != GL_PAINTER_GL;
}

/* pixels, and the texture if there is a context for one. */
static int make_pixels(struct gl *gl, int32_t width, int32_t height,
	struct gl_surface *surface, uint8_t **pixels)
{
	int rc = 0;
	*pixels = NULL;
	*surface = (struct gl_surface){.width = width, .height = height};
	if (width <= 0 || height <= 0 || width > gl->caps.max_side ||
		height > gl->caps.max_side)
		return -EINVAL;
	if (by_processor(gl)) {
		*pixels = calloc((size_t)width * (size_t)height, 4);
		if (!*pixels)
			return -ENOMEM;
	}
	if (!gl_enter(gl))
		rc = surface_init(gl, surface, width, height,
			by_processor(gl) ? SURFACE_IMAGE : SURFACE_SRGB);
	if (rc == -ESTALE)
		rc = 0;
	if (rc)
		free(*pixels);
	return rc;
}

static void damage_all(struct gl_layer *layer)
{
	layer->dirty = region_of(whole(layer));
	layer->unsent = by_processor(layer->gl) ? layer->dirty : (struct gl_region){0};
}

/* What resources ask of fonts. */

static int open_query(void *data, unsigned weight, unsigned slant, const char *families,
	size_t n, uint32_t *out)
{
	char list[GL_FONT_FAMILIES];
	if (n >= sizeof list)
		n = sizeof list - 1;
	memcpy(list, families, n);
	list[n] = '\0';
	const struct gl_font_query query = {
		.families = list, .weight = weight, .slant = (enum gl_font_slant)slant};
	int rc = gl_font_match(data, &query, out);
	if (!rc)
		gl_font_ref(data, *out);
	return rc;
}

static int open_bytes(
	void *data, const void *bytes, size_t size, unsigned face, uint32_t *out)
{
	char why[128];
	return gl_font_memory(data, bytes, size, face, out, why, sizeof why);
}

static void close_font(void *data, uint32_t font)
{
	gl_font_unref(data, font);
}

static int make_resources(struct gl *gl, struct gl_resources **out)
{
	const struct resource_fonts fonts = {.open_query = open_query,
		.open_bytes = open_bytes,
		.close = close_font,
		.data = gl->fonts};
	int rc = resources_create(out);
	if (!rc && gl->fonts)
		resources_set_fonts(*out, &fonts);
	return rc;
}

int gl_layer_create(struct gl *gl, int32_t width, int32_t height, struct gl_layer **out)
{
	struct gl_layer *layer = calloc(1, sizeof *layer);
	if (!layer)
		return -ENOMEM;
	int rc = make_resources(gl, &layer->resources);
	if (!rc)
		rc = make_pixels(gl, width, height, &layer->surface, &layer->pixels);
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
	free(layer->pixels);
	free(layer);
}

int gl_layer_resize(struct gl_layer *layer, int32_t width, int32_t height)
{
	struct gl_surface surface;
	struct gl_scene *scene = &layer->scenes[layer->current];
	struct gl_op_error err;
	uint8_t *pixels;
	int rc = make_pixels(layer->gl, width, height, &surface, &pixels);
	if (rc)
		return rc;
	if (!gl_enter(layer->gl))
		surface_finish(&layer->surface);
	free(layer->pixels);
	layer->surface = surface;
	layer->pixels = pixels;
	layer->width = width;
	layer->height = height;
	overlays_undo(scene, &layer->overlays[layer->current]);
	if (scene_cover(scene, width, height, &layer->gl->context_of_scenes, &err)) {
		log_info("gl: a window goes blank at its new size: byte %u: %s",
			(unsigned)err.offset, err.reason);
		scene_reset(scene, &layer->gl->context_of_scenes);
	}
	overlays_find(layer->gl, scene, &layer->overlays[layer->current]);
	damage_all(layer);
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

static int paint_soft(struct gl_layer *layer)
{
	const struct gl_scene *scene = &layer->scenes[layer->current];
	uint64_t start = clock_now_ns();
	int rc = 0;
	count_pixels(layer);
	for (size_t i = 0; i < layer->dirty.n && !rc; i++)
		rc = soft_paint(layer->gl->soft, scene, layer->pixels, layer->width,
			layer->dirty.rects[i]);
	layer->gl->cost.paint_ns += clock_now_ns() - start;
	if (rc)
		return rc;
	region_join(&layer->unsent, &layer->dirty);
	layer->dirty.n = 0;
	return 0;
}

static int send(struct gl_layer *layer)
{
	struct gl *gl = layer->gl;
	if (layer->unsent.n == 0)
		return 0;
	for (size_t i = 0; i < layer->unsent.n; i++)
		surface_upload(
			gl, &layer->surface, layer->pixels, layer->unsent.rects[i]);
	int rc = gl_check(gl);
	if (!rc)
		layer->unsent.n = 0;
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

int gl_layer_draw(struct gl_layer *layer)
{
	int rc = gl_enter(layer->gl);
	if (!rc)
		rc = by_processor(layer->gl) ? paint_soft(layer) : paint_gl(layer);
	if (!rc)
		rc = send(layer);
	return rc ? rc : overlays_draw(layer->gl, &layer->overlays[layer->current]);
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
	if (!by_processor(layer->gl))
		rc = surface_read(layer->gl, &layer->surface, rgba);
	else
		memcpy(rgba, layer->pixels,
			(size_t)layer->width * (size_t)layer->height * 4);
	return rc ? rc
		  : overlays_merge(layer->gl, &layer->overlays[layer->current], rgba,
			    layer->width);
}

/* What the processor painted is still there; the card's pixels went with the context. */
void layer_forget(struct gl_layer *layer)
{
	layer->surface =
		(struct gl_surface){.width = layer->width, .height = layer->height};
}

int layer_restore(struct gl_layer *layer)
{
	bool soft = by_processor(layer->gl);
	if (soft && !layer->pixels) {
		layer->pixels = calloc((size_t)layer->width * (size_t)layer->height, 4);
		if (!layer->pixels)
			return -ENOMEM;
	}
	int rc = surface_init(layer->gl, &layer->surface, layer->width, layer->height,
		soft ? SURFACE_IMAGE : SURFACE_SRGB);
	if (rc)
		layer_forget(layer);
	damage_all(layer);
	return rc;
}
