/* paint: a scene into a surface, by the graphics card. */
#ifndef OSAAS_GL_PAINT_H
#define OSAAS_GL_PAINT_H

#include <stddef.h>

#include "gl/gl.h"
#include "gl/scene.h"

struct gl_surface;

/*
 * paint_scene repaints rect, of the scene's coordinates, in a surface of sRGB whose corner
 * is the scene's (x, y). 0, -ENOMEM, -ENOTSUP; GL's errors are gl_check's.
 */
int paint_scene(struct gl *gl, const struct gl_scene *scene,
	const struct gl_surface *surface, int32_t x, int32_t y, struct gl_rect rect);

#endif
