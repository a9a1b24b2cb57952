#include "plugins/endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "plugins/private.h"

/*
 * Sizes are powers of two from a page on, so that a buffer that comes back fits
 * the next one of its size: a window's frames and a voice's blocks are never
 * mapped twice. A kept buffer is emptied before somebody else sees it.
 */
#define SIZE_MIN_LOG2 12
#define SIZE_MAX_LOG2 32
#define KEPT_LOG2     22                  /* larger ones are not kept */
#define KEPT_BYTES    ((size_t)16 << 20)  /* of all that are kept */
#define FIT_SLACK     ((size_t)64 << 10)  /* what buffer_fit lets pass */
#define CLEAR_BYTES   ((size_t)128 << 10) /* above it new pages are cheaper than zeroing */

struct buffer {
	void *data;
	size_t size;
	struct account *account; /* who is charged, or NULL */
	struct buffer *next;     /* of the kept ones */
};

static struct buffer *kept[KEPT_LOG2 - SIZE_MIN_LOG2 + 1];
static size_t kept_bytes;

static unsigned log2_of(size_t size)
{
	unsigned n = SIZE_MIN_LOG2;
	while (n <= SIZE_MAX_LOG2 && (size_t)1 << n < size)
		n++;
	return n;
}

static void unmap(struct buffer *buffer)
{
	munmap(buffer->data, buffer->size);
	free(buffer);
}

static bool clear(struct buffer *buffer)
{
	if (buffer->size > CLEAR_BYTES)
		return madvise(buffer->data, buffer->size, MADV_DONTNEED) == 0;
	memset(buffer->data, 0, buffer->size);
	return true;
}

static struct buffer *reuse(unsigned log2)
{
	struct buffer **slot = &kept[log2 - SIZE_MIN_LOG2];
	struct buffer *buffer = *slot;
	if (!buffer)
		return NULL;
	*slot = buffer->next;
	kept_bytes -= buffer->size;
	if (clear(buffer))
		return buffer;
	unmap(buffer);
	return NULL;
}

static struct buffer *map(size_t size)
{
	struct buffer *buffer = malloc(sizeof *buffer);
	if (!buffer)
		return NULL;
	void *data = mmap(
		NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED) {
		free(buffer);
		return NULL;
	}
	*buffer = (struct buffer){.data = data, .size = size};
	return buffer;
}

struct buffer *buffer_create_for(struct account *account, size_t size)
{
	unsigned log2 = log2_of(size);
	if (log2 > SIZE_MAX_LOG2)
		return NULL;
	size_t rounded = (size_t)1 << log2;
	if (account && !account_charge(account, rounded))
		return NULL;
	struct buffer *buffer = log2 <= KEPT_LOG2 ? reuse(log2) : NULL;
	if (!buffer)
		buffer = map(rounded);
	if (buffer)
		buffer->account = account;
	if (account && buffer)
		account_get(account);
	else if (account)
		account_discharge(account, rounded);
	return buffer;
}

struct buffer *buffer_create(size_t size)
{
	return buffer_create_for(NULL, size);
}

void buffer_charge(struct buffer *buffer, struct account *account)
{
	if (account) {
		account_get(account);
		account->bytes += buffer->size;
	}
	if (buffer->account) {
		account_discharge(buffer->account, buffer->size);
		account_put(buffer->account);
	}
	buffer->account = account;
}

void buffer_destroy(struct buffer *buffer)
{
	if (!buffer)
		return;
	buffer_charge(buffer, NULL);
	unsigned log2 = log2_of(buffer->size);
	if (log2 > KEPT_LOG2 || kept_bytes + buffer->size > KEPT_BYTES) {
		unmap(buffer);
		return;
	}
	buffer->next = kept[log2 - SIZE_MIN_LOG2];
	kept[log2 - SIZE_MIN_LOG2] = buffer;
	kept_bytes += buffer->size;
}

bool buffer_fit(struct buffer *buffer, size_t len)
{
	size_t fits = (size_t)1 << log2_of(len), slack = buffer->size - fits;
	if (buffer->size <= 2 * len + FIT_SLACK)
		return true;
	if (munmap((char *)buffer->data + fits, slack) < 0)
		return false;
	buffer->size = fits;
	if (buffer->account)
		account_discharge(buffer->account, slack);
	return true;
}

void buffer_trim(void)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		while (kept[i]) {
			struct buffer *buffer = kept[i];
			kept[i] = buffer->next;
			unmap(buffer);
		}
	}
	kept_bytes = 0;
}

void *buffer_data(const struct buffer *buffer)
{
	return buffer->data;
}

size_t buffer_size(const struct buffer *buffer)
{
	return buffer->size;
}
