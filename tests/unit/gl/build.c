#include "build.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"

static void *keep(struct build *b, void *p)
{
	assert(p && b->n < BUILD_THINGS);
	return b->things[b->n++] = p;
}

static void let_go(struct build *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->things[i]);
	b->n = 0;
}

void build_begin(struct build *b, int32_t width, int32_t height)
{
	struct gl_scene *s = &b->scene;
	let_go(b);
	s->n_clips = s->n_brushes = s->n_stops = s->n_items = s->n_runs = s->n_glyphs = 0;
	s->width = width;
	s->height = height;
	b->seed = 1;
}

void build_free(struct build *b)
{
	struct gl_scene *s = &b->scene;
	let_go(b);
	free(s->clips);
	free(s->brushes);
	free(s->stops);
	free(s->items);
	free(s->runs);
	free(s->glyphs);
	memset(b, 0, sizeof *b);
}

double build_chance(struct build *b, double from, double to)
{
	b->seed = b->seed * 1664525u + 1013904223u;
	return from + (to - from) * (b->seed >> 8) / (1 << 24);
}

int build_chance_of(struct build *b, int n)
{
	return (int)build_chance(b, 0, n);
}

#define ADD(b, array, ...)                                                               \
	(assert(scene_reserve(&(b)->scene, array, 1)),                                   \
		(b)->scene.array[(b)->scene.n_##array] = __VA_ARGS__,                    \
		(uint32_t)(b)->scene.n_##array++)

uint32_t build_color(struct build *b, uint32_t color)
{
	return ADD(b, brushes,
		(struct gl_brush){.kind = BRUSH_COLOR,
			.color = color,
			.opaque = color >> 24 == 255});
}

static uint32_t add_stops(
	struct build *b, const struct gl_stop *stops, uint32_t n, bool *opaque)
{
	uint32_t first = (uint32_t)b->scene.n_stops;
	*opaque = true;
	for (uint32_t i = 0; i < n; i++) {
		*opaque &= stops[i].color >> 24 == 255;
		(void)ADD(b, stops, stops[i]);
	}
	return first;
}

uint32_t build_linear(struct build *b, double x0, double y0, double x1, double y1,
	unsigned spread, const struct gl_stop *stops, uint32_t n)
{
	double dx = x1 - x0, dy = y1 - y0, len = dx * dx + dy * dy;
	bool opaque;
	uint32_t first = add_stops(b, stops, n, &opaque);
	return ADD(b, brushes,
		(struct gl_brush){
			.kind = BRUSH_LINEAR,
			.spread = (uint8_t)spread,
			.opaque = opaque,
			.from_device =
				{
					.sx = dx / len,
					.hx = dy / len,
					.ox = -(x0 * dx + y0 * dy) / len,
				},
			.stop = first,
			.n_stops = n,
		});
}

uint32_t build_radial(struct build *b, const double c[6], unsigned spread,
	const struct gl_stop *stops, uint32_t n)
{
	bool opaque;
	uint32_t first = add_stops(b, stops, n, &opaque);
	return ADD(b, brushes,
		(struct gl_brush){
			.kind = BRUSH_RADIAL,
			.spread = (uint8_t)spread,
			.opaque = opaque,
			.from_device = GL_AFFINE_IDENTITY,
			.x0 = c[0],
			.y0 = c[1],
			.r0 = c[2],
			.x1 = c[3],
			.y1 = c[4],
			.r1 = c[5],
			.stop = first,
			.n_stops = n,
		});
}

struct gl_image *build_pixels(struct build *b, int32_t width, int32_t height)
{
	struct gl_image *image = keep(b, calloc(1, sizeof *image));
	image->width = width;
	image->height = height;
	image->pixels = keep(b, calloc((size_t)width * (size_t)height, 4));
	return image;
}

uint32_t build_image(struct build *b, struct gl_image *image, unsigned filter,
	const struct gl_affine *from_device)
{
	return ADD(b, brushes,
		(struct gl_brush){
			.kind = BRUSH_IMAGE,
			.filter = (uint8_t)filter,
			.opaque = image->opaque,
			.from_device = *from_device,
			.x1 = image->width,
			.y1 = image->height,
			.image = image,
		});
}

static struct gl_rect layer(const struct build *b)
{
	return (struct gl_rect){0, 0, b->scene.width, b->scene.height};
}

uint32_t build_rect(struct build *b, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
	struct gl_rect box = rect_intersect((struct gl_rect){x0, y0, x1, y1}, layer(b));
	return ADD(b, clips,
		(struct gl_clip){.parent = SCENE_NONE, .box = box, .bounds = box});
}

/* Spans as the coverage makes them: long runs of one value, values one by one. */
static void add_row(struct mask_scratch *s, const uint16_t *row, int32_t width)
{
	for (int32_t x = 0; x < width;) {
		int32_t end = x;
		while (end < width && row[end] == row[x])
			end++;
		bool run = end - x >= 8 || row[x] == 0;
		while (!run && end < width && row[end] &&
			(end + 8 > width || row[end] != row[end + 7]))
			end++;
		if (row[x])
			s->spans[s->n_spans++] = (struct gl_span){
				.x = (uint16_t)x,
				.len = (uint16_t)(end - x),
				.value = run ? row[x] : 0,
				.cover = run ? COVER_NONE : (uint32_t)s->n_cover,
			};
		for (int32_t i = x; !run && i < end; i++)
			s->cover[s->n_cover++] = row[i];
		x = end;
	}
}

uint32_t build_mask(struct build *b, struct gl_rect rect,
	double (*cover)(const void *data, int32_t x, int32_t y), const void *data)
{
	rect = rect_intersect(rect, layer(b));
	int32_t w = rect.x1 - rect.x0, h = rect.y1 - rect.y0;
	if (w <= 0 || h <= 0)
		return build_rect(b, 0, 0, 0, 0);
	size_t area = (size_t)w * (size_t)h;
	struct mask_scratch s = {
		.spans = malloc(area * sizeof *s.spans),
		.cover = malloc(area * sizeof *s.cover),
		.rows = malloc(((size_t)h + 1) * sizeof *s.rows),
	};
	uint16_t *row = malloc((size_t)w * sizeof *row);
	assert(s.spans && s.cover && s.rows && row);
	for (int32_t y = 0; y < h; y++) {
		s.rows[s.n_rows++] = (uint32_t)s.n_spans;
		for (int32_t x = 0; x < w; x++)
			row[x] = (uint16_t)(cover(data, rect.x0 + x, rect.y0 + y) *
						    COVER_FULL +
					    0.5);
		add_row(&s, row, w);
	}
	s.rows[s.n_rows++] = (uint32_t)s.n_spans;
	struct gl_mask *mask = keep(b, mask_build(&s, w, h));
	free(s.spans);
	free(s.cover);
	free(s.rows);
	free(row);
	return ADD(b, clips,
		(struct gl_clip){
			.parent = SCENE_NONE,
			.box = layer(b),
			.mask = mask,
			.mask_x = rect.x0,
			.mask_y = rect.y0,
			.bounds = rect,
		});
}

static double disc_cover(const void *data, int32_t x, int32_t y)
{
	const double *d = data;
	double inside = d[2] - hypot(x + 0.5 - d[0], y + 0.5 - d[1]) + 0.5;
	return fmax(0, fmin(inside, 1));
}

uint32_t build_disc(struct build *b, double x, double y, double radius)
{
	const double disc[3] = {x, y, radius};
	struct gl_rect rect = {(int32_t)floor(x - radius - 1),
		(int32_t)floor(y - radius - 1), (int32_t)ceil(x + radius + 1),
		(int32_t)ceil(y + radius + 1)};
	return build_mask(b, rect, disc_cover, disc);
}

static double share(double from, double to, int32_t at)
{
	return fmax(0, fmin(to, at + 1) - fmax(from, at));
}

static double box_cover(const void *data, int32_t x, int32_t y)
{
	const double *v = data;
	return share(v[0], v[2], x) * share(v[1], v[3], y);
}

uint32_t build_box(struct build *b, double x0, double y0, double x1, double y1)
{
	const double box[4] = {x0, y0, x1, y1};
	struct gl_rect rect = {(int32_t)floor(x0), (int32_t)floor(y0), (int32_t)ceil(x1),
		(int32_t)ceil(y1)};
	return build_mask(b, rect, box_cover, box);
}

struct gl_item *build_item(
	struct build *b, enum item_kind kind, uint32_t clip, unsigned blend)
{
	struct gl_rect bounds =
		clip == SCENE_NONE ? layer(b) : b->scene.clips[clip].bounds;
	uint32_t i = ADD(b, items,
		(struct gl_item){.kind = kind,
			.blend = (uint8_t)blend,
			.clip = clip,
			.bounds = bounds});
	return &b->scene.items[i];
}

void build_fill(struct build *b, uint32_t clip, uint32_t brush, unsigned blend)
{
	build_item(b, ITEM_FILL, clip, blend)->brush = brush;
}

uint32_t build_group(struct build *b, float opacity, unsigned blend, uint32_t clip)
{
	build_item(b, ITEM_GROUP, clip, blend)->opacity = opacity;
	return (uint32_t)b->scene.n_items - 1;
}

void build_group_end(struct build *b, uint32_t group)
{
	b->scene.items[group].end = (uint32_t)b->scene.n_items;
	build_item(b, ITEM_GROUP_END, SCENE_NONE, BLEND_OVER)->end = group;
}

struct gl_glyph *build_glyph(struct build *b, uint16_t width, uint16_t height, bool color)
{
	struct gl_glyph *g = keep(b, calloc(1, sizeof *g));
	size_t area = (size_t)width * height;
	*g = (struct gl_glyph){.width = width, .height = height, .color = color};
	g->pixels = keep(b, malloc(area * 4));
	for (size_t i = 0; i < area * 4; i++)
		g->pixels[i] =
			(uint8_t)(build_chance_of(b, 3) ? build_chance_of(b, 2) * 255
							: build_chance_of(b, 256));
	for (size_t i = 0; color && i < area; i++)
		for (int c = 0; c < 3; c++)
			if (g->pixels[4 * i + (size_t)c] > g->pixels[4 * i + 3])
				g->pixels[4 * i + (size_t)c] = g->pixels[4 * i + 3];
	return g;
}

void build_run(struct build *b, uint32_t clip, uint32_t brush, unsigned blend,
	struct gl_glyph *const *glyphs, uint32_t n, struct gl_rect rect)
{
	struct gl_item *item = build_item(b, ITEM_GLYPHS, clip, blend);
	item->brush = brush;
	item->first = (uint32_t)b->scene.n_glyphs;
	item->n = n;
	item->end = ADD(b, runs, (struct gl_run){.upright = true});
	for (uint32_t i = 0; i < n; i++)
		(void)ADD(b, glyphs,
			(struct gl_scene_glyph){
				.bitmap = glyphs[i],
				.at_x = (int32_t)build_chance(b, rect.x0, rect.x1),
				.at_y = (int32_t)build_chance(b, rect.y0, rect.y1),
			});
}
