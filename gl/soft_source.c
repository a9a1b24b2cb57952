#include <math.h>
#include <string.h>

#include "gl/mips.h"
#include "gl/rect.h"
#include "gl/soft_private.h"

#define FAR          1073741824.0 /* texels; beyond, an image is its edge */
#define TABLE_PIXELS 16           /* fewer are not worth a table */

void soft_color(const struct soft *soft, uint32_t color, float light[4])
{
	float alpha = (float)(color >> 24) / 255;
	for (int i = 0; i < 3; i++)
		light[i] = soft->linear[color >> (8 * i) & 255] * alpha;
	light[3] = alpha;
}

/* gradients */

static void set_ramp(const struct soft *soft, struct kernel_ramp *ramp,
	const struct gl_stop *stops, uint32_t n)
{
	float last[4];
	soft_color(soft, stops[0].color, last);
	memcpy(ramp->first, last, sizeof last);
	ramp->n = 0;
	for (uint32_t i = 1; i < n; i++) {
		struct kernel_segment *g = &ramp->segments[ramp->n];
		float light[4], length = stops[i].at - stops[i - 1].at;
		bool hard = !(length > 1e-7f);
		if (stops[i].color == stops[i - 1].color)
			continue;
		soft_color(soft, stops[i].color, light);
		*g = (struct kernel_segment){
			.at = hard ? stops[i].at : stops[i - 1].at,
			.inverse = hard ? 1e30f : 1 / length,
			.bias = hard ? 1 : 0,
		};
		for (int c = 0; c < 4; c++)
			g->delta[c] = light[c] - last[c];
		memcpy(last, light, sizeof last);
		ramp->n++;
	}
}

static void set_gradient(struct soft_source *s, const struct soft *soft,
	const struct gl_scene *scene, const struct gl_brush *b)
{
	s->kind = SOURCE_GRADIENT;
	s->line.spread = b->spread;
	s->line.radial = b->kind == BRUSH_RADIAL;
	set_ramp(soft, &s->ramp, &scene->stops[b->stop], b->n_stops);
	if (!s->line.radial) {
		s->line.dt = b->from_device.sx;
		return;
	}
	s->unit = 1 / (b->r1 - b->r0);
	s->rx = b->x0, s->ry = b->y0;
	s->line.dx = b->from_device.sx * s->unit;
	s->line.dy = b->from_device.hy * s->unit;
	s->line.cx = (b->x1 - b->x0) * s->unit;
	s->line.cy = (b->y1 - b->y0) * s->unit;
	s->line.r0 = b->r0 * s->unit;
}

/* images */

static bool whole(double v)
{
	return v == floor(v) && fabs(v) < FAR;
}

/* Every pixel of bounds is one of the image's, unchanged. */
static bool at_pixels(
	const struct gl_affine *m, const struct gl_rect *texels, struct gl_rect bounds)
{
	if (m->sx != 1 || m->sy != 1 || m->hx != 0 || m->hy != 0 || !whole(m->ox) ||
		!whole(m->oy))
		return false;
	int32_t dx = (int32_t)m->ox, dy = (int32_t)m->oy;
	struct gl_rect at = {
		bounds.x0 + dx, bounds.y0 + dy, bounds.x1 + dx, bounds.y1 + dy};
	return rect_contains(texels, &at);
}

static double near(double v)
{
	return fmax(-FAR, fmin(v, FAR));
}

static void set_level(struct kernel_level *out, const struct gl_image *image,
	const struct gl_rect *texels, const struct gl_affine *from, unsigned level,
	float weight)
{
	*out = (struct kernel_level){.shift = level, .weight = weight};
	out->x0 = texels->x0 >> level, out->x1 = (texels->x1 - 1) >> level;
	out->y0 = texels->y0 >> level, out->y1 = (texels->y1 - 1) >> level;
	if (level == 0) {
		out->bytes = (const uint32_t *)(const void *)image->pixels;
		out->width = image->width;
		return;
	}
	struct mip m = mips_level(image, level);
	out->light = m.texels;
	out->width = m.width;
	out->ahead = (ptrdiff_t)ldexp(near(2 * from->sy), -(int)level) * m.width +
		     (ptrdiff_t)ldexp(near(2 * from->hx), -(int)level);
}

static int set_levels(
	struct soft_source *s, const struct soft *soft, struct gl_image *image)
{
	const struct gl_affine *m = &s->from_device;
	double lod = log2(fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy)));
	unsigned last = mips_last(image->width, image->height);
	lod = lod > 0 ? fmin(lod, last) : 0;
	unsigned level = (unsigned)lod;
	float part = (float)(lod - level);
	int rc = lod > 0 ? mips_need(image, soft->linear) : 0;
	if (rc)
		return rc;
	s->sampler.n = part > 0 ? 2 : 1;
	set_level(&s->sampler.levels[0], image, &s->texels, m, level, 1 - part);
	set_level(&s->sampler.levels[1], image, &s->texels, m,
		part > 0 ? level + 1 : level, part);
	return 0;
}

/* In 2^-32 texels. */
static int64_t fixed(double v)
{
	return (int64_t)(near(v) * 0x1p32);
}

/*
 * A step is at most 2^16 texels, which leaves any image at once: sums along a row stay far
 * from overflow, and no sample between two that lie inside lies outside.
 */
static int64_t step_of(double v)
{
	return (int64_t)(fmin(fmax(v, -0x1p16), 0x1p16) * 0x1p32);
}

static int set_image(struct soft_source *s, const struct soft *soft,
	const struct gl_brush *b, struct gl_rect bounds)
{
	struct gl_image *image = b->image;
	s->texels = (struct gl_rect){(int32_t)floor(b->x0), (int32_t)floor(b->y0),
		(int32_t)ceil(b->x1), (int32_t)ceil(b->y1)};
	s->pixels = (struct soft_canvas){
		.pixels = (uint32_t *)(void *)image->pixels,
		.stride = image->width,
	};
	if (at_pixels(&s->from_device, &s->texels, bounds)) {
		s->kind = SOURCE_PIXELS;
		s->pixels.x = -(int32_t)s->from_device.ox;
		s->pixels.y = -(int32_t)s->from_device.oy;
		return 0;
	}
	s->sampler.du = step_of(s->from_device.sx);
	s->sampler.dv = step_of(s->from_device.hy);
	s->kind = b->filter == FILTER_NEAREST ? SOURCE_NEAREST : SOURCE_SAMPLE;
	return s->kind == SOURCE_SAMPLE ? set_levels(s, soft, image) : 0;
}

bool source_brush(struct soft_source *s, struct soft *soft, const struct gl_scene *scene,
	const struct gl_brush *b, struct gl_rect bounds, int *rc)
{
	*rc = 0;
	if (b->flat || rect_empty(&bounds))
		return false;
	s->mode = BLEND_OVER;
	s->opaque = b->opaque;
	s->k = 1;
	s->from_device = b->from_device;
	s->x0 = bounds.x0;
	s->y = INT32_MIN;
	s->rx = s->ry = s->unit = 0;
	switch (b->kind) {
	case BRUSH_COLOR:
		s->kind = SOURCE_COLOR;
		s->opaque = b->color >> 24 == 255;
		soft_color(soft, b->color, s->color);
		s->pixel = b->color; /* what an opaque one is */
		s->shade = soft_shade_of(soft, b->color);
		return true;
	case BRUSH_IMAGE:
		*rc = set_image(s, soft, b, bounds);
		return *rc == 0;
	default:
		set_gradient(s, soft, scene, b);
		return true;
	}
}

int source_image(struct soft_source *s, struct soft *soft, struct gl_image *image,
	const struct gl_affine *from_device, struct gl_rect bounds)
{
	const struct gl_brush brush = {
		.kind = BRUSH_IMAGE,
		.filter = FILTER_LINEAR,
		.from_device = *from_device,
		.x1 = image->width,
		.y1 = image->height,
		.image = image,
	};
	int rc;
	source_brush(s, soft, NULL, &brush, bounds, &rc);
	return rc;
}

unsigned source_level(const struct gl_affine *m)
{
	double lod = log2(fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy)));
	return lod > 0 ? (unsigned)fmin(lod, 31) : 0;
}

void source_pixels(struct soft_source *s, struct soft_canvas pixels, bool opaque, float k)
{
	s->kind = SOURCE_PIXELS;
	s->mode = BLEND_OVER;
	s->opaque = opaque;
	s->k = k;
	s->pixels = pixels;
}

/* rows */

static void set_row(struct soft_source *s, int32_t y)
{
	struct gl_point at = affine_apply(&s->from_device, s->x0 + 0.5, y + 0.5);
	s->y = y;
	s->line.t = at.x;
	s->line.px = (at.x - s->rx) * s->unit;
	s->line.py = (at.y - s->ry) * s->unit;
	s->u = fixed(at.x);
	s->v = fixed(at.y);
}

static int64_t along(int64_t from, int64_t step, int32_t n)
{
	return (int64_t)((uint64_t)from + (uint64_t)step * (uint64_t)n);
}

static int32_t texel(int64_t fixed, int32_t first, int32_t end)
{
	int64_t t = fixed >> 32;
	return t < first ? first : t >= end ? end - 1 : (int32_t)t;
}

static void nearest(const struct soft_source *s, uint32_t *row, int32_t x, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		int32_t u = texel(along(s->u, s->sampler.du, x - s->x0 + i), s->texels.x0,
			s->texels.x1);
		int32_t v = texel(along(s->v, s->sampler.dv, x - s->x0 + i), s->texels.y0,
			s->texels.y1);
		row[i] = s->pixels.pixels[(ptrdiff_t)v * s->pixels.stride + u];
	}
}

/* Encoded pixels; NULL: they come as light. */
static const uint32_t *encoded(
	struct soft *soft, const struct soft_source *s, int32_t x, int32_t y, int32_t n)
{
	if (s->kind == SOURCE_PIXELS)
		return canvas_at(&s->pixels, x, y);
	if (s->kind != SOURCE_NEAREST)
		return NULL;
	nearest(s, soft->row, x, n);
	return soft->row;
}

static void light_row(
	struct soft *soft, const struct soft_source *s, int32_t x, int32_t n)
{
	const struct soft_kernels *k = soft->kernels;
	if (s->kind == SOURCE_GRADIENT)
		k->gradient(
			soft->light, (size_t)n, &s->ramp, &s->line, (size_t)(x - s->x0));
	else if (s->kind == SOURCE_SAMPLE)
		k->sample(soft->light, (size_t)n, &s->sampler,
			along(s->u, s->sampler.du, x - s->x0),
			along(s->v, s->sampler.dv, x - s->x0));
	else
		for (int32_t i = 0; i < n; i++)
			memcpy(soft->light + 4 * i, s->color, sizeof s->color);
}

static void lay(const struct soft_painter *p, struct soft_source *s, int32_t x, int32_t y,
	int32_t n, const uint16_t *cover, float c)
{
	struct soft *soft = p->soft;
	const struct soft_kernels *k = soft->kernels;
	uint32_t *dst = canvas_at(&p->canvas, x, y);
	bool all = !cover && c == 1 &&
		   (s->mode == BLEND_SOURCE || (s->mode == BLEND_OVER && s->opaque));
	const uint32_t *src = encoded(soft, s, x, y, n);
	/* k of a source scales its light, not the coverage. */
	bool same = all && s->k == 1;
	if (src && same) {
		memcpy(dst, src, (size_t)n * sizeof *dst);
		return;
	}
	if (src)
		k->load(soft->light, (size_t)n, src);
	else
		light_row(soft, s, x, n);
	if (s->k != 1 && s->mode != BLEND_OVER)
		for (int32_t i = 0; i < 4 * n; i++)
			soft->light[i] *= s->k;
	if (same)
		k->store(dst, (size_t)n, soft->light);
	else if (s->mode == BLEND_OVER)
		k->over(dst, (size_t)n, soft->light, cover, c * s->k);
	else
		k->blend(dst, (size_t)n, soft->light, cover, c, s->mode);
}

static void lay_color(const struct soft_painter *p, const struct soft_source *s,
	uint32_t *dst, size_t n, const uint16_t *cover, uint16_t value, float c)
{
	const struct soft_kernels *k = p->soft->kernels;
	if (!cover && c == 1 && s->opaque) {
		k->fill(dst, n, s->pixel);
		return;
	}
	if (s->shade) {
		k->shade(dst, n, s->shade, cover, value);
		return;
	}
	const float color[4] = {
		s->color[0] * c, s->color[1] * c, s->color[2] * c, s->color[3] * c};
	if (cover)
		k->solid_cover(dst, n, color, cover);
	else
		k->solid(dst, n, color);
}

void source_run(const struct soft_painter *p, struct soft_source *s, int32_t x, int32_t y,
	int32_t n, const uint16_t *cover, uint16_t value)
{
	float c = cover || value == COVER_FULL ? 1 : (float)value / COVER_FULL;
	if (s->kind == SOURCE_COLOR && s->mode == BLEND_OVER) {
		lay_color(p, s, canvas_at(&p->canvas, x, y), (size_t)n, cover, value, c);
		return;
	}
	if (s->y != y)
		set_row(s, y);
	for (int32_t i = 0; i < n; i += SOFT_ROW) {
		int32_t m = n - i < SOFT_ROW ? n - i : SOFT_ROW;
		lay(p, s, x + i, y, m, cover ? cover + i : NULL, c);
	}
}

/* clips */

static void clip_row(const struct soft_painter *p, struct soft_source *s,
	const struct gl_clip *clip, int32_t y, int32_t x0, int32_t x1)
{
	const struct gl_mask *mask = clip->mask;
	const uint32_t *row = &mask->rows[y - clip->mask_y];
	for (uint32_t i = row[0]; i < row[1]; i++) {
		const struct gl_span *span = &mask->spans[i];
		int32_t left = clip->mask_x + span->x, from = left, to = left + span->len;
		from = from > x0 ? from : x0;
		to = to < x1 ? to : x1;
		if (from >= to)
			continue;
		source_run(p, s, from, y, to - from,
			span->cover == COVER_NONE
				? NULL
				: mask->cover + span->cover + (from - left),
			span->value);
	}
}

void source_clip(const struct soft_painter *p, struct soft_source *s,
	const struct gl_clip *clip, struct gl_rect rect)
{
	if (clip)
		rect = rect_intersect(rect, clip->bounds);
	for (int32_t y = rect.y0; y < rect.y1 && rect.x0 < rect.x1; y++)
		if (clip && clip->mask)
			clip_row(p, s, clip, y, rect.x0, rect.x1);
		else
			source_run(p, s, rect.x0, y, rect.x1 - rect.x0, NULL, COVER_FULL);
}

void clip_cover(
	const struct gl_clip *clip, int32_t x, int32_t y, int32_t n, uint16_t *cover)
{
	const struct gl_mask *mask = clip->mask;
	memset(cover, 0, (size_t)n * sizeof *cover);
	if (y < clip->mask_y || y >= clip->mask_y + mask->height)
		return;
	const uint32_t *row = &mask->rows[y - clip->mask_y];
	for (uint32_t i = row[0]; i < row[1]; i++) {
		const struct gl_span *span = &mask->spans[i];
		int32_t left = clip->mask_x + span->x - x, right = left + span->len;
		int32_t from = left > 0 ? left : 0, to = right < n ? right : n;
		for (int32_t k = from; k < to; k++)
			cover[k] =
				span->cover == COVER_NONE
					? span->value
					: mask->cover[span->cover + (uint32_t)(k - left)];
	}
}
