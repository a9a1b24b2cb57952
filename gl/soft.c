/*
 * The surface is painted in bands that the second-level cache holds; in each, from the last
 * item on that hides all below it. A group is a canvas of its own, no larger than what it may
 * change of the band, and so is a sub-layer that does not hide what it lies on.
 */
#include "gl/soft.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/soft_private.h"
#include "gl/srgb.h"

#define BAND_BYTES ((int64_t)512 << 10) /* half as many where they go to other memory */
#define CACHE_LINE ((size_t)64)
#define BAND_ROWS  16 /* at least */

static const struct soft_kernels *choose(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
		__builtin_cpu_supports("avx512vl") &&
		__builtin_cpu_supports("avx512dq") &&
		__builtin_cpu_supports("avx512vbmi"))
		return &soft_kernels_avx512;
	if (__builtin_cpu_supports("avx2"))
		return &soft_kernels_avx2;
#endif
	return &soft_kernels_1;
}

int soft_create(struct soft **out)
{
	struct soft *soft = calloc(1, sizeof *soft);
	if (!soft)
		return -ENOMEM;
	soft->kernels = soft->best = choose();
	soft->band_bytes = BAND_BYTES;
	soft->content_limit = SOFT_CONTENT_BYTES;
	srgb_table(soft->linear);
	*out = soft;
	return 0;
}

void soft_destroy(struct soft *soft)
{
	if (!soft)
		return;
	for (unsigned i = 0; i < SOFT_DEPTH; i++)
		free(soft->scratch[i].pixels);
	soft_drop_contents(soft);
	free(soft->chunks);
	free(soft->run_chunk);
	free(soft);
}

void soft_set_pause(struct soft *soft, const struct soft_pause *p)
{
	soft->pause = p;
}

const char *soft_name(const struct soft *soft)
{
#ifdef __x86_64__
	if (soft->kernels == &soft_kernels_avx512)
		return "avx512";
	if (soft->kernels == &soft_kernels_avx2)
		return "avx2";
#endif
	return NULL;
}

void soft_scalar(struct soft *soft, bool scalar)
{
	soft->kernels = scalar ? &soft_kernels_1 : soft->best;
	memset(soft->tables, 0, sizeof soft->tables);
	soft_drop_contents(soft);
}

/* An opaque ground stays opaque under it. */
static bool keeps_opaque(unsigned blend)
{
	return blend == BLEND_OVER || blend == BLEND_ATOP || blend == BLEND_DEST ||
	       blend == BLEND_DEST_OVER || blend == BLEND_PLUS ||
	       blend == BLEND_MULTIPLY || blend == BLEND_SCREEN;
}

bool soft_opaque(const struct gl_scene *scene, struct gl_rect rect)
{
	size_t first = scene_first(scene, rect), from, to;
	if (first == scene->n_items || !scene->brushes[scene->items[first].brush].opaque)
		return false;
	scene_reach(scene, rect, &from, &to);
	for (size_t i = first + 1; i < to; i++) {
		const struct gl_item *item = &scene->items[i];
		struct gl_rect both = rect_intersect(item->bounds, rect);
		if (!rect_empty(&both) && !keeps_opaque(item->blend))
			return false;
		if (item->kind == ITEM_GROUP)
			i = item->end;
	}
	return true;
}

static void clear(const struct soft_canvas *canvas, struct gl_rect rect)
{
	for (int32_t y = rect.y0; y < rect.y1; y++)
		memset(canvas_at(canvas, rect.x0, y), 0,
			(size_t)(rect.x1 - rect.x0) * sizeof(uint32_t));
}

int soft_take(
	struct soft *soft, unsigned depth, struct gl_rect rect, struct soft_canvas *out)
{
	struct soft_scratch *s = &soft->scratch[depth];
	size_t n = (size_t)rect_area(&rect);
	if (n > s->cap) {
		size_t bytes =
			(n * sizeof(uint32_t) + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
		uint32_t *p = aligned_alloc(CACHE_LINE, bytes);
		if (!p)
			return -ENOMEM;
		free(s->pixels);
		s->pixels = p;
		s->cap = n;
	}
	*out = (struct soft_canvas){s->pixels, rect.x1 - rect.x0, rect.x0, rect.y0};
	memset(s->pixels, 0, n * sizeof *s->pixels);
	return 0;
}

static int paint_fill(const struct soft_painter *p, const struct gl_item *item)
{
	const struct gl_clip *clip = scene_clip(p->scene, item);
	struct soft_source s;
	int rc;
	if (!source_brush(&s, p->soft, p->scene, &p->scene->brushes[item->brush],
		    item->bounds, &rc))
		return rc;
	s.mode = item->blend;
	if (s.kind == SOURCE_COLOR && s.mode == BLEND_OVER && s.color[3] == 0)
		return 0;
	source_clip(p, &s, clip, rect_intersect(item->bounds, p->band));
	return 0;
}

static int paint_group(const struct soft_painter *p, size_t index)
{
	const struct gl_item *item = &p->scene->items[index];
	const struct gl_clip *clip =
		blend_unbounded(item->blend) ? scene_clip(p->scene, item) : NULL;
	struct soft_painter inner = *p;
	struct soft_source s = {0};
	inner.band = rect_intersect(item->bounds, p->band);
	inner.depth++;
	int rc = soft_take(p->soft, p->depth, inner.band, &inner.canvas);
	if (!rc)
		rc = soft_items(&inner, index + 1, item->end);
	if (rc)
		return rc;
	source_pixels(&s, inner.canvas, false, item->opacity);
	s.mode = item->blend;
	source_clip(p, &s, clip, inner.band);
	return 0;
}

int soft_area(const struct soft_painter *p)
{
	size_t first = scene_first(p->scene, p->band), from, to;
	scene_reach(p->scene, p->band, &from, &to);
	if (first == p->scene->n_items) {
		first = from;
		clear(&p->canvas, p->band);
	}
	return soft_items(p, first, to);
}

static int paint_item(const struct soft_painter *p, size_t index)
{
	const struct gl_item *item = &p->scene->items[index];
	switch (item->kind) {
	case ITEM_FILL:
		return paint_fill(p, item);
	case ITEM_GLYPHS:
		return soft_glyphs(p, item);
	case ITEM_PLACE:
		return soft_place(p, item);
	case ITEM_GROUP:
		return paint_group(p, index);
	default:
		return 0;
	}
}

int soft_items(const struct soft_painter *p, size_t from, size_t to)
{
	int rc = 0;
	for (size_t i = from; i < to && !rc; i++) {
		const struct gl_item *item = &p->scene->items[i];
		struct gl_rect both = rect_intersect(item->bounds, p->band);
		if (!rect_empty(&both))
			rc = paint_item(p, i);
		soft_rest(p->soft->pause);
		if (item->kind == ITEM_GROUP)
			i = item->end;
	}
	return rc;
}

/* A canvas that holds one band only is given away with each. */
struct sink {
	void (*take)(void *data, struct gl_rect band, const uint8_t *pixels);
	void *data;
};

static int paint_bands(struct soft_painter *p, struct gl_rect rect, int64_t rows,
	const struct sink *sink)
{
	int rc = 0;
	p->soft->painting++;
	if (rows < rect.y1 - rect.y0) {
		rc = soft_chunks(p->soft, p->scene);
		p->chunked = true;
	}
	for (int64_t from = rect.y0; from < rect.y1 && !rc; from += rows) {
		p->band = rect;
		p->band.y0 = (int32_t)from;
		p->band.y1 = from + rows < rect.y1 ? (int32_t)(from + rows) : rect.y1;
		if (sink)
			p->canvas.y = p->band.y0;
		rc = soft_area(p);
		if (sink && !rc)
			sink->take(
				sink->data, p->band, (const uint8_t *)p->canvas.pixels);
		soft_rest(p->soft->pause);
	}
	return rc;
}

static int64_t band_rows(struct gl_rect rect, int64_t bytes)
{
	int64_t rows = bytes / (4 * (int64_t)(rect.x1 - rect.x0));
	return rows < BAND_ROWS ? BAND_ROWS : rows;
}

int soft_paint_scene(struct soft *soft, const struct gl_scene *scene, uint8_t *pixels,
	int32_t stride, int32_t x, int32_t y, struct gl_rect rect)
{
	struct soft_painter p = {
		.soft = soft,
		.scene = scene,
		.canvas = {(uint32_t *)(void *)pixels, stride, x, y},
	};
	if (rect_empty(&rect))
		return 0;
	return paint_bands(&p, rect, band_rows(rect, soft->band_bytes), NULL);
}

int soft_paint(struct soft *soft, const struct gl_scene *scene, uint8_t *pixels,
	int32_t stride, struct gl_rect rect)
{
	return soft_paint_scene(soft, scene, pixels, stride, 0, 0, rect);
}

int soft_paint_to(struct soft *soft, const struct gl_scene *scene, struct gl_rect rect,
	void (*take)(void *data, struct gl_rect band, const uint8_t *pixels), void *data)
{
	const struct sink sink = {take, data};
	struct soft_painter p = {.soft = soft, .scene = scene, .depth = 1};
	if (rect_empty(&rect))
		return 0;
	int64_t rows = band_rows(rect, soft->band_bytes / 2);
	if (rows > rect.y1 - rect.y0)
		rows = rect.y1 - rect.y0;
	struct gl_rect first = {rect.x0, rect.y0, rect.x1, rect.y0 + (int32_t)rows};
	int rc = soft_take(soft, 0, first, &p.canvas);
	return rc ? rc : paint_bands(&p, rect, rows, &sink);
}
