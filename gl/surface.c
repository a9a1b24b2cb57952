#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/texture.h"

#ifndef GL_UNPACK_ROW_LENGTH
#define GL_UNPACK_ROW_LENGTH  GL_UNPACK_ROW_LENGTH_EXT
#define GL_UNPACK_SKIP_ROWS   GL_UNPACK_SKIP_ROWS_EXT
#define GL_UNPACK_SKIP_PIXELS GL_UNPACK_SKIP_PIXELS_EXT
#endif

int surface_attach(struct gl_surface *s)
{
	glGenFramebuffers(1, &s->framebuffer);
	glBindFramebuffer(GL_FRAMEBUFFER, s->framebuffer);
	if (s->texture)
		glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
			GL_TEXTURE_2D, s->texture, 0);
	else
		glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0,
			GL_RENDERBUFFER, s->renderbuffer);
	return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE
		       ? 0
		       : -ENOTSUP;
}

int card_surface_init(struct gl *gl, struct gl_surface *s, int32_t width, int32_t height,
	enum surface_kind kind)
{
	bool srgb = kind == SURFACE_SRGB;
	GLenum format = srgb && !gl->caps.sized_srgb ? GL_SRGB_ALPHA_EXT : GL_RGBA;
	GLenum internal = srgb && gl->caps.sized_srgb ? GL_SRGB8_ALPHA8_EXT : format;
	int32_t max = gl->caps.max_side;
	if (width <= 0 || height <= 0 || width > max || height > max)
		return -EINVAL;
	*s = (struct gl_surface){.kind = kind, .width = width, .height = height};
	glActiveTexture(GL_TEXTURE0);
	s->texture = texture_create(GL_NEAREST);
	glTexImage2D(GL_TEXTURE_2D, 0, (GLint)internal, width, height, 0, format,
		GL_UNSIGNED_BYTE, NULL);
	int rc = gl_check(gl);
	if (!rc && kind != SURFACE_IMAGE)
		rc = surface_attach(s);
	if (rc)
		surface_finish(s);
	return rc;
}

void surface_finish(struct gl_surface *s)
{
	if (s->framebuffer)
		glDeleteFramebuffers(1, &s->framebuffer);
	if (s->renderbuffer)
		glDeleteRenderbuffers(1, &s->renderbuffer);
	if (s->texture)
		glDeleteTextures(1, &s->texture);
	free(s->pixels);
	memset(s, 0, sizeof *s);
}

void surface_target(const struct gl_surface *s, struct gl_rect clip)
{
	glBindFramebuffer(GL_FRAMEBUFFER, s->framebuffer);
	glViewport(0, 0, s->width, s->height);
	glEnable(GL_SCISSOR_TEST);
	glScissor(clip.x0, clip.y0, clip.x1 - clip.x0, clip.y1 - clip.y0);
}

int card_surface_read(
	struct gl *gl, const struct gl_surface *s, struct gl_rect part, uint8_t *rgba)
{
	glBindFramebuffer(GL_FRAMEBUFFER, s->framebuffer);
	glPixelStorei(GL_PACK_ALIGNMENT, 4);
	glReadPixels(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0, GL_RGBA,
		GL_UNSIGNED_BYTE, rgba);
	return gl_check(gl);
}

void card_surface_put(struct gl *gl, const struct gl_surface *s, struct gl_rect rect,
	const uint8_t *pixels)
{
	gl_step(gl);
	gl->cost.uploaded += 4 * rect_area(&rect);
	glActiveTexture(GL_TEXTURE0);
	glBindTexture(GL_TEXTURE_2D, s->texture);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	glTexSubImage2D(GL_TEXTURE_2D, 0, rect.x0, rect.y0, rect.x1 - rect.x0,
		rect.y1 - rect.y0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
}

/* Without row lengths whole rows go up: those of a plain ES 2 are all alike. */
void card_surface_upload(struct gl *gl, const struct gl_surface *s, const uint8_t *pixels,
	struct gl_rect rect)
{
	if (rect_empty(&rect))
		return;
	if (!gl->caps.unpack_rows) {
		rect.x0 = 0;
		rect.x1 = s->width;
	}
	gl_step(gl);
	gl->cost.uploaded += 4 * rect_area(&rect);
	glActiveTexture(GL_TEXTURE0);
	glBindTexture(GL_TEXTURE_2D, s->texture);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	if (gl->caps.unpack_rows)
		glPixelStorei(GL_UNPACK_ROW_LENGTH, s->width);
	pixels += ((size_t)rect.y0 * (size_t)s->width + (size_t)rect.x0) * 4;
	glTexSubImage2D(GL_TEXTURE_2D, 0, rect.x0, rect.y0, rect.x1 - rect.x0,
		rect.y1 - rect.y0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
	if (gl->caps.unpack_rows)
		glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
}
