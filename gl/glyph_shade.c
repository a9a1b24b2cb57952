#include "gl/glyph_shade.h"
#include "gl/srgb.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define PI      3.14159265358979323846

#define GUESSES 8192

static float to_linear[256];     /* of a byte */
static float threshold[256];     /* least light that shows as byte i + 1 */
static uint8_t guesses[GUESSES]; /* byte of i / (GUESSES - 1), or the one before */

static void fill_tables(void)
{
	unsigned byte = 0;
	for (int i = 0; i < 256; i++) {
		to_linear[i] = (float)srgb_to_linear(i / 255.0);
		threshold[i] = (float)srgb_to_linear((i + 0.5) / 255.0);
	}
	/* In the darkest part a step is two fifths of a byte: one more than guessed at most. */
	for (int i = 0; i < GUESSES; i++) {
		while (byte < 255 && (float)i / (GUESSES - 1) >= threshold[byte])
			byte++;
		guesses[i] = (uint8_t)byte;
	}
}

float srgb_linear(uint8_t byte)
{
	if (threshold[0] <= 0)
		fill_tables();
	return to_linear[byte];
}

uint8_t srgb_encode(float linear)
{
	if (threshold[0] <= 0)
		fill_tables();
	float within = fminf(fmaxf(linear, 0), 1);
	uint8_t byte = guesses[(unsigned)(within * (GUESSES - 1))];
	return (uint8_t)(byte + (byte < 255 && linear >= threshold[byte]));
}

static void color_of(
	const struct shade_palette *palette, const struct colr_color *color, float out[4])
{
	FT_Color c = {.alpha = 255};
	if (color->index < palette->n)
		c = palette->colors[color->index];
	else if (color->index != 0xffff)
		c.alpha = 0;
	float a = (float)(c.alpha / 255.0 * fmin(fmax(color->alpha, 0), 1));
	out[0] = srgb_linear(c.red) * a;
	out[1] = srgb_linear(c.green) * a;
	out[2] = srgb_linear(c.blue) * a;
	out[3] = a;
}

void shade_solid(struct shade *out, const struct shade_palette *palette,
	const struct colr_color *color)
{
	out->kind = SHADE_SOLID;
	out->nothing = false;
	out->n_stops = 1;
	color_of(palette, color, out->stops[0].color);
}

/* Stops should ascend; where they do not they are put in order. */
static void insert_stop(struct shade *out, float at, const float color[4])
{
	size_t i = out->n_stops++;
	for (; i > 0 && out->stops[i - 1].at > at; i--)
		out->stops[i] = out->stops[i - 1];
	out->stops[i].at = at;
	memcpy(out->stops[i].color, color, sizeof out->stops[i].color);
}

static int read_stops(struct shade *out, const struct colr *colr,
	const struct colr_line *line, const struct shade_palette *palette)
{
	out->extend = line->extend;
	out->n_stops = 0;
	if (line->n > GLYPH_MAX_STOPS)
		return -E2BIG;
	for (size_t i = 0; i < line->n; i++) {
		struct colr_color color;
		float is[4];
		double at;
		if (colr_stop(colr, line, i, &at, &color) != 0)
			return -EINVAL;
		color_of(palette, &color, is);
		insert_stop(out, (float)at, is);
	}
	return out->n_stops > 0 ? 0 : -EINVAL;
}

/* The line of one colour runs along p2 - p0: what counts is p1 - p0 across it. */
static void make_linear(struct shade *out, const double g[6])
{
	double dx = g[2] - g[0], dy = g[3] - g[1];
	double qx = g[4] - g[0], qy = g[5] - g[1];
	double q = qx * qx + qy * qy;
	if (q > 0) {
		double k = (dx * qx + dy * qy) / q;
		dx -= k * qx;
		dy -= k * qy;
	}
	double d = dx * dx + dy * dy;
	out->kind = SHADE_LINEAR;
	out->nothing = d < 1e-6;
	out->x0 = g[0];
	out->y0 = g[1];
	out->x1 = dx / d;
	out->y1 = dy / d;
}

static void make_radial(struct shade *out, const double g[6])
{
	out->kind = SHADE_RADIAL;
	out->x0 = g[0];
	out->y0 = g[1];
	out->r0 = g[2];
	out->x1 = g[3] - g[0];
	out->y1 = g[4] - g[1];
	out->r1 = g[5] - g[2];
	out->nothing = out->x1 == 0 && out->y1 == 0 && out->r1 == 0;
}

static void make_sweep(struct shade *out, const double g[6], enum colr_extend extend)
{
	double angle = g[3] - g[2];
	out->kind = SHADE_SWEEP;
	out->x0 = g[0];
	out->y0 = g[1];
	out->r0 = g[2];
	out->r1 = angle != 0 ? 1 / angle : INFINITY;
	out->nothing = angle == 0 && extend != COLR_PAD;
}

int shade_make(struct shade *out, const struct colr *colr, const struct colr_paint *paint,
	const struct shade_palette *palette, const struct gl_affine *to_device)
{
	switch (paint->kind) {
	case COLR_SOLID:
		shade_solid(out, palette, &paint->color);
		return 0;
	case COLR_LINEAR:
		make_linear(out, paint->number);
		break;
	case COLR_RADIAL:
		make_radial(out, paint->number);
		break;
	case COLR_SWEEP:
		make_sweep(out, paint->number, paint->line.extend);
		break;
	default:
		return -ENOENT;
	}
	if (!affine_invert(to_device, &out->to_font))
		out->nothing = true;
	return read_stops(out, colr, &paint->line, palette);
}

/* The larger solution with a radius of at least 0, of the circle through x, y. */
static bool radial_t(const struct shade *s, double x, double y, double *t)
{
	double a = s->x1 * s->x1 + s->y1 * s->y1 - s->r1 * s->r1;
	double b = x * s->x1 + y * s->y1 + s->r0 * s->r1;
	double c = x * x + y * y - s->r0 * s->r0;
	if (fabs(a) < 1e-9) {
		*t = c / (2 * b);
		return b != 0 && s->r0 + *t * s->r1 >= 0;
	}
	double d = b * b - a * c;
	if (d < 0)
		return false;
	double root = sqrt(d) / fabs(a);
	for (int i = 0; i < 2; i++, root = -root) {
		*t = b / a + root;
		if (s->r0 + *t * s->r1 >= 0)
			return true;
	}
	return false;
}

static bool place_of(const struct shade *s, double px, double py, double *t)
{
	struct gl_point p = affine_apply(&s->to_font, px, py);
	double x = p.x - s->x0, y = p.y - s->y0;
	switch (s->kind) {
	case SHADE_LINEAR:
		*t = x * s->x1 + y * s->y1;
		return true;
	case SHADE_RADIAL:
		return radial_t(s, x, y, t);
	default: {
		double turn = atan2(y, x) / PI;
		double from = (turn < 0 ? turn + 2 : turn) - s->r0;
		*t = isinf(s->r1) ? (from < 0 ? -1 : 2) : from * s->r1;
		return true;
	}
	}
}

/* Beyond the first and last stop, wherever they are, the line is extended. */
static double extended(const struct shade *s, double t)
{
	double first = (double)s->stops[0].at;
	double length = (double)s->stops[s->n_stops - 1].at - first;
	if (s->extend == COLR_PAD || length <= 0)
		return t;
	double u = (t - first) / length;
	if (s->extend == COLR_REPEAT)
		u -= floor(u);
	else
		u = fabs(u - 2 * floor(u / 2 + 0.5));
	return first + u * length;
}

void shade_at(const struct shade *s, double x, double y, float color[4])
{
	double t;
	memset(color, 0, 4 * sizeof *color);
	if (s->nothing)
		return;
	if (s->kind == SHADE_SOLID) {
		memcpy(color, s->stops[0].color, 4 * sizeof *color);
		return;
	}
	if (!place_of(s, x, y, &t) || !isfinite(t))
		return;
	float at = (float)extended(s, t);
	size_t low = 0, high = s->n_stops;
	/* stops[low - 1].at <= at < stops[high].at */
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (s->stops[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	const struct shade_stop *a = &s->stops[low > 0 ? low - 1 : 0];
	const struct shade_stop *b = &s->stops[low < s->n_stops ? low : low - 1];
	float part =
		b->at > a->at ? fminf(fmaxf((at - a->at) / (b->at - a->at), 0), 1) : 0;
	for (int c = 0; c < 4; c++)
		color[c] = a->color[c] + part * (b->color[c] - a->color[c]);
}
