#include "canvas_cairo.h"

#include <cairo-ft.h>
#include <cairo.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHADOWS 64

/* What a toolkit on Cairo does: the blurred mask of a size is made once and kept. */
struct shadow {
	float w, h, radius, sigma;
	int margin;
	cairo_surface_t *mask;
};

struct cairo_canvas {
	struct canvas canvas;
	bool coarse;
	cairo_surface_t *surface;
	cairo_t *cr;
	cairo_font_face_t *font;
	struct shadow shadows[SHADOWS];
	int n_shadows;
};

static struct cairo_canvas *of(struct canvas *c)
{
	return (struct cairo_canvas *)c;
}

static void source(cairo_t *cr, uint32_t color)
{
	cairo_set_source_rgba(cr, (color >> 16 & 255) / 255.0, (color >> 8 & 255) / 255.0,
		(color & 255) / 255.0, (color >> 24) / 255.0);
}

static void begin(struct canvas *c, uint32_t color)
{
	source(of(c)->cr, color);
	cairo_paint(of(c)->cr);
}

static void end(struct canvas *c)
{
	cairo_surface_flush(of(c)->surface);
}

static void push(
	struct canvas *c, float sx, float hx, float ox, float hy, float sy, float oy)
{
	cairo_matrix_t m;
	cairo_matrix_init(&m, (double)sx, (double)hy, (double)hx, (double)sy, (double)ox,
		(double)oy);
	cairo_save(of(c)->cr);
	cairo_transform(of(c)->cr, &m);
}

static void pop(struct canvas *c)
{
	cairo_restore(of(c)->cr);
}

static void clip(struct canvas *c, float x0, float y0, float x1, float y1)
{
	cairo_save(of(c)->cr);
	cairo_rectangle(
		of(c)->cr, (double)x0, (double)y0, (double)(x1 - x0), (double)(y1 - y0));
	cairo_clip(of(c)->cr);
}

static void move(struct canvas *c, float x, float y)
{
	cairo_move_to(of(c)->cr, (double)x, (double)y);
}

static void line(struct canvas *c, float x, float y)
{
	cairo_line_to(of(c)->cr, (double)x, (double)y);
}

static void cubic(
	struct canvas *c, float ax, float ay, float bx, float by, float x, float y)
{
	cairo_curve_to(of(c)->cr, (double)ax, (double)ay, (double)bx, (double)by,
		(double)x, (double)y);
}

static void close(struct canvas *c)
{
	cairo_close_path(of(c)->cr);
}

static void fill(struct canvas *c, uint32_t color)
{
	source(of(c)->cr, color);
	cairo_fill(of(c)->cr);
}

static void stroke(
	struct canvas *c, float width, const float *dashes, size_t n, uint32_t color)
{
	double d[8];
	for (size_t i = 0; i < n; i++)
		d[i] = (double)dashes[i];
	cairo_set_dash(of(c)->cr, d, (int)n, 0);
	cairo_set_line_width(of(c)->cr, (double)width);
	source(of(c)->cr, color);
	cairo_stroke(of(c)->cr);
}

static void rect(struct canvas *c, float x0, float y0, float x1, float y1, uint32_t color)
{
	cairo_rectangle(
		of(c)->cr, (double)x0, (double)y0, (double)(x1 - x0), (double)(y1 - y0));
	fill(c, color);
}

static void rounded(cairo_t *cr, double x0, double y0, double x1, double y1, double r)
{
	cairo_new_sub_path(cr);
	cairo_arc(cr, x1 - r, y0 + r, r, -M_PI / 2, 0);
	cairo_arc(cr, x1 - r, y1 - r, r, 0, M_PI / 2);
	cairo_arc(cr, x0 + r, y1 - r, r, M_PI / 2, M_PI);
	cairo_arc(cr, x0 + r, y0 + r, r, M_PI, 1.5 * M_PI);
	cairo_close_path(cr);
}

static void rrect(struct canvas *c, float x0, float y0, float x1, float y1, float radius,
	uint32_t color)
{
	rounded(of(c)->cr, (double)x0, (double)y0, (double)x1, (double)y1,
		(double)radius);
	fill(c, color);
}

/* One direction of a Gaussian, of n values `step` apart. */
static void blur_line(uint8_t *at, int n, int step, const double *kernel, int reach)
{
	double sums[4096];
	for (int i = 0; i < n; i++) {
		sums[i] = 0;
		for (int k = -reach; k <= reach; k++)
			if (i + k >= 0 && i + k < n)
				sums[i] += at[(i + k) * step] * kernel[k + reach];
	}
	for (int i = 0; i < n; i++)
		at[i * step] = (uint8_t)(sums[i] + 0.5);
}

static void blur(cairo_surface_t *mask, double sigma)
{
	int w = cairo_image_surface_get_width(mask);
	int h = cairo_image_surface_get_height(mask);
	int stride = cairo_image_surface_get_stride(mask);
	double kernel[129], sum = 0;
	int reach = (int)ceil(3 * sigma);
	reach = reach > 64 ? 64 : reach;
	for (int k = -reach; k <= reach; k++)
		sum += kernel[k + reach] = exp(-k * k / (2 * sigma * sigma));
	for (int k = 0; k <= 2 * reach; k++)
		kernel[k] /= sum;
	cairo_surface_flush(mask);
	uint8_t *data = cairo_image_surface_get_data(mask);
	for (int y = 0; y < h; y++)
		blur_line(data + (size_t)y * (size_t)stride, w, 1, kernel, reach);
	for (int x = 0; x < w; x++)
		blur_line(data + x, h, stride, kernel, reach);
	cairo_surface_mark_dirty(mask);
}

static const struct shadow *find_shadow(
	struct cairo_canvas *c, float w, float h, float radius, float sigma)
{
	for (int i = 0; i < c->n_shadows; i++) {
		const struct shadow *s = &c->shadows[i];
		if (fabsf(s->w - w) < 0.01f && fabsf(s->h - h) < 0.01f &&
			fabsf(s->radius - radius) < 0.01f &&
			fabsf(s->sigma - sigma) < 0.01f)
			return s;
	}
	struct shadow *s = &c->shadows[c->n_shadows++ % SHADOWS];
	*s = (struct shadow){w, h, radius, sigma, (int)ceilf(3 * sigma), NULL};
	s->mask = cairo_image_surface_create(CAIRO_FORMAT_A8,
		(int)ceilf(w) + 2 * s->margin, (int)ceilf(h) + 2 * s->margin);
	cairo_t *cr = cairo_create(s->mask);
	rounded(cr, s->margin, s->margin, s->margin + (double)w, s->margin + (double)h,
		(double)radius);
	cairo_fill(cr);
	cairo_destroy(cr);
	blur(s->mask, (double)sigma);
	return s;
}

static void shadow(struct canvas *c, float x0, float y0, float x1, float y1, float radius,
	float sigma, uint32_t color)
{
	const struct shadow *s = find_shadow(of(c), x1 - x0, y1 - y0, radius, sigma);
	source(of(c)->cr, color);
	cairo_mask_surface(
		of(c)->cr, s->mask, (double)x0 - s->margin, (double)y0 - s->margin);
}

static void gradient(struct canvas *c, cairo_pattern_t *pattern, float w, float h,
	const struct canvas_stop *stops, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cairo_pattern_add_color_stop_rgba(pattern, (double)stops[i].at,
			(stops[i].color >> 16 & 255) / 255.0,
			(stops[i].color >> 8 & 255) / 255.0,
			(stops[i].color & 255) / 255.0, (stops[i].color >> 24) / 255.0);
	cairo_set_source(of(c)->cr, pattern);
	cairo_rectangle(of(c)->cr, 0, 0, (double)w, (double)h);
	cairo_fill(of(c)->cr);
	cairo_pattern_destroy(pattern);
}

static void linear(
	struct canvas *c, float w, float h, const struct canvas_stop *stops, size_t n)
{
	gradient(c, cairo_pattern_create_linear(0, 0, (double)w, (double)h), w, h, stops,
		n);
}

static void radial(
	struct canvas *c, float w, float h, const struct canvas_stop *stops, size_t n)
{
	double x = (double)w / 2, y = (double)h / 2;
	gradient(
		c, cairo_pattern_create_radial(x, y, 0, x, y, (double)w), w, h, stops, n);
}

static void glyphs(struct canvas *c, float size, const uint16_t *ids, const float *xy,
	size_t n, uint32_t color)
{
	cairo_glyph_t glyph[256];
	for (size_t i = 0; i < n; i++)
		glyph[i] =
			(cairo_glyph_t){ids[i], (double)xy[2 * i], (double)xy[2 * i + 1]};
	cairo_set_font_face(of(c)->cr, of(c)->font);
	cairo_set_font_size(of(c)->cr, (double)size);
	source(of(c)->cr, color);
	cairo_show_glyphs(of(c)->cr, glyph, (int)n);
}

static void image(struct canvas *c, struct canvas_image *from)
{
	if (!from->kept)
		from->kept = cairo_image_surface_create_for_data(
			(uint8_t *)(uintptr_t)from->pixels, CAIRO_FORMAT_RGB24,
			from->width, from->height, from->width * 4);
	cairo_set_source_surface(of(c)->cr, from->kept, 0, 0);
	if (of(c)->coarse)
		cairo_pattern_set_filter(
			cairo_get_source(of(c)->cr), CAIRO_FILTER_BILINEAR);
	cairo_paint(of(c)->cr);
}

static const struct canvas_ops ops = {
	.begin = begin,
	.end = end,
	.push = push,
	.pop = pop,
	.clip = clip,
	.unclip = pop,
	.move = move,
	.line = line,
	.cubic = cubic,
	.close = close,
	.fill = fill,
	.stroke = stroke,
	.rect = rect,
	.rrect = rrect,
	.shadow = shadow,
	.linear = linear,
	.radial = radial,
	.glyphs = glyphs,
	.image = image,
};

struct canvas *cairo_canvas_create(int width, int height, bool coarse)
{
	static FT_Library library;
	FT_Face face;
	struct cairo_canvas *c = calloc(1, sizeof *c);
	if (!c || (!library && FT_Init_FreeType(&library)) ||
		FT_New_Face(library, canvas_font, 0, &face)) {
		fprintf(stderr, "bench: Cairo's canvas cannot be made\n");
		exit(1);
	}
	c->canvas = (struct canvas){&ops, width, height};
	c->coarse = coarse;
	c->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	c->cr = cairo_create(c->surface);
	c->font = cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING);
	cairo_set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
	return &c->canvas;
}

void cairo_canvas_destroy(struct canvas *c)
{
	for (int i = 0; i < of(c)->n_shadows && i < SHADOWS; i++)
		cairo_surface_destroy(of(c)->shadows[i].mask);
	cairo_font_face_destroy(of(c)->font);
	cairo_destroy(of(c)->cr);
	cairo_surface_destroy(of(c)->surface);
	free(c);
}

void cairo_canvas_write(struct canvas *c, const char *path)
{
	cairo_surface_write_to_png(of(c)->surface, path);
}
