#include "gl/glyph_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/font.h"
#include "gl/glyph.h"
#include "util/opwire.h"

/* Beyond this nobody can see, and far below a float's exactness. */
#define FAR_AWAY 30000.0

int glyph_picture_start(struct glyph_picture *out, int32_t left, int32_t top,
	int64_t width, int64_t height, bool color)
{
	int64_t most = color ? GLYPH_MAX_COLORS : GLYPH_MAX_PIXELS;
	if (width < 0 || height < 0 || width > GLYPH_MAX_SIDE ||
		height > GLYPH_MAX_SIDE || width * height > most)
		return -E2BIG;
	size_t size = (size_t)(width * height) * (color ? 4 : 1);
	if (size > out->cap) {
		uint8_t *pixels = realloc(out->pixels, size);
		if (!pixels)
			return -ENOMEM;
		out->pixels = pixels;
		out->cap = size;
	}
	if (size)
		memset(out->pixels, 0, size);
	out->left = left;
	out->top = top;
	out->width = (int32_t)width;
	out->height = (int32_t)height;
	out->color = color;
	return 0;
}

uint64_t glyph_dear_points(const FT_Outline *outline)
{
	unsigned n = (unsigned)outline->n_points;
	return n > GLYPH_FREE_POINTS ? n - GLYPH_FREE_POINTS : 0;
}

static bool within_limits(const FT_Outline *outline)
{
	if ((unsigned)outline->n_points > GLYPH_MAX_POINTS)
		return false;
	for (int i = 0; i < outline->n_points; i++)
		if (labs(outline->points[i].x) > GLYPH_MAX_COORD ||
			labs(outline->points[i].y) > GLYPH_MAX_COORD)
			return false;
	return true;
}

int glyph_load(const struct glyph_source *source)
{
	FT_GlyphSlot slot = source->face->glyph;
	int rc = gl_font_load(source->fonts, source->font, source->id,
		FT_LOAD_NO_SCALE | FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP |
			FT_LOAD_IGNORE_TRANSFORM);
	if (rc)
		return rc;
	if (slot->format != FT_GLYPH_FORMAT_OUTLINE || slot->outline.n_points == 0 ||
		source->face->units_per_EM == 0)
		return -ENOENT;
	if (!within_limits(&slot->outline))
		return -E2BIG;
	if (source->embolden && FT_Outline_Embolden(&slot->outline,
					source->face->units_per_EM / GLYPH_BOLDER) != 0)
		return -EINVAL;
	if (source->skew != 0) {
		FT_Matrix slant = {0x10000, lrint(source->skew * 0x10000), 0, 0x10000};
		FT_Outline_Transform(&slot->outline, &slant);
	}
	return 0;
}

struct gl_affine glyph_to_device(const struct glyph_source *source)
{
	double scale = source->size_26_6 / 64.0 / source->face->units_per_EM;
	return (struct gl_affine){
		.sx = scale,
		.sy = -scale,
		.ox = (double)source->quarter / GLYPH_QUARTERS,
	};
}

bool glyph_box(
	FT_GlyphSlot slot, const struct gl_affine *to_device, struct glyph_box *out)
{
	const FT_Outline *outline = &slot->outline;
	*out = (struct glyph_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
	for (int i = 0; i < outline->n_points; i++) {
		struct gl_point p = affine_apply(to_device, (double)outline->points[i].x,
			(double)outline->points[i].y);
		out->x0 = fmin(out->x0, p.x);
		out->y0 = fmin(out->y0, p.y);
		out->x1 = fmax(out->x1, p.x);
		out->y1 = fmax(out->y1, p.y);
	}
	out->x0 = floor(out->x0);
	out->y0 = floor(out->y0);
	out->x1 = ceil(out->x1);
	out->y1 = ceil(out->y1);
	return out->x0 >= -FAR_AWAY && out->y0 >= -FAR_AWAY && out->x1 <= FAR_AWAY &&
	       out->y1 <= FAR_AWAY;
}

int glyph_raster(const struct glyph_source *source, struct glyph_picture *out)
{
	struct gl_affine to_device;
	struct glyph_box box;
	int rc = glyph_load(source);
	if (rc)
		return rc;
	to_device = glyph_to_device(source);
	out->touched +=
		glyph_dear_points(&source->face->glyph->outline) * GLYPH_WORK_PIXELS;
	if (!glyph_box(source->face->glyph, &to_device, &box))
		return -E2BIG;
	rc = glyph_picture_start(out, (int32_t)box.x0, (int32_t)box.y0,
		(int64_t)(box.x1 - box.x0), (int64_t)(box.y1 - box.y0), false);
	if (rc)
		return rc;
	return glyph_cover(source->face->glyph, &to_device, out->left, out->top,
		out->width, out->height, out->pixels, &out->touched);
}

/* FT_Outline_Decompose's view of a sink. */
struct trace {
	const struct glyph_sink *sink;
	double scale;
	bool open;
};

static void emit(
	struct trace *t, unsigned verb, const FT_Vector *const *points, unsigned n)
{
	float xy[6] = {0};
	for (unsigned i = 0; i < n; i++) {
		xy[2 * i] = (float)((double)points[i]->x * t->scale);
		xy[2 * i + 1] = (float)((double)points[i]->y * -t->scale);
	}
	t->sink->verb(t->sink->data, verb, xy);
}

static void finish_contour(struct trace *t)
{
	if (t->open)
		emit(t, VERB_CLOSE, NULL, 0);
	t->open = false;
}

static int trace_move(const FT_Vector *to, void *data)
{
	finish_contour(data);
	emit(data, VERB_MOVE, &to, 1);
	((struct trace *)data)->open = true;
	return 0;
}

static int trace_line(const FT_Vector *to, void *data)
{
	emit(data, VERB_LINE, &to, 1);
	return 0;
}

static int trace_quad(const FT_Vector *c, const FT_Vector *to, void *data)
{
	emit(data, VERB_QUAD, (const FT_Vector *[]){c, to}, 2);
	return 0;
}

static int trace_cubic(
	const FT_Vector *c0, const FT_Vector *c1, const FT_Vector *to, void *data)
{
	emit(data, VERB_CUBIC, (const FT_Vector *[]){c0, c1, to}, 3);
	return 0;
}

void glyph_trace(const FT_Outline *outline, double scale, const struct glyph_sink *sink)
{
	static const FT_Outline_Funcs funcs = {
		.move_to = trace_move,
		.line_to = trace_line,
		.conic_to = trace_quad,
		.cubic_to = trace_cubic,
	};
	struct trace trace = {.sink = sink, .scale = scale};
	FT_Outline_Decompose((FT_Outline *)outline, &funcs, &trace);
	finish_contour(&trace);
}
