#include <errno.h>

#include "kms/private.h"

int kms_pool_create(struct kms_output *output, int32_t width, int32_t height, bool opaque,
	struct kms_pool **out)
{
	(void)output, (void)width, (void)height, (void)opaque, (void)out;
	return -ENOTSUP;
}

void kms_pool_destroy(struct kms_pool *pool)
{
	(void)pool;
}

struct kms_buffer *kms_pool_buffer(const struct kms_pool *pool, unsigned i)
{
	(void)pool, (void)i;
	return NULL;
}

struct kms_buffer *kms_pool_acquire(struct kms_pool *pool)
{
	(void)pool;
	return NULL;
}

void kms_pool_release(struct kms_pool *pool, struct kms_buffer *buffer)
{
	(void)pool, (void)buffer;
}
