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
	for (size_t i = 0; i < scene->n_items && out->n < OVERLAYS; i++) {
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

static const struct gl_overlay *find_like(
	const struct gl_overlays *overlays, const struct gl_overlay *like)
{
	for (size_t i = 0; i < overlays->n; i++) {
		const struct gl_overlay *o = &overlays->all[i];
		if (rect_same(&o->at, &like->at) &&
			o->sublayer->width == like->sublayer->width &&
			o->sublayer->height == like->sublayer->height)
			return o;
	}
	return NULL;
}

/* Both in the same place: what differs of the content, if that did not move. */
static void diff_one(
	const struct gl_overlay *was, struct gl_overlay *is, struct gl_region *out)
{
	bool still = was->dx == is->dx && was->dy == is->dy;
	struct gl_region changed = {0};
	if (was->serial == is->serial) {
		if (!still)
			region_add(out, is->at);
		return;
	}
	if (was->sublayer->store && !is->sublayer->store)
		store_inherit(is->sublayer, was->sublayer, &changed);
	else
		still = false;
	if (!still) {
		region_add(out, is->at);
		return;
	}
	region_move(&changed, -is->dx, -is->dy);
	region_cut(&changed, is->at);
	region_join(out, &changed);
}

void overlays_diff(
	const struct gl_overlays *was, struct gl_overlays *is, struct gl_region *out)
{
	for (size_t i = 0; i < is->n; i++) {
		const struct gl_overlay *like = find_like(was, &is->all[i]);
		if (like)
			diff_one(like, &is->all[i], out);
		else
			region_add(out, is->all[i].at);
	}
	for (size_t i = 0; i < was->n; i++)
		if (!find_like(is, &was->all[i]))
			region_add(out, was->all[i].at);
}

int overlays_draw(struct gl *gl, const struct gl_overlays *overlays)
{
	int rc = 0;
	for (size_t i = 0; i < overlays->n && !rc; i++) {
		const struct gl_overlay *o = &overlays->all[i];
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
	int rc = overlays_draw(gl, overlays);
	for (size_t i = 0; i < overlays->n && !rc; i++)
		rc = merge_one(&overlays->all[i], rgba, width);
	return rc;
}
