/* Runs of pages: good fit, in constant time but for crowded bins; neighbours that are free are one. */
#include "plugins/sdk/heap.h"

#define LOOK 8 /* runs of the request's own bin that are tried first */

static unsigned log2_of(uint32_t n)
{
	return 31u - (unsigned)__builtin_clz(n);
}

static unsigned bin_of(uint32_t n)
{
	if (n < 8)
		return n;
	unsigned lg = log2_of(n);
	return 8 + (lg - 3) * 8 + (n >> (lg - 3) & 7);
}

static void link_run(struct sdk_heap *h, uint32_t first)
{
	struct page *run = &h->pages[first];
	unsigned bin = bin_of(run->n);
	run->prev = 0;
	run->next = h->runs[bin];
	if (run->next)
		h->pages[run->next].prev = first;
	h->runs[bin] = first;
	h->run_bits[bin / 64] |= UINT64_C(1) << bin % 64;
	h->dirty += run->dirty;
}

static void unlink_run(struct sdk_heap *h, uint32_t first)
{
	struct page *run = &h->pages[first];
	unsigned bin = bin_of(run->n);
	if (run->next)
		h->pages[run->next].prev = run->prev;
	if (run->prev)
		h->pages[run->prev].next = run->next;
	else
		h->runs[bin] = run->next;
	if (!h->runs[bin])
		h->run_bits[bin / 64] &= ~(UINT64_C(1) << bin % 64);
	h->dirty -= run->dirty;
	run->kind = PAGE_INNER;
}

static void make_free(struct sdk_heap *h, uint32_t first, uint32_t n, uint32_t dirty)
{
	struct page *run = &h->pages[first];
	run->kind = PAGE_FREE;
	run->n = n;
	run->dirty = dirty;
	run->first = first;
	h->pages[first + n - 1].first = first;
	link_run(h, first);
}

void sdk_runs_init(struct sdk_heap *h)
{
	uint32_t first = (uint32_t)(h->data >> PAGE_SHIFT);
	h->top = first;
	make_free(h, first, h->n_pages - first, 0);
}

/* The first of the bin that is long enough, among at most max of them. */
static uint32_t search(const struct sdk_heap *h, unsigned bin, uint32_t n, size_t max)
{
	uint32_t run = h->runs[bin];
	for (size_t i = 0; run && i < max; i++, run = h->pages[run].next) {
		if (h->pages[run].n >= n)
			return run;
	}
	return 0;
}

static uint32_t search_above(const struct sdk_heap *h, unsigned bin)
{
	unsigned word = ++bin / 64;
	uint64_t bits = h->run_bits[word] & ~UINT64_C(0) << bin % 64;
	while (!bits && ++word < sizeof h->run_bits / sizeof *h->run_bits)
		bits = h->run_bits[word];
	return bits ? h->runs[word * 64 + (unsigned)__builtin_ctzll(bits)] : 0;
}

static uint32_t find(const struct sdk_heap *h, uint32_t n)
{
	unsigned bin = bin_of(n);
	uint32_t run = search(h, bin, n, LOOK);
	if (!run)
		run = search_above(h, bin);
	return run ? run : search(h, bin, n, SIZE_MAX);
}

static void count(struct sdk_heap *h)
{
	h->figures.used = (uint64_t)h->n_taken << PAGE_SHIFT;
	if (h->figures.used > h->figures.peak)
		h->figures.peak = h->figures.used;
	h->wants_gc |= h->gc && h->n_taken >= h->gc_at;
}

/* Takes the first n pages of a free run; the rest stays free. Returns whether they are zero. */
static bool carve(struct sdk_heap *h, uint32_t first, uint32_t n)
{
	const struct page *run = &h->pages[first];
	uint32_t dirty = run->dirty, rest = run->n - n, end = first + n;
	bool clean = dirty == 0 || first >= h->top;
	unlink_run(h, first);
	if (end > h->top)
		h->top = end;
	/* Where in the run the dirty pages lie is not known: some may be in the rest. */
	uint32_t left = dirty > n ? dirty - n : dirty > 0 && end < h->top;
	if (rest)
		make_free(h, end, rest, left);
	h->n_taken += n;
	count(h);
	return clean;
}

static void claim(struct sdk_heap *h, uint32_t first, uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++) {
		h->pages[i].kind = PAGE_INNER;
		h->pages[i].first = first;
	}
}

uint32_t sdk_run_take(struct sdk_heap *h, uint32_t n, enum page_kind kind, bool *clean)
{
	uint32_t first = find(h, n);
	if (!first)
		return 0;
	*clean = carve(h, first, n);
	claim(h, first, first, first + n);
	h->pages[first].kind = (uint8_t)kind;
	h->pages[first].n = n;
	return first;
}

bool sdk_run_grow(struct sdk_heap *h, uint32_t first, uint32_t n)
{
	uint32_t end = first + h->pages[first].n, more = n - h->pages[first].n;
	if (end >= h->n_pages || h->pages[end].kind != PAGE_FREE ||
		h->pages[end].n < more)
		return false;
	carve(h, end, more);
	claim(h, first, end, first + n);
	h->pages[first].n = n;
	return true;
}

static void release(struct sdk_heap *h, uint32_t first, uint32_t n)
{
	uint32_t end = first + n, before = h->pages[first - 1].first, dirty = n;
	h->n_taken -= n;
	if (end < h->n_pages && h->pages[end].kind == PAGE_FREE) {
		n += h->pages[end].n;
		dirty += h->pages[end].dirty;
		unlink_run(h, end);
	}
	h->pages[first].kind = PAGE_INNER;
	if (h->pages[before].kind == PAGE_FREE && before + h->pages[before].n == first) {
		n += h->pages[before].n;
		dirty += h->pages[before].dirty;
		unlink_run(h, before);
		first = before;
	}
	make_free(h, first, n, dirty);
	count(h);
}

void sdk_run_give(struct sdk_heap *h, uint32_t first, uint32_t at)
{
	uint32_t n = h->pages[first].n;
	h->pages[first].n = at;
	release(h, first + at, n - at);
}

void sdk_run_cut(struct sdk_heap *h, uint32_t first, uint32_t at, uint32_t n)
{
	struct page *page = &h->pages[first];
	if (page->n > at + n)
		sdk_run_give(h, first, at + n);
	if (at == 0)
		return;
	claim(h, first + at, first + at, first + at + n);
	uint32_t head = first + at;
	h->pages[head] = *page;
	h->pages[head].first = head;
	h->pages[head].n = n;
	page->n = at;
	sdk_run_give(h, first, 0);
}

static void trim_run(struct sdk_heap *h, uint32_t first)
{
	struct page *run = &h->pages[first];
	char *at = page_data(h, run);
	size_t left = (size_t)run->n << PAGE_SHIFT;
	/* What was never used need not be given. */
	size_t used = first < h->top ? (size_t)(h->top - first) << PAGE_SHIFT : 0;
	if (left > used)
		left = used;
	while (left) {
		size_t n = left < OSAAS_HEAP_GIVE_MAX ? left : OSAAS_HEAP_GIVE_MAX;
		if (osaas_heap_give(at, n) < 0)
			return;
		at += n;
		left -= n;
	}
	h->dirty -= run->dirty;
	run->dirty = 0;
}

void sdk_runs_trim(struct sdk_heap *h, uint32_t pages)
{
	uint32_t first = (uint32_t)(h->data >> PAGE_SHIFT), given = 0;
	for (; first < h->n_pages && given < pages; first += h->pages[first].n) {
		const struct page *run = &h->pages[first];
		if (run->kind != PAGE_FREE || !run->dirty)
			continue;
		given += run->dirty;
		trim_run(h, first);
	}
}
