/* outline: the edges of a filled shape, as lines into a raster; strokes are stroke.h's. */
#ifndef OSAAS_GL_OUTLINE_H
#define OSAAS_GL_OUTLINE_H

#include <math.h>

#include "gl/raster.h"
#include "gl/scene.h"

/*
 * How far a chord may be off its curve, px. The points between are moved outwards by two
 * thirds of that, so that each line leaves out as much as it adds: a third of it is
 * left, both ways. White on black shows a 255th of a pixel as 13 of 255.
 *
 * Area is what is seen of it. Of a chord of height e and length l no part, nor of two that
 * follow, adds or leaves out more than e l / 7. So chords may be higher that are
 * shorter than OUTLINE_LENGTH px: up to the same e l.
 */
#define OUTLINE_TOLERANCE (1.0 / 192)
#define OUTLINE_LENGTH    4.0

/*
 * The ends of a curve are not moved. The first and the last step have this part of the
 * others' length: then they too add what they leave out, with one end moved as far.
 */
#define OUTLINE_FIRST M_SQRT1_2
#define OUTLINE_MOST  65536

/*
 * outline_steps gives the lines for a curve, height px high over one chord and at most length
 * px long: 1, or more of which the first and the last are shorter.
 */
int outline_steps(double height, double length);

/*
 * outline_draw flattens the shape. Pieces of curves whose hull lies beside the
 * raster's box become one line: only where they end matters there.
 */
void outline_draw(
	const struct gl_scene *scene, const struct gl_clip *clip, struct raster *r);

/* outline_cubic draws one curve, in device space. */
void outline_cubic(struct raster *r, const struct gl_point c[4]);

#endif
