#include <drm_fourcc.h>
#include <errno.h>
#include <gbm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gl/mapped.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "util/log.h"

static EGLImageKHR image_of_dma_buf(struct gl *gl, struct gbm_bo *bo)
{
	uint64_t modifier = gbm_bo_get_modifier(bo);
	bool named = modifier != DRM_FORMAT_MOD_INVALID && gl->caps.has_modifiers;
	/* More planes than one: only the driver knows what they hold. */
	bool fits = gl->caps.has_dma_buf_images && gbm_bo_get_plane_count(bo) == 1;
	int fd = fits ? gbm_bo_get_fd(bo) : -1;
	if (fd < 0)
		return EGL_NO_IMAGE_KHR;
	/* clang-format off */
	const EGLint attributes[] = {
		EGL_WIDTH, (EGLint)gbm_bo_get_width(bo),
		EGL_HEIGHT, (EGLint)gbm_bo_get_height(bo),
		EGL_LINUX_DRM_FOURCC_EXT, (EGLint)gbm_bo_get_format(bo),
		EGL_DMA_BUF_PLANE0_FD_EXT, fd,
		EGL_DMA_BUF_PLANE0_OFFSET_EXT, (EGLint)gbm_bo_get_offset(bo, 0),
		EGL_DMA_BUF_PLANE0_PITCH_EXT, (EGLint)gbm_bo_get_stride(bo),
		named ? EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT : EGL_NONE, (EGLint)(uint32_t)modifier,
		EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT, (EGLint)(uint32_t)(modifier >> 32),
		EGL_NONE,
	};
	/* clang-format on */
	EGLImageKHR image = gl->create_image(
		gl->display, EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT, NULL, attributes);
	close(fd);
	return image;
}

static EGLImageKHR image_of_pixmap(struct gl *gl, struct gbm_bo *bo)
{
	if (gl->options.platform != GL_PLATFORM_GBM || !gl->caps.has_pixmap_images)
		return EGL_NO_IMAGE_KHR;
	return gl->create_image(gl->display, EGL_NO_CONTEXT, EGL_NATIVE_PIXMAP_KHR,
		(EGLClientBuffer)bo, NULL);
}

static void drop_image(struct gl_target *target)
{
	struct gl *gl = target->gl;
	surface_finish(&target->surface);
	if (target->image != EGL_NO_IMAGE_KHR)
		gl->destroy_image(gl->display, target->image);
	target->image = EGL_NO_IMAGE_KHR;
}

/* A renderbuffer: some drivers sample linear buffers only as external textures. */
static bool attach_image(struct gl_target *target)
{
	struct gl_surface *s = &target->surface;
	glGenRenderbuffers(1, &s->renderbuffer);
	glBindRenderbuffer(GL_RENDERBUFFER, s->renderbuffer);
	target->gl->image_to_renderbuffer(GL_RENDERBUFFER, target->image);
	return glGetError() == GL_NO_ERROR && surface_attach(s) == 0;
}

struct way {
	const char *name;
	EGLImageKHR (*image)(struct gl *gl, struct gbm_bo *bo);
};

static const struct way ways[] = {
	{"dma-buf", image_of_dma_buf},
	{"native pixmap", image_of_pixmap},
};

/* Why a way does not lead there goes to the end of why. */
static bool try_way(struct gl_target *target, struct gbm_bo *bo, const struct way *way,
	char *why, size_t size)
{
	size_t n = strlen(why);
	target->image = way->image(target->gl, bo);
	if (target->image == EGL_NO_IMAGE_KHR) {
		EGLint error = eglGetError();
		if (error == EGL_SUCCESS)
			snprintf(why + n, size - n, ", not offered as %s", way->name);
		else
			snprintf(why + n, size - n, ", EGL error 0x%x as %s",
				(unsigned)error, way->name);
		return false;
	}
	if (attach_image(target))
		return true;
	snprintf(why + n, size - n, ", not drawable as %s", way->name);
	drop_image(target);
	return false;
}

static int import(struct gl_target *target, struct gbm_bo *bo, struct gl_error *err)
{
	const int32_t width = (int32_t)gbm_bo_get_width(bo);
	const int32_t height = (int32_t)gbm_bo_get_height(bo);
	char why[128] = "";
	target->surface = (struct gl_surface){
		.kind = SURFACE_BYTES, .width = width, .height = height};
	int rc = mapped_open(target, bo);
	if (rc == -ENODEV)
		return gl_fail(err, rc, "the graphics card is gone");
	if (!rc)
		return 0;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (!try_way(target, bo, &ways[i], why, sizeof why))
			continue;
		target->surface.kind = SURFACE_BYTES;
		target->surface.width = width;
		target->surface.height = height;
		log_debug("gl: a buffer of %dx%d is drawn into as %s%s", width, height,
			ways[i].name, why);
		return 0;
	}
	return gl_fail(
		err, -ENOTSUP, "the driver takes no display buffer%s: update Mesa", why);
}

static int check_bo(struct gl *gl, struct gbm_bo *bo, int32_t width, int32_t height,
	struct gl_error *err)
{
	uint32_t format = gbm_bo_get_format(bo);
	if (format != GBM_FORMAT_XRGB8888 && format != GBM_FORMAT_ARGB8888)
		return gl_fail(err, -EINVAL,
			"the display's buffer has format 0x%08x: XRGB8888 or ARGB8888 is "
			"needed",
			format);
	if (width <= 0 || height <= 0 || width > gl->caps.max_side ||
		height > gl->caps.max_side || gbm_bo_get_width(bo) != (uint32_t)width ||
		gbm_bo_get_height(bo) != (uint32_t)height)
		return gl_fail(err, -EINVAL,
			"the display's buffer is %ux%u, not %dx%d, or above the driver's "
			"%d",
			gbm_bo_get_width(bo), gbm_bo_get_height(bo), width, height,
			gl->caps.max_side);
	if (!gl->create_image || !gl->destroy_image || !gl->image_to_renderbuffer)
		return gl_fail(err, -ENOTSUP,
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
	list_push_back(&gl->targets, &target->link);
	*out = target;
	return 0;
}

int gl_target_import(struct gl *gl, void *bo, int32_t width, int32_t height,
	struct gl_target **out, struct gl_error *err)
{
	struct gl_target *target;
	if (gl_enter(gl))
		return gl_fail(err, -ESTALE, "the graphics card was reset");
	if (gl->compositor == &compositor_processor)
		return gl_fail(err, -ENOTSUP,
			"without a graphics card a display's memory is mapped, not "
			"imported");
	int rc = check_bo(gl, bo, width, height, err);
	if (rc)
		return rc;
	if (new_target(gl, &target))
		return gl_fail(err, -ENOMEM, "out of memory for a display buffer");
	target->bo = bo;
	rc = import(target, bo, err);
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
	int rc = gl_enter(gl);
	if (!rc)
		rc = new_target(gl, &target);
	if (rc)
		return rc;
	rc = surface_init(gl, &target->surface, width, height, SURFACE_BYTES);
	if (rc) {
		gl_target_destroy(target);
		return rc;
	}
	target->map = (uint8_t *)target->surface.pixels;
	target->stride = 4 * (uint32_t)width;
	*out = target;
	return 0;
}

int gl_target_map(struct gl *gl, void *pixels, uint32_t stride, int32_t width,
	int32_t height, struct gl_target **out)
{
	if (gl->compositor != &compositor_processor)
		return -ENOTSUP;
	if (width <= 0 || height <= 0 || width > MAX_SIDE || height > MAX_SIDE ||
		stride % 4 != 0 || stride / 4 < (uint32_t)width)
		return -EINVAL;
	struct gl_target *target;
	if (new_target(gl, &target))
		return -ENOMEM;
	target->surface = (struct gl_surface){
		.kind = SURFACE_BYTES, .width = width, .height = height};
	target->map = pixels;
	target->stride = stride;
	*out = target;
	return 0;
}

void gl_target_destroy(struct gl_target *target)
{
	if (!target)
		return;
	mapped_close(target);
	if (!gl_enter(target->gl))
		drop_image(target);
	list_remove(&target->link);
	free(target);
}

void target_forget(struct gl_target *target)
{
	int32_t width = target->surface.width, height = target->surface.height;
	mapped_close(target);
	if (target->image != EGL_NO_IMAGE_KHR)
		target->gl->destroy_image(target->gl->display, target->image);
	target->image = EGL_NO_IMAGE_KHR;
	target->surface = (struct gl_surface){.width = width, .height = height};
}

int target_restore(struct gl_target *target, struct gl_error *err)
{
	int32_t width = target->surface.width, height = target->surface.height;
	int rc;
	if (target->bo)
		rc = import(target, target->bo, err);
	else
		rc = surface_init(
			target->gl, &target->surface, width, height, SURFACE_BYTES);
	if (rc)
		target->surface = (struct gl_surface){.width = width, .height = height};
	return rc && !target->bo ? gl_fail(err, rc, "a target cannot be made anew") : rc;
}

int card_target_read(struct gl_target *target, struct gl_rect part, uint8_t *rgba)
{
	const struct gl_surface *s = &target->surface;
	bool all = part.x1 - part.x0 == s->width && part.y1 - part.y0 == s->height;
	if (!target->map || !all)
		return surface_read_part(target->gl, s, part, rgba);
	mapped_read(target, rgba);
	return 0;
}

int gl_target_read(struct gl_target *target, uint8_t *rgba)
{
	const struct gl_rect all = {0, 0, target->surface.width, target->surface.height};
	int rc = gl_enter(target->gl);
	return rc ? rc : target->gl->compositor->target_read(target, all, rgba);
}

int gl_target_read_part(struct gl_target *target, struct gl_rect part, uint8_t *rgba)
{
	const struct gl_surface *surface = &target->surface;
	int rc = gl_enter(target->gl);
	if (rc)
		return rc;
	if (rect_empty(&part) || part.x0 < 0 || part.y0 < 0 || part.x1 > surface->width ||
		part.y1 > surface->height)
		return -EINVAL;
	return target->gl->compositor->target_read(target, part, rgba);
}
