/*
 * sublayer: content that a window keeps over frames and shows through viewports: a scene
 * of its own, covered once for its own size, and whatever pixels of it the painter keeps.
 */
#ifndef OSAAS_GL_SUBLAYER_H
#define OSAAS_GL_SUBLAYER_H

#include "gl/resource.h"
#include "gl/scene.h"

/* Sides of the content: masks count pixels in 16 bits. */
#define SUBLAYER_MAX_SIDE 32767
/* Pixels of the content that a place off the pixel grid may show: painters keep them. */
#define SUBLAYER_MAX_PART (UINT64_C(16) << 20)
/*
 * Of what a scene shows off the grid, so many contents and pixels are painted once; others by
 * a painter in bands again for each, of so many pixels or rows.
 */
#define SUBLAYER_KEPT        8
#define SUBLAYER_KEPT_PIXELS (UINT64_C(9) << 20)
#define SUBLAYER_BAND_PIXELS 65536
#define SUBLAYER_BAND_ROWS   16

struct gl_sublayer {
	unsigned refs;
	uint32_t id;           /* the window's name for it */
	int32_t width, height; /* of the content, pixels */
	uint64_t serial;       /* no two contents ever have the same */
	uint64_t frame;        /* struct decoder's, the last one that placed it, */
	uint32_t placed;       /* and where in gl_scene.placed */
	size_t bytes;          /* that it counts for: OPWIRE_MAX_SUBLAYER_BYTES */
	/*
	 * Covered by scene_cover of the first scene that places it, within that one's limit of
	 * work, when `covered` is not set yet.
	 */
	struct gl_scene scene;
	bool covered;
	const struct scene_context *context; /* outlives it */
	/* The painter's: pixels of a part of the content. Dropped before the last reference goes. */
	void *store;
	void (*drop_store)(struct gl_sublayer *sublayer);
};

/* refs 1, an empty scene; NULL: no memory. */
struct gl_sublayer *sublayer_create(
	const struct scene_context *context, int32_t width, int32_t height);

#endif
