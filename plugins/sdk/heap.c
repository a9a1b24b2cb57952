#include "plugins/sdk/heap.h"

#include <osaas_heap.h>
#include <osaas_std.h>

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

struct sdk_heap *sdk_heap;
unsigned sdk_heap_taken;

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) & ~(to - 1);
}

/* Cuts n bytes off the heap's own part of the region. */
static void *cut(struct sdk_heap *h, size_t n)
{
	void *at = h->base + h->data;
	h->data = round_up(h->data + n, 64);
	return at;
}

/* The region is zero; what is not named stays so. */
static struct sdk_heap *make(void)
{
	struct osaas_heap region;
	if (osaas_heap(&region) < 0)
		return NULL;
	struct sdk_heap *h = region.base;
	h->base = region.base;
	h->size = region.size;
	h->data = round_up(sizeof *h, 64);
	h->n_pages = (uint32_t)(region.size >> PAGE_SHIFT);
	h->gc = region.flags & OSAAS_HEAP_GC;
	h->gc_at = 256;
	h->pages = cut(h, h->n_pages * sizeof *h->pages);
	h->marks = cut(h, h->n_pages * sizeof *h->marks);
	h->ranges = cut(h, OSAAS_RANGES_MAX * sizeof *h->ranges);
	h->stack_max = h->n_pages;
	h->stack = cut(h, h->stack_max * sizeof *h->stack);
	h->data = round_up(h->data, PAGE_SIZE);
	sdk_runs_init(h);
	sdk_heap = h;
	return h;
}

void *sdk_large_take(struct sdk_heap *h, size_t size, bool atomic, bool *clean)
{
	if (size > h->size - h->data)
		return NULL;
	uint32_t n = (uint32_t)((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
	uint32_t first = sdk_run_take(h, n, PAGE_LARGE, clean);
	if (!first)
		return NULL;
	h->pages[first].used[0] = 1;
	for (unsigned w = 1; w < WORDS; w++)
		h->pages[first].used[w] = 0;
	h->pages[first].atomic = atomic;
	h->volume += size;
	return page_data(h, &h->pages[first]);
}

static void *take_any(struct sdk_heap *h, size_t size, bool atomic, bool *clean)
{
	*clean = false;
	if (size <= SMALL_MAX)
		return sdk_small_refill(h, sdk_small_class(size), atomic);
	return sdk_large_take(h, size, atomic, clean);
}

/* Comes with the lock, goes without. */
__attribute__((noinline)) static void *allocate_slowly(
	size_t size, bool atomic, bool *clean)
{
	struct sdk_heap *h = sdk_heap ? sdk_heap : make();
	void *p = h ? take_any(h, size, atomic, clean) : NULL;
	if (!p && h && size <= h->size - h->data && sdk_heap_pressure(h))
		p = take_any(h, size, atomic, clean);
	heap_unlock();
	if (h)
		sdk_heap_attend(h);
	return p;
}

static inline __attribute__((always_inline)) void *allocate(
	size_t size, bool atomic, bool *clean)
{
	heap_lock();
	struct sdk_heap *h = sdk_heap;
	if (unlikely(!h || size > SMALL_MAX))
		return allocate_slowly(size, atomic, clean);
	struct bin *bin = &h->bins[atomic][sdk_small_class(size)];
	if (unlikely(!bin->free))
		return allocate_slowly(size, atomic, clean);
	unsigned i = (unsigned)__builtin_ctzll(bin->free);
	bin->free &= bin->free - 1;
	*bin->word |= UINT64_C(1) << i;
	void *p = bin->at + (size_t)i * bin->size;
	heap_unlock();
	return p;
}

void *malloc(size_t size)
{
	bool clean;
	return allocate(size, false, &clean);
}

void *osaas_malloc_atomic(size_t size)
{
	bool clean;
	return allocate(size, true, &clean);
}

void *calloc(size_t n, size_t size)
{
	size_t all;
	bool clean = false;
	if (__builtin_mul_overflow(n, size, &all))
		return NULL;
	void *p = allocate(all, false, &clean);
	if (p && !clean)
		memset(p, 0, all);
	return p;
}

static _Noreturn __attribute__((noinline, cold)) void refuse(
	const void *p, const char *what)
{
	osaas_printf(OSAAS_LOG_ERROR,
		"%s(%p): no block in use begins there; was it freed before?", what, p);
	__builtin_trap();
}

/* The run that p is the start of a block in use of, and which; or ends the plugin. */
static inline struct page *find(
	struct sdk_heap *h, const void *p, uint64_t *block, const char *what)
{
	uint64_t offset = (uintptr_t)p - (uintptr_t)h;
	if (unlikely(!h || offset >= h->size))
		refuse(p, what);
	struct page *page = page_at(h, offset);
	uint64_t first = (uint64_t)(page - h->pages) << PAGE_SHIFT, b = 0, at = first;
	if (likely(page->kind == PAGE_SMALL)) {
		b = small_index(h, page, offset);
		at = first + b * page->size;
		if (unlikely(b >= page->count))
			refuse(p, what);
	} else if (unlikely(page->kind != PAGE_LARGE)) {
		refuse(p, what);
	}
	if (unlikely(at != offset || !(page->used[b / 64] >> b % 64 & 1)))
		refuse(p, what);
	*block = b;
	return page;
}

struct page *sdk_heap_find(struct sdk_heap *h, const void *p, const char *what)
{
	uint64_t block;
	return find(h, p, &block, what);
}

/* Comes with the lock, goes without. */
__attribute__((noinline)) static void free_slowly(struct sdk_heap *h, struct page *page)
{
	if (page->kind == PAGE_SMALL)
		sdk_small_freed(h, page);
	else
		sdk_run_give(h, (uint32_t)(page - h->pages), 0);
	heap_unlock();
	sdk_heap_attend(h);
}

void free(void *p)
{
	uint64_t b;
	if (!p)
		return;
	heap_lock();
	struct sdk_heap *h = sdk_heap;
	struct page *page = find(h, p, &b, "free");
	uint64_t *word = &page->used[b / 64], bit = UINT64_C(1) << b % 64;
	*word &= ~bit;
	if (unlikely(page->kind != PAGE_SMALL)) {
		free_slowly(h, page);
		return;
	}
	struct bin *bin = &h->bins[page->atomic][page->cls];
	if (bin->word == word)
		bin->free |= bit;
	else if (unlikely(page->state == SPAN_FULL || !*word)) {
		free_slowly(h, page);
		return;
	}
	heap_unlock();
}
