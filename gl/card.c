/* The graphics card as a compositor; and what either compositor does to surfaces. */
#include "gl/fence.h"
#include "gl/private.h"

static int finish(struct gl *gl, bool fence)
{
	if (fence)
		return fence_after(gl);
	glFinish();
	return -1;
}

const struct compositor compositor_card = {
	.open = card_open,
	.close = egl_close,
	.enter = egl_enter,
	.check = egl_check,
	.surface_init = card_surface_init,
	.surface_put = card_surface_put,
	.surface_upload = card_surface_upload,
	.surface_read = card_surface_read,
	.target_read = card_target_read,
	.draw = card_draw,
	.finish = finish,
};

int surface_init(struct gl *gl, struct gl_surface *s, int32_t width, int32_t height,
	enum surface_kind kind)
{
	return gl->compositor->surface_init(gl, s, width, height, kind);
}

void surface_put(struct gl *gl, const struct gl_surface *s, struct gl_rect rect,
	const uint8_t *pixels)
{
	gl->compositor->surface_put(gl, s, rect, pixels);
}

void surface_upload(struct gl *gl, const struct gl_surface *s, const uint8_t *pixels,
	struct gl_rect rect)
{
	gl->compositor->surface_upload(gl, s, pixels, rect);
}

int surface_read_part(
	struct gl *gl, const struct gl_surface *s, struct gl_rect part, uint8_t *rgba)
{
	return gl->compositor->surface_read(gl, s, part, rgba);
}

int surface_read(struct gl *gl, const struct gl_surface *s, uint8_t *rgba)
{
	return surface_read_part(
		gl, s, (struct gl_rect){0, 0, s->width, s->height}, rgba);
}
