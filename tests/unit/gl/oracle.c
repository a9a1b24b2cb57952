#include "oracle.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_PART 1e-6 /* of a pixel's width: shorter stretches prove nothing */

struct crossing {
	double x;
	int winding;
};

void oracle_begin(struct oracle *o, const float m[6])
{
	o->n = 0;
	for (int i = 0; i < 6; i++)
		o->m[i] = (double)m[i];
}

static void apply(const struct oracle *o, double x, double y, double out[2])
{
	out[0] = o->m[0] * x + o->m[1] * y + o->m[2];
	out[1] = o->m[3] * x + o->m[4] * y + o->m[5];
}

static struct oracle_edge *add(struct oracle *o)
{
	assert(o->n < ORACLE_EDGES);
	struct oracle_edge *e = &o->edges[o->n++];
	memset(e, 0, sizeof *e);
	return e;
}

static double value(const struct oracle_edge *e, const double c[4], double t)
{
	if (e->arc)
		return c[0] + c[1] * cos(t) + c[2] * sin(t);
	return ((c[3] * t + c[2]) * t + c[1]) * t + c[0];
}

static void add_stop(struct oracle_edge *e, double t)
{
	if (t > e->stop[0] && t < (e->arc ? M_PI / 2 : 1))
		e->stop[e->n_stops++] = t;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Where y turns: roots of its derivative. */
static void find_stops(struct oracle_edge *e)
{
	const double *y = e->y;
	e->n_stops = 1;
	if (e->arc) {
		add_stop(e, atan2(y[2], y[1]));
		add_stop(e, atan2(-y[2], -y[1]));
	} else {
		double a = 3 * y[3], b = 2 * y[2], c = y[1], under = b * b - 4 * a * c;
		if (under >= 0) {
			double q = -(b + copysign(sqrt(under), b)) / 2;
			if (a != 0)
				add_stop(e, q / a);
			if (q != 0)
				add_stop(e, c / q);
		}
	}
	e->stop[e->n_stops++] = e->arc ? M_PI / 2 : 1;
	qsort(e->stop, (size_t)e->n_stops, sizeof *e->stop, by_value);
}

void oracle_line(struct oracle *o, double x0, double y0, double x1, double y1)
{
	double a[2], b[2];
	apply(o, x0, y0, a);
	apply(o, x1, y1, b);
	*add(o) = (struct oracle_edge){
		.x = {a[0], b[0] - a[0]},
		.y = {a[1], b[1] - a[1]},
		.stop = {0, 1},
		.n_stops = 2,
	};
}

void oracle_curve(struct oracle *o, const double *xy, int n)
{
	struct oracle_edge *e = add(o);
	double p[4][2];
	for (int i = 0; i < n; i++)
		apply(o, xy[2 * i], xy[2 * i + 1], p[i]);
	for (int k = 0; k < 2; k++) {
		double *c = k ? e->y : e->x;
		c[0] = p[0][k];
		if (n == 3) {
			c[1] = 2 * (p[1][k] - p[0][k]);
			c[2] = p[0][k] - 2 * p[1][k] + p[2][k];
		} else {
			c[1] = 3 * (p[1][k] - p[0][k]);
			c[2] = 3 * (p[0][k] - 2 * p[1][k] + p[2][k]);
			c[3] = p[3][k] - 3 * p[2][k] + 3 * p[1][k] - p[0][k];
		}
	}
	find_stops(e);
}

void oracle_arc(struct oracle *o, const double c[2], const double u[2], const double v[2])
{
	struct oracle_edge *e = add(o);
	double centre[2];
	apply(o, c[0], c[1], centre);
	e->arc = 1;
	for (int k = 0; k < 2; k++) {
		const double *m = &o->m[3 * k];
		double *to = k ? e->y : e->x;
		to[0] = centre[k];
		to[1] = m[0] * u[0] + m[1] * u[1];
		to[2] = m[0] * v[0] + m[1] * v[1];
	}
	find_stops(e);
}

void oracle_rrect(struct oracle *o, const double box[4], const double radius[4])
{
	double x0 = box[0], y0 = box[1], x1 = box[2], y1 = box[3], fit = 1, r[4];
	for (int i = 0; i < 4; i++) {
		double sum = radius[i] + radius[(i + 1) % 4];
		double side = i % 2 ? y1 - y0 : x1 - x0;
		if (sum > 0)
			fit = fmin(fit, side / sum);
	}
	for (int i = 0; i < 4; i++)
		r[i] = radius[i] * fit;
	if (!(x1 > x0 && y1 > y0))
		return;
	oracle_line(o, x0 + r[0], y0, x1 - r[1], y0);
	oracle_arc(o, (double[]){x1 - r[1], y0 + r[1]}, (double[]){0, -r[1]},
		(double[]){r[1], 0});
	oracle_line(o, x1, y0 + r[1], x1, y1 - r[2]);
	oracle_arc(o, (double[]){x1 - r[2], y1 - r[2]}, (double[]){r[2], 0},
		(double[]){0, r[2]});
	oracle_line(o, x1 - r[2], y1, x0 + r[3], y1);
	oracle_arc(o, (double[]){x0 + r[3], y1 - r[3]}, (double[]){0, r[3]},
		(double[]){-r[3], 0});
	oracle_line(o, x0, y1 - r[3], x0, y0 + r[0]);
	oracle_arc(o, (double[]){x0 + r[0], y0 + r[0]}, (double[]){-r[0], 0},
		(double[]){0, -r[0]});
}

void oracle_ellipse(struct oracle *o, const double box[4])
{
	double rx = (box[2] - box[0]) / 2, ry = (box[3] - box[1]) / 2;
	double c[2] = {(box[0] + box[2]) / 2, (box[1] + box[3]) / 2};
	if (!(rx > 0 && ry > 0))
		return;
	oracle_arc(o, c, (double[]){rx, 0}, (double[]){0, ry});
	oracle_arc(o, c, (double[]){0, ry}, (double[]){-rx, 0});
	oracle_arc(o, c, (double[]){-rx, 0}, (double[]){0, -ry});
	oracle_arc(o, c, (double[]){0, -ry}, (double[]){rx, 0});
}

/* Between two turns y only rises or only falls. */
static size_t cross_piece(
	const struct oracle_edge *e, int i, double y, struct crossing *out)
{
	double low = e->stop[i], high = e->stop[i + 1];
	double from = value(e, e->y, low), to = value(e, e->y, high);
	if ((from <= y) == (to <= y))
		return 0;
	for (int step = 0; step < 80 && low < high; step++) {
		double middle = (low + high) / 2;
		if ((value(e, e->y, middle) <= y) == (from <= y))
			low = middle;
		else
			high = middle;
		if (middle == low && middle == high)
			break;
	}
	*out = (struct crossing){value(e, e->x, (low + high) / 2), to > from ? 1 : -1};
	return 1;
}

static size_t cross_edge(const struct oracle_edge *e, double y, struct crossing *out)
{
	size_t n = 0;
	if (!e->arc && e->y[2] == 0 && e->y[3] == 0 && e->x[2] == 0 && e->x[3] == 0) {
		if ((e->y[0] <= y) == (e->y[0] + e->y[1] <= y))
			return 0;
		*out = (struct crossing){
			e->x[0] + e->x[1] * ((y - e->y[0]) / e->y[1]),
			e->y[1] > 0 ? 1 : -1,
		};
		return 1;
	}
	for (int i = 0; i + 1 < e->n_stops; i++)
		n += cross_piece(e, i, y, out + n);
	return n;
}

static int by_x(const void *a, const void *b)
{
	const struct crossing *x = a, *y = b;
	return (x->x > y->x) - (x->x < y->x);
}

/* One stretch of a row with the same winding all along. */
static void add_stretch(struct oracle_pixel *pixels, double from, double to, int winding)
{
	from = fmax(from, 0);
	to = fmin(to, ORACLE_SIDE);
	for (int x = (int)from; x < ORACLE_SIDE && x < to; x++) {
		double part = fmin(to, x + 1) - fmax(from, x);
		struct oracle_pixel *p = &pixels[x];
		p->filled += winding ? part / ORACLE_ROWS : 0;
		p->odd += winding % 2 ? part / ORACLE_ROWS : 0;
		p->mean += winding * part / ORACLE_ROWS;
		if (part > LEAST_PART) {
			p->least = winding < p->least ? winding : p->least;
			p->most = winding > p->most ? winding : p->most;
		}
	}
}

void oracle_row(const struct oracle *o, int y, struct oracle_pixel pixels[ORACLE_SIDE])
{
	struct crossing crossings[3 * ORACLE_EDGES];
	for (int x = 0; x < ORACLE_SIDE; x++)
		pixels[x] = (struct oracle_pixel){.least = 1 << 20, .most = -(1 << 20)};
	for (int row = 0; row < ORACLE_ROWS; row++) {
		size_t n = 0;
		for (size_t i = 0; i < o->n; i++)
			n += cross_edge(&o->edges[i], y + (row + .5) / ORACLE_ROWS,
				&crossings[n]);
		qsort(crossings, n, sizeof *crossings, by_x);
		double from = -INFINITY;
		int winding = 0;
		for (size_t i = 0; i < n; i++) {
			add_stretch(pixels, from, crossings[i].x, winding);
			from = crossings[i].x;
			winding += crossings[i].winding;
		}
		add_stretch(pixels, from, INFINITY, winding);
	}
}
