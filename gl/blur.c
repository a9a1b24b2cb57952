/*
 * A Gaussian is the product of one along x and one along y. So the rectangle is cut into
 * flat slices: the straight middle, and the arcs of the corners, in which each slice is as
 * wide as its part of the arc is on average:
 *
 *	   .-------.       slice 1:  x from a1 to b1      coverage(x, y) = sum over slices k of
 *	  /         \      slice 2:  x from a2 to b2        weight_k(y) * (phi(x - a_k) - phi(x - b_k))
 *	 |           |     middle:   x from x0 to x1
 *
 * weight_k(y) is what the Gaussian around y has of the slice's height. For an upright
 * transform that is a product of matrices, in which a row has few weights that are not 0.
 */
#include "gl/blur.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"

/* The Gaussian's integral, from -TAIL to TAIL sigmas; between entries a line: 1e-6 off. */
#define TAIL    5
#define PER_ONE 128
#define ENTRIES (2 * TAIL * PER_ONE + 2)
/* Slices of one corner. */
#define MAX_SLICES 96
/* A slice is as high and wide as this many sigmas, at most. */
#define SLICE 0.5
/* Below this, in device px, coverage is the mean over the pixel. */
#define SMALL 0.5
/* Samples to each side of a pixel for that, where it has no formula. */
#define GRID 4
/* Equal values next to each other that are worth a run. */
#define LONG_RUN 16

static float integral[ENTRIES];

static void fill_integral(void)
{
	if (integral[ENTRIES - 1] > 0)
		return;
	for (int i = 0; i < ENTRIES; i++)
		integral[i] =
			(float)(0.5 * erfc(-((double)i / PER_ONE - TAIL) / M_SQRT2));
}

static float phi(float u)
{
	float at = (u + TAIL) * PER_ONE;
	if (!(at > 0))
		return 0;
	if (at >= ENTRIES - 1)
		return 1;
	int i = (int)at;
	return integral[i] + (integral[i + 1] - integral[i]) * (at - (float)i);
}

/* The integral's own integral. */
static double psi(double u)
{
	if (u < -8)
		return 0;
	return u > 8 ? u
		     : u * 0.5 * erfc(-u / M_SQRT2) + exp(-u * u / 2) / sqrt(2 * M_PI);
}

struct slice {
	float top, bottom, left, right; /* in sigmas, local */
};

struct blur {
	struct slice slices[2 * MAX_SLICES + 1]; /* from top to bottom */
	size_t n;
	double sigma;
	double pixel_x,
		pixel_y; /* size of a pixel in sigmas; 0: only its centre counts */
};

/* From 0 to t of the quarter circle's width at height 1 - cos, by 1 - cos: its area. */
static double arc_area(double t)
{
	return (t - sin(t) * cos(t)) / 2;
}

static int corner_slices(const struct blur *b, double radius, double least)
{
	double size = fmax(b->sigma, least) * SLICE;
	return radius > 0 ? (int)fmin(ceil(M_PI / 2 * radius / size) + 2, MAX_SLICES) : 0;
}

/* How far from the side a corner's arc is on average, between depths from and to below its top. */
static double mean_inset(double radius, double from, double to)
{
	if (from >= radius || !(radius > 0))
		return 0;
	double a = acos(fmin(fmax(1 - from / radius, 0), 1));
	double b = acos(fmin(fmax(1 - to / radius, 0), 1));
	double area = radius * radius * (arc_area(b) - arc_area(a));
	return (radius * (fmin(to, radius) - from) - area) / (to - from);
}

static void put_slice(struct blur *b, const struct gl_clip *c, double top, double bottom)
{
	const double *r = c->radius; /* nw ne se sw */
	double up = top - c->y0, up2 = bottom - c->y0;
	double down = c->y1 - bottom, down2 = c->y1 - top;
	double left = fmax(mean_inset(r[0], up, up2), mean_inset(r[3], down, down2));
	double right = fmax(mean_inset(r[1], up, up2), mean_inset(r[2], down, down2));
	if (!(bottom > top))
		return;
	b->slices[b->n++] = (struct slice){
		.top = (float)(top / b->sigma),
		.bottom = (float)(bottom / b->sigma),
		.left = (float)((c->x0 + left) / b->sigma),
		.right = (float)((c->x1 - right) / b->sigma),
	};
}

static void cut_slices(struct blur *b, const struct gl_clip *c, double least)
{
	double above = fmax(c->radius[0], c->radius[1]);
	double below = fmax(c->radius[2], c->radius[3]);
	int n = corner_slices(b, above, least), m = corner_slices(b, below, least);
	double y = c->y0;
	for (int i = 1; i <= n; i++) {
		double next = c->y0 + above * (1 - cos(M_PI / 2 * i / n));
		put_slice(b, c, y, fmin(next, c->y1));
		y = next;
	}
	/* Where radii of the left and the right side differ, both may reach the middle. */
	double end = fmax(c->y1 - below, y);
	put_slice(b, c, y, end);
	y = end;
	for (int i = m - 1; i >= 0; i--) {
		double next = c->y1 - below * (1 - cos(M_PI / 2 * i / m));
		if (next <= y)
			continue;
		put_slice(b, c, y, next);
		y = next;
	}
}

/* phi at u, or its mean over a pixel around. */
static float soft_step(double u, double pixel)
{
	if (pixel == 0)
		return phi((float)u);
	return (float)((psi(u + pixel / 2) - psi(u - pixel / 2)) / pixel);
}

static float weight(const struct blur *b, const struct slice *s, double y)
{
	return soft_step(y - (double)s->top, b->pixel_y) -
	       soft_step(y - (double)s->bottom, b->pixel_y);
}

/* An upright transform. */

struct blur_grid {
	float *across; /* what each slice covers of a row: n rows of width floats */
	float *row;
	size_t width;
};

static void fill_across(const struct blur *b, const struct blur_grid *m,
	const struct gl_clip *clip, struct gl_rect part)
{
	for (size_t k = 0; k < b->n; k++) {
		const struct slice *s = &b->slices[k];
		float *out = &m->across[k * m->width];
		bool again = k > 0 && s->left == s[-1].left && s->right == s[-1].right;
		if (again) {
			memcpy(out, out - m->width, m->width * sizeof *out);
			continue;
		}
		for (size_t i = 0; i < m->width; i++) {
			double x = (part.x0 + (double)i + 0.5) * clip->to_local.sx +
				   clip->to_local.ox;
			x /= b->sigma;
			out[i] = soft_step(x - (double)s->left, b->pixel_x) -
				 soft_step(x - (double)s->right, b->pixel_x);
		}
	}
}

/* Four or eight at once, whatever the processor has. */
typedef float lanes __attribute__((vector_size(32), aligned(4)));

static void add_row(float *to, const float *from, size_t n, float factor)
{
	size_t i = 0;
	for (; i + 8 <= n; i += 8) {
		lanes a, b;
		memcpy(&a, &to[i], sizeof a);
		memcpy(&b, &from[i], sizeof b);
		a += b * factor;
		memcpy(&to[i], &a, sizeof a);
	}
	for (; i < n; i++)
		to[i] += from[i] * factor;
}

static size_t sum_row(const struct blur *b, const struct blur_grid *m, double y)
{
	size_t n = 0;
	memset(m->row, 0, m->width * sizeof *m->row);
	for (size_t k = 0; k < b->n; k++) {
		float w = weight(b, &b->slices[k], y);
		if (w > 1e-6f) {
			add_row(m->row, &m->across[k * m->width], m->width, w);
			n++;
		}
	}
	return n;
}

/* Values of a row into the mask, long runs of one value as such. */
static void put_row(struct mask_scratch *out, const float *row, size_t n, bool inverted)
{
	uint16_t *values = mask_put_values(out, 0, (int32_t)n);
	for (size_t i = 0; i < n; i++) {
		float v = inverted ? 1 - row[i] : row[i];
		v = v * (float)COVER_FULL + 0.5f;
		values[i] = v < 1 ? 0 : v > COVER_FULL ? COVER_FULL : (uint16_t)v;
	}
	mask_split_values(out, (int32_t)n, LONG_RUN);
}

/* Any transform. */

static float at_point(const struct blur *b, double x, double y)
{
	float sum = 0, fx = (float)x, fy = (float)y;
	for (size_t k = 0; k < b->n; k++) {
		const struct slice *s = &b->slices[k];
		float w = phi(fy - s->top) - phi(fy - s->bottom);
		if (w > 1e-6f)
			sum += w * (phi(fx - s->left) - phi(fx - s->right));
	}
	return sum;
}

static void turned_row(const struct blur *b, float *row, const struct gl_clip *clip,
	struct gl_rect part, int32_t y, int grid)
{
	for (int32_t x = part.x0; x < part.x1; x++) {
		float sum = 0;
		for (int i = 0; i < grid * grid; i++) {
			struct gl_point p = affine_apply(&clip->to_local,
				x + (i % grid + 0.5) / grid, y + (i / grid + 0.5) / grid);
			sum += at_point(b, p.x / b->sigma, p.y / b->sigma);
		}
		row[x - part.x0] = sum / (float)(grid * grid);
	}
}

static bool need_room(struct raster *r, struct blur_grid *m, size_t n)
{
	size_t want = (n + 1) * m->width;
	if (want > r->cap_blur) {
		float *blur = realloc(r->blur, want * sizeof *blur);
		if (!blur) {
			r->no_memory = true;
			return false;
		}
		r->blur = blur;
		r->cap_blur = want;
	}
	m->across = r->blur;
	m->row = r->blur + n * m->width;
	return true;
}

static bool is_upright(const struct gl_clip *clip)
{
	return clip->to_device.hx == 0 && clip->to_device.hy == 0;
}

/* Slices of the clip, for a sigma that has a size; how many samples a side of a pixel needs. */
static int prepare(struct blur *b, const struct gl_clip *clip)
{
	const struct gl_affine *m = &clip->to_local;
	double pixel = fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy)); /* local */
	bool small = clip->sigma < SMALL * pixel;
	int grid = 1;
	*b = (struct blur){.sigma = clip->sigma};
	if (small && is_upright(clip)) {
		b->sigma = fmax(b->sigma, pixel / 256);
		b->pixel_x = fabs(m->sx) / b->sigma;
		b->pixel_y = fabs(m->sy) / b->sigma;
	} else if (small) {
		grid = GRID;
		b->sigma = sqrt(b->sigma * b->sigma + pixel * pixel / (12 * GRID * GRID));
	}
	cut_slices(b, clip, pixel * 0.3);
	return grid;
}

static bool make_rows(struct raster *r, struct mask_scratch *out, const struct blur *b,
	const struct gl_clip *clip, struct gl_rect part, int grid)
{
	struct blur_grid m = {.width = (size_t)(part.x1 - part.x0)};
	bool upright = is_upright(clip);
	if (!need_room(r, &m, upright ? b->n : 0) ||
		!raster_spend(r, upright ? b->n * m.width / 8 : 0))
		return false;
	if (upright)
		fill_across(b, &m, clip, part);
	for (int32_t y = part.y0; y < part.y1; y++) {
		double local =
			((y + 0.5) * clip->to_local.sy + clip->to_local.oy) / b->sigma;
		size_t cost = b->n * m.width / 4 * (size_t)(grid * grid);
		if (upright)
			cost = sum_row(b, &m, local) * m.width / 64;
		else
			turned_row(b, m.row, clip, part, y, grid);
		if (!raster_spend(r, 1 + cost + m.width / 16))
			return false;
		if (!mask_row(out, 1, m.width)) {
			r->no_memory = true;
			return false;
		}
		put_row(out, m.row, m.width, clip->inverted);
	}
	return true;
}

struct gl_mask *blur_make(struct mask_cache *cache, struct raster *r,
	const struct gl_clip *clip, struct gl_rect part)
{
	struct mask_scratch *out = &cache->scratch[0];
	struct blur b;
	struct gl_mask *mask = NULL;
	fill_integral();
	int grid = prepare(&b, clip);
	mask_begin(out);
	if (!make_rows(r, out, &b, clip, part, grid))
		return NULL;
	if (mask_end(out))
		mask = mask_make(cache, out, part.x1 - part.x0, part.y1 - part.y0);
	r->no_memory = r->no_memory || !mask;
	return mask;
}
