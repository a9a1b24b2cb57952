/*
 * piece: a part of a surface on its place in a view. What is composed is a list of them,
 * gl.pieces, bottom first: layers, and overlays above each, as the placements say.
 */
#ifndef OSAAS_GL_PIECE_H
#define OSAAS_GL_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

struct gl_surface;

struct gl_piece {
	const struct gl_surface *from; /* NULL: there is none */
	struct gl_rect at;             /* in the view */
	int32_t x, y;                  /* in the view, of from's top left */
	bool opaque;
};

/*
 * pieces_gather has layers drawn and makes gl.pieces of them, in a view that begins at
 * x, y of the placements'. 0, -ENOMEM, -ESTALE, -EIO.
 */
int pieces_gather(
	struct gl *gl, const struct gl_placement *layers, size_t n, int32_t x, int32_t y);

/* pieces_seen: the first that shows within damage; covers: it hides all below. */
size_t pieces_seen(const struct gl *gl, struct gl_rect damage, bool *covers);

/* pieces_meet: one that is not opaque lies over another within damage, from first on. */
bool pieces_meet(const struct gl *gl, size_t first, struct gl_rect damage);

#endif
