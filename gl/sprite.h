/* sprite: pictures that are laid over all layers, by serial: textures kept while they are shown. */
#ifndef OSAAS_GL_SPRITE_H
#define OSAAS_GL_SPRITE_H

#include "gl/piece.h"

struct gl;

/*
 * sprite_need sends the picture if it is another than before, and gives its piece in a
 * view that begins at x, y; from stays NULL of none. 0, -EINVAL a side is 0 or above the
 * texture limit, -ENOMEM, -ESTALE, -EIO.
 */
int sprite_need(struct gl *gl, const struct gl_sprite *sprite, int32_t x, int32_t y,
	struct gl_piece *out);

void sprites_finish(struct gl *gl);

#endif
