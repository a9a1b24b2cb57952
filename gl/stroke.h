/*
 * stroke: the area that a line of a width leaves, as lines into a raster; to be filled
 * non-zero. All of it is made of pieces of one orientation, in local space, and only then
 * transformed, so what overlaps adds up and nothing cancels out.
 */
#ifndef OSAAS_GL_STROKE_H
#define OSAAS_GL_STROKE_H

#include "gl/raster.h"
#include "gl/scene.h"

/* stroke_draw draws the stroke of a clip of that shape. */
void stroke_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r);

#endif
