#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS   16          /* strips of a pixel at least */
#define THIN   (1.0 / 256) /* strips in which edges cross are halved down to this */
#define SAME_Y 1e-12

static void add_edge(struct edges *edges, struct point a, struct point b)
{
	if (!(a.y < b.y || b.y < a.y))
		return;
	if (edges->n == edges->cap) {
		edges->cap = edges->cap * 2 + 64;
		struct edge *more = oracle_new(edges->cap, sizeof *more);
		if (edges->n)
			memcpy(more, edges->e, edges->n * sizeof *more);
		edges->e = more;
	}
	edges->e[edges->n++] = a.y < b.y ? (struct edge){a.x, a.y, b.x, b.y, 1}
					 : (struct edge){b.x, b.y, a.x, a.y, -1};
}

void edges_polygon(struct edges *edges, const struct polyline *line)
{
	for (size_t i = 0; i < line->n; i++)
		add_edge(edges, line->p[i], line->p[(i + 1) % line->n]);
}

void edges_piece(struct edges *edges, struct polyline *line)
{
	double area = 0;
	for (size_t i = 0; i < line->n; i++) {
		struct point a = line->p[i], b = line->p[(i + 1) % line->n];
		area += (a.x - line->p[0].x) * (b.y - line->p[0].y) -
			(b.x - line->p[0].x) * (a.y - line->p[0].y);
	}
	for (size_t i = 0; area < 0 && i < line->n / 2; i++) {
		struct point swap = line->p[i];
		line->p[i] = line->p[line->n - 1 - i];
		line->p[line->n - 1 - i] = swap;
	}
	edges_polygon(edges, line);
}

struct mask mask_new(int width, int height)
{
	size_t n = (size_t)width * (size_t)height;
	return (struct mask){width, height, oracle_new(n, sizeof(double))};
}

/* Where an edge runs within a strip: x at its top, middle and bottom. */
struct cross {
	double top, mid, bottom;
	int up;
};

struct scan {
	const struct edge **row; /* edges that enter the row of pixels, by their top */
	const struct edge **now; /* those of them that enter the strip */
	size_t n_row, n_now;
	struct cross *cross;
	double *stop; /* y of strips' ends */
	size_t n_stop;
	bool even_odd;
	int width;
	double *k; /* of the row */
};

static double edge_x(const struct edge *e, double y)
{
	double t = (y - e->y0) / (e->y1 - e->y0);
	return e->x0 + t * (e->x1 - e->x0);
}

static int by_mid(const void *a, const void *b)
{
	double x = ((const struct cross *)a)->mid, y = ((const struct cross *)b)->mid;
	return (x > y) - (x < y);
}

static size_t find_crosses(const struct scan *s, double top, double bottom)
{
	double mid = (top + bottom) / 2;
	size_t n = 0;
	for (size_t i = 0; i < s->n_now; i++) {
		const struct edge *e = s->now[i];
		if (e->y0 < mid && mid < e->y1)
			s->cross[n++] = (struct cross){
				edge_x(e, top), edge_x(e, mid), edge_x(e, bottom), e->up};
	}
	qsort(s->cross, n, sizeof *s->cross, by_mid);
	return n;
}

static bool some_cross(const struct cross *c, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (c[i].top < c[i - 1].top - 1e-9 ||
			c[i].bottom < c[i - 1].bottom - 1e-9)
			return true;
	return false;
}

/* Integral of x held to 0 .. 1. */
static double held(double x)
{
	return x <= 0 ? 0 : x >= 1 ? x - 0.5 : x * x / 2;
}

/* Mean part of the pixel at column x left of an edge that runs from a to b. */
static double left_of(double a, double b, int x)
{
	a -= x;
	b -= x;
	if (fabs(a - b) < 1e-9)
		return fmin(fmax((a + b) / 2, 0), 1);
	return (held(b) - held(a)) / (b - a);
}

static void add_span(
	struct scan *s, const struct cross *l, const struct cross *r, double height)
{
	double first = floor(fmin(l->top, l->bottom));
	double last = ceil(fmax(r->top, r->bottom));
	int from = first < 0 ? 0 : first < s->width ? (int)first : s->width;
	int to = last > s->width ? s->width : last > 0 ? (int)last : 0;
	double inner = fmax(l->top, l->bottom), outer = fmin(r->top, r->bottom);
	for (int x = from; x < to; x++)
		s->k[x] += x >= inner && x + 1 <= outer
				   ? height
				   : height * (left_of(r->top, r->bottom, x) -
						      left_of(l->top, l->bottom, x));
}

static void add_strip(struct scan *s, double top, double bottom)
{
	size_t n = find_crosses(s, top, bottom);
	if (bottom - top > THIN && some_cross(s->cross, n)) {
		add_strip(s, top, (top + bottom) / 2);
		add_strip(s, (top + bottom) / 2, bottom);
		return;
	}
	int winding = 0;
	for (size_t i = 0, from = 0; i < n; i++) {
		bool was = s->even_odd ? winding & 1 : winding != 0;
		winding += s->cross[i].up;
		bool is = s->even_odd ? winding & 1 : winding != 0;
		if (is && !was)
			from = i;
		if (was && !is)
			add_span(s, &s->cross[from], &s->cross[i], bottom - top);
	}
}

static int by_top(const void *a, const void *b)
{
	double x = ((const struct edge *)a)->y0, y = ((const struct edge *)b)->y0;
	return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void add_stop(struct scan *s, double y, int row)
{
	if (y > row && y < row + 1)
		s->stop[s->n_stop++] = y;
}

/* Which edges there are below y; next of the row are known already. */
static size_t go_down(struct scan *s, double y, size_t next)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_now; i++)
		if (s->now[i]->y1 > y)
			s->now[n++] = s->now[i];
	while (next < s->n_row && s->row[next]->y0 <= y + SAME_Y)
		s->now[n++] = s->row[next++];
	s->n_now = n;
	return next;
}

/* A row of pixels is cut at each corner in it, so no edge ends within a strip. */
static void fill_row(struct scan *s, int row, int rows)
{
	size_t next = 0;
	s->n_stop = s->n_now = 0;
	for (int i = 0; i <= rows; i++)
		s->stop[s->n_stop++] = row + (double)i / rows;
	for (size_t i = 0; i < s->n_row; i++) {
		add_stop(s, s->row[i]->y0, row);
		add_stop(s, s->row[i]->y1, row);
	}
	qsort(s->stop, s->n_stop, sizeof *s->stop, by_value);
	for (size_t i = 1, last = 0; i < s->n_stop; i++) {
		if (s->stop[i] - s->stop[last] < SAME_Y)
			continue;
		next = go_down(s, s->stop[last], next);
		add_strip(s, s->stop[last], s->stop[i]);
		last = i;
	}
}

static void find_row(struct scan *s, const struct edges *edges, int y)
{
	s->n_row = 0;
	for (size_t i = 0; i < edges->n && edges->e[i].y0 < y + 1; i++)
		if (edges->e[i].y1 > y)
			s->row[s->n_row++] = &edges->e[i];
}

struct mask mask_fill(struct edges *edges, bool even_odd, int width, int height, int rows)
{
	struct mask mask = mask_new(width, height);
	struct scan s = {.even_odd = even_odd, .width = width};
	size_t n = edges->n + 1;
	rows = rows > 0 ? rows : ROWS;
	s.row = oracle_new(n, sizeof *s.row);
	s.now = oracle_new(n, sizeof *s.now);
	s.cross = oracle_new(n, sizeof *s.cross);
	s.stop = oracle_new(2 * n + (size_t)rows, sizeof *s.stop);
	if (edges->n > 0)
		qsort(edges->e, edges->n, sizeof *edges->e, by_top);
	for (int y = 0; y < height; y++) {
		s.k = &mask.k[(size_t)y * (size_t)width];
		find_row(&s, edges, y);
		if (s.n_row > 0)
			fill_row(&s, y, rows);
	}
	for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
		mask.k[i] = fmin(fmax(mask.k[i], 0), 1);
	return mask;
}
