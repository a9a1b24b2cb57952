#include "gl/glyph.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/font.h"
#include "gl/glyph_private.h"
#include FT_TRUETYPE_TABLES_H

#define FIRST_BITS 10
#define LAST_BITS  20
#define MAX_SIZE   ((uint32_t)(GLYPH_MAX_SIZE * 64))
#define AS_OUTLINE UINT32_MAX /* size_26_6 of entries that are outlines */
#define TAG_COLR   FT_MAKE_TAG('C', 'O', 'L', 'R')

struct glyph_cache {
	struct gl_fonts *fonts;
	struct gl_glyph **buckets; /* 1 << bits of them */
	unsigned bits;
	struct list unused; /* gl_glyph.link; least recently used first */
	struct glyph_picture picture;
	uint32_t colr_font; /* whose table colr is */
	struct colr colr;
	struct glyph_stats stats;
	size_t frame_bytes; /* of glyphs made for the frame under way */
	int failure;
};

/* What gl_glyph.pixels of an entry that is an outline points to; its arrays follow. */
struct kept_outline {
	FT_Outline outline;
	struct glyph_shape shape;
	double upem; /* units of the font in an em */
};

int glyph_cache_create(struct gl_fonts *fonts, struct glyph_cache **out)
{
	struct glyph_cache *cache = calloc(1, sizeof *cache);
	if (!cache)
		return -ENOMEM;
	cache->fonts = fonts;
	cache->bits = FIRST_BITS;
	list_init(&cache->unused);
	cache->buckets = calloc((size_t)1 << cache->bits, sizeof *cache->buckets);
	if (!cache->buckets) {
		free(cache);
		return -ENOMEM;
	}
	*out = cache;
	return 0;
}

void glyph_cache_destroy(struct glyph_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < (size_t)1 << cache->bits; i++) {
		for (struct gl_glyph *g = cache->buckets[i], *next; g; g = next) {
			assert(g->refs == 0);
			next = g->next;
			free(g);
		}
	}
	free((void *)cache->colr.bytes);
	free(cache->picture.pixels);
	free(cache->buckets);
	free(cache);
}

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4): the product's high bits depend on all of the key. */
static inline size_t bucket_of(const struct glyph_cache *cache, uint32_t font,
	uint32_t id, uint32_t size_26_6, unsigned quarter)
{
	uint64_t what = (uint64_t)font << 32 | id;
	uint64_t how = (uint64_t)size_26_6 << 2 | quarter;
	uint64_t h = (what ^ how * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u;
	return (size_t)(h >> (64 - cache->bits));
}

static size_t bucket_for(const struct glyph_cache *cache, const struct gl_glyph *g)
{
	return bucket_of(cache, g->font, g->id, g->size_26_6, g->quarter);
}

/* Without memory the chains just get longer. */
static void grow(struct glyph_cache *cache)
{
	size_t n = (size_t)1 << cache->bits;
	struct gl_glyph **was = cache->buckets;
	struct gl_glyph **is = calloc(n * 2, sizeof *is);
	if (!is)
		return;
	cache->buckets = is;
	cache->bits++;
	for (size_t i = 0; i < n; i++) {
		for (struct gl_glyph *g = was[i], *next; g; g = next) {
			struct gl_glyph **head = &is[bucket_for(cache, g)];
			next = g->next;
			g->next = *head;
			*head = g;
		}
	}
	free(was);
}

static void drop(struct glyph_cache *cache, struct gl_glyph *glyph)
{
	struct gl_glyph **at = &cache->buckets[bucket_for(cache, glyph)];
	while (*at != glyph)
		at = &(*at)->next;
	*at = glyph->next;
	list_remove(&glyph->link);
	cache->stats.bytes -= glyph->bytes;
	cache->stats.glyphs--;
	cache->stats.evicted++;
	free(glyph);
}

static void make_room(struct glyph_cache *cache, size_t more)
{
	while (cache->stats.bytes + more > GLYPH_CACHE_BYTES &&
		!list_empty(&cache->unused))
		drop(cache, container_of(cache->unused.next, struct gl_glyph, link));
}

/* One font's table is kept, since emoji of one font follow each other. */
static int load_colr(struct glyph_cache *cache, uint32_t font, FT_Face face)
{
	FT_ULong size = 0;
	if (cache->colr_font == font)
		return 0;
	free((void *)cache->colr.bytes);
	cache->colr = (struct colr){0};
	cache->colr_font = font;
	if (FT_Load_Sfnt_Table(face, TAG_COLR, 0, NULL, &size) != 0 || size == 0 ||
		size > GLYPH_MAX_COLR)
		return 0;
	uint8_t *bytes = malloc(size);
	if (!bytes) {
		cache->colr_font = 0;
		return -ENOMEM;
	}
	if (FT_Load_Sfnt_Table(face, TAG_COLR, 0, bytes, &size) == 0)
		cache->colr = (struct colr){bytes, size};
	else
		free(bytes);
	return 0;
}

/* The face comes last: it is good until the registry is asked again. */
static struct glyph_source source_of(
	struct glyph_cache *cache, uint32_t font, uint32_t id)
{
	const struct gl_font_info *info = gl_font_info(cache->fonts, font);
	struct glyph_source source = {
		.fonts = cache->fonts, .font = font, .colr = &cache->colr, .id = id};
	if (info) {
		source.embolden = info->embolden;
		source.skew = (double)info->skew;
	}
	source.face = gl_font_face(cache->fonts, font);
	return source;
}

static int make_picture(const struct glyph_source *source, struct glyph_picture *out)
{
	bool color = FT_HAS_COLOR(source->face);
	int rc = source->colr->size > 0 ? glyph_color(source, out) : -ENOENT;
	if (rc == -ENOENT && color && FT_HAS_FIXED_SIZES(source->face))
		rc = glyph_strike(source, out);
	if (rc == -ENOENT && FT_IS_SCALABLE(source->face))
		rc = glyph_raster(source, out);
	if (rc == -ENOENT && !color && FT_HAS_FIXED_SIZES(source->face))
		rc = glyph_strike(source, out);
	return rc;
}

static bool empty_row(const struct glyph_picture *p, int32_t y, size_t pixel)
{
	const uint8_t *row = p->pixels + (size_t)y * (size_t)p->width * pixel;
	for (size_t i = 0; i < (size_t)p->width * pixel; i++)
		if (row[i])
			return false;
	return true;
}

static bool empty_column(
	const struct glyph_picture *p, int32_t x, int32_t y0, int32_t y1, size_t pixel)
{
	for (int32_t y = y0; y < y1; y++) {
		const uint8_t *at =
			p->pixels + ((size_t)y * (size_t)p->width + (size_t)x) * pixel;
		for (size_t i = 0; i < pixel; i++)
			if (at[i])
				return false;
	}
	return true;
}

struct margins {
	int32_t x0, y0, x1, y1;
};

static struct margins tight(const struct glyph_picture *p)
{
	size_t pixel = p->color ? 4 : 1;
	struct margins m = {.x1 = p->width, .y1 = p->height};
	if (!p->pixels)
		return (struct margins){0};
	while (m.y0 < m.y1 && empty_row(p, m.y0, pixel))
		m.y0++;
	while (m.y1 > m.y0 && empty_row(p, m.y1 - 1, pixel))
		m.y1--;
	if (m.y0 == m.y1)
		return (struct margins){0};
	while (empty_column(p, m.x0, m.y0, m.y1, pixel))
		m.x0++;
	while (empty_column(p, m.x1 - 1, m.y0, m.y1, pixel))
		m.x1--;
	return m;
}

/* What others hold must not leave a frame without its letters. */
static struct gl_glyph *take(struct glyph_cache *cache, size_t bytes)
{
	make_room(cache, bytes);
	if (cache->stats.bytes + bytes > GLYPH_HELD_BYTES &&
		cache->frame_bytes + bytes > GLYPH_SHARE_BYTES)
		return NULL;
	cache->frame_bytes += bytes;
	return malloc(bytes);
}

/* keep makes a glyph of the picture; NULL: no memory, or too much is held. */
static struct gl_glyph *keep(struct glyph_cache *cache, const struct glyph_picture *p)
{
	struct margins m = tight(p);
	size_t pixel = p->color ? 4 : 1;
	size_t width = (size_t)(m.x1 - m.x0), height = (size_t)(m.y1 - m.y0);
	size_t size = width * height * pixel;
	size_t bytes = sizeof(struct gl_glyph) + size;
	struct gl_glyph *glyph = take(cache, bytes);
	if (!glyph)
		return NULL;
	*glyph = (struct gl_glyph){
		.left = (int16_t)(p->left + m.x0),
		.top = (int16_t)(p->top + m.y0),
		.width = (uint16_t)width,
		.height = (uint16_t)height,
		.color = p->color,
		.pixels = size ? (uint8_t *)(glyph + 1) : NULL,
		.work = (uint32_t)(GLYPH_WORK + p->touched / GLYPH_WORK_PIXELS),
		.bytes = bytes,
	};
	for (size_t y = 0; y < height && size; y++)
		memcpy(glyph->pixels + y * width * pixel,
			p->pixels +
				(((size_t)m.y0 + y) * (size_t)p->width + (size_t)m.x0) *
					pixel,
			width * pixel);
	return glyph;
}

static struct gl_glyph *make(struct glyph_cache *cache, uint32_t font, uint32_t id,
	uint32_t size_26_6, unsigned quarter)
{
	struct glyph_picture *picture = &cache->picture;
	struct glyph_source source = source_of(cache, font, id);
	int rc = -EINVAL;
	source.size_26_6 = size_26_6;
	source.quarter = quarter;
	picture->touched = 0;
	if (!source.face) {
		rc = -ENOENT;
	} else if (size_26_6 > 0 && size_26_6 <= MAX_SIZE) {
		rc = load_colr(cache, font, source.face);
		if (!rc)
			rc = make_picture(&source, picture);
	}
	cache->failure = source.face && rc != -ETIME ? -ENOMEM : rc;
	if (rc == -ENOMEM || rc == -ETIME || !source.face)
		return NULL;
	if (rc)
		picture->width = picture->height = picture->left = picture->top = 0;
	struct gl_glyph *glyph = keep(cache, picture);
	if (!glyph)
		return NULL;
	glyph->font = font;
	glyph->id = id;
	glyph->size_26_6 = size_26_6;
	glyph->quarter = (uint8_t)quarter;
	return glyph;
}

/* Outlines: kept like bitmaps. */

static size_t outline_bytes(const FT_Outline *o)
{
	size_t points = (size_t)o->n_points, contours = (size_t)o->n_contours;
	return sizeof(struct gl_glyph) + sizeof(struct kept_outline) +
	       points * (sizeof *o->points + sizeof *o->tags) +
	       contours * sizeof *o->contours;
}

/* Arrays of points, contours and tags, after each other. */
static void copy_outline(FT_Outline *to, const FT_Outline *from, void *room)
{
	size_t points = (size_t)from->n_points, contours = (size_t)from->n_contours;
	*to = *from;
	to->points = room;
	to->contours = (void *)(to->points + points);
	to->tags = (void *)(to->contours + contours);
	if (points == 0)
		return;
	memcpy(to->points, from->points, points * sizeof *to->points);
	memcpy(to->contours, from->contours, contours * sizeof *to->contours);
	memcpy(to->tags, from->tags, points * sizeof *to->tags);
}

static struct glyph_shape shape_of(const FT_Outline *outline, double unit)
{
	struct glyph_shape s = {
		(uint32_t)outline->n_points, INFINITY, INFINITY, -INFINITY, -INFINITY};
	for (int i = 0; i < outline->n_points; i++) {
		double x = (double)outline->points[i].x * unit;
		double y = (double)outline->points[i].y * -unit;
		s.x0 = fmin(s.x0, x), s.x1 = fmax(s.x1, x);
		s.y0 = fmin(s.y0, y), s.y1 = fmax(s.y1, y);
	}
	return s;
}

/* Without points: a glyph that has no outline, or none that is read. */
static struct gl_glyph *make_outline(
	struct glyph_cache *cache, uint32_t font, uint32_t id)
{
	struct glyph_source source = source_of(cache, font, id);
	FT_Outline none = {0};
	int rc = source.face ? -EINVAL : -ENOENT;
	if (source.face && FT_IS_SCALABLE(source.face))
		rc = glyph_load(&source);
	cache->failure = source.face && rc != -ETIME ? -ENOMEM : rc;
	if (rc == -ENOMEM || rc == -ETIME || !source.face)
		return NULL;
	const FT_Outline *from = rc ? &none : &source.face->glyph->outline;
	size_t bytes = outline_bytes(from);
	struct gl_glyph *glyph = take(cache, bytes);
	if (!glyph)
		return NULL;
	struct kept_outline *kept = (struct kept_outline *)(glyph + 1);
	*glyph = (struct gl_glyph){.font = font,
		.id = id,
		.size_26_6 = AS_OUTLINE,
		.pixels = (uint8_t *)kept,
		.bytes = bytes};
	copy_outline(&kept->outline, from, kept + 1);
	kept->upem = rc ? 1 : source.face->units_per_EM;
	kept->shape = shape_of(from, 1 / kept->upem);
	return glyph;
}

static struct gl_glyph *miss(struct glyph_cache *cache, uint32_t font, uint32_t id,
	uint32_t size_26_6, unsigned quarter)
{
	struct gl_glyph *glyph = size_26_6 == AS_OUTLINE
					 ? make_outline(cache, font, id)
					 : make(cache, font, id, size_26_6, quarter);
	if (!glyph)
		return NULL;
	cache->stats.misses++;
	cache->stats.bytes += glyph->bytes;
	if (++cache->stats.glyphs > (size_t)1 << cache->bits && cache->bits < LAST_BITS)
		grow(cache);
	struct gl_glyph **head = &cache->buckets[bucket_for(cache, glyph)];
	glyph->next = *head;
	*head = glyph;
	glyph->refs = 1;
	list_init(&glyph->link);
	return glyph;
}

static struct gl_glyph *get(struct glyph_cache *cache, uint32_t font, uint32_t id,
	uint32_t size_26_6, unsigned quarter)
{
	struct gl_glyph *g =
		cache->buckets[bucket_of(cache, font, id, size_26_6, quarter)];
	for (; g; g = g->next) {
		if (g->id == id && g->font == font && g->size_26_6 == size_26_6 &&
			g->quarter == quarter) {
			if (g->refs++ == 0)
				list_remove(&g->link);
			cache->stats.hits++;
			return g;
		}
	}
	return miss(cache, font, id, size_26_6, quarter);
}

struct gl_glyph *glyph_get(struct glyph_cache *cache, uint32_t font, uint32_t id,
	uint32_t size_26_6, unsigned quarter)
{
	assert(quarter < GLYPH_QUARTERS);
	if (size_26_6 > MAX_SIZE)
		size_26_6 = 0; /* as blank */
	return get(cache, font, id, size_26_6, quarter);
}

void glyph_hold(struct gl_glyph *glyph)
{
	assert(glyph->refs > 0);
	glyph->refs++;
}

void glyph_release(struct glyph_cache *cache, struct gl_glyph *glyph)
{
	if (!glyph)
		return;
	assert(glyph->refs > 0);
	if (--glyph->refs > 0)
		return;
	list_push_back(&cache->unused, &glyph->link);
	make_room(cache, 0);
}

static const struct kept_outline *kept_of(const struct gl_glyph *glyph)
{
	return (const struct kept_outline *)(const void *)glyph->pixels;
}

int glyph_measure(
	struct glyph_cache *cache, uint32_t font, uint32_t id, struct glyph_shape *out)
{
	struct gl_glyph *glyph = get(cache, font, id, AS_OUTLINE, 0);
	if (!glyph)
		return cache->failure;
	*out = kept_of(glyph)->shape;
	glyph_release(cache, glyph);
	return out->points > 0 ? 0 : -ENOENT;
}

int glyph_outline(struct glyph_cache *cache, uint32_t font, uint32_t id, float size,
	const struct glyph_sink *sink)
{
	struct gl_glyph *glyph = get(cache, font, id, AS_OUTLINE, 0);
	if (!glyph)
		return cache->failure;
	const struct kept_outline *kept = kept_of(glyph);
	int rc = kept->shape.points > 0 ? 0 : -ENOENT;
	if (!rc)
		glyph_trace(&kept->outline, (double)size / kept->upem, sink);
	glyph_release(cache, glyph);
	return rc;
}

int glyph_failure(const struct glyph_cache *cache)
{
	return cache->failure;
}

void glyph_budget(struct glyph_cache *cache, uint64_t ns)
{
	cache->frame_bytes = 0;
	gl_fonts_budget(cache->fonts, ns);
}

bool glyph_font_known(struct glyph_cache *cache, uint32_t font)
{
	return gl_font_face(cache->fonts, font) != NULL;
}

void glyph_cache_stats(const struct glyph_cache *cache, struct glyph_stats *out)
{
	*out = cache->stats;
}
