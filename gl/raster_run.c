/*
 * Runs of pixels where windings may be anything. With few chains: slabs between the
 * heights where chains end or cross, in which their order is fixed. With many: lines through the
 * row, and along each the exact places where the inside begins and ends.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/raster.h"

#define MAX_CHAINS 24 /* more are sampled: crossings grow with the square */
#define MAX_EDGES  256
#define MAX_STOPS  96
#define SUB_ROWS   64
/* Heights closer than this make no slab: it would be 1/65535 of a pixel. */
#define LEAST_SLAB (1.0f / 131072)

struct edge {
	float y0, y1, x0, x1, slope;
};

/* A chain's edges from top to bottom. */
struct side {
	const struct edge *edges;
	size_t n, at; /* at: the one that the present slab begins in */
	float y0, y1, x0, x1;
	int32_t sign;
};

struct slabs {
	struct edge edges[MAX_EDGES];
	struct side sides[MAX_CHAINS];
	size_t n;
	float stops[MAX_STOPS];
	size_t n_stops;
};

struct raster_cross {
	float x;
	int32_t sign;
};

static float x_at(const struct edge *e, float y)
{
	return y <= e->y0 ? e->x0 : y >= e->y1 ? e->x1 : e->x0 + (y - e->y0) * e->slope;
}

static struct edge edge_of(const struct raster_piece *p)
{
	float height = p->y1 - p->y0;
	return (struct edge){
		.y0 = p->y0,
		.y1 = p->y1,
		.x0 = p->x0,
		.x1 = p->x1,
		.slope = height > 0 ? (p->x1 - p->x0) / height : 0,
	};
}

static const struct raster_chain *chain_at(const struct raster *r, size_t i)
{
	return &r->chains[(uint32_t)r->order[i]];
}

static size_t count_pieces(const struct raster *r, size_t from, size_t to)
{
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		n += chain_at(r, i)->n;
	return n;
}

/* Lines up come from bottom to top: they are turned over. */
static void collect_side(const struct raster *r, const struct raster_chain *c,
	struct side *side, struct edge *out)
{
	const struct raster_piece *p = &r->pieces[c->first];
	for (size_t k = 0; k < c->n; k++)
		out[c->sign > 0 ? k : c->n - 1 - k] = edge_of(&p[k]);
	*side = (struct side){
		.edges = out,
		.n = c->n,
		.y0 = out[0].y0,
		.y1 = out[c->n - 1].y1,
		.x0 = c->x0,
		.x1 = c->x1,
		.sign = c->sign,
	};
}

/* false: too many. Level chains only held the run together. */
static bool collect(const struct raster *r, size_t from, size_t to, struct slabs *s)
{
	size_t edges = 0;
	s->n = s->n_stops = 0;
	for (size_t i = from; i < to; i++) {
		const struct raster_chain *c = chain_at(r, i);
		if (c->sign == 0)
			continue;
		if (s->n == MAX_CHAINS || edges + c->n > MAX_EDGES)
			return false;
		collect_side(r, c, &s->sides[s->n++], &s->edges[edges]);
		edges += c->n;
	}
	return true;
}

/* Sorted in; one that is there already is not put twice. */
static bool add_stop(struct slabs *s, float y)
{
	size_t i = s->n_stops;
	while (i > 0 && s->stops[i - 1] > y)
		i--;
	if ((i > 0 && y - s->stops[i - 1] < LEAST_SLAB) ||
		(i < s->n_stops && s->stops[i] - y < LEAST_SLAB))
		return true;
	if (s->n_stops == MAX_STOPS)
		return false;
	memmove(&s->stops[i + 1], &s->stops[i], (s->n_stops - i) * sizeof *s->stops);
	s->stops[i] = y;
	s->n_stops++;
	return true;
}

/*
 * Both are straight from y0 to y1. *last is how far a was right of b when last they did not
 * touch: they may also change sides where they lie on each other for a while.
 */
static bool cross_edges(struct slabs *s, const struct edge *a, const struct edge *b,
	float y0, float y1, float *last)
{
	float before = x_at(a, y0) - x_at(b, y0), after = x_at(a, y1) - x_at(b, y1);
	bool fits = *last * before >= 0 || add_stop(s, y0);
	if (before == 0 && *last * after < 0)
		fits = fits && add_stop(s, y0);
	if (before * after < 0)
		fits = fits && add_stop(s, y0 + (y1 - y0) * (before / (before - after)));
	*last = after != 0 ? after : before != 0 ? before : *last;
	return fits;
}

static bool cross_sides(struct slabs *s, const struct side *a, const struct side *b)
{
	float last = 0;
	if (a->x1 <= b->x0 || b->x1 <= a->x0 || a->y1 <= b->y0 || b->y1 <= a->y0)
		return true;
	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		const struct edge *e = &a->edges[i], *f = &b->edges[k];
		float top = e->y0 > f->y0 ? e->y0 : f->y0;
		float bottom = e->y1 < f->y1 ? e->y1 : f->y1;
		if (top < bottom && !cross_edges(s, e, f, top, bottom, &last))
			return false;
		if (e->y1 <= f->y1)
			i++;
		else
			k++;
	}
	return true;
}

/* The heights where something ends or crosses; false: too many. */
static bool find_stops(struct slabs *s)
{
	bool fits = true;
	for (size_t i = 0; i < s->n && fits; i++)
		fits = add_stop(s, s->sides[i].y0) && add_stop(s, s->sides[i].y1);
	for (size_t i = 0; i < s->n && fits; i++)
		for (size_t k = 0; k < i && fits; k++)
			fits = cross_sides(s, &s->sides[i], &s->sides[k]);
	return fits;
}

/* The part of edge i of a side within the slab; false: it is beneath. */
static bool edge_part(
	const struct side *side, size_t i, float top, float bottom, float *y0, float *y1)
{
	if (i == side->n || side->edges[i].y0 >= bottom)
		return false;
	*y0 = side->edges[i].y0 > top ? side->edges[i].y0 : top;
	*y1 = side->edges[i].y1 < bottom ? side->edges[i].y1 : bottom;
	return true;
}

/* The area left of it: of two that do not cross but may touch the left one has less. */
static float side_area(const struct side *side, float top, float bottom)
{
	float area = 0, y0, y1;
	for (size_t i = side->at; edge_part(side, i, top, bottom, &y0, &y1); i++)
		if (y0 < y1)
			area += (x_at(&side->edges[i], y0) + x_at(&side->edges[i], y1)) *
				(y1 - y0);
	return area;
}

/* Sides of the slab from left to right; slabs come from top to bottom. */
static size_t in_order(
	struct slabs *s, float top, float bottom, struct side *sorted[MAX_CHAINS])
{
	float area[MAX_CHAINS], middle = (top + bottom) * .5f;
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct side *side = &s->sides[i];
		if (side->y0 >= middle || side->y1 <= middle)
			continue;
		while (side->at + 1 < side->n && side->edges[side->at].y1 <= top)
			side->at++;
		float own = side_area(side, top, bottom);
		size_t k = n++;
		for (; k > 0 && area[k - 1] > own; k--)
			area[k] = area[k - 1], sorted[k] = sorted[k - 1];
		area[k] = own, sorted[k] = side;
	}
	return n;
}

/* What a side has of the slab, where inside begins or ends. */
static void add_side(
	float *sums, const struct side *side, float top, float bottom, float factor)
{
	float y0, y1;
	for (size_t i = side->at; edge_part(side, i, top, bottom, &y0, &y1); i++)
		if (y0 < y1)
			raster_add(sums, x_at(&side->edges[i], y0),
				x_at(&side->edges[i], y1), factor * (y1 - y0));
}

static void add_slab(struct raster *r, struct slabs *s, float top, float bottom,
	int32_t winding, bool even_odd)
{
	struct side *sorted[MAX_CHAINS];
	size_t n = in_order(s, top, bottom, sorted);
	int inside = raster_inside(winding, even_odd);
	for (size_t i = 0; i < n; i++) {
		winding += sorted[i]->sign;
		int now = raster_inside(winding, even_odd);
		if (now != inside)
			add_side(r->sums, sorted[i], top, bottom, (float)(now - inside));
		inside = now;
	}
}

static int by_x(const void *a, const void *b)
{
	const struct raster_cross *p = a, *q = b;
	return (p->x > q->x) - (p->x < q->x);
}

static void sort_crossings(struct raster_cross *c, size_t n)
{
	if (n > 32) {
		qsort(c, n, sizeof *c, by_x);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct raster_cross v = c[i];
		size_t k = i;
		for (; k > 0 && c[k - 1].x > v.x; k--)
			c[k] = c[k - 1];
		c[k] = v;
	}
}

static size_t cross(struct raster *r, size_t from, size_t to, float y)
{
	size_t n = 0;
	for (size_t i = from; i < to; i++) {
		const struct raster_chain *c = chain_at(r, i);
		const struct raster_piece *p = &r->pieces[c->first];
		for (uint32_t k = 0; k < c->n; k++, p++) {
			if (p->y0 > y || p->y1 <= y)
				continue;
			float part = (y - p->y0) / (p->y1 - p->y0);
			r->crossings[n++] = (struct raster_cross){
				p->x0 + (p->x1 - p->x0) * part, c->sign};
		}
	}
	sort_crossings(r->crossings, n);
	return n;
}

static void sample(struct raster *r, size_t from, size_t to, int32_t winding,
	bool even_odd, size_t pieces)
{
	for (int row = 0; row < SUB_ROWS; row++) {
		size_t n = cross(r, from, to, ((float)row + .5f) / SUB_ROWS);
		int32_t w = winding;
		int inside = raster_inside(w, even_odd);
		if (!raster_spend(r, 1 + (n + pieces / 8) / 8))
			return;
		for (size_t i = 0; i < n; i++) {
			w += r->crossings[i].sign;
			int now = raster_inside(w, even_odd);
			float x = r->crossings[i].x;
			if (now != inside)
				raster_add(
					r->sums, x, x, (float)(now - inside) / SUB_ROWS);
			inside = now;
		}
	}
}

static bool need_crossings(struct raster *r, size_t n)
{
	if (n <= r->cap_crossings)
		return true;
	struct raster_cross *c = realloc(r->crossings, 2 * n * sizeof *c);
	if (!c) {
		r->no_memory = true;
		return false;
	}
	r->crossings = c;
	r->cap_crossings = 2 * n;
	return true;
}

void raster_run(struct raster *r, size_t from, size_t to, int32_t winding, bool even_odd)
{
	struct slabs s;
	if (collect(r, from, to, &s) && find_stops(&s)) {
		if (!raster_spend(r, s.n_stops * s.n / 4))
			return;
		for (size_t i = 0; i + 1 < s.n_stops; i++)
			add_slab(r, &s, s.stops[i], s.stops[i + 1], winding, even_odd);
		return;
	}
	size_t n = count_pieces(r, from, to);
	if (need_crossings(r, n))
		sample(r, from, to, winding, even_odd, n);
}
