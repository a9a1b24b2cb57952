/*
 * texture: images of the op stream in the card's memory, each level of its mips a
 * texture of its own: so they have the sizes that gl/OPS.md says, on ES 2 too, and a
 * sub-rectangle is kept within at every level. Bounded: those drawn longest ago go.
 */
#ifndef OSAAS_GL_TEXTURE_H
#define OSAAS_GL_TEXTURE_H

#include <GLES2/gl2.h>
#include <stdint.h>

#include "gl/resource.h"

struct gl;

#define TEXTURE_LEVELS      16
#define TEXTURE_CACHE_BYTES ((size_t)256 << 20)

struct gl_texture {
	struct gl_image *image; /* NULL: free */
	uint64_t serial;        /* of the contents it has */
	GLuint levels[TEXTURE_LEVELS];
	size_t bytes;
	uint64_t used; /* frame */
};

/* Of one renderer; zeroed at first. */
struct texture_cache {
	struct gl_texture *all;
	size_t n, cap, bytes;
	uint64_t evicted, uploaded; /* textures, bytes */
	uint64_t frame;
	uint8_t *encode; /* sRGB byte of linear light of LIGHT_FULL */
	uint8_t *scratch;
	size_t scratch_bytes;
};

/*
 * texture_create: a texture without a size, bound to the active unit; beyond its edges lies
 * what is at them.
 */
GLuint texture_create(GLint filter);

int texture_cache_init(struct gl *gl); /* 0 or -ENOMEM */
void texture_cache_finish(struct gl *gl);
/* texture_cache_forget: the context is gone; what comes next is uploaded anew. */
void texture_cache_forget(struct gl *gl);

/*
 * texture_level: a texture with that level of the image, in *width and *height texels;
 * level is raised as long as it is larger than the card takes. 0, -ENOMEM.
 */
int texture_level(struct gl *gl, struct gl_image *image, unsigned *level, GLuint *texture,
	int32_t *width, int32_t *height);

#endif
