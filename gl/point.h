/* point: points as vectors of the plane. */
#ifndef OSAAS_GL_POINT_H
#define OSAAS_GL_POINT_H

#include "gl/affine.h"

static inline struct gl_point point_sub(struct gl_point a, struct gl_point b)
{
	return (struct gl_point){a.x - b.x, a.y - b.y};
}

static inline double point_dot(struct gl_point a, struct gl_point b)
{
	return a.x * b.x + a.y * b.y;
}

/* point_cross: more than 0 where b lies clockwise of a, as y goes down. */
static inline double point_cross(struct gl_point a, struct gl_point b)
{
	return a.x * b.y - a.y * b.x;
}

#endif
