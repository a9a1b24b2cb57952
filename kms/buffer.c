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

/* GBM's formats are DRM's. */
static int make_bo(struct kms_device *device, struct kms_buffer *b)
{
	uint32_t use = GBM_BO_USE_SCANOUT | GBM_BO_USE_RENDERING;
	b->bo = gbm_bo_create(
		device->gbm, b->width, b->height, b->format, use | GBM_BO_USE_LINEAR);
	if (!b->bo) {
		b->bo = gbm_bo_create(device->gbm, b->width, b->height, b->format, use);
		if (!b->bo)
			return -ENOMEM;
		log_info("%s: no linear buffers, the driver chooses the layout",
			device->path);
	}
	b->handle = gbm_bo_get_handle(b->bo).u32;
	b->stride = gbm_bo_get_stride(b->bo);
	b->offset = gbm_bo_get_offset(b->bo, 0);
	return 0;
}

/* Without modifiers: Mesa's software path and virtio-gpu know none. */
static int add_fb(struct kms_buffer *b)
{
	uint32_t handles[4] = {b->handle}, strides[4] = {b->stride};
	uint32_t offsets[4] = {b->offset};
	int ret = drmModeAddFB2(b->fd, b->width, b->height, b->format, handles, strides,
		offsets, &b->fb_id, 0);
	return ret < 0 ? ret : 0;
}

int kms_buffer_create(struct kms_pool *pool, uint32_t width, uint32_t height,
	uint32_t format, bool written, bool at_once, struct kms_buffer **out)
{
	struct kms_device *device = pool->output->device;
	struct kms_buffer *buffer = xcalloc(1, sizeof *buffer);
	*buffer = (struct kms_buffer){
		.pool = pool,
		.fd = device->fd,
		.width = width,
		.height = height,
		.format = format,
	};
	int ret =
		written || !device->gbm ? kms_dumb_make(buffer) : make_bo(device, buffer);
	if (ret == 0)
		ret = add_fb(buffer);
	if (ret == 0 && !buffer->bo && at_once)
		ret = kms_dumb_map(buffer);
	if (ret < 0) {
		log_error("%s: cannot make a buffer of %ux%u: %s",
			kms_output_name(pool->output), width, height, strerror(-ret));
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
	else
		kms_dumb_free(buffer);
	free(buffer);
}

void kms_buffer_retire(struct kms_buffer *buffer)
{
	buffer->retired = true;
	buffer->pool = NULL;
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

void *kms_buffer_map(struct kms_buffer *buffer, uint32_t *stride)
{
	*stride = buffer->stride;
	if (!buffer->bo && kms_dumb_map(buffer) < 0)
		return NULL;
	return buffer->map;
}

uint32_t kms_buffer_age(const struct kms_buffer *buffer)
{
	return buffer->frame ? (uint32_t)(buffer->pool->frame - buffer->frame + 1) : 0;
}

void kms_buffer_set_user(struct kms_buffer *buffer, void *user)
{
	buffer->user = user;
}

void *kms_buffer_user(const struct kms_buffer *buffer)
{
	return buffer->user;
}
