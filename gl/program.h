/* program: the shaders. */
#ifndef OSAAS_GL_PROGRAM_H
#define OSAAS_GL_PROGRAM_H

#include <GLES2/gl2.h>
#include <stdbool.h>

#include "gl/gl.h"

enum program_attribute {
	ATTR_AT,    /* pixels of the surface drawn into */
	ATTR_TEXEL, /* of the coverage, in the atlas that PICK says */
	ATTR_COLOR, /* linear, premultiplied; of what is sampled only alpha counts */
	ATTR_BRUSH, /* a place in the brush: see enum paint_source */
	ATTR_RADIAL, /* of a radial gradient: the way to the other centre, the first radius */
	ATTR_PICK, /* how much of full coverage, the coverage atlas, the glyph atlas */
	ATTR_LOOK, /* of a gradient: row of its stops, how many, spread, radial or not */
	ATTR_KINDS,
};

/* Texture units. */
enum program_unit {
	UNIT_SOURCE, /* what is painted: a surface, an image's finer level, the colour glyphs */
	UNIT_UNDER,  /* what is below; of images the coarser level */
	UNIT_COVER,  /* coverage in 16 bits */
	UNIT_GLYPHS, /* coverage of glyphs */
	UNIT_STOPS,  /* stops of gradients */
};

struct gl_program {
	GLuint id;
	/* Of all: what maps pixels to the surface. */
	GLint scale, shift;
	/* Of what samples: one over the textures' sizes. */
	GLint unit, extent, fine, cover_unit, glyph_unit;
	/* Of compose's; turn and shift lead from the view to the surface's pixels. */
	GLint origin, background, turn;
	GLint box, last; /* of resample: texels that count; the last one */
	GLint clamp_fine, clamp_coarse,
		levels;    /* of images: texels to stay within; levels */
	GLint terms, more; /* of blend: see enum op_blend in paint.c */
};

struct gl_programs {
	/* compose.c's */
	struct gl_program copy; /* a texture as it is sampled */
	/* Of these, what is laid over the background, as sRGB bytes: */
	struct gl_program encode; /* a linear texture */
	struct gl_program lay;    /* a texture of sRGB bytes */
	struct gl_program over;   /* the same, over another such one */
	struct gl_program
		resample; /* a texture of sRGB bytes, scaled; made when first needed */

	/* paint.c's: a source times coverage. Only made for the painter that uses them. */
	struct gl_program fill;     /* a colour */
	struct gl_program gradient; /* linear or radial */
	struct gl_program picture;  /* texels, one a pixel */
	struct gl_program image;    /* two levels, bilinear, and between them */
	struct gl_program blend;    /* texels with what is below, by any mode */
};

/* programs_init: -EIO with err when a shader does not compile. highp: fragments compute with it. */
int programs_init(struct gl_programs *p, bool highp, bool paint, struct gl_error *err);
/* programs_resample makes that one, if it is not there: errors as programs_init. */
int programs_resample(struct gl_programs *p, bool highp, struct gl_error *err);
void programs_finish(struct gl_programs *p);

#endif
