#include "gl/export.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/export_private.h"
#include "gl/glyph.h"
#include "gl/resource.h"
#include "gl/soft.h"
#include "gl/sublayer.h"
#include "util/whole_file.h"

/* px per em at which coloured glyphs are taken: sharp on paper too. */
#define COLOR_SIZE 256.0f

/* Clips: a stack of open ones, as long as items share them. */

static void close_clips(struct export *x, size_t keep)
{
	struct export_level *l = x->level;
	while (l->n_open > keep)
		x->target->unclip(x, &l->scene->clips[l->open[--l->n_open]]);
}

static size_t chain_of(const struct gl_scene *scene, uint32_t clip, uint32_t *chain)
{
	size_t n = 0;
	for (uint32_t c = clip; c != SCENE_NONE; c = scene->clips[c].parent)
		n++;
	size_t at = n;
	for (uint32_t c = clip; c != SCENE_NONE; c = scene->clips[c].parent)
		chain[--at] = c;
	return n;
}

static void open_clips(struct export *x, uint32_t clip)
{
	struct export_level *l = x->level;
	uint32_t chain[OPWIRE_MAX_CLIPS + 2];
	size_t n = chain_of(l->scene, clip, chain), same = 0;
	while (same < n && same < l->n_open && chain[same] == l->open[same])
		same++;
	close_clips(x, same);
	while (l->n_open < n) {
		uint32_t next = chain[l->n_open];
		l->open[l->n_open++] = next;
		x->target->clip(x, &l->scene->clips[next]);
	}
}

/* Does nothing show through it? */
static bool shuts(const struct gl_scene *scene, uint32_t clip)
{
	for (uint32_t c = clip; c != SCENE_NONE; c = scene->clips[c].parent)
		if (scene->clips[c].flat ||
			(scene->clips[c].shape == SHAPE_STROKE &&
				scene->strokes[scene->clips[c].stroke].width <= 0))
			return true;
	return false;
}

/* Items. */

static void paint_image(
	struct export *x, const struct gl_item *item, const struct gl_brush *b)
{
	const struct gl_image *image = b->image;
	int32_t x0 = (int32_t)floor(b->x0), y0 = (int32_t)floor(b->y0);
	struct gl_affine corner = {.sx = 1, .ox = x0, .sy = 1, .oy = y0};
	struct export_image out = {
		.pixels = image->pixels +
			  4 * ((size_t)y0 * (size_t)image->width + (size_t)x0),
		.stride = image->width * 4,
		.width = (int32_t)ceil(b->x1) - x0,
		.height = (int32_t)ceil(b->y1) - y0,
		.nearest = b->filter == FILTER_NEAREST,
	};
	if (!affine_invert(&b->from_device, &out.to_device))
		return;
	out.to_device = affine_mul(&out.to_device, &corner);
	out.key = export_key(EXPORT_IMAGE, image->serial,
		export_key(EXPORT_IMAGE, (uint64_t)x0 << 32 | (uint32_t)y0,
			(uint64_t)out.width << 32 | (uint32_t)out.height));
	open_clips(x, item->clip);
	x->target->image(x, &out);
}

static void paint_fill(struct export *x, const struct gl_item *item)
{
	const struct gl_scene *scene = x->level->scene;
	const struct gl_brush *brush = &scene->brushes[item->brush];
	if (brush->kind == BRUSH_IMAGE) {
		paint_image(x, item, brush);
		return;
	}
	const struct gl_clip *clip = scene_clip(scene, item);
	/* Inverted, or not of one colour: a mask. */
	if (clip && clip->shape == SHAPE_BLUR) {
		open_clips(x, item->clip);
		x->target->fill(x, NULL, brush);
		return;
	}
	open_clips(x, clip ? clip->parent : SCENE_NONE);
	x->target->fill(x, clip, brush);
}

static void paint_color_glyph(struct export *x, const struct gl_run *run, uint32_t id,
	struct gl_point at, const struct gl_affine *linear)
{
	struct gl_glyph *g =
		glyph_get(x->from->glyphs, run->font, id, (uint32_t)(COLOR_SIZE * 64), 0);
	if (!g) {
		x->rc = x->rc ? x->rc : -ENOMEM;
		return;
	}
	double scale = (double)(run->size / COLOR_SIZE);
	struct gl_affine local = {.sx = scale,
		.ox = at.x + g->left * scale,
		.sy = scale,
		.oy = at.y + g->top * scale};
	struct export_image image = {
		.pixels = g->pixels,
		.stride = g->width * 4,
		.width = g->width,
		.height = g->height,
		.to_device = affine_mul(linear, &local),
		.key = export_key(EXPORT_GLYPH, (uint64_t)run->font << 32 | id, 1),
	};
	if (g->color && g->width > 0)
		x->target->image(x, &image);
	glyph_release(x->from->glyphs, g);
}

static bool is_colored(struct export *x, const struct gl_run *run, uint32_t id)
{
	struct gl_glyph *g = glyph_get(x->from->glyphs, run->font, id, 16 * 64, 0);
	bool colored = g && g->color;
	glyph_release(x->from->glyphs, g);
	return colored;
}

/* Glyphs lie in the run's own space, but for the translation that is in their places. */
static void paint_run(struct export *x, const struct gl_item *item)
{
	const struct gl_scene *scene = x->level->scene;
	const struct gl_run *run = &scene->runs[item->end];
	struct gl_affine linear = run->to_device, inverse;
	bool open = false;
	linear.ox = linear.oy = 0;
	if (!x->from->glyphs || !affine_invert(&linear, &inverse))
		return;
	x->shaded = scene->brushes[item->brush].kind != BRUSH_COLOR;
	open_clips(x, item->clip);
	for (uint32_t i = 0; i < item->n && !x->rc; i++) {
		const struct gl_scene_glyph *g = &scene->glyphs[item->first + i];
		struct gl_point at = affine_apply(&inverse, (double)g->x, (double)g->y);
		bool colored = is_colored(x, run, g->id);
		if (open && colored)
			x->target->unrun(x);
		if (!open && !colored)
			x->target->run(x, &linear, &scene->brushes[item->brush]);
		open = !colored;
		if (colored)
			paint_color_glyph(x, run, g->id, at, &linear);
		else
			x->target->glyph(x, run->font, g->id, run->size, at.x, at.y);
	}
	if (open)
		x->target->unrun(x);
}

static void walk_items(struct export *x, uint32_t from, uint32_t to);

static void walk_content(
	struct export *x, const struct gl_sublayer *sublayer, uint32_t id)
{
	struct export_level *outer = x->level;
	struct export_level *inner = calloc(1, sizeof *inner);
	if (!inner) {
		x->rc = -ENOMEM;
		return;
	}
	*inner = (struct export_level){
		.scene = &sublayer->scene,
		.width = sublayer->width,
		.height = sublayer->height,
		.number = ++x->levels,
	};
	x->level = inner;
	x->target->content(x, id);
	walk_items(x, 0, (uint32_t)sublayer->scene.n_items);
	close_clips(x, 0);
	x->target->uncontent(x, id);
	x->level = outer;
	free(inner);
}

static void paint_place(struct export *x, const struct gl_item *item)
{
	struct gl_affine to_device;
	bool is_new;
	if (!affine_invert(&item->to_content, &to_device))
		return;
	open_clips(x, item->clip);
	uint32_t id = export_once(
		x, export_key(EXPORT_LAYER, item->sublayer->serial, 0), &is_new);
	if (is_new && !x->rc)
		walk_content(x, item->sublayer, id);
	if (!x->rc)
		x->target->place(x, id, &to_device);
}

static void paint_item(struct export *x, const struct gl_item *item)
{
	if (item->kind == ITEM_FILL)
		paint_fill(x, item);
	else if (item->kind == ITEM_GLYPHS)
		paint_run(x, item);
	else
		paint_place(x, item);
}

/* Blend modes. */

static unsigned blend_of(const struct gl_scene *scene, const struct gl_item *item)
{
	bool painted = item->kind == ITEM_FILL || item->kind == ITEM_GLYPHS;
	if (item->blend == BLEND_SOURCE && painted && scene->brushes[item->brush].opaque)
		return BLEND_OVER;
	return item->blend;
}

static bool exists(unsigned blend)
{
	return blend == BLEND_OVER || blend == BLEND_MULTIPLY || blend == BLEND_SCREEN ||
	       blend == BLEND_DEST;
}

/* A mode that does not exist, glyphs cut from an image, or of a font that is gone. */
static bool needs_pixels(struct export *x, const struct gl_item *item)
{
	const struct gl_scene *scene = x->level->scene;
	if (!exists(blend_of(scene, item)))
		return true;
	return item->kind == ITEM_GLYPHS && x->from->glyphs &&
	       (scene->brushes[item->brush].kind == BRUSH_IMAGE ||
		       !glyph_font_known(x->from->glyphs, scene->runs[item->end].font));
}

/* What follows the last item of this group that needs pixels. */
static uint32_t after_raster(struct export *x, uint32_t from, uint32_t to)
{
	const struct gl_scene *scene = x->level->scene;
	uint32_t end = from;
	for (uint32_t i = from; i < to; i++) {
		const struct gl_item *item = &scene->items[i];
		if (item->kind == ITEM_GROUP)
			i = item->end;
		if (needs_pixels(x, item))
			end = i + 1;
	}
	return end;
}

/* Items of one group as pixels: a scene of only those. */
static int raster(struct export *x, uint32_t from, uint32_t to, uint8_t *pixels)
{
	const struct export_level *l = x->level;
	struct gl_scene part = *l->scene;
	part.n_items = to - from;
	part.n_bands = 0;
	part.opaque = false;
	part.items = malloc(part.n_items * sizeof *part.items);
	if (!part.items)
		return -ENOMEM;
	memcpy(part.items, l->scene->items + from, part.n_items * sizeof *part.items);
	for (size_t i = 0; i < part.n_items; i++)
		if (part.items[i].kind == ITEM_GROUP ||
			part.items[i].kind == ITEM_GROUP_END)
			part.items[i].end -= from;
	int rc = soft_paint(x->from->soft, &part, pixels, l->width,
		(struct gl_rect){0, 0, l->width, l->height});
	free(part.items);
	return rc;
}

static void paint_raster(struct export *x, uint32_t from, uint32_t to)
{
	const struct export_level *l = x->level;
	struct export_image image = {
		.stride = l->width * 4,
		.width = l->width,
		.height = l->height,
		.to_device = GL_AFFINE_IDENTITY,
		.nearest = true,
	};
	if (!x->from->soft || l->scene->width != l->width ||
		l->scene->height != l->height) {
		x->rc = -ENOTSUP;
		return;
	}
	uint8_t *pixels = calloc((size_t)l->width * (size_t)l->height, 4);
	x->rc = pixels ? raster(x, from, to, pixels) : -ENOMEM;
	image.pixels = pixels;
	close_clips(x, 0);
	if (!x->rc)
		x->target->image(x, &image);
	free(pixels);
}

static void walk_group(struct export *x, uint32_t start)
{
	const struct gl_item *item = &x->level->scene->items[start];
	close_clips(x, 0);
	x->target->group(x, item->opacity, item->blend);
	walk_items(x, start + 1, item->end);
	close_clips(x, 0);
	x->target->ungroup(x, item->opacity, item->blend);
}

/* Clips isolate what is in them: a mode goes around them. */
static void walk_blended(struct export *x, const struct gl_item *item, unsigned blend)
{
	if (blend != BLEND_OVER) {
		close_clips(x, 0);
		x->target->group(x, 1, blend);
	}
	paint_item(x, item);
	if (blend != BLEND_OVER) {
		close_clips(x, 0);
		x->target->ungroup(x, 1, blend);
	}
}

static void walk_items(struct export *x, uint32_t from, uint32_t to)
{
	const struct gl_scene *scene = x->level->scene;
	uint32_t start = after_raster(x, from, to);
	if (start > from)
		paint_raster(x, from, start);
	for (uint32_t i = start; i < to && !x->rc; i++) {
		const struct gl_item *item = &scene->items[i];
		unsigned blend = blend_of(scene, item);
		if (item->kind == ITEM_GROUP) {
			if (blend != BLEND_DEST && item->opacity > 0)
				walk_group(x, i);
			i = item->end;
		} else if (blend != BLEND_DEST && !shuts(scene, item->clip)) {
			walk_blended(x, item, blend);
		}
	}
}

void export_walk(struct export *x)
{
	walk_items(x, 0, (uint32_t)x->level->scene->n_items);
	close_clips(x, 0);
}

int gl_export_write(FILE *out, enum gl_export_format format, const struct gl_export *from)
{
	struct export_level level = {
		.scene = from->scene,
		.width = from->width,
		.height = from->height,
	};
	struct export x = {.from = from, .level = &level};
	if (from->width <= 0 || from->height <= 0)
		return -EINVAL;
	errno = 0;
	int rc = format == GL_EXPORT_SVG ? export_svg(&x, out) : export_pdf(&x, out);
	if (!rc && (fflush(out) != 0 || ferror(out)))
		rc = errno ? -errno : -EIO;
	free(x.seen.entries);
	return rc;
}

bool gl_export_format_of(const char *path, enum gl_export_format *format)
{
	static const char *const ends[] = {
		[GL_EXPORT_SVG] = ".svg",
		[GL_EXPORT_PDF] = ".pdf",
	};
	size_t n = strlen(path);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (n >= 4 && strcmp(path + n - 4, ends[i]) == 0) {
			*format = (enum gl_export_format)i;
			return true;
		}
	return false;
}

int gl_export_file(
	const char *path, enum gl_export_format format, const struct gl_export *from)
{
	struct whole_file file;
	int rc = whole_file_open(&file, path);
	if (rc)
		return rc;
	rc = gl_export_write(file.out, format, from);
	return whole_file_end(&file, rc);
}
