/*
 * The fake card's dumb buffers. mmap and munmap are the linker's --wrap: those of the
 * card's descriptor come here, all others go on to the C library.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

#include <cmocka.h>
#include <xf86drmMode.h>

#include "fake_private.h"

#define HANDLES 512
#define FIRST   (UINT64_C(1) << 32) /* of the offsets, as the kernel has them */
#define PAGE    4096

struct dumb {
	uint32_t handle, pitch;
	size_t size;
	uint32_t *pixels;
	bool mapped;
};

static struct dumb dumbs[HANDLES];

bool fake_memory_left(void)
{
	if (fake.bo_budget == 0)
		return false;
	if (fake.bo_budget > 0)
		fake.bo_budget--;
	return true;
}

uint32_t fake_handle(void)
{
	static uint32_t next = 1;
	fake.n_bos++;
	return next++;
}

static struct dumb *find(uint32_t handle)
{
	struct dumb *d = &dumbs[handle % HANDLES];
	return handle && d->handle == handle ? d : NULL;
}

uint32_t fake_pitch(uint32_t handle, uint32_t width)
{
	return find(handle) ? find(handle)->pitch : width * 4;
}

const uint32_t *fake_memory(uint32_t handle)
{
	return find(handle) ? find(handle)->pixels : NULL;
}

int drmModeCreateDumbBuffer(int fd, uint32_t width, uint32_t height, uint32_t bpp,
	uint32_t flags, uint32_t *handle, uint32_t *pitch, uint64_t *size)
{
	uint32_t unit = fake.pitch ? fake.pitch : 4;
	assert_int_equal(fd, fake.read_fd);
	assert_int_equal(bpp, 32);
	assert_int_equal(flags, 0);
	if (fake.dumb_error || !fake_memory_left())
		return fake.dumb_error ? fake.dumb_error : -ENOMEM;
	*handle = fake_handle();
	*pitch = (width * 4 + unit - 1) / unit * unit;
	*size = ((uint64_t)*pitch * height + PAGE - 1) / PAGE * PAGE;
	dumbs[*handle % HANDLES] = (struct dumb){
		*handle, *pitch, (size_t)*size, calloc(1, (size_t)*size), false};
	return 0;
}

int drmModeDestroyDumbBuffer(int fd, uint32_t handle)
{
	struct dumb *d = find(handle);
	assert_non_null(d);
	assert_false(d->mapped);
	free(d->pixels);
	*d = (struct dumb){0};
	fake.n_bos--;
	return 0;
}

int drmModeMapDumbBuffer(int fd, uint32_t handle, uint64_t *offset)
{
	assert_non_null(find(handle));
	*offset = FIRST + (uint64_t)handle * PAGE;
	return fake.offset_error;
}

static void *map(size_t size, uint64_t offset)
{
	assert_true(offset > FIRST);
	struct dumb *d = find((uint32_t)((offset - FIRST) / PAGE));
	assert_non_null(d);
	assert_int_equal(size, d->size);
	assert_false(d->mapped);
	if (fake.map_error) {
		errno = fake.map_error;
		return (void *)-1; /* MAP_FAILED */
	}
	d->mapped = true;
	fake.n_maps++;
	return d->pixels;
}

/* The names of --wrap. */
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__real_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t size);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t size);

static bool is_card(int fd)
{
	return fd > 0 && fd == fake.read_fd;
}

void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	return is_card(fd) ? map(size, (uint64_t)offset)
			   : __real_mmap(at, size, prot, flags, fd, offset);
}

void *__wrap_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	return is_card(fd) ? map(size, (uint64_t)offset)
			   : __real_mmap64(at, size, prot, flags, fd, offset);
}

int __wrap_munmap(void *at, size_t size)
{
	for (size_t i = 0; i < HANDLES; i++) {
		struct dumb *d = &dumbs[i];
		if (!d->mapped || d->pixels != at)
			continue;
		assert_int_equal(size, d->size);
		d->mapped = false;
		fake.n_maps--;
		return 0;
	}
	return __real_munmap(at, size);
}
