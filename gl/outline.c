#include "gl/outline.h"

#include <math.h>

#include "util/opwire.h"

/* More lines than this and a curve that leaves the box is halved first: what lies outside is one line. */
#define MAX_RUN 16
/* Differences add up over no more steps than this. */
#define MAX_STEPS 256
/* 1e9 px need 2^20 lines; an arc is halved down to one. */
#define MAX_DEPTH 24

enum where {
	INSIDE,
	ACROSS,
	BESIDE
};

static enum where where(const struct raster *r, const struct gl_point *p, int n)
{
	double x0 = p[0].x, y0 = p[0].y, x1 = x0, y1 = y0;
	for (int i = 1; i < n; i++) {
		x0 = p[i].x < x0 ? p[i].x : x0, x1 = p[i].x > x1 ? p[i].x : x1;
		y0 = p[i].y < y0 ? p[i].y : y0, y1 = p[i].y > y1 ? p[i].y : y1;
	}
	if (x1 <= r->box.x0 || x0 >= r->box.x1 || y1 <= r->box.y0 || y0 >= r->box.y1)
		return BESIDE;
	return x0 >= r->box.x0 && x1 <= r->box.x1 && y0 >= r->box.y0 && y1 <= r->box.y1
		       ? INSIDE
		       : ACROSS;
}

int outline_steps(double height, double length)
{
	double most = height / OUTLINE_TOLERANCE;
	if (!(most > 1))
		return 1;
	double n = fmin(sqrt(most), cbrt(most * length / OUTLINE_LENGTH));
	return (int)fmin(ceil(n + 2 - 2 * OUTLINE_FIRST), OUTLINE_MOST);
}

static struct gl_point middle(struct gl_point a, struct gl_point b)
{
	return (struct gl_point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

/*
 * Wang's bound of the height of a chord, or the same of what it leaves out together with how
 * long it is, if that is more: short chords may be high. The first and last are shorter.
 */
static int cubic_steps(const struct gl_point c[4])
{
	double ax = c[1].x - c[0].x, ay = c[1].y - c[0].y;
	double bx = c[2].x - c[1].x, by = c[2].y - c[1].y;
	double cx = c[3].x - c[2].x, cy = c[3].y - c[2].y;
	double a = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
	double b = (cx - bx) * (cx - bx) + (cy - by) * (cy - by);
	double longest =
		fmax(fmax(ax * ax + ay * ay, bx * bx + by * by), cx * cx + cy * cy);
	double bend = sqrt(a > b ? a : b);
	return outline_steps(0.75 * bend, 3 * sqrt(longest));
}

/*
 * Forward differences. A chord of a step leaves out a twelfth of the second difference,
 * on average, on the side away from where it points. The first and the last step are so much
 * shorter that this holds for them too, with one end on the curve.
 */
static void cubic_lines(struct raster *r, const struct gl_point c[4], int steps)
{
	double h = 1 / (steps - 2 + 2 * OUTLINE_FIRST), h2 = h * h, h3 = h2 * h;
	double t = OUTLINE_FIRST * h;
	double ax = c[3].x - c[0].x - 3 * (c[2].x - c[1].x);
	double ay = c[3].y - c[0].y - 3 * (c[2].y - c[1].y);
	double bx = 3 * (c[2].x - 2 * c[1].x + c[0].x);
	double by = 3 * (c[2].y - 2 * c[1].y + c[0].y);
	double cx = 3 * (c[1].x - c[0].x), cy = 3 * (c[1].y - c[0].y);
	double x = ((ax * t + bx) * t + cx) * t + c[0].x;
	double y = ((ay * t + by) * t + cy) * t + c[0].y;
	/* of the step before t, which is not made */
	double d3x = 6 * ax * h3, d3y = 6 * ay * h3;
	double d2x = (6 * ax * t + 2 * bx) * h2, d2y = (6 * ay * t + 2 * by) * h2;
	double d1x = ((3 * ax * t + 2 * bx) * t + cx) * h + d2x / 2 + d3x / 6;
	double d1y = ((3 * ay * t + 2 * by) * t + cy) * h + d2y / 2 + d3y / 6;
	struct gl_point from = c[0];
	for (int i = 1; i < steps; i++) {
		struct gl_point to = {x - d2x / 12, y - d2y / 12};
		x += d1x, y += d1y;
		d2x += d3x, d2y += d3y;
		d1x += d2x, d1y += d2y;
		raster_line(r, from, to);
		from = to;
	}
	raster_line(r, from, c[3]);
}

static void cubic(struct raster *r, const struct gl_point c[4], int depth)
{
	enum where at = where(r, c, 4);
	if (!raster_spend(r, 1))
		return;
	if (at == BESIDE) {
		raster_line(r, c[0], c[3]);
		return;
	}
	int steps = cubic_steps(c);
	if (depth > 0 && steps > (at == INSIDE ? MAX_STEPS : MAX_RUN)) {
		struct gl_point ab = middle(c[0], c[1]), bc = middle(c[1], c[2]);
		struct gl_point cd = middle(c[2], c[3]), abc = middle(ab, bc);
		struct gl_point bcd = middle(bc, cd), mid = middle(abc, bcd);
		cubic(r, (const struct gl_point[4]){c[0], ab, abc, mid}, depth - 1);
		cubic(r, (const struct gl_point[4]){mid, bcd, cd, c[3]}, depth - 1);
		return;
	}
	cubic_lines(r, c, steps > MAX_STEPS ? MAX_STEPS : steps);
}

void outline_cubic(struct raster *r, const struct gl_point c[4])
{
	cubic(r, c, MAX_DEPTH);
}

static void path(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r)
{
	const struct gl_point *at = &scene->points[clip->point];
	struct gl_point start = {0}, pen = {0};
	for (uint32_t i = 0; i < clip->n_verbs && raster_spend(r, 0); i++) {
		switch (scene->verbs[clip->verb + i]) {
		case VERB_MOVE:
			raster_line(r, pen, start);
			start = pen = *at++;
			break;
		case VERB_LINE:
		case VERB_GAP:
			raster_line(r, pen, *at);
			pen = *at++;
			break;
		case VERB_CUBIC:
			outline_cubic(
				r, (const struct gl_point[4]){pen, at[0], at[1], at[2]});
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
	double size; /* no radius is larger */
};

static struct gl_point arc_at(const struct arc *a, double x, double y)
{
	return (struct gl_point){
		a->c.x + x * a->u.x + y * a->v.x,
		a->c.y + x * a->u.y + y * a->v.y,
	};
}

/* A turn is made again and again; points between are moved outwards as in cubic_lines. */
static void arc_lines(struct raster *r, const struct arc *a, double t0, double t1,
	const struct gl_point p[3], int steps)
{
	double step = (t1 - t0) / (steps - 2 + 2 * OUTLINE_FIRST);
	double c = cos(step), s = sin(step), first = t0 + OUTLINE_FIRST * step;
	double out = 1 + step * step / 12;
	double x = cos(first) * out, y = sin(first) * out;
	struct gl_point from = p[0];
	for (int i = 1; i < steps; i++) {
		struct gl_point to = arc_at(a, x, y);
		double turned = x * c - y * s;
		y = x * s + y * c, x = turned;
		raster_line(r, from, to);
		from = to;
	}
	raster_line(r, from, p[2]);
}

/* p[1] is where the tangents of both ends meet; the arc lies in the triangle. */
static void arc(struct raster *r, const struct arc *a, double t0, double t1,
	const struct gl_point p[3], int depth)
{
	enum where at = where(r, p, 3);
	double turn = t1 - t0, length = a->size * turn;
	int steps = outline_steps(length * turn / 8, length);
	if (!raster_spend(r, 1))
		return;
	if (depth == 0 || at == BESIDE || steps <= 1) {
		raster_line(r, p[0], p[2]);
		return;
	}
	if (steps <= (at == INSIDE ? MAX_STEPS : MAX_RUN)) {
		arc_lines(r, a, t0, t1, p, steps);
		return;
	}
	/* The tangents of an arc of 2h meet at its middle, 1 / cos h from the centre. */
	double half = turn / 2, tm = t0 + half, reach = 1 / cos(half / 2);
	double before = t0 + half / 2, after = tm + half / 2;
	struct gl_point mid = arc_at(a, cos(tm), sin(tm));
	struct gl_point near = arc_at(a, cos(before) * reach, sin(before) * reach);
	struct gl_point far = arc_at(a, cos(after) * reach, sin(after) * reach);
	arc(r, a, t0, tm, (const struct gl_point[3]){p[0], near, mid}, depth - 1);
	arc(r, a, tm, t1, (const struct gl_point[3]){mid, far, p[2]}, depth - 1);
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
	double u = a.u.x * a.u.x + a.u.y * a.u.y, v = a.v.x * a.v.x + a.v.y * a.v.y;
	double dot = fabs(a.u.x * a.v.x + a.u.y * a.v.y);
	a.size = sqrt((u > v ? u : v) + dot);
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
