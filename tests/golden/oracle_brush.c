#include "oracle.h"

#include <math.h>
#include <string.h>

static double decode_srgb(double c)
{
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double encode_srgb(double c)
{
	return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

struct pixel color_pixel(uint32_t rgba)
{
	double a = (rgba & 255) / 255.0;
	return (struct pixel){{a * decode_srgb((rgba >> 24) / 255.0),
		a * decode_srgb((rgba >> 16 & 255) / 255.0),
		a * decode_srgb((rgba >> 8 & 255) / 255.0), a}};
}

static struct pixel mix(struct pixel a, struct pixel b, double t)
{
	for (int i = 0; i < 4; i++)
		a.v[i] += t * (b.v[i] - a.v[i]);
	return a;
}

static double spread(const char *kind, double t)
{
	if (!strcmp(kind, "repeat"))
		return t - floor(t);
	if (!strcmp(kind, "reflect")) {
		t = fabs(fmod(t, 2));
		return t > 1 ? 2 - t : t;
	}
	return fmin(fmax(t, 0), 1);
}

struct gradient gradient_read(const struct line *line)
{
	struct gradient g = {.radial = line_is(line, "brush", "radial")};
	size_t kind = g.radial ? 8 : 6, n = g.radial ? 6 : 4;
	if (line->n < kind + 3 || (line->n - kind) % 2 != 1)
		oracle_fail(line->number, "not a gradient");
	for (size_t i = 0; i < n; i++)
		g.v[i] = line_number(line, 2 + i);
	g.spread = line->words[kind];
	if (strcmp(g.spread, "pad") && strcmp(g.spread, "repeat") &&
		strcmp(g.spread, "reflect"))
		oracle_fail(line->number, "%s is no spread", g.spread);
	g.n = (line->n - kind - 1) / 2;
	g.stops = oracle_new(g.n, sizeof *g.stops);
	for (size_t i = 0; i < g.n; i++) {
		g.stops[i].at = line_number(line, kind + 1 + 2 * i);
		g.stops[i].color = color_pixel(line_color(line, kind + 2 + 2 * i));
	}
	return g;
}

/* Of two stops at t the later counts. */
static struct pixel stops_at(const struct gradient *g, double t)
{
	size_t i = 0;
	while (i < g->n && g->stops[i].at <= t)
		i++;
	if (i == 0 || i == g->n)
		return g->stops[i == 0 ? 0 : i - 1].color;
	double from = g->stops[i - 1].at, to = g->stops[i].at;
	return mix(g->stops[i - 1].color, g->stops[i].color, (t - from) / (to - from));
}

static double linear_t(const struct gradient *g, struct point p)
{
	double dx = g->v[2] - g->v[0], dy = g->v[3] - g->v[1];
	if (dx == 0 && dy == 0)
		return 1;
	return ((p.x - g->v[0]) * dx + (p.y - g->v[1]) * dy) / (dx * dx + dy * dy);
}

/* |q - t c| = r0 + t dr, squared: of two roots the one with a radius. */
static double radial_t(const struct gradient *g, struct point p)
{
	double r0 = g->v[2], cx = g->v[3] - g->v[0], cy = g->v[4] - g->v[1];
	double dr = g->v[5] - r0, qx = p.x - g->v[0], qy = p.y - g->v[1];
	double a = cx * cx + cy * cy - dr * dr, b = qx * cx + qy * cy + r0 * dr;
	double c = qx * qx + qy * qy - r0 * r0;
	/* a < 0, as the start circle is within: the greater root is this. */
	double t = (b - sqrt(fmax(b * b - a * c, 0))) / a;
	return r0 + t * dr >= 0 ? t : 0;
}

struct pixel gradient_at(const struct gradient *g, struct point p)
{
	return stops_at(
		g, spread(g->spread, g->radial ? radial_t(g, p) : linear_t(g, p)));
}

static struct picture half_of(const struct picture *was)
{
	int w = was->width > 1 ? (was->width + 1) / 2 : 1;
	int h = was->height > 1 ? (was->height + 1) / 2 : 1;
	struct picture is = {
		w, h, oracle_new((size_t)w * (size_t)h, sizeof(struct pixel))};
	for (int i = 0; i < w * h * 4; i++) {
		int x = i % w * 2, y = i / w % h * 2;
		int x1 = x + 1 < was->width ? x + 1 : x,
		    y1 = y + 1 < was->height ? y + 1 : y;
		int k = i / (w * h);
		is.p[i % (w * h)].v[k] = (was->p[y * was->width + x].v[k] +
						 was->p[y * was->width + x1].v[k] +
						 was->p[y1 * was->width + x].v[k] +
						 was->p[y1 * was->width + x1].v[k]) /
					 4;
	}
	return is;
}

struct image image_of(struct picture pixels)
{
	struct image image = {.level[0] = pixels};
	for (image.levels = 1; image.levels < 16; image.levels++) {
		const struct picture *last = &image.level[image.levels - 1];
		if (last->width == 1 && last->height == 1)
			break;
		image.level[image.levels] = half_of(last);
	}
	return image;
}

struct image image_new(const uint8_t *rgba, int width, int height)
{
	size_t n = (size_t)width * (size_t)height;
	struct picture pixels = {width, height, oracle_new(n, sizeof(struct pixel))};
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 4; k++) {
			double byte = rgba[4 * i + (size_t)k] / 255.0;
			pixels.p[i].v[k] = k < 3 ? decode_srgb(byte) : byte;
		}
	return image_of(pixels);
}

static int held(double at, double least, double most)
{
	return (int)fmin(fmax(at, least), most);
}

static struct pixel texel(const struct picture *level, const double part[4], double scale,
	double x, double y)
{
	int ix = held(x, floor(part[0] / scale), ceil(part[2] / scale) - 1);
	int iy = held(y, floor(part[1] / scale), ceil(part[3] / scale) - 1);
	return level->p[held(iy, 0, level->height - 1) * level->width +
			held(ix, 0, level->width - 1)];
}

static struct pixel bilinear(
	const struct image *image, const double part[4], double u, double v, int n)
{
	const struct picture *level = &image->level[n];
	double scale = ldexp(1, n), x = u / scale - 0.5, y = v / scale - 0.5;
	double x0 = floor(x), y0 = floor(y);
	struct pixel top = mix(texel(level, part, scale, x0, y0),
		texel(level, part, scale, x0 + 1, y0), x - x0);
	struct pixel low = mix(texel(level, part, scale, x0, y0 + 1),
		texel(level, part, scale, x0 + 1, y0 + 1), x - x0);
	return mix(top, low, y - y0);
}

struct pixel image_sample(
	const struct image *image, const double part[4], double u, double v, double lod)
{
	lod = fmin(fmax(lod, 0), image->levels - 1);
	int n = (int)floor(lod), next = n + 1 < image->levels ? n + 1 : n;
	return mix(bilinear(image, part, u, v, n), bilinear(image, part, u, v, next),
		lod - n);
}

struct pixel image_nearest(
	const struct image *image, const double part[4], double u, double v)
{
	return texel(&image->level[0], part, 1, floor(u), floor(v));
}
