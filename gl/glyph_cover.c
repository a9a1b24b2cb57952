/*
 * Coverage of small outlines: every edge adds, to the pixels that it runs through, how
 * much of each lies to its right, and to the next one the rest of its height; summed
 * from the left that is the winding times the covered area (as in Raph Levien's font-rs
 * and FreeType's smooth rasteriser). In float, and curves are cut finely: FreeType's own is off
 * by up to 20/255 at text sizes, since it takes curves for straight that bend by 1/16 px.
 */
#include "gl/glyph_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* px that a line may be off its curve. */
#define FLAT      0.004
#define MAX_LINES 200.0

/* Of an outline whose contours overlap, by this in each direction. */
#define FINER 4

struct area {
	int32_t width, height;
	float *sums; /* rows of width + 2 */
	const struct gl_affine *to_area;
	struct gl_point at;
	uint64_t steps;
};

/* A line within one row and between x = 0 and width; down is its height, with its sign. */
static void add_row(struct area *a, float *row, double x0, double x1, double down)
{
	double left = fmin(x0, x1), right = fmax(x0, x1);
	int32_t x = (int32_t)left;
	if (right <= x + 1) {
		double mean = (x0 + x1) / 2 - x;
		row[x] += (float)(down * (1 - mean));
		row[x + 1] += (float)(down * mean);
		return;
	}
	double slope = down / (right - left);
	for (double from = left; from < right; x++) {
		double to = fmin(right, x + 1), part = (to - from) * slope;
		double mean = (from + to) / 2 - x;
		row[x] += (float)(part * (1 - mean));
		row[x + 1] += (float)(part * mean);
		from = to;
		a->steps++;
	}
}

/* A line that does not leave the sides; p is the upper end. */
static void add_inside(struct area *a, struct gl_point p, struct gl_point q, double sign)
{
	double slope = (q.x - p.x) / (q.y - p.y), x = p.x;
	int32_t first = (int32_t)p.y, last = (int32_t)ceil(q.y);
	float *row = a->sums + (size_t)first * (size_t)(a->width + 2);
	a->steps += (uint64_t)(last - first);
	for (int32_t y = first; y < last; y++, row += a->width + 2) {
		double end = fmin(y + 1, q.y), down = end - fmax(y, p.y);
		double next = end < q.y ? p.x + (end - p.y) * slope : q.x;
		next = fmin(fmax(next, 0), a->width);
		add_row(a, row, x, next, down * sign);
		x = next;
	}
}

static struct gl_point at_x(struct gl_point p, struct gl_point q, double x)
{
	return (struct gl_point){x, p.y + (x - p.x) * (q.y - p.y) / (q.x - p.x)};
}

/* What lies left of the box covers all of it, what lies right nothing. */
static void add_clipped(struct area *a, struct gl_point p, struct gl_point q, double sign)
{
	double sides[] = {0, a->width};
	for (int i = 0; i < 2; i++) {
		double side = sides[i];
		if ((p.x < side && q.x > side) || (p.x > side && q.x < side)) {
			struct gl_point middle = at_x(p, q, side);
			middle.y = fmin(fmax(middle.y, p.y), q.y);
			add_clipped(a, p, middle, sign);
			add_clipped(a, middle, q, sign);
			return;
		}
	}
	if (fmax(p.x, q.x) > a->width || p.y >= q.y)
		return;
	if (fmin(p.x, q.x) < 0)
		p.x = q.x = 0;
	add_inside(a, p, q, sign);
}

static void add_line(struct area *a, struct gl_point p, struct gl_point q)
{
	double sign = 1;
	if (p.y > q.y) {
		struct gl_point other = p;
		p = q;
		q = other;
		sign = -1;
	}
	if (p.y >= q.y || q.y <= 0 || p.y >= a->height)
		return;
	double slope = (q.x - p.x) / (q.y - p.y);
	if (p.y < 0)
		p = (struct gl_point){p.x - p.y * slope, 0};
	if (q.y > a->height)
		q = (struct gl_point){q.x + (a->height - q.y) * slope, a->height};
	add_clipped(a, p, q, sign);
}

static struct gl_point place(const struct area *a, const FT_Vector *v)
{
	return affine_apply(a->to_area, (double)v->x, (double)v->y);
}

static int too_dear(const struct area *a)
{
	return a->steps > GLYPH_MAX_STEPS;
}

static int move_to(const FT_Vector *to, void *data)
{
	struct area *a = data;
	a->at = place(a, to);
	return 0;
}

static int line_to(const FT_Vector *to, void *data)
{
	struct area *a = data;
	struct gl_point end = place(a, to);
	add_line(a, a->at, end);
	a->at = end;
	return too_dear(a);
}

static double bend(struct gl_point p, struct gl_point q, struct gl_point r)
{
	return hypot(p.x - 2 * q.x + r.x, p.y - 2 * q.y + r.y);
}

/* n lines are off a curve by its second difference times factor over n squared. */
static double lines_for(double bent, double factor)
{
	return fmin(fmax(ceil(sqrt(bent * factor / FLAT)), 1), MAX_LINES);
}

static int conic_to(const FT_Vector *control, const FT_Vector *to, void *data)
{
	struct area *a = data;
	struct gl_point p = a->at, c = place(a, control), end = place(a, to);
	double n = lines_for(bend(p, c, end), 0.25);
	for (double i = 1; i <= n; i++) {
		double t = i / n, s = 1 - t;
		struct gl_point next = {s * s * p.x + 2 * s * t * c.x + t * t * end.x,
			s * s * p.y + 2 * s * t * c.y + t * t * end.y};
		if (i == n)
			next = end;
		add_line(a, a->at, next);
		a->at = next;
	}
	return too_dear(a);
}

static int cubic_to(const FT_Vector *control0, const FT_Vector *control1,
	const FT_Vector *to, void *data)
{
	struct area *a = data;
	struct gl_point p = a->at, c = place(a, control0), d = place(a, control1),
			end = place(a, to);
	double n = lines_for(fmax(bend(p, c, d), bend(c, d, end)), 0.75);
	for (double i = 1; i <= n; i++) {
		double t = i / n, s = 1 - t;
		double k0 = s * s * s, k1 = 3 * s * s * t, k2 = 3 * s * t * t,
		       k3 = t * t * t;
		struct gl_point next = {k0 * p.x + k1 * c.x + k2 * d.x + k3 * end.x,
			k0 * p.y + k1 * c.y + k2 * d.y + k3 * end.y};
		if (i == n)
			next = end;
		add_line(a, a->at, next);
		a->at = next;
	}
	return too_dear(a);
}

static void sum_row(const float *sums, int32_t width, int32_t n, float *out)
{
	float winding = 0;
	for (int32_t x = 0; x < width; x++) {
		winding += sums[x];
		out[x / n] += fminf(fabsf(winding), 1);
	}
}

static void sum_up(const struct area *a, int32_t n, float *line, uint8_t *coverage)
{
	int32_t width = a->width / n;
	float scale = 255 / (float)(n * n);
	for (int32_t y = 0; y < a->height; y += n) {
		for (int32_t x = 0; x < width; x++)
			line[x] = 0;
		for (int32_t k = 0; k < n; k++)
			sum_row(a->sums + (size_t)(y + k) * (size_t)(a->width + 2),
				a->width, n, line);
		for (int32_t x = 0; x < width; x++)
			*coverage++ = (uint8_t)(line[x] * scale + 0.5f);
	}
}

/*
 * Where edges of two overlapping contours share a pixel the sum is wrong. Fonts say
 * where contours overlap, and there a finer grid is averaged.
 */
int glyph_cover(FT_GlyphSlot slot, const struct gl_affine *to_device, int32_t left,
	int32_t top, int32_t width, int32_t height, uint8_t *coverage, uint64_t *touched)
{
	static const FT_Outline_Funcs funcs = {
		.move_to = move_to,
		.line_to = line_to,
		.conic_to = conic_to,
		.cubic_to = cubic_to,
	};
	size_t size = (size_t)width * (size_t)height;
	int32_t n =
		slot->outline.flags & FT_OUTLINE_OVERLAP && size <= 1 << 18 ? FINER : 1;
	struct gl_affine finer = {.sx = n, .ox = -left * n, .sy = n, .oy = -top * n};
	struct gl_affine to_area = affine_mul(&finer, to_device);
	struct area area = {
		.width = width * n, .height = height * n, .to_area = &to_area};
	if (size == 0)
		return 0;
	size_t cells = (size_t)(area.width + 2) * (size_t)area.height;
	area.sums = calloc(cells + (size_t)width, sizeof *area.sums);
	if (!area.sums)
		return -ENOMEM;
	int rc = FT_Outline_Decompose(&slot->outline, &funcs, &area) == 0 ? 0 : -E2BIG;
	if (!rc)
		sum_up(&area, n, area.sums + cells, coverage);
	*touched += area.steps + size * (size_t)(n * n);
	free(area.sums);
	return rc;
}
