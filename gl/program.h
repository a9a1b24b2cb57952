/* program: the shaders. */
#ifndef OSAAS_GL_PROGRAM_H
#define OSAAS_GL_PROGRAM_H

#include <GLES2/gl2.h>

#include "gl/gl.h"

enum program_attribute {
	ATTR_AT,    /* pixels of the surface drawn into */
	ATTR_TEXEL, /* of the batch's atlas */
	ATTR_COLOR, /* linear, premultiplied */
};

/* Every program draws into a surface whose pixel size is 2 / scale. */
struct gl_program {
	GLuint id;
	GLint scale, unit, origin, background, extent;
};

struct gl_programs {
	struct gl_program fill; /* colour times the atlas's coverage */
	struct gl_program copy; /* a texture as it is sampled */
	/* Of these, what is laid over the background, as sRGB bytes: */
	struct gl_program encode; /* a linear texture */
	struct gl_program lay;    /* a texture of sRGB bytes */
	struct gl_program over;   /* the same, over another such one, in unit 1 */
};

/* programs_init: -EIO with err when a shader does not compile. */
int programs_init(struct gl_programs *p, struct gl_error *err);
void programs_finish(struct gl_programs *p);

#endif
