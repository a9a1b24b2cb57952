/*
 * glyph: bitmaps of glyphs and the cache that keeps them over frames; bounded by
 * GLYPH_CACHE_BYTES, least recently used first; what a scene holds is not evicted.
 *
 * FreeType reads outlines and bitmaps, nothing is hinted; coverage is the exact area of
 * the outline (see glyph_cover.c). Positions are quarters of a pixel in x, whole pixels in
 * y: gl/OPS.md "Glyphs". A glyph with colours of its own is, in this order: COLR version 1,
 * version 0, a bitmap. Colours of the text in those are black.
 */
#ifndef OSAAS_GL_GLYPH_H
#define OSAAS_GL_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/list.h"

struct gl_fonts;
struct glyph_cache;

#define GLYPH_QUARTERS    4
#define GLYPH_CACHE_BYTES ((size_t)16 << 20)
#define GLYPH_MAX_SIZE    256.0f /* px per em; larger ones are covered as paths */
#define GLYPH_HELD_BYTES  ((size_t)128 << 20) /* what all scenes together may hold, */
#define GLYPH_SHARE_BYTES                                                                \
	((size_t)8 << 20) /* but each frame gets this much of new ones */
/* Units of gl/OPS.md "Work" that a glyph costs, also when it was found; and px for one. */
#define GLYPH_WORK        64
#define GLYPH_WORK_PIXELS 4
#define GLYPH_FREE_POINTS 64 /* each further one of its outline is one more unit */
/* Time of the processor that a frame may take to read glyphs of fonts given as bytes. */
#define GLYPH_FRAME_NS ((uint64_t)100000000)

struct gl_glyph {
	int16_t left, top; /* of the bitmap's corner from the origin's pixel, y down */
	uint16_t width, height; /* tight; 0: blank */
	bool color; /* RGBA8 premultiplied in sRGB encoding; else one byte of coverage */
	uint8_t *pixels; /* rows without padding */
	/* A place in the GL painter's atlas, valid while atlas_serial is the atlas's. */
	uint16_t atlas_x, atlas_y;
	uint32_t atlas_serial;

	/* the cache's */
	uint32_t font, id, size_26_6;
	uint8_t quarter;
	uint32_t work; /* units that making it costs, see GLYPH_WORK */
	unsigned refs;
	struct list link;
	struct gl_glyph *next;
	size_t bytes;
};

int glyph_cache_create(struct gl_fonts *fonts, struct glyph_cache **out);
void glyph_cache_destroy(struct glyph_cache *cache); /* takes NULL */

/*
 * glyph_get gives a reference; NULL: glyph_failure says -ENOMEM (out of memory, or scenes hold
 * GLYPH_HELD_BYTES), -ETIME (the font takes too long to read, see gl_font_load) or -ENOENT
 * (there is no such face now). What the font lacks or cannot be rasterised is blank. size_26_6: px per em times 64, at most
 * GLYPH_MAX_SIZE's.
 */
struct gl_glyph *glyph_get(struct glyph_cache *cache, uint32_t font, uint32_t id,
	uint32_t size_26_6, unsigned quarter);
int glyph_failure(const struct glyph_cache *cache); /* of the last NULL */
void glyph_hold(struct gl_glyph *glyph);
void glyph_release(struct glyph_cache *cache, struct gl_glyph *glyph); /* takes NULL */

/*
 * glyph_outline gives the outline in px at size, y down, origin at the baseline, as verbs
 * and points of util/opwire.h (quads and cubics) through the sink; 0, -ENOENT when the font
 * has none (a bitmap or blank), -ENOMEM, -ETIME: then nothing was given. glyph_measure says
 * what that takes and where it lies. The outline stays in the cache.
 */
struct glyph_shape {
	uint32_t points;
	double x0, y0, x1, y1; /* of all points, in em, y down */
};
int glyph_measure(
	struct glyph_cache *cache, uint32_t font, uint32_t id, struct glyph_shape *out);
struct glyph_sink {
	void (*verb)(void *data, unsigned verb, const float *points);
	void *data;
};
int glyph_outline(struct glyph_cache *cache, uint32_t font, uint32_t id, float size,
	const struct glyph_sink *sink);

/* glyph_budget: see gl_fonts_budget. */
void glyph_budget(struct glyph_cache *cache, uint64_t ns);
bool glyph_font_known(struct glyph_cache *cache, uint32_t font);

struct glyph_stats {
	size_t bytes, glyphs;
	uint64_t hits, misses, evicted;
};
void glyph_cache_stats(const struct glyph_cache *cache, struct glyph_stats *out);

#endif
