#include "gl/scene.h"

#include <stdlib.h>
#include <string.h>

#include "gl/glyph.h"
#include "gl/rect.h"
#include "gl/resource.h"

static void let_go(struct gl_scene *scene, const struct scene_context *context)
{
	for (size_t i = 0; i < scene->n_clips; i++)
		mask_release(context->masks, scene->clips[i].mask);
	for (size_t i = 0; i < scene->n_glyphs; i++) {
		mask_release(context->masks, scene->glyphs[i].mask);
		if (context->glyphs)
			glyph_release(context->glyphs, scene->glyphs[i].bitmap);
	}
	for (size_t i = 0; i < scene->n_brushes; i++)
		image_release(scene->brushes[i].image);
	for (size_t i = 0; i < scene->n_runs; i++)
		kept_font_release(scene->runs[i].kept);
	for (size_t i = 0; i < scene->n_items; i++)
		sublayer_release(scene->items[i].sublayer);
	for (size_t i = 0; i < scene->n_areas; i++)
		sublayer_release(scene->areas[i].sublayer);
}

void scene_finish(struct gl_scene *scene, const struct scene_context *context)
{
	let_go(scene, context);
	free(scene->clips);
	free(scene->strokes);
	free(scene->brushes);
	free(scene->stops);
	free(scene->items);
	free(scene->runs);
	free(scene->glyphs);
	free(scene->areas);
	free(scene->deferred);
	free(scene->scratch);
	free(scene->notes);
	free(scene->text);
	free(scene->verbs);
	free(scene->points);
	memset(scene, 0, sizeof *scene);
}

void scene_reset(struct gl_scene *scene, const struct scene_context *context)
{
	let_go(scene, context);
	scene->n_clips = scene->n_strokes = scene->n_brushes = scene->n_stops = 0;
	scene->n_items = scene->n_runs = scene->n_glyphs = 0;
	scene->n_areas = scene->n_notes = scene->n_text = scene->n_deferred = 0;
	scene->n_verbs = scene->n_points = 0;
	scene->probe = 0;
	scene->cursor = scene->action = 0;
}

bool scene_grow(void **array, size_t *cap, size_t have, size_t more, size_t size)
{
	if (more <= *cap - have)
		return true;
	size_t want = *cap ? *cap * 2 : 64;
	while (want < have + more)
		want *= 2;
	void *p = realloc(*array, want * size);
	if (!p)
		return false;
	*array = p;
	*cap = want;
	return true;
}
