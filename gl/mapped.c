#include "gl/mapped.h"

#include <errno.h>
#include <gbm.h>

#include "gl/private.h"
#include "gl/rect.h"

#ifndef GL_PACK_ROW_LENGTH
#define GL_PACK_ROW_LENGTH 0x0D02 /* of ES 3 */
#endif

/* As the display's memory: copying is moving bytes. */
static int make_surface(struct gl *gl, int32_t width, int32_t height)
{
	struct gl_surface *s = &gl->scratch;
	*s = (struct gl_surface){.kind = SURFACE_BYTES, .width = width, .height = height};
	glGenTextures(1, &s->texture);
	glActiveTexture(GL_TEXTURE0);
	glBindTexture(GL_TEXTURE_2D, s->texture);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
	glTexImage2D(GL_TEXTURE_2D, 0, GL_BGRA_EXT, width, height, 0, GL_BGRA_EXT,
		GL_UNSIGNED_BYTE, NULL);
	int rc = gl_check(gl);
	if (!rc)
		rc = surface_attach(s);
	if (rc)
		surface_finish(s);
	return rc;
}

/* It only grows: outputs of several sizes share it. */
static int need_surface(struct gl *gl, int32_t width, int32_t height)
{
	const struct gl_surface *s = &gl->scratch;
	width = s->width > width ? s->width : width;
	height = s->height > height ? s->height : height;
	if (s->texture && s->width == width && s->height == height)
		return 0;
	surface_finish(&gl->scratch);
	return make_surface(gl, width, height);
}

int mapped_open(struct gl_target *target, struct gbm_bo *bo)
{
	struct gl *gl = target->gl;
	uint32_t width = gbm_bo_get_width(bo), height = gbm_bo_get_height(bo), stride = 0;
	void *data = NULL;
	if (!gl->caps.software || !gl->caps.bgra || gl->caps.major < 3 ||
		need_surface(gl, (int32_t)width, (int32_t)height))
		return -ENOTSUP;
	errno = 0;
	void *map = gbm_bo_map(
		bo, 0, 0, width, height, GBM_BO_TRANSFER_READ_WRITE, &stride, &data);
	if (!map)
		return errno == ENODEV ? -ENODEV : -ENOTSUP;
	target->map = map;
	target->map_data = data;
	target->stride = stride;
	return 0;
}

void mapped_close(struct gl_target *target)
{
	if (target->map && target->bo)
		gbm_bo_unmap(target->bo, target->map_data);
	target->map = NULL;
}

const struct gl_surface *mapped_surface(struct gl_target *target)
{
	int rc = need_surface(target->gl, target->surface.width, target->surface.height);
	return rc ? NULL : &target->gl->scratch;
}

void mapped_store(struct gl_target *target, const struct gl_rect *rects, size_t n)
{
	glBindFramebuffer(GL_FRAMEBUFFER, target->gl->scratch.framebuffer);
	glPixelStorei(GL_PACK_ALIGNMENT, 4);
	glPixelStorei(GL_PACK_ROW_LENGTH, (GLint)(target->stride / 4));
	for (size_t i = 0; i < n; i++) {
		const struct gl_rect *r = &rects[i];
		size_t at = (size_t)r->y0 * target->stride + (size_t)r->x0 * 4;
		glReadPixels(r->x0, r->y0, r->x1 - r->x0, r->y1 - r->y0, GL_BGRA_EXT,
			GL_UNSIGNED_BYTE, target->map + at);
	}
	glPixelStorei(GL_PACK_ROW_LENGTH, 0);
}

void mapped_read(const struct gl_target *target, uint8_t *rgba)
{
	bool opaque = gbm_bo_get_format(target->bo) == GBM_FORMAT_XRGB8888;
	for (int32_t y = 0; y < target->surface.height; y++) {
		const uint8_t *row = target->map + (size_t)y * target->stride;
		for (int32_t x = 0; x < target->surface.width; x++, row += 4, rgba += 4) {
			rgba[0] = row[2];
			rgba[1] = row[1];
			rgba[2] = row[0];
			rgba[3] = opaque ? 0xff : row[3];
		}
	}
}
