/*
 * store: pixels of a part of a sub-layer's content, so that scrolling paints only what
 * comes into view. The content's pixel (x, y) lies at (x mod width, y mod height): what
 * leaves at one side makes room for what enters at the other, and nothing moves.
 */
#ifndef OSAAS_GL_STORE_H
#define OSAAS_GL_STORE_H

#include "gl/private.h"
#include "gl/sublayer.h"

#define STORE_BYTES ((size_t)64 << 20) /* of all stores of a renderer */

struct gl_store {
	struct gl *gl;
	struct list link; /* gl.stores */
	int32_t width, height;
	struct gl_surface surface;
	uint8_t *pixels;         /* of the painters that use the processor */
	struct gl_rect valid;    /* what part of the content it has */
	struct gl_region stale;  /* of that, what must be painted again */
	struct gl_region unsent; /* of the surface, in its own coordinates */
};

/* A rectangle of the content, and where in the store it lies whole. */
struct store_piece {
	struct gl_rect content;
	int32_t x, y; /* of its corner */
};

/* store_fits: a store for so much of it at once is allowed, beside those planned already. */
bool store_fits(const struct gl *gl, const struct gl_sublayer *sublayer,
	struct gl_rect visible, size_t *planned);

/*
 * store_need makes the sub-layer's store when there is none or it is too small, and has
 * visible painted in it, but does not send it. 0, -ENOMEM, -ESTALE, -EIO.
 */
int store_need(struct gl *gl, struct gl_sublayer *sublayer, struct gl_rect visible);
int store_send(struct gl_store *store);

/* store_split: 1 to 4 pieces that make up a rectangle no larger than the store; 0 of an empty one. */
size_t store_split(
	const struct gl_store *store, struct gl_rect content, struct store_piece out[4]);

/* store_inherit: to has what from had, but for what differs between their scenes, which is added to changed. */
void store_inherit(
	struct gl_sublayer *to, struct gl_sublayer *from, struct gl_region *changed);

/* After the context is gone, and when there is a new one. */
void store_forget(struct gl_store *store);
int store_restore(struct gl_store *store);

#endif
