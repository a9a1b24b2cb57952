/* What both writers need: numbers, outlines, colours along gradients, blurs as pixels. */
#include "gl/export_private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/glyph.h"
#include "gl/srgb.h"

/* A quarter of a circle as one cubic: 4/3 tan(pi/8). */
#define KAPPA 0.5522847498307936

uint64_t export_key(enum export_kind kind, uint64_t a, uint64_t b)
{
	uint64_t h = (a + kind) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32 ^ b) * 0xd6e8feb86659fd93u;
	h = (h ^ h >> 32 ^ a) * 0xff51afd7ed558ccdu;
	return h ^ h >> 32;
}

static bool grow_seen(struct export_seen *seen)
{
	size_t size = seen->size ? seen->size * 2 : 256;
	struct export_seen_entry *entries = calloc(size, sizeof *entries);
	if (!entries)
		return false;
	for (size_t i = 0; i < seen->size; i++) {
		size_t at = seen->entries[i].key & (size - 1);
		while (seen->entries[i].id && entries[at].id)
			at = (at + 1) & (size - 1);
		if (seen->entries[i].id)
			entries[at] = seen->entries[i];
	}
	free(seen->entries);
	seen->entries = entries;
	seen->size = size;
	return true;
}

uint32_t export_once(struct export *x, uint64_t key, bool *is_new)
{
	struct export_seen *seen = &x->seen;
	*is_new = false;
	if (seen->n * 2 >= seen->size && !grow_seen(seen)) {
		x->rc = x->rc ? x->rc : -ENOMEM;
		return 0;
	}
	size_t at = key & (seen->size - 1);
	for (; seen->entries[at].id; at = (at + 1) & (seen->size - 1))
		if (seen->entries[at].key == key)
			return seen->entries[at].id;
	seen->entries[at] = (struct export_seen_entry){key, ++x->last_id};
	seen->n++;
	*is_new = true;
	return x->last_id;
}

bool export_spend(struct export *x, uint64_t pixels)
{
	x->spent += pixels;
	if (x->spent > EXPORT_MOST)
		x->rc = x->rc ? x->rc : -E2BIG;
	return x->rc == 0;
}

void export_number(FILE *out, double v)
{
	char text[400];
	int n = snprintf(text, sizeof text, "%.*f", fabs(v) < 1e-2 ? 10 : 5, v);
	while (n > 1 && text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	text[n] = '\0';
	fputs(strcmp(text, "-0") == 0 ? "0" : text, out);
}

void export_matrix(FILE *out, const struct gl_affine *m, char between)
{
	const double v[6] = {m->sx, m->hy, m->hx, m->sy, m->ox, m->oy};
	for (int i = 0; i < 6; i++) {
		if (i > 0)
			fputc(between, out);
		export_number(out, v[i]);
	}
}

/* Outlines. */

struct drawing {
	const struct export_pen *pen;
	struct gl_affine m;
};

static void draw(struct drawing *d, unsigned verb, int n, const double *xy)
{
	struct gl_point p[3];
	for (int i = 0; i < n; i++)
		p[i] = affine_apply(&d->m, xy[2 * i], xy[2 * i + 1]);
	d->pen->verb(d->pen->data, verb, p);
}

static void draw_rect(struct drawing *d, const struct gl_clip *c)
{
	draw(d, VERB_MOVE, 1, (double[]){c->x0, c->y0});
	draw(d, VERB_LINE, 1, (double[]){c->x1, c->y0});
	draw(d, VERB_LINE, 1, (double[]){c->x1, c->y1});
	draw(d, VERB_LINE, 1, (double[]){c->x0, c->y1});
	draw(d, VERB_CLOSE, 0, NULL);
}

/* Around a corner at x, y: from one side, (fx, fy) away from it, to the other, (tx, ty). */
static void draw_corner(
	struct drawing *d, double x, double y, double fx, double fy, double tx, double ty)
{
	double k = 1 - KAPPA;
	draw(d, VERB_LINE, 1, (double[]){x + fx, y + fy});
	if (fx != 0 || fy != 0 || tx != 0 || ty != 0)
		draw(d, VERB_CUBIC, 3,
			(double[]){x + fx * k, y + fy * k, x + tx * k, y + ty * k, x + tx,
				y + ty});
}

static void draw_rounded(struct drawing *d, const struct gl_clip *c, const double rx[4],
	const double ry[4])
{
	draw(d, VERB_MOVE, 1, (double[]){c->x0 + rx[0], c->y0});
	draw_corner(d, c->x1, c->y0, -rx[1], 0, 0, ry[1]);
	draw_corner(d, c->x1, c->y1, 0, -ry[2], -rx[2], 0);
	draw_corner(d, c->x0, c->y1, rx[3], 0, 0, -ry[3]);
	draw_corner(d, c->x0, c->y0, 0, ry[0], rx[0], 0);
	draw(d, VERB_CLOSE, 0, NULL);
}

/* Of a stroke: a contour that stays where it starts. Viewers leave some of them out. */
static bool is_dot(const struct gl_scene *scene, const struct gl_clip *c, uint32_t from,
	const struct gl_point *start, uint32_t *end)
{
	const struct gl_point *p = start + 1;
	uint32_t i = from + 1;
	for (; i < c->n_verbs && scene->verbs[c->verb + i] != VERB_MOVE; i++) {
		unsigned verb = scene->verbs[c->verb + i];
		int n = verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
		if (verb == VERB_GAP)
			return false;
		for (int k = 0; k < n; k++, p++)
			if (p->x != start->x || p->y != start->y)
				return false;
	}
	*end = i;
	return i > from + 1;
}

static const struct gl_point *draw_dot(const struct gl_scene *scene,
	const struct gl_clip *c, const struct export_pen *pen, const struct gl_point *p,
	uint32_t from, uint32_t end)
{
	struct gl_point a = *p, b = *p;
	a.x -= scene->strokes[c->stroke].width * 5e-4;
	b.x += scene->strokes[c->stroke].width * 5e-4;
	pen->verb(pen->data, VERB_MOVE, &a);
	pen->verb(pen->data, VERB_LINE, &b);
	for (uint32_t i = from; i < end; i++) {
		unsigned verb = scene->verbs[c->verb + i];
		p += verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
	}
	return p;
}

/* Gaps are moves here, and what closes a contour after one is a line to its start. */
static void draw_path(const struct gl_scene *scene, const struct gl_clip *c,
	const struct export_pen *pen)
{
	const struct gl_point *p = scene->points + c->point, *start = p;
	bool gap = false;
	for (uint32_t i = 0; i < c->n_verbs; i++) {
		unsigned verb = scene->verbs[c->verb + i];
		uint32_t end;
		if (verb == VERB_MOVE && c->shape == SHAPE_STROKE &&
			is_dot(scene, c, i, p, &end)) {
			p = draw_dot(scene, c, pen, p, i, end);
			i = end - 1;
			continue;
		}
		if (verb == VERB_MOVE) {
			start = p;
			gap = false;
		}
		if (verb == VERB_CLOSE && gap) {
			pen->verb(pen->data, VERB_LINE, start);
			pen->verb(pen->data, VERB_MOVE, start);
			gap = false;
			continue;
		}
		gap = gap || verb == VERB_GAP;
		pen->verb(pen->data, verb == VERB_GAP ? VERB_MOVE : verb, p);
		p += verb == VERB_CLOSE ? 0 : verb == VERB_CUBIC ? 3 : 1;
	}
}

void export_shape(struct export *x, const struct gl_clip *c, bool local,
	const struct export_pen *pen)
{
	struct drawing d = {pen, local ? GL_AFFINE_IDENTITY : c->to_device};
	if (!export_spend(x, ((uint64_t)c->n_verbs + 8) * EXPORT_VERB))
		return;
	if (c->shape == SHAPE_PATH || c->shape == SHAPE_STROKE) {
		draw_path(x->level->scene, c, pen);
		return;
	}
	if (!(c->x0 < c->x1 && c->y0 < c->y1))
		return;
	if (c->shape == SHAPE_ELLIPSE) {
		double w = (c->x1 - c->x0) / 2, h = (c->y1 - c->y0) / 2;
		draw_rounded(&d, c, (double[]){w, w, w, w}, (double[]){h, h, h, h});
	} else if (c->shape == SHAPE_RECT) {
		draw_rect(&d, c);
	} else {
		draw_rounded(&d, c, c->radius, c->radius);
	}
}

struct glyph_pen {
	struct export *x;
	const struct export_pen *pen;
	struct gl_point at;
};

static void glyph_verb(void *data, unsigned verb, const float *xy)
{
	struct glyph_pen *g = data;
	int n = verb == VERB_CLOSE   ? 0
		: verb == VERB_CUBIC ? 3
		: verb == VERB_QUAD  ? 2
				     : 1;
	struct gl_point p[3];
	for (int i = 0; i < n; i++)
		p[i] = (struct gl_point){(double)xy[2 * i], (double)xy[2 * i + 1]};
	struct gl_point end = n > 0 ? p[n - 1] : g->at;
	if (verb == VERB_QUAD) {
		struct gl_point c = p[0];
		p[0] = (struct gl_point){
			(g->at.x + 2 * c.x) / 3, (g->at.y + 2 * c.y) / 3};
		p[1] = (struct gl_point){(end.x + 2 * c.x) / 3, (end.y + 2 * c.y) / 3};
		p[2] = end;
		verb = VERB_CUBIC;
	}
	if (export_spend(g->x, EXPORT_VERB))
		g->pen->verb(g->pen->data, verb, p);
	g->at = end;
}

int export_glyph(struct export *x, uint32_t font, uint32_t id, float size,
	const struct export_pen *pen)
{
	struct glyph_pen g = {.x = x, .pen = pen};
	struct glyph_sink sink = {glyph_verb, &g};
	return glyph_outline(x->from->glyphs, font, id, size, &sink);
}

/* Colours. */

struct export_color export_color_of(uint32_t wire)
{
	double a = (wire >> 24) / 255.0;
	return (struct export_color){
		.r = srgb_to_linear((wire & 255) / 255.0) * a,
		.g = srgb_to_linear((wire >> 8 & 255) / 255.0) * a,
		.b = srgb_to_linear((wire >> 16 & 255) / 255.0) * a,
		.a = a,
	};
}

struct export_color export_gradient_at(
	const struct gl_scene *scene, const struct gl_brush *brush, double t)
{
	const struct gl_stop *s = scene->stops + brush->stop;
	uint32_t i = 0;
	while (i < brush->n_stops && (double)s[i].at <= t)
		i++;
	struct export_color a = export_color_of(s[i > 0 ? i - 1 : 0].color);
	if (i == 0 || i == brush->n_stops)
		return a;
	struct export_color b = export_color_of(s[i].color);
	double k = (t - (double)s[i - 1].at) / (double)(s[i].at - s[i - 1].at);
	return (struct export_color){a.r + k * (b.r - a.r), a.g + k * (b.g - a.g),
		a.b + k * (b.b - a.b), a.a + k * (b.a - a.a)};
}

static uint8_t to_byte(double light, double a)
{
	double c = a > 0 ? linear_to_srgb(fmin(light / a, 1)) : 0;
	return (uint8_t)(c * 255 + 0.5);
}

void export_bytes(struct export_color c, uint8_t rgba[4])
{
	rgba[0] = to_byte(c.r, c.a);
	rgba[1] = to_byte(c.g, c.a);
	rgba[2] = to_byte(c.b, c.a);
	rgba[3] = (uint8_t)(c.a * 255 + 0.5);
}

void export_straight(const uint8_t *in, int32_t n, uint8_t *out)
{
	for (int32_t i = 0; i < n; i++, in += 4, out += 4) {
		memcpy(out, in, 4);
		for (int c = 0; c < 3 && in[3] > 0 && in[3] < 255; c++)
			out[c] = to_byte(srgb_to_linear(in[c] / 255.0), in[3] / 255.0);
	}
}

bool export_line(const struct gl_brush *brush, struct gl_point *p0, struct gl_point *p1)
{
	const struct gl_affine *m = &brush->from_device;
	double length = m->sx * m->sx + m->hx * m->hx;
	if (!(length > 1e-24))
		return false;
	*p0 = (struct gl_point){-m->ox * m->sx / length, -m->ox * m->hx / length};
	*p1 = (struct gl_point){p0->x + m->sx / length, p0->y + m->hx / length};
	return true;
}

/* Blurs: rows are blurred by formula, columns by summing. */

#define BLUR_SIDE 384

/* Where a rounded rectangle's row begins and ends; false: it has none there. */
static bool row_of(const struct gl_clip *c, double y, double *left, double *right)
{
	if (y < c->y0 || y > c->y1)
		return false;
	*left = c->x0;
	*right = c->x1;
	for (int i = 0; i < 4; i++) {
		double r = c->radius[i], in = i < 2 ? c->y0 + r - y : y - (c->y1 - r);
		if (r <= 0 || in <= 0)
			continue;
		double cut = r - sqrt(fmax(r * r - in * in, 0));
		if (i == 0 || i == 3)
			*left = fmax(*left, c->x0 + cut);
		else
			*right = fmin(*right, c->x1 - cut);
	}
	return *left < *right;
}

static double across(const struct gl_clip *c, double x, double y)
{
	double left, right, k = 1 / fmax(c->sigma * M_SQRT2, 1e-6);
	if (!row_of(c, y, &left, &right))
		return 0;
	return (erf((x - left) * k) - erf((x - right) * k)) / 2;
}

/* Rows are two to a pixel, and enough more above and below for the sums. */
static void sum_columns(const float *rows, int32_t width, int32_t height, int32_t more,
	double sigma, bool inverted, uint8_t *out)
{
	for (int32_t y = 0; y < height; y++) {
		for (int32_t x = 0; x < width; x++) {
			double sum = 0, weights = 0;
			for (int32_t i = -more; i <= more; i++) {
				double at = i / sigma, weight = exp(-at * at / 2);
				size_t row = (size_t)(2 * y + 1 + more + i);
				sum += weight *
				       (double)rows[row * (size_t)width + (size_t)x];
				weights += weight;
			}
			double k = fmin(fmax(sum / weights, 0), 1);
			*out++ = (uint8_t)((inverted ? 1 - k : k) * 255 + 0.5);
		}
	}
}

uint8_t *export_blur(struct export *x, const struct gl_clip *c, int32_t *width,
	int32_t *height, struct gl_affine *to_device)
{
	double margin = 3 * c->sigma;
	double w = c->x1 - c->x0 + 2 * margin, h = c->y1 - c->y0 + 2 * margin;
	double step = fmax(fmax(w, h) / BLUR_SIDE, fmax(c->sigma / 4, 1e-6));
	int32_t more = (int32_t)fmin(ceil(margin / step * 2), 24);
	*width = (int32_t)fmax(ceil(w / step), 1);
	*height = (int32_t)fmax(ceil(h / step), 1);
	struct gl_affine to_local = {
		.sx = step, .ox = c->x0 - margin, .sy = step, .oy = c->y0 - margin};
	*to_device = affine_mul(&c->to_device, &to_local);
	if (!export_spend(x, (uint64_t)*width * (uint64_t)*height * EXPORT_BLUR_PIXEL))
		return NULL;
	size_t n_rows = (size_t)(2 * (*height + more) + 1);
	float *rows = malloc(n_rows * (size_t)*width * sizeof *rows);
	uint8_t *pixels = malloc((size_t)*width * (size_t)*height);
	if (rows && pixels) {
		float *at = rows;
		for (size_t y = 0; y < n_rows; y++)
			for (int32_t i = 0; i < *width; i++)
				*at++ = (float)across(c, to_local.ox + (i + 0.5) * step,
					to_local.oy + ((double)y - more) * step / 2);
		sum_columns(rows, *width, *height, more, fmax(c->sigma / step * 2, 1e-3),
			c->inverted, pixels);
	} else {
		x->rc = -ENOMEM;
		free(pixels);
		pixels = NULL;
	}
	free(rows);
	return pixels;
}
