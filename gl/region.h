/* region: what changed, as a few rectangles: struct gl_region of gl.h. */
#ifndef OSAAS_GL_REGION_H
#define OSAAS_GL_REGION_H

#include "gl/gl.h"

/* region_add: what it holds then may be more than what was asked, never less. */
void region_add(struct gl_region *region, struct gl_rect rect);
void region_join(struct gl_region *region, const struct gl_region *more);
void region_cut(struct gl_region *region, struct gl_rect within);
void region_move(struct gl_region *region, int32_t x, int32_t y);
struct gl_rect region_bounds(const struct gl_region *region);

static inline struct gl_region region_of(struct gl_rect rect)
{
	struct gl_region region = {0};
	region_add(&region, rect);
	return region;
}

#endif
