#include <errno.h>
#include <gbm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gl/private.h"


__attribute__((format(printf, 3, 4))) static int fail(
	struct gl_error *err, int rc, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return rc;
}

static EGLImageKHR image_of_pixmap(struct gl *gl, struct gbm_bo *bo)
{
	if (gl->platform != GL_PLATFORM_GBM || !gl->has_pixmap_images)
		return EGL_NO_IMAGE_KHR;
	return gl->create_image(gl->display, EGL_NO_CONTEXT, EGL_NATIVE_PIXMAP_KHR,
		(EGLClientBuffer)bo, NULL);
}

/* The kms room's buffers are linear: no modifier is named. */
static EGLImageKHR image_of_dma_buf(struct gl *gl, struct gbm_bo *bo)
{
	int fd = gl->has_dma_buf_images ? gbm_bo_get_fd(bo) : -1;
	if (fd < 0)
		return EGL_NO_IMAGE_KHR;
	const EGLint attributes[] = {
		EGL_WIDTH,
		(EGLint)gbm_bo_get_width(bo),
		EGL_HEIGHT,
		(EGLint)gbm_bo_get_height(bo),
		EGL_LINUX_DRM_FOURCC_EXT,
		(EGLint)gbm_bo_get_format(bo),
		EGL_DMA_BUF_PLANE0_FD_EXT,
		fd,
		EGL_DMA_BUF_PLANE0_OFFSET_EXT,
		(EGLint)gbm_bo_get_offset(bo, 0),
		EGL_DMA_BUF_PLANE0_PITCH_EXT,
		(EGLint)gbm_bo_get_stride(bo),
		EGL_NONE,
	};
	EGLImageKHR image = gl->create_image(
		gl->display, EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT, NULL, attributes);
	close(fd);
	return image;
}

static int attach_image(struct gl_target *target, struct gl_error *err)
{
	struct gl_surface *s = &target->surface;
	glGenTextures(1, &s->texture);
	glBindTexture(GL_TEXTURE_2D, s->texture);
	target->gl->image_to_texture(GL_TEXTURE_2D, target->image);
	int rc = gl_check();
	if (!rc)
		rc = surface_attach(s);
	if (rc)
		return fail(err, rc,
			"the driver cannot draw into the display's buffer: "
			"its format or layout is not supported");
	return 0;
}

static int check_bo(struct gl *gl, struct gbm_bo *bo, int32_t width, int32_t height,
	struct gl_error *err)
{
	uint32_t format = gbm_bo_get_format(bo);
	if (format != GBM_FORMAT_XRGB8888 && format != GBM_FORMAT_ARGB8888)
		return fail(err, -EINVAL,
			"the display's buffer has format 0x%08x: XRGB8888 or ARGB8888 is "
			"needed",
			format);
	if (width <= 0 || height <= 0 || width > gl->max_side || height > gl->max_side ||
		gbm_bo_get_width(bo) != (uint32_t)width ||
		gbm_bo_get_height(bo) != (uint32_t)height)
		return fail(err, -EINVAL,
			"the display's buffer is %ux%u, not %dx%d, or above the driver's "
			"%d",
			gbm_bo_get_width(bo), gbm_bo_get_height(bo), width, height,
			gl->max_side);
	if (!gl->create_image || !gl->image_to_texture)
		return fail(err, -ENOTSUP,
			"the graphics driver lacks GL_OES_EGL_image: update Mesa");
	return 0;
}

static int new_target(struct gl *gl, struct gl_target **out)
{
	struct gl_target *target = calloc(1, sizeof *target);
	if (!target)
		return -ENOMEM;
	target->gl = gl;
	target->image = EGL_NO_IMAGE_KHR;
	gl->users++;
	gl_enter(gl);
	*out = target;
	return 0;
}

int gl_target_import(struct gl *gl, void *bo, int32_t width, int32_t height,
	struct gl_target **out, struct gl_error *err)
{
	struct gl_target *target;
	int rc = check_bo(gl, bo, width, height, err);
	if (rc)
		return rc;
	if (new_target(gl, &target))
		return fail(err, -ENOMEM, "out of memory for a display buffer");
	target->surface.width = width;
	target->surface.height = height;
	target->image = image_of_pixmap(gl, bo);
	if (target->image == EGL_NO_IMAGE_KHR)
		target->image = image_of_dma_buf(gl, bo);
	if (target->image == EGL_NO_IMAGE_KHR)
		rc = fail(err, -ENOTSUP,
			"EGL does not import the display's buffer (error 0x%x): update "
			"Mesa",
			(unsigned)eglGetError());
	else
		rc = attach_image(target, err);
	if (rc) {
		gl_target_destroy(target);
		return rc;
	}
	*out = target;
	return 0;
}

int gl_target_create(struct gl *gl, int32_t width, int32_t height, struct gl_target **out)
{
	struct gl_target *target;
	int rc = new_target(gl, &target);
	if (rc)
		return rc;
	rc = surface_init(gl, &target->surface, width, height, false);
	if (rc) {
		gl_target_destroy(target);
		return rc;
	}
	*out = target;
	return 0;
}

void gl_target_destroy(struct gl_target *target)
{
	if (!target)
		return;
	struct gl *gl = target->gl;
	gl_enter(gl);
	surface_finish(&target->surface);
	if (target->image != EGL_NO_IMAGE_KHR)
		gl->destroy_image(gl->display, target->image);
	gl->users--;
	free(target);
}

int gl_target_read(struct gl_target *target, uint8_t *rgba)
{
	gl_enter(target->gl);
	return surface_read(&target->surface, rgba);
}
