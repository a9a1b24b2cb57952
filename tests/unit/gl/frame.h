/* frame: a stream made, decoded and covered as a layer does it, without EGL. */
#ifndef OSAAS_TESTS_UNIT_GL_FRAME_H
#define OSAAS_TESTS_UNIT_GL_FRAME_H

#include "gl/coverage.h"
#include "gl/decode.h"
#include "gl/resource.h"
#include "writer.h"

/* What one window has, with caches of its own. */
struct frame {
	struct mask_cache masks;
	struct raster raster;
	struct scene_context context;
	struct gl_resources *resources;
	struct gl_scene scene;
	struct gl_op_error err;
	struct stream stream;
};

void frame_open(struct frame *f);
void frame_close(struct frame *f);

/* frame_decode decodes bytes into scene, as a transaction of resources; gives its rc. */
int frame_decode(struct frame *f, struct gl_scene *scene, const void *data, size_t size);

/* frame_load writes, decodes into f->scene and covers; the test fails if that fails. */
void frame_load(
	struct frame *f, void (*write)(struct stream *s), int32_t width, int32_t height);

/* frame_cover gives the coverage of a clip in the pixels of a layer of side x side, 0 to 1. */
void frame_cover(const struct frame *f, uint32_t clip, int side, double *got);

#endif
