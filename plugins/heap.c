#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "plugins/private.h"

#define GUARD ((size_t)64 << 10)
#define PAGE  ((uintptr_t)4096)

/* Address space only: a page becomes memory when it is touched, and not two MiB with it. */
static int map(struct heap *heap, size_t size)
{
	uint8_t *at = mmap(NULL, size + 2 * GUARD, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return OSAAS_ENOMEM;
	if (mprotect(at + GUARD, size, PROT_READ | PROT_WRITE) < 0) {
		munmap(at, size + 2 * GUARD);
		return OSAAS_ENOMEM;
	}
	madvise(at + GUARD, size, MADV_NOHUGEPAGE); /* refused where there are none */
	heap->lo = (uintptr_t)at + GUARD;
	heap->hi = heap->lo + size;
	return 0;
}

int heap_get(struct heap *heap, const struct manifest *m, struct osaas_heap *out)
{
	size_t size = ((m->heap ? m->heap : HEAP_DEFAULT) + PAGE - 1) & ~(PAGE - 1);
	int r = heap->lo ? 0 : map(heap, size);
	if (r == 0)
		*out = (struct osaas_heap){
			.base = (void *)heap->lo,
			.size = heap->hi - heap->lo,
			.flags = m->gc ? OSAAS_HEAP_GC : 0,
		};
	return r;
}

int heap_give(const struct heap *heap, uintptr_t at, size_t size)
{
	if (at % PAGE || size % PAGE || size > OSAAS_HEAP_GIVE_MAX)
		return OSAAS_EINVAL;
	if (at < heap->lo || at > heap->hi || size > heap->hi - at)
		return OSAAS_EFAULT;
	if (size && madvise((void *)at, size, MADV_DONTNEED) < 0)
		memset((void *)at, 0, size); /* locked memory */
	return 0;
}

size_t heap_span(const struct heap *heap, uintptr_t p)
{
	return p >= heap->lo && p < heap->hi ? heap->hi - p : 0;
}

/* What the plugin wrote: bounded, not believed. */
static uint64_t at_most(uint64_t figure, size_t limit)
{
	return figure < limit ? figure : limit;
}

void heap_figures(
	const struct heap *heap, const struct manifest *m, struct plugin_heap *out)
{
	struct osaas_heap_figures figures = {0};
	*out = (struct plugin_heap){.limit = m->heap ? m->heap : HEAP_DEFAULT};
	if (!heap->lo)
		return;
	memcpy(&figures, (const void *)heap->lo, sizeof figures);
	out->used = at_most(figures.used, out->limit);
	out->peak = at_most(figures.peak, out->limit);
	out->collections = figures.collections;
}

void heap_finish(struct heap *heap)
{
	if (heap->lo)
		munmap((void *)(heap->lo - GUARD), heap->hi - heap->lo + 2 * GUARD);
	*heap = (struct heap){0};
}
