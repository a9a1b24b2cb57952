/*
 * A clip's own coverage comes from the raster; then it is multiplied with its
 * parent's, span by span:
 *
 *	own      ..[a][====b====][c]..      = all pixels alike, [a] one by one
 *	parent   .......[d][=====e=====]
 *	product  ........[bd][==be==][ce]
 *
 * Both are kept by what they are, not by where: an own mask by its shape as seen from the
 * whole pixel at the corner of its box (of which a
 * part may be made), a product by both and the distance between them.
 */
#include <math.h>
#include <string.h>

#include "gl/blur.h"
#include "gl/coverage_private.h"
#include "gl/outline.h"
#include "gl/rect.h"
#include "gl/stroke.h"

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static void mix_key(uint64_t key[2], uint64_t word)
{
	key[0] = mix(key[0], word);
	key[1] = mix(key[1] + word, ~word);
}

void cover_key(uint64_t key[2], const struct far_box *box, struct gl_rect part, bool cut)
{
	if (!cut)
		return;
	mix_key(key, (uint64_t)(int64_t)(part.x0 - box->x0));
	mix_key(key, (uint64_t)(int64_t)(part.y0 - box->y0));
	mix_key(key, (uint64_t)(part.x1 - part.x0) << 32 | (uint32_t)(part.y1 - part.y0));
}

struct gl_rect cover_part(const struct cover *c, const struct far_box *box)
{
	const struct gl_rect *l = &c->layer;
	double width = box->x1 - box->x0, height = box->y1 - box->y0;
	struct far_box in = *box;
	if (!(box->x0 < l->x1 && box->x1 > l->x0 && box->y0 < l->y1 && box->y1 > l->y0))
		return (struct gl_rect){0};
	if (width > RASTER_MAX_SIDE || height > RASTER_MAX_SIDE ||
		width * height > c->whole)
		in = (struct far_box){
			fmax(box->x0, l->x0),
			fmax(box->y0, l->y0),
			fmin(box->x1, l->x1),
			fmin(box->y1, l->y1),
		};
	return (struct gl_rect){
		(int32_t)in.x0, (int32_t)in.y0, (int32_t)in.x1, (int32_t)in.y1};
}

static bool is_cut(const struct far_box *box, struct gl_rect part)
{
	return box->x0 != part.x0 || box->y0 != part.y0 || box->x1 != part.x1 ||
	       box->y1 != part.y1;
}

struct gl_mask *cover_find(struct cover *c, const uint64_t key[2])
{
	struct gl_mask *mask = mask_find(c->context->masks, key);
	if (mask)
		raster_spend(c->raster, mask->work);
	return mask;
}

void cover_add(
	struct cover *c, struct gl_mask *mask, const uint64_t key[2], uint64_t work)
{
	mask->key[0] = key[0];
	mask->key[1] = key[1];
	mask->work = work;
	mask_add(c->context->masks, mask);
}

struct gl_mask *cover_make(struct cover *c, const uint64_t key[2], bool even_odd,
	struct gl_rect part, uint64_t work)
{
	struct mask_scratch *out = &c->context->masks->scratch[0];
	struct gl_rect at;
	if (!raster_sweep(c->raster, even_odd, out, &at))
		return NULL;
	struct gl_mask *mask =
		mask_make(c->context->masks, out, at.x1 - at.x0, at.y1 - at.y0);
	if (!mask) {
		c->no_memory = true;
		return NULL;
	}
	mask->dx = at.x0 - part.x0;
	mask->dy = at.y0 - part.y0;
	cover_add(c, mask, key, c->raster->work - work);
	return mask;
}

/* products */

struct pair {
	const struct gl_mask *a, *b;
	int32_t ax, ay, bx, by; /* where they lie */
	struct gl_rect box;     /* what both have in common */
};

static uint16_t product(uint16_t a, uint16_t b)
{
	return (uint16_t)(((uint32_t)a * b + COVER_FULL / 2) / COVER_FULL);
}

static uint16_t value_at(const struct gl_mask *m, const struct gl_span *s, int32_t x)
{
	return s->cover == COVER_NONE ? s->value
				      : m->cover[s->cover + (uint32_t)(x - s->x)];
}

static void multiply(struct cover *c, struct mask_scratch *out, const struct pair *p,
	const struct gl_span *a, const struct gl_span *b)
{
	int32_t ax = p->ax + a->x, bx = p->bx + b->x;
	int32_t x0 = ax > bx ? ax : bx;
	int32_t x1 = ax + a->len < bx + b->len ? ax + a->len : bx + b->len;
	if (x0 >= x1)
		return;
	if (a->cover == COVER_NONE && b->cover == COVER_NONE) {
		mask_put_run(out, x0 - p->box.x0, x1 - x0, product(a->value, b->value));
		return;
	}
	raster_spend(c->raster, (uint64_t)(x1 - x0) / 8);
	uint16_t *values = mask_put_values(out, x0 - p->box.x0, x1 - x0);
	for (int32_t x = x0; x < x1; x++)
		*values++ = product(
			value_at(p->a, a, x - p->ax), value_at(p->b, b, x - p->bx));
	mask_trim_values(out, x1 - x0);
}

static bool multiply_row(
	struct cover *c, struct mask_scratch *out, const struct pair *p, int32_t y)
{
	const struct gl_span *a = &p->a->spans[p->a->rows[y - p->ay]];
	const struct gl_span *a_end = &p->a->spans[p->a->rows[y - p->ay + 1]];
	const struct gl_span *b = &p->b->spans[p->b->rows[y - p->by]];
	const struct gl_span *b_end = &p->b->spans[p->b->rows[y - p->by + 1]];
	size_t n = (size_t)(a_end - a) + (size_t)(b_end - b);
	if (!mask_row(out, n, (size_t)(p->box.x1 - p->box.x0))) {
		c->no_memory = true;
		return false;
	}
	while (a < a_end && b < b_end) {
		bool a_first = p->ax + a->x + a->len <= p->bx + b->x + b->len;
		multiply(c, out, p, a, b);
		if (a_first)
			a++;
		else
			b++;
	}
	return raster_spend(c->raster, 1 + n);
}

static struct gl_rect mask_box(const struct gl_mask *m, int32_t x, int32_t y)
{
	return (struct gl_rect){x, y, x + m->width, y + m->height};
}

static struct gl_mask *make_product(
	struct cover *c, struct pair *p, const uint64_t key[2])
{
	struct mask_scratch *out = &c->context->masks->scratch[0];
	uint64_t work = c->raster->work;
	mask_begin(out);
	for (int32_t y = p->box.y0; y < p->box.y1; y++)
		if (!multiply_row(c, out, p, y))
			return NULL;
	struct gl_mask *mask =
		mask_end(out) ? mask_make(c->context->masks, out, p->box.x1 - p->box.x0,
					p->box.y1 - p->box.y0)
			      : NULL;
	if (!mask) {
		c->no_memory = true;
		return NULL;
	}
	cover_add(c, mask, key, c->raster->work - work);
	return mask;
}

/* The clip's mask becomes its own times its parent's. */
static bool multiply_by_parent(
	struct cover *c, struct gl_clip *clip, const struct gl_clip *parent)
{
	struct pair p = {.a = clip->mask,
		.ax = clip->mask_x,
		.ay = clip->mask_y,
		.b = parent->mask,
		.bx = parent->mask_x,
		.by = parent->mask_y};
	p.box = rect_intersect(mask_box(p.a, p.ax, p.ay), mask_box(p.b, p.bx, p.by));
	if (rect_empty(&p.box))
		p.box = (struct gl_rect){p.ax, p.ay, p.ax, p.ay};
	uint64_t key[2] = {p.a->key[0], p.a->key[1]};
	mix_key(key, p.b->key[0]);
	mix_key(key, p.b->key[1]);
	mix_key(key, (uint64_t)(uint32_t)(p.bx - p.ax) << 32 | (uint32_t)(p.by - p.ay));
	struct gl_mask *both = cover_find(c, key);
	if (!both)
		both = make_product(c, &p, key);
	mask_release(c->context->masks, clip->mask);
	clip->mask = both;
	clip->mask_x = p.box.x0;
	clip->mask_y = p.box.y0;
	return both != NULL;
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

static struct gl_mask *make_own(struct cover *c, const struct gl_clip *clip,
	const uint64_t key[2], struct gl_rect part)
{
	uint64_t work = c->raster->work;
	if (clip->shape == SHAPE_BLUR) {
		struct gl_mask *mask =
			blur_make(c->context->masks, c->raster, clip, part);
		if (mask)
			cover_add(c, mask, key, c->raster->work - work);
		return mask;
	}
	raster_begin(c->raster, part);
	if (clip->shape == SHAPE_STROKE)
		stroke_draw(c->scene, clip, c->raster);
	else
		outline_draw(c->scene, clip, c->raster);
	return cover_make(c, key, clip->even_odd, part, work);
}

/* A key of its own for a shape that nobody gave a hash. */
static void own_key(const struct gl_clip *clip, uint64_t key[2])
{
	static uint64_t serial;
	key[0] = clip->shape_hash[0];
	key[1] = clip->shape_hash[1];
	if (key[0] == 0 && key[1] == 0)
		mix_key(key, ++serial);
}

static bool make_mask(struct cover *c, struct gl_clip *clip, struct gl_rect part,
	const struct far_box *box)
{
	uint64_t key[2];
	own_key(clip, key);
	cover_key(key, box, part, is_cut(box, part));
	struct gl_mask *mask = cover_find(c, key);
	if (!mask)
		mask = make_own(c, clip, key, part);
	clip->mask = mask;
	if (!mask)
		return false;
	clip->mask_x = part.x0 + mask->dx;
	clip->mask_y = part.y0 + mask->dy;
	return true;
}

static bool covers_nothing(const struct gl_clip *clip)
{
	bool sized = clip->shape != SHAPE_PATH && clip->shape != SHAPE_STROKE;
	bool inverted = clip->shape == SHAPE_BLUR && clip->inverted;
	return clip->flat ||
	       (sized && !inverted && !(clip->x1 > clip->x0 && clip->y1 > clip->y0));
}

static bool inherit(struct cover *c, struct gl_clip *clip, const struct gl_clip *parent)
{
	if (parent && parent->mask) {
		clip->mask = parent->mask;
		clip->mask_x = parent->mask_x;
		clip->mask_y = parent->mask_y;
		mask_hold(c->context->masks, clip->mask);
	}
	return true;
}

bool cover_clip(struct cover *c, struct gl_clip *clip)
{
	const struct gl_clip *parent =
		clip->parent == SCENE_NONE ? NULL : &c->scene->clips[clip->parent];
	struct far_box box = {
		floor(clip->dx0), floor(clip->dy0), ceil(clip->dx1), ceil(clip->dy1)};
	struct gl_rect exact, part = cover_part(c, &box);
	struct gl_rect seen = parent ? rect_intersect(part, parent->bounds)
				     : rect_intersect(part, c->layer);
	bool fine = raster_spend(c->raster, 1);
	clip->box = parent ? parent->box : c->layer;
	if (!fine || covers_nothing(clip) || rect_empty(&seen)) {
		clip->box = (struct gl_rect){0};
	} else if (whole_pixels(clip, c->layer, &exact)) {
		clip->box = rect_intersect(clip->box, exact);
		fine = inherit(c, clip, parent);
	} else {
		fine = make_mask(c, clip, part, &box) &&
		       (!parent || !parent->mask || multiply_by_parent(c, clip, parent));
	}
	clip->bounds = clip->box;
	if (clip->mask)
		clip->bounds = rect_intersect(
			clip->box, mask_box(clip->mask, clip->mask_x, clip->mask_y));
	if (rect_empty(&clip->bounds))
		clip->bounds = (struct gl_rect){0};
	return fine && raster_spend(c->raster, 0) && !c->no_memory;
}
