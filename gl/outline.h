/* outline: the edges of a filled shape, as lines into a raster; strokes are stroke.h's. */
#ifndef OSAAS_GL_OUTLINE_H
#define OSAAS_GL_OUTLINE_H

#include "gl/raster.h"
#include "gl/scene.h"

/*
 * How far a chord may be off its curve, px. The points between are moved outwards by two
 * thirds of that, so that each line leaves out as much as it adds: a third of it is
 * left, both ways. White on black shows a 255th of a pixel as 13 of 255.
 */
#define OUTLINE_TOLERANCE (1.0 / 192)

/*
 * outline_draw flattens the shape. Pieces of curves whose hull lies beside the
 * raster's box become one line: only where they end matters there.
 */
void outline_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r);

/* outline_cubic draws one curve, in device space. */
void outline_cubic(struct raster *r, const struct gl_point c[4]);

#endif
