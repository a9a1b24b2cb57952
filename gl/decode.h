/* decode: one pass over untrusted bytes into a scene. Needs no EGL. */
#ifndef OSAAS_GL_DECODE_H
#define OSAAS_GL_DECODE_H

#include <stddef.h>

#include "gl/gl.h"
#include "gl/scene.h"

/*
 * scene_decode empties scene and fills it from a stream, without masks. On
 * error the scene holds rubbish; reset, decode again or finish it. Errors are
 * those of gl_layer_submit.
 */
int scene_decode(
	struct gl_scene *scene, const void *data, size_t size, struct gl_op_error *err);

#endif
