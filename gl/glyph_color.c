/*
 * COLR: glyphs made of other glyphs' outlines filled with colours. Version 0 is a list
 * of layers; version 1 a graph of paints, walked here as a tree. Where a paint lies is
 * one matrix from font units to pixels; a glyph in a glyph clips it.
 */
#include "gl/glyph_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include FT_COLOR_H

#include "gl/glyph.h"
#include "gl/glyph_shade.h"

struct box {
	int32_t x0, y0, x1, y1; /* pixels; empty when x1 <= x0 or y1 <= y0 */
};

struct canvas {
	struct box box;
	float *pixels; /* 4 each, rows of the box */
};

/* What is painted goes through coverage (of box; NULL: all of it) onto the canvas. */
struct spot {
	struct gl_affine to_device;
	struct box box; /* within the canvas */
	const uint8_t *coverage;
	struct canvas *canvas;
};

struct job {
	const struct glyph_source *source;
	FT_Face face;
	struct colr colr;
	struct shade_palette palette;
	struct shade shade;
	bool measure; /* nothing is painted, extent grows */
	struct glyph_box extent;
	unsigned nodes, depth, layers;
	uint64_t touched;
};

static bool box_empty(const struct box *b)
{
	return b->x1 <= b->x0 || b->y1 <= b->y0;
}

static struct box box_cut(struct box b, const struct glyph_box *by)
{
	return (struct box){
		.x0 = (int32_t)fmax(fmin(by->x0, b.x1), b.x0),
		.y0 = (int32_t)fmax(fmin(by->y0, b.y1), b.y0),
		.x1 = (int32_t)fmin(fmax(by->x1, b.x0), b.x1),
		.y1 = (int32_t)fmin(fmax(by->y1, b.y0), b.y1),
	};
}

static size_t box_pixels(const struct box *b)
{
	return box_empty(b) ? 0 : (size_t)(b->x1 - b->x0) * (size_t)(b->y1 - b->y0);
}

static int spend(struct job *job, const struct box *box)
{
	job->touched += box_pixels(box);
	return job->touched > GLYPH_MAX_PAINT ? -E2BIG : 0;
}

static int spend_points(struct job *job)
{
	job->touched += glyph_dear_points(&job->face->glyph->outline) * GLYPH_WORK_PIXELS;
	return job->touched > GLYPH_MAX_PAINT ? -E2BIG : 0;
}

static float *pixel_of(const struct canvas *canvas, int32_t x, int32_t y)
{
	size_t width = (size_t)(canvas->box.x1 - canvas->box.x0);
	return canvas->pixels +
	       4 * ((size_t)(y - canvas->box.y0) * width + (size_t)(x - canvas->box.x0));
}

static float cover_of(const struct spot *spot, size_t i)
{
	return spot->coverage ? (float)spot->coverage[i] / 255 : 1;
}

static void over(const float s[4], float k, float d[4])
{
	float keep = 1 - s[3] * k;
	for (int c = 0; c < 4; c++)
		d[c] = s[c] * k + d[c] * keep;
}

static int fill(struct job *job, const struct spot *spot)
{
	bool solid = job->shade.kind == SHADE_SOLID;
	float color[4];
	size_t i = 0;
	int rc = spend(job, &spot->box);
	shade_at(&job->shade, 0, 0, color);
	for (int32_t y = spot->box.y0; !rc && y < spot->box.y1; y++) {
		float *at = pixel_of(spot->canvas, spot->box.x0, y);
		for (int32_t x = spot->box.x0; x < spot->box.x1; x++, i++, at += 4) {
			float k = cover_of(spot, i);
			if (k <= 0)
				continue;
			if (!solid)
				shade_at(&job->shade, x + 0.5, y + 0.5, color);
			over(color, k, at);
		}
	}
	return rc;
}

static void grow(struct glyph_box *extent, const struct glyph_box *by)
{
	extent->x0 = fmin(extent->x0, by->x0);
	extent->y0 = fmin(extent->y0, by->y0);
	extent->x1 = fmax(extent->x1, by->x1);
	extent->y1 = fmax(extent->y1, by->y1);
}

static void cut_coverage(
	const struct spot *spot, const struct box *box, uint8_t *coverage)
{
	size_t width = (size_t)(spot->box.x1 - spot->box.x0);
	for (int32_t y = box->y0; spot->coverage && y < box->y1; y++) {
		const uint8_t *by = spot->coverage + (size_t)(y - spot->box.y0) * width +
				    (size_t)(box->x0 - spot->box.x0);
		for (int32_t x = box->x0; x < box->x1; x++, coverage++, by++)
			*coverage = (uint8_t)((*coverage * *by + 127) / 255);
	}
}

/*
 * clip_to makes a spot of what a glyph's outline leaves of another: its coverage is the
 * caller's to free. Its box is empty when nothing is left.
 */
static int clip_to(
	struct job *job, const struct spot *spot, uint32_t id, struct spot *out)
{
	struct glyph_source part = {.fonts = job->source->fonts,
		.font = job->source->font,
		.face = job->face,
		.id = id};
	struct glyph_box box;
	*out = *spot;
	out->coverage = NULL;
	out->box = (struct box){0};
	int rc = glyph_load(&part);
	if (rc)
		return rc == -ENOENT ? 0 : rc;
	rc = spend_points(job);
	if (rc)
		return rc;
	if (!glyph_box(job->face->glyph, &spot->to_device, &box))
		return -E2BIG;
	if (job->measure) {
		grow(&job->extent, &box);
		return 0;
	}
	out->box = box_cut(spot->box, &box);
	rc = spend(job, &out->box);
	if (rc || box_empty(&out->box))
		return rc;
	uint8_t *coverage = calloc(1, box_pixels(&out->box));
	if (!coverage)
		return -ENOMEM;
	rc = glyph_cover(job->face->glyph, &spot->to_device, out->box.x0, out->box.y0,
		out->box.x1 - out->box.x0, out->box.y1 - out->box.y0, coverage,
		&job->touched);
	cut_coverage(spot, &out->box, coverage);
	out->coverage = coverage;
	return rc;
}

static int walk(struct job *job, size_t at, const struct spot *spot);

static int walk_layers(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	int rc = 0;
	for (uint32_t i = 0; !rc && i < paint->n; i++) {
		size_t at;
		rc = colr_layer(&job->colr, paint->first + i, &at);
		if (!rc)
			rc = walk(job, at, spot);
	}
	return rc;
}

static int walk_outline(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	struct spot inside;
	int rc = clip_to(job, spot, paint->glyph, &inside);
	if (!rc && !box_empty(&inside.box))
		rc = walk(job, paint->child, &inside);
	free((void *)inside.coverage);
	return rc;
}

static bool clip_box(struct job *job, uint32_t id, const struct gl_affine *to_device,
	struct glyph_box *out)
{
	double box[4];
	if (!colr_clip(&job->colr, id, box))
		return false;
	*out = (struct glyph_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
	for (int i = 0; i < 4; i++) {
		struct gl_point p =
			affine_apply(to_device, box[i & 2], box[1 + 2 * (i & 1)]);
		grow(out, &(struct glyph_box){
				  floor(p.x), floor(p.y), ceil(p.x), ceil(p.y)});
	}
	return true;
}

static void copy_coverage(const struct spot *from, const struct box *box, uint8_t *out)
{
	memset(out, 255, box_pixels(box));
	cut_coverage(from, box, out);
}

/* A whole coloured glyph in another, cut by its own clip box, to whole pixels. */
static int walk_colr(struct job *job, uint32_t id, const struct spot *spot)
{
	struct spot inside = *spot;
	struct glyph_box box;
	size_t root;
	uint8_t *coverage = NULL;
	if (!colr_root(&job->colr, id, &root))
		return 0;
	if (!clip_box(job, id, &spot->to_device, &box))
		return walk(job, root, spot);
	if (job->measure) {
		grow(&job->extent, &box);
		return 0;
	}
	inside.box = box_cut(spot->box, &box);
	if (box_empty(&inside.box))
		return 0;
	if (spot->coverage) {
		coverage = malloc(box_pixels(&inside.box));
		if (!coverage)
			return -ENOMEM;
		copy_coverage(spot, &inside.box, coverage);
		inside.coverage = coverage;
	}
	int rc = walk(job, root, &inside);
	free(coverage);
	return rc;
}

static int walk_moved(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	struct spot moved = *spot;
	moved.to_device = affine_mul(&spot->to_device, &paint->by);
	return walk(job, paint->child, &moved);
}

static int walk_alone(
	struct job *job, size_t at, const struct spot *spot, struct canvas *canvas)
{
	struct spot inside = {
		.to_device = spot->to_device, .box = spot->box, .canvas = canvas};
	int rc = spend(job, &spot->box);
	if (rc)
		return rc;
	canvas->box = spot->box;
	canvas->pixels = calloc(box_pixels(&spot->box), 4 * sizeof *canvas->pixels);
	return canvas->pixels ? walk(job, at, &inside) : -ENOMEM;
}

static int walk_composite(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	struct canvas source = {0}, backdrop = {0};
	size_t n = box_pixels(&spot->box);
	int rc;
	if (job->measure) {
		rc = walk(job, paint->backdrop, spot);
		return rc ? rc : walk(job, paint->child, spot);
	}
	if (++job->layers > GLYPH_MAX_LAYERS)
		return -E2BIG;
	rc = walk_alone(job, paint->backdrop, spot, &backdrop);
	if (!rc)
		rc = walk_alone(job, paint->child, spot, &source);
	size_t width = (size_t)(spot->box.x1 - spot->box.x0);
	for (size_t i = 0; !rc && i < n; i++) {
		float *mixed = backdrop.pixels + 4 * i;
		shade_mix(paint->mode, source.pixels + 4 * i, mixed);
		over(mixed, cover_of(spot, i),
			pixel_of(spot->canvas, spot->box.x0 + (int32_t)(i % width),
				spot->box.y0 + (int32_t)(i / width)));
	}
	free(source.pixels);
	free(backdrop.pixels);
	job->layers--;
	return rc;
}

static int walk_fill(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	if (job->measure)
		return 0;
	int rc = shade_make(
		&job->shade, &job->colr, paint, &job->palette, &spot->to_device);
	return rc ? rc : fill(job, spot);
}

static int walk_paint(
	struct job *job, const struct colr_paint *paint, const struct spot *spot)
{
	switch (paint->kind) {
	case COLR_LAYERS:
		return walk_layers(job, paint, spot);
	case COLR_OUTLINE:
		return walk_outline(job, paint, spot);
	case COLR_GLYPH:
		return walk_colr(job, paint->glyph, spot);
	case COLR_MOVED:
		return walk_moved(job, paint, spot);
	case COLR_COMPOSITE:
		return walk_composite(job, paint, spot);
	default:
		return walk_fill(job, paint, spot);
	}
}

static int walk(struct job *job, size_t at, const struct spot *spot)
{
	struct colr_paint paint;
	if (++job->nodes > GLYPH_MAX_NODES || job->depth == GLYPH_MAX_DEPTH)
		return -E2BIG;
	int rc = colr_read(&job->colr, at, &paint);
	job->depth++;
	if (!rc)
		rc = walk_paint(job, &paint, spot);
	job->depth--;
	return rc;
}

static int walk_flat(struct job *job, const struct spot *spot)
{
	uint32_t first, n, id;
	int rc = colr_flat(&job->colr, job->source->id, &first, &n) ? 0 : -EINVAL;
	for (uint32_t i = 0; !rc && i < n; i++) {
		struct colr_color color = {.alpha = 1};
		struct spot inside;
		if (++job->nodes > GLYPH_MAX_NODES)
			return -E2BIG;
		rc = colr_flat_layer(&job->colr, first + i, &id, &color.index);
		if (rc)
			return rc;
		rc = clip_to(job, spot, id, &inside);
		shade_solid(&job->shade, &job->palette, &color);
		if (!rc && !box_empty(&inside.box))
			rc = fill(job, &inside);
		free((void *)inside.coverage);
	}
	return rc;
}

static int walk_all(struct job *job, bool graph, const struct spot *spot)
{
	job->nodes = 0;
	job->extent = (struct glyph_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
	return graph ? walk_colr(job, job->source->id, spot) : walk_flat(job, spot);
}

static void encode(const struct canvas *canvas, uint8_t *out)
{
	const float *in = canvas->pixels;
	for (size_t i = 0; i < box_pixels(&canvas->box); i++, in += 4) {
		float a = fminf(in[3], 1);
		for (int c = 0; c < 3; c++)
			*out++ = srgb_encode(fminf(in[c], a));
		*out++ = (uint8_t)(a * 255 + 0.5f);
	}
}

static int paint_all(struct job *job, bool graph, struct glyph_picture *out)
{
	struct canvas canvas = {0};
	struct spot spot = {.to_device = glyph_to_device(job->source), .canvas = &canvas};
	job->measure = true;
	int rc = walk_all(job, graph, &spot);
	if (rc)
		return rc;
	struct glyph_box e = job->extent;
	if (!(e.x0 < e.x1 && e.y0 < e.y1))
		e = (struct glyph_box){0};
	if (fabs(e.x0) > INT16_MAX || fabs(e.y0) > INT16_MAX)
		return -E2BIG;
	rc = glyph_picture_start(out, (int32_t)e.x0, (int32_t)e.y0,
		(int64_t)fmin(e.x1 - e.x0, 1e9), (int64_t)fmin(e.y1 - e.y0, 1e9), true);
	if (rc)
		return rc;
	canvas.box = spot.box = (struct box){
		out->left, out->top, out->left + out->width, out->top + out->height};
	canvas.pixels = calloc(box_pixels(&canvas.box) + 1, 4 * sizeof *canvas.pixels);
	if (!canvas.pixels)
		return -ENOMEM;
	job->measure = false;
	rc = walk_all(job, graph, &spot);
	if (!rc)
		encode(&canvas, out->pixels);
	free(canvas.pixels);
	return rc;
}

static int load_palette(struct job *job)
{
	FT_Palette_Data data;
	FT_Color *colors;
	if (FT_Palette_Data_Get(job->face, &data) != 0 ||
		FT_Palette_Select(job->face, 0, &colors) != 0)
		return -EINVAL;
	job->palette =
		(struct shade_palette){colors, colors ? data.num_palette_entries : 0};
	return 0;
}

int glyph_color(const struct glyph_source *source, struct glyph_picture *out)
{
	uint32_t first, n;
	size_t root;
	bool graph = colr_root(source->colr, source->id, &root);
	if (!graph && !colr_flat(source->colr, source->id, &first, &n))
		return -ENOENT;
	struct job *job = malloc(sizeof *job);
	if (!job)
		return -ENOMEM;
	*job = (struct job){
		.source = source, .face = source->face, .colr = *source->colr};
	int rc = load_palette(job);
	if (!rc)
		rc = paint_all(job, graph, out);
	out->touched += job->touched;
	free(job);
	return rc;
}
