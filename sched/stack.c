#include "sched/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sched/sanitize.h"
#include "util/list.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

#define SLAB_STACKS 64u
#define SLAB_BYTES  ((size_t)16 << 20) /* of stacks, unless one is larger */
#define CLASSES     11                 /* STACK_MIN << 0 .. STACK_MAX */

#define POOL_HOT    ((size_t)4 << 20)
#define POOL_DIRTY  ((size_t)8 << 20)
#define POOL_UNUSED ((size_t)2 << 30)

/*
 * A free stack is one of four. Emptying by madvise costs a flush of the TLB and
 * later a page fault, 1.1 us each; so the top page, which every coroutine
 * touches, is zeroed by hand while POOL_HOT lasts, and the rest waits to be
 * emptied many at a time.
 *
 *	fresh  no guard yet, never used        neither guarded, dirty nor hot
 *	clean  empty                           guarded
 *	hot    empty, its top page resident    guarded, hot
 *	dirty  to be emptied                   guarded, dirty
 */
struct slab {
	struct list link;       /* class[], while one of its stacks is free */
	struct list dirty_link; /* pool.dirty, while one of its stacks is dirty */
	char *base;
	size_t size; /* of one stack, without its guard */
	unsigned n;
	unsigned cls;
	uint64_t free, guarded, dirty, hot; /* a bit per stack */
};

static struct list class[CLASSES]; /* slab.link */
static struct {
	struct list dirty; /* slab.dirty_link */
	size_t page;       /* bytes; 0: not set up */
	bool guards;       /* MADV_GUARD_INSTALL does what it says */
	size_t hot_bytes, dirty_bytes, unused_bytes;
} pool;

/* Tried, not asked: an emulator takes any advice and does nothing. */
static bool has_guards(void)
{
	void *at = mmap(NULL, pool.page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return false;
	bool has = madvise(at, pool.page, MADV_GUARD_INSTALL) == 0 &&
		   getrusage(RUSAGE_SELF, at) < 0 && errno == EFAULT;
	munmap(at, pool.page);
	return has;
}

static void set_up(void)
{
	pool.page = (size_t)sysconf(_SC_PAGESIZE);
	pool.guards = has_guards();
	list_init(&pool.dirty);
	for (unsigned i = 0; i < CLASSES; i++)
		list_init(&class[i]);
}

static unsigned class_of(size_t size)
{
	unsigned cls = 0;
	while (((size_t)STACK_MIN << cls) < size)
		cls++;
	return cls;
}

static uint64_t bit(unsigned i)
{
	return UINT64_C(1) << i;
}

static unsigned lowest(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

static bool unused(const struct slab *slab)
{
	return slab->free == UINT64_MAX >> (64 - slab->n);
}

static size_t slab_bytes(const struct slab *slab)
{
	return slab->n * (slab->size + STACK_GUARD);
}

static char *guard_of(const struct slab *slab, unsigned i)
{
	return slab->base + i * (slab->size + STACK_GUARD);
}

static char *stack_of(const struct slab *slab, unsigned i)
{
	return guard_of(slab, i) + STACK_GUARD;
}

static struct slab *slab_create(unsigned cls)
{
	size_t size = (size_t)STACK_MIN << cls, n = SLAB_BYTES / size;
	struct slab *slab = calloc(1, sizeof *slab);
	if (!slab)
		return NULL;
	slab->size = size;
	slab->cls = cls;
	slab->n = n > SLAB_STACKS ? SLAB_STACKS : n ? (unsigned)n : 1;
	slab->base = mmap(NULL, slab_bytes(slab), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (slab->base == MAP_FAILED) {
		free(slab);
		return NULL;
	}
	/* Else one touch may make 2 MiB resident. Refused where there are no huge pages. */
	madvise(slab->base, slab_bytes(slab), MADV_NOHUGEPAGE);
	slab->free = UINT64_MAX >> (64 - slab->n);
	list_init(&slab->dirty_link);
	list_push_front(&class[cls], &slab -> link);
	pool.unused_bytes += slab_bytes(slab);
	return slab;
}

static void forget_dirty(struct slab *slab)
{
	pool.dirty_bytes -= (size_t)__builtin_popcountll(slab->dirty) * slab->size;
	slab->dirty = 0;
	list_remove(&slab->dirty_link);
}

/* Of an unused slab. Where mappings are short munmap may fail: then it is kept. */
static void slab_release(struct slab *slab)
{
	if (munmap(slab->base, slab_bytes(slab)) < 0)
		return;
	forget_dirty(slab);
	pool.hot_bytes -= (size_t)__builtin_popcountll(slab->hot) * pool.page;
	pool.unused_bytes -= slab_bytes(slab);
	list_remove(&slab->link);
	free(slab);
}

static void discard(void *at, size_t bytes)
{
	if (bytes && madvise(at, bytes, MADV_DONTNEED) < 0)
		memset(at, 0, bytes); /* locked memory */
}

/* Empties the dirty stacks of a slab, neighbours in one go: their guards stay. */
static void slab_empty(struct slab *slab)
{
	uint64_t left = slab->dirty;
	while (left) {
		unsigned first = lowest(left), end = first;
		while (end < slab->n && (left & bit(end)))
			left &= ~bit(end++);
		char *lo = stack_of(slab, first), *hi = guard_of(slab, end);
		if (madvise(lo, (size_t)(hi - lo), MADV_DONTNEED) == 0)
			continue;
		for (unsigned i = first; i < end; i++)
			discard(stack_of(slab, i), slab->size);
	}
	forget_dirty(slab);
}

static void empty_all(void)
{
	while (!list_empty(&pool.dirty))
		slab_empty(container_of(pool.dirty.next, struct slab, dirty_link));
}

static int make_guard(struct slab *slab, unsigned i)
{
	char *at = guard_of(slab, i);
	if (slab->guarded & bit(i))
		return 0;
	bool made = pool.guards && madvise(at, STACK_GUARD, MADV_GUARD_INSTALL) == 0;
	if (!made && mprotect(at, STACK_GUARD, PROT_NONE) < 0)
		return -ENOMEM;
	slab->guarded |= bit(i);
	return 0;
}

static unsigned choose(struct slab *slab)
{
	if (slab->hot)
		return lowest(slab->hot);
	if (slab->dirty && (slab->dirty == (slab->free & slab->guarded)))
		slab_empty(slab);
	uint64_t clean = slab->free & slab->guarded & ~slab->dirty;
	return lowest(clean ? clean : slab->free);
}

static int slab_take(struct slab *slab, struct stack *out)
{
	unsigned i = choose(slab);
	if (make_guard(slab, i) < 0) {
		if (unused(slab))
			slab_release(slab);
		return -ENOMEM;
	}
	if (unused(slab))
		pool.unused_bytes -= slab_bytes(slab);
	if (slab->hot & bit(i))
		pool.hot_bytes -= pool.page;
	slab->hot &= ~bit(i);
	slab->free &= ~bit(i);
	if (!slab->free)
		list_remove(&slab->link);
	*out = (struct stack){.lo = stack_of(slab, i), .size = slab->size, .slab = slab};
	return 0;
}

static int take(unsigned cls, struct stack *out)
{
	list_for_each_safe (slab, &class[cls], struct slab, link) {
		if (slab_take(slab, out) == 0)
			return 0;
	}
	struct slab *slab = slab_create(cls);
	return slab ? slab_take(slab, out) : -ENOMEM;
}

int stack_get(size_t size, struct stack *out)
{
	if (size > STACK_MAX)
		return -ENOMEM;
	if (!pool.page)
		set_up();
	unsigned cls = class_of(size ? size : STACK_DEFAULT);
	if (take(cls, out) == 0)
		return 0;
	/* What is kept for other sizes may be what is missing. */
	stack_trim();
	return take(cls, out);
}

static void make_hot(struct slab *slab, unsigned i)
{
	char *lo = stack_of(slab, i);
	discard(lo, slab->size - pool.page);
	memset(lo + slab->size - pool.page, 0, pool.page);
	slab->hot |= bit(i);
	pool.hot_bytes += pool.page;
}

static void make_dirty(struct slab *slab, unsigned i)
{
	if (!slab->dirty)
		list_push_back(&pool.dirty, &slab->dirty_link);
	slab->dirty |= bit(i);
	pool.dirty_bytes += slab->size;
}

static void handle_unused(struct slab *slab)
{
	pool.unused_bytes += slab_bytes(slab);
	if (pool.unused_bytes > POOL_UNUSED)
		slab_release(slab);
}

void stack_put(struct stack *stack)
{
	struct slab *slab = stack->slab;
	if (!slab)
		return;
	size_t at = (size_t)((char *)stack->lo - slab->base);
	unsigned i = (unsigned)(at / (slab->size + STACK_GUARD));
	sanitize_unpoison(stack->lo, stack->size);
	if (pool.hot_bytes + pool.page <= POOL_HOT)
		make_hot(slab, i);
	else
		make_dirty(slab, i);
	if (!slab->free)
		list_push_front(&class[slab->cls], &slab -> link);
	slab->free |= bit(i);
	if (unused(slab))
		handle_unused(slab);
	if (pool.dirty_bytes > POOL_DIRTY)
		empty_all();
	*stack = (struct stack){0};
}

void stack_trim(void)
{
	for (unsigned i = 0; pool.page && i < CLASSES; i++) {
		list_for_each_safe (slab, &class[i], struct slab, link) {
			if (unused(slab))
				slab_release(slab);
		}
	}
}

bool stack_is_guard(const struct stack *stack, uintptr_t addr)
{
	uintptr_t lo = (uintptr_t)stack->lo;
	return stack->slab && addr < lo && addr >= lo - STACK_GUARD;
}
