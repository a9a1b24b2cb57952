/* coverage: the masks of a scene's clips. Needs no EGL. */
#ifndef OSAAS_GL_COVERAGE_H
#define OSAAS_GL_COVERAGE_H

#include "gl/gl.h"
#include "gl/raster.h"
#include "gl/scene.h"

/*
 * scene_cover makes the mask of every clip that a paint needs, for a layer of
 * this size, once per clip however many paints it has. r is scratch.
 * 0, -E2BIG (err says which record went beyond the work a stream may cause),
 * -ENOMEM.
 */
int scene_cover(struct gl_scene *scene, int32_t width, int32_t height, struct raster *r,
	struct gl_op_error *err);

#endif
