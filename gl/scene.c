#include "gl/scene.h"

#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"

void scene_finish(struct gl_scene *scene)
{
	free(scene->clips);
	free(scene->paints);
	free(scene->areas);
	free(scene->verbs);
	free(scene->points);
	free(scene->spans);
	free(scene->cover);
	memset(scene, 0, sizeof *scene);
}

void scene_reset(struct gl_scene *scene)
{
	scene->n_clips = scene->n_paints = scene->n_areas = 0;
	scene->n_verbs = scene->n_points = 0;
	scene->n_spans = scene->n_cover = 0;
	scene->probe = 0;
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

const struct gl_mask *scene_mask(
	const struct gl_scene *scene, uint32_t clip, struct gl_mask *storage)
{
	if (clip != SCENE_NONE)
		return &scene->clips[clip].mask;
	*storage = (struct gl_mask){
		.bounds = {0, 0, scene->width, scene->height},
		.full = true,
		.pixels = (uint64_t)scene->width * (uint64_t)scene->height,
	};
	return storage;
}

static struct gl_rect paint_bounds(
	const struct gl_scene *scene, const struct gl_paint *paint)
{
	struct gl_mask whole;
	return scene_mask(scene, paint->clip, &whole)->bounds;
}

static bool same_paint(const struct gl_scene *was, const struct gl_paint *a,
	const struct gl_scene *is, const struct gl_paint *b)
{
	if (a->color != b->color || (a->clip == SCENE_NONE) != (b->clip == SCENE_NONE))
		return false;
	if (a->clip == SCENE_NONE)
		return true;
	const struct gl_clip *ca = &was->clips[a->clip], *cb = &is->clips[b->clip];
	return ca->hash == cb->hash && rect_same(&ca->mask.bounds, &cb->mask.bounds);
}

static struct gl_rect bound_all(
	const struct gl_scene *scene, size_t from, size_t to, struct gl_rect damage)
{
	for (size_t i = from; i < to; i++)
		damage = rect_union(damage, paint_bounds(scene, &scene->paints[i]));
	return damage;
}

/*
 * What the lists share at both ends looks the same. Of the middle, paints are
 * compared one by one when there are as many, else all of them count.
 */
struct gl_rect scene_diff(const struct gl_scene *was, const struct gl_scene *is)
{
	size_t head = 0, m = was->n_paints, n = is->n_paints;
	while (head < m && head < n &&
		same_paint(was, &was->paints[head], is, &is->paints[head]))
		head++;
	while (m > head && n > head &&
		same_paint(was, &was->paints[m - 1], is, &is->paints[n - 1]))
		m--, n--;
	struct gl_rect damage = {0};
	if (m != n)
		return bound_all(is, head, n, bound_all(was, head, m, damage));
	for (size_t i = head; i < n; i++) {
		if (same_paint(was, &was->paints[i], is, &is->paints[i]))
			continue;
		damage = bound_all(was, i, i + 1, damage);
		damage = bound_all(is, i, i + 1, damage);
	}
	return damage;
}
