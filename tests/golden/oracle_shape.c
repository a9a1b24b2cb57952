#include "oracle.h"

#include <math.h>
#include <string.h>

#define ARC_STEPS   512  /* of a quarter: within 1.2e-6 of the radius */
#define CURVE_ERROR 1e-4 /* px */

struct point affine_apply(const struct affine *m, struct point p)
{
	return (struct point){
		m->sx * p.x + m->hx * p.y + m->ox, m->hy * p.x + m->sy * p.y + m->oy};
}

struct affine affine_times(const struct affine *a, const struct affine *b)
{
	struct point x = {b->sx, b->hy}, y = {b->hx, b->sy}, o = {b->ox, b->oy};
	o = affine_apply(a, o);
	return (struct affine){
		.sx = a->sx * x.x + a->hx * x.y,
		.hy = a->hy * x.x + a->sy * x.y,
		.hx = a->sx * y.x + a->hx * y.y,
		.sy = a->hy * y.x + a->sy * y.y,
		.ox = o.x,
		.oy = o.y,
	};
}

bool affine_inverse(const struct affine *m, struct affine *out)
{
	double det = m->sx * m->sy - m->hx * m->hy;
	if (!(fabs(det) > 1e-30))
		return false;
	*out = (struct affine){.sx = m->sy / det,
		.hx = -m->hx / det,
		.hy = -m->hy / det,
		.sy = m->sx / det};
	struct point o = affine_apply(out, (struct point){m->ox, m->oy});
	out->ox = -o.x;
	out->oy = -o.y;
	return true;
}

double affine_stretch(const struct affine *m)
{
	double a = m->sx * m->sx + m->hy * m->hy, d = m->hx * m->hx + m->sy * m->sy;
	double b = m->sx * m->hx + m->hy * m->sy;
	return sqrt((a + d) / 2 + sqrt((a - d) * (a - d) / 4 + b * b));
}

void polyline_add(struct polyline *line, struct point p)
{
	if (line->n == line->cap) {
		line->cap = line->cap * 2 + 16;
		struct point *more = oracle_new(line->cap, sizeof *more);
		if (line->n)
			memcpy(more, line->p, line->n * sizeof *more);
		line->p = more;
	}
	line->p[line->n++] = p;
}

/* Wang's bound on how far a chord is from the curve. */
int bezier_steps(const struct point *p, int n, double error)
{
	double most = 0;
	for (int i = 0; i + 2 <= n; i++)
		most = fmax(most, hypot(p[i].x - 2 * p[i + 1].x + p[i + 2].x,
					  p[i].y - 2 * p[i + 1].y + p[i + 2].y));
	double steps = ceil(sqrt(n * (n - 1) / 8.0 * most / error));
	return (int)fmin(fmax(steps, 1), 1 << 14);
}

struct point bezier_at(const struct point *p, int n, double t)
{
	struct point q[4];
	memcpy(q, p, (size_t)(n + 1) * sizeof *q);
	for (; n > 0; n--)
		for (int i = 0; i < n; i++)
			q[i] = (struct point){q[i].x + t * (q[i + 1].x - q[i].x),
				q[i].y + t * (q[i + 1].y - q[i].y)};
	return q[0];
}

static void add_arc(struct polyline *out, const struct affine *t, struct point centre,
	double rx, double ry, double from)
{
	for (int i = 0; i <= ARC_STEPS; i++) {
		double a = from + M_PI / 2 * i / ARC_STEPS;
		polyline_add(out, affine_apply(t, (struct point){centre.x + rx * cos(a),
							  centre.y + ry * sin(a)}));
	}
}

void radii_fit(const double box[4], double radius[4])
{
	double fit = 1;
	for (int i = 0; i < 4; i++) {
		double sum = radius[i] + radius[(i + 1) % 4];
		double side = i % 2 ? box[3] - box[1] : box[2] - box[0];
		if (sum > 0)
			fit = fmin(fit, side / sum);
	}
	for (int i = 0; i < 4; i++)
		radius[i] *= fit;
}

static bool flat(const struct affine *t, const double box[4])
{
	struct affine inverse;
	return !(box[2] > box[0] && box[3] > box[1]) || !affine_inverse(t, &inverse);
}

/* Corners nw ne se sw, each from the side before it to the next. */
void shape_rrect(struct edges *out, const struct affine *t, const double box[4],
	const double radius[4])
{
	double r[4] = {radius[0], radius[1], radius[2], radius[3]};
	struct polyline line = {0};
	if (flat(t, box))
		return;
	radii_fit(box, r);
	for (int i = 0; i < 4; i++) {
		bool right = i == 1 || i == 2, low = i >= 2;
		struct point c = {right ? box[2] - r[i] : box[0] + r[i],
			low ? box[3] - r[i] : box[1] + r[i]};
		if (r[i] > 0)
			add_arc(&line, t, c, r[i], r[i], M_PI + M_PI / 2 * i);
		else
			polyline_add(&line, affine_apply(t, c));
	}
	edges_polygon(out, &line);
}

void shape_ellipse(struct edges *out, const struct affine *t, const double box[4])
{
	struct point c = {(box[0] + box[2]) / 2, (box[1] + box[3]) / 2};
	struct polyline line = {0};
	if (flat(t, box))
		return;
	for (int i = 0; i < 4; i++)
		add_arc(&line, t, c, (box[2] - box[0]) / 2, (box[3] - box[1]) / 2,
			M_PI / 2 * i);
	edges_polygon(out, &line);
}

static void add_curve(struct polyline *line, const struct point *p, int n)
{
	int steps = bezier_steps(p, n, CURVE_ERROR);
	for (int i = 1; i <= steps; i++)
		polyline_add(line, bezier_at(p, n, (double)i / steps));
}

void shape_path(struct edges *out, const struct affine *t, const struct line *path)
{
	struct polyline line = {0};
	struct point pen = {0};
	struct affine inverse;
	if (!affine_inverse(t, &inverse))
		return;
	for (size_t i = 0; i < path->n_body; i++) {
		const struct line *verb = &path->body[i];
		struct point p[4] = {pen};
		int n = 0;
		for (size_t k = 1; k + 1 < verb->n && n < 3; k += 2)
			p[++n] = affine_apply(t, (struct point){line_number(verb, k),
							 line_number(verb, k + 1)});
		bool move = line_is(verb, "move", NULL),
		     close = line_is(verb, "close", NULL);
		if (n == 0 && !close)
			oracle_fail(verb->number, "no coordinates");
		if (close)
			p[n = 1] = line.p[0];
		pen = p[n];
		if (!move && !close)
			add_curve(&line, p, n);
		if (move || close) {
			edges_polygon(out, &line);
			line.n = 0;
			polyline_add(&line, pen);
		}
	}
	edges_polygon(out, &line);
}
