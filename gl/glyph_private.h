/*
 * glyph_private: what the makers of glyph pictures share. Each takes a glyph of a
 * face to pixels in a scratch picture; gl/glyph.c keeps a tight copy.
 *
 * Fonts are untrusted: what is larger, deeper or dearer than the limits here is
 * refused whole (-E2BIG) and shows as a blank glyph; what takes too long to read (-ETIME)
 * is not drawn at all.
 */
#ifndef OSAAS_GL_GLYPH_PRIVATE_H
#define OSAAS_GL_GLYPH_PRIVATE_H

#include <ft2build.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "gl/affine.h"
#include "gl/colr.h"

#define GLYPH_MAX_SIDE   4096       /* px, of a bitmap */
#define GLYPH_MAX_PIXELS (1u << 20) /* of coverage */
#define GLYPH_MAX_COLORS (1u << 18) /* of a coloured one */
#define GLYPH_MAX_POINTS 16384u     /* of an outline */
#define GLYPH_MAX_COORD  (1l << 20) /* of those, in units of the font */
#define GLYPH_MAX_STEPS  (1u << 22) /* px that the edges of an outline run through */
#define GLYPH_MAX_NODES  4096u      /* paints of one COLR glyph, shared ones each time */
#define GLYPH_MAX_DEPTH  32u        /* of paints in paints */
#define GLYPH_MAX_LAYERS 8u         /* of composites in composites */
#define GLYPH_MAX_STOPS  256u       /* of one gradient */
#define GLYPH_MAX_PAINT  (4u << 20) /* px that all paints of a COLR glyph touch */
#define GLYPH_MAX_COLR   ((size_t)32 << 20) /* bytes of that table */
#define GLYPH_MAX_STRIKE 2048               /* px, side of a bitmap in a font */

/* A glyph as it is asked for. */
struct glyph_source {
	struct gl_fonts *fonts;
	uint32_t font;
	FT_Face face;            /* its */
	const struct colr *colr; /* the face's; empty when it has none */
	uint32_t id, size_26_6;
	unsigned quarter;
	bool embolden; /* by GLYPH_BOLDER of an em */
	double skew;   /* x += skew * y, y up */
};

#define GLYPH_BOLDER 24

/*
 * Rows without padding; (left, top) is the corner's place from the origin's pixel, y
 * down. The memory is kept from glyph to glyph. Zeroed is empty.
 */
struct glyph_picture {
	int32_t left, top, width, height;
	bool color;       /* 4 bytes a pixel, as in gl_glyph; else 1 */
	uint64_t touched; /* px painted on the way, each time */
	uint8_t *pixels;
	size_t cap;
};

/* glyph_picture_start makes room, zeroed; -E2BIG or -ENOMEM. */
int glyph_picture_start(struct glyph_picture *out, int32_t left, int32_t top,
	int64_t width, int64_t height, bool color);

/*
 * The makers: 0, -ENOENT when the glyph is none of that kind, -E2BIG, -EINVAL (broken),
 * -ENOMEM, -ETIME. The picture may have empty margins.
 */
int glyph_raster(const struct glyph_source *source, struct glyph_picture *out);
int glyph_strike(const struct glyph_source *source, struct glyph_picture *out);
int glyph_color(const struct glyph_source *source, struct glyph_picture *out);

/* glyph_trace gives an outline as glyph_outline does; scale: px of a unit of the font. */
struct glyph_sink;
void glyph_trace(const FT_Outline *outline, double scale, const struct glyph_sink *sink);

/*
 * glyph_load loads the unscaled outline into the face's slot, fattened and slanted: 0,
 * -ENOENT (empty or none), -E2BIG, and errors of gl_font_load.
 */
int glyph_load(const struct glyph_source *source);

/*
 * glyph_cover renders a slot's outline through to_device (font units, y up, to pixels,
 * y down) into the coverage of a box, and adds what that cost to touched. 0, -E2BIG or
 * -ENOMEM.
 */
int glyph_cover(FT_GlyphSlot slot, const struct gl_affine *to_device, int32_t left,
	int32_t top, int32_t width, int32_t height, uint8_t *coverage, uint64_t *touched);

/* glyph_dear_points: those beyond what every glyph may have without being charged for it. */
uint64_t glyph_dear_points(const FT_Outline *outline);

/* glyph_box bounds a slot's outline in whole pixels; false: it is out of all bounds. */
struct glyph_box {
	double x0, y0, x1, y1;
};
bool glyph_box(
	FT_GlyphSlot slot, const struct gl_affine *to_device, struct glyph_box *out);

/* glyph_to_device is font units to pixels, the quarter included. */
struct gl_affine glyph_to_device(const struct glyph_source *source);

#endif
