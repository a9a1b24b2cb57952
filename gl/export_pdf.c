/*
 * PDF 1.7 (ISO 32000-1). All content lies in form XObjects in device pixels, y down; the
 * page only shows the outermost. One dictionary names what any of them uses. What PDF
 * cannot clip by, strokes and blurs, is a soft mask on a form of its own.
 */
#include "gl/export_pdf.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Paths. */

static void draw_verb(void *data, unsigned verb, const struct gl_point *p)
{
	static const char *const operators[] = {
		[VERB_MOVE] = "m",
		[VERB_LINE] = "l",
		[VERB_CUBIC] = "c",
		[VERB_CLOSE] = "h",
	};
	FILE *out = data;
	int n = verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
	for (int i = 0; i < n; i++) {
		export_number(out, p[i].x);
		fputc(' ', out);
		export_number(out, p[i].y);
		fputc(' ', out);
	}
	fprintf(out, "%s\n", operators[verb]);
}

static void path(struct export *x, const struct gl_clip *clip)
{
	struct export_pen pen = {draw_verb, pdf_out(x)};
	long before = ftell(pdf_out(x));
	export_shape(x, clip, clip->shape == SHAPE_STROKE, &pen);
	/* An operator wants a path, if one of nothing. */
	if (ftell(pdf_out(x)) == before)
		fputs("0 0 0 0 re\n", pdf_out(x));
}

static void concat(struct export *x, const struct gl_affine *m)
{
	export_matrix(pdf_out(x), m, ' ');
	fputs(" cm\n", pdf_out(x));
}

/* Dashes start within the pattern; PDF wants that to be at least 0. */
static void dashes(struct export *x, const struct gl_stroke *s)
{
	double sum = 0;
	for (unsigned i = 0; i < s->n_dashes; i++)
		sum += s->dashes[i];
	sum *= 1 + s->n_dashes % 2;
	double phase = s->offset - floor(s->offset / sum) * sum;
	fputc('[', pdf_out(x));
	pdf_numbers(x, s->dashes, s->n_dashes, "]");
	pdf_numbers(x, &phase, 1, "d");
}

/* Between q and Q: in the stroke's own space. */
static void stroke(struct export *x, const struct gl_clip *clip)
{
	static const int joins[] = {1, 0, 2}, caps[] = {1, 0, 2};
	const struct gl_stroke *s = &x->level->scene->strokes[clip->stroke];
	concat(x, &clip->to_device);
	fprintf(pdf_out(x), "%d j %d J\n", joins[s->join], caps[s->cap]);
	pdf_numbers(x, &s->width, 1, "w");
	pdf_numbers(x, &s->limit, 1, "M");
	if (s->n_dashes > 0)
		dashes(x, s);
	path(x, clip);
	fputs("S\n", pdf_out(x));
}

/* Images. */

static uint32_t put_image(struct export *x, const uint8_t *bytes, int32_t width,
	int32_t height, const char *colors, size_t pixel, const char *more)
{
	char entries[256];
	uint32_t number = pdf_object(x);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s "
		"/BitsPerComponent 8%s",
		width, height, colors, more);
	if (!x->rc)
		pdf_stream(x, number, entries, bytes,
			(size_t)width * (size_t)height * pixel);
	return number;
}

static uint32_t put_pixels(struct export *x, const struct export_image *image)
{
	size_t n = (size_t)image->width * (size_t)image->height;
	if (!export_spend(x, n))
		return 0;
	uint8_t *rgb = malloc(n * 4 + (size_t)image->width * 4), *alpha = rgb + n * 3;
	uint8_t *row = rgb + n * 4;
	bool opaque = true;
	char more[64] = "";
	if (!rgb) {
		pdf_fail(x, -ENOMEM);
		return 0;
	}
	for (int32_t y = 0; y < image->height; y++) {
		export_straight(image->pixels + (size_t)y * (size_t)image->stride,
			image->width, row);
		for (int32_t i = 0; i < image->width; i++) {
			size_t at = (size_t)y * (size_t)image->width + (size_t)i;
			memcpy(rgb + 3 * at, row + 4 * i, 3);
			alpha[at] = row[4 * i + 3];
			opaque = opaque && alpha[at] == 255;
		}
	}
	const char *smooth = image->nearest ? "" : " /Interpolate true";
	uint32_t mask = opaque ? 0
			       : put_image(x, alpha, image->width, image->height,
					 "DeviceGray", 1, smooth);
	if (mask)
		snprintf(more, sizeof more, " /SMask %u 0 R", mask);
	strncat(more, smooth, sizeof more - strlen(more) - 1);
	uint32_t number =
		put_image(x, rgb, image->width, image->height, "DeviceRGB", 3, more);
	free(rgb);
	return number;
}

/* A picture fills the unit square, bottom up. */
static void place_image(struct export *x, const struct gl_affine *to_device,
	int32_t width, int32_t height)
{
	struct gl_affine unit = {.sx = width, .sy = -height, .oy = height};
	struct gl_affine m = affine_mul(to_device, &unit);
	concat(x, &m);
}

static void pdf_image(struct export *x, const struct export_image *image)
{
	bool is_new = true;
	uint64_t key = image->key ? image->key + image->nearest
				  : export_key(EXPORT_IMAGE, x->last_id, UINT64_MAX);
	uint32_t id = export_once(x, key, &is_new);
	if (is_new) {
		uint32_t object = put_pixels(x, image);
		pdf_name(x, PDF_XOBJECT, 'I', id, object);
	}
	fputs("q\n", pdf_out(x));
	place_image(x, &image->to_device, image->width, image->height);
	fprintf(pdf_out(x), "/I%u Do\nQ\n", id);
}

/* Masks: what is clipped is in a form, which the mask shows through. */

static uint32_t mask_form(struct export *x, const struct gl_clip *clip)
{
	struct gl_affine to_device;
	int32_t width, height;
	if (!pdf_nest(x))
		return 0;
	if (clip->shape == SHAPE_STROKE) {
		fputs("1 g 1 G\n", pdf_out(x));
		stroke(x, clip);
		return pdf_end_form(x, " /CS /DeviceGray");
	}
	uint8_t *pixels = export_blur(x, clip, &width, &height, &to_device);
	uint32_t image = x->rc ? 0
			       : put_image(x, pixels, width, height, "DeviceGray", 1,
					 " /Interpolate true");
	free(pixels);
	place_image(x, &to_device, width, height);
	pdf_show(x, image);
	return pdf_end_form(x, " /CS /DeviceGray");
}

static bool is_mask(const struct gl_clip *clip)
{
	return clip->shape == SHAPE_STROKE || clip->shape == SHAPE_BLUR;
}

static void pdf_clip(struct export *x, const struct gl_clip *clip)
{
	if (is_mask(clip)) {
		pdf_nest(x);
		return;
	}
	fputs("q\n", pdf_out(x));
	path(x, clip);
	fprintf(pdf_out(x), "%s n\n", clip->even_odd ? "W*" : "W");
}

static void pdf_unclip(struct export *x, const struct gl_clip *clip)
{
	if (x->rc)
		return;
	if (is_mask(clip)) {
		uint32_t form = pdf_end_form(x, "");
		uint32_t mask = mask_form(x, clip);
		fputs("q\n", pdf_out(x));
		pdf_set_mask(x, mask, clip->inverted);
		pdf_show(x, form);
	}
	fputs("Q\n", pdf_out(x));
}

static void pdf_group(struct export *x, float opacity, unsigned blend)
{
	(void)opacity, (void)blend;
	pdf_nest(x);
}

static void pdf_ungroup(struct export *x, float opacity, unsigned blend)
{
	if (x->rc)
		return;
	uint32_t form = pdf_end_form(x, "");
	fputs("q\n", pdf_out(x));
	if (opacity < 1)
		pdf_set_alpha(x, (double)opacity);
	if (blend != BLEND_OVER)
		pdf_set_blend(x, blend);
	pdf_show(x, form);
	fputs("Q\n", pdf_out(x));
}

static void pdf_fill(
	struct export *x, const struct gl_clip *clip, const struct gl_brush *brush)
{
	fputs("q\n", pdf_out(x));
	pdf_set_brush(x, brush);
	if (!clip) {
		fprintf(pdf_out(x), "0 0 %d %d re f\n", x->level->width,
			x->level->height);
	} else if (clip->shape == SHAPE_STROKE) {
		stroke(x, clip);
	} else {
		path(x, clip);
		fprintf(pdf_out(x), "%s\n", clip->even_odd ? "f*" : "f");
	}
	fputs("Q\n", pdf_out(x));
}

/* Text. */

static void pdf_run(
	struct export *x, const struct gl_affine *to_device, const struct gl_brush *brush)
{
	fputs("q\n", pdf_out(x));
	pdf_set_brush(x, brush);
	concat(x, to_device);
}

static void draw_glyph(struct export *x, uint32_t font, uint32_t glyph, float size)
{
	struct export_pen pen = {draw_verb, pdf_out(x)};
	int rc = export_glyph(x, font, glyph, size, &pen);
	if (rc && rc != -ENOENT)
		pdf_fail(x, rc);
	if (!rc)
		fputs("f\n", pdf_out(x));
}

static void put_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, uint32_t id)
{
	char entries[256];
	double s = (double)size * 8;
	if (!pdf_nest(x))
		return;
	draw_glyph(x, font, glyph, size);
	struct pdf_form *form = pdf_pop_form(x);
	uint32_t number = pdf_object(x);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Form /BBox [%.1f %.1f %.1f %.1f] /Resources << "
		">>",
		-s, -s, s, s);
	if (!x->rc)
		pdf_stream(x, number, entries, form->bytes, form->size);
	pdf_free_form(form);
	pdf_name(x, PDF_XOBJECT, 'C', id, number);
}

static void pdf_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, double px, double py)
{
	bool is_new;
	uint64_t key = export_key(EXPORT_GLYPH, (uint64_t)font << 32 | glyph,
		(uint64_t)((double)size * 65536));
	struct gl_affine move = {.sx = 1, .ox = px, .sy = 1, .oy = py};
	fputs("q\n", pdf_out(x));
	concat(x, &move);
	/* Poppler forgets where a pattern lies in forms. */
	if (x->shaded) {
		draw_glyph(x, font, glyph, size);
	} else {
		uint32_t id = export_once(x, key, &is_new);
		if (is_new)
			put_glyph(x, font, glyph, size, id);
		fprintf(pdf_out(x), "/C%u Do\n", id);
	}
	fputs("Q\n", pdf_out(x));
}

static void pdf_unrun(struct export *x)
{
	fputs("Q\n", pdf_out(x));
}

/* Sub-layers. */

static void pdf_content(struct export *x, uint32_t id)
{
	(void)id;
	pdf_nest(x);
}

static void pdf_uncontent(struct export *x, uint32_t id)
{
	if (!x->rc)
		pdf_name(x, PDF_XOBJECT, 'L', id, pdf_end_form(x, ""));
}

static void pdf_place(struct export *x, uint32_t id, const struct gl_affine *to_device)
{
	fputs("q\n", pdf_out(x));
	concat(x, to_device);
	fprintf(pdf_out(x), "/L%u Do\nQ\n", id);
}

int export_pdf(struct export *x, FILE *out)
{
	static const struct export_target target = {
		.clip = pdf_clip,
		.unclip = pdf_unclip,
		.group = pdf_group,
		.ungroup = pdf_ungroup,
		.fill = pdf_fill,
		.image = pdf_image,
		.run = pdf_run,
		.glyph = pdf_glyph,
		.unrun = pdf_unrun,
		.content = pdf_content,
		.uncontent = pdf_uncontent,
		.place = pdf_place,
	};
	struct pdf pdf = {.out = out};
	x->target = &target;
	x->own = &pdf;
	pdf_begin(x);
	if (!x->rc)
		export_walk(x);
	if (!x->rc)
		pdf_end(x);
	pdf_finish(&pdf);
	return x->rc;
}
