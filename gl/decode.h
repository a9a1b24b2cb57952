/* decode: one pass over untrusted bytes into a scene. Needs no EGL. */
#ifndef OSAAS_GL_DECODE_H
#define OSAAS_GL_DECODE_H

#include <stddef.h>

#include "gl/gl.h"
#include "gl/resource.h"
#include "gl/scene.h"

/*
 * scene_decode empties scene and fills it from a stream, without masks. Definitions go
 * into resources, between resource_begin and resource_commit or resource_rollback, which
 * are the caller's; resources NULL: a stream with definitions or ids is refused. On
 * error the scene holds rubbish; reset, decode again or finish it. Errors are
 * those of gl_layer_submit.
 */
int scene_decode(struct gl_scene *scene, const struct scene_context *context,
	struct gl_resources *resources, const void *data, size_t size,
	struct gl_op_error *err);

#endif
