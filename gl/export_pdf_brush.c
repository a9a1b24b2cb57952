/* Brushes. A gradient is a shading pattern, its colours sampled; alpha apart, as a mask. */
#include "gl/export_pdf.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES     1024  /* of a gradient once along */
#define MOST        16384 /* of one that repeats */
#define MOST_REPEAT 4096.0

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
	uint32_t number = pdf_object(x);
	char entries[200];
	if (!samples) {
		pdf_fail(x, -ENOMEM);
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
	pdf_stream(x, number, entries, samples, n * channels);
	free(samples);
	return number;
}

static void put_coords(struct export *x, const struct gl_brush *b, struct domain d)
{
	FILE *out = pdf_of(x)->names[PDF_PATTERN];
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
	FILE *out = pdf_of(x)->names[PDF_PATTERN];
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
	if (!b->opaque && pdf_nest(x)) {
		fprintf(pdf_out(x), "/Pattern cs /P%u scn\n0 0 %d %d re f\n",
			pattern(x, b, true), x->level->width, x->level->height);
		pdf_set_mask(x, pdf_end_form(x, " /CS /DeviceGray"), false);
	}
	uint32_t id = pattern(x, b, false);
	fprintf(pdf_out(x), "/Pattern cs /P%u scn /Pattern CS /P%u SCN\n", id, id);
}

void pdf_set_brush(struct export *x, const struct gl_brush *b)
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
		pdf_set_alpha(x, (color >> 24) / 255.0);
	double rgb[3] = {(color & 255) / 255.0, (color >> 8 & 255) / 255.0,
		(color >> 16 & 255) / 255.0};
	pdf_numbers(x, rgb, 3, "rg");
	pdf_numbers(x, rgb, 3, "RG");
}
