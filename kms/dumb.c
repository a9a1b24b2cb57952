/* Memory that the processor writes and the card only shows: no driver of Mesa's. */
#include <errno.h>
#include <sys/mman.h>
#include <xf86drmMode.h>

#include "kms/private.h"

int kms_dumb_map(struct kms_buffer *b)
{
	uint64_t offset;
	if (b->map)
		return 0;
	int ret = drmModeMapDumbBuffer(b->fd, b->handle, &offset);
	if (ret < 0)
		return ret;
	void *at = mmap(NULL, b->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, b->fd,
		(off_t)offset);
	if (at == MAP_FAILED)
		return -errno;
	b->map = at;
	return 0;
}

int kms_dumb_make(struct kms_buffer *b)
{
	uint64_t size;
	int ret = drmModeCreateDumbBuffer(
		b->fd, b->width, b->height, 32, 0, &b->handle, &b->stride, &size);
	if (ret < 0)
		return ret;
	b->map_size = (size_t)size;
	return 0;
}

void kms_dumb_free(struct kms_buffer *b)
{
	if (b->map)
		munmap(b->map, b->map_size);
	if (b->handle)
		drmModeDestroyDumbBuffer(b->fd, b->handle);
}
