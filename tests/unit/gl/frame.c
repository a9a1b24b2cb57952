#include "frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Any of the host's. */
static bool lend(void *data, uint64_t owner, uint32_t font)
{
	return true;
}

static void close_font(void *data, uint32_t font)
{
}

void frame_open(struct frame *f)
{
	*f = (struct frame){0};
	assert_int_equal(mask_cache_init(&f->masks), 0);
	assert_int_equal(resources_create(&f->resources), 0);
	resources_set_fonts(f->resources,
		&(struct resource_fonts){.lend = lend, .close = close_font});
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

void frame_cover(const struct frame *f, uint32_t clip, int side, double *got)
{
	const struct gl_clip *c = &f->scene.clips[clip];
	const struct gl_mask *m = c->mask;
	const struct gl_rect *b = &c->bounds;
	memset(got, 0, (size_t)side * (size_t)side * sizeof *got);
	for (int y = b->y0; !m && y < b->y1; y++)
		for (int x = b->x0; x < b->x1; x++)
			got[y * side + x] = 1;
	for (int y = b->y0; m && y < b->y1; y++) {
		const struct gl_span *s = &m->spans[m->rows[y - c->mask_y]];
		const struct gl_span *end = &m->spans[m->rows[y - c->mask_y + 1]];
		int from = 0;
		for (; s < end; s++) {
			assert_true(
				s->len > 0 && s->x >= from && s->x + s->len <= m->width);
			from = s->x + s->len;
			for (int k = 0; k < s->len; k++) {
				int x = c->mask_x + s->x + k;
				if (x < b->x0 || x >= b->x1)
					continue;
				uint16_t v = s->cover == COVER_NONE
						     ? s->value
						     : m->cover[s->cover + (uint32_t)k];
				got[y * side + x] = v / 65535.0;
			}
		}
	}
}
