/*
 * Runs of pixels where windings may be anything. With few edges: slabs between the heights
 * where edges end or cross, in which their order is fixed. With many: lines through the
 * row, and along each the exact places where the inside begins and ends.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/raster.h"

#define MAX_EDGES 24 /* more are sampled: crossings grow with the square */
#define MAX_STOPS 96
#define SUB_ROWS  64
/* Heights closer than this make no slab: it would be 1/65535 of a pixel. */
#define LEAST_SLAB (1.0f / 131072)

struct edge {
	float y0, y1, x0, x1, slope;
	int32_t sign;
};

struct slabs {
	struct edge edges[MAX_EDGES];
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
		.sign = p->sign,
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

static void collect(const struct raster *r, size_t from, size_t to, struct slabs *s)
{
	for (size_t i = from; i < to; i++) {
		uint32_t at = chain_at(r, i)->first;
		for (uint32_t k = 0; k < chain_at(r, i)->n; k++) {
			s->edges[s->n++] = edge_of(&r->pieces[at]);
			at = r->pieces[at].next;
		}
	}
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

static bool add_crossing(struct slabs *s, const struct edge *a, const struct edge *b)
{
	float top = a->y0 > b->y0 ? a->y0 : b->y0;
	float bottom = a->y1 < b->y1 ? a->y1 : b->y1;
	if (top >= bottom)
		return true;
	float before = x_at(a, top) - x_at(b, top);
	float after = x_at(a, bottom) - x_at(b, bottom);
	if (before * after >= 0)
		return true;
	return add_stop(s, top + (bottom - top) * (before / (before - after)));
}

/* The heights where something ends or crosses; false: too many. */
static bool find_stops(struct slabs *s)
{
	bool fits = true;
	for (size_t i = 0; i < s->n && fits; i++)
		fits = add_stop(s, s->edges[i].y0) && add_stop(s, s->edges[i].y1);
	for (size_t i = 0; i < s->n && fits; i++)
		for (size_t k = 0; k < i && fits; k++)
			fits = add_crossing(s, &s->edges[i], &s->edges[k]);
	return fits;
}

/* Edges of the slab from left to right, by where they cross its middle. */
static size_t in_order(
	const struct slabs *s, float middle, const struct edge *sorted[MAX_EDGES])
{
	float x[MAX_EDGES];
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct edge *e = &s->edges[i];
		if (e->y0 >= middle || e->y1 <= middle)
			continue;
		float at = x_at(e, middle);
		size_t k = n++;
		for (; k > 0 && x[k - 1] > at; k--)
			x[k] = x[k - 1], sorted[k] = sorted[k - 1];
		x[k] = at, sorted[k] = e;
	}
	return n;
}

static void add_slab(struct raster *r, const struct slabs *s, float top, float bottom,
	int32_t winding, bool even_odd)
{
	const struct edge *sorted[MAX_EDGES];
	size_t n = in_order(s, (top + bottom) * .5f, sorted);
	int inside = raster_inside(winding, even_odd);
	for (size_t i = 0; i < n; i++) {
		const struct edge *e = sorted[i];
		winding += e->sign;
		int now = raster_inside(winding, even_odd);
		if (now != inside)
			raster_add(r->sums, x_at(e, top), x_at(e, bottom),
				(float)(now - inside) * (bottom - top));
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
		uint32_t at = chain_at(r, i)->first;
		for (uint32_t k = 0; k < chain_at(r, i)->n; k++) {
			const struct raster_piece *p = &r->pieces[at];
			at = p->next;
			if (p->y0 > y || p->y1 <= y)
				continue;
			float part = (y - p->y0) / (p->y1 - p->y0);
			r->crossings[n++] = (struct raster_cross){
				p->x0 + (p->x1 - p->x0) * part, p->sign};
		}
	}
	sort_crossings(r->crossings, n);
	return n;
}

static void sample(
	struct raster *r, size_t from, size_t to, int32_t winding, bool even_odd)
{
	for (int row = 0; row < SUB_ROWS; row++) {
		size_t n = cross(r, from, to, ((float)row + .5f) / SUB_ROWS);
		int32_t w = winding;
		int inside = raster_inside(w, even_odd);
		if (!raster_spend(r, n))
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
	size_t n = count_pieces(r, from, to);
	s.n = s.n_stops = 0;
	if (n <= MAX_EDGES) {
		collect(r, from, to, &s);
		if (find_stops(&s)) {
			if (!raster_spend(r, s.n_stops * n / 4))
				return;
			for (size_t i = 0; i + 1 < s.n_stops; i++)
				add_slab(r, &s, s.stops[i], s.stops[i + 1], winding,
					even_odd);
			return;
		}
	}
	if (need_crossings(r, n))
		sample(r, from, to, winding, even_odd);
}
