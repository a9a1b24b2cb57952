#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_STEPS 128   /* of a curve: its outer side turns by little each */
#define DASH_STEPS  16384 /* so that the ends of dashes stand exactly across; */
#define DASH_COARSE 64    /* between them each such step is enough */
#define END_HALVES  8     /* first and last step are halved so often: exact tangents */
#define SAME_POINT  1e-9  /* nearer ones make no direction */
#define ARC_ANGLE   0.02  /* of a piece of an arc: within 5e-5 of the radius */
#define CURVE_ERROR 5e-4  /* px */
#define LEAST_TURN  1e-12

/* What is stroked in one go: joint where two verbs meet, not within a curve. */
struct run {
	struct vertex {
		struct point p;
		bool joint;
	} * v;
	size_t n, cap;
	bool closed;   /* the last vertex leads to the first */
	bool anything; /* a verb, even without length, or a close */
};

struct pen {
	struct edges *out;
	const struct affine *t;
	double radius, limit, offset;
	const char *join, *cap;
	double dash[32];
	size_t n_dash;
	double error;

	struct point start, at;
	struct run run;
	bool gap; /* the contour has one */
};

static struct point minus(struct point a, struct point b)
{
	return (struct point){a.x - b.x, a.y - b.y};
}

static bool same_point(struct point a, struct point b)
{
	return hypot(a.x - b.x, a.y - b.y) < SAME_POINT;
}

static struct point along(struct point p, double length, struct point d)
{
	return (struct point){p.x + length * d.x, p.y + length * d.y};
}

static struct point unit(struct point d)
{
	double length = hypot(d.x, d.y);
	return (struct point){d.x / length, d.y / length};
}

static struct point turned(struct point d, double angle)
{
	return (struct point){
		d.x * cos(angle) - d.y * sin(angle), d.x * sin(angle) + d.y * cos(angle)};
}

static void add_piece(const struct pen *pen, const struct point *p, size_t n)
{
	struct polyline line = {0};
	for (size_t i = 0; i < n; i++)
		polyline_add(&line, affine_apply(pen->t, p[i]));
	edges_piece(pen->out, &line);
}

/* The sector from direction d on by a signed angle. */
static void add_sector(
	const struct pen *pen, struct point p, struct point d, double angle)
{
	int steps = (int)ceil(fabs(angle) / ARC_ANGLE);
	struct polyline line = {0};
	polyline_add(&line, affine_apply(pen->t, p));
	for (int i = 0; i <= steps; i++)
		polyline_add(&line,
			affine_apply(pen->t,
				along(p, pen->radius, turned(d, angle * i / steps))));
	edges_piece(pen->out, &line);
}

static void add_box(
	const struct pen *pen, struct point from, struct point to, struct point d)
{
	struct point side = {-d.y, d.x};
	double r = pen->radius;
	struct point box[] = {along(from, r, side), along(to, r, side),
		along(to, -r, side), along(from, -r, side)};
	add_piece(pen, box, 4);
}

/* Between directions a and b, on the outer side. */
static void add_join(
	const struct pen *pen, struct vertex v, struct point a, struct point b)
{
	double angle = atan2(a.x * b.y - a.y * b.x, a.x * b.x + a.y * b.y);
	double side = angle > 0 ? -pen->radius : pen->radius;
	struct point na = {-a.y, a.x}, nb = {-b.y, b.x};
	if (fabs(angle) < LEAST_TURN)
		return;
	if (!v.joint || !strcmp(pen->join, "round")) {
		add_sector(pen, v.p,
			(struct point){
				na.x * side / pen->radius, na.y * side / pen->radius},
			angle);
		return;
	}
	struct point p[4] = {v.p, along(v.p, side, na), along(v.p, side, nb)};
	size_t n = 3;
	if (!strcmp(pen->join, "miter") && 1 / cos(angle / 2) <= pen->limit) {
		struct point both = {na.x + nb.x, na.y + nb.y};
		p[3] = p[2];
		p[2] = along(v.p, side / (1 + na.x * nb.x + na.y * nb.y), both);
		n = 4;
	}
	add_piece(pen, p, n);
}

/* Beyond the end at p, where the stroke leaves in direction d. */
static void add_cap(const struct pen *pen, struct point p, struct point d)
{
	if (!strcmp(pen->cap, "round"))
		add_sector(pen, p, turned(d, -M_PI / 2), M_PI);
	else if (!strcmp(pen->cap, "square"))
		add_box(pen, p, along(p, pen->radius, d), d);
}

static void add_dot(const struct pen *pen, struct point p, struct point d)
{
	if (!strcmp(pen->cap, "round"))
		add_sector(pen, p, d, 2 * M_PI);
	else if (!strcmp(pen->cap, "square"))
		add_box(pen, along(p, -pen->radius, d), along(p, pen->radius, d), d);
}

static struct point direction(const struct run *run, size_t i)
{
	return unit(minus(run->v[(i + 1) % run->n].p, run->v[i].p));
}

static void add_run(const struct pen *pen, const struct run *run)
{
	size_t parts = run->closed ? run->n : run->n - 1;
	for (size_t i = 0; i < parts; i++)
		add_box(pen, run->v[i].p, run->v[(i + 1) % run->n].p, direction(run, i));
	for (size_t i = 1; i < parts; i++)
		add_join(pen, run->v[i], direction(run, i - 1), direction(run, i));
	if (run->closed) {
		add_join(pen, run->v[0], direction(run, run->n - 1), direction(run, 0));
	} else {
		struct point first = direction(run, 0);
		add_cap(pen, run->v[0].p, (struct point){-first.x, -first.y});
		add_cap(pen, run->v[run->n - 1].p, direction(run, run->n - 2));
	}
}

static void add_vertex(struct run *run, struct point p, bool joint)
{
	if (run->n > 0 && same_point(run->v[run->n - 1].p, p)) {
		run->v[run->n - 1].joint |= joint;
		return;
	}
	if (run->n == run->cap) {
		run->cap = run->cap * 2 + 16;
		struct vertex *more = oracle_new(run->cap, sizeof *more);
		if (run->n)
			memcpy(more, run->v, run->n * sizeof *more);
		run->v = more;
	}
	run->v[run->n++] = (struct vertex){p, joint};
}

/* Lengths from the start to each vertex, and for a closed run to the start again. */
static double *measure(const struct run *run)
{
	double *length = oracle_new(run->n + 1, sizeof *length);
	for (size_t i = 1; i <= run->n; i++) {
		struct point d = minus(run->v[i % run->n].p, run->v[i - 1].p);
		length[i] = length[i - 1] + hypot(d.x, d.y);
	}
	return length;
}

static struct point place_at(
	const struct run *run, const double *length, double at, struct point *d)
{
	size_t parts = run->closed ? run->n : run->n - 1, i = 0;
	while (i + 1 < parts && length[i + 1] <= at)
		i++;
	*d = direction(run, i);
	return along(run->v[i].p, at - length[i], *d);
}

/* Steps of curves far from both ends are left out. */
static bool kept(const struct run *run, size_t i, size_t first, size_t last)
{
	return run->v[i % run->n].joint || i % DASH_COARSE == 0 ||
	       i < first + DASH_COARSE || i + DASH_COARSE > last;
}

static void cut_out(const struct run *run, const double *length, double from, double to,
	struct run *out)
{
	size_t parts = run->closed ? run->n : run->n - 1, first = 0, last = parts;
	struct point d;
	while (first <= parts && length[first] <= from)
		first++;
	while (last > 0 && length[last] >= to)
		last--;
	add_vertex(out, place_at(run, length, from, &d), out->n > 0);
	for (size_t i = first; i <= last; i++)
		if (kept(run, i, first, last))
			add_vertex(out, run->v[i % run->n].p, run->v[i % run->n].joint);
	add_vertex(out, place_at(run, length, to, &d), false);
}

static void add_dash(const struct pen *pen, const struct run *run, const double *length,
	double from, double to)
{
	struct run dash = {0};
	struct point d;
	if (to > from) {
		cut_out(run, length, from, to, &dash);
		add_run(pen, &dash);
	} else {
		struct point p = place_at(run, length, from, &d);
		add_dot(pen, p, d);
	}
}

/* Which stretches of a run of that length are on: pairs of lengths, held to 0 .. total. */
static double *find_dashes(const struct pen *pen, double total, size_t *n)
{
	double sum = 0;
	for (size_t i = 0; i < pen->n_dash; i++)
		sum += pen->dash[i];
	double at = -fmod(pen->offset, sum);
	if (at > 0)
		at -= sum;
	double *on = oracle_new((size_t)(total / sum + 3) * pen->n_dash, sizeof *on);
	*n = 0;
	for (size_t i = 0; at <= total; i = (i + 1) % pen->n_dash) {
		double end = at + pen->dash[i];
		bool dot = pen->dash[i] == 0 && at >= 0 && at <= total;
		if (i % 2 == 0 && (dot || (end > 0 && at < total))) {
			on[(*n)++] = fmax(at, 0);
			on[(*n)++] = fmin(end, total);
		}
		at = end;
	}
	return on;
}

static void add_dashed(const struct pen *pen, const struct run *run)
{
	double *length = measure(run), total = length[run->closed ? run->n : run->n - 1];
	size_t n, first = 0;
	double *on = find_dashes(pen, total, &n);
	if (run->closed && n == 2 && on[0] <= 0 && on[1] >= total) {
		add_run(pen, run);
		return;
	}
	if (run->closed && n > 2 && on[0] <= 0 && on[n - 1] >= total) {
		struct run dash = {0};
		cut_out(run, length, on[n - 2], total, &dash);
		dash.v[dash.n - 1].joint = true;
		cut_out(run, length, 0, on[1], &dash);
		add_run(pen, &dash);
		first = 2;
		n -= 2;
	}
	for (size_t i = first; i < n; i += 2)
		add_dash(pen, run, length, on[i], on[i + 1]);
}

static void end_run(struct pen *pen)
{
	struct run *run = &pen->run;
	if (run->closed && run->n > 1 && same_point(run->v[0].p, run->v[run->n - 1].p)) {
		run->n--;
		run->v[0].joint = true;
	}
	if (run->n > 1) {
		if (pen->n_dash)
			add_dashed(pen, run);
		else
			add_run(pen, run);
	} else if (run->anything) {
		add_dot(pen, run->v[0].p, (struct point){1, 0});
	}
	*run = (struct run){0};
	add_vertex(run, pen->at, false);
}

static void add_curve(struct pen *pen, const struct point *p, int n)
{
	int steps = bezier_steps(p, n, pen->error);
	int least = pen->n_dash ? DASH_STEPS : LEAST_STEPS;
	bool same = true;
	for (int i = 1; i <= n; i++)
		same = same && p[i].x == p[0].x && p[i].y == p[0].y;
	pen->run.anything = true;
	if (same)
		return;
	if (pen->run.n > 1)
		pen->run.v[pen->run.n - 1].joint = true;
	steps = n == 1 ? 1 : steps < least ? least : steps;
	for (int half = END_HALVES; n > 1 && half > 0; half--)
		add_vertex(&pen->run, bezier_at(p, n, ldexp(1, -half) / steps), false);
	for (int i = 1; i < steps; i++)
		add_vertex(&pen->run, bezier_at(p, n, (double)i / steps), false);
	for (int half = 1; n > 1 && half <= END_HALVES; half++)
		add_vertex(
			&pen->run, bezier_at(p, n, 1 - ldexp(1, -half) / steps), false);
	add_vertex(&pen->run, p[n], false);
}

static void add_verb(struct pen *pen, const struct line *verb)
{
	struct point p[4] = {pen->at};
	int n = 0;
	for (size_t k = 1; k + 1 < verb->n && n < 3; k += 2)
		p[++n] = (struct point){line_number(verb, k), line_number(verb, k + 1)};
	if (line_is(verb, "close", NULL)) {
		p[1] = pen->start;
		add_curve(pen, p, 1);
		pen->at = pen->start;
		pen->run.closed = !pen->gap;
		end_run(pen);
		pen->gap = false;
		return;
	}
	if (n == 0)
		oracle_fail(verb->number, "no coordinates");
	bool move = line_is(verb, "move", NULL), gap = line_is(verb, "gap", NULL);
	if (!move && !gap)
		add_curve(pen, p, n);
	pen->at = p[n];
	if (move || gap)
		end_run(pen);
	pen->gap = gap || (pen->gap && !move);
	if (move)
		pen->start = pen->at;
}

void shape_stroke(struct edges *out, const struct affine *t, const struct line *line)
{
	struct pen pen = {
		.out = out,
		.t = t,
		.radius = line_number(line, 2) / 2,
		.join = line->words[3],
		.cap = line->words[4],
		.limit = line_number(line, 5),
		.offset = line_number(line, 6),
		.error = CURVE_ERROR / fmax(affine_stretch(t), 1e-9),
	};
	struct affine inverse;
	for (size_t i = 7; i < line->n && pen.n_dash < 16; i++)
		pen.dash[pen.n_dash++] = line_number(line, i);
	for (size_t i = 0, n = pen.n_dash; n % 2 && i < n; i++)
		pen.dash[pen.n_dash++] = pen.dash[i];
	if (!(pen.radius > 0) || !affine_inverse(t, &inverse))
		return;
	for (size_t i = 0; i < line->n_body; i++)
		add_verb(&pen, &line->body[i]);
	end_run(&pen);
}
