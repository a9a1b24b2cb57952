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
	const struct scene_context *context;
	struct raster *raster;
	struct mask_scratch *out; /* of the mask under way */
	struct gl_rect layer;
	uint64_t overdraw, overdraw_limit;
	bool no_memory;
};

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

/* spans and values at the end of the scratch; x from the mask's left side */

static struct gl_span *last_span(struct cover *c, int32_t x)
{
	struct mask_scratch *s = c->out;
	if (s->n_spans == s->rows[s->n_rows - 1])
		return NULL;
	struct gl_span *last = &s->spans[s->n_spans - 1];
	return last->x + last->len == x ? last : NULL;
}

static bool room(struct cover *c, size_t values)
{
	if (!scene_reserve(c->out, spans, 1) || !scene_reserve(c->out, cover, values))
		c->no_memory = true;
	return !c->no_memory;
}

static void put_span(
	struct cover *c, int32_t x, int32_t len, uint16_t value, uint32_t cover)
{
	c->out->spans[c->out->n_spans++] = (struct gl_span){
		.x = (uint16_t)x,
		.len = (uint16_t)len,
		.value = value,
		.cover = cover,
	};
}

/* Room for len values of pixels next to each other, NULL when there is none. */
static uint16_t *put_values(struct cover *c, int32_t x, int32_t len)
{
	struct mask_scratch *s = c->out;
	if (!room(c, (size_t)len))
		return NULL;
	struct gl_span *last = last_span(c, x);
	if (last && last->cover != COVER_NONE)
		last->len = (uint16_t)(last->len + len);
	else
		put_span(c, x, len, 0, (uint32_t)s->n_cover);
	s->n_cover += (size_t)len;
	return &s->cover[s->n_cover - (size_t)len];
}

static void put_run(struct cover *c, int32_t x, int32_t len, uint16_t value)
{
	if (value == 0 || len <= 0 || !room(c, SHORT_RUN))
		return;
	struct gl_span *last = last_span(c, x);
	if (last && last->cover == COVER_NONE && last->value == value) {
		last->len = (uint16_t)(last->len + len);
	} else if (len < SHORT_RUN && (len == 1 || (last && last->cover != COVER_NONE))) {
		uint16_t *values = put_values(c, x, len);
		for (int32_t i = 0; values && i < len; i++)
			values[i] = value;
	} else {
		put_span(c, x, len, value, COVER_NONE);
	}
}

static bool next_row(struct cover *c)
{
	if (!scene_reserve(c->out, rows, 1)) {
		c->no_memory = true;
		return false;
	}
	c->out->rows[c->out->n_rows++] = (uint32_t)c->out->n_spans;
	return true;
}

static void begin(struct cover *c, struct mask_scratch *out)
{
	c->out = out;
	out->n_spans = out->n_cover = out->n_rows = 0;
}

/* from cells to a clip's own coverage */

static size_t sweep_row(struct cover *c, size_t from, int32_t y)
{
	const struct raster *r = c->raster;
	const struct raster_cell *cells = r->cells;
	int32_t right = r->box.x1 - r->box.x0;
	double winding = 0;
	while (from < r->n && cells[from].y == y) {
		uint16_t column = cells[from].x;
		double cover = 0, area = 0;
		for (; from < r->n && cells[from].y == y && cells[from].x == column;
			from++) {
			cover += (double)cells[from].cover;
			area += (double)cells[from].area;
		}
		put_run(c, column, 1, quantise(winding + area));
		winding += cover;
		int32_t next = from < r->n && cells[from].y == y ? cells[from].x : right;
		put_run(c, column + 1, next - column - 1, quantise(winding));
	}
	return from;
}

static struct gl_mask *sweep(struct cover *c)
{
	const struct raster *r = c->raster;
	int32_t width = r->box.x1 - r->box.x0, height = r->box.y1 - r->box.y0;
	size_t from = 0;
	begin(c, &c->context->masks->scratch[0]);
	if (!raster_sort(c->raster))
		return NULL;
	for (int32_t y = 0; y < height; y++) {
		if (!next_row(c))
			return NULL;
		from = sweep_row(c, from, y);
	}
	if (!next_row(c) || c->no_memory)
		return NULL;
	return mask_build(c->out, width, height);
}

/* products */

static uint16_t value_at(const struct gl_mask *m, const struct gl_span *span, int32_t at)
{
	return span->cover == COVER_NONE ? span->value
					 : m->cover[span->cover + (uint32_t)at];
}

/* One mask on the other's place: what lies in both. */
struct pair {
	const struct gl_mask *a, *b;
	int32_t ax, ay, bx, by;
	struct gl_rect box;
};

static void multiply(struct cover *c, const struct pair *p, const struct gl_span *a,
	const struct gl_span *b)
{
	int32_t a0 = p->ax + a->x, b0 = p->bx + b->x;
	int32_t x0 = a0 > b0 ? a0 : b0;
	int32_t x1 = a0 + a->len < b0 + b->len ? a0 + a->len : b0 + b->len;
	if (x1 <= x0 || !raster_spend(c->raster, 1 + (uint64_t)(x1 - x0) / 8))
		return;
	if (a->cover == COVER_NONE && b->cover == COVER_NONE) {
		put_run(c, x0 - p->box.x0, x1 - x0, product(a->value, b->value));
		return;
	}
	uint16_t *out = put_values(c, x0 - p->box.x0, x1 - x0);
	for (int32_t x = x0; out && x < x1; x++)
		*out++ = product(value_at(p->a, a, x - a0), value_at(p->b, b, x - b0));
}

static void multiply_row(struct cover *c, const struct pair *p, int32_t y)
{
	const struct gl_span *a = &p->a->spans[p->a->rows[y - p->ay]];
	const struct gl_span *a_end = &p->a->spans[p->a->rows[y - p->ay + 1]];
	const struct gl_span *b = &p->b->spans[p->b->rows[y - p->by]];
	const struct gl_span *b_end = &p->b->spans[p->b->rows[y - p->by + 1]];
	while (a < a_end && b < b_end && raster_spend(c->raster, 1)) {
		bool a_first = p->ax + a->x + a->len <= p->bx + b->x + b->len;
		multiply(c, p, a, b);
		if (a_first)
			a++;
		else
			b++;
	}
}

static struct gl_rect mask_box(const struct gl_mask *m, int32_t x, int32_t y)
{
	return (struct gl_rect){x, y, x + m->width, y + m->height};
}

static struct gl_mask *intersect(struct cover *c, struct pair *p)
{
	p->box = rect_intersect(
		mask_box(p->a, p->ax, p->ay), mask_box(p->b, p->bx, p->by));
	if (rect_empty(&p->box))
		p->box = (struct gl_rect){p->ax, p->ay, p->ax, p->ay};
	begin(c, &c->context->masks->scratch[1]);
	for (int32_t y = p->box.y0; y < p->box.y1; y++) {
		if (!next_row(c))
			return NULL;
		multiply_row(c, p, y);
	}
	if (!next_row(c) || c->no_memory)
		return NULL;
	return mask_build(c->out, p->box.x1 - p->box.x0, p->box.y1 - p->box.y0);
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

/* Into the clip: the mask of its own shape times that of its parent. */
static bool make_mask(struct cover *c, struct gl_clip *clip, const struct gl_clip *parent)
{
	struct gl_rect box = pixel_box(clip, c->layer);
	raster_begin(c->raster, box);
	if (!rect_empty(&box))
		outline_draw(c->scene, clip, c->raster);
	struct gl_mask *own = sweep(c);
	if (!own)
		return false;
	if (parent && parent->mask) {
		struct pair p = {.a = own,
			.ax = box.x0,
			.ay = box.y0,
			.b = parent->mask,
			.bx = parent->mask_x,
			.by = parent->mask_y};
		struct gl_mask *both = intersect(c, &p);
		mask_free(own);
		own = both;
		box = p.box;
	}
	if (!own)
		return false;
	own->key[0] = clip->hash, own->key[1] = c->layer.x1;
	mask_add(c->context->masks, own);
	clip->mask = own;
	clip->mask_x = box.x0;
	clip->mask_y = box.y0;
	return true;
}

static bool cover_clip(struct cover *c, struct gl_clip *clip)
{
	const struct gl_clip *parent =
		clip->parent == SCENE_NONE ? NULL : &c->scene->clips[clip->parent];
	bool inverted = clip->shape != SHAPE_PATH && clip->shape != SHAPE_STROKE &&
			!(clip->x1 > clip->x0 && clip->y1 > clip->y0);
	struct gl_rect exact;
	clip->box = parent ? parent->box : c->layer;
	if (!raster_spend(c->raster, 1))
		return false;
	if (clip->flat || inverted) {
		clip->box = (struct gl_rect){0};
	} else if (whole_pixels(clip, c->layer, &exact)) {
		clip->box = rect_intersect(clip->box, exact);
		if (parent && parent->mask) {
			clip->mask = parent->mask;
			clip->mask_x = parent->mask_x;
			clip->mask_y = parent->mask_y;
			mask_hold(c->context->masks, clip->mask);
		}
	} else if (!make_mask(c, clip, parent)) {
		return false;
	}
	clip->bounds = clip->box;
	if (clip->mask)
		clip->bounds = rect_intersect(
			clip->box, mask_box(clip->mask, clip->mask_x, clip->mask_y));
	return raster_spend(c->raster, 0) && !c->no_memory;
}

static void mark_used(struct gl_scene *s)
{
	for (size_t i = 0; i < s->n_clips; i++)
		s->clips[i].used = false;
	for (size_t i = 0; i < s->n_items; i++)
		if (s->items[i].clip != SCENE_NONE)
			s->clips[s->items[i].clip].used = true;
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

static int cover_item(struct cover *c, struct gl_item *item, struct gl_op_error *err)
{
	const struct gl_clip *clip =
		item->clip == SCENE_NONE ? NULL : &c->scene->clips[item->clip];
	item->bounds = clip ? clip->bounds : c->layer;
	if (!raster_spend(c->raster, 1))
		return refuse(c, item->offset, "paint", err);
	c->overdraw += rect_area(&item->bounds);
	if (c->overdraw <= c->overdraw_limit)
		return 0;
	err->offset = item->offset;
	snprintf(err->reason, sizeof err->reason,
		"paint: the paints cover more than %llu pixels together",
		(unsigned long long)c->overdraw_limit);
	return -E2BIG;
}

static void let_go(struct gl_scene *scene, const struct scene_context *context)
{
	for (size_t i = 0; i < scene->n_clips; i++) {
		mask_release(context->masks, scene->clips[i].mask);
		scene->clips[i].mask = NULL;
	}
}

int scene_cover(struct gl_scene *scene, int32_t width, int32_t height,
	const struct scene_context *context, struct gl_op_error *err)
{
	struct raster *r = context->raster;
	struct cover c = {
		.scene = scene,
		.context = context,
		.raster = r,
		.layer = {0, 0, width, height},
		.overdraw_limit =
			(uint64_t)width * (uint64_t)height * OPWIRE_MAX_OVERDRAW +
			OPWIRE_EXTRA_OVERDRAW,
	};
	scene->width = width;
	scene->height = height;
	r->work = 0;
	r->work_limit = OPWIRE_MAX_WORK;
	r->no_memory = false;
	let_go(scene, context);
	mark_used(scene);
	for (size_t i = 0; i < scene->n_clips; i++)
		if (scene->clips[i].used && !cover_clip(&c, &scene->clips[i]))
			return refuse(&c, scene->clips[i].offset, "clip", err);
	for (size_t i = 0; i < scene->n_items; i++) {
		int rc = cover_item(&c, &scene->items[i], err);
		if (rc)
			return rc;
	}
	return 0;
}
