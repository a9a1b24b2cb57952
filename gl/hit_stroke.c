/*
 * A stroke is a union of simple pieces: a rectangle for each line, a join for each
 * vertex, a cap for each end. So the path is walked once, and each piece is asked for the
 * point. Dashes make no pieces of their own: of a line only the dash at the point's
 * foot counts, or else the ends of the two dashes beside it.
 *
 * What lies farther from the point than the stroke reaches is only measured, for the dashes
 * behind it, or where there are none not even that.
 */
#include "gl/hit_stroke.h"

#include <math.h>

#include "gl/point.h"
#include "util/opwire.h"

/* Curves become so many lines, at most, and each that share of what may still be refined. */
#define MAX_STEPS  1024u
#define STEP_SHARE 16
/* A join of its own: the width turns with the curve, so it sweeps the inner side too. */
#define WITHIN_CURVE JOIN_KINDS

struct walk {
	const struct gl_stroke *stroke;
	struct gl_point p;
	double half;      /* of the width */
	double reach;     /* of any piece from the path */
	double tolerance; /* of curves, local */
	struct hit_work *work;
	bool inside;
	double ends[2 * OPWIRE_MAX_DASHES]; /* of the pattern's dashes and gaps */
	unsigned n_ends;

	/* the run under way: from a move, a gap or a close to the next */
	struct gl_point first, pen;
	struct gl_point first_way, way; /* unit vectors */
	bool moved;                     /* has a length, so the ways are known */
	bool drawn;                     /* has a verb at all */
	bool gapped;                    /* so has the contour a gap */
	bool first_on;
	double at; /* length so far, offset included */
};

/*
 * Of a place in the pattern: whether it is on; if not, how far the dash before it lies
 * back and the next one ahead.
 */
static bool is_on(const struct walk *w, double at, double *back, double *ahead)
{
	unsigned low = 0, high = w->n_ends;
	if (high == 0)
		return true;
	double total = w->ends[high - 1];
	at = fmax(at - floor(at / total) * total, 0);
	while (low + 1 < high) {
		unsigned middle = (low + high) / 2;
		if (at < w->ends[middle - 1])
			high = middle;
		else
			low = middle;
	}
	*back = at - (low ? w->ends[low - 1] : 0);
	*ahead = fmax(w->ends[low] - at, 0);
	return low % 2 == 0;
}

static bool on_here(const struct walk *w)
{
	double back, ahead;
	return is_on(w, w->at, &back, &ahead);
}

static void add_dashes(struct walk *w)
{
	const struct gl_stroke *s = w->stroke;
	double end = 0;
	w->n_ends = s->n_dashes % 2 ? 2u * s->n_dashes : s->n_dashes;
	for (unsigned i = 0; i < w->n_ends; i++)
		w->ends[i] = end += s->dashes[i % s->n_dashes];
}

/* Whether what is drawn along points may contain the point. */
static bool is_near(const struct walk *w, const struct gl_point *points, int n)
{
	bool left = true, right = true, above = true, below = true;
	for (int i = 0; i < n; i++) {
		struct gl_point v = point_sub(w->p, points[i]);
		left &= v.x < -w->reach;
		right &= v.x > w->reach;
		above &= v.y < -w->reach;
		below &= v.y > w->reach;
	}
	return !(left || right || above || below);
}

/* The cap of an end at `end`, of a run that leaves it in direction way. */
static void cap(struct walk *w, struct gl_point end, struct gl_point way)
{
	struct gl_point v = point_sub(w->p, end);
	double along = point_dot(v, way);
	if (along < 0 || w->stroke->cap == CAP_BUTT || !is_near(w, &end, 1))
		return;
	if (w->stroke->cap == CAP_ROUND)
		w->inside |= point_dot(v, v) <= w->half * w->half;
	else
		w->inside |= along <= w->half && fabs(point_cross(v, way)) <= w->half;
}

static bool in_triangle(struct gl_point p, struct gl_point a, struct gl_point b)
{
	double u = point_cross(a, p), v = point_cross(point_sub(b, a), point_sub(p, a)),
	       t = point_cross(p, b);
	return (u >= 0 && v >= 0 && t >= 0) || (u <= 0 && v <= 0 && t <= 0);
}

/* In the angle from a to b, less than half a turn, in the direction of turn. */
static bool between(struct gl_point v, struct gl_point a, struct gl_point b, double turn)
{
	return point_cross(a, v) * turn >= 0 && point_cross(v, b) * turn >= 0;
}

/* The outer side of a vertex, where the path turns from one direction to another. */
static void join(struct walk *w, struct gl_point at, struct gl_point from,
	struct gl_point to, unsigned kind)
{
	if (!is_near(w, &at, 1))
		return;
	struct gl_point v = point_sub(w->p, at);
	double turn = point_cross(from, to), straight = point_dot(from, to);
	double side = turn > 0 ? -w->half : w->half;
	struct gl_point a = {-from.y * side, from.x * side};
	struct gl_point b = {-to.y * side, to.x * side};
	if (kind == JOIN_ROUND || kind == WITHIN_CURVE) {
		bool half = straight < 0 && point_dot(v, from) >= 0;
		bool in = turn == 0 ? half : between(v, a, b, turn);
		if (kind == WITHIN_CURVE)
			in |= between((struct gl_point){-v.x, -v.y}, a, b, turn);
		w->inside |= in && point_dot(v, v) <= w->half * w->half;
		return;
	}
	if (turn == 0)
		return;
	double sine = sqrt(fmax(1 + straight, 0) / 2); /* of half the angle between */
	if (kind == JOIN_MITER && 1 <= w->stroke->limit * sine) {
		struct gl_point tip = {
			(a.x + b.x) / (1 + straight), (a.y + b.y) / (1 + straight)};
		w->inside |= in_triangle(v, a, tip) || in_triangle(v, tip, b);
	} else {
		w->inside |= in_triangle(v, a, b);
	}
}

/* The rectangle of a line, or of the dashes on it that are nearest to the point. */
static void sweep(struct walk *w, struct gl_point from, double length, bool first)
{
	struct gl_point v = point_sub(w->p, from), way = w->way;
	double along = point_dot(v, way), back, ahead;
	if (fabs(point_cross(v, way)) > w->half)
		return;
	double foot = fmin(fmax(along, 0), length);
	if (is_on(w, w->at + foot, &back, &ahead)) {
		w->inside |= along == foot;
		return;
	}
	double end = foot - back, start = foot + ahead;
	struct gl_point behind = {-way.x, -way.y};
	if (end > 0 || (first && end == 0))
		cap(w, (struct gl_point){from.x + end * way.x, from.y + end * way.y},
			way);
	if (first && end == 0) /* a dash of no length, with which the run starts */
		cap(w, from, behind);
	if (start < length)
		cap(w, (struct gl_point){from.x + start * way.x, from.y + start * way.y},
			behind);
}

/* Out of reach, without dashes: no end or vertex of it can count, so its ways do not. */
static void pass_by(struct walk *w, struct gl_point to)
{
	w->drawn = true;
	w->moved |= w->pen.x != to.x || w->pen.y != to.y;
	w->first_on |= w->moved;
	w->pen = to;
}

static void line(struct walk *w, struct gl_point to, unsigned kind)
{
	struct gl_point from = w->pen, v = point_sub(to, from);
	const struct gl_point both[2] = {from, to};
	bool near = is_near(w, both, 2);
	if (!hit_spend(w->work, 1))
		return;
	if (!near && w->n_ends == 0) {
		pass_by(w, to);
		return;
	}
	double length = sqrt(point_dot(v, v));
	w->drawn = true;
	w->pen = to;
	if (length == 0)
		return;
	struct gl_point way = {v.x / length, v.y / length};
	bool first = !w->moved;
	if (first)
		w->first_way = way, w->first_on = on_here(w);
	else if (near && on_here(w))
		join(w, from, w->way, way, kind);
	w->moved = true;
	w->way = way;
	if (near)
		sweep(w, from, length, first);
	w->at += length;
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

/* Steps by Wang's bound. */
static double steps_of(const struct walk *w, const struct gl_point c[4])
{
	struct gl_point a = {c[0].x - 2 * c[1].x + c[2].x, c[0].y - 2 * c[1].y + c[2].y};
	struct gl_point b = {c[1].x - 2 * c[2].x + c[3].x, c[1].y - 2 * c[2].y + c[3].y};
	double bend = sqrt(fmax(point_dot(a, a), point_dot(b, b)));
	double steps = ceil(sqrt(0.75 * bend / w->tolerance));
	double most = fmin(MAX_STEPS, hit_refine(w->work) / STEP_SHARE);
	return fmax(fmin(steps, most), 1);
}

static void curve(struct walk *w, const struct gl_point at[3])
{
	const struct gl_point c[4] = {w->pen, at[0], at[1], at[2]};
	if (w->n_ends == 0 && !is_near(w, c, 4)) {
		for (int i = 1; i < 4; i++)
			pass_by(w, c[i]);
		hit_spend(w->work, 1);
		return;
	}
	double steps = steps_of(w, c);
	unsigned kind = w->stroke->join;
	for (int i = 1; i < (int)steps; i++, kind = WITHIN_CURVE)
		line(w, cubic_at(c, i / steps), kind);
	line(w, c[3], kind);
}

static void dot_at(struct walk *w, struct gl_point at)
{
	struct gl_point v = point_sub(w->p, at);
	if (!on_here(w))
		return;
	if (w->stroke->cap == CAP_ROUND)
		w->inside |= point_dot(v, v) <= w->half * w->half;
	else if (w->stroke->cap == CAP_SQUARE)
		w->inside |= fabs(v.x) <= w->half && fabs(v.y) <= w->half;
}

static void begin_run(struct walk *w, struct gl_point at)
{
	w->first = w->pen = at;
	w->moved = w->drawn = false;
	w->at = w->stroke->offset;
}

static void end_run(struct walk *w)
{
	struct gl_point back = {-w->first_way.x, -w->first_way.y};
	if (!w->moved && w->drawn)
		dot_at(w, w->pen);
	if (!w->moved)
		return;
	if (w->first_on)
		cap(w, w->first, back);
	if (on_here(w))
		cap(w, w->pen, w->way);
}

/* A closed run: where it is on at both ends, they are joined. */
static void close_run(struct walk *w)
{
	line(w, w->first, w->stroke->join);
	if (w->moved && w->first_on && on_here(w))
		join(w, w->first, w->way, w->first_way, w->stroke->join);
	else
		end_run(w);
}

static void walk_path(
	struct walk *w, const struct gl_scene *scene, const struct gl_clip *clip)
{
	const struct gl_point *at = &scene->points[clip->point];
	struct gl_point start = {0};
	for (uint32_t i = 0; i < clip->n_verbs && !w->inside && w->work->left > 0; i++) {
		switch (scene->verbs[clip->verb + i]) {
		case VERB_MOVE:
			end_run(w);
			start = *at++;
			w->gapped = false;
			begin_run(w, start);
			break;
		case VERB_LINE:
			line(w, *at++, w->stroke->join);
			break;
		case VERB_CUBIC:
			curve(w, at);
			at += 3;
			break;
		case VERB_GAP:
			end_run(w);
			w->gapped = true;
			begin_run(w, *at++);
			break;
		case VERB_CLOSE:
			if (w->gapped) {
				line(w, start, w->stroke->join);
				end_run(w);
			} else {
				close_run(w);
			}
			w->gapped = false;
			begin_run(w, start);
			break;
		}
	}
	end_run(w);
}

/*
 * Of curves: a twentieth of a pixel on the path, and the directions so true that the
 * sides of the stroke are not off by more.
 */
static double tolerance(const struct gl_clip *clip, double half)
{
	const struct gl_affine *m = &clip->to_device;
	double scale = fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy));
	return 0.05 / scale / (1 + half * scale * half * scale);
}

static double reach(const struct gl_stroke *stroke)
{
	double join = stroke->join == JOIN_MITER ? stroke->limit : 1;
	double cap = stroke->cap == CAP_SQUARE ? M_SQRT2 : 1;
	return stroke->width / 2 * fmax(join, cap) * (1 + 1e-6);
}

bool stroke_contains(const struct gl_scene *scene, const struct gl_clip *clip,
	struct gl_point p, struct hit_work *work)
{
	const struct gl_stroke *stroke = &scene->strokes[clip->stroke];
	struct walk w = {
		.stroke = stroke,
		.p = p,
		.half = stroke->width / 2,
		.reach = reach(stroke),
		.tolerance = tolerance(clip, stroke->width / 2),
		.work = work,
	};
	if (!(stroke->width > 0) || clip->n_verbs == 0)
		return false;
	add_dashes(&w);
	walk_path(&w, scene, clip);
	return w.inside;
}
