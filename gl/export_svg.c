/* SVG 1.1, with mix-blend-mode and isolation of CSS. */
#include <errno.h>
#include <stdlib.h>

#include "gl/export_private.h"
#include "gl/png.h"

/* Of a gradient: halvings between two stops, and how far off a colour may be, in 1/255. */
#define HALVINGS 6
#define OFF      1

static FILE *out_of(struct export *x)
{
	return x->own;
}

static void number(struct export *x, const char *name, double v)
{
	fprintf(out_of(x), " %s=\"", name);
	export_number(out_of(x), v);
	fputc('"', out_of(x));
}

static void matrix(struct export *x, const char *name, const struct gl_affine *m)
{
	fprintf(out_of(x), " %s=\"matrix(", name);
	export_matrix(out_of(x), m, ' ');
	fputs(")\"", out_of(x));
}

static void draw_verb(void *data, unsigned verb, const struct gl_point *p)
{
	static const char letters[] = {
		[VERB_MOVE] = 'M',
		[VERB_LINE] = 'L',
		[VERB_CUBIC] = 'C',
		[VERB_CLOSE] = 'Z',
	};
	FILE *out = data;
	int n = verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
	fputc(letters[verb], out);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			fputc(' ', out);
		export_number(out, p[i].x);
		fputc(' ', out);
		export_number(out, p[i].y);
	}
}

static struct export_pen pen_of(struct export *x)
{
	return (struct export_pen){draw_verb, x->own};
}

/* <path d="..." of a clip; strokes and blurs lie in their local space. */
static void path(struct export *x, const struct gl_clip *clip)
{
	bool local = clip->shape == SHAPE_STROKE || clip->shape == SHAPE_BLUR;
	struct export_pen pen = pen_of(x);
	fputs("<path d=\"", out_of(x));
	export_shape(x, clip, local, &pen);
	fputs("\"", out_of(x));
	if (local)
		matrix(x, "transform", &clip->to_device);
}

static void stroke(struct export *x, const struct gl_clip *clip)
{
	static const char *const joins[] = {"round", "miter", "bevel"};
	static const char *const caps[] = {"round", "butt", "square"};
	const struct gl_stroke *s = &x->level->scene->strokes[clip->stroke];
	fprintf(out_of(x), " fill=\"none\" stroke-linejoin=\"%s\" stroke-linecap=\"%s\"",
		joins[s->join], caps[s->cap]);
	number(x, "stroke-width", s->width);
	number(x, "stroke-miterlimit", s->limit);
	if (s->n_dashes == 0)
		return;
	number(x, "stroke-dashoffset", s->offset);
	fputs(" stroke-dasharray=\"", out_of(x));
	for (unsigned i = 0; i < s->n_dashes; i++) {
		if (i > 0)
			fputc(' ', out_of(x));
		export_number(out_of(x), s->dashes[i]);
	}
	fputc('"', out_of(x));
}

/* Clips. */

static uint64_t key_of(
	struct export *x, enum export_kind kind, size_t index, uint64_t how)
{
	return export_key(kind, (uint64_t)x->level->number << 32 | index, how);
}

static bool is_mask(const struct gl_clip *clip)
{
	return clip->shape == SHAPE_STROKE || clip->shape == SHAPE_BLUR;
}

static void layer_box(struct export *x)
{
	fprintf(out_of(x), " x=\"0\" y=\"0\" width=\"%d\" height=\"%d\"", x->level->width,
		x->level->height);
}

static void blur(struct export *x, const struct gl_clip *clip, uint32_t id)
{
	double more = 3 * clip->sigma + 1;
	fprintf(out_of(x),
		"<filter id=\"f%u\" filterUnits=\"userSpaceOnUse\" "
		"color-interpolation-filters=\"linearRGB\"",
		id);
	number(x, "x", clip->x0 - more);
	number(x, "y", clip->y0 - more);
	number(x, "width", clip->x1 - clip->x0 + 2 * more);
	number(x, "height", clip->y1 - clip->y0 + 2 * more);
	fputs("><feGaussianBlur", out_of(x));
	number(x, "stdDeviation", clip->sigma);
	fputs("/></filter>", out_of(x));
}

static void define_mask(struct export *x, const struct gl_clip *clip, uint32_t id)
{
	FILE *out = out_of(x);
	if (clip->shape == SHAPE_BLUR)
		blur(x, clip, id);
	fprintf(out, "<mask id=\"c%u\" maskUnits=\"userSpaceOnUse\"", id);
	layer_box(x);
	fputs(">", out);
	if (clip->inverted) {
		fputs("<rect", out);
		layer_box(x);
		fputs(" fill=\"#fff\"/>", out);
	}
	path(x, clip);
	if (clip->shape == SHAPE_STROKE) {
		stroke(x, clip);
		fputs(" stroke=\"#fff\"", out);
	} else {
		fprintf(out, " fill=\"%s\" filter=\"url(#f%u)\"",
			clip->inverted ? "#000" : "#fff", id);
	}
	fputs("/></mask>\n", out);
}

static void define_clip(struct export *x, const struct gl_clip *clip, uint32_t id)
{
	fprintf(out_of(x), "<clipPath id=\"c%u\">", id);
	path(x, clip);
	fprintf(out_of(x), "%s/></clipPath>\n",
		clip->even_odd ? " clip-rule=\"evenodd\"" : "");
}

static void svg_clip(struct export *x, const struct gl_clip *clip)
{
	bool is_new;
	size_t index = (size_t)(clip - x->level->scene->clips);
	uint32_t id = export_once(x, key_of(x, EXPORT_CLIP, index, 0), &is_new);
	if (is_new && is_mask(clip))
		define_mask(x, clip, id);
	else if (is_new)
		define_clip(x, clip, id);
	fprintf(out_of(x), "<g %s=\"url(#c%u)\">\n", is_mask(clip) ? "mask" : "clip-path",
		id);
}

static void svg_unclip(struct export *x, const struct gl_clip *clip)
{
	(void)clip;
	fputs("</g>\n", out_of(x));
}

static void svg_group(struct export *x, float opacity, unsigned blend)
{
	fputs("<g", out_of(x));
	if (opacity < 1)
		number(x, "opacity", (double)opacity);
	if (blend == BLEND_OVER)
		fputs(" style=\"isolation:isolate\">\n", out_of(x));
	else
		fprintf(out_of(x), " style=\"mix-blend-mode:%s\">\n",
			blend == BLEND_MULTIPLY ? "multiply" : "screen");
}

static void svg_ungroup(struct export *x, float opacity, unsigned blend)
{
	(void)opacity, (void)blend;
	fputs("</g>\n", out_of(x));
}

/* Brushes. */

static void stop(struct export *x, double at, struct export_color color)
{
	uint8_t c[4];
	export_bytes(color, c);
	fputs("<stop", out_of(x));
	number(x, "offset", at);
	fprintf(out_of(x), " stop-color=\"#%02x%02x%02x\"", c[0], c[1], c[2]);
	if (c[3] < 255)
		number(x, "stop-opacity", color.a);
	fputs("/>", out_of(x));
}

static bool is_straight(
	struct export_color a, struct export_color middle, struct export_color b)
{
	uint8_t x[4], y[4], z[4];
	export_bytes(a, x);
	export_bytes(middle, y);
	export_bytes(b, z);
	for (int i = 0; i < 4; i++)
		if (abs((x[i] + z[i] + 1) / 2 - y[i]) > OFF)
			return false;
	return true;
}

/* Viewers mix colours as they are encoded, gradients are of light: more stops where it shows. */
static void between(struct export *x, struct export_color a, struct export_color b,
	double from, double to, int halvings)
{
	struct export_color middle = {
		(a.r + b.r) / 2, (a.g + b.g) / 2, (a.b + b.b) / 2, (a.a + b.a) / 2};
	struct export_color quarter = {(a.r + middle.r) / 2, (a.g + middle.g) / 2,
		(a.b + middle.b) / 2, (a.a + middle.a) / 2};
	double at = (from + to) / 2;
	if (halvings == 0 ||
		(is_straight(a, middle, b) && is_straight(a, quarter, middle)))
		return;
	between(x, a, middle, from, at, halvings - 1);
	stop(x, at, middle);
	between(x, middle, b, at, to, halvings - 1);
}

/* From 0 to 1, since some viewers repeat only what the stops span. */
static void stops(struct export *x, const struct gl_brush *b)
{
	const struct gl_stop *s = x->level->scene->stops + b->stop;
	const struct gl_stop *last = &s[b->n_stops - 1];
	if (s[0].at > 0)
		stop(x, 0, export_color_of(s[0].color));
	for (uint32_t i = 0; i < b->n_stops; i++) {
		stop(x, (double)s[i].at, export_color_of(s[i].color));
		if (i + 1 < b->n_stops && s[i].at < s[i + 1].at)
			between(x, export_color_of(s[i].color),
				export_color_of(s[i + 1].color), (double)s[i].at,
				(double)s[i + 1].at, HALVINGS);
	}
	if (last->at < 1)
		stop(x, 1, export_color_of(last->color));
}

static void gradient_start(struct export *x, const struct gl_brush *b, const char *kind,
	uint32_t id, const struct gl_affine *to_user)
{
	static const char *const spreads[] = {"pad", "repeat", "reflect"};
	fprintf(out_of(x),
		"<%sGradient id=\"b%u\" gradientUnits=\"userSpaceOnUse\" "
		"color-interpolation=\"linearRGB\" spreadMethod=\"%s\"",
		kind, id, spreads[b->spread]);
	matrix(x, "gradientTransform", to_user);
}

static void define_linear(struct export *x, const struct gl_brush *b, uint32_t id,
	const struct gl_affine *from_device)
{
	struct gl_point p0 = {0, 0}, p1 = {0, 0};
	export_line(b, &p0, &p1);
	gradient_start(x, b, "linear", id, from_device);
	number(x, "x1", p0.x);
	number(x, "y1", p0.y);
	number(x, "x2", p1.x);
	number(x, "y2", p1.y);
	fputs(">", out_of(x));
	stops(x, b);
	fputs("</linearGradient>\n", out_of(x));
}

static void define_radial(struct export *x, const struct gl_brush *b, uint32_t id,
	const struct gl_affine *from_device)
{
	struct gl_affine to_device;
	if (!affine_invert(&b->from_device, &to_device))
		to_device = GL_AFFINE_IDENTITY;
	to_device = affine_mul(from_device, &to_device);
	gradient_start(x, b, "radial", id, &to_device);
	number(x, "cx", b->x1);
	number(x, "cy", b->y1);
	number(x, "r", b->r1);
	number(x, "fx", b->x0);
	number(x, "fy", b->y0);
	number(x, "fr", b->r0);
	fputs(">", out_of(x));
	stops(x, b);
	fputs("</radialGradient>\n", out_of(x));
}

/* A gradient as a user space sees it that device space goes to by from_device. */
static uint32_t gradient(struct export *x, const struct gl_brush *b,
	const struct gl_affine *from_device, uint64_t space)
{
	bool is_new;
	size_t index = (size_t)(b - x->level->scene->brushes);
	uint32_t id = export_once(x, key_of(x, EXPORT_BRUSH, index, space), &is_new);
	if (is_new && b->kind == BRUSH_LINEAR)
		define_linear(x, b, id, from_device);
	else if (is_new)
		define_radial(x, b, id, from_device);
	return id;
}

/* name is fill or stroke. */
static void paint(
	struct export *x, const char *name, const struct gl_brush *b, uint32_t id)
{
	if (b->kind != BRUSH_COLOR) {
		fprintf(out_of(x), " %s=\"url(#b%u)\"", name, id);
		return;
	}
	fprintf(out_of(x), " %s=\"#%02x%02x%02x\"", name, b->color & 255,
		b->color >> 8 & 255, b->color >> 16 & 255);
	if (b->color >> 24 < 255) {
		char opacity[32];
		snprintf(opacity, sizeof opacity, "%s-opacity", name);
		number(x, opacity, (b->color >> 24) / 255.0);
	}
}

static void svg_fill(
	struct export *x, const struct gl_clip *clip, const struct gl_brush *brush)
{
	const struct gl_affine same = GL_AFFINE_IDENTITY;
	bool local = clip && clip->shape == SHAPE_STROKE;
	uint32_t id = 0;
	if (brush->kind != BRUSH_COLOR)
		id = gradient(x, brush, local ? &clip->to_local : &same,
			local ? (uint64_t)(clip - x->level->scene->clips) + 1 : 0);
	if (!clip) {
		fputs("<rect", out_of(x));
		layer_box(x);
	} else {
		path(x, clip);
	}
	if (local)
		stroke(x, clip);
	paint(x, local ? "stroke" : "fill", brush, id);
	if (clip && clip->even_odd)
		fputs(" fill-rule=\"evenodd\"", out_of(x));
	fputs("/>\n", out_of(x));
}

/* Images. */

static void base64(FILE *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < size; i += 3) {
		uint32_t v = (uint32_t)bytes[i] << 16;
		v |= i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0;
		v |= i + 2 < size ? bytes[i + 2] : 0;
		fputc(digits[v >> 18], out);
		fputc(digits[v >> 12 & 63], out);
		fputc(i + 1 < size ? digits[v >> 6 & 63] : '=', out);
		fputc(i + 2 < size ? digits[v & 63] : '=', out);
	}
}

static int png_bytes(const struct export_image *image, char **bytes, size_t *size)
{
	FILE *png = open_memstream(bytes, size);
	if (!png)
		return -ENOMEM;
	int rc = gl_png_write_rows(
		png, image->pixels, image->stride, image->width, image->height);
	return fclose(png) == 0 ? rc : -ENOMEM;
}

static void define_image(struct export *x, const struct export_image *image, uint32_t id)
{
	char *bytes = NULL;
	size_t size = 0;
	if (!export_spend(x, (uint64_t)image->width * (uint64_t)image->height))
		return;
	int rc = png_bytes(image, &bytes, &size);
	if (!rc) {
		fprintf(out_of(x),
			"<defs><image id=\"i%u\" width=\"%d\" height=\"%d\" "
			"preserveAspectRatio=\"none\"%s "
			"xlink:href=\"data:image/png;base64,",
			id, image->width, image->height,
			image->nearest ? " image-rendering=\"optimizeSpeed\" "
					 "style=\"image-rendering:pixelated\""
				       : "");
		base64(out_of(x), (const uint8_t *)bytes, size);
		fputs("\"/></defs>\n", out_of(x));
	}
	free(bytes);
	x->rc = x->rc ? x->rc : rc;
}

static void svg_image(struct export *x, const struct export_image *image)
{
	bool is_new = true;
	uint64_t key = image->key ? image->key + image->nearest
				  : export_key(EXPORT_IMAGE, x->last_id, UINT64_MAX);
	uint32_t id = export_once(x, key, &is_new);
	if (is_new)
		define_image(x, image, id);
	fprintf(out_of(x), "<use xlink:href=\"#i%u\"", id);
	matrix(x, "transform", &image->to_device);
	fputs("/>\n", out_of(x));
}

/* Text. */

static void svg_run(
	struct export *x, const struct gl_affine *to_device, const struct gl_brush *brush)
{
	struct gl_affine from_device;
	uint32_t id = 0;
	if (brush->kind == BRUSH_LINEAR || brush->kind == BRUSH_RADIAL) {
		if (!affine_invert(to_device, &from_device))
			from_device = GL_AFFINE_IDENTITY;
		/* Every run has a space of its own. */
		id = gradient(x, brush, &from_device, (uint64_t)x->last_id << 32 | 1);
	}
	fputs("<g", out_of(x));
	matrix(x, "transform", to_device);
	paint(x, "fill", brush, id);
	fputs(">\n", out_of(x));
}

/* A gradient lies where the shape does that it fills, and a used one lies elsewhere. */
struct moved {
	FILE *out;
	double x, y;
};

static void draw_moved(void *data, unsigned verb, const struct gl_point *p)
{
	const struct moved *by = data;
	struct gl_point to[3] = {{0}};
	int n = verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
	for (int i = 0; i < n; i++)
		to[i] = (struct gl_point){p[i].x + by->x, p[i].y + by->y};
	draw_verb(by->out, verb, to);
}

static void shaded_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, double px, double py)
{
	struct moved by = {out_of(x), px, py};
	struct export_pen pen = {draw_moved, &by};
	fputs("<path d=\"", out_of(x));
	int rc = export_glyph(x, font, glyph, size, &pen);
	fputs("\"/>\n", out_of(x));
	if (rc && rc != -ENOENT)
		x->rc = x->rc ? x->rc : rc;
}

static void svg_glyph(
	struct export *x, uint32_t font, uint32_t glyph, float size, double px, double py)
{
	if (x->shaded) {
		shaded_glyph(x, font, glyph, size, px, py);
		return;
	}
	bool is_new;
	uint64_t key = export_key(EXPORT_GLYPH, (uint64_t)font << 32 | glyph,
		(uint64_t)((double)size * 65536));
	uint32_t id = export_once(x, key, &is_new);
	if (is_new) {
		struct export_pen pen = pen_of(x);
		fprintf(out_of(x), "<defs><path id=\"g%u\" d=\"", id);
		int rc = export_glyph(x, font, glyph, size, &pen);
		fputs("\"/></defs>\n", out_of(x));
		if (rc && rc != -ENOENT)
			x->rc = x->rc ? x->rc : rc;
	}
	fprintf(out_of(x), "<use xlink:href=\"#g%u\"", id);
	number(x, "x", px);
	number(x, "y", py);
	fputs("/>\n", out_of(x));
}

static void svg_unrun(struct export *x)
{
	fputs("</g>\n", out_of(x));
}

/* Sub-layers. */

static void svg_content(struct export *x, uint32_t id)
{
	fprintf(out_of(x), "<defs><g id=\"l%u\" style=\"isolation:isolate\">\n", id);
}

static void svg_uncontent(struct export *x, uint32_t id)
{
	(void)id;
	fputs("</g></defs>\n", out_of(x));
}

static void svg_place(struct export *x, uint32_t id, const struct gl_affine *to_device)
{
	fprintf(out_of(x), "<use xlink:href=\"#l%u\"", id);
	matrix(x, "transform", to_device);
	fputs("/>\n", out_of(x));
}

int export_svg(struct export *x, FILE *out)
{
	static const struct export_target target = {
		.clip = svg_clip,
		.unclip = svg_unclip,
		.group = svg_group,
		.ungroup = svg_ungroup,
		.fill = svg_fill,
		.image = svg_image,
		.run = svg_run,
		.glyph = svg_glyph,
		.unrun = svg_unrun,
		.content = svg_content,
		.uncontent = svg_uncontent,
		.place = svg_place,
	};
	x->target = &target;
	x->own = out;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" "
		"width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		x->level->width, x->level->height, x->level->width, x->level->height);
	export_walk(x);
	fputs("</svg>\n", out);
	return x->rc;
}
