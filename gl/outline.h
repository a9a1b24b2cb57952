/* outline: the edges of a clip's shape, as lines into a raster. */
#ifndef OSAAS_GL_OUTLINE_H
#define OSAAS_GL_OUTLINE_H

#include "gl/raster.h"
#include "gl/scene.h"

/* How far a line may be off its curve: costs at most 2/255 of coverage. */
#define OUTLINE_TOLERANCE (1.0 / 128)

/*
 * outline_draw flattens the shape. Pieces of curves whose hull lies beside the
 * raster's box become one line: only where they end matters there.
 */
void outline_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r);

#endif
