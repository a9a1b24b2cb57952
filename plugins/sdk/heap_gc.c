/*
 * The collector: conservative mark and sweep (Boehm and Weiser, Garbage collection in an
 * uncooperative environment, 1988). Any aligned word of a root, or of a block in use that
 * is not atomic, that is an address within a block in use keeps that block.
 *
 * Marking does not recurse: blocks to look into wait on a stack of fixed size; what finds
 * no room there stays marked, and all marked blocks are looked through again until
 * nothing was left out. The plugin's other coroutines are frozen while it marks, not
 * while it sweeps: what is garbage stays so, and allocating waits for the lock.
 */
#include <osaas_heap.h>

#include "plugins/sdk/heap.h"

#define KEEPER_STACK ((size_t)64 << 10)
#define TRIM_AFTER   UINT64_C(1000000000) /* ns that pages must have been unused */
#define TRIM_MIN     256                  /* pages; fewer are not worth it */
#define GROWTH_MIN   256 /* pages more than were left by the last: another one, when idle */
#define AHEAD        8
#define VOLUME_SHARE 32 /* when full: after this part of the heap was handed out */

typedef uintptr_t raw __attribute__((may_alias));

static void push(struct sdk_heap *h, char *block)
{
	if (h->stack_n < h->stack_max)
		h->stack[h->stack_n++] = block;
	else
		h->overflow = true;
}

/* Marks block b of the run; true: it was not, and is to be looked into. */
static bool mark(struct sdk_heap *h, const struct page *page, uint64_t b)
{
	uint64_t *word = &h->marks[page - h->pages][b / 64], bit = UINT64_C(1) << b % 64;
	if (!(page->used[b / 64] & bit) || *word & bit)
		return false;
	*word |= bit;
	return !page->atomic;
}

static void mark_address(struct sdk_heap *h, uintptr_t address)
{
	uintptr_t offset = address - (uintptr_t)h->base;
	if (offset - h->data >= h->size - h->data)
		return;
	const struct page *page = page_at(h, offset);
	if (page->kind == PAGE_SMALL) {
		uint64_t b = small_index(h, page, offset);
		if (b < page->count && mark(h, page, b))
			push(h, page_data(h, page) + b * page->size);
	} else if (page->kind == PAGE_LARGE) {
		if (offset >> PAGE_SHIFT < (uint64_t)(page - h->pages) + page->n &&
			mark(h, page, 0))
			push(h, page_data(h, page));
	}
}

/* Reads whatever there is, what AddressSanitizer forbids too. */
__attribute__((no_sanitize_address)) static void scan(
	struct sdk_heap *h, const char *lo, const char *hi)
{
	const raw *p = (const raw *)(((uintptr_t)lo + 7) & ~(uintptr_t)7);
	const raw *end = (const raw *)((uintptr_t)hi & ~(uintptr_t)7);
	for (; p < end; p++)
		mark_address(h, *p);
}

static void scan_block(struct sdk_heap *h, const char *block)
{
	const struct page *page = page_at(h, (uint64_t)(block - h->base));
	size_t size =
		page->kind == PAGE_SMALL ? page->size : (size_t)page->n << PAGE_SHIFT;
	scan(h, block, block + size);
}

/*
 * Blocks lie anywhere: each is fetched while the AHEAD before it are looked into (Cher,
 * Hosking and Vitek, Software prefetching for mark-sweep garbage collection, 2004).
 */
static void drain(struct sdk_heap *h)
{
	char *ring[AHEAD] = {0};
	unsigned at = 0, held = 0;
	while (h->stack_n || held) {
		const char *block = ring[at];
		ring[at] = h->stack_n ? h->stack[--h->stack_n] : NULL;
		if (ring[at]) {
			__builtin_prefetch(ring[at]);
			held++;
		}
		if (block) {
			scan_block(h, block);
			held--;
		}
		at = (at + 1) % AHEAD;
	}
}

static void rescan_run(struct sdk_heap *h, const struct page *page)
{
	const uint64_t *marks = h->marks[page - h->pages];
	size_t size =
		page->kind == PAGE_SMALL ? page->size : (size_t)page->n << PAGE_SHIFT;
	size_t n = page->kind == PAGE_SMALL ? page->count : 1;
	char *data = page_data(h, page);
	for (size_t b = 0; b < n; b++) {
		if (!(marks[b / 64] >> b % 64 & 1))
			continue;
		scan(h, data + b * size, data + (b + 1) * size);
		drain(h);
	}
}

static uint32_t first_page(const struct sdk_heap *h)
{
	return (uint32_t)(h->data >> PAGE_SHIFT);
}

static void rescan(struct sdk_heap *h)
{
	h->overflow = false;
	for (uint32_t i = first_page(h); i < h->n_pages; i += h->pages[i].n) {
		const struct page *page = &h->pages[i];
		if (page->kind != PAGE_FREE && !page->atomic)
			rescan_run(h, page);
	}
}

/* The lowest address that a caller may have something at: its registers are above. */
__attribute__((noinline)) static void mark_all(struct sdk_heap *h, uint32_t n)
{
	h->ranges[0].lo = __builtin_frame_address(0);
	for (uint32_t i = 0; i < n; i++) {
		scan(h, h->ranges[i].lo, h->ranges[i].hi);
		drain(h);
	}
	while (h->overflow)
		rescan(h);
}

/* Frees what is not marked of a run, takes the marks away; returns where the next one is. */
static uint32_t sweep_run(struct sdk_heap *h, uint32_t i)
{
	struct page *page = &h->pages[i];
	uint64_t *marks = h->marks[i];
	uint32_t next = i + page->n;
	bool changed = false;
	if (page->kind == PAGE_FREE)
		return next;
	for (unsigned w = 0; w < WORDS; w++) {
		changed |= page->used[w] != marks[w];
		page->used[w] = marks[w];
		marks[w] = 0;
	}
	if (!changed)
		return next;
	/* Free runs on both sides become one with it: what follows is not a run's first now. */
	if (next < h->n_pages && h->pages[next].kind == PAGE_FREE)
		next += h->pages[next].n;
	if (page->kind == PAGE_SMALL)
		sdk_small_settle(h, page);
	else
		sdk_run_give(h, i, 0);
	return next;
}

static void sweep(struct sdk_heap *h)
{
	for (uint32_t i = first_page(h); i < h->n_pages;)
		i = sweep_run(h, i);
	uint32_t growth = h->n_taken / 2;
	h->gc_at = h->n_taken + (growth > GROWTH_MIN ? growth : GROWTH_MIN);
	h->wants_gc = false;
	h->volume = 0;
	h->figures.collections++;
}

/* With the others frozen, and the first n ranges listed. */
__attribute__((noinline)) static void collect_frozen(struct sdk_heap *h, uint32_t n)
{
	uint64_t since = osaas_now();
	__builtin_unwind_init(); /* every register the caller may keep something in */
	sdk_small_retire(h);
	mark_all(h, n);
	osaas_thaw();
	h->gc_ns += osaas_now() - since;
	sweep(h);
}

int sdk_heap_collect(struct sdk_heap *h)
{
	int n = osaas_freeze(h->ranges, OSAAS_RANGES_MAX, 0);
	if (n < 0)
		return n;
	collect_frozen(h, (uint32_t)n);
	return 0;
}

/* A heap full of what is in use must not be searched for each block that is asked for. */
bool sdk_heap_pressure(struct sdk_heap *h)
{
	if (h->gc && h->volume >= (h->size - h->data) / VOLUME_SHARE)
		return sdk_heap_collect(h) == 0;
	uint32_t before = h->n_taken;
	sdk_small_retire(h);
	return h->n_taken < before;
}

/* Waits until the session is idle; with the lock then, and the number of ranges or an error. */
static int lock_when_idle(struct sdk_heap *h)
{
	for (;;) {
		int n = osaas_freeze(h->ranges, OSAAS_RANGES_MAX, OSAAS_FREEZE_IDLE);
		if (n < 0 || heap_try_lock())
			return n;
		osaas_thaw();
	}
}

static void collect_when_idle(struct sdk_heap *h)
{
	int n = lock_when_idle(h);
	if (n < 0)
		return;
	if (h->wants_gc)
		collect_frozen(h, (uint32_t)n);
	else
		osaas_thaw();
	heap_unlock();
}

/* Pages that were free all the time give their memory back. */
static void trim_when_idle(struct sdk_heap *h)
{
	uint32_t before = h->dirty;
	osaas_alt(NULL, 0, osaas_now() + TRIM_AFTER);
	if (h->dirty < before)
		before = h->dirty;
	if (before < TRIM_MIN || lock_when_idle(h) < 0)
		return;
	osaas_thaw();
	sdk_runs_trim(h, before);
	heap_unlock();
}

/* A coroutine that comes when something has piled up, and goes when that is done. */
static void sdk_heap_keep(void *arg)
{
	struct sdk_heap *h = arg;
	if (h->wants_gc)
		collect_when_idle(h);
	if (h->dirty >= TRIM_MIN)
		trim_when_idle(h);
	h->keeper = false;
}

void sdk_heap_attend(struct sdk_heap *h)
{
	if (h->keeper || (!h->wants_gc && h->dirty < TRIM_MIN))
		return;
	h->keeper = true;
	if (osaas_spawn(sdk_heap_keep, h, KEEPER_STACK) < 0)
		h->keeper = false;
}

int osaas_gc(void)
{
	struct sdk_heap *h = sdk_heap;
	if (!h)
		return 0;
	if (!h->gc)
		return OSAAS_EINVAL;
	heap_lock();
	int r = sdk_heap_collect(h);
	heap_unlock();
	return r;
}

void osaas_heap_get_stats(struct osaas_heap_stats *out)
{
	const struct sdk_heap *h = sdk_heap;
	*out = (struct osaas_heap_stats){0};
	if (!h)
		return;
	out->used = h->figures.used;
	out->peak = h->figures.peak;
	out->size = h->size - h->data;
	out->collections = h->figures.collections;
	out->frozen_ns = h->gc_ns;
}
