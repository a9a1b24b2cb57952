#include "gl/region.h"

#include "gl/rect.h"

/* Of a full region the two that waste least become one. */
static void join_nearest(struct gl_region *region)
{
	uint64_t least = UINT64_MAX;
	size_t a = 0, b = 1;
	for (size_t i = 0; i < region->n; i++)
		for (size_t k = i + 1; k < region->n; k++) {
			struct gl_rect both =
				rect_union(region->rects[i], region->rects[k]);
			uint64_t waste = rect_area(&both) - rect_area(&region->rects[i]) -
					 rect_area(&region->rects[k]);
			if (waste < least)
				least = waste, a = i, b = k;
		}
	struct gl_rect both = rect_union(region->rects[a], region->rects[b]);
	region->rects[b] = region->rects[--region->n];
	region->rects[a] = region->rects[--region->n];
	region_add(region, both);
}

void region_add(struct gl_region *region, struct gl_rect rect)
{
	if (rect_empty(&rect))
		return;
	for (size_t i = 0; i < region->n; i++) {
		struct gl_rect both = rect_intersect(region->rects[i], rect);
		if (rect_empty(&both))
			continue;
		rect = rect_union(region->rects[i], rect);
		region->rects[i] = region->rects[--region->n];
		i = SIZE_MAX;
	}
	if (region->n == GL_REGION_RECTS)
		join_nearest(region);
	if (region->n < GL_REGION_RECTS)
		region->rects[region->n++] = rect;
}

struct gl_rect region_bounds(const struct gl_region *region)
{
	struct gl_rect all = {0};
	for (size_t i = 0; i < region->n; i++)
		all = rect_union(all, region->rects[i]);
	return all;
}

void region_join(struct gl_region *region, const struct gl_region *more)
{
	for (size_t i = 0; i < more->n; i++)
		region_add(region, more->rects[i]);
}

void region_cut(struct gl_region *region, struct gl_rect within)
{
	size_t n = 0;
	for (size_t i = 0; i < region->n; i++) {
		struct gl_rect rect = rect_intersect(region->rects[i], within);
		if (!rect_empty(&rect))
			region->rects[n++] = rect;
	}
	region->n = n;
}

void region_move(struct gl_region *region, int32_t x, int32_t y)
{
	for (size_t i = 0; i < region->n; i++) {
		struct gl_rect *r = &region->rects[i];
		*r = (struct gl_rect){r->x0 + x, r->y0 + y, r->x1 + x, r->y1 + y};
	}
}
