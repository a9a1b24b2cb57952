#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/soft_private.h"

/* A run on its way: what all its glyphs share. */
struct run {
	const struct soft_painter *p;
	struct soft_source source;
	const struct gl_clip *clip; /* NULL: no mask */
	struct gl_rect within;
	bool plain; /* a colour, over, no mask */
	uint32_t color;
	const struct kernel_table *table; /* the last one; NULL: none yet */
};

static struct gl_rect glyph_box(const struct gl_scene_glyph *g)
{
	int32_t w = 0, h = 0;
	if (g->bitmap)
		w = g->bitmap->width, h = g->bitmap->height;
	else if (g->mask)
		w = g->mask->width, h = g->mask->height;
	return (struct gl_rect){g->at_x, g->at_y, g->at_x + w, g->at_y + h};
}

/* Two opposite corners alike: the ground may be plain. */
static const struct kernel_table *guess(struct run *r, const struct gl_rect *box)
{
	uint32_t ground = *canvas_at(&r->p->canvas, box->x0, box->y0);
	if (ground != *canvas_at(&r->p->canvas, box->x1 - 1, box->y1 - 1))
		return NULL;
	if (!r->table || r->table->ground != ground)
		r->table = soft_table_of(r->p->soft, r->color, ground, r->source.color);
	return r->table;
}

static void plain_glyph(
	struct run *r, const struct gl_scene_glyph *g, const struct gl_rect *box)
{
	const struct gl_glyph *b = g->bitmap;
	const struct kernel_glyph k = {
		.cover = b->pixels + (box->y0 - g->at_y) * b->width + (box->x0 - g->at_x),
		.pitch = b->width,
		.width = box->x1 - box->x0,
		.height = box->y1 - box->y0,
		.color = r->source.color,
		.table = guess(r, box),
	};
	r->p->soft->kernels->glyph(canvas_at(&r->p->canvas, box->x0, box->y0),
		(int32_t)r->p->canvas.stride, &k);
}

static void color_glyph(
	struct run *r, const struct gl_scene_glyph *g, const struct gl_rect *box)
{
	struct soft_source s = {0};
	const struct soft_canvas pixels = {
		.pixels = (uint32_t *)(void *)g->bitmap->pixels,
		.stride = g->bitmap->width,
		.x = g->at_x,
		.y = g->at_y,
	};
	source_pixels(&s, pixels, false,
		r->source.kind == SOURCE_COLOR ? r->source.color[3] : 1);
	s.mode = r->source.mode;
	source_clip(r->p, &s, r->clip, *box);
}

static uint16_t product(uint16_t a, uint16_t b)
{
	return (uint16_t)(((uint32_t)a * b + COVER_FULL / 2) / COVER_FULL);
}

/* cover, of n pixels, times the clip's. */
static void covered_run(struct run *r, uint16_t *cover, int32_t x, int32_t y, int32_t n)
{
	uint16_t clip[SOFT_ROW];
	if (r->clip) {
		clip_cover(r->clip, x, y, n, clip);
		for (int32_t i = 0; i < n; i++)
			cover[i] = product(cover[i], clip[i]);
	}
	source_run(r->p, &r->source, x, y, n, cover, 0);
}

static void any_glyph(
	struct run *r, const struct gl_scene_glyph *g, const struct gl_rect *box)
{
	uint16_t *cover = r->p->soft->cover;
	const struct gl_clip as_clip = {
		.mask = g->mask, .mask_x = g->at_x, .mask_y = g->at_y};
	for (int32_t y = box->y0; y < box->y1; y++)
		for (int32_t x = box->x0; x < box->x1; x += SOFT_ROW) {
			int32_t n = box->x1 - x < SOFT_ROW ? box->x1 - x : SOFT_ROW;
			if (g->mask) {
				clip_cover(&as_clip, x, y, n, cover);
			} else {
				const uint8_t *bytes = g->bitmap->pixels +
						       (y - g->at_y) * g->bitmap->width +
						       (x - g->at_x);
				for (int32_t i = 0; i < n; i++)
					cover[i] = (uint16_t)(bytes[i] * 257);
			}
			covered_run(r, cover, x, y, n);
		}
}

static void mask_glyph(
	struct run *r, const struct gl_scene_glyph *g, const struct gl_rect *box)
{
	const struct gl_clip as_clip = {.mask = g->mask,
		.mask_x = g->at_x,
		.mask_y = g->at_y,
		.bounds = glyph_box(g)};
	if (r->clip)
		any_glyph(r, g, box);
	else
		source_clip(r->p, &r->source, &as_clip, *box);
}

static void glyph(struct run *r, const struct gl_scene_glyph *g)
{
	struct gl_rect box = rect_intersect(glyph_box(g), r->within);
	if (rect_empty(&box))
		return;
	if (g->mask)
		mask_glyph(r, g, &box);
	else if (g->bitmap->color)
		color_glyph(r, g, &box);
	else if (r->plain)
		plain_glyph(r, g, &box);
	else
		any_glyph(r, g, &box);
}

static void glyphs(struct run *r, const struct gl_item *item)
{
	const struct soft_painter *p = r->p;
	const struct gl_scene_glyph *all = &p->scene->glyphs[item->first];
	if (!p->chunked || item->n <= SOFT_CHUNK) {
		for (uint32_t i = 0; i < item->n; i++)
			glyph(r, &all[i]);
		return;
	}
	const struct soft_chunk *c = &p->soft->chunks[p->soft->run_chunk[item->end]];
	for (uint32_t i = 0; i < item->n; i += SOFT_CHUNK, c++) {
		if (c->y0 >= r->within.y1 || c->y1 <= r->within.y0)
			continue;
		for (uint32_t k = i; k < item->n && k < i + SOFT_CHUNK; k++)
			glyph(r, &all[k]);
	}
}

int soft_glyphs(const struct soft_painter *p, const struct gl_item *item)
{
	const struct gl_brush *brush = &p->scene->brushes[item->brush];
	const struct gl_clip *clip = scene_clip(p->scene, item);
	struct run r = {.p = p, .within = rect_intersect(item->bounds, p->band)};
	int rc;
	if (clip)
		r.within = rect_intersect(r.within, clip->bounds);
	if (!source_brush(&r.source, p->soft, p->scene, brush, item->bounds, &rc))
		return rc;
	r.source.mode = item->blend;
	r.clip = clip && clip->mask ? clip : NULL;
	r.plain = r.source.kind == SOURCE_COLOR && item->blend == BLEND_OVER && !r.clip;
	r.color = brush->color;
	glyphs(&r, item);
	return 0;
}

static struct soft_chunk chunk(const struct gl_scene_glyph *g, uint32_t n)
{
	struct soft_chunk c = {INT32_MAX, INT32_MIN};
	for (uint32_t i = 0; i < n; i++) {
		struct gl_rect box = glyph_box(&g[i]);
		if (rect_empty(&box))
			continue;
		c.y0 = box.y0 < c.y0 ? box.y0 : c.y0;
		c.y1 = box.y1 > c.y1 ? box.y1 : c.y1;
	}
	return c;
}

/* Where the long runs' glyphs lie; 0 or -ENOMEM. */
int soft_chunks(struct soft *soft, const struct gl_scene *scene)
{
	size_t n = 0;
	for (size_t i = 0; i < scene->n_items; i++)
		if (scene->items[i].kind == ITEM_GLYPHS)
			n += scene->items[i].n / SOFT_CHUNK + 1;
	if (!scene_grow((void **)&soft->chunks, &soft->cap_chunks, 0, n,
		    sizeof *soft->chunks) ||
		!scene_grow((void **)&soft->run_chunk, &soft->cap_run_chunk, 0,
			scene->n_runs, sizeof *soft->run_chunk))
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < scene->n_items; i++) {
		const struct gl_item *item = &scene->items[i];
		if (item->kind != ITEM_GLYPHS || item->n <= SOFT_CHUNK)
			continue;
		soft->run_chunk[item->end] = (uint32_t)n;
		for (uint32_t k = 0; k < item->n; k += SOFT_CHUNK) {
			uint32_t m = item->n - k < SOFT_CHUNK ? item->n - k : SOFT_CHUNK;
			soft->chunks[n++] = chunk(&scene->glyphs[item->first + k], m);
		}
	}
	return 0;
}
