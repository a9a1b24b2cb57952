/* coverage: the masks of a scene's clips, and what its items may change. Needs no EGL. */
#ifndef OSAAS_GL_COVERAGE_H
#define OSAAS_GL_COVERAGE_H

#include "gl/gl.h"
#include "gl/raster.h"
#include "gl/scene.h"

/*
 * scene_cover fills in what depends on a layer of this size: box, mask and bounds of
 * every clip that an item needs, the glyphs, and the bounds of the items. Masks come
 * from the context's cache where it has them. 0, -E2BIG (err says which record went
 * beyond the work a stream may cause), -ENOMEM.
 */
int scene_cover(struct gl_scene *scene, int32_t width, int32_t height,
	const struct scene_context *context, struct gl_op_error *err);

/*
 * scene_cover_next is the same for a frame that follows another one, of which it takes the
 * glyphs of runs that stayed as they were. before is covered, and NULL or not scene.
 */
int scene_cover_next(struct gl_scene *scene, const struct gl_scene *before, int32_t width,
	int32_t height, const struct scene_context *context, struct gl_op_error *err);

#endif
