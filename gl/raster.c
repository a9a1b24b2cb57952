#include "gl/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORK_PER_CELL 4
/* Scratch beyond this is given back: only a stream near the limits needs it. */
#define KEEP_CELLS ((size_t)1 << 17)

void raster_finish(struct raster *r)
{
	free(r->cells);
	free(r->sorted);
	free(r->counts);
	memset(r, 0, sizeof *r);
}

void raster_begin(struct raster *r, struct gl_rect box)
{
	if (r->cap > KEEP_CELLS) {
		free(r->cells);
		free(r->sorted);
		r->cells = r->sorted = NULL;
		r->cap = r->cap_sorted = 0;
	}
	r->box = box;
	r->n = 0;
}

bool raster_spend(struct raster *r, uint64_t units)
{
	r->work += units;
	return r->work <= r->work_limit && !r->no_memory;
}

static bool grow_cells(struct raster *r)
{
	size_t cap = r->cap ? r->cap * 2 : 1024;
	struct raster_cell *cells = realloc(r->cells, cap * sizeof *cells);
	if (!cells) {
		r->no_memory = true;
		return false;
	}
	r->cells = cells;
	r->cap = cap;
	return true;
}

static void add_cell(struct raster *r, int32_t x, int32_t y, double cover, double area)
{
	if (r->n > 0) {
		struct raster_cell *last = &r->cells[r->n - 1];
		if (last->x == x && last->y == y) {
			last->cover += (float)cover;
			last->area += (float)area;
			return;
		}
	}
	if (!raster_spend(r, WORK_PER_CELL) || (r->n == r->cap && !grow_cells(r)))
		return;
	r->cells[r->n++] = (struct raster_cell){
		.x = (uint16_t)x,
		.y = (uint16_t)y,
		.cover = (float)cover,
		.area = (float)area,
	};
}

/* Part of a line within row y, from (xa, ya) to (xb, yb); coordinates of the box. */
static void row_part(
	struct raster *r, int32_t y, double xa, double ya, double xb, double yb)
{
	int32_t last = r->box.x1 - r->box.x0 - 1;
	int32_t from = (int32_t)fmin(xa, last), to = (int32_t)fmin(xb, last);
	if (from == to) {
		double dy = yb - ya;
		add_cell(r, from, y, dy, dy * (1 - ((xa + xb) / 2 - from)));
		return;
	}
	double slope = (yb - ya) / (xb - xa);
	int step = to > from ? 1 : -1;
	double x = xa, at = ya;
	for (int32_t cell = from; cell != to && raster_spend(r, 0); cell += step) {
		double edge = step > 0 ? cell + 1 : cell;
		double next = ya + (edge - xa) * slope;
		add_cell(r, cell, y, next - at,
			(next - at) * (1 - ((x + edge) / 2 - cell)));
		x = edge, at = next;
	}
	add_cell(r, to, y, yb - at, (yb - at) * (1 - ((x + xb) / 2 - to)));
}

/* A line within the box, whose corner is the origin here. */
static void inner_line(struct raster *r, struct gl_point a, struct gl_point b)
{
	int32_t last = r->box.y1 - r->box.y0 - 1;
	int32_t from = (int32_t)fmin(a.y, last), to = (int32_t)fmin(b.y, last);
	double slope = a.y == b.y ? 0 : (b.x - a.x) / (b.y - a.y);
	double left = fmin(a.x, b.x), right = fmax(a.x, b.x);
	int step = to > from ? 1 : -1;
	double x = a.x, y = a.y;
	for (int32_t row = from; row != to && raster_spend(r, 0); row += step) {
		double edge = step > 0 ? row + 1 : row;
		double next = fmin(fmax(a.x + (edge - a.y) * slope, left), right);
		row_part(r, row, x, y, next, edge);
		x = next, y = edge;
	}
	row_part(r, to, x, y, b.x, b.y);
}

static struct gl_point at_y(struct gl_point a, struct gl_point b, double y)
{
	return (struct gl_point){a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)), y};
}

static struct gl_point at_x(struct gl_point a, struct gl_point b, double x)
{
	return (struct gl_point){x, a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x))};
}

static struct gl_point clamp_to(struct gl_point p, double width, double height)
{
	return (struct gl_point){fmin(fmax(p.x, 0), width), fmin(fmax(p.y, 0), height)};
}

/* What is left of the box runs down its left side, what is right of it is nothing. */
static void cut_sides(
	struct raster *r, struct gl_point a, struct gl_point b, double width)
{
	double height = r->box.y1 - r->box.y0;
	double side[2] = {a.x < b.x ? 0 : width, a.x < b.x ? width : 0};
	struct gl_point stop[4] = {a};
	size_t n = 1;
	for (int i = 0; i < 2; i++)
		if ((a.x < side[i]) != (b.x < side[i]))
			stop[n++] = at_x(a, b, side[i]);
	stop[n++] = b;
	for (size_t i = 0; i + 1 < n; i++) {
		double middle = (stop[i].x + stop[i + 1].x) / 2;
		struct gl_point from = clamp_to(stop[i], middle <= 0 ? 0 : width, height);
		struct gl_point to =
			clamp_to(stop[i + 1], middle <= 0 ? 0 : width, height);
		if (middle < width && from.y != to.y)
			inner_line(r, from, to);
	}
}

void raster_line(struct raster *r, struct gl_point a, struct gl_point b)
{
	double width = r->box.x1 - r->box.x0, height = r->box.y1 - r->box.y0;
	a.x -= r->box.x0, a.y -= r->box.y0;
	b.x -= r->box.x0, b.y -= r->box.y0;
	double top = fmin(a.y, b.y), bottom = fmax(a.y, b.y);
	if (top == bottom || bottom <= 0 || top >= height || !raster_spend(r, 1))
		return;
	struct gl_point from = a, to = b;
	if (a.y < 0)
		from = at_y(a, b, 0);
	else if (a.y > height)
		from = at_y(a, b, height);
	if (b.y < 0)
		to = at_y(a, b, 0);
	else if (b.y > height)
		to = at_y(a, b, height);
	cut_sides(r, from, to, width);
}

static bool count_up_to(struct raster *r, size_t n)
{
	if (n > r->cap_counts) {
		uint32_t *counts = realloc(r->counts, n * sizeof *counts);
		if (!counts) {
			r->no_memory = true;
			return false;
		}
		r->counts = counts;
		r->cap_counts = n;
	}
	memset(r->counts, 0, n * sizeof *r->counts);
	return true;
}

/* One stable pass of a counting sort, by x or by y. */
static bool sort_by(struct raster *r, const struct raster_cell *from,
	struct raster_cell *to, bool by_y)
{
	int32_t side = by_y ? r->box.y1 - r->box.y0 : r->box.x1 - r->box.x0;
	if (!count_up_to(r, (size_t)side + 1))
		return false;
	for (size_t i = 0; i < r->n; i++)
		r->counts[(by_y ? from[i].y : from[i].x) + 1]++;
	for (int32_t i = 0; i < side; i++)
		r->counts[i + 1] += r->counts[i];
	for (size_t i = 0; i < r->n; i++)
		to[r->counts[by_y ? from[i].y : from[i].x]++] = from[i];
	return true;
}

bool raster_sort(struct raster *r)
{
	if (r->cap_sorted < r->cap) {
		struct raster_cell *sorted = realloc(r->sorted, r->cap * sizeof *sorted);
		if (!sorted) {
			r->no_memory = true;
			return false;
		}
		r->sorted = sorted;
		r->cap_sorted = r->cap;
	}
	/* Twice over ends in cells again. */
	return r->n == 0 || (sort_by(r, r->cells, r->sorted, false) &&
				    sort_by(r, r->sorted, r->cells, true));
}
