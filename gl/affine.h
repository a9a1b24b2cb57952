/* affine: 2x3 matrices in double; p' = (sx x + hx y + ox, hy x + sy y + oy). */
#ifndef OSAAS_GL_AFFINE_H
#define OSAAS_GL_AFFINE_H

#include <math.h>
#include <stdbool.h>

struct gl_affine {
	double sx, hx, ox, hy, sy, oy;
};

struct gl_point {
	double x, y;
};

#define GL_AFFINE_IDENTITY ((struct gl_affine){.sx = 1, .sy = 1})

static inline struct gl_point affine_apply(const struct gl_affine *a, double x, double y)
{
	return (struct gl_point){
		.x = a->sx * x + a->hx * y + a->ox,
		.y = a->hy * x + a->sy * y + a->oy,
	};
}

/* affine_mul gives t * m: m acts first. */
static inline struct gl_affine affine_mul(
	const struct gl_affine *t, const struct gl_affine *m)
{
	return (struct gl_affine){
		.sx = t->sx * m->sx + t->hx * m->hy,
		.hx = t->sx * m->hx + t->hx * m->sy,
		.ox = t->sx * m->ox + t->hx * m->oy + t->ox,
		.hy = t->hy * m->sx + t->sy * m->hy,
		.sy = t->hy * m->hx + t->sy * m->sy,
		.oy = t->hy * m->ox + t->sy * m->oy + t->oy,
	};
}

/* affine_invert: false when a flattens the plane to a line or a point. */
static inline bool affine_invert(const struct gl_affine *a, struct gl_affine *out)
{
	double det = a->sx * a->sy - a->hx * a->hy;
	if (!(fabs(det) > 1e-30))
		return false;
	*out = (struct gl_affine){
		.sx = a->sy / det,
		.hx = -a->hx / det,
		.ox = (a->hx * a->oy - a->sy * a->ox) / det,
		.hy = -a->hy / det,
		.sy = a->sx / det,
		.oy = (a->hy * a->ox - a->sx * a->oy) / det,
	};
	return true;
}

#endif
