#include <assert.h>
#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>

#include "kms/private.h"
#include "util/xalloc.h"

int kms_pool_make(struct kms_output *output, uint32_t width, uint32_t height,
	uint32_t format, bool written, struct kms_pool **out)
{
	struct kms_pool *pool = xcalloc(1, sizeof *pool);
	int ret = 0;
	pool->output = output;
	list_push_back(&output->pools, &pool->link);
	/* Whether there is memory is to be known now; only the first is written at once. */
	for (size_t i = 0; i < KMS_BUFFERS && ret == 0; i++)
		ret = kms_buffer_create(
			pool, width, height, format, written, i == 0, &pool->buffers[i]);
	if (ret < 0) {
		kms_pool_destroy(pool);
		return ret;
	}
	*out = pool;
	return 0;
}

int kms_pool_create(struct kms_output *output, int32_t width, int32_t height, bool opaque,
	struct kms_pool **out)
{
	if (width < 1 || height < 1 || width > UINT16_MAX || height > UINT16_MAX)
		return -EINVAL;
	return kms_pool_make(output, (uint32_t)width, (uint32_t)height,
		opaque ? DRM_FORMAT_XRGB8888 : DRM_FORMAT_ARGB8888, false, out);
}

void kms_pool_destroy(struct kms_pool *pool)
{
	if (!pool)
		return;
	list_remove(&pool->link);
	for (size_t i = 0; i < KMS_BUFFERS; i++) {
		if (pool->buffers[i])
			kms_buffer_retire(pool->buffers[i]);
	}
	free(pool);
}

struct kms_buffer *kms_pool_buffer(const struct kms_pool *pool, unsigned i)
{
	return pool->buffers[i];
}

static bool better(const struct kms_buffer *a, const struct kms_buffer *b)
{
	return !b || a->frame > b->frame;
}

/* The one shown last, of those free: it needs the least to be drawn. */
struct kms_buffer *kms_pool_acquire(struct kms_pool *pool)
{
	struct kms_buffer *best = NULL;
	for (size_t i = 0; i < KMS_BUFFERS; i++) {
		struct kms_buffer *b = pool->buffers[i];
		if (b->state == BUFFER_FREE && better(b, best))
			best = b;
	}
	if (best)
		best->state = BUFFER_ACQUIRED;
	return best;
}

/* Somebody may have drawn half of it: what it holds is known to nobody. */
void kms_pool_release(struct kms_pool *pool, struct kms_buffer *buffer)
{
	assert(buffer->state == BUFFER_ACQUIRED && buffer->pool == pool);
	buffer->frame = 0;
	kms_buffer_free(buffer);
}

void kms_pools_age(struct kms_output *output)
{
	list_for_each (pool, &output->pools, struct kms_pool, link) {
		for (size_t i = 0; i < KMS_BUFFERS; i++)
			pool->buffers[i]->frame = 0;
	}
}

struct kms_buffer *kms_output_buffer(const struct kms_output *output, unsigned i)
{
	return output->pool ? output->pool->buffers[i] : NULL;
}

struct kms_buffer *kms_output_acquire(struct kms_output *output)
{
	return kms_pool_acquire(output->pool);
}

void kms_output_release(struct kms_output *output, struct kms_buffer *buffer)
{
	kms_pool_release(output->pool, buffer);
}
