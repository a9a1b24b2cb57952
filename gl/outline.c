#include "gl/outline.h"

#include <math.h>

#include "util/opwire.h"

/* More lines than this and a curve is halved first, so that what lies outside can be left out. */
#define MAX_RUN 16
/* 1e9 px need 2^20 lines; an arc is halved down to one. */
#define MAX_DEPTH 24

static bool beside(const struct raster *r, const struct gl_point *p, int n)
{
	double x0 = p[0].x, y0 = p[0].y, x1 = x0, y1 = y0;
	for (int i = 1; i < n; i++) {
		x0 = fmin(x0, p[i].x), x1 = fmax(x1, p[i].x);
		y0 = fmin(y0, p[i].y), y1 = fmax(y1, p[i].y);
	}
	return x1 <= r->box.x0 || x0 >= r->box.x1 || y1 <= r->box.y0 || y0 >= r->box.y1;
}

static struct gl_point middle(struct gl_point a, struct gl_point b)
{
	return (struct gl_point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static struct gl_point cubic_at(const struct gl_point c[4], double t)
{
	double s = 1 - t, k0 = s * s * s, k1 = 3 * s * s * t, k2 = 3 * s * t * t,
	       k3 = t * t * t;
	return (struct gl_point){
		k0 * c[0].x + k1 * c[1].x + k2 * c[2].x + k3 * c[3].x,
		k0 * c[0].y + k1 * c[1].y + k2 * c[2].y + k3 * c[3].y,
	};
}

/* Wang's bound: this many equal steps keep every chord within the tolerance. */
static double cubic_steps(const struct gl_point c[4])
{
	double a = hypot(c[0].x - 2 * c[1].x + c[2].x, c[0].y - 2 * c[1].y + c[2].y);
	double b = hypot(c[1].x - 2 * c[2].x + c[3].x, c[1].y - 2 * c[2].y + c[3].y);
	return ceil(sqrt(0.75 * fmax(a, b) / OUTLINE_TOLERANCE));
}

static void cubic(struct raster *r, const struct gl_point c[4], int depth)
{
	if (!raster_spend(r, 1))
		return;
	if (beside(r, c, 4)) {
		raster_line(r, c[0], c[3]);
		return;
	}
	double steps = cubic_steps(c);
	if (steps > MAX_RUN && depth > 0) {
		struct gl_point ab = middle(c[0], c[1]), bc = middle(c[1], c[2]);
		struct gl_point cd = middle(c[2], c[3]), abc = middle(ab, bc);
		struct gl_point bcd = middle(bc, cd), mid = middle(abc, bcd);
		cubic(r, (const struct gl_point[4]){c[0], ab, abc, mid}, depth - 1);
		cubic(r, (const struct gl_point[4]){mid, bcd, cd, c[3]}, depth - 1);
		return;
	}
	struct gl_point from = c[0];
	for (int i = 1; i < (int)steps; i++) {
		struct gl_point to = cubic_at(c, i / steps);
		raster_line(r, from, to);
		from = to;
	}
	raster_line(r, from, c[3]);
}

static void path(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r)
{
	const struct gl_point *at = &scene->points[clip->point];
	struct gl_point start = {0}, pen = {0};
	for (uint32_t i = 0; i < clip->n_verbs; i++) {
		switch (scene->verbs[clip->verb + i]) {
		case VERB_MOVE:
			raster_line(r, pen, start);
			start = pen = *at++;
			break;
		case VERB_LINE:
			raster_line(r, pen, *at);
			pen = *at++;
			break;
		case VERB_CUBIC:
			cubic(r, (const struct gl_point[4]){pen, at[0], at[1], at[2]},
				MAX_DEPTH);
			pen = at[2];
			at += 3;
			break;
		case VERB_CLOSE:
			raster_line(r, pen, start);
			pen = start;
			break;
		}
	}
	raster_line(r, pen, start);
}

/* A quarter or less of an ellipse in device space: c + cos(t) u + sin(t) v. */
struct arc {
	struct gl_point c, u, v;
};

static struct gl_point arc_at(const struct arc *a, double t)
{
	double x = cos(t), y = sin(t);
	return (struct gl_point){
		a->c.x + x * a->u.x + y * a->v.x,
		a->c.y + x * a->u.y + y * a->v.y,
	};
}

/* p[1] is where the tangents of both ends meet; the arc lies in the triangle. */
static void arc(struct raster *r, const struct arc *a, double t0, double t1,
	const struct gl_point p[3], int depth)
{
	double half = (t1 - t0) / 2;
	double size = hypot(hypot(a->u.x, a->u.y), hypot(a->v.x, a->v.y));
	if (!raster_spend(r, 1))
		return;
	if (depth == 0 || size * half * half / 2 <= OUTLINE_TOLERANCE ||
		beside(r, p, 3)) {
		raster_line(r, p[0], p[2]);
		return;
	}
	double tm = t0 + half;
	/* The tangents of an arc of 2h meet at its middle, 1 / cos h from the centre. */
	double reach = 1 / cos(half / 2);
	struct arc far = {
		a->c, {a->u.x * reach, a->u.y * reach}, {a->v.x * reach, a->v.y * reach}};
	struct gl_point mid = arc_at(a, tm);
	arc(r, a, t0, tm,
		(const struct gl_point[3]){p[0], arc_at(&far, t0 + half / 2), mid},
		depth - 1);
	arc(r, a, tm, t1,
		(const struct gl_point[3]){mid, arc_at(&far, tm + half / 2), p[2]},
		depth - 1);
}

/*
 * The corner of a box that lies at (x, y) seen from the centre of its quarter
 * ellipse, walked clockwise on the screen, from the end at first to the other.
 */
static struct gl_point corner(struct raster *r, const struct gl_clip *clip,
	struct gl_point pen, double cx, double cy, double first_x, double first_y,
	double then_x, double then_y)
{
	const struct gl_affine *m = &clip->to_device;
	struct arc a = {
		.c = affine_apply(m, cx, cy),
		.u = {m->sx * first_x + m->hx * first_y,
			m->hy * first_x + m->sy * first_y},
		.v = {m->sx * then_x + m->hx * then_y, m->hy * then_x + m->sy * then_y},
	};
	const struct gl_point p[3] = {
		{a.c.x + a.u.x, a.c.y + a.u.y},
		{a.c.x + a.u.x + a.v.x, a.c.y + a.u.y + a.v.y},
		{a.c.x + a.v.x, a.c.y + a.v.y},
	};
	raster_line(r, pen, p[0]);
	arc(r, &a, 0, M_PI / 2, p, MAX_DEPTH);
	return p[2];
}

/* All boxes are rounded ones: a rectangle's corners are arcs of nothing. */
static void box(const struct gl_clip *clip, const double rx[4], const double ry[4],
	struct raster *r)
{
	double x0 = clip->x0, y0 = clip->y0, x1 = clip->x1, y1 = clip->y1;
	struct gl_point start = affine_apply(&clip->to_device, x0, y0 + ry[0]),
			pen = start;
	pen = corner(r, clip, pen, x0 + rx[0], y0 + ry[0], -rx[0], 0, 0, -ry[0]);
	pen = corner(r, clip, pen, x1 - rx[1], y0 + ry[1], 0, -ry[1], rx[1], 0);
	pen = corner(r, clip, pen, x1 - rx[2], y1 - ry[2], rx[2], 0, 0, ry[2]);
	pen = corner(r, clip, pen, x0 + rx[3], y1 - ry[3], 0, ry[3], -rx[3], 0);
	raster_line(r, pen, start);
}

void outline_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r)
{
	if (clip->shape == SHAPE_PATH) {
		path(scene, clip, r);
		return;
	}
	if (!(clip->x1 > clip->x0 && clip->y1 > clip->y0))
		return;
	if (clip->shape == SHAPE_ELLIPSE) {
		double rx = (clip->x1 - clip->x0) / 2, ry = (clip->y1 - clip->y0) / 2;
		box(clip, (const double[4]){rx, rx, rx, rx},
			(const double[4]){ry, ry, ry, ry}, r);
	} else {
		box(clip, clip->radius, clip->radius, r);
	}
}
