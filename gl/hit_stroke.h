/* hit_stroke: whether a point lies in a stroke, by gl/OPS.md "Strokes" itself. */
#ifndef OSAAS_GL_HIT_STROKE_H
#define OSAAS_GL_HIT_STROKE_H

#include "gl/hit_work.h"
#include "gl/scene.h"

/* p in the stroke's local space. When nothing is left, it does not lie in it. */
bool stroke_contains(const struct gl_scene *scene, const struct gl_clip *clip,
	struct gl_point p, struct hit_work *work);

#endif
