/* What a place of a sub-layer costs whoever paints it: its content's paints, where they show. */
#include <math.h>

#include "gl/coverage_private.h"
#include "gl/rect.h"
#include "gl/sublayer.h"

/*
 * Painters need texels beside the part, for smaller copies of it: fewer than these, in
 * pixels of the copy.
 */
#define MARGIN 8

static struct gl_rect shown_part(const struct gl_item *item, struct gl_rect bounds)
{
	const struct gl_affine *m = &item->to_content;
	const double x[2] = {bounds.x0, bounds.x1}, y[2] = {bounds.y0, bounds.y1};
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	double lod = fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy));
	double margin = item->exact ? 0 : MARGIN * fmax(lod, 1);
	for (int i = 0; i < 4; i++) {
		struct gl_point at = affine_apply(m, x[i & 1], y[i >> 1]);
		x0 = fmin(x0, at.x), x1 = fmax(x1, at.x);
		y0 = fmin(y0, at.y), y1 = fmax(y1, at.y);
	}
	double w = item->sublayer->width, h = item->sublayer->height;
	return (struct gl_rect){
		.x0 = (int32_t)fmin(fmax(floor(x0 - margin), 0), w),
		.y0 = (int32_t)fmin(fmax(floor(y0 - margin), 0), h),
		.x1 = (int32_t)fmax(fmin(ceil(x1 + margin), w), 0),
		.y1 = (int32_t)fmax(fmin(ceil(y1 + margin), h), 0),
	};
}

/* How often a content is painted that is not kept: band by band, with what lies beside. */
static double repeats(const struct cover *c, const struct gl_item *item, uint64_t pixels)
{
	int32_t width = c->layer.x1 - c->layer.x0,
		height = item->bounds.y1 - item->bounds.y0;
	int32_t rows = (int32_t)fmax(SUBLAYER_BAND_PIXELS / width, SUBLAYER_BAND_ROWS);
	int32_t bands = (height + rows - 1) / rows + 1;
	struct gl_rect band = item->bounds;
	band.y0 += (height - (rows < height ? rows : height)) / 2;
	band.y1 = rows < height ? band.y0 + rows : band.y1;
	struct gl_rect part = shown_part(item, band);
	return fmax((double)bands * (double)rect_area(&part) / (double)pixels, 1);
}

static bool is_kept(struct cover *c, const struct gl_item *item, uint64_t pixels)
{
	if (item->exact)
		return true;
	c->sampled += pixels;
	c->n_sampled++;
	return c->n_sampled <= SUBLAYER_KEPT && c->sampled <= SUBLAYER_KEPT_PIXELS;
}

bool cover_place(struct cover *c, const struct gl_item *item)
{
	const struct gl_scene *scene = &item->sublayer->scene;
	if (rect_empty(&item->bounds))
		return true;
	struct gl_rect part = shown_part(item, item->bounds);
	uint64_t pixels = 0;
	c->too_small = !item->exact && rect_area(&part) > SUBLAYER_MAX_PART;
	if (c->too_small || !raster_spend(c->raster, scene->n_items))
		return false;
	size_t from, to;
	scene_reach(scene, part, &from, &to);
	for (size_t i = from; i < to; i++) {
		struct gl_rect box = rect_intersect(scene->items[i].bounds, part);
		pixels += rect_area(&box);
	}
	uint64_t area = rect_area(&part);
	if (area > 0 && !is_kept(c, item, area))
		pixels = (uint64_t)((double)pixels * repeats(c, item, area));
	return cover_paint(c, pixels);
}
