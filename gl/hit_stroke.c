/*
 * A stroke is a union of simple pieces: a rectangle for each line, a join for each
 * vertex, a cap for each end. So the path is walked once, and each piece is asked for the
 * point. Dashes make no pieces of their own: of a line only the dash at the point's
 * foot counts, or else the ends of the two dashes beside it.
 */
#include "gl/hit_stroke.h"

#include <math.h>

#include "util/opwire.h"

/* Curves become so many lines, at most; fewer in long paths, so that a hit stays quick. */
#define MAX_STEPS   1024u
#define TOTAL_STEPS (4u << 20)
/* A join of its own: the width turns with the curve, so it sweeps the inner side too. */
#define WITHIN_CURVE JOIN_KINDS

struct walk {
	const struct gl_stroke *stroke;
	struct gl_point p;
	double half;      /* of the width */
	double tolerance; /* of curves, local */
	double max_steps;
	bool inside;

	/* the run under way: from a move, a gap or a close to the next */
	struct gl_point first, pen;
	struct gl_point first_way, way; /* unit vectors */
	bool moved;                     /* has a length, so the ways are known */
	bool drawn;                     /* has a verb at all */
	bool gapped;                    /* so has the contour a gap */
	bool first_on;
	double at; /* length so far, offset included */
};

static struct gl_point minus(struct gl_point a, struct gl_point b)
{
	return (struct gl_point){a.x - b.x, a.y - b.y};
}

static double dot(struct gl_point a, struct gl_point b)
{
	return a.x * b.x + a.y * b.y;
}

static double cross(struct gl_point a, struct gl_point b)
{
	return a.x * b.y - a.y * b.x;
}

/*
 * Of a place in the pattern: whether it is on; if not, how far the dash before it lies
 * back and the next one ahead.
 */
static bool is_on(const struct gl_stroke *s, double at, double *back, double *ahead)
{
	unsigned n = s->n_dashes, count = n % 2 ? 2 * n : n;
	double total = 0, from = 0;
	if (n == 0)
		return true;
	for (unsigned i = 0; i < count; i++)
		total += s->dashes[i % n];
	at = fmod(at, total);
	if (at < 0)
		at += total;
	for (unsigned i = 0; i < count; i++) {
		double to = from + s->dashes[i % n];
		if (at < to || i == count - 1) {
			*back = at - from;
			*ahead = to - at;
			return i % 2 == 0;
		}
		from = to;
	}
	return false;
}

static bool on_here(const struct walk *w)
{
	double back, ahead;
	return is_on(w->stroke, w->at, &back, &ahead);
}

/* The cap of an end at `end`, of a run that leaves it in direction way. */
static void cap(struct walk *w, struct gl_point end, struct gl_point way)
{
	struct gl_point v = minus(w->p, end);
	double along = dot(v, way);
	if (along < 0 || w->stroke->cap == CAP_BUTT)
		return;
	if (w->stroke->cap == CAP_ROUND)
		w->inside |= dot(v, v) <= w->half * w->half;
	else
		w->inside |= along <= w->half && fabs(cross(v, way)) <= w->half;
}

static bool in_triangle(struct gl_point p, struct gl_point a, struct gl_point b)
{
	double u = cross(a, p), v = cross(minus(b, a), minus(p, a)), t = cross(p, b);
	return (u >= 0 && v >= 0 && t >= 0) || (u <= 0 && v <= 0 && t <= 0);
}

/* In the angle from a to b, less than half a turn, in the direction of turn. */
static bool between(struct gl_point v, struct gl_point a, struct gl_point b, double turn)
{
	return cross(a, v) * turn >= 0 && cross(v, b) * turn >= 0;
}

/* The outer side of a vertex, where the path turns from one direction to another. */
static void join(struct walk *w, struct gl_point at, struct gl_point from,
	struct gl_point to, unsigned kind)
{
	struct gl_point v = minus(w->p, at);
	double turn = cross(from, to), straight = dot(from, to);
	double side = turn > 0 ? -w->half : w->half;
	struct gl_point a = {-from.y * side, from.x * side};
	struct gl_point b = {-to.y * side, to.x * side};
	if (kind == JOIN_ROUND || kind == WITHIN_CURVE) {
		bool half = straight < 0 && dot(v, from) >= 0;
		bool in = turn == 0 ? half : between(v, a, b, turn);
		if (kind == WITHIN_CURVE)
			in |= between((struct gl_point){-v.x, -v.y}, a, b, turn);
		w->inside |= in && dot(v, v) <= w->half * w->half;
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
	struct gl_point v = minus(w->p, from), way = w->way;
	double along = dot(v, way), back, ahead;
	if (fabs(cross(v, way)) > w->half)
		return;
	double foot = fmin(fmax(along, 0), length);
	if (is_on(w->stroke, w->at + foot, &back, &ahead)) {
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

static void line(struct walk *w, struct gl_point to, unsigned kind)
{
	struct gl_point from = w->pen, v = minus(to, from);
	double length = hypot(v.x, v.y);
	w->drawn = true;
	w->pen = to;
	if (length == 0)
		return;
	struct gl_point way = {v.x / length, v.y / length};
	bool on = on_here(w), first = !w->moved;
	if (first)
		w->first_way = way, w->first_on = on;
	else if (on)
		join(w, from, w->way, way, kind);
	w->moved = true;
	w->way = way;
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
static void curve(struct walk *w, const struct gl_point at[3])
{
	const struct gl_point c[4] = {w->pen, at[0], at[1], at[2]};
	double a = hypot(c[0].x - 2 * c[1].x + c[2].x, c[0].y - 2 * c[1].y + c[2].y);
	double b = hypot(c[1].x - 2 * c[2].x + c[3].x, c[1].y - 2 * c[2].y + c[3].y);
	double steps = ceil(sqrt(0.75 * fmax(a, b) / w->tolerance));
	steps = fmin(fmax(steps, 1), w->max_steps);
	unsigned kind = w->stroke->join;
	for (int i = 1; i < (int)steps; i++, kind = WITHIN_CURVE)
		line(w, cubic_at(c, i / steps), kind);
	line(w, c[3], kind);
}

static void dot_at(struct walk *w, struct gl_point at)
{
	struct gl_point v = minus(w->p, at);
	if (!on_here(w))
		return;
	if (w->stroke->cap == CAP_ROUND)
		w->inside |= dot(v, v) <= w->half * w->half;
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
	for (uint32_t i = 0; i < clip->n_verbs && !w->inside; i++) {
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

bool stroke_contains(
	const struct gl_scene *scene, const struct gl_clip *clip, struct gl_point p)
{
	const struct gl_stroke *stroke = &scene->strokes[clip->stroke];
	struct walk w = {
		.stroke = stroke,
		.p = p,
		.half = stroke->width / 2,
		.tolerance = tolerance(clip, stroke->width / 2),
		.max_steps =
			fmin(fmax(TOTAL_STEPS / fmax(clip->n_verbs, 1), 16), MAX_STEPS),
	};
	if (!(stroke->width > 0) || clip->n_verbs == 0)
		return false;
	walk_path(&w, scene, clip);
	return w.inside;
}
