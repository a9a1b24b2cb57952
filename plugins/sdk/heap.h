/*
 * heap: malloc's inside, for sdk/heap*.c only. All of it lies in the plugin's region:
 *
 *	struct sdk_heap | struct page each | marks each | ranges | mark stack | data pages
 *
 * Data pages are cut into runs: a free one, one large block, or a span of small blocks
 * of one class. What is in use is in bitmaps beside the blocks, not in them: so a free
 * block is never touched, a second free is seen, and for any address there is at once
 * the block it lies in, which is what a conservative collector asks for.
 *
 * THE LOCK. A coroutine is preempted anywhere, here too, and another one of the plugin
 * may call malloc then. Taking the lock is one instruction, so nobody can be between
 * looking and taking; who finds it taken yields until the holder, who is ready as well
 * and of the same group, has gone on. Host calls under the lock do not wait.
 */
#ifndef OSAAS_SDK_HEAP_H
#define OSAAS_SDK_HEAP_H

#include <osaas.h>

#include <stdbool.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  ((size_t)1 << PAGE_SHIFT)

/* Small blocks: 16 to 128 by 16, then four sizes per doubling up to 8192. */
#define CLASSES    32
#define SMALL_MAX  8192
#define WORDS      4 /* of a bitmap: at most 256 blocks a span */
#define SPAN_PAGES 8 /* of the largest */

/* Free runs by length: 1 to 7 pages each for itself, then eight bins per doubling. */
#define RUN_BINS 152

enum page_kind {
	PAGE_INNER, /* not the first of its run; or the heap's own */
	PAGE_FREE,
	PAGE_SMALL,
	PAGE_LARGE,
};
enum page_state {     /* of a span */
	SPAN_CURRENT, /* its bin's */
	SPAN_PARTIAL, /* in its bin's list */
	SPAN_FULL,    /* in none */
};

/* One per page; all but `first` counts in the first page of a run only. 0 is no page. */
struct page {
	uint64_t used[WORDS]; /* small: a bit per block; large: 1 */
	uint32_t first; /* the run's; stale inside of free ones: check against its n */
	uint32_t n;     /* pages of the run */
	uint32_t next, prev;  /* free: of its run bin; small, partial: of its bin */
	uint32_t recip;       /* small: 2^32 / size, rounded up */
	uint16_t size, count; /* small: bytes of a block, blocks */
	uint8_t kind;         /* enum page_kind */
	uint8_t cls;
	uint8_t state;  /* enum page_state */
	uint8_t atomic; /* its blocks hold no pointers */
	uint32_t
		dirty; /* free: pages that may be resident and not zero, about; 0: none is */
};
_Static_assert(sizeof(struct page) == 64, "a cache line");

/* Where blocks of a class come from: 64 of its current span at a time. */
struct bin {
	uint64_t free; /* bits of *word that are clear */
	uint64_t *word;
	char *at; /* the block of bit 0 */
	uint32_t size;
	uint32_t current; /* page; 0: none */
	uint32_t partial; /* page.next */
};

struct sdk_heap {
	struct osaas_heap_figures figures; /* first: the host reads it */
	char *base;
	size_t data;                 /* offset of the first data page */
	size_t size;                 /* of the region */
	uint32_t n_pages, n_taken;   /* of the region; in use, of the data */
	uint32_t top;                /* from this page on nothing was ever used */
	uint32_t dirty;              /* sum over free runs */
	struct bin bins[2][CLASSES]; /* [1]: atomic */
	uint32_t runs[RUN_BINS];     /* page.next */
	uint64_t run_bits[(RUN_BINS + 63) / 64]; /* which are not empty */
	struct page *pages;
	uint64_t (*marks)[WORDS];
	struct osaas_range *ranges;
	char **stack; /* blocks that are marked and not looked into yet */
	size_t stack_n, stack_max;
	bool overflow; /* there was no room for one */
	bool gc;
	uint64_t volume; /* bytes handed out since the last collection, about */
	uint32_t gc_at;  /* n_taken at which one is wanted */
	uint64_t gc_ns;  /* all of them so far */
	bool wants_gc, wants_trim, keeper;
};

/* NULL before the first call. In .bss, but not a root: it does not point to a block. */
extern struct sdk_heap *sdk_heap;
extern unsigned sdk_heap_taken;

static inline bool heap_try_lock(void)
{
	bool taken;
#if defined(__x86_64__)
	/* Not atomic for other CPUs, which is what would take time. */
	__asm__ volatile("btsl $0, %0"
			 : "+m"(sdk_heap_taken), "=@ccc"(taken)
			 :
			 : "memory");
#else
	taken = __atomic_exchange_n(&sdk_heap_taken, 1, __ATOMIC_ACQUIRE);
#endif
	return !taken;
}

static inline void heap_lock(void)
{
	while (__builtin_expect(!heap_try_lock(), false))
		osaas_yield();
}

static inline void heap_unlock(void)
{
	__atomic_store_n(&sdk_heap_taken, 0, __ATOMIC_RELEASE);
}

/* The block that offset lies in, of the small span page; count or more: in none. */
static inline uint64_t small_index(
	const struct sdk_heap *h, const struct page *page, uint64_t offset)
{
	uint64_t first = (uint64_t)(page - h->pages) << PAGE_SHIFT;
	return (offset - first) * page->recip >> 32;
}

/* Of a size up to SMALL_MAX. */
static inline unsigned sdk_small_class(size_t size)
{
	size_t last = size ? size - 1 : 0;
	if (last < 128)
		return (unsigned)(last >> 4);
	unsigned lg = 63u - (unsigned)__builtin_clzll(last);
	return 8 + (lg - 7) * 4 + (unsigned)(last >> (lg - 2) & 3);
}

static inline struct page *page_at(const struct sdk_heap *h, uint64_t offset)
{
	return &h->pages[h->pages[offset >> PAGE_SHIFT].first];
}

static inline char *page_data(const struct sdk_heap *h, const struct page *page)
{
	return h->base + ((size_t)(page - h->pages) << PAGE_SHIFT);
}

/*
 * heap_runs.c. sdk_run_take: n pages, the first of which it returns, or 0. They are of
 * the kind; *clean: all zero. sdk_run_grow makes a large block of n pages longer, if what
 * follows is free. sdk_run_give frees the last pages of a run from its at-th on, sdk_run_cut
 * all but n of a large block's, from its at-th on.
 */
void sdk_runs_init(struct sdk_heap *h);
uint32_t sdk_run_take(struct sdk_heap *h, uint32_t n, enum page_kind kind, bool *clean);
bool sdk_run_grow(struct sdk_heap *h, uint32_t first, uint32_t n);
void sdk_run_give(struct sdk_heap *h, uint32_t first, uint32_t at);
void sdk_run_cut(struct sdk_heap *h, uint32_t first, uint32_t at, uint32_t n);
/* Gives about that many pages of free runs back to the system. */
void sdk_runs_trim(struct sdk_heap *h, uint32_t pages);

/* heap_small.c. A block for a bin that has none at hand, or NULL; what freeing may lead to. */
void *sdk_small_refill(struct sdk_heap *h, unsigned cls, bool atomic);
void sdk_small_freed(struct sdk_heap *h, struct page *page);
/* No bin has a current span any more; spans without a block in use are free. */
void sdk_small_retire(struct sdk_heap *h);
/* A span after blocks of it have gone; it may go itself. Not a current one. */
void sdk_small_settle(struct sdk_heap *h, struct page *page);
size_t sdk_small_size(unsigned cls);

/* heap.c. A large block, or NULL. The run that has a block in use at p; or it ends the plugin. */
void *sdk_large_take(struct sdk_heap *h, size_t size, bool atomic, bool *clean);
struct page *sdk_heap_find(struct sdk_heap *h, const void *p, const char *what);

/*
 * heap_gc.c. sdk_heap_pressure makes room, if it can: false. All of it under the lock.
 * sdk_heap_attend starts the keeper if it is wanted; without the lock.
 */
bool sdk_heap_pressure(struct sdk_heap *h);
int sdk_heap_collect(struct sdk_heap *h);
void sdk_heap_attend(struct sdk_heap *h);

#endif
