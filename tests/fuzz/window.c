#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/decode.h"
#include "gl/font.h"
#include "gl/glyph.h"
#include "gl/rect.h"
#include "gl/region.h"
#include "gl/resource.h"
#include "gl/soft.h"

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void add_fonts(struct window *window, struct gl_fonts *fonts)
{
	must(glyph_cache_create(fonts, &window->context.glyphs) == 0);
	resources_use_fonts(window->resources, fonts);
}

void window_init(
	struct window *window, int32_t width, int32_t height, struct gl_fonts *fonts)
{
	*window = (struct window){.width = width, .height = height};
	window->context.masks = &window->masks;
	window->context.raster = &window->raster;
	must(mask_cache_init(&window->masks) == 0);
	must(resources_create(&window->resources) == 0);
	must(soft_create(&window->soft) == 0);
	window->pixels = calloc((size_t)width * (size_t)height, 4);
	must(window->pixels);
	if (fonts)
		add_fonts(window, fonts);
	for (int i = 0; i < 2; i++) {
		window->scenes[i].width = width;
		window->scenes[i].height = height;
	}
}

void window_finish(struct window *window)
{
	for (int i = 0; i < 2; i++)
		scene_finish(&window->scenes[i], &window->context);
	resources_destroy(window->resources);
	soft_destroy(window->soft);
	glyph_cache_destroy(window->context.glyphs);
	mask_cache_finish(&window->masks);
	raster_finish(&window->raster);
	free(window->pixels);
	*window = (struct window){0};
}

static int paint(struct window *window, struct gl_scene *was)
{
	struct gl_scene *is = &window->scenes[window->current];
	struct gl_region damage = {0};
	int rc = 0;
	scene_diff(was, is, &damage);
	for (size_t i = 0; i < damage.n && !rc; i++)
		rc = soft_paint(
			window->soft, is, window->pixels, window->width, damage.rects[i]);
	return rc;
}

int window_frame(
	struct window *window, const void *data, size_t size, struct gl_op_error *err)
{
	struct gl_scene *was = &window->scenes[window->current];
	struct gl_scene *next = &window->scenes[!window->current];
	window->raster.work = 0;
	resource_begin(window->resources);
	int rc = scene_decode(next, &window->context, window->resources, data, size, err);
	if (!rc)
		rc = scene_cover_next(
			next, was, window->width, window->height, &window->context, err);
	window->work = window->raster.work;
	if (rc) {
		resource_rollback(window->resources);
		return rc;
	}
	resource_commit(window->resources);
	window->current = !window->current;
	return paint(window, was);
}
