/*
 * colr: reads a font's COLR table (OpenType 1.9.1, versions 0 and 1), one paint at a time.
 *
 * Not by FreeType: its reader trusts offsets up to 2.12, and its interface changed in 2.13.
 * Here every byte is asked for with its place, and what lies outside is an error. Paints
 * are named by their offset in the table; of variable ones the default is taken.
 */
#ifndef OSAAS_GL_COLR_H
#define OSAAS_GL_COLR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"

struct colr {
	const uint8_t *bytes;
	size_t size;
};

enum colr_kind {
	COLR_LAYERS,
	COLR_SOLID,
	COLR_LINEAR,
	COLR_RADIAL,
	COLR_SWEEP,
	COLR_OUTLINE, /* PaintGlyph */
	COLR_GLYPH,   /* another coloured glyph */
	COLR_MOVED,   /* any transform */
	COLR_COMPOSITE,
};

/* As on disk, named as in "Compositing and Blending Level 1" of the W3C. */
enum colr_mode {
	COLR_CLEAR,
	COLR_SRC,
	COLR_DEST,
	COLR_SRC_OVER,
	COLR_DEST_OVER,
	COLR_SRC_IN,
	COLR_DEST_IN,
	COLR_SRC_OUT,
	COLR_DEST_OUT,
	COLR_SRC_ATOP,
	COLR_DEST_ATOP,
	COLR_XOR,
	COLR_PLUS,
	COLR_SCREEN,
	COLR_OVERLAY,
	COLR_DARKEN,
	COLR_LIGHTEN,
	COLR_COLOR_DODGE,
	COLR_COLOR_BURN,
	COLR_HARD_LIGHT,
	COLR_SOFT_LIGHT,
	COLR_DIFFERENCE,
	COLR_EXCLUSION,
	COLR_MULTIPLY,
	COLR_HSL_HUE,
	COLR_HSL_SATURATION,
	COLR_HSL_COLOR,
	COLR_HSL_LUMINOSITY,
	COLR_MODES,
};

enum colr_extend {
	COLR_PAD,
	COLR_REPEAT,
	COLR_REFLECT,
	COLR_EXTENDS
};

struct colr_color {
	uint16_t index; /* in the palette; 0xffff: the text's own */
	double alpha;
};

/* Colours along a gradient. */
struct colr_line {
	enum colr_extend extend;
	size_t n, at, step;
};

struct colr_paint {
	enum colr_kind kind;
	size_t child,
		backdrop;    /* paints: of OUTLINE, MOVED and COMPOSITE; of COMPOSITE */
	uint16_t glyph;      /* of OUTLINE and GLYPH */
	uint32_t first, n;   /* of LAYERS, for colr_layer */
	struct gl_affine by; /* of MOVED, in font units */
	enum colr_mode mode;
	struct colr_color color; /* of SOLID */
	struct colr_line line;
	/*
	 * Font units; LINEAR: x0 y0 x1 y1 x2 y2; RADIAL: x0 y0 r0 x1 y1 r1; SWEEP: x y, start
	 * and end in half turns, counter-clockwise from the right.
	 */
	double number[6];
};

/* These are false when the table has none for the glyph. */
bool colr_root(const struct colr *colr, uint32_t glyph, size_t *paint);
bool colr_clip(const struct colr *colr, uint32_t glyph, double box[4]); /* x0 y0 x1 y1 */
bool colr_flat(const struct colr *colr, uint32_t glyph, uint32_t *first, uint32_t *n);

/* Those are 0, or -EINVAL when it is not there or not whole. */
int colr_read(const struct colr *colr, size_t paint, struct colr_paint *out);
int colr_layer(const struct colr *colr, uint32_t i, size_t *paint);
int colr_stop(const struct colr *colr, const struct colr_line *line, size_t i, double *at,
	struct colr_color *color);
int colr_flat_layer(
	const struct colr *colr, uint32_t i, uint32_t *glyph, uint16_t *color);

#endif
