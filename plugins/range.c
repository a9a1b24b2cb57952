/*
 * Where plugins are mapped: one reserved range, so that the fence can be told of it. What
 * is not in use has no access. Reserved once, never given back.
 */
#include <assert.h>
#include <sys/mman.h>

#include "plugins/private.h"

#define RANGE_SIZE                                                                       \
	((size_t)64 << 30) /* of addresses; of these there are 2,000 times as many */
#define RANGE_SMALL ((size_t)2 << 30) /* where a limit is set (ulimit -v) */

static struct {
	bool tried;
	uintptr_t lo, size;
	struct list taken; /* mapping.link, by address */
} range;

static void *reserve(void *at, size_t size, int flags)
{
	return mmap(at, size, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

static void set_up(void)
{
	if (range.tried)
		return;
	range.tried = true;
	list_init(&range.taken);
	for (size_t size = RANGE_SIZE; size >= RANGE_SMALL && !range.size; size /= 2) {
		void *p = reserve(NULL, size, 0);
		if (p == MAP_FAILED)
			continue;
		range.lo = (uintptr_t)p;
		range.size = size;
	}
}

void range_bounds(uintptr_t *lo, size_t *size)
{
	set_up();
	*lo = range.lo;
	*size = range.size;
}

/* The first gap that is large enough, a page of nothing around it. */
int range_take(struct mapping *m)
{
	set_up();
	uintptr_t at = range.lo + ELF_PAGE;
	struct list *before = &range.taken;
	list_for_each (other, &range.taken, struct mapping, link) {
		before = &other->link;
		if ((uintptr_t)other->base - at >= m->span + ELF_PAGE)
			break;
		at = (uintptr_t)other->base + other->span + ELF_PAGE;
		before = &range.taken;
	}
	if (range.lo + range.size - at < m->span)
		return -1;
	m->base = (uint8_t *)at;
	list_push_back(before, &m->link);
	return 0;
}

void range_give(struct mapping *m)
{
	void *p = reserve(m->base, m->span, MAP_FIXED);
	assert(p == m->base);
	list_remove(&m->link);
}
