/* blur: masks of rounded rectangles, blurred by a Gaussian: shadows. */
#ifndef OSAAS_GL_BLUR_H
#define OSAAS_GL_BLUR_H

#include "gl/mask.h"
#include "gl/raster.h"
#include "gl/scene.h"

/*
 * blur_make makes the mask of a clip of that shape within part, device pixels; its dx and
 * dy are from part's corner. It is to be added. NULL: out of memory or of work: r tells.
 */
struct gl_mask *blur_make(struct mask_cache *cache, struct raster *r,
	const struct gl_clip *clip, struct gl_rect part);

#endif
