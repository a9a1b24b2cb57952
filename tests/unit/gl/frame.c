#include "frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

void frame_open(struct frame *f)
{
	*f = (struct frame){0};
	assert_int_equal(mask_cache_init(&f->masks), 0);
	assert_int_equal(resources_create(&f->resources), 0);
	f->context = (struct scene_context){.masks = &f->masks, .raster = &f->raster};
}

void frame_close(struct frame *f)
{
	scene_finish(&f->scene, &f->context);
	resources_destroy(f->resources);
	mask_cache_finish(&f->masks);
	raster_finish(&f->raster);
	stream_free(&f->stream);
}

int frame_decode(struct frame *f, struct gl_scene *scene, const void *data, size_t size)
{
	f->err = (struct gl_op_error){0};
	resource_begin(f->resources);
	int rc = scene_decode(scene, &f->context, f->resources, data, size, &f->err);
	if (rc)
		resource_rollback(f->resources);
	else
		resource_commit(f->resources);
	return rc;
}

void frame_load(
	struct frame *f, void (*write)(struct stream *s), int32_t width, int32_t height)
{
	stream_begin(&f->stream);
	write(&f->stream);
	stream_end(&f->stream);
	if (frame_decode(f, &f->scene, f->stream.data, f->stream.size) ||
		scene_cover(&f->scene, width, height, &f->context, &f->err))
		fail_msg("byte %u: %s", (unsigned)f->err.offset, f->err.reason);
}
