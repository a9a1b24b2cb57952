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
	free(scene->placed);
	hit_index_finish(&scene->index);
	free(scene->deferred);
	free(scene->scratch);
	free(scene->notes);
	free(scene->listens);
	free(scene->listen_tags);
	free(scene->keys);
	free(scene->transfers);
	free(scene->focus);
	free(scene->bands);
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
	scene->n_bands = scene->n_areas = scene->n_notes = scene->n_text =
		scene->n_deferred = 0;
	scene->n_verbs = scene->n_points = 0;
	scene->n_listens = scene->n_listen_tags = scene->n_keys = scene->n_transfers = 0;
	scene->n_focus = scene->n_placed = 0;
	hit_index_reset(&scene->index);
	scene->focus_known = false;
	scene->probe = 0;
	scene->cursor = scene->action = 0;
	scene->noted = false;
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

static void index_item(struct gl_scene *scene, uint32_t i)
{
	const struct gl_rect *r = &scene->items[i].bounds;
	int32_t last = (int32_t)scene->n_bands - 1;
	if (rect_empty(r))
		return;
	int32_t from = r->y0 < 0 ? 0 : r->y0 / SCENE_BAND_ROWS;
	int32_t to = (r->y1 - 1) / SCENE_BAND_ROWS;
	for (int32_t b = from; b <= to && b <= last; b++) {
		struct gl_band *band = &scene->bands[b];
		if (band->first == SCENE_NONE)
			band->first = i;
		band->end = i + 1;
	}
}

bool scene_index(struct gl_scene *scene)
{
	size_t n = (size_t)(scene->height / SCENE_BAND_ROWS + 1);
	scene->n_bands = 0;
	if (!scene_reserve(scene, bands, n))
		return false;
	scene->n_bands = n;
	for (size_t b = 0; b < n; b++)
		scene->bands[b] = (struct gl_band){.first = SCENE_NONE};
	for (uint32_t i = 0; i < scene->n_items; i++) {
		index_item(scene, i);
		if (scene->items[i].kind == ITEM_GROUP) {
			i = scene->items[i].end;
			index_item(scene, i);
		}
	}
	return true;
}

void scene_reach(
	const struct gl_scene *scene, struct gl_rect rect, size_t *from, size_t *to)
{
	size_t last = scene->n_bands - 1;
	*from = 0;
	*to = scene->n_items;
	if (scene->n_bands == 0 || rect_empty(&rect) || rect.y0 < 0)
		return;
	*from = *to;
	*to = 0;
	for (size_t b = (size_t)rect.y0 / SCENE_BAND_ROWS;
		b <= last && b <= (size_t)(rect.y1 - 1) / SCENE_BAND_ROWS; b++) {
		const struct gl_band *band = &scene->bands[b];
		*from = band->first < *from ? band->first : *from;
		*to = band->end > *to ? band->end : *to;
	}
	*from = *from < *to ? *from : *to;
}

static bool hides(
	const struct gl_scene *scene, const struct gl_item *item, struct gl_rect rect)
{
	const struct gl_clip *clip = scene_clip(scene, item);
	if (item->kind != ITEM_FILL || (clip && clip->mask) ||
		!rect_contains(&item->bounds, &rect))
		return false;
	const struct gl_brush *b = &scene->brushes[item->brush];
	return !b->flat &&
	       (item->blend == BLEND_SOURCE || (item->blend == BLEND_OVER && b->opaque));
}

size_t scene_first(const struct gl_scene *scene, struct gl_rect rect)
{
	size_t from, to;
	scene_reach(scene, rect, &from, &to);
	for (size_t i = to; i-- > from;) {
		if (scene->items[i].kind == ITEM_GROUP_END)
			i = scene->items[i].end;
		else if (hides(scene, &scene->items[i], rect))
			return i;
	}
	return scene->n_items;
}
