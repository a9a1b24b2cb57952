/* Small blocks: spans of pages cut into blocks of one class. */
#include "plugins/sdk/heap.h"

static const struct {
	uint16_t size;
	uint8_t pages;
} classes[CLASSES] = {
	{16, 1},
	{32, 2},
	{48, 3},
	{64, 4},
	{80, 4},
	{96, 4},
	{112, 4},
	{128, 4},
	{160, 4},
	{192, 4},
	{224, 4},
	{256, 4},
	{320, 4},
	{384, 4},
	{448, 4},
	{512, 4},
	{640, 5},
	{768, 3},
	{896, 7},
	{1024, 4},
	{1280, 5},
	{1536, 6},
	{1792, 7},
	{2048, 8},
	{2560, 5},
	{3072, 6},
	{3584, 7},
	{4096, 8},
	{5120, 5},
	{6144, 6},
	{7168, 7},
	{8192, 8},
};

size_t sdk_small_size(unsigned cls)
{
	return classes[cls].size;
}

static struct bin *bin_of(struct sdk_heap *h, const struct page *page)
{
	return &h->bins[page->atomic][page->cls];
}

static bool is_empty(const struct page *page)
{
	return !(page->used[0] | page->used[1] | page->used[2] | page->used[3]);
}

/* The bits of the word that are blocks. */
static uint64_t valid(const struct page *page, unsigned word)
{
	unsigned before = word * 64;
	if (page->count <= before)
		return 0;
	unsigned n = page->count - before;
	return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

static void unlink_partial(struct sdk_heap *h, struct page *page)
{
	if (page->next)
		h->pages[page->next].prev = page->prev;
	if (page->prev)
		h->pages[page->prev].next = page->next;
	else
		bin_of(h, page)->partial = page->next;
}

static void link_partial(struct sdk_heap *h, struct page *page)
{
	struct bin *bin = bin_of(h, page);
	uint32_t i = (uint32_t)(page - h->pages);
	page->state = SPAN_PARTIAL;
	page->prev = 0;
	page->next = bin->partial;
	if (page->next)
		h->pages[page->next].prev = i;
	bin->partial = i;
}

/* The builtin would be a call of libgcc's. */
static unsigned count_bits(uint64_t v)
{
	v -= v >> 1 & UINT64_C(0x5555555555555555);
	v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
	v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(v * UINT64_C(0x0101010101010101) >> 56);
}

/* Makes the first word with a free block the bin's; false: all are in use. */
static bool load(struct sdk_heap *h, struct bin *bin, struct page *page)
{
	for (unsigned w = 0; w < WORDS; w++) {
		uint64_t free = ~page->used[w] & valid(page, w);
		if (!free)
			continue;
		bin->free = free;
		bin->word = &page->used[w];
		bin->at = page_data(h, page) + (size_t)w * 64 * page->size;
		bin->size = page->size;
		h->volume += (uint64_t)count_bits(free) * page->size;
		return true;
	}
	return false;
}

static struct page *make_span(struct sdk_heap *h, unsigned cls, bool atomic)
{
	bool clean;
	uint32_t first = sdk_run_take(h, classes[cls].pages, PAGE_SMALL, &clean);
	if (!first)
		return NULL;
	struct page *page = &h->pages[first];
	uint32_t size = classes[cls].size;
	for (unsigned w = 0; w < WORDS; w++)
		page->used[w] = 0;
	page->size = (uint16_t)size;
	page->count = (uint16_t)((classes[cls].pages << PAGE_SHIFT) / size);
	page->recip = (uint32_t)(((UINT64_C(1) << 32) + size - 1) / size);
	page->cls = (uint8_t)cls;
	page->atomic = atomic;
	return page;
}

static struct page *next_span(
	struct sdk_heap *h, struct bin *bin, unsigned cls, bool atomic)
{
	if (!bin->partial)
		return make_span(h, cls, atomic);
	struct page *page = &h->pages[bin->partial];
	unlink_partial(h, page);
	return page;
}

static void *take(struct bin *bin)
{
	unsigned i = (unsigned)__builtin_ctzll(bin->free);
	bin->free &= bin->free - 1;
	*bin->word |= UINT64_C(1) << i;
	return bin->at + (size_t)i * bin->size;
}

void *sdk_small_refill(struct sdk_heap *h, unsigned cls, bool atomic)
{
	struct bin *bin = &h->bins[atomic][cls];
	struct page *page = bin->current ? &h->pages[bin->current] : NULL;
	if (page && load(h, bin, page))
		return take(bin);
	if (page)
		page->state = SPAN_FULL;
	bin->current = 0;
	bin->word = NULL;
	page = next_span(h, bin, cls, atomic);
	if (!page)
		return NULL;
	page->state = SPAN_CURRENT;
	bin->current = (uint32_t)(page - h->pages);
	load(h, bin, page);
	return take(bin);
}

void sdk_small_settle(struct sdk_heap *h, struct page *page)
{
	bool empty = is_empty(page);
	if (page->state == SPAN_PARTIAL && empty)
		unlink_partial(h, page);
	if (empty)
		sdk_run_give(h, (uint32_t)(page - h->pages), 0);
	else if (page->state == SPAN_FULL)
		link_partial(h, page);
}

void sdk_small_freed(struct sdk_heap *h, struct page *page)
{
	if (page->state != SPAN_CURRENT)
		sdk_small_settle(h, page);
}

static bool is_full(const struct page *page)
{
	for (unsigned w = 0; w < WORDS; w++) {
		if (~page->used[w] & valid(page, w))
			return false;
	}
	return true;
}

void sdk_small_retire(struct sdk_heap *h)
{
	for (unsigned i = 0; i < 2 * CLASSES; i++) {
		struct bin *bin = &h->bins[i / CLASSES][i % CLASSES];
		struct page *page = &h->pages[bin->current];
		bin->free = 0;
		bin->word = NULL;
		if (!bin->current)
			continue;
		bin->current = 0;
		page->state = SPAN_FULL;
		if (!is_full(page))
			sdk_small_settle(h, page);
	}
}
