/*
 * panel: a target's memory as the display reads it, onto which pixels that are upright are
 * turned. It is only written, from left to right where it can be: it may be write-combined.
 */
#ifndef OSAAS_GL_PANEL_H
#define OSAAS_GL_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"
#include "gl/rows.h"

struct panel {
	uint32_t *pixels;   /* XRGB8888 */
	ptrdiff_t stride;   /* of pixels */
	struct matrix turn; /* from what is upright to the panel */
	const struct row_kernels *kernels;
};

/*
 * panel_put: from is the RGBA8 pixel of at's corner, with rows of stride. A rectangle that is
 * turned should not be so large that the cache loses its rows.
 */
void panel_put(const struct panel *panel, struct gl_rect at, const uint32_t *from,
	ptrdiff_t stride);
/* panel_fill: sRGB 0xRRGGBB. */
void panel_fill(const struct panel *panel, struct gl_rect at, uint32_t rgb);

#endif
