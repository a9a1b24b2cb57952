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
	uint32_t *pixels; /* NULL: cannot be written */
};

#define HANDLES 512
static struct gbm_bo *bos[HANDLES];

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
	static uint32_t next = 1;
	assert_true(format == GBM_FORMAT_XRGB8888 || format == GBM_FORMAT_ARGB8888);
	if (fake.bo_budget == 0 || (fake.no_linear && (flags & GBM_BO_USE_LINEAR)))
		return NULL;
	if (fake.bo_budget > 0)
		fake.bo_budget--;
	struct gbm_bo *bo = calloc(1, sizeof *bo);
	bo->width = width;
	bo->height = height;
	bo->handle = next++;
	bos[bo->handle % HANDLES] = bo;
	if (flags & GBM_BO_USE_WRITE)
		bo->pixels = calloc(width * height, 4);
	fake.n_bos++;
	return bo;
}

void gbm_bo_destroy(struct gbm_bo *bo)
{
	fake.n_bos--;
	bos[bo->handle % HANDLES] = NULL;
	free(bo->pixels);
	free(bo);
}

int gbm_bo_write(struct gbm_bo *bo, const void *data, size_t size)
{
	assert_non_null(bo->pixels);
	assert_int_equal(size, bo->width * bo->height * 4);
	memcpy(bo->pixels, data, size);
	return 0;
}

const uint32_t *fake_memory(uint32_t handle)
{
	const struct gbm_bo *bo = bos[handle % HANDLES];
	return bo && bo->handle == handle ? bo->pixels : NULL;
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
