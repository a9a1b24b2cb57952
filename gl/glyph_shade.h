/*
 * glyph_shade: pixels of coloured glyphs, in linear light and premultiplied, in float:
 * what a COLR paint has at a point, and two pictures over each other by its modes.
 */
#ifndef OSAAS_GL_GLYPH_SHADE_H
#define OSAAS_GL_GLYPH_SHADE_H

#include <ft2build.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include FT_FREETYPE_H
#include FT_COLOR_H

#include "gl/affine.h"
#include "gl/colr.h"
#include "gl/glyph_private.h"

enum shade_kind {
	SHADE_SOLID,
	SHADE_LINEAR,
	SHADE_RADIAL,
	SHADE_SWEEP
};

struct shade_stop {
	float at;
	float color[4];
};

struct shade {
	enum shade_kind kind;
	enum colr_extend extend;
	bool nothing;             /* ill-formed: paints nothing */
	struct gl_affine to_font; /* pixels to font units */
	double x0, y0,
		r0; /* linear: start; radial: first circle; sweep: centre, start angle */
	double x1, y1,
		r1; /* linear: d/|d|^2; radial: second minus first; sweep: r1 is 1/angle */
	size_t n_stops; /* a solid one has one */
	struct shade_stop stops[GLYPH_MAX_STOPS];
};

/* A palette of the font; index 0xffff is the text's own colour: black. */
struct shade_palette {
	const FT_Color *colors;
	size_t n;
};

/*
 * shade_make takes a solid or gradient paint: 0, -ENOENT when it is neither, -E2BIG with too
 * many stops, -EINVAL.
 */
int shade_make(struct shade *out, const struct colr *colr, const struct colr_paint *paint,
	const struct shade_palette *palette, const struct gl_affine *to_device);
void shade_solid(struct shade *out, const struct shade_palette *palette,
	const struct colr_color *color);

/* shade_at gives the colour at a pixel's place. */
void shade_at(const struct shade *shade, double x, double y, float color[4]);

/* shade_mix puts source over backdrop by the mode, into backdrop. */
void shade_mix(enum colr_mode mode, const float source[4], float backdrop[4]);

/* srgb_linear, srgb_encode: IEC 61966-2-1, bytes to 0..1 and back, rounded. */
float srgb_linear(uint8_t byte);
uint8_t srgb_encode(float linear);

#endif
