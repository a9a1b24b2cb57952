/* GBM's names over the fake card: buffers without memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gbm.h>

#include "fake_private.h"

struct gbm_device {
	int fd;
};

struct gbm_bo {
	uint32_t width, height, handle;
};

struct gbm_device *gbm_create_device(int fd)
{
	if (fake.no_gbm) {
		errno = ENOSYS;
		return NULL;
	}
	struct gbm_device *gbm = calloc(1, sizeof *gbm);
	gbm->fd = fd;
	fake.n_gbm++;
	return gbm;
}

void gbm_device_destroy(struct gbm_device *gbm)
{
	fake.n_gbm--;
	free(gbm);
}

struct gbm_bo *gbm_bo_create(struct gbm_device *gbm, uint32_t width, uint32_t height,
	uint32_t format, uint32_t flags)
{
	assert_true(format == GBM_FORMAT_XRGB8888 || format == GBM_FORMAT_ARGB8888);
	if ((fake.no_linear && (flags & GBM_BO_USE_LINEAR)) || !fake_memory_left())
		return NULL;
	struct gbm_bo *bo = calloc(1, sizeof *bo);
	bo->width = width;
	bo->height = height;
	bo->handle = fake_handle();
	return bo;
}

void gbm_bo_destroy(struct gbm_bo *bo)
{
	fake.n_bos--;
	free(bo);
}

union gbm_bo_handle gbm_bo_get_handle(struct gbm_bo *bo)
{
	return (union gbm_bo_handle){.u32 = bo->handle};
}

uint32_t gbm_bo_get_stride(struct gbm_bo *bo)
{
	return bo->width * 4;
}

uint32_t gbm_bo_get_offset(struct gbm_bo *bo, int plane)
{
	return 0;
}

uint32_t gbm_bo_get_width(struct gbm_bo *bo)
{
	return bo->width;
}
