#include "gl/scene.h"

#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/resource.h"

static void let_go(struct gl_scene *scene, const struct scene_context *context)
{
	for (size_t i = 0; i < scene->n_clips; i++)
		mask_release(context->masks, scene->clips[i].mask);
	for (size_t i = 0; i < scene->n_glyphs; i++)
		mask_release(context->masks, scene->glyphs[i].mask);
	for (size_t i = 0; i < scene->n_brushes; i++)
		image_release(scene->brushes[i].image);
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

static bool same_item(const struct gl_item *a, const struct gl_item *b)
{
	return a->hash == b->hash && rect_same(&a->bounds, &b->bounds);
}

static void add_all(
	const struct gl_scene *scene, size_t from, size_t to, struct gl_region *out)
{
	for (size_t i = from; i < to; i++)
		region_add(out, scene->items[i].bounds);
}

/*
 * What the lists share at both ends looks the same. Of the middle, items are
 * compared one by one when there are as many, else all of them count.
 */
void scene_diff(
	const struct gl_scene *was, const struct gl_scene *is, struct gl_region *out)
{
	size_t head = 0, m = was->n_items, n = is->n_items;
	*out = (struct gl_region){0};
	while (head < m && head < n && same_item(&was->items[head], &is->items[head]))
		head++;
	while (m > head && n > head && same_item(&was->items[m - 1], &is->items[n - 1]))
		m--, n--;
	if (m != n) {
		add_all(was, head, m, out);
		add_all(is, head, n, out);
		return;
	}
	for (size_t i = head; i < n; i++) {
		if (same_item(&was->items[i], &is->items[i]))
			continue;
		region_add(out, was->items[i].bounds);
		region_add(out, is->items[i].bounds);
	}
}
