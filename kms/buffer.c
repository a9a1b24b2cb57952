#include <assert.h>
#include <drm_fourcc.h>
#include <errno.h>
#include <gbm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xf86drm.h>
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
	if (b->bo)
		return 0;
	b->bo = gbm_bo_create(device->gbm, b->width, b->height, b->format, use);
	if (!b->bo)
		return -ENOMEM;
	log_info("%s: no linear buffers, the driver chooses the layout", device->path);
	return 0;
}

/* Without modifiers: Mesa's software path and virtio-gpu know none. */
static int add_fb(struct kms_buffer *b, uint32_t handle, uint32_t stride, uint32_t offset)
{
	uint32_t handles[4] = {handle}, strides[4] = {stride}, offsets[4] = {offset};
	int ret = drmModeAddFB2(b->fd, b->width, b->height, b->format, handles, strides,
		offsets, &b->fb_id, 0);
	return ret < 0 ? ret : 0;
}

static int make_drawn(struct kms_device *device, struct kms_buffer *b)
{
	int ret = make_bo(device, b);
	if (ret < 0)
		return ret;
	return add_fb(b, gbm_bo_get_handle(b->bo).u32, gbm_bo_get_stride(b->bo),
		gbm_bo_get_offset(b->bo, 0));
}

static int map_dumb(struct kms_buffer *b, uint64_t size)
{
	uint64_t offset;
	int ret = drmModeMapDumbBuffer(b->fd, b->handle, &offset);
	if (ret < 0)
		return ret;
	void *p = mmap(
		NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, b->fd, (off_t)offset);
	if (p == MAP_FAILED)
		return -errno;
	b->pixels = p;
	b->size = size;
	return 0;
}

static int make_dumb(struct kms_buffer *b)
{
	uint32_t stride;
	uint64_t size;
	int ret = drmModeCreateDumbBuffer(
		b->fd, b->width, b->height, 32, 0, &b->handle, &stride, &size);
	if (ret == 0)
		ret = map_dumb(b, size);
	if (ret == 0)
		ret = add_fb(b, b->handle, stride, 0);
	/* Rows are written without gaps: no card has wider ones for a cursor. */
	return ret < 0 ? ret : stride == b->width * 4 ? 0 : -ENOTSUP;
}

int kms_buffer_create(struct kms_pool *pool, uint32_t width, uint32_t height,
	uint32_t format, bool dumb, struct kms_buffer **out)
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
	int ret = dumb ? make_dumb(buffer) : make_drawn(device, buffer);
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
	if (buffer->pixels)
		munmap(buffer->pixels, buffer->size);
	if (buffer->handle)
		drmModeDestroyDumbBuffer(buffer->fd, buffer->handle);
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
