#include "gl/overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft.h"
#include "gl/store.h"

static struct gl_rect moved(struct gl_rect r, int32_t dx, int32_t dy)
{
	return (struct gl_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy};
}

/* Items outside groups from there on that touch rect. */
static bool is_covered(const struct gl_scene *scene, size_t from, struct gl_rect rect)
{
	for (size_t i = from; i < scene->n_items; i++) {
		struct gl_rect both = rect_intersect(scene->items[i].bounds, rect);
		if (!rect_empty(&both))
			return true;
	}
	return false;
}

static bool is_taken(
	const struct gl_overlays *overlays, const struct gl_sublayer *sublayer)
{
	for (size_t i = 0; i < overlays->n; i++)
		if (overlays->all[i].sublayer == sublayer)
			return true;
	return false;
}

/* What of the window it fills; empty when it cannot be one. */
static struct gl_rect place_of(const struct gl *gl, const struct gl_scene *scene,
	size_t index, struct gl_overlay *out, size_t *planned)
{
	const struct gl_item *item = &scene->items[index];
	const struct gl_clip *clip = scene_clip(scene, item);
	const struct gl_sublayer *sub = item->sublayer;
	struct gl_rect none = {0}, all = {0, 0, sub->width, sub->height};
	if (!item->exact || item->blend != BLEND_OVER || (clip && clip->mask) ||
		!sub->covered)
		return none;
	out->dx = (int32_t)item->to_content.ox;
	out->dy = (int32_t)item->to_content.oy;
	struct gl_rect content =
		rect_intersect(moved(item->bounds, out->dx, out->dy), all);
	if (rect_empty(&content) || !soft_opaque(&sub->scene, content) ||
		is_covered(scene, index + 1, moved(content, -out->dx, -out->dy)) ||
		!store_fits(gl, sub, content, planned))
		return none;
	return moved(content, -out->dx, -out->dy);
}

void overlays_find(const struct gl *gl, struct gl_scene *scene, struct gl_overlays *out)
{
	size_t planned = 0;
	out->n = 0;
	for (size_t i = 0; i < scene->n_items && out->n < GL_OVERLAYS; i++) {
		struct gl_item *item = &scene->items[i];
		if (item->kind == ITEM_GROUP)
			i = item->end;
		if (item->kind != ITEM_PLACE || is_taken(out, item->sublayer))
			continue;
		struct gl_overlay *overlay = &out->all[out->n];
		*overlay = (struct gl_overlay){.item = (uint32_t)i,
			.hash = item->hash,
			.content = item->content,
			.sublayer = item->sublayer,
			.serial = item->sublayer->serial};
		overlay->at = place_of(gl, scene, i, overlay, &planned);
		if (!rect_empty(&overlay->at))
			out->n++;
	}
	for (size_t i = 0; i < out->n; i++) {
		struct gl_item *item = &scene->items[out->all[i].item];
		item->bounds = (struct gl_rect){0};
		item->hash = item->content = 0;
	}
}

void overlays_undo(struct gl_scene *scene, struct gl_overlays *overlays)
{
	for (size_t i = 0; i < overlays->n; i++) {
		struct gl_item *item = &scene->items[overlays->all[i].item];
		item->hash = overlays->all[i].hash;
		item->content = overlays->all[i].content;
	}
	overlays->n = 0;
}

static uint64_t last_id;

static bool same_size(const struct gl_overlay *a, const struct gl_overlay *b)
{
	return a->sublayer->width == b->sublayer->width &&
	       a->sublayer->height == b->sublayer->height;
}

/* Of the same name, or another in its place. */
static bool succeeds(const struct gl_overlay *is, const struct gl_overlay *was, int pass)
{
	if (pass == 0)
		return is->sublayer->id == was->sublayer->id;
	return rect_same(&is->at, &was->at) && same_size(is, was);
}

/* Whom each succeeds, by number; ids go along. What is left of was had no successor. */
static unsigned follow(const struct gl_overlays *was, struct gl_overlays *is,
	const struct gl_overlay *from[GL_OVERLAYS])
{
	unsigned left = (1u << was->n) - 1;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < is->n; i++) {
			for (size_t k = 0; k < was->n && !from[i]; k++) {
				if (!(left >> k & 1) ||
					!succeeds(&is->all[i], &was->all[k], pass))
					continue;
				from[i] = &was->all[k];
				left &= ~(1u << k);
			}
		}
	}
	for (size_t i = 0; i < is->n; i++)
		is->all[i].id = from[i] ? from[i]->id : ++last_id;
	return left;
}

/* What differs of the content, if neither it nor its viewport moved; else all. */
static struct gl_region changed_of(const struct gl_overlay *was, struct gl_overlay *is)
{
	bool still =
		rect_same(&was->at, &is->at) && was->dx == is->dx && was->dy == is->dy;
	struct gl_region changed = {0};
	if (was->serial != is->serial) {
		bool inherits = same_size(was, is) && was->sublayer->store &&
				!is->sublayer->store;
		if (inherits)
			store_inherit(is->sublayer, was->sublayer, &changed);
		still = still && inherits;
	}
	if (!still)
		return region_of(is->at);
	region_move(&changed, -is->dx, -is->dy);
	region_cut(&changed, is->at);
	return changed;
}

void overlays_diff(
	const struct gl_overlays *was, struct gl_overlays *is, struct gl_region *out)
{
	const struct gl_overlay *from[GL_OVERLAYS] = {0};
	unsigned left = follow(was, is, from);
	for (size_t i = 0; i < is->n; i++) {
		struct gl_overlay *o = &is->all[i];
		o->damage = from[i] ? changed_of(from[i], o) : region_of(o->at);
		region_join(out, &o->damage);
		if (from[i] && !rect_same(&from[i]->at, &o->at))
			region_add(out, from[i]->at);
	}
	for (size_t i = 0; i < was->n; i++)
		if (left >> i & 1)
			region_add(out, was->all[i].at);
}

void overlays_stay(const struct gl_overlays *was, struct gl_overlays *is)
{
	const struct gl_overlay *from[GL_OVERLAYS] = {0};
	follow(was, is, from);
	for (size_t i = 0; i < is->n; i++)
		is->all[i].damage = region_of(is->all[i].at);
}

int overlays_draw(struct gl *gl, const struct gl_overlays *overlays, uint32_t left_out)
{
	int rc = 0;
	for (size_t i = 0; i < overlays->n && !rc; i++) {
		const struct gl_overlay *o = &overlays->all[i];
		if (left_out >> i & 1)
			continue;
		rc = store_need(gl, o->sublayer, moved(o->at, o->dx, o->dy));
		if (!rc)
			rc = store_send(o->sublayer->store);
	}
	return rc;
}

/* Pixels of a store, whoever painted it. */
static int read_store(const struct gl_store *store, uint8_t **out)
{
	size_t bytes = (size_t)store->width * (size_t)store->height * 4;
	*out = malloc(bytes);
	if (!*out)
		return -ENOMEM;
	if (!store->pixels)
		return surface_read(store->gl, &store->surface, *out);
	memcpy(*out, store->pixels, bytes);
	return 0;
}

static int merge_one(const struct gl_overlay *o, uint8_t *rgba, int32_t width)
{
	const struct gl_store *store = o->sublayer->store;
	struct store_piece pieces[4];
	size_t n = store_split(store, moved(o->at, o->dx, o->dy), pieces);
	uint8_t *pixels = NULL;
	int rc = read_store(store, &pixels);
	for (size_t i = 0; i < n && !rc; i++) {
		struct gl_rect at = moved(pieces[i].content, -o->dx, -o->dy);
		for (int32_t y = at.y0; y < at.y1; y++) {
			size_t from =
				(size_t)(pieces[i].y + y - at.y0) * (size_t)store->width +
				(size_t)pieces[i].x;
			size_t to = (size_t)y * (size_t)width + (size_t)at.x0;
			memcpy(rgba + 4 * to, pixels + 4 * from,
				4 * (size_t)(at.x1 - at.x0));
		}
	}
	free(pixels);
	return rc;
}

int overlays_merge(
	struct gl *gl, const struct gl_overlays *overlays, uint8_t *rgba, int32_t width)
{
	int rc = overlays_draw(gl, overlays, 0);
	for (size_t i = 0; i < overlays->n && !rc; i++)
		rc = merge_one(&overlays->all[i], rgba, width);
	return rc;
}
