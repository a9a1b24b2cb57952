/* What a scene's tags listen to, and where those lie that can have the focus. */
#include <math.h>

#include "gl/hit_work.h"
#include "gl/rect.h"
#include "gl/scene.h"
#include "gl/sublayer.h"

static struct gl_scene_listen *find_listen(const struct gl_scene *scene, uint64_t tag)
{
	const struct gl_tag *found =
		tags_find(scene->listen_tags, scene->n_listen_tags, tag);
	return found ? &scene->listens[found->at] : NULL;
}

struct gl_listen scene_listen(const struct gl_scene *scene, uint64_t tag)
{
	const struct gl_scene_listen *listen = find_listen(scene, tag);
	if (!listen)
		return (struct gl_listen){.kinds = LISTEN_POINTER};
	return (struct gl_listen){
		.kinds = listen->kinds,
		.said = true,
		.x_min = listen->scroll[0],
		.x_max = listen->scroll[1],
		.y_min = listen->scroll[2],
		.y_max = listen->scroll[3],
	};
}

bool scene_keys(const struct gl_scene *scene, size_t i, struct gl_key_filter *out)
{
	if (i >= scene->n_keys)
		return false;
	*out = scene->keys[i];
	return true;
}

bool scene_transfer(const struct gl_scene *scene, size_t i, struct gl_transfer *out)
{
	if (i >= scene->n_transfers)
		return false;
	const struct gl_scene_transfer *t = &scene->transfers[i];
	*out = (struct gl_transfer){
		.tag = t->tag,
		.target = t->target,
		.type = &scene->text[t->text],
		.n_type = t->n_text,
	};
	return true;
}

/* focus */

/* Places in device space reach this far, or are taken to. */
#define FAR 1e9

struct finder {
	struct gl_scene *layer;
	const struct gl_scene *scene; /* the layer's, or a content's */
	struct gl_affine to_layer;
	struct gl_rect within; /* what shows of it, on the layer */
	struct hit_work *work;
};

static double near(double v)
{
	return fmin(fmax(v, -FAR), FAR);
}

static struct gl_rect box_of(
	const struct finder *f, double x0, double y0, double x1, double y1)
{
	double left = FAR, top = FAR, right = -FAR, bottom = -FAR;
	for (int i = 0; i < 4; i++) {
		struct gl_point p = affine_apply(
			&f->to_layer, near(i & 1 ? x1 : x0), near(i & 2 ? y1 : y0));
		left = fmin(left, p.x), right = fmax(right, p.x);
		top = fmin(top, p.y), bottom = fmax(bottom, p.y);
	}
	return (struct gl_rect){
		.x0 = (int32_t)near(floor(left)),
		.y0 = (int32_t)near(floor(top)),
		.x1 = (int32_t)near(ceil(right)),
		.y1 = (int32_t)near(ceil(bottom)),
	};
}

/* Of one clip, or of the whole scene. */
static struct gl_rect clip_box(const struct finder *f, uint32_t clip)
{
	if (clip == SCENE_NONE)
		return box_of(f, 0, 0, f->scene->width, f->scene->height);
	const struct gl_clip *c = &f->scene->clips[clip];
	if (c->flat || !(c->dx0 <= c->dx1 && c->dy0 <= c->dy1))
		return (struct gl_rect){0};
	return box_of(f, c->dx0, c->dy0, c->dx1, c->dy1);
}

/* What the clips around leave of a box. */
static struct gl_rect visible_box(
	const struct finder *f, uint32_t clip, struct gl_rect box)
{
	box = rect_intersect(box, f->within);
	for (; clip != SCENE_NONE && hit_spend(f->work, 1) && !rect_empty(&box);
		clip = f->scene->clips[clip].parent)
		box = rect_intersect(box, clip_box(f, clip));
	return rect_empty(&box) ? (struct gl_rect){0} : box;
}

static void add_area(struct finder *f, const struct gl_area *area)
{
	struct gl_scene *s = f->layer;
	struct gl_scene_listen *listen = find_listen(s, area->tag);
	if (!listen || !(listen->kinds & LISTEN_FOCUS))
		return;
	if (listen->focus == SCENE_NONE) {
		listen->focus = (uint32_t)s->n_focus++;
		s->focus[listen->focus] = (struct gl_focus){.tag = area->tag};
	}
	struct gl_focus *focus = &s->focus[listen->focus];
	struct gl_rect box = clip_box(f, area->clip);
	focus->bounds = rect_union(focus->bounds, box);
	focus->visible = rect_union(focus->visible, visible_box(f, area->clip, box));
}

static void add_areas(struct finder *f);

static void add_place(const struct finder *f, const struct gl_area *place)
{
	struct finder inner = {
		.layer = f->layer,
		.scene = &place->sublayer->scene,
		.work = f->work,
	};
	if (!affine_invert(&place->to_local, &inner.to_layer))
		return;
	inner.within = visible_box(f, place->clip, clip_box(f, place->clip));
	add_areas(&inner);
}

static void add_areas(struct finder *f)
{
	for (size_t i = 0; i < f->scene->n_areas && hit_spend(f->work, 1); i++) {
		const struct gl_area *area = &f->scene->areas[i];
		if (area->flat)
			continue;
		if (area->sublayer)
			add_place(f, area);
		else
			add_area(f, area);
	}
}

/* Once for a scene. */
static void find_focus(struct gl_scene *scene)
{
	struct hit_work work = {HIT_WORK};
	struct finder f = {
		.layer = scene,
		.scene = scene,
		.to_layer = GL_AFFINE_IDENTITY,
		.within = {0, 0, scene->width, scene->height},
		.work = &work,
	};
	scene->n_focus = 0;
	for (size_t i = 0; i < scene->n_listen_tags; i++)
		scene->listens[scene->listen_tags[i].at].focus = SCENE_NONE;
	if (scene->cap_focus > 0)
		add_areas(&f);
	scene->focus_known = true;
}

bool scene_focus(struct gl_scene *scene, size_t i, struct gl_focus *out)
{
	if (!scene->focus_known)
		find_focus(scene);
	if (i >= scene->n_focus)
		return false;
	*out = scene->focus[i];
	return true;
}
