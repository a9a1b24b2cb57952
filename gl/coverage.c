/* A scene's items: clips come after their parents in the list, so one walk covers them all. */
#include "gl/coverage.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "gl/coverage_private.h"
#include "gl/glyph.h"
#include "gl/rect.h"
#include "gl/sublayer.h"
#include "util/opwire.h"

/* Shapes with a box of up to so many pixels, or twice the layer, are made whole. */
#define WHOLE_PIXELS ((double)(1 << 20))

static void mark_used(struct gl_scene *s)
{
	for (size_t i = 0; i < s->n_clips; i++)
		s->clips[i].used = false;
	for (size_t i = 0; i < s->n_items; i++)
		if (s->items[i].clip != SCENE_NONE)
			s->clips[s->items[i].clip].used = true;
	for (size_t i = s->n_clips; i-- > 0;)
		if (s->clips[i].used && s->clips[i].parent != SCENE_NONE)
			s->clips[s->clips[i].parent].used = true;
}

static int refuse(
	struct cover *c, uint32_t offset, const char *what, struct gl_op_error *err)
{
	bool no_memory = c->no_memory || c->raster->no_memory;
	err->offset = offset;
	if (no_memory)
		snprintf(err->reason, sizeof err->reason, "%s: out of memory", what);
	else if (c->too_dear)
		snprintf(err->reason, sizeof err->reason,
			"%s: the font takes too long to read", what);
	else if (c->too_small)
		snprintf(err->reason, sizeof err->reason,
			"%s: more than %llu pixels of the sub-layer show", what,
			(unsigned long long)SUBLAYER_MAX_PART);
	else if (c->too_much)
		snprintf(err->reason, sizeof err->reason,
			"%s: the paints cover more than %llu pixels together", what,
			(unsigned long long)c->overdraw_limit);
	else
		snprintf(err->reason, sizeof err->reason,
			"%s: the stream costs more than %u units of work", what,
			OPWIRE_MAX_WORK);
	return no_memory ? -ENOMEM : -E2BIG;
}

bool cover_paint(struct cover *c, uint64_t pixels)
{
	c->overdraw += pixels;
	c->too_much = c->overdraw > c->overdraw_limit;
	return !c->too_much;
}

/* What the clip lets through, within the bounds: pixels, and units for its spans. */
static bool count_fill(
	struct cover *c, const struct gl_clip *clip, const struct gl_rect *bounds)
{
	uint64_t pixels = rect_area(bounds), spans = 0;
	if (clip && clip->mask && pixels > 0) {
		spans = clip->mask->rows[clip->mask->height];
		if (clip->mask->pixels < pixels)
			pixels = clip->mask->pixels;
	}
	return raster_spend(c->raster, spans / 4) && cover_paint(c, pixels);
}

static int cover_scene(struct cover *c, struct gl_op_error *err);

/* What it takes to cover the content counts in the scene that shows it first. */
static bool cover_content(struct cover *c, struct gl_sublayer *content)
{
	struct gl_op_error err;
	struct cover inner = *c;
	if (content->covered)
		return true;
	inner.scene = &content->scene;
	inner.layer = (struct gl_rect){0, 0, content->width, content->height};
	inner.overdraw = 0;
	inner.overdraw_limit = UINT64_MAX; /* what shows of it is counted where it does */
	int rc = cover_scene(&inner, &err);
	c->no_memory = c->no_memory || inner.no_memory;
	c->too_dear = c->too_dear || inner.too_dear;
	c->too_much = inner.too_much;
	content->covered = rc == 0;
	return rc == 0;
}

/* A group's bounds are those of what is in it; of an unbounded mode, all that its clip lets through. */
static void close_group(struct cover *c, uint32_t end, struct gl_rect all)
{
	struct gl_item *items = c->scene->items, *start = &items[items[end].end];
	struct gl_rect bounds = all;
	if (blend_unbounded(start->blend))
		bounds = start->clip == SCENE_NONE ? c->layer
						   : c->scene->clips[start->clip].bounds;
	start->bounds = items[end].bounds = bounds;
}

struct groups {
	struct gl_rect all[OPWIRE_MAX_GROUPS + 1];
	size_t n;
};

static bool cover_item(struct cover *c, uint32_t at, struct groups *groups)
{
	struct gl_item *item = &c->scene->items[at];
	const struct gl_clip *clip = scene_clip(c->scene, item);
	struct gl_rect within = clip ? clip->bounds : c->layer;
	if (!raster_spend(c->raster, 1))
		return false;
	switch (item->kind) {
	case ITEM_FILL:
		item->bounds = within;
		if (!count_fill(c, clip, &within))
			return false;
		break;
	case ITEM_GLYPHS:
		if (!cover_run(c, item, within))
			return false;
		break;
	case ITEM_PLACE:
		item->bounds = within;
		if (!count_fill(c, clip, &within) || !cover_content(c, item->sublayer) ||
			!cover_place(c, item))
			return false;
		break;
	case ITEM_GROUP:
		groups->all[++groups->n] = (struct gl_rect){0};
		return true;
	case ITEM_GROUP_END:
		close_group(c, at, groups->all[groups->n--]);
		if (!cover_paint(c, rect_area(&item->bounds)))
			return false;
		break;
	}
	groups->all[groups->n] = rect_union(groups->all[groups->n], item->bounds);
	return true;
}

static const char *item_name(const struct gl_item *item)
{
	static const char *const names[] = {
		[ITEM_FILL] = "paint",
		[ITEM_GLYPHS] = "glyphs",
		[ITEM_PLACE] = "place",
		[ITEM_GROUP] = "group push",
		[ITEM_GROUP_END] = "group pop",
	};
	return names[item->kind];
}

static void let_go(struct gl_scene *scene, const struct scene_context *context)
{
	for (size_t i = 0; i < scene->n_clips; i++) {
		mask_release(context->masks, scene->clips[i].mask);
		scene->clips[i].mask = NULL;
	}
	for (size_t i = 0; i < scene->n_glyphs; i++) {
		mask_release(context->masks, scene->glyphs[i].mask);
		scene->glyphs[i].mask = NULL;
		if (context->glyphs)
			glyph_release(context->glyphs, scene->glyphs[i].bitmap);
		scene->glyphs[i].bitmap = NULL;
	}
}

static int cover_scene(struct cover *c, struct gl_op_error *err)
{
	struct gl_scene *s = c->scene;
	struct groups groups = {0};
	double area = (double)c->layer.x1 * c->layer.y1;
	s->focus_known = false;
	if (s->width != c->layer.x1 || s->height != c->layer.y1)
		hit_index_reset(&s->index);
	s->width = c->layer.x1;
	s->height = c->layer.y1;
	c->whole = fmax(WHOLE_PIXELS, 2 * area);
	c->overdraw_limit = (uint64_t)area * OPWIRE_MAX_OVERDRAW + OPWIRE_EXTRA_OVERDRAW;
	let_go(s, c->context);
	mark_used(s);
	for (size_t i = 0; i < s->n_clips; i++)
		if (s->clips[i].used && !cover_clip(c, &s->clips[i]))
			return refuse(c, s->clips[i].offset, "clip", err);
	for (uint32_t i = 0; i < s->n_items; i++)
		if (!cover_item(c, i, &groups))
			return refuse(
				c, s->items[i].offset, item_name(&s->items[i]), err);
	if (scene_index(s))
		return 0;
	c->no_memory = true;
	return refuse(c, 0, "frame", err);
}

int scene_cover(struct gl_scene *scene, int32_t width, int32_t height,
	const struct scene_context *context, struct gl_op_error *err)
{
	return scene_cover_next(scene, NULL, width, height, context, err);
}

int scene_cover_next(struct gl_scene *scene, const struct gl_scene *before, int32_t width,
	int32_t height, const struct scene_context *context, struct gl_op_error *err)
{
	struct raster *r = context->raster;
	struct cover c = {
		.scene = scene,
		.context = context,
		.before = before,
		.raster = r,
		.layer = {0, 0, width, height},
	};
	r->work = 0;
	r->work_limit = OPWIRE_MAX_WORK;
	r->no_memory = false;
	mask_frame(context->masks);
	if (context->glyphs)
		glyph_budget(context->glyphs, GLYPH_FRAME_NS);
	int rc = cover_scene(&c, err);
	if (context->glyphs)
		glyph_budget(context->glyphs, UINT64_MAX);
	return rc;
}
