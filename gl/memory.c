/* The processor as a compositor: pixels in memory, and no graphics card that could be lost. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/compose_cpu.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft.h"

static void describe(struct gl *gl)
{
	const char *name = soft_name(gl->soft);
	snprintf(gl->description, sizeof gl->description,
		"no graphics card; the processor paints and composes (%s)",
		name ? name : "without vectors");
}

static int memory_open(struct gl *gl, struct gl_error *err)
{
	if (gl->options.painter == GL_PAINTER_GL)
		return gl_fail(err, -ENOTSUP,
			"without a graphics card it cannot paint: let the processor "
			"paint");
	gl->painter = gl->options.painter == GL_PAINTER_SCALAR ? GL_PAINTER_SCALAR
							       : GL_PAINTER_SOFT;
	gl->caps = (struct gl_caps){.highp = true,
		.unpack_rows = true,
		.software = true,
		.max_side = MAX_SIDE};
	soft_scalar(gl->soft, gl->painter == GL_PAINTER_SCALAR);
	describe(gl);
	if (compose_scratch_create(gl->painter != GL_PAINTER_SCALAR, &gl->composing))
		return gl_fail(err, -ENOMEM, "out of memory for the renderer");
	return 0;
}

static void memory_close(struct gl *gl)
{
	compose_scratch_destroy(gl->composing);
	gl->composing = NULL;
}

static int always(struct gl *gl)
{
	return 0;
}

static int memory_surface_init(struct gl *gl, struct gl_surface *s, int32_t width,
	int32_t height, enum surface_kind kind)
{
	if (width <= 0 || height <= 0 || width > MAX_SIDE || height > MAX_SIDE)
		return -EINVAL;
	*s = (struct gl_surface){.kind = kind, .width = width, .height = height};
	s->pixels = calloc((size_t)width * (size_t)height, sizeof *s->pixels);
	return s->pixels ? 0 : -ENOMEM;
}

static void memory_surface_put(struct gl *gl, const struct gl_surface *s,
	struct gl_rect rect, const uint8_t *pixels)
{
	size_t bytes = 4 * (size_t)(rect.x1 - rect.x0);
	for (int32_t y = rect.y0; y < rect.y1; y++, pixels += bytes)
		memcpy(s->pixels + (size_t)y * (size_t)s->width + (size_t)rect.x0, pixels,
			bytes);
}

/* What is painted is painted in its place. */
static void memory_surface_upload(struct gl *gl, const struct gl_surface *s,
	const uint8_t *pixels, struct gl_rect rect)
{
}

static int memory_surface_read(
	struct gl *gl, const struct gl_surface *s, struct gl_rect part, uint8_t *rgba)
{
	size_t bytes = 4 * (size_t)(part.x1 - part.x0);
	for (int32_t y = part.y0; y < part.y1; y++, rgba += bytes)
		memcpy(rgba, s->pixels + (size_t)y * (size_t)s->width + (size_t)part.x0,
			bytes);
	return 0;
}

static int memory_target_read(
	struct gl_target *target, struct gl_rect part, uint8_t *rgba)
{
	for (int32_t y = part.y0; y < part.y1; y++) {
		const uint8_t *row =
			target->map + (size_t)y * target->stride + 4 * (size_t)part.x0;
		for (int32_t x = part.x0; x < part.x1; x++, row += 4, rgba += 4) {
			rgba[0] = row[2];
			rgba[1] = row[1];
			rgba[2] = row[0];
			rgba[3] = 0xff;
		}
	}
	return 0;
}

static int memory_finish(struct gl *gl, bool fence)
{
	return -1;
}

const struct compositor compositor_processor = {
	.open = memory_open,
	.close = memory_close,
	.enter = always,
	.check = always,
	.surface_init = memory_surface_init,
	.surface_put = memory_surface_put,
	.surface_upload = memory_surface_upload,
	.surface_read = memory_surface_read,
	.target_read = memory_target_read,
	.draw = memory_draw,
	.finish = memory_finish,
};
