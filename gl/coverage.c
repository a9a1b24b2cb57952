/*
 * A clip's own coverage comes from the raster; then it is multiplied with its
 * parent's, span by span:
 *
 *	own      ..[a][====b====][c]..      = all pixels alike, [a] one by one
 *	parent   .......[d][=====e=====]
 *	product  ........[bd][==be==][ce]
 *
 * Clips come after their parents in the list, so one walk makes them all.
 */
#include "gl/coverage.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gl/outline.h"
#include "gl/rect.h"
#include "util/opwire.h"

/* A run of equal pixels shorter than this joins its neighbours' values: a quad costs more. */
#define SHORT_RUN 8
/* Sums of float cells may be this far off; it is far below what a pixel can show. */
#define SNAP 16u

struct cover {
	struct gl_scene *scene;
	struct raster *raster;
	uint64_t overdraw, overdraw_limit;
	size_t own_spans, own_cover; /* where the own coverage under way begins */
	bool no_memory;
};

/* spans and values at the end of the scene's arrays */

static uint16_t quantise(double winding)
{
	double v = fmin(fabs(winding), 1) * COVER_FULL;
	if (v < SNAP)
		return 0;
	return v > COVER_FULL - SNAP ? COVER_FULL : (uint16_t)(v + 0.5);
}

static uint16_t product(uint16_t a, uint16_t b)
{
	return (uint16_t)(((uint32_t)a * b + COVER_FULL / 2) / COVER_FULL);
}

static struct gl_span *last_span(struct cover *c, size_t first, int32_t y, int32_t x)
{
	struct gl_scene *s = c->scene;
	if (s->n_spans == first)
		return NULL;
	struct gl_span *last = &s->spans[s->n_spans - 1];
	return last->y == y && last->x + last->len == x ? last : NULL;
}

static bool room(struct cover *c, size_t values)
{
	if (!scene_reserve(c->scene, spans, 1) || !scene_reserve(c->scene, cover, values))
		c->no_memory = true;
	return !c->no_memory;
}

static void put_span(struct cover *c, int32_t y, int32_t x, int32_t len, uint16_t value,
	uint32_t cover)
{
	c->scene->spans[c->scene->n_spans++] = (struct gl_span){
		.y = (uint16_t)y,
		.x = (uint16_t)x,
		.len = (uint16_t)len,
		.value = value,
		.cover = cover,
	};
}

/* Room for len values of pixels next to each other, NULL when there is none. */
static uint16_t *put_values(
	struct cover *c, size_t first, int32_t y, int32_t x, int32_t len)
{
	struct gl_scene *s = c->scene;
	if (!room(c, (size_t)len))
		return NULL;
	struct gl_span *last = last_span(c, first, y, x);
	if (last && last->cover != SCENE_NONE)
		last->len = (uint16_t)(last->len + len);
	else
		put_span(c, y, x, len, 0, (uint32_t)s->n_cover);
	s->n_cover += (size_t)len;
	return &s->cover[s->n_cover - (size_t)len];
}

static void put_run(
	struct cover *c, size_t first, int32_t y, int32_t x, int32_t len, uint16_t value)
{
	if (value == 0 || len <= 0 || !room(c, SHORT_RUN))
		return;
	struct gl_span *last = last_span(c, first, y, x);
	if (last && last->cover == SCENE_NONE && last->value == value) {
		last->len = (uint16_t)(last->len + len);
	} else if (len < SHORT_RUN && (len == 1 || (last && last->cover != SCENE_NONE))) {
		uint16_t *values = put_values(c, first, y, x, len);
		for (int32_t i = 0; values && i < len; i++)
			values[i] = value;
	} else {
		put_span(c, y, x, len, value, SCENE_NONE);
	}
}

/* from cells to a clip's own coverage */

static void sweep_row(struct cover *c, size_t from, size_t to)
{
	const struct raster *r = c->raster;
	const struct raster_cell *cells = r->cells;
	int32_t y = r->box.y0 + cells[from].y, right = r->box.x1;
	double winding = 0;
	while (from < to) {
		uint16_t column = cells[from].x;
		double cover = 0, area = 0;
		for (; from < to && cells[from].x == column; from++) {
			cover += (double)cells[from].cover;
			area += (double)cells[from].area;
		}
		int32_t x = r->box.x0 + column;
		put_run(c, c->own_spans, y, x, 1, quantise(winding + area));
		winding += cover;
		int32_t next = from < to ? r->box.x0 + cells[from].x : right;
		put_run(c, c->own_spans, y, x + 1, next - x - 1, quantise(winding));
	}
}

static bool sweep(struct cover *c)
{
	const struct raster *r = c->raster;
	c->own_spans = c->scene->n_spans;
	c->own_cover = c->scene->n_cover;
	if (!raster_sort(c->raster))
		return false;
	for (size_t from = 0, to; from < r->n; from = to) {
		for (to = from; to < r->n && r->cells[to].y == r->cells[from].y; to++)
			;
		sweep_row(c, from, to);
	}
	return !c->no_memory;
}

/* products */

static uint16_t value_at(const struct gl_scene *s, const struct gl_span *span, int32_t x)
{
	return span->cover == SCENE_NONE
		       ? span->value
		       : s->cover[span->cover + (uint32_t)(x - span->x)];
}

/* The product of two spans of one row, given by index since the arrays may move. */
static void multiply(struct cover *c, size_t first, size_t ia, size_t ib)
{
	struct gl_scene *s = c->scene;
	const struct gl_span a = s->spans[ia], b = s->spans[ib];
	int32_t x0 = a.x > b.x ? a.x : b.x;
	int32_t x1 = a.x + a.len < b.x + b.len ? a.x + a.len : b.x + b.len;
	if (x1 <= x0 || !raster_spend(c->raster, 1 + (uint64_t)(x1 - x0) / 8))
		return;
	if (a.cover == SCENE_NONE && b.cover == SCENE_NONE) {
		put_run(c, first, a.y, x0, x1 - x0, product(a.value, b.value));
		return;
	}
	uint16_t *out = put_values(c, first, a.y, x0, x1 - x0);
	for (int32_t x = x0; out && x < x1; x++)
		*out++ = product(value_at(s, &a, x), value_at(s, &b, x));
}

static size_t first_row(const struct gl_scene *s, const struct gl_mask *mask, int32_t y)
{
	size_t low = mask->first, high = mask->first + mask->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (s->spans[mid].y < y)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool before(const struct gl_span *a, const struct gl_span *b)
{
	return a->y < b->y || (a->y == b->y && a->x + a->len <= b->x);
}

/* Replaces the own spans at the end of the arrays by their product with parent's. */
static void intersect(struct cover *c, const struct gl_mask *parent)
{
	struct gl_scene *s = c->scene;
	size_t a = c->own_spans, a_end = s->n_spans, cover_end = s->n_cover;
	if (a == a_end)
		return;
	size_t b = first_row(s, parent, s->spans[a].y), b_end = parent->first + parent->n;
	while (a < a_end && b < b_end && raster_spend(c->raster, 1) && !c->no_memory) {
		const struct gl_span *sa = &s->spans[a], *sb = &s->spans[b];
		if (before(sa, sb)) {
			a++;
		} else if (before(sb, sa)) {
			b++;
		} else {
			bool a_first = sa->x + sa->len <= sb->x + sb->len;
			multiply(c, a_end, a, b);
			*(a_first ? &a : &b) += 1;
		}
	}
	/* The product moves to where the own coverage was. */
	size_t n = s->n_spans - a_end, n_cover = s->n_cover - cover_end;
	uint32_t shift = (uint32_t)(cover_end - c->own_cover);
	memmove(&s->spans[c->own_spans], &s->spans[a_end], n * sizeof *s->spans);
	if (n_cover > 0)
		memmove(&s->cover[c->own_cover], &s->cover[cover_end],
			n_cover * sizeof *s->cover);
	s->n_spans = c->own_spans + n;
	s->n_cover = c->own_cover + n_cover;
	for (size_t i = c->own_spans; i < s->n_spans; i++)
		if (s->spans[i].cover != SCENE_NONE)
			s->spans[i].cover -= shift;
}

/* masks */

/* Pixel edges that box falls on exactly, after cutting it to within. */
static bool whole_pixels(
	const struct gl_clip *clip, struct gl_rect within, struct gl_rect *out)
{
	const struct gl_affine *m = &clip->to_device;
	bool upright = m->hx == 0 && m->hy == 0, turned = m->sx == 0 && m->sy == 0;
	if (clip->shape != SHAPE_RECT || (!upright && !turned))
		return false;
	double v[4] = {
		fmax(clip->dx0, within.x0),
		fmax(clip->dy0, within.y0),
		fmin(clip->dx1, within.x1),
		fmin(clip->dy1, within.y1),
	};
	for (int i = 0; i < 4; i++)
		if (v[i] != floor(v[i]))
			return false;
	*out = (struct gl_rect){
		(int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3]};
	return true;
}

static void put_row_run(struct cover *c, struct gl_rect box)
{
	for (int32_t y = box.y0; y < box.y1 && raster_spend(c->raster, 1); y++)
		put_run(c, c->own_spans, y, box.x0, box.x1 - box.x0, COVER_FULL);
}

static void measure(const struct gl_scene *s, struct gl_mask *mask)
{
	struct gl_rect b = {INT32_MAX, INT32_MAX, 0, 0};
	mask->pixels = 0;
	for (uint32_t i = mask->first; i < mask->first + mask->n; i++) {
		const struct gl_span *span = &s->spans[i];
		b = (struct gl_rect){
			.x0 = span->x < b.x0 ? span->x : b.x0,
			.y0 = span->y < b.y0 ? span->y : b.y0,
			.x1 = span->x + span->len > b.x1 ? span->x + span->len : b.x1,
			.y1 = span->y + 1,
		};
		mask->pixels += span->len;
	}
	mask->bounds = mask->n ? b : (struct gl_rect){0};
}

static struct gl_rect pixel_box(const struct gl_clip *clip, struct gl_rect within)
{
	struct gl_rect none = {0};
	if (clip->flat || !(clip->dx1 > within.x0 && clip->dx0 < within.x1 &&
				  clip->dy1 > within.y0 && clip->dy0 < within.y1))
		return none;
	return (struct gl_rect){
		.x0 = (int32_t)fmax(floor(clip->dx0), within.x0),
		.y0 = (int32_t)fmax(floor(clip->dy0), within.y0),
		.x1 = (int32_t)fmin(ceil(clip->dx1), within.x1),
		.y1 = (int32_t)fmin(ceil(clip->dy1), within.y1),
	};
}

static bool make_mask(struct cover *c, struct gl_clip *clip)
{
	struct gl_scene *s = c->scene;
	struct gl_mask whole;
	/* A copy: nothing of it may change while spans are added. */
	const struct gl_mask parent = *scene_mask(s, clip->parent, &whole);
	struct gl_rect box = pixel_box(clip, parent.bounds), exact;
	bool inverted = !(clip->x1 > clip->x0 && clip->y1 > clip->y0);
	clip->mask = (struct gl_mask){.first = (uint32_t)s->n_spans};
	if (!raster_spend(c->raster, 1))
		return false;
	if (rect_empty(&box) || (clip->shape != SHAPE_PATH && inverted))
		return true;
	bool aligned = whole_pixels(clip, box, &exact);
	if (aligned && parent.full) {
		clip->mask.bounds = exact;
		clip->mask.full = true;
		clip->mask.pixels = rect_area(&exact);
		return true;
	}
	raster_begin(c->raster, box);
	if (!aligned)
		outline_draw(s, clip, c->raster);
	if (!sweep(c))
		return false;
	if (aligned)
		put_row_run(c, exact);
	if (!parent.full)
		intersect(c, &parent);
	clip->mask.n = (uint32_t)(s->n_spans - c->own_spans);
	measure(s, &clip->mask);
	return raster_spend(c->raster, 0) && !c->no_memory;
}

static void mark_used(struct gl_scene *s)
{
	for (size_t i = 0; i < s->n_clips; i++)
		s->clips[i].used = false;
	for (size_t i = 0; i < s->n_paints; i++)
		if (s->paints[i].clip != SCENE_NONE)
			s->clips[s->paints[i].clip].used = true;
	for (size_t i = s->n_clips; i-- > 0;)
		if (s->clips[i].used && s->clips[i].parent != SCENE_NONE)
			s->clips[s->clips[i].parent].used = true;
}

static int refuse(
	struct cover *c, uint32_t offset, const char *what, struct gl_op_error *err)
{
	bool no_memory = c->no_memory || c->raster->no_memory;
	err->offset = offset;
	if (no_memory)
		snprintf(err->reason, sizeof err->reason, "%s: out of memory", what);
	else
		snprintf(err->reason, sizeof err->reason,
			"%s: the stream costs more than %u units of work", what,
			OPWIRE_MAX_WORK);
	return no_memory ? -ENOMEM : -E2BIG;
}

static int charge_paint(
	struct cover *c, const struct gl_paint *paint, struct gl_op_error *err)
{
	struct gl_mask whole;
	const struct gl_mask *mask = scene_mask(c->scene, paint->clip, &whole);
	if (!raster_spend(c->raster, 1 + mask->n))
		return refuse(c, paint->offset, "paint", err);
	c->overdraw += mask->pixels;
	if (c->overdraw <= c->overdraw_limit)
		return 0;
	err->offset = paint->offset;
	snprintf(err->reason, sizeof err->reason,
		"paint: the paints cover more than %llu pixels together",
		(unsigned long long)c->overdraw_limit);
	return -E2BIG;
}

int scene_cover(struct gl_scene *scene, int32_t width, int32_t height, struct raster *r,
	struct gl_op_error *err)
{
	struct cover c = {
		.scene = scene,
		.raster = r,
		.overdraw_limit =
			(uint64_t)width * (uint64_t)height * OPWIRE_MAX_OVERDRAW +
			OPWIRE_EXTRA_OVERDRAW,
	};
	scene->width = width;
	scene->height = height;
	scene->n_spans = scene->n_cover = 0;
	r->work = 0;
	r->work_limit = OPWIRE_MAX_WORK;
	r->no_memory = false;
	mark_used(scene);
	for (size_t i = 0; i < scene->n_clips; i++)
		if (scene->clips[i].used && !make_mask(&c, &scene->clips[i]))
			return refuse(&c, scene->clips[i].offset, "clip", err);
	for (size_t i = 0; i < scene->n_paints; i++) {
		int rc = charge_paint(&c, &scene->paints[i], err);
		if (rc)
			return rc;
	}
	return 0;
}
