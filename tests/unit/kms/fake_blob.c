/* The fake card's blobs: modes, tables, matrices, EDIDs. What was destroyed can still be read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_private.h"

#define FIRST     700
#define REMEMBERS 64

struct blob {
	uint32_t id;
	uint32_t size;
	bool alive;
	_Alignas(8) uint8_t data[4096];
};

static struct blob blobs[REMEMBERS];
static uint32_t next = FIRST;

static struct blob *find(uint32_t id)
{
	struct blob *b = &blobs[id % REMEMBERS];
	return id >= FIRST && b->id == id ? b : NULL;
}

static uint32_t make(const void *data, size_t size)
{
	struct blob *b = &blobs[next % REMEMBERS];
	assert_in_range(size, 1, sizeof b->data);
	*b = (struct blob){.id = next, .size = (uint32_t)size, .alive = true};
	memcpy(b->data, data, size);
	return next++;
}

int drmModeCreatePropertyBlob(int fd, const void *data, size_t size, uint32_t *id)
{
	if (fake.blob_error)
		return fake.blob_error;
	fake.n_blobs++;
	*id = make(data, size);
	return 0;
}

int drmModeDestroyPropertyBlob(int fd, uint32_t id)
{
	struct blob *b = find(id);
	assert_true(id >= FIRST);
	if (b) {
		assert_true(b->alive);
		b->alive = false;
	}
	fake.n_blobs--;
	return 0;
}

const void *fake_blob(uint64_t id, size_t *size)
{
	struct blob *b = find((uint32_t)id);
	if (size)
		*size = b ? b->size : 0;
	return b ? b->data : NULL;
}

drmModePropertyBlobPtr drmModeGetPropertyBlob(int fd, uint32_t id)
{
	size_t size;
	const void *data = fake_blob(id, &size);
	if (!data) {
		errno = ENOENT;
		return NULL;
	}
	drmModePropertyBlobRes *blob = fake_lend(1, sizeof *blob);
	blob->id = id;
	blob->length = (uint32_t)size;
	blob->data = fake_lend(size, 1);
	memcpy(blob->data, data, size);
	return blob;
}

void drmModeFreePropertyBlob(drmModePropertyBlobPtr blob)
{
	fake_give(blob->data);
	fake_give(blob);
}

void fake_edid(uint32_t connector, const void *data, size_t size)
{
	fake_set(connector, "EDID", data ? make(data, size) : 0);
}
