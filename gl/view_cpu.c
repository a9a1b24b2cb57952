/*
 * A view of another size than its target, by the processor: composed at its own size, then
 * each pixel of the target is the mean of a box in linear light, as in the shader of
 * program.c. The box is the product of a range of rows and one of columns, so that rows are
 * added up first, and then columns of their sum.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/compose_cpu.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft.h"

#define CHANNELS 4
#define PAD      16 /* floats that kernels may touch beyond a row */

typedef float L __attribute__((vector_size(4 * CHANNELS)));

/* What of a side a box touches: texels first to last, and how much of these two counts. */
struct span {
	int32_t first, last;
	float head, tail;
};

/* A part of a target made of a part of the view. */
struct resampling {
	const struct gl_frame *frame;
	const struct panel *panel;
	double step[2], box[2];
	int32_t x0, n; /* columns of the view that the tile under way needs */
	float *sum, *row[2];
	int32_t held[2]; /* which row of the view row[i] is; -1: none */
	struct span columns[TILE_WIDTH];
};

/* It only grows. */
static int need_whole(struct gl *gl, const struct gl_view *view)
{
	struct gl_surface *s = &gl->whole;
	int32_t width = s->width > view->width ? s->width : view->width;
	int32_t height = s->height > view->height ? s->height : view->height;
	if (s->pixels && s->width == width && s->height == height)
		return 0;
	surface_finish(s);
	return surface_init(gl, s, width, height, SURFACE_BYTES);
}

static int need_rows(struct compose_scratch *scratch, int32_t width)
{
	size_t need = 3 * ((size_t)width * CHANNELS + PAD);
	if (scratch->cap >= need)
		return 0;
	float *light = malloc(need * sizeof *light);
	if (!light)
		return -ENOMEM;
	free(scratch->light);
	scratch->light = light;
	scratch->cap = need;
	return 0;
}

static struct span span_of(double centre, double box)
{
	double from = centre - box / 2, to = from + box;
	int32_t first = (int32_t)floor(from), last = (int32_t)ceil(to) - 1;
	if (last <= first)
		return (struct span){first, first, (float)box, 0};
	return (struct span){first, last, (float)(first + 1 - from), (float)(to - last)};
}

static float weight(const struct span *s, int32_t i)
{
	return i == s->first ? s->head : i == s->last ? s->tail : 1;
}

static int32_t clamp(int32_t i, int32_t side)
{
	return i < 0 ? 0 : i < side ? i : side - 1;
}

static L light_at(const float *p)
{
	L v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* A row of the view, of the columns that are needed. */
static const float *row_at(struct resampling *r, int32_t y)
{
	const struct gl *gl = r->frame->gl;
	const struct gl_surface *whole = &gl->whole;
	if (r->held[y & 1] != y) {
		soft_load(gl->soft, r->row[y & 1],
			whole->pixels + (ptrdiff_t)y * whole->width + r->x0,
			(size_t)r->n);
		r->held[y & 1] = y;
	}
	return r->row[y & 1];
}

static void add_row(float *sum, const float *row, int32_t n, float part)
{
	for (int32_t i = 0; i < n; i++, sum += CHANNELS, row += CHANNELS) {
		L v = light_at(sum) + light_at(row) * part;
		memcpy(sum, &v, sizeof v);
	}
}

static void add_rows(struct resampling *r, const struct span *rows)
{
	memset(r->sum, 0, (size_t)r->n * CHANNELS * sizeof *r->sum);
	for (int32_t j = rows->first; j <= rows->last; j++) {
		int32_t y = clamp(j, r->frame->view.height);
		add_row(r->sum, row_at(r, y), r->n, weight(rows, j));
	}
}

static L add_columns(const struct resampling *r, const struct span *s)
{
	L sum = {0};
	for (int32_t i = s->first; i <= s->last; i++) {
		int32_t x = clamp(i, r->frame->view.width) - r->x0;
		sum += light_at(r->sum + (ptrdiff_t)x * CHANNELS) * weight(s, i);
	}
	return sum;
}

/* Of pixel i of a side that begins at `at`. */
static struct span side_span(const struct resampling *r, int axis, int32_t i, int32_t at)
{
	return span_of((i - at + 0.5) * r->step[axis], r->box[axis]);
}

static void resample_row(
	struct resampling *r, struct gl_rect tile, int32_t y, uint32_t *to)
{
	float light[CHANNELS * TILE_WIDTH + PAD];
	const float all = (float)(1 / (r->box[0] * r->box[1]));
	struct span rows = side_span(r, 1, y, r->frame->view.at.y0);
	add_rows(r, &rows);
	for (int32_t i = 0; i < tile.x1 - tile.x0; i++) {
		L v = add_columns(r, &r->columns[i]) * all;
		memcpy(light + (ptrdiff_t)i * CHANNELS, &v, sizeof v);
	}
	soft_store(r->frame->gl->soft, to, light, (size_t)(tile.x1 - tile.x0));
}

static void resample_tile(struct resampling *r, struct gl_rect tile)
{
	const struct gl_view *view = &r->frame->view;
	uint32_t *pixels = r->frame->gl->composing->tile;
	for (int32_t x = tile.x0; x < tile.x1; x++)
		r->columns[x - tile.x0] = side_span(r, 0, x, view->at.x0);
	r->x0 = clamp(r->columns[0].first, view->width);
	r->n = clamp(r->columns[tile.x1 - tile.x0 - 1].last, view->width) + 1 - r->x0;
	r->held[0] = r->held[1] = -1;
	for (int32_t y = tile.y0; y < tile.y1; y++)
		resample_row(r, tile, y, pixels + (y - tile.y0) * TILE_WIDTH);
	panel_put(r->panel, tile, pixels, TILE_WIDTH);
}

static void resample(
	const struct gl_frame *f, const struct panel *panel, struct gl_rect inside)
{
	struct compose_scratch *scratch = f->gl->composing;
	size_t row = (size_t)f->view.width * CHANNELS + PAD;
	struct resampling r = {.frame = f,
		.panel = panel,
		.sum = scratch->light,
		.row = {scratch->light + row, scratch->light + 2 * row}};
	struct gl_rect tile = {0};
	view_box(&f->view, r.step, r.box);
	while (tile_next(&tile, inside)) {
		resample_tile(&r, tile);
		soft_rest(&f->gl->pause);
	}
}

/* What is in a but not in b, which lies within a. */
static void fill_around(const struct panel *panel, struct gl_rect a, struct gl_rect b)
{
	if (rect_empty(&b))
		b = (struct gl_rect){a.x1, a.y1, a.x1, a.y1};
	panel_fill(panel, (struct gl_rect){a.x0, a.y0, a.x1, b.y0}, 0);
	panel_fill(panel, (struct gl_rect){a.x0, b.y1, a.x1, a.y1}, 0);
	panel_fill(panel, (struct gl_rect){a.x0, b.y0, b.x0, b.y1}, 0);
	panel_fill(panel, (struct gl_rect){b.x1, b.y0, a.x1, b.y1}, 0);
}

int memory_draw_scaled(
	const struct gl_frame *f, const struct panel *panel, struct gl_rect damage)
{
	struct gl *gl = f->gl;
	struct gl_rect reach = view_reach(&f->view, damage);
	struct gl_rect inside = rect_intersect(reach, f->view.at);
	struct gl_rect source = view_source(&f->view, reach), tile = {0};
	int rc = need_whole(gl, &f->view);
	if (!rc)
		rc = need_rows(gl->composing, f->view.width);
	if (rc)
		return rc;
	while (!rect_empty(&source) && tile_next(&tile, source)) {
		compose_upright(f, tile,
			gl->whole.pixels + (ptrdiff_t)tile.y0 * gl->whole.width + tile.x0,
			gl->whole.width);
		soft_rest(&gl->pause);
	}
	fill_around(panel, reach, inside);
	if (!rect_empty(&inside))
		resample(f, panel, inside);
	gl->cost.composed += rect_area(&reach);
	return 0;
}
