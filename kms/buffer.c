#include <assert.h>
#include <drm_fourcc.h>
#include <errno.h>
#include <gbm.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/log.h"
#include "util/xalloc.h"

static struct gbm_bo *make_bo(struct kms_device *device, uint32_t width, uint32_t height)
{
	uint32_t use = GBM_BO_USE_SCANOUT | GBM_BO_USE_RENDERING;
	struct gbm_bo *bo = gbm_bo_create(
		device->gbm, width, height, GBM_FORMAT_XRGB8888, use | GBM_BO_USE_LINEAR);
	if (bo)
		return bo;
	bo = gbm_bo_create(device->gbm, width, height, GBM_FORMAT_XRGB8888, use);
	if (bo)
		log_info("%s: no linear buffers, the driver chooses the layout",
			device->path);
	return bo;
}

/* Without modifiers: Mesa's software path and virtio-gpu know none. */
static int add_fb(struct kms_buffer *buffer, uint32_t width, uint32_t height)
{
	uint32_t handles[4] = {gbm_bo_get_handle(buffer->bo).u32};
	uint32_t strides[4] = {gbm_bo_get_stride(buffer->bo)};
	uint32_t offsets[4] = {gbm_bo_get_offset(buffer->bo, 0)};
	int ret = drmModeAddFB2(buffer->fd, width, height, DRM_FORMAT_XRGB8888, handles,
		strides, offsets, &buffer->fb_id, 0);
	return ret < 0 ? ret : 0;
}

int kms_buffer_create(struct kms_output *output, struct kms_buffer **out)
{
	const uint32_t width = output->mode.hdisplay, height = output->mode.vdisplay;
	struct kms_buffer *buffer = xcalloc(1, sizeof *buffer);
	buffer->output = output;
	buffer->fd = output->device->fd;
	buffer->bo = make_bo(output->device, width, height);
	int ret = buffer->bo ? add_fb(buffer, width, height) : -ENOMEM;
	if (ret < 0) {
		log_error("%s: cannot make a buffer of %ux%u: %s",
			kms_output_name(output), width, height, strerror(-ret));
		kms_buffer_destroy(buffer);
		return ret;
	}
	*out = buffer;
	return 0;
}

void kms_buffer_destroy(struct kms_buffer *buffer)
{
	if (!buffer)
		return;
	if (buffer->fb_id)
		drmModeRmFB(buffer->fd, buffer->fb_id);
	if (buffer->bo)
		gbm_bo_destroy(buffer->bo);
	free(buffer);
}

void kms_buffer_retire(struct kms_buffer *buffer)
{
	buffer->retired = true;
	buffer->user = NULL;
	if (buffer->state == BUFFER_FREE || buffer->state == BUFFER_ACQUIRED)
		kms_buffer_destroy(buffer);
}

void kms_buffer_free(struct kms_buffer *buffer)
{
	if (!buffer)
		return;
	assert(buffer->state != BUFFER_FREE);
	buffer->state = BUFFER_FREE;
	if (buffer->retired)
		kms_buffer_destroy(buffer);
}

struct gbm_bo *kms_buffer_bo(const struct kms_buffer *buffer)
{
	return buffer->bo;
}

void kms_buffer_set_user(struct kms_buffer *buffer, void *user)
{
	buffer->user = user;
}

void *kms_buffer_user(const struct kms_buffer *buffer)
{
	return buffer->user;
}
