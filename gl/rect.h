/* rect: the little arithmetic of half-open pixel rectangles. */
#ifndef OSAAS_GL_RECT_H
#define OSAAS_GL_RECT_H

#include <stdbool.h>

#include "gl/gl.h"

static inline bool rect_empty(const struct gl_rect *r)
{
	return r->x1 <= r->x0 || r->y1 <= r->y0;
}

static inline struct gl_rect rect_intersect(struct gl_rect a, struct gl_rect b)
{
	return (struct gl_rect){
		.x0 = a.x0 > b.x0 ? a.x0 : b.x0,
		.y0 = a.y0 > b.y0 ? a.y0 : b.y0,
		.x1 = a.x1 < b.x1 ? a.x1 : b.x1,
		.y1 = a.y1 < b.y1 ? a.y1 : b.y1,
	};
}

/* rect_union bounds both; an empty one adds nothing. */
static inline struct gl_rect rect_union(struct gl_rect a, struct gl_rect b)
{
	if (rect_empty(&a))
		return rect_empty(&b) ? (struct gl_rect){0} : b;
	if (rect_empty(&b))
		return a;
	return (struct gl_rect){
		.x0 = a.x0 < b.x0 ? a.x0 : b.x0,
		.y0 = a.y0 < b.y0 ? a.y0 : b.y0,
		.x1 = a.x1 > b.x1 ? a.x1 : b.x1,
		.y1 = a.y1 > b.y1 ? a.y1 : b.y1,
	};
}

static inline bool rect_contains(const struct gl_rect *out, const struct gl_rect *in)
{
	return out->x0 <= in->x0 && out->y0 <= in->y0 && out->x1 >= in->x1 &&
	       out->y1 >= in->y1;
}

static inline bool rect_same(const struct gl_rect *a, const struct gl_rect *b)
{
	return a->x0 == b->x0 && a->y0 == b->y0 && a->x1 == b->x1 && a->y1 == b->y1;
}

static inline uint64_t rect_area(const struct gl_rect *r)
{
	return rect_empty(r) ? 0 : (uint64_t)(r->x1 - r->x0) * (uint64_t)(r->y1 - r->y0);
}

#endif
