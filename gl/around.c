/* Where a tag's first area lies, and who hears along with it. */
#include <math.h>

#include "gl/hit_work.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/scene.h"
#include "gl/sublayer.h"

#define FAR 1e9 /* px: as far as a clip can reach */

/* A scene in the layer: itself, or a content at its place. */
struct seat {
	const struct gl_scene *scene;
	struct gl_affine to_layer;
};

static struct gl_rect box_of(
	const struct gl_affine *to_layer, double x0, double y0, double x1, double y1)
{
	double left = FAR, top = FAR, right = -FAR, bottom = -FAR;
	for (int i = 0; i < 4; i++) {
		struct gl_point p =
			affine_apply(to_layer, i & 1 ? x1 : x0, i & 2 ? y1 : y0);
		left = fmin(left, p.x), right = fmax(right, p.x);
		top = fmin(top, p.y), bottom = fmax(bottom, p.y);
	}
	return (struct gl_rect){
		.x0 = (int32_t)fmax(floor(left), -FAR),
		.y0 = (int32_t)fmax(floor(top), -FAR),
		.x1 = (int32_t)fmin(ceil(right), FAR),
		.y1 = (int32_t)fmin(ceil(bottom), FAR),
	};
}

static struct gl_rect clip_box(const struct seat *seat, uint32_t clip)
{
	const struct gl_scene *s = seat->scene;
	if (clip == SCENE_NONE)
		return box_of(&seat->to_layer, 0, 0, s->width, s->height);
	const struct gl_clip *c = &s->clips[clip];
	if (c->flat || !(c->dx1 >= c->dx0 && c->dy1 >= c->dy0))
		return (struct gl_rect){0};
	return box_of(&seat->to_layer, c->dx0, c->dy0, c->dx1, c->dy1);
}

/* What that clip and all around it let show. */
static struct gl_rect shown(const struct seat *seat, uint32_t clip)
{
	struct gl_rect all = clip_box(seat, SCENE_NONE);
	for (; clip != SCENE_NONE; clip = seat->scene->clips[clip].parent)
		all = rect_intersect(all, clip_box(seat, clip));
	return all;
}

static uint32_t first_area(const struct gl_scene *s, uint64_t tag)
{
	for (size_t i = 0; i < s->n_areas; i++) {
		const struct gl_area *area = &s->areas[i];
		if (!area->sublayer && !area->flat && area->tag == tag)
			return (uint32_t)i;
	}
	return SCENE_NONE;
}

/* Gio's: the last area of the same clip, then those that it leaves when it blocks. */
static uint32_t last_in_clip(const struct gl_scene *s, uint32_t clip)
{
	return clip == SCENE_NONE ? s->area : s->clips[clip].area;
}

struct tags {
	uint64_t *items;
	size_t n, max;
};

static void add_tag(struct tags *tags, uint64_t tag)
{
	for (size_t i = 0; i < tags->n; i++) {
		if (tags->items[i] == tag)
			return;
	}
	if (tags->n < tags->max)
		tags->items[tags->n++] = tag;
}

static void add_chain(struct tags *tags, const struct gl_scene *s, uint32_t area)
{
	for (; area != SCENE_NONE; area = s->areas[area].parent) {
		if (!s->areas[area].sublayer)
			add_tag(tags, s->areas[area].tag);
	}
}

static void tell(
	const struct seat *seat, uint32_t area, struct gl_around *out, struct tags *tags)
{
	const struct gl_scene *s = seat->scene;
	uint32_t clip = s->areas[area].clip;
	uint32_t outside = clip == SCENE_NONE ? SCENE_NONE : s->clips[clip].parent;
	out->box = clip_box(seat, clip);
	out->within = shown(seat, outside);
	add_chain(tags, s, last_in_clip(s, clip));
}

static bool tell_content(const struct gl_scene *scene, const struct gl_area *place,
	uint64_t tag, struct gl_around *out, struct tags *tags)
{
	const struct seat outer = {scene, GL_AFFINE_IDENTITY};
	struct seat inner = {.scene = &place->sublayer->scene};
	uint32_t area = first_area(inner.scene, tag);
	if (area == SCENE_NONE || !affine_invert(&place->to_local, &inner.to_layer))
		return false;
	tell(&inner, area, out, tags);
	out->within = rect_intersect(out->within, shown(&outer, place->clip));
	add_chain(tags, scene, place->parent);
	return true;
}

size_t gl_layer_around(const struct gl_layer *layer, uint64_t tag, struct gl_around *out,
	uint64_t *tags, size_t max)
{
	const struct gl_scene *s = &layer->scenes[layer->current];
	const struct seat seat = {s, GL_AFFINE_IDENTITY};
	struct tags all = {.items = tags, .max = max};
	struct hit_work work = {HIT_WORK};
	for (uint32_t i = 0; i < s->n_areas; i++) {
		const struct gl_area *area = &s->areas[i];
		size_t looked = area->sublayer ? area->sublayer->scene.n_areas : 0;
		if (!hit_spend(&work, (uint32_t)looked))
			return 0;
		if (area->sublayer && tell_content(s, area, tag, out, &all))
			return all.n;
		if (area->sublayer || area->flat || area->tag != tag)
			continue;
		tell(&seat, i, out, &all);
		return all.n;
	}
	return 0;
}
