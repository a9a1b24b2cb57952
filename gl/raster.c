#include "gl/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scratch beyond this is given back: only a stream near the limits needs it. */
#define KEEP_PIECES ((size_t)1 << 17)

void raster_finish(struct raster *r)
{
	free(r->pieces);
	free(r->links);
	free(r->rows);
	free(r->chains);
	free(r->order);
	free(r->crossings);
	free(r->sums);
	free(r->blur);
	memset(r, 0, sizeof *r);
}

static bool grow(struct raster *r, void *array, size_t *cap, size_t want, size_t size)
{
	void **at = array;
	size_t n = *cap ? *cap : 1024;
	if (want <= *cap)
		return true;
	while (n < want)
		n *= 2;
	void *p = realloc(*at, n * size);
	if (!p) {
		r->no_memory = true;
		return false;
	}
	*at = p;
	*cap = n;
	return true;
}

static bool need_sums(struct raster *r, size_t columns)
{
	size_t had = r->cap_sums;
	if (!grow(r, &r->sums, &r->cap_sums, columns, sizeof *r->sums))
		return false;
	memset(r->sums + had, 0, (r->cap_sums - had) * sizeof *r->sums);
	return true;
}

void raster_begin(struct raster *r, struct gl_rect box)
{
	size_t height = (size_t)(box.y1 - box.y0), width = (size_t)(box.x1 - box.x0);
	if (r->cap > KEEP_PIECES) {
		free(r->pieces);
		r->pieces = NULL;
		r->cap = 0;
	}
	if (r->cap_links > KEEP_PIECES) {
		free(r->links);
		r->links = NULL;
		r->cap_links = 0;
	}
	r->box = box;
	r->x = box.x0, r->y = box.y0;
	r->width = (double)width, r->height = (double)height;
	r->n = r->n_links = 0;
	r->last_sign = 0;
	r->min_x = r->min_y = (double)INFINITY;
	r->max_x = r->max_y = (double)-INFINITY;
	if (!grow(r, &r->rows, &r->cap_rows, height, sizeof *r->rows) ||
		!need_sums(r, width + 2))
		return;
	for (size_t i = 0; i < height; i++)
		r->rows[i] = (struct raster_row){RASTER_END, RASTER_END, 0};
}

static bool more_room(struct raster *r, size_t pieces)
{
	return grow(r, &r->pieces, &r->cap, r->n + pieces, sizeof *r->pieces) &&
	       grow(r, &r->links, &r->cap_links, r->n_links + pieces, sizeof *r->links);
}

static inline bool room(struct raster *r, size_t pieces)
{
	return (r->n + pieces <= r->cap && r->n_links + pieces <= r->cap_links) ||
	       more_room(r, pieces);
}

static void add_link(struct raster *r, int32_t y, int32_t sign)
{
	uint32_t at = (uint32_t)r->n_links++;
	struct raster_row *row = &r->rows[y];
	r->links[at] = (struct raster_link){(uint32_t)r->n, RASTER_END, sign};
	*(row->first == RASTER_END ? &row->first : &r->links[row->last].next) = at;
	row->last = at;
	r->last_row = y;
	r->last_sign = sign;
}

static inline bool follows(
	const struct raster_piece *a, const struct raster_piece *b, int32_t sign)
{
	if (sign > 0)
		return a->x1 == b->x0 && a->y1 == b->y0;
	return a->x0 == b->x1 && a->y0 == b->y1;
}

/* There is room for it. */
static inline void add_piece(struct raster *r, int32_t y, double x0, double y0, double x1,
	double y1, int32_t sign)
{
	struct raster_piece *p = &r->pieces[r->n];
	*p = (struct raster_piece){(float)x0, (float)y0, (float)x1, (float)y1};
	if (sign == 0 || sign != r->last_sign || y != r->last_row ||
		!follows(p - 1, p, sign))
		add_link(r, y, sign);
	r->n++;
}

/* From top to bottom, all within the box, whose corner is the origin here. */
static void inner_line(
	struct raster *r, double ax, double ay, double bx, double by, int32_t sign)
{
	int32_t row = (int32_t)ay, last = (int32_t)by;
	if (by <= last)
		last--;
	if (row >= last) {
		if (raster_spend(r, 2) && room(r, 1))
			add_piece(r, last, ax, ay - last, bx, by - last, sign);
		return;
	}
	size_t n = (size_t)(last - row + 1);
	if (!raster_spend(r, 2 * n) || !room(r, n))
		return;
	double slope = (bx - ax) / (by - ay);
	double left = ax < bx ? ax : bx, right = ax < bx ? bx : ax;
	/* As the line goes: what follows it in its first or last row is to come next. */
	if (sign > 0) {
		double x = ax, top = ay - row;
		for (; row < last; row++) {
			double next = ax + (row + 1 - ay) * slope;
			next = next < left ? left : next > right ? right : next;
			add_piece(r, row, x, top, next, 1, sign);
			x = next, top = 0;
		}
		add_piece(r, last, x, 0, bx, by - last, sign);
		return;
	}
	double x = bx, bottom = by - last;
	for (; last > row; last--) {
		double next = ax + (last - ay) * slope;
		next = next < left ? left : next > right ? right : next;
		add_piece(r, last, next, 0, x, bottom, sign);
		x = next, bottom = 1;
	}
	add_piece(r, row, ax, ay - row, x, 1, sign);
}

/*
 * Beside the box only the height matters: left of it whole rows are counted, right of it
 * they do not matter. What ends within a row is kept at the side x, since the row's pieces
 * must add up to a whole winding.
 */
static void beside_line(
	struct raster *r, double x, double top, double bottom, int32_t sign)
{
	int32_t from = (int32_t)ceil(top), to = (int32_t)floor(bottom);
	if (from >= to) {
		inner_line(r, x, top, x, bottom, sign);
		return;
	}
	if (top < from)
		inner_line(r, x, top, x, from, sign);
	if (x == 0 && raster_spend(r, (uint64_t)(to - from)))
		for (int32_t y = from; y < to; y++)
			r->rows[y].winding += sign;
	if (bottom > to)
		inner_line(r, x, to, x, bottom, sign);
}

static double clamp(double v, double high)
{
	return v < 0 ? 0 : v > high ? high : v;
}

/* The part of a line whose middle says where it lies: left, inside or right. */
static void part(struct raster *r, struct gl_point a, struct gl_point b, int32_t sign)
{
	double width = r->width, height = r->height;
	double middle = (a.x + b.x) / 2;
	a.y = clamp(a.y, height);
	b.y = clamp(b.y, height);
	if (!(a.y < b.y))
		return;
	if (middle <= 0 || middle >= width) {
		beside_line(r, middle <= 0 ? 0 : width, a.y, b.y, sign);
		return;
	}
	a.x = clamp(a.x, width);
	b.x = clamp(b.x, width);
	inner_line(r, a.x, a.y, b.x, b.y, sign);
}

/* A level line covers nothing but parts its row: what lies beneath is not what is above. */
static void level_line(struct raster *r, double y, double left, double right)
{
	double width = r->width, height = r->height;
	if (!(y > 0 && y < height) || floor(y) == y || right <= 0 || left >= width ||
		!raster_spend(r, 1) || !room(r, 1))
		return;
	int32_t row = (int32_t)floor(y);
	add_piece(r, row, clamp(left, width), y - row, clamp(right, width), y - row, 0);
}

static struct gl_point at_y(struct gl_point a, struct gl_point b, double y)
{
	return (struct gl_point){a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)), y};
}

static struct gl_point at_x(struct gl_point a, struct gl_point b, double x)
{
	return (struct gl_point){x, a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x))};
}

static void cut_line(struct raster *r, struct gl_point a, struct gl_point b, int32_t sign)
{
	double width = r->width, height = r->height;
	struct gl_point from = a.y < 0 ? at_y(a, b, 0) : a;
	struct gl_point to = b.y > height ? at_y(a, b, height) : b;
	double side[2] = {from.x < to.x ? 0 : width, from.x < to.x ? width : 0};
	for (int i = 0; i < 2; i++) {
		if ((from.x < side[i]) == (to.x < side[i]))
			continue;
		struct gl_point stop = at_x(a, b, side[i]);
		part(r, from, stop, sign);
		from = stop;
	}
	part(r, from, to, sign);
}

/* Places as numbers of their own: as pairs the compiler stores halves and waits for wholes. */
void raster_line(struct raster *r, struct gl_point a, struct gl_point b)
{
	bool down = a.y <= b.y;
	double ax = (down ? a.x : b.x) - r->x, ay = (down ? a.y : b.y) - r->y;
	double bx = (down ? b.x : a.x) - r->x, by = (down ? b.y : a.y) - r->y;
	double left = ax < bx ? ax : bx, right = ax < bx ? bx : ax;
	int32_t sign = down ? 1 : -1;
	if (left < r->min_x)
		r->min_x = left;
	if (right > r->max_x)
		r->max_x = right;
	if (ay < r->min_y)
		r->min_y = ay;
	if (by > r->max_y)
		r->max_y = by;
	if (r->no_memory)
		return;
	if (ay == by)
		level_line(r, ay, left, right);
	else if (left >= 0 && right <= r->width && ay >= 0 && by <= r->height)
		inner_line(r, ax, ay, bx, by, sign);
	else if (by > 0 && ay < r->height && raster_spend(r, 1))
		cut_line(r, (struct gl_point){ax, ay}, (struct gl_point){bx, by}, sign);
}
