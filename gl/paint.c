/*
 * Items in order, each a source (colour, gradient, image, pixels) through a shape (box,
 * mask, glyph) by a blend mode. The modes that the card's blending can do exactly, with
 * coverage k within the source, are done by it; for others both the source and what is
 * below are put into surfaces first, and a shader looks at them:
 *
 *	new = (1 - k) d + k B(s, d),  B = s (x + y da) + d (z + w sa) + more s d
 *
 * Groups are painted into surfaces of their own, which then are sources.
 */
#include "gl/paint.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/glyph.h"
#include "gl/pool.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/paint_source.h"
#include "gl/sublayer.h"

#define LARGE_BOX 65536 /* pixels; from here on blending costs more than a draw call */
#define ROW       1024  /* values of a row that are multiplied at once */

/* Where drawing goes: the surface, the scene's point at its corner, and how far. */
struct level {
	const struct gl_surface *surface;
	int32_t x, y;
	struct gl_rect rect;
};

struct paint {
	struct gl *gl;
	struct gl_batch *batch;
	const struct gl_scene *scene;
	struct level level;
};

struct shape {
	struct gl_rect bounds;
	struct gl_mask *mask; /* NULL: all of bounds */
	int32_t mask_x, mask_y;
	/* One of these, or none; else coverage is the product of it and the mask. */
	struct gl_glyph *glyph;
	struct gl_mask *outline; /* of a large glyph */
	int32_t x, y;            /* of either */
};

/* levels */

static void enter(struct paint *p, const struct level *level)
{
	const struct gl_rect *r = &level->rect;
	gl_step(p->gl);
	batch_flush(p->batch);
	p->level = *level;
	surface_target(
		level->surface, (struct gl_rect){r->x0 - level->x, r->y0 - level->y,
					r->x1 - level->x, r->y1 - level->y});
	batch_target(p->batch, level->surface->width, level->surface->height, level->x,
		level->y);
}

static void clear(void)
{
	glClearColor(0, 0, 0, 0);
	glClear(GL_COLOR_BUFFER_BIT);
}

/* A surface of its own for rect, of any pixels. */
static int enter_new(struct paint *p, struct gl_rect rect, struct gl_surface **out)
{
	batch_flush(p->batch); /* a new surface is bound at once */
	int rc = pool_take(p->gl, rect.x1 - rect.x0, rect.y1 - rect.y0, out);
	if (!rc)
		enter(p, &(struct level){*out, rect.x0, rect.y0, rect});
	return rc;
}

/* shapes */

static struct shape shape_of(
	const struct paint *p, const struct gl_item *item, const struct gl_clip *clip)
{
	struct shape shape = {.bounds = rect_intersect(item->bounds, p->level.rect)};
	if (clip && clip->mask) {
		shape.mask = clip->mask;
		shape.mask_x = clip->mask_x;
		shape.mask_y = clip->mask_y;
		shape.bounds = rect_intersect(shape.bounds, clip->bounds);
	}
	return shape;
}

/* The coverage of n pixels of a row, of a mask at left, top. */
static void mask_row_of(const struct gl_mask *m, int32_t left, int32_t top, int32_t x,
	int32_t y, uint16_t *out, int32_t n)
{
	memset(out, 0, (size_t)n * sizeof *out);
	if (y < top || y >= top + m->height)
		return;
	for (uint32_t i = m->rows[y - top]; i < m->rows[y - top + 1]; i++) {
		const struct gl_span *span = &m->spans[i];
		int32_t from = left + span->x - x, to = from + span->len;
		for (int32_t k = from > 0 ? from : 0; k < to && k < n; k++)
			out[k] = span->cover == COVER_NONE
					 ? span->value
					 : m->cover[span->cover + (uint32_t)(k - from)];
	}
}

static uint16_t product(unsigned a, unsigned b)
{
	return (uint16_t)((a * b + COVER_FULL / 2) / COVER_FULL);
}

/* A glyph's coverage of n pixels of a row within it. */
static void glyph_row_of(
	const struct shape *shape, int32_t x, int32_t y, uint16_t *out, int32_t n)
{
	const struct gl_glyph *g = shape->glyph;
	if (!g) {
		mask_row_of(shape->outline, shape->x, shape->y, x, y, out, n);
		return;
	}
	const uint8_t *bytes =
		&g->pixels[(size_t)(y - shape->y) * g->width + (size_t)(x - shape->x)];
	for (int32_t i = 0; i < n; i++)
		out[i] = (uint16_t)(bytes[i] * 257u);
}

/* Glyphs in a mask, or too large for the atlas: row by row. */
static void put_rows(struct paint *p, const struct shape *shape, struct gl_rect at)
{
	uint16_t a[ROW], b[ROW];
	for (int32_t y = at.y0; y < at.y1; y++) {
		for (int32_t x = at.x0; x < at.x1; x += ROW) {
			int32_t n = at.x1 - x < ROW ? at.x1 - x : ROW;
			glyph_row_of(shape, x, y, a, n);
			if (shape->mask)
				mask_row_of(shape->mask, shape->mask_x, shape->mask_y, x,
					y, b, n);
			for (int32_t i = 0; shape->mask && i < n; i++)
				a[i] = product(a[i], b[i]);
			batch_values(p->batch, x, y, a, n);
		}
	}
}

/* bounds without what the glyph leaves. */
static struct gl_rect box_of(const struct shape *shape)
{
	int32_t width = shape->glyph     ? shape->glyph->width
			: shape->outline ? shape->outline->width
					 : 0;
	int32_t height = shape->glyph     ? shape->glyph->height
			 : shape->outline ? shape->outline->height
					  : 0;
	if (!shape->glyph && !shape->outline)
		return shape->bounds;
	return rect_intersect(
		shape->bounds, (struct gl_rect){shape->x, shape->y, shape->x + width,
				       shape->y + height});
}

static void put_shape(struct paint *p, const struct shape *shape)
{
	struct gl_rect at = box_of(shape);
	if (rect_empty(&at))
		return;
	if (shape->glyph && !shape->mask && batch_find_glyph(p->batch, shape->glyph))
		batch_glyph(p->batch, shape->glyph, shape->x, shape->y, at);
	else if (shape->glyph || (shape->outline && shape->mask))
		put_rows(p, shape, at);
	else if (shape->outline)
		batch_mask(p->batch, shape->outline, shape->x, shape->y, at);
	else if (shape->mask)
		batch_mask(p->batch, shape->mask, shape->mask_x, shape->mask_y, at);
	else
		batch_box(p->batch, at);
}

/* modes */

enum way {
	WAY_NOTHING,
	WAY_FIXED,
	WAY_LOOK, /* a shader looks at what is below */
};

#define FIXED(s, d)                                                                      \
	{                                                                                \
		true, GL_##s, GL_##d                                                     \
	}

/*
 * How k of a source is blended by fixed function; s is changed where that helps. box: k is
 * 1 everywhere.
 */
static enum way find_way(const struct gl *gl, unsigned mode, struct paint_source *s,
	bool opaque, bool box, struct batch_blend *out)
{
	static const struct {
		bool has_any, has_opaque, has_box;
		struct batch_blend any, opaque, box;
	} ways[BLEND_KINDS] = {
		[BLEND_OVER] = {true, .any = FIXED(ONE, ONE_MINUS_SRC_ALPHA)},
		[BLEND_CLEAR] = {true, .any = FIXED(ZERO, ONE_MINUS_SRC_ALPHA)},
		[BLEND_SOURCE] = {false, true, true,
			.opaque = FIXED(ONE, ONE_MINUS_SRC_ALPHA),
			.box = FIXED(ONE, ZERO)},
		[BLEND_IN] = {false, true, true,
			.opaque = FIXED(DST_ALPHA, ONE_MINUS_SRC_ALPHA),
			.box = FIXED(DST_ALPHA, ZERO)},
		[BLEND_OUT] = {false, true, true,
			.opaque = FIXED(ONE_MINUS_DST_ALPHA, ONE_MINUS_SRC_ALPHA),
			.box = FIXED(ONE_MINUS_DST_ALPHA, ZERO)},
		[BLEND_ATOP] = {true, .any = FIXED(DST_ALPHA, ONE_MINUS_SRC_ALPHA)},
		[BLEND_DEST_OVER] = {true, .any = FIXED(ONE_MINUS_DST_ALPHA, ONE)},
		[BLEND_DEST_IN] = {false, true, true, .opaque = FIXED(ZERO, ONE),
			.box = FIXED(ZERO, SRC_ALPHA)},
		[BLEND_DEST_OUT] = {true, .any = FIXED(ZERO, ONE_MINUS_SRC_ALPHA)},
		[BLEND_DEST_ATOP] = {false, true, true,
			.opaque = FIXED(ONE_MINUS_DST_ALPHA, ONE),
			.box = FIXED(ONE_MINUS_DST_ALPHA, SRC_ALPHA)},
		[BLEND_XOR] = {true,
			.any = FIXED(ONE_MINUS_DST_ALPHA, ONE_MINUS_SRC_ALPHA)},
		[BLEND_PLUS] = {false, false, true, .box = FIXED(ONE, ONE)},
		[BLEND_SCREEN] = {true, .any = FIXED(ONE, ONE_MINUS_SRC_COLOR)},
	};
	if (mode == BLEND_DEST)
		return WAY_NOTHING;
	if (mode == BLEND_CLEAR)
		*s = paint_source_color(gl, (const float[]){0, 0, 0, 1});
	if (ways[mode].has_any)
		*out = ways[mode].any;
	else if (ways[mode].has_box && box)
		*out = ways[mode].box;
	else if (ways[mode].has_opaque && opaque)
		*out = ways[mode].opaque;
	else
		return WAY_LOOK;
	return WAY_FIXED;
}

/* x, y, z, w and more of B. */
static void set_terms(struct paint_source *s, unsigned mode)
{
	static const float terms[BLEND_KINDS][5] = {
		[BLEND_SOURCE] = {1},
		[BLEND_IN] = {0, 1},
		[BLEND_OUT] = {1, -1},
		[BLEND_DEST_IN] = {0, 0, 0, 1},
		[BLEND_DEST_ATOP] = {1, -1, 0, 1},
		[BLEND_PLUS] = {1, 0, 1, 0},
		[BLEND_MULTIPLY] = {1, -1, 1, -1, 1},
	};
	memcpy(s->terms, terms[mode], sizeof s->terms);
	s->more = terms[mode][4];
}

static const struct batch_blend replace = {.on = false};

/* What lies below box now, in a surface whose corner is box's. */
static int copy_below(struct paint *p, struct gl_rect box, struct gl_surface **out)
{
	const struct level below = p->level;
	int rc = enter_new(p, box, out);
	if (rc)
		return rc;
	struct paint_source s =
		paint_source_surface(p->gl, below.surface, below.x, below.y, 1);
	batch_use(p->batch, &s, replace);
	batch_box(p->batch, box);
	enter(p, &below);
	return 0;
}

/* The source of a whole box, in a surface whose corner is box's. */
static int fill_box(struct paint *p, const struct paint_source *source,
	struct gl_rect box, struct gl_surface **out)
{
	const struct level back = p->level;
	int rc = enter_new(p, box, out);
	if (rc)
		return rc;
	batch_use(p->batch, source, replace);
	batch_box(p->batch, box);
	enter(p, &back);
	return 0;
}

static int look_and_put(struct paint *p, const struct paint_source *source, unsigned mode,
	const struct shape *shape)
{
	struct gl_rect box = box_of(shape);
	struct gl_surface *above = NULL, *below = NULL;
	if (rect_empty(&box))
		return 0;
	int rc = fill_box(p, source, box, &above);
	if (!rc)
		rc = copy_below(p, box, &below);
	if (!rc) {
		struct paint_source s =
			paint_source_surface(p->gl, above, box.x0, box.y0, 1);
		paint_source_look(&s, p->gl, above, below);
		set_terms(&s, mode);
		batch_use(p->batch, &s, replace);
		put_shape(p, shape);
		batch_flush(p->batch);
	}
	pool_give(p->gl, above);
	pool_give(p->gl, below);
	return rc;
}

static int put(struct paint *p, struct paint_source *source, bool opaque, unsigned mode,
	const struct shape *shape)
{
	struct batch_blend blend = replace;
	bool box = !shape->mask && !shape->glyph && !shape->outline;
	switch (find_way(p->gl, mode, source, opaque, box, &blend)) {
	case WAY_FIXED:
		/* A large opaque box needs no blending at all. */
		if (mode == BLEND_OVER && opaque && box &&
			rect_area(&shape->bounds) >= LARGE_BOX)
			blend = replace;
		batch_use(p->batch, source, blend);
		put_shape(p, shape);
		return 0;
	case WAY_LOOK:
		return look_and_put(p, source, mode, shape);
	default:
		return 0;
	}
}

/* items */

static int paint_fill(struct paint *p, const struct gl_item *item)
{
	const struct gl_brush *brush = &p->scene->brushes[item->brush];
	struct paint_source source;
	struct shape shape = shape_of(p, item, scene_clip(p->scene, item));
	if (rect_empty(&shape.bounds))
		return 0;
	int rc = paint_source_brush(p->gl, p->scene, brush, &source);
	if (rc)
		return rc < 0 ? rc : 0;
	return put(p, &source, brush->opaque, item->blend, &shape);
}

/* Its own colours: from the atlas, or where it does not fit there not at all. */
static int paint_color_glyph(struct paint *p, const struct gl_item *item,
	const struct gl_scene_glyph *g, struct shape shape)
{
	const struct gl_brush *brush = &p->scene->brushes[item->brush];
	float opacity =
		brush->kind == BRUSH_COLOR ? (float)(brush->color >> 24) / 255 : 1;
	shape.bounds = rect_intersect(shape.bounds,
		(struct gl_rect){g->at_x, g->at_y, g->at_x + g->bitmap->width,
			g->at_y + g->bitmap->height});
	if (rect_empty(&shape.bounds) || !batch_find_glyph(p->batch, g->bitmap))
		return 0;
	struct paint_source source =
		paint_source_glyph(p->gl, g->bitmap, g->at_x, g->at_y, opacity);
	return put(p, &source, false, item->blend, &shape);
}

static int paint_glyph(struct paint *p, const struct gl_item *item,
	struct paint_source source, const struct gl_scene_glyph *g, struct shape shape)
{
	shape.glyph = g->bitmap;
	shape.outline = g->mask;
	shape.x = g->at_x;
	shape.y = g->at_y;
	return put(
		p, &source, p->scene->brushes[item->brush].opaque, item->blend, &shape);
}

static int paint_glyphs(struct paint *p, const struct gl_item *item)
{
	const struct gl_brush *brush = &p->scene->brushes[item->brush];
	const struct shape clip = shape_of(p, item, scene_clip(p->scene, item));
	struct paint_source source;
	if (rect_empty(&clip.bounds))
		return 0;
	int rc = paint_source_brush(p->gl, p->scene, brush, &source);
	bool paints = rc == 0;
	for (uint32_t i = item->first; i < item->first + item->n && rc >= 0; i++) {
		const struct gl_scene_glyph *g = &p->scene->glyphs[i];
		if (g->bitmap && g->bitmap->color)
			rc = paint_color_glyph(p, item, g, clip);
		else if (paints && (g->mask || (g->bitmap && g->bitmap->width)))
			rc = paint_glyph(p, item, source, g, clip);
	}
	return rc < 0 ? rc : 0;
}

static int paint_items(struct paint *p, size_t from, size_t to);

static int paint_group(struct paint *p, size_t index)
{
	const struct gl_item *item = &p->scene->items[index];
	const struct level back = p->level;
	const struct gl_clip *clip =
		blend_unbounded(item->blend) ? scene_clip(p->scene, item) : NULL;
	struct shape shape = shape_of(p, item, clip);
	struct gl_rect box = rect_intersect(item->bounds, p->level.rect);
	struct gl_surface *own = NULL;
	if (rect_empty(&box))
		return 0;
	int rc = enter_new(p, box, &own);
	if (!rc) {
		clear();
		rc = paint_items(p, index + 1, item->end);
	}
	enter(p, &back);
	if (!rc) {
		struct paint_source source =
			paint_source_surface(p->gl, own, box.x0, box.y0, item->opacity);
		rc = put(p, &source, false, item->blend, &shape);
		batch_flush(p->batch);
	}
	pool_give(p->gl, own);
	return rc;
}

/* The part of a sub-layer's content that a box of the window shows. */
static struct gl_rect content_of(const struct gl_item *item, struct gl_rect box)
{
	const struct gl_affine *m = &item->to_content;
	const double x[4] = {box.x0, box.x1, box.x0, box.x1};
	const double y[4] = {box.y0, box.y0, box.y1, box.y1};
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	for (int i = 0; i < 4; i++) {
		struct gl_point at = affine_apply(m, x[i], y[i]);
		x0 = fmin(x0, at.x), x1 = fmax(x1, at.x);
		y0 = fmin(y0, at.y), y1 = fmax(y1, at.y);
	}
	double more = item->exact ? 0 : 1;
	return (struct gl_rect){(int32_t)fmax(floor(x0 - more), 0),
		(int32_t)fmax(floor(y0 - more), 0),
		(int32_t)fmin(ceil(x1 + more), item->sublayer->width),
		(int32_t)fmin(ceil(y1 + more), item->sublayer->height)};
}

/* All of the level's rect, in what may be anything. */
static int paint_all(struct paint *p)
{
	size_t first = scene_first(p->scene, p->level.rect), from, to;
	scene_reach(p->scene, p->level.rect, &from, &to);
	if (first == p->scene->n_items) {
		first = from;
		clear();
	}
	return paint_items(p, first, to);
}

static int paint_content(struct paint *p, const struct gl_sublayer *sublayer,
	struct gl_rect content, struct gl_surface **out)
{
	const struct level back = p->level;
	struct paint inner = *p;
	inner.scene = &sublayer->scene;
	int rc = enter_new(&inner, content, out);
	if (!rc)
		rc = paint_all(&inner);
	enter(p, &back);
	return rc;
}

static void set_filter(const struct gl_surface *surface, GLint filter)
{
	glActiveTexture(GL_TEXTURE0 + UNIT_SOURCE);
	glBindTexture(GL_TEXTURE_2D, surface->texture);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
}

static int paint_place(struct paint *p, const struct gl_item *item)
{
	struct shape shape = shape_of(p, item, scene_clip(p->scene, item));
	struct gl_surface *own = NULL;
	if (rect_empty(&shape.bounds))
		return 0;
	struct gl_rect content = content_of(item, shape.bounds);
	int32_t max = p->gl->caps.max_side;
	content.x1 = content.x1 < content.x0 + max ? content.x1 : content.x0 + max;
	content.y1 = content.y1 < content.y0 + max ? content.y1 : content.y0 + max;
	if (rect_empty(&content))
		return 0;
	int rc = paint_content(p, item->sublayer, content, &own);
	if (!rc) {
		int32_t x = (int32_t)item->to_content.ox,
			y = (int32_t)item->to_content.oy;
		struct paint_source source =
			item->exact ? paint_source_surface(p->gl, own, content.x0 - x,
					      content.y0 - y, 1)
				    : paint_source_content(
					      p->gl, own, &item->to_content, content);
		if (item->exact)
			shape.bounds = rect_intersect(shape.bounds,
				(struct gl_rect){content.x0 - x, content.y0 - y,
					content.x1 - x, content.y1 - y});
		if (!item->exact)
			set_filter(own, GL_LINEAR);
		rc = put(p, &source, false, item->blend, &shape);
		batch_flush(p->batch);
		if (!item->exact)
			set_filter(own, GL_NEAREST);
	}
	pool_give(p->gl, own);
	return rc;
}

static int paint_item(struct paint *p, size_t index)
{
	const struct gl_item *item = &p->scene->items[index];
	gl_step(p->gl);
	switch (item->kind) {
	case ITEM_FILL:
		return paint_fill(p, item);
	case ITEM_GLYPHS:
		return paint_glyphs(p, item);
	case ITEM_PLACE:
		return paint_place(p, item);
	case ITEM_GROUP:
		return paint_group(p, index);
	default:
		return 0;
	}
}

static int paint_items(struct paint *p, size_t from, size_t to)
{
	int rc = 0;
	for (size_t i = from; i < to && !rc; i++) {
		rc = paint_item(p, i);
		if (p->scene->items[i].kind == ITEM_GROUP)
			i = p->scene->items[i].end;
	}
	return rc;
}

/* Blending may look at it; compose.c has it sampled as bytes. */
static void sample_linear(const struct gl *gl, const struct gl_surface *surface)
{
	if (!gl->caps.srgb_decode)
		return;
	glActiveTexture(GL_TEXTURE0 + UNIT_SOURCE);
	glBindTexture(GL_TEXTURE_2D, surface->texture);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_SRGB_DECODE_EXT, GL_DECODE_EXT);
}

int paint_scene(struct gl *gl, const struct gl_scene *scene,
	const struct gl_surface *surface, int32_t x, int32_t y, struct gl_rect rect)
{
	struct paint p = {.gl = gl, .batch = &gl->batch, .scene = scene};
	sample_linear(gl, surface);
	enter(&p, &(struct level){surface, x, y, rect});
	int rc = paint_all(&p);
	batch_flush(p.batch);
	return rc;
}
