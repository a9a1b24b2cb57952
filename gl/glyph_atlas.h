/*
 * glyph_atlas: bitmaps of glyphs in a texture, kept over frames. Shelves as high as the
 * first glyph put there; when no shelf has room the one that was used longest ago is
 * emptied, and when that does not help all are.
 */
#ifndef OSAAS_GL_GLYPH_ATLAS_H
#define OSAAS_GL_GLYPH_ATLAS_H

#include <GLES2/gl2.h>
#include <stdbool.h>
#include <stdint.h>

#include "gl/glyph.h"

#define ATLAS_SIDE    1024
#define ATLAS_SHELVES 128

struct atlas_shelf {
	uint16_t y, height, next_x;
	uint32_t serial; /* of what lies there now */
	uint64_t used;   /* round in which it was drawn from last */
};

struct glyph_atlas {
	GLuint texture;
	bool color;
	GLenum format;
	struct atlas_shelf shelves[ATLAS_SHELVES];
	uint8_t shelf_at[ATLAS_SIDE]; /* which one a row belongs to */
	uint16_t n_shelves, next_y;
	uint64_t evicted, uploaded; /* glyphs' shelves; bytes so far */
};

/* format: of the texels handed over; internal: the texture's. Into the present unit. */
void glyph_atlas_init(struct glyph_atlas *atlas, GLenum internal, GLenum format);
void glyph_atlas_finish(struct glyph_atlas *atlas); /* of a zeroed one too */

/* Whether the glyph lies there; then it is not evicted in this round. */
bool glyph_atlas_has(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph, uint64_t round);

/*
 * glyph_atlas_put makes room, evicting nothing of this round, and uploads; false: no
 * room before the round ends, or for so large a glyph never: glyph_atlas_fits.
 */
bool glyph_atlas_put(struct glyph_atlas *atlas, struct gl_glyph *glyph, uint64_t round);
bool glyph_atlas_fits(const struct gl_glyph *glyph);

#endif
