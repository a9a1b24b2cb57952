/*
 * PDF 1.7 (ISO 32000-1). All content lies in form XObjects in device pixels, y down; the
 * page only shows the outermost. One dictionary names what any of them uses. What PDF
 * cannot clip by, strokes and blurs, is a soft mask on a form of its own.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gl/export_private.h"

#define SAMPLES     1024  /* of a gradient once along */
#define MOST        16384 /* of one that repeats */
#define MOST_REPEAT 4096.0

/* Objects that are the same in every file. */
enum {
	CATALOG = 1,
	PAGES,
	PAGE,
	RESOURCES,
	FIRST_FREE,
};

/* A content stream that is being written; the innermost is last. */
struct form {
	char *bytes;
	size_t size;
	FILE *out;
	struct form *outer;
};

struct pdf {
	FILE *out;
	uint64_t written;
	uint64_t *offsets; /* of objects, by number; 0: not written */
	size_t n_offsets, cap_offsets;
	struct form *form;
	bool shaded;    /* the run's brush is a gradient */
	FILE *names[3]; /* of RESOURCES: by enum name */
	char *name_bytes[3];
	size_t name_sizes[3];
};

enum name {
	XOBJECT,
	GSTATE,
	PATTERN,
	NAMES
};

static struct pdf *pdf_of(struct export *x)
{
	return x->own;
}

static FILE *content(struct export *x)
{
	return pdf_of(x)->form->out;
}

static void fail(struct export *x, int rc)
{
	x->rc = x->rc ? x->rc : rc;
}

static void put(struct pdf *pdf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct pdf *pdf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vfprintf(pdf->out, format, args);
	va_end(args);
	pdf->written += n > 0 ? (uint64_t)n : 0;
}

static void put_bytes(struct pdf *pdf, const void *bytes, size_t size)
{
	pdf->written += fwrite(bytes, 1, size, pdf->out);
}

/* Objects. */

static uint32_t new_object(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	if (pdf->n_offsets == pdf->cap_offsets) {
		size_t cap = pdf->cap_offsets ? pdf->cap_offsets * 2 : 256;
		uint64_t *offsets = realloc(pdf->offsets, cap * sizeof *offsets);
		if (!offsets) {
			fail(x, -ENOMEM);
			return 0;
		}
		pdf->offsets = offsets;
		pdf->cap_offsets = cap;
	}
	pdf->offsets[pdf->n_offsets] = 0;
	return (uint32_t)pdf->n_offsets++;
}

static void begin_object(struct export *x, uint32_t number)
{
	struct pdf *pdf = pdf_of(x);
	if (number < pdf->n_offsets)
		pdf->offsets[number] = pdf->written;
	put(pdf, "%u 0 obj\n", number);
}

static void end_object(struct export *x)
{
	put(pdf_of(x), "endobj\n");
}

/* put_stream writes a whole object: a dictionary's entries, and bytes deflated. */
static void put_stream(struct export *x, uint32_t number, const char *entries,
	const void *bytes, size_t size)
{
	struct pdf *pdf = pdf_of(x);
	uLongf deflated = compressBound(size);
	uint8_t *packed = malloc(deflated);
	if (!packed || compress2(packed, &deflated, bytes, size, 6) != Z_OK) {
		free(packed);
		fail(x, -ENOMEM);
		return;
	}
	begin_object(x, number);
	put(pdf, "<< %s /Filter /FlateDecode /Length %lu >>\nstream\n", entries,
		(unsigned long)deflated);
	put_bytes(pdf, packed, deflated);
	put(pdf, "\nendstream\n");
	end_object(x);
	free(packed);
}

static void name(
	struct export *x, enum name kind, char letter, uint32_t id, uint32_t object)
{
	fprintf(pdf_of(x)->names[kind], "/%c%u %u 0 R\n", letter, id, object);
}

/* Forms. */

static void begin_form(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	struct form *form = calloc(1, sizeof *form);
	if (form)
		form->out = open_memstream(&form->bytes, &form->size);
	if (!form || !form->out) {
		free(form);
		fail(x, -ENOMEM);
		return;
	}
	form->outer = pdf->form;
	pdf->form = form;
}

static struct form *pop_form(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	struct form *form = pdf->form;
	pdf->form = form->outer;
	if (fclose(form->out) != 0)
		fail(x, -ENOMEM);
	return form;
}

static void free_form(struct form *form)
{
	free(form->bytes);
	free(form);
}

/* end_form makes an object of what was written; group: extra entries of /Group, or NULL. */
static uint32_t end_form(struct export *x, const char *group)
{
	char entries[256], of_group[96] = "";
	struct form *form = pop_form(x);
	uint32_t number = new_object(x);
	if (group)
		snprintf(of_group, sizeof of_group,
			" /Group << /S /Transparency /I true%s >>", group);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Resources %d 0 R%s",
		x->level->width, x->level->height, RESOURCES, of_group);
	if (!x->rc)
		put_stream(x, number, entries, form->bytes, form->size);
	free_form(form);
	return number;
}

/* Without memory there is always a form to write to: the outermost is made first. */
static bool nest(struct export *x)
{
	struct form *was = pdf_of(x)->form;
	begin_form(x);
	return pdf_of(x)->form != was;
}

static void show(struct export *x, uint32_t object)
{
	name(x, XOBJECT, 'X', object, object);
	fprintf(content(x), "/X%u Do\n", object);
}

/* Graphics states. */

static void put_gstate(struct export *x, uint32_t id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_gstate(struct export *x, uint32_t id, const char *format, ...)
{
	va_list args;
	FILE *names = pdf_of(x)->names[GSTATE];
	fprintf(names, "/G%u << /Type /ExtGState ", id);
	va_start(args, format);
	vfprintf(names, format, args);
	va_end(args);
	fputs(" >>\n", names);
}

static void set_alpha(struct export *x, double alpha)
{
	bool is_new;
	uint32_t id = export_once(
		x, export_key(EXPORT_ALPHA, (uint64_t)(alpha * 65535), 0), &is_new);
	if (is_new)
		put_gstate(x, id, "/ca %.5f /CA %.5f", alpha, alpha);
	fprintf(content(x), "/G%u gs\n", id);
}

static void set_blend(struct export *x, unsigned blend)
{
	bool is_new;
	uint32_t id = export_once(x, export_key(EXPORT_BLEND, blend, 0), &is_new);
	if (is_new)
		put_gstate(x, id, "/BM /%s",
			blend == BLEND_MULTIPLY ? "Multiply" : "Screen");
	fprintf(content(x), "/G%u gs\n", id);
}

static void set_mask(struct export *x, uint32_t form, bool outside)
{
	uint32_t id = ++x->last_id;
	put_gstate(x, id, "/SMask << /Type /Mask /S /Luminosity /G %u 0 R /BC [%d] >>",
		form, outside);
	fprintf(content(x), "/G%u gs\n", id);
}

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
	struct export_pen pen = {draw_verb, content(x)};
	long before = ftell(content(x));
	export_shape(x, clip, clip->shape == SHAPE_STROKE, &pen);
	/* An operator wants a path, if one of nothing. */
	if (ftell(content(x)) == before)
		fputs("0 0 0 0 re\n", content(x));
}

static void concat(struct export *x, const struct gl_affine *m)
{
	export_matrix(content(x), m, ' ');
	fputs(" cm\n", content(x));
}

static void numbers(struct export *x, const double *v, size_t n, const char *operator)
{
	for (size_t i = 0; i < n; i++) {
		export_number(content(x), v[i]);
		fputc(' ', content(x));
	}
	fprintf(content(x), "%s\n", operator);
}

/* Dashes start within the pattern; PDF wants that to be at least 0. */
static void dashes(struct export *x, const struct gl_stroke *s)
{
	double sum = 0;
	for (unsigned i = 0; i < s->n_dashes; i++)
		sum += s->dashes[i];
	sum *= 1 + s->n_dashes % 2;
	double phase = s->offset - floor(s->offset / sum) * sum;
	fputc('[', content(x));
	numbers(x, s->dashes, s->n_dashes, "]");
	numbers(x, &phase, 1, "d");
}

/* Between q and Q: in the stroke's own space. */
static void stroke(struct export *x, const struct gl_clip *clip)
{
	static const int joins[] = {1, 0, 2}, caps[] = {1, 0, 2};
	const struct gl_stroke *s = &x->level->scene->strokes[clip->stroke];
	concat(x, &clip->to_device);
	fprintf(content(x), "%d j %d J\n", joins[s->join], caps[s->cap]);
	numbers(x, &s->width, 1, "w");
	numbers(x, &s->limit, 1, "M");
	if (s->n_dashes > 0)
		dashes(x, s);
	path(x, clip);
	fputs("S\n", content(x));
}

/* Images. */

static uint32_t put_image(struct export *x, const uint8_t *bytes, int32_t width,
	int32_t height, const char *colors, size_t pixel, const char *more)
{
	char entries[256];
	uint32_t number = new_object(x);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s "
		"/BitsPerComponent 8%s",
		width, height, colors, more);
	if (!x->rc)
		put_stream(x, number, entries, bytes,
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
		fail(x, -ENOMEM);
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
		name(x, XOBJECT, 'I', id, object);
	}
	fputs("q\n", content(x));
	place_image(x, &image->to_device, image->width, image->height);
	fprintf(content(x), "/I%u Do\nQ\n", id);
}

/* Masks: what is clipped is in a form, which the mask shows through. */

static uint32_t mask_form(struct export *x, const struct gl_clip *clip)
{
	struct gl_affine to_device;
	int32_t width, height;
	if (!nest(x))
		return 0;
	if (clip->shape == SHAPE_STROKE) {
		fputs("1 g 1 G\n", content(x));
		stroke(x, clip);
		return end_form(x, " /CS /DeviceGray");
	}
	uint8_t *pixels = export_blur(x, clip, &width, &height, &to_device);
	uint32_t image = x->rc ? 0
			       : put_image(x, pixels, width, height, "DeviceGray", 1,
					 " /Interpolate true");
	free(pixels);
	place_image(x, &to_device, width, height);
	show(x, image);
	return end_form(x, " /CS /DeviceGray");
}

static bool is_mask(const struct gl_clip *clip)
{
	return clip->shape == SHAPE_STROKE || clip->shape == SHAPE_BLUR;
}

static void pdf_clip(struct export *x, const struct gl_clip *clip)
{
	if (is_mask(clip)) {
		nest(x);
		return;
	}
	fputs("q\n", content(x));
	path(x, clip);
	fprintf(content(x), "%s n\n", clip->even_odd ? "W*" : "W");
}

static void pdf_unclip(struct export *x, const struct gl_clip *clip)
{
	if (x->rc)
		return;
	if (is_mask(clip)) {
		uint32_t form = end_form(x, "");
		uint32_t mask = mask_form(x, clip);
		fputs("q\n", content(x));
		set_mask(x, mask, clip->inverted);
		show(x, form);
	}
	fputs("Q\n", content(x));
}

static void pdf_group(struct export *x, float opacity, unsigned blend)
{
	(void)opacity, (void)blend;
	nest(x);
}

static void pdf_ungroup(struct export *x, float opacity, unsigned blend)
{
	if (x->rc)
		return;
	uint32_t form = end_form(x, "");
	fputs("q\n", content(x));
	if (opacity < 1)
		set_alpha(x, (double)opacity);
	if (blend != BLEND_OVER)
		set_blend(x, blend);
	show(x, form);
	fputs("Q\n", content(x));
}

/* Gradients: a shading pattern, its colours sampled; alpha apart, as a mask. */

struct domain {
	double from, to; /* of t */
};

/* What part of a gradient the layer sees; spreads other than pad are written out. */
static struct domain domain_of(struct export *x, const struct gl_brush *b)
{
	struct domain d = {0, 1};
	double dr = b->r1 - b->r0, most = MOST_REPEAT;
	if (b->spread == SPREAD_PAD)
		return d;
	for (int i = 0; i < 4; i++) {
		struct gl_point p = affine_apply(&b->from_device,
			i & 1 ? x->level->width : 0, i & 2 ? x->level->height : 0);
		double t = p.x;
		/* The circle through p is no larger than this. */
		if (b->kind == BRUSH_RADIAL)
			t = (hypot(p.x - b->x0, p.y - b->y0) - b->r0) /
			    (dr - hypot(b->x1 - b->x0, b->y1 - b->y0));
		d.from = fmin(d.from, floor(t));
		d.to = fmax(d.to, ceil(t));
	}
	if (b->kind == BRUSH_RADIAL)
		d.from = -b->r0 / dr;
	d.from = fmax(d.from, -most);
	d.to = fmin(d.to, most);
	return d;
}

static double spread(unsigned how, double t)
{
	if (how == SPREAD_REPEAT)
		return t - floor(t);
	if (how == SPREAD_REFLECT)
		return fabs(t - 2 * floor(t / 2 + 0.5));
	return t;
}

static uint32_t put_samples(
	struct export *x, const struct gl_brush *b, struct domain d, bool alpha)
{
	double per = fmax(d.to - d.from, 1);
	size_t n = (size_t)fmin(SAMPLES * per, MOST), channels = alpha ? 1 : 3;
	uint8_t *samples = malloc(n * channels), *out = samples;
	uint32_t number = new_object(x);
	char entries[200];
	if (!samples) {
		fail(x, -ENOMEM);
		return number;
	}
	for (size_t i = 0; i < n; i++) {
		double t = d.from + (d.to - d.from) * (double)i / (double)(n - 1);
		uint8_t rgba[4];
		export_bytes(export_gradient_at(x->level->scene, b, spread(b->spread, t)),
			rgba);
		memcpy(out, alpha ? rgba + 3 : rgba, channels);
		out += channels;
	}
	snprintf(entries, sizeof entries,
		"/FunctionType 0 /Domain [%.6f %.6f] /Range [%s] /Size [%zu] "
		"/BitsPerSample 8",
		d.from, d.to, alpha ? "0 1" : "0 1 0 1 0 1", n);
	put_stream(x, number, entries, samples, n * channels);
	free(samples);
	return number;
}

static void put_coords(struct export *x, const struct gl_brush *b, struct domain d)
{
	FILE *out = pdf_of(x)->names[PATTERN];
	struct gl_point p = {0, 0}, q = {0, 0};
	if (b->kind == BRUSH_LINEAR) {
		export_line(b, &p, &q);
		const double ends[4] = {p.x + (q.x - p.x) * d.from,
			p.y + (q.y - p.y) * d.from, p.x + (q.x - p.x) * d.to,
			p.y + (q.y - p.y) * d.to};
		for (int i = 0; i < 4; i++) {
			export_number(out, ends[i]);
			fputc(' ', out);
		}
		return;
	}
	for (int i = 0; i < 2; i++) {
		double t = i ? d.to : d.from;
		export_number(out, b->x0 + (b->x1 - b->x0) * t);
		fputc(' ', out);
		export_number(out, b->y0 + (b->y1 - b->y0) * t);
		fputc(' ', out);
		export_number(out, fmax(b->r0 + (b->r1 - b->r0) * t, 0));
		fputc(' ', out);
	}
}

static void put_pattern(
	struct export *x, const struct gl_brush *b, uint32_t id, bool alpha)
{
	FILE *out = pdf_of(x)->names[PATTERN];
	struct domain d = domain_of(x, b);
	uint32_t samples = put_samples(x, b, d, alpha);
	struct gl_affine m = GL_AFFINE_IDENTITY;
	if (b->kind == BRUSH_RADIAL && !affine_invert(&b->from_device, &m))
		m = GL_AFFINE_IDENTITY;
	fprintf(out, "/P%u << /Type /Pattern /PatternType 2 /Matrix [", id);
	export_matrix(out, &m, ' ');
	fprintf(out, "] /Shading << /ShadingType %d /ColorSpace /Device%s /Coords [",
		b->kind == BRUSH_LINEAR ? 2 : 3, alpha ? "Gray" : "RGB");
	put_coords(x, b, d);
	fprintf(out, "] /Domain [%.6f %.6f] /Function %u 0 R /Extend [true true] >> >>\n",
		d.from, d.to, samples);
}

static uint32_t pattern(struct export *x, const struct gl_brush *b, bool alpha)
{
	bool is_new;
	size_t index = (size_t)(b - x->level->scene->brushes);
	uint32_t id = export_once(x,
		export_key(EXPORT_BRUSH, (uint64_t)x->level->number << 32 | index, alpha),
		&is_new);
	if (is_new)
		put_pattern(x, b, id, alpha);
	return id;
}

static void set_gradient(struct export *x, const struct gl_brush *b)
{
	if (!b->opaque && nest(x)) {
		fprintf(content(x), "/Pattern cs /P%u scn\n0 0 %d %d re f\n",
			pattern(x, b, true), x->level->width, x->level->height);
		set_mask(x, end_form(x, " /CS /DeviceGray"), false);
	}
	uint32_t id = pattern(x, b, false);
	fprintf(content(x), "/Pattern cs /P%u scn /Pattern CS /P%u SCN\n", id, id);
}

/* Between q and Q: fills and strokes have the brush. */
static void set_brush(struct export *x, const struct gl_brush *b)
{
	struct gl_point p, q;
	bool flat = b->kind == BRUSH_LINEAR && !export_line(b, &p, &q);
	if (b->kind != BRUSH_COLOR && !flat) {
		set_gradient(x, b);
		return;
	}
	uint32_t color = b->color;
	if (flat)
		color = x->level->scene->stops[b->stop + b->n_stops - 1].color;
	if (color >> 24 < 255)
		set_alpha(x, (color >> 24) / 255.0);
	double rgb[3] = {(color & 255) / 255.0, (color >> 8 & 255) / 255.0,
		(color >> 16 & 255) / 255.0};
	numbers(x, rgb, 3, "rg");
	numbers(x, rgb, 3, "RG");
}

static void pdf_fill(
	struct export *x, const struct gl_clip *clip, const struct gl_brush *brush)
{
	fputs("q\n", content(x));
	set_brush(x, brush);
	if (!clip) {
		fprintf(content(x), "0 0 %d %d re f\n", x->level->width,
			x->level->height);
	} else if (clip->shape == SHAPE_STROKE) {
		stroke(x, clip);
	} else {
		path(x, clip);
		fprintf(content(x), "%s\n", clip->even_odd ? "f*" : "f");
	}
	fputs("Q\n", content(x));
}

/* Text. */

static void pdf_run(
	struct export *x, const struct gl_affine *to_device, const struct gl_brush *brush)
{
	fputs("q\n", content(x));
	set_brush(x, brush);
	concat(x, to_device);
}

static void draw_glyph(struct export *x, uint32_t font, uint32_t glyph, float size)
{
	struct export_pen pen = {draw_verb, content(x)};
	int rc = export_glyph(x, font, glyph, size, &pen);
	if (rc && rc != -ENOENT)
		fail(x, rc);
	if (!rc)
		fputs("f\n", content(x));
}

static void put_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, uint32_t id)
{
	char entries[256];
	double s = (double)size * 8;
	if (!nest(x))
		return;
	draw_glyph(x, font, glyph, size);
	struct form *form = pop_form(x);
	uint32_t number = new_object(x);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Form /BBox [%.1f %.1f %.1f %.1f] /Resources << "
		">>",
		-s, -s, s, s);
	if (!x->rc)
		put_stream(x, number, entries, form->bytes, form->size);
	free_form(form);
	name(x, XOBJECT, 'C', id, number);
}

static void pdf_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, double px, double py)
{
	bool is_new;
	uint64_t key = export_key(EXPORT_GLYPH, (uint64_t)font << 32 | glyph,
		(uint64_t)((double)size * 65536));
	struct gl_affine move = {.sx = 1, .ox = px, .sy = 1, .oy = py};
	fputs("q\n", content(x));
	concat(x, &move);
	/* Poppler forgets where a pattern lies in forms. */
	if (x->shaded) {
		draw_glyph(x, font, glyph, size);
	} else {
		uint32_t id = export_once(x, key, &is_new);
		if (is_new)
			put_glyph(x, font, glyph, size, id);
		fprintf(content(x), "/C%u Do\n", id);
	}
	fputs("Q\n", content(x));
}

static void pdf_unrun(struct export *x)
{
	fputs("Q\n", content(x));
}

/* Sub-layers. */

static void pdf_content(struct export *x, uint32_t id)
{
	(void)id;
	nest(x);
}

static void pdf_uncontent(struct export *x, uint32_t id)
{
	if (!x->rc)
		name(x, XOBJECT, 'L', id, end_form(x, ""));
}

static void pdf_place(struct export *x, uint32_t id, const struct gl_affine *to_device)
{
	fputs("q\n", content(x));
	concat(x, to_device);
	fprintf(content(x), "/L%u Do\nQ\n", id);
}

/* The file. */

static void put_resources(struct export *x)
{
	static const char *const kinds[] = {"XObject", "ExtGState", "Pattern"};
	struct pdf *pdf = pdf_of(x);
	begin_object(x, RESOURCES);
	put(pdf, "<<\n");
	for (int i = 0; i < NAMES; i++) {
		fflush(pdf->names[i]);
		put(pdf, "/%s <<\n", kinds[i]);
		put_bytes(pdf, pdf->name_bytes[i], pdf->name_sizes[i]);
		put(pdf, ">>\n");
	}
	put(pdf, ">>\n");
	end_object(x);
}

static void put_page(struct export *x, uint32_t form)
{
	struct pdf *pdf = pdf_of(x);
	double w = x->level->width * 0.75, h = x->level->height * 0.75;
	char text[100];
	uint32_t number = new_object(x);
	int n = snprintf(
		text, sizeof text, "0.75 0 0 -0.75 0 %.2f cm /X%u Do\n", h, form);
	name(x, XOBJECT, 'X', form, form);
	put_stream(x, number, "", text, (size_t)n);
	begin_object(x, CATALOG);
	put(pdf, "<< /Type /Catalog /Pages %d 0 R >>\n", PAGES);
	end_object(x);
	begin_object(x, PAGES);
	put(pdf, "<< /Type /Pages /Kids [%d 0 R] /Count 1 >>\n", PAGE);
	end_object(x);
	begin_object(x, PAGE);
	put(pdf,
		"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Resources %d 0 "
		"R "
		"/Contents %u 0 R /Group << /S /Transparency /CS /DeviceRGB >> >>\n",
		PAGES, w, h, RESOURCES, number);
	end_object(x);
	put_resources(x);
}

static void put_xref(struct pdf *pdf)
{
	uint64_t start = pdf->written;
	put(pdf, "xref\n0 %zu\n0000000000 65535 f \n", pdf->n_offsets);
	for (size_t i = 1; i < pdf->n_offsets; i++)
		put(pdf, "%010llu 00000 %c \n", (unsigned long long)pdf->offsets[i],
			pdf->offsets[i] ? 'n' : 'f');
	put(pdf, "trailer\n<< /Size %zu /Root %d 0 R >>\nstartxref\n%llu\n%%%%EOF\n",
		pdf->n_offsets, CATALOG, (unsigned long long)start);
}

static void start(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	for (int i = 0; i < NAMES; i++) {
		pdf->names[i] = open_memstream(&pdf->name_bytes[i], &pdf->name_sizes[i]);
		if (!pdf->names[i])
			fail(x, -ENOMEM);
	}
	for (int i = 0; i < FIRST_FREE; i++)
		new_object(x);
	begin_form(x);
}

static void finish(struct pdf *pdf)
{
	while (pdf->form) {
		struct form *form = pdf->form;
		pdf->form = form->outer;
		fclose(form->out);
		free_form(form);
	}
	for (int i = 0; i < NAMES; i++) {
		if (pdf->names[i])
			fclose(pdf->names[i]);
		free(pdf->name_bytes[i]);
	}
	free(pdf->offsets);
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
	start(x);
	if (!x->rc) {
		put(&pdf, "%%PDF-1.7\n%%\xc3\xa4\xc3\xb6\xc3\xbc\n");
		export_walk(x);
	}
	if (!x->rc)
		put_page(x, end_form(x, ""));
	if (!x->rc)
		put_xref(&pdf);
	finish(&pdf);
	return x->rc;
}
