/*
 * The pen moves along the line and leaves a strip as long as both its ends move forwards:
 *
 *	L0---L1---L2        one contour: L0 L1 L2, cap, R2 R1 R0, cap
 *	 |    |    |
 *	R0---R1---R2
 *
 * Where it turns on the spot (a corner, or a bend tighter than half the width) the strip
 * ends, the next begins and a wedge between them makes the join.
 */
#include <math.h>
#include <string.h>

#include "gl/outline.h"
#include "gl/point.h"
#include "gl/stroke_private.h"
#include "util/opwire.h"

/* More lines than this and a curve is halved first, so that what lies outside can be left out. */
#define MAX_RUN   32
#define MAX_DEPTH 24
/* Of a step that turns too far. */
#define TURN_DEPTH 10

static struct gl_point add(struct gl_point p, struct gl_point d, double k)
{
	return (struct gl_point){p.x + d.x * k, p.y + d.y * k};
}

static struct gl_point normal(struct gl_point d)
{
	return (struct gl_point){-d.y, d.x};
}

static double length(struct gl_point d)
{
	return sqrt(point_dot(d, d));
}

static struct gl_point turned(struct gl_point v, double c, double s)
{
	return (struct gl_point){v.x * c - v.y * s, v.x * s + v.y * c};
}

/* contours, point by point */

struct contour {
	struct stroker *s;
	struct gl_point start, pen; /* device */
};

static struct contour contour_at(struct stroker *s, struct gl_point device)
{
	return (struct contour){s, device, device};
}

static void line_device(struct contour *c, struct gl_point p)
{
	raster_line(c->s->raster, c->pen, p);
	c->pen = p;
}

static void line_local(struct contour *c, struct gl_point p)
{
	line_device(c, affine_apply(&c->s->to_device, p.x, p.y));
}

/* From centre + v on by `angle`, the end left out; what lies between is moved outwards as in outline.c. */
static void arc(
	struct contour *c, struct gl_point centre, struct gl_point v, double angle)
{
	int steps = (int)fmin(ceil(fabs(angle) * c->s->arc), 1024);
	if (steps < 2)
		return;
	double step = angle / steps, k = cos(step), s = sin(step);
	double out = 1 + step * step / 12;
	v.x *= out, v.y *= out;
	for (int i = 1; i < steps; i++) {
		v = turned(v, k, s);
		line_local(c, add(centre, v, 1));
	}
}

/* Around p from the left end of the section to the right one, d ahead. */
static void cap(struct contour *c, struct gl_point p, struct gl_point d)
{
	double h = c->s->half;
	struct gl_point n = normal(d);
	if (c->s->stroke->cap == CAP_ROUND) {
		arc(c, p, (struct gl_point){n.x * h, n.y * h}, -M_PI);
	} else if (c->s->stroke->cap == CAP_SQUARE) {
		struct gl_point ahead = add(p, d, h);
		line_local(c, add(ahead, n, h));
		line_local(c, add(ahead, n, -h));
	}
}

/* strips */

static void put_at(
	struct stroker *s, struct strip_side *side, struct gl_point p, bool curved)
{
	side->at[side->n] = affine_apply(&s->to_device, p.x, p.y);
	side->curved[side->n++] = curved;
}

static void put_section(
	struct stroker *s, struct gl_point p, struct gl_point d, bool curved)
{
	struct strip *t = &s->strip;
	put_at(s, &t->left, add(p, normal(d), s->half), curved);
	put_at(s, &t->right, add(p, normal(d), -s->half), curved);
	t->p = p, t->d = d;
}

void strip_begin(
	struct stroker *s, struct gl_point p, struct gl_point d, enum strip_end start)
{
	struct strip *t = &s->strip;
	t->left.n = t->right.n = 0;
	t->tight = 0;
	t->start = start;
	t->start_p = p, t->start_d = d;
	put_section(s, p, d, false);
}

/* Nearly full: a section and the end of a bend still fit. */
static bool is_full(const struct strip *t)
{
	return t->left.n + 4 > STRIP_MAX || t->right.n + 4 > STRIP_MAX;
}

/* Best it is cut at an end of steps, which is not moved. */
static bool is_cut_here(const struct strip *t)
{
	return is_full(t) ||
	       (t->left.n > STRIP_MAX / 2 && !t->left.curved[t->left.n - 1]);
}

/*
 * A twelfth of the second difference, outwards: then chords leave out as much as they add. The
 * first and the last of a curve are shorter, see OUTLINE_FIRST.
 */
static struct gl_point smooth(const struct strip_side *side, size_t i)
{
	struct gl_point p = side->at[i];
	if (!side->curved[i] || i == 0 || i + 1 == side->n)
		return p;
	double before = side->curved[i - 1] ? 1 : 1 / OUTLINE_FIRST;
	double after = side->curved[i + 1] ? 1 : 1 / OUTLINE_FIRST;
	double k = before * after / (6 * (before + after));
	before *= k, after *= k;
	p.x += (p.x - side->at[i - 1].x) * before + (p.x - side->at[i + 1].x) * after;
	p.y += (p.y - side->at[i - 1].y) * before + (p.y - side->at[i + 1].y) * after;
	return p;
}

static void walk_side(struct contour *c, const struct strip_side *side, bool back)
{
	for (size_t i = 0; i < side->n; i++)
		line_device(c, smooth(side, back ? side->n - 1 - i : i));
}

/* The end of a tight bend: the pen's inner end is the strip's side again. */
static void leave_bend(struct stroker *s)
{
	struct strip *t = &s->strip;
	struct strip_side *inner = t->tight > 0 ? &t->left : &t->right;
	struct strip_side *first = t->tight > 0 ? &t->centres : &t->beyond;
	struct strip_side *then = t->tight > 0 ? &t->beyond : &t->centres;
	if (t->tight == 0)
		return;
	struct contour c = contour_at(s, first->at[0]);
	walk_side(&c, first, false);
	walk_side(&c, then, true);
	line_device(&c, c.start);
	inner->at[inner->n] = t->beyond.at[t->beyond.n - 1];
	inner->curved[inner->n++] = false;
	t->tight = 0;
}

void strip_end(struct stroker *s, enum strip_end end)
{
	struct strip *t = &s->strip;
	leave_bend(s);
	struct contour c = contour_at(s, t->left.at[0]);
	walk_side(&c, &t->left, false);
	if (end == END_CAP)
		cap(&c, t->p, t->d);
	walk_side(&c, &t->right, true);
	if (t->start == END_CAP)
		cap(&c, t->start_p, (struct gl_point){-t->start_d.x, -t->start_d.y});
	line_device(&c, c.start);
	t->left.n = t->right.n = 0;
}

/* A step in a tight bend; false: it turns too far or not at all. */
static bool bend_to(struct stroker *s, struct gl_point p, struct gl_point d)
{
	struct strip *t = &s->strip;
	double sine = point_cross(t->d, d);
	int way = sine >= 0 ? 1 : -1;
	struct strip_side *inner = way > 0 ? &t->left : &t->right;
	struct strip_side *outer = way > 0 ? &t->right : &t->left;
	if (fabs(sine) < 1e-9 || point_dot(t->d, d) < 0.5)
		return false;
	if (t->tight != way)
		leave_bend(s);
	if (t->tight == 0) {
		t->tight = way;
		t->beyond.n = t->centres.n = 0;
		t->beyond.at[0] = inner->at[inner->n - 1];
		t->beyond.curved[t->beyond.n++] = false;
	}
	struct gl_point step = point_sub(p, t->p), a = normal(t->d), b = normal(d);
	double deep = point_cross(step, b) / sine * way;
	struct gl_point centre = add(t->p, a, way * fmin(fmax(deep, 0), s->half));
	put_at(s, &t->centres, centre, false);
	put_at(s, &t->beyond, add(p, b, way * s->half), true);
	put_at(s, inner, centre, false);
	put_at(s, outer, add(p, b, -way * s->half), true);
	t->p = p, t->d = d;
	return true;
}

/* A wedge on the outer side of a turn on the spot, from direction a to b. */
static void wedge(struct stroker *s, struct gl_point p, struct gl_point a,
	struct gl_point b, unsigned join)
{
	double turn = point_cross(a, b), along = point_dot(a, b);
	double side = turn >= 0 ? -s->half : s->half; /* the outer one, of the normals */
	/* As strips go: then the wedge's ends are visited in this order. */
	struct gl_point first = turn >= 0 ? b : a, then = turn >= 0 ? a : b;
	struct gl_point from = add(p, normal(first), side);
	double sine = sqrt(fmax((1 + along) / 2, 0)); /* of half the angle between */
	struct contour c = contour_at(s, affine_apply(&s->to_device, p.x, p.y));
	line_local(&c, from);
	if (join == JOIN_ROUND) {
		arc(&c, p, point_sub(from, p), -atan2(fabs(turn), along));
	} else if (join == JOIN_MITER && sine * s->stroke->limit >= 1) {
		struct gl_point both = add(normal(a), normal(b), 1);
		line_local(&c, add(p, both, side / (1 + along)));
	}
	line_local(&c, add(p, normal(then), side));
	line_device(&c, c.start);
}

/* The strip goes on in another direction at p; a turn too slight to see makes no join. */
static void turn(struct stroker *s, struct gl_point p, struct gl_point d, unsigned join)
{
	struct gl_point from = s->strip.d;
	double bend = 1 - point_dot(from, d);
	if (bend * s->half * 16 < s->tolerance && !is_full(&s->strip)) {
		leave_bend(s);
		put_section(s, p, d, false);
		return;
	}
	strip_end(s, END_FLAT);
	wedge(s, p, from, d, join);
	strip_begin(s, p, d, END_FLAT);
}

void strip_to(struct stroker *s, struct gl_point p, struct gl_point d, bool curved)
{
	struct strip *t = &s->strip;
	struct gl_point way = point_sub(p, t->p), a = normal(t->d), b = normal(d);
	struct gl_point swing = point_sub(b, a);
	double forward = point_dot(way, way),
	       aside = s->half * fabs(point_dot(swing, way));
	if (is_cut_here(t)) {
		struct gl_point last = t->p, old = t->d;
		strip_end(s, END_FLAT);
		strip_begin(s, last, old, END_FLAT);
	}
	if (forward == 0)
		return;
	if (aside < forward && point_dot(way, d) > 0 && point_dot(way, t->d) > 0 &&
		point_dot(t->d, d) > 0) {
		leave_bend(s);
		put_section(s, p, d, curved);
		return;
	}
	if (bend_to(s, p, d))
		return;
	double size = sqrt(forward);
	struct gl_point straight = {way.x / size, way.y / size};
	turn(s, t->p, straight, JOIN_ROUND);
	put_section(s, p, straight, false);
	turn(s, p, d, JOIN_ROUND);
}

/* curves */

struct gl_point curve_at(const struct stroke_curve *c, double t)
{
	const struct gl_point *p = c->p;
	double u = 1 - t, k0 = u * u * u, k1 = 3 * u * u * t, k2 = 3 * u * t * t,
	       k3 = t * t * t;
	return (struct gl_point){
		k0 * p[0].x + k1 * p[1].x + k2 * p[2].x + k3 * p[3].x,
		k0 * p[0].y + k1 * p[1].y + k2 * p[2].y + k3 * p[3].y,
	};
}

struct gl_point curve_slope(const struct stroke_curve *c, double t)
{
	const struct gl_point *p = c->p;
	double u = 1 - t, k0 = 3 * u * u, k1 = 6 * u * t, k2 = 3 * t * t;
	return (struct gl_point){
		k0 * (p[1].x - p[0].x) + k1 * (p[2].x - p[1].x) + k2 * (p[3].x - p[2].x),
		k0 * (p[1].y - p[0].y) + k1 * (p[2].y - p[1].y) + k2 * (p[3].y - p[2].y),
	};
}

struct gl_point curve_direction(
	const struct stroke_curve *c, double t, struct gl_point otherwise)
{
	struct gl_point d = t <= 0 ? c->d0 : t >= 1 ? c->d1 : curve_slope(c, t);
	double size = length(d);
	if (!(size > 1e-12))
		return otherwise;
	return (struct gl_point){d.x / size, d.y / size};
}

/* One step from where the pen is, halved while it turns further than an arc's step. */
static void curve_step(struct stroker *s, const struct stroke_curve *c, double t0,
	double t1, bool within, int depth)
{
	struct gl_point p = t1 >= 1 ? c->p[3] : curve_at(c, t1);
	struct gl_point d = curve_direction(c, t1, s->d);
	double bend = 1 - point_dot(s->d, d); /* half the angle squared */
	if (!raster_spend(s->raster, 1))
		return;
	if (depth > 0 && 2 * bend * s->arc * s->arc > 1) {
		double middle = (t0 + t1) / 2;
		curve_step(s, c, t0, middle, true, depth - 1);
		curve_step(s, c, middle, t1, within, depth - 1);
		return;
	}
	if (s->dash.n)
		dash_curve(s, c, t0, t1, p, d);
	else
		strip_to(s, p, d, within);
	s->pen = p, s->d = d;
}

/*
 * See outline.c; both sides are as long as the line and half a turn more. Dashes begin and end
 * anywhere, so their chords are as low as tolerance has it.
 */
static int curve_steps(const struct stroker *s, const struct gl_point c[4])
{
	struct gl_point u = point_sub(c[1], c[0]), v = point_sub(c[2], c[1]),
			w = point_sub(c[3], c[2]);
	struct gl_point a = point_sub(v, u), b = point_sub(w, v);
	double bend = sqrt(fmax(point_dot(a, a), point_dot(b, b)));
	double longest =
		sqrt(fmax(fmax(point_dot(u, u), point_dot(v, v)), point_dot(w, w)));
	double height = 0.75 * (OUTLINE_TOLERANCE / STROKE_TOLERANCE) * bend;
	double length = s->dash.n ? (double)INFINITY : 3 * longest + M_PI * s->half;
	return outline_steps(height * s->scale, length * s->scale);
}

static bool unseen(const struct stroker *s, const struct gl_point c[4])
{
	const struct gl_rect *box = &s->raster->box;
	double reach = s->half * s->scale + 1;
	struct far {
		double x0, y0, x1, y1;
	} f = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
	for (int i = 0; i < 4; i++) {
		struct gl_point p = affine_apply(&s->to_device, c[i].x, c[i].y);
		f.x0 = fmin(f.x0, p.x), f.x1 = fmax(f.x1, p.x);
		f.y0 = fmin(f.y0, p.y), f.y1 = fmax(f.y1, p.y);
	}
	return f.x1 + reach < box->x0 || f.x0 - reach > box->x1 ||
	       f.y1 + reach < box->y0 || f.y0 - reach > box->y1;
}

/* The part of a curve from t0 to t1, whose own points are c. */
static void curve_part(struct stroker *s, const struct stroke_curve *whole,
	const struct gl_point c[4], double t0, double t1, int depth)
{
	int steps = curve_steps(s, c);
	if (steps > MAX_RUN && depth > 0 && raster_spend(s->raster, 1)) {
		struct gl_point m[6], mid;
		for (int i = 0; i < 3; i++)
			m[i] = (struct gl_point){
				(c[i].x + c[i + 1].x) / 2, (c[i].y + c[i + 1].y) / 2};
		m[3] = (struct gl_point){(m[0].x + m[1].x) / 2, (m[0].y + m[1].y) / 2};
		m[4] = (struct gl_point){(m[1].x + m[2].x) / 2, (m[1].y + m[2].y) / 2};
		mid = (struct gl_point){(m[3].x + m[4].x) / 2, (m[3].y + m[4].y) / 2};
		double t = (t0 + t1) / 2;
		if (s->dash.n || !unseen(s, c)) {
			curve_part(s, whole,
				(const struct gl_point[4]){c[0], m[0], m[3], mid}, t0, t,
				depth - 1);
			curve_part(s, whole,
				(const struct gl_point[4]){mid, m[4], m[2], c[3]}, t, t1,
				depth - 1);
			return;
		}
		steps = 1;
	}
	double step = (t1 - t0) / (steps - 2 + 2 * OUTLINE_FIRST), from = t0;
	for (int i = 0; i < steps && raster_spend(s->raster, 0); i++) {
		double to = i + 1 < steps ? t0 + step * (i + OUTLINE_FIRST) : t1;
		curve_step(s, whole, from, to, i + 1 < steps, steps > 1 ? TURN_DEPTH : 0);
		from = to;
	}
}

/* runs */

/* Into direction d at the pen: the first of a run, or a join. */
static void enter(struct stroker *s, struct gl_point d)
{
	bool on = !s->dash.n || s->dash.on;
	if (s->moving) {
		if (on)
			turn(s, s->pen, d, s->stroke->join);
	} else {
		s->moving = true;
		s->first_p = s->pen, s->first_d = d;
		s->first_open = s->closed && on;
		if (on)
			strip_begin(s, s->pen, d, s->first_open ? END_FLAT : END_CAP);
	}
	s->d = d;
}

static void line_to(struct stroker *s, struct gl_point to)
{
	struct gl_point d = point_sub(to, s->pen);
	double size = length(d);
	s->dot = true;
	if (!(size > 0) || !raster_spend(s->raster, 1))
		return;
	d.x /= size, d.y /= size;
	enter(s, d);
	if (s->dash.n)
		dash_line(s, to, d, size);
	else
		strip_to(s, to, d, false);
	s->pen = to;
}

static bool same(struct gl_point a, struct gl_point b)
{
	return a.x == b.x && a.y == b.y;
}

static void curve_to(struct stroker *s, const struct gl_point p[3])
{
	struct stroke_curve c = {.p = {s->pen, p[0], p[1], p[2]}};
	int first = 1, last = 2;
	s->dot = true;
	while (first < 4 && same(c.p[first], c.p[0]))
		first++;
	if (first == 4)
		return;
	while (same(c.p[last], c.p[3]) && last > 0)
		last--;
	c.d0 = point_sub(c.p[first], c.p[0]);
	c.d1 = point_sub(c.p[3], c.p[last]);
	enter(s, curve_direction(&c, 0, (struct gl_point){1, 0}));
	curve_part(s, &c, c.p, 0, 1, MAX_DEPTH);
	s->pen = c.p[3];
}

static void begin_run(struct stroker *s, struct gl_point p, bool closed)
{
	s->pen = p;
	s->moving = s->dot = s->first_open = false;
	s->closed = closed;
	dash_begin(s);
}

/* closing: the pen is back at the start of a contour without gaps. */
static void end_run(struct stroker *s, bool closing)
{
	bool on = !s->dash.n || s->dash.on;
	if (!s->moving) {
		if (s->dot && on) {
			strip_begin(s, s->pen, (struct gl_point){1, 0}, END_CAP);
			strip_end(s, END_CAP);
		}
		return;
	}
	if (on && closing && s->first_open) {
		turn(s, s->first_p, s->first_d, s->stroke->join);
		strip_end(s, END_FLAT);
	} else if (on) {
		strip_end(s, END_CAP);
	}
	if (s->first_open && !(on && closing)) {
		strip_begin(s, s->first_p, s->first_d, END_CAP);
		strip_end(s, END_FLAT);
	}
}

/* Whether the contour that begins at verb i is closed and has no gap. */
static bool will_close(const uint8_t *verbs, uint32_t i, uint32_t n)
{
	for (; i < n && verbs[i] != VERB_MOVE; i++) {
		if (verbs[i] == VERB_GAP)
			return false;
		if (verbs[i] == VERB_CLOSE)
			return true;
	}
	return false;
}

static void draw(
	struct stroker *s, const uint8_t *verbs, uint32_t n, const struct gl_point *at)
{
	struct gl_point start = {0};
	for (uint32_t i = 0; i < n && raster_spend(s->raster, 1); i++) {
		switch (verbs[i]) {
		case VERB_MOVE:
			if (i > 0)
				end_run(s, false);
			start = *at++;
			begin_run(s, start, will_close(verbs, i + 1, n));
			break;
		case VERB_LINE:
			line_to(s, *at++);
			break;
		case VERB_CUBIC:
			curve_to(s, at);
			at += 3;
			break;
		case VERB_GAP:
			end_run(s, false);
			begin_run(s, *at++, false);
			break;
		case VERB_CLOSE:
			line_to(s, start);
			end_run(s, s->closed);
			begin_run(s, start, will_close(verbs, i + 1, n));
			break;
		}
	}
	end_run(s, false);
}

/* The larger singular value of a's linear part. */
static double stretch(const struct gl_affine *a)
{
	double e = (a->sx + a->sy) / 2, f = (a->sx - a->sy) / 2;
	double g = (a->hy + a->hx) / 2, h = (a->hy - a->hx) / 2;
	return hypot(e, h) + hypot(f, g);
}

void stroke_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r)
{
	const struct gl_stroke *stroke = &scene->strokes[clip->stroke];
	if (!(stroke->width > 0) || clip->n_verbs == 0)
		return;
	struct stroker s = {
		.raster = r,
		.stroke = stroke,
		.to_device = clip->to_device,
		.half = stroke->width / 2,
		.scale = stretch(&clip->to_device),
		.dash = {.lengths = stroke->dashes, .n = stroke->n_dashes},
	};
	s.tolerance = STROKE_TOLERANCE / s.scale;
	s.arc = sqrt(s.half * s.scale / (8 * STROKE_TOLERANCE));
	draw(&s, &scene->verbs[clip->verb], clip->n_verbs, &scene->points[clip->point]);
}
