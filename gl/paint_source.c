#include "gl/paint_source.h"

#include <math.h>
#include <string.h>

#include "util/opwire.h"

struct paint_source paint_source_color(const struct gl *gl, const float color[4])
{
	struct paint_source s = {.program = &gl->programs.fill};
	memcpy(s.color, color, sizeof s.color);
	return s;
}

static void set_unit(float unit[2], int32_t width, int32_t height)
{
	unit[0] = 1.0f / (float)width;
	unit[1] = 1.0f / (float)height;
}

struct paint_source paint_source_surface(const struct gl *gl,
	const struct gl_surface *from, int32_t x, int32_t y, float opacity)
{
	struct paint_source s = {.program = &gl->programs.picture,
		.color = {[3] = opacity},
		.to_brush = {.sx = 1, .sy = 1, .ox = -x, .oy = -y},
		.texture = from->texture};
	set_unit(s.unit, from->width, from->height);
	return s;
}

struct paint_source paint_source_glyph(const struct gl *gl, const struct gl_glyph *glyph,
	int32_t x, int32_t y, float opacity)
{
	struct paint_source s = {.program = &gl->programs.picture,
		.color = {[3] = opacity},
		.to_brush = {.sx = 1,
			.sy = 1,
			.ox = glyph->atlas_x - x,
			.oy = glyph->atlas_y - y},
		.texture = gl->batch.color_glyphs.texture};
	set_unit(s.unit, ATLAS_SIDE, ATLAS_SIDE);
	return s;
}

void paint_source_look(struct paint_source *s, const struct gl *gl,
	const struct gl_surface *from, const struct gl_surface *below)
{
	s->program = &gl->programs.blend;
	s->texture = from->texture;
	s->under = below->texture;
	s->unit[0] = s->unit[1] = 1;
	set_unit(s->fine, from->width, from->height);
	set_unit(s->extent, below->width, below->height);
}

/* Centres of the outermost texels of a level that lie in the rectangle. */
static void set_clamp(
	float clamp[4], const double rect[4], double texel, int32_t width, int32_t height)
{
	clamp[0] = (float)(floor(rect[0] / texel) + 0.5);
	clamp[1] = (float)(floor(rect[1] / texel) + 0.5);
	clamp[2] = (float)(fmin(ceil(rect[2] / texel), width) - 0.5);
	clamp[3] = (float)(fmin(ceil(rect[3] / texel), height) - 0.5);
}

struct paint_source paint_source_content(const struct gl *gl,
	const struct gl_surface *from, const struct gl_affine *to_content,
	struct gl_rect content)
{
	const double rect[4] = {0, 0, content.x1 - content.x0, content.y1 - content.y0};
	struct paint_source s = {.program = &gl->programs.image,
		.color = {[3] = 1},
		.to_brush = *to_content,
		.texture = from->texture,
		.under = from->texture,
		.unit = {1, 1},
		.levels = {1, 1, 0, 0}};
	s.to_brush.ox -= content.x0;
	s.to_brush.oy -= content.y0;
	set_unit(s.fine, from->width, from->height);
	set_unit(s.extent, from->width, from->height);
	set_clamp(s.clamp[0], rect, 1, from->width, from->height);
	memcpy(s.clamp[1], s.clamp[0], sizeof s.clamp[0]);
	return s;
}

static void gradient(struct gl *gl, const struct gl_scene *scene,
	const struct gl_brush *brush, struct paint_source *s)
{
	uint32_t n = brush->n_stops;
	s->program = &gl->programs.gradient;
	s->unit[0] = s->unit[1] = 1;
	s->to_brush = brush->from_device;
	s->look[0] = batch_stops(&gl->batch, &scene->stops[brush->stop], n);
	s->look[1] = (uint8_t)n;
	s->look[2] = brush->spread;
	if (brush->kind == BRUSH_LINEAR)
		return;
	double grow = brush->r1 - brush->r0;
	struct gl_affine *m = &s->to_brush;
	*m = (struct gl_affine){m->sx / grow, m->hx / grow, (m->ox - brush->x0) / grow,
		m->hy / grow, m->sy / grow, (m->oy - brush->y0) / grow};
	s->radial[0] = (float)((brush->x1 - brush->x0) / grow);
	s->radial[1] = (float)((brush->y1 - brush->y0) / grow);
	s->radial[2] = (float)(brush->r0 / grow);
	s->look[3] = 1;
}

/* How many image pixels a device pixel is across, the larger way: gl/OPS.md "Brushes". */
static double shrink(const struct gl_affine *m)
{
	return fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy));
}

static int image(struct gl *gl, const struct gl_brush *brush, struct paint_source *s)
{
	const double rect[4] = {brush->x0, brush->y0, brush->x1, brush->y1};
	bool nearest = brush->filter == FILTER_NEAREST;
	double lod = nearest ? 0 : fmax(log2(shrink(&brush->from_device)), 0);
	unsigned fine = (unsigned)fmin(lod, TEXTURE_LEVELS - 1), coarse;
	int32_t width, height;
	int rc = texture_level(gl, brush->image, &fine, &s->texture, &width, &height);
	if (rc)
		return rc;
	set_unit(s->fine, width, height);
	set_clamp(s->clamp[0], rect, ldexp(1, (int)fine), width, height);
	coarse = lod > fine ? fine + 1 : fine;
	rc = texture_level(gl, brush->image, &coarse, &s->under, &width, &height);
	set_unit(s->extent, width, height);
	set_clamp(s->clamp[1], rect, ldexp(1, (int)coarse), width, height);
	s->program = &gl->programs.image;
	s->to_brush = brush->from_device;
	s->unit[0] = s->unit[1] = 1;
	s->levels[0] = ldexpf(1, (int)fine);
	s->levels[1] = ldexpf(1, (int)coarse);
	s->levels[2] = (float)fmin(fmax(lod - fine, 0), 1);
	s->levels[3] = nearest;
	return rc;
}

static void color(const struct gl *gl, uint32_t rgba, struct paint_source *s)
{
	float alpha = (float)(rgba >> 24) / 255;
	s->program = &gl->programs.fill;
	for (int i = 0; i < 3; i++)
		s->color[i] = gl->linear[rgba >> (8 * i) & 0xff] * alpha;
	s->color[3] = alpha;
}

int paint_source_brush(struct gl *gl, const struct gl_scene *scene,
	const struct gl_brush *brush, struct paint_source *out)
{
	*out = (struct paint_source){.color = {[3] = 1}};
	if (brush->flat)
		return 1;
	if (brush->kind == BRUSH_COLOR)
		color(gl, brush->color, out);
	else if (brush->kind == BRUSH_IMAGE)
		return image(gl, brush, out);
	else
		gradient(gl, scene, brush, out);
	return 0;
}
