/* What malloc and free are enough for a plugin without. */
#include "plugins/sdk/heap.h"

#include <osaas_heap.h>
#include <osaas_std.h>

#define ALIGN 16 /* of every block */

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) & ~(to - 1);
}

static size_t usable(const struct page *page)
{
	return page->kind == PAGE_SMALL ? page->size : (size_t)page->n << PAGE_SHIFT;
}

size_t malloc_usable_size(void *p)
{
	return p ? usable(sdk_heap_find(sdk_heap, p, "malloc_usable_size")) : 0;
}

/* Makes the block fit where it lies. Large ones give pages back, or take them behind. */
static bool resize(struct sdk_heap *h, struct page *page, size_t size)
{
	size_t now = usable(page);
	if (page->kind == PAGE_SMALL)
		return size <= now && size > now / 2;
	uint32_t first = (uint32_t)(page - h->pages);
	uint32_t n = (uint32_t)((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	if (size <= SMALL_MAX || size > h->size)
		return false;
	if (n < page->n)
		sdk_run_give(h, first, n);
	return n <= page->n || sdk_run_grow(h, first, n);
}

void *realloc(void *p, size_t size)
{
	if (!p)
		return malloc(size);
	heap_lock();
	struct sdk_heap *h = sdk_heap;
	struct page *page = sdk_heap_find(h, p, "realloc");
	bool atomic = page->atomic, fits = resize(h, page, size);
	size_t now = usable(page);
	heap_unlock();
	if (fits)
		return p;
	void *other = atomic ? osaas_malloc_atomic(size) : malloc(size);
	if (!other)
		return size <= now ? p : NULL;
	memcpy(other, p, now < size ? now : size);
	free(p);
	return other;
}

/* Align pages: a run with room for it; what is too much of it goes back. */
static void *take_aligned(struct sdk_heap *h, size_t align, size_t size)
{
	bool clean;
	if (size > h->size || align > h->size)
		return NULL;
	char *p = sdk_large_take(h, size + align - PAGE_SIZE, false, &clean);
	if (!p)
		return NULL;
	size_t skip = -(uintptr_t)p & (align - 1);
	sdk_run_cut(h, (uint32_t)((uintptr_t)(p - h->base) >> PAGE_SHIFT),
		(uint32_t)(skip >> PAGE_SHIFT), (uint32_t)(size >> PAGE_SHIFT));
	return p + skip;
}

static void *aligned_large(size_t align, size_t size)
{
	free(malloc(1)); /* if it is the first call, the heap is made */
	struct sdk_heap *h = sdk_heap;
	if (!h)
		return NULL;
	heap_lock();
	void *p = take_aligned(h, align, size);
	if (!p && sdk_heap_pressure(h))
		p = take_aligned(h, align, size);
	heap_unlock();
	sdk_heap_attend(h);
	return p;
}

void *aligned_alloc(size_t align, size_t size)
{
	if (!align || align & (align - 1) || size > SIZE_MAX - align)
		return NULL;
	if (align <= ALIGN)
		return malloc(size);
	size = round_up(size ? size : 1, align);
	if (align > PAGE_SIZE)
		return aligned_large(align, size);
	/* Spans begin on a page: blocks of a multiple of align bytes lie right. */
	while (size <= SMALL_MAX && sdk_small_size(sdk_small_class(size)) % align)
		size += align;
	return malloc(size);
}

char *strndup(const char *s, size_t max)
{
	size_t n = strnlen(s, max);
	char *copy = malloc(n + 1);
	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *strdup(const char *s)
{
	return strndup(s, SIZE_MAX);
}
