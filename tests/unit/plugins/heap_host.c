#include "heap_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "plugins/include/osaas_std.h"
#include "plugins/sdk/heap.h"
#include "util/clock.h"

struct osaas_range heap_roots[HEAP_ROOTS];
uint32_t heap_n_roots;
struct heap_host heap_host;

static struct {
	void *base;
	size_t size;
	bool gc;
} region;

void heap_delete(void)
{
	if (region.base)
		munmap(region.base, region.size);
	region.base = NULL;
	sdk_heap = NULL;
	sdk_heap_taken = 0;
}

void heap_new(size_t size, bool gc)
{
	heap_delete();
	region.base = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_true(region.base != MAP_FAILED);
	region.size = size;
	region.gc = gc;
	heap_n_roots = 0;
	memset(&heap_host, 0, sizeof heap_host);
}

int osaas_heap(struct osaas_heap *heap)
{
	if (heap_host.no_region)
		return OSAAS_ENOMEM;
	*heap = (struct osaas_heap){.base = region.base,
		.size = region.size,
		.flags = region.gc ? OSAAS_HEAP_GC : 0};
	return 0;
}

int osaas_heap_give(void *at, size_t size)
{
	uintptr_t offset = (uintptr_t)at - (uintptr_t)region.base;
	assert_true(offset % 4096 == 0 && size % 4096 == 0);
	assert_true(size <= OSAAS_HEAP_GIVE_MAX && offset + size <= region.size);
	heap_host.given += size;
	return madvise(at, size, MADV_DONTNEED);
}

int osaas_freeze(struct osaas_range *ranges, uint32_t max, uint32_t flags)
{
	(void)flags;
	assert_true(max >= heap_n_roots + 1);
	heap_host.freezes++;
	ranges[0] = (struct osaas_range){0};
	memcpy(ranges + 1, heap_roots, heap_n_roots * sizeof *ranges);
	return (int)heap_n_roots + 1;
}

void osaas_thaw(void)
{
	heap_host.thaws++;
}

/* Whoever holds the lock has gone on by then. */
void osaas_yield(void)
{
	heap_host.yields++;
	sdk_heap_taken = 0;
}

uint64_t osaas_now(void)
{
	return clock_now_ns();
}

int osaas_alt(struct osaas_alt *alts, uint32_t n, uint64_t deadline_ns)
{
	(void)alts;
	(void)n;
	(void)deadline_ns;
	return OSAAS_EAGAIN;
}

int osaas_spawn(void (*fn)(void *arg), void *arg, size_t stack)
{
	(void)stack;
	heap_host.spawned++;
	heap_host.keeper = fn;
	heap_host.keeper_arg = arg;
	return 0;
}

void osaas_printf(int level, const char *format, ...)
{
	va_list args;
	(void)level;
	va_start(args, format);
	vsnprintf(heap_host.log, sizeof heap_host.log, format, args);
	va_end(args);
	fprintf(stderr, "%s\n", heap_host.log);
}

static size_t in_use(const struct page *page)
{
	size_t n = 0;
	for (int w = 0; w < WORDS; w++)
		n += (size_t)__builtin_popcountll(page->used[w]);
	return n;
}

static void check_small(const struct page *page)
{
	assert_true(page->count > 0 && page->count <= WORDS * 64);
	for (size_t b = page->count; b < WORDS * 64; b++)
		assert_false(page->used[b / 64] >> b % 64 & 1);
	assert_true(page->state == SPAN_CURRENT || in_use(page) > 0);
	if (page->state == SPAN_FULL)
		assert_int_equal(in_use(page), page->count);
}

static void check_run(uint32_t i)
{
	const struct page *page = &sdk_heap->pages[i];
	assert_true(page->n > 0 && i + page->n <= sdk_heap->n_pages);
	assert_int_equal(page->first, i);
	assert_int_equal(sdk_heap->pages[i + page->n - 1].first, i);
	for (uint32_t k = 1; k < page->n; k++) {
		assert_int_equal(page[k].kind, PAGE_INNER);
		assert_true(page->kind == PAGE_FREE || page[k].first == i);
	}
	if (page->kind == PAGE_SMALL)
		check_small(page);
	else
		assert_true(page->kind == PAGE_FREE || page->kind == PAGE_LARGE);
}

static size_t listed_runs(void)
{
	size_t n = 0;
	for (unsigned bin = 0; bin < RUN_BINS; bin++) {
		bool bit = sdk_heap->run_bits[bin / 64] >> bin % 64 & 1;
		assert_int_equal(bit, sdk_heap->runs[bin] != 0);
		for (uint32_t i = sdk_heap->runs[bin], before = 0; i;
			before = i, i = sdk_heap->pages[i].next) {
			assert_int_equal(sdk_heap->pages[i].kind, PAGE_FREE);
			assert_int_equal(sdk_heap->pages[i].prev, before);
			n++;
		}
	}
	return n;
}

/* The clean parts of free runs are zero, if it says so. */
static void check_zero(const struct page *page)
{
	if (page->dirty)
		return;
	const char *data = page_data(sdk_heap, page);
	for (size_t i = 0; i < (size_t)page->n << PAGE_SHIFT; i += 512)
		assert_int_equal(data[i], 0);
}

size_t heap_free_runs(void)
{
	size_t n = 0;
	uint32_t i = (uint32_t)(sdk_heap->data >> PAGE_SHIFT);
	for (; i < sdk_heap->n_pages; i += sdk_heap->pages[i].n)
		n += sdk_heap->pages[i].kind == PAGE_FREE;
	return n;
}

void heap_check(void)
{
	size_t taken = 0, dirty = 0;
	bool was_free = false;
	uint32_t i = (uint32_t)(sdk_heap->data >> PAGE_SHIFT);
	for (; i < sdk_heap->n_pages; i += sdk_heap->pages[i].n) {
		const struct page *page = &sdk_heap->pages[i];
		bool is_free = page->kind == PAGE_FREE;
		check_run(i);
		assert_false(is_free && was_free);
		was_free = is_free;
		taken += is_free ? 0 : page->n;
		dirty += is_free ? page->dirty : 0;
		if (is_free)
			check_zero(page);
	}
	assert_int_equal(i, sdk_heap->n_pages);
	assert_int_equal(taken, sdk_heap->n_taken);
	assert_int_equal(dirty, sdk_heap->dirty);
	assert_int_equal(listed_runs(), heap_free_runs());
	assert_int_equal(sdk_heap_taken, 0);
}

size_t heap_taken(void)
{
	return sdk_heap->n_taken;
}
