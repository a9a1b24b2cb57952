#include "heap_host.h"

#include <sys/mman.h>

#include "plugins/include/osaas.h"
#include "plugins/include/osaas_std.h"
#include "cases.h"
#include "util/clock.h"

#define SIZE ((size_t)64 << 20)

struct osaas_range heap_host_root;

int osaas_heap(struct osaas_heap *heap)
{
	void *base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	*heap = (struct osaas_heap){.base = base, .size = SIZE, .flags = OSAAS_HEAP_GC};
	return base == MAP_FAILED ? OSAAS_ENOMEM : 0;
}

/* The keeper is a coroutine: here it never comes, and nothing is given back. */
int osaas_spawn(void (*fn)(void *arg), void *arg, size_t stack)
{
	(void)fn;
	(void)arg;
	(void)stack;
	return OSAAS_ENOMEM;
}

int osaas_heap_give(void *at, size_t size)
{
	(void)at;
	(void)size;
	return 0;
}

int osaas_freeze(struct osaas_range *ranges, uint32_t max, uint32_t flags)
{
	(void)max;
	(void)flags;
	ranges[0] = (struct osaas_range){0};
	ranges[1] = heap_host_root;
	return 2;
}

void osaas_thaw(void)
{
}

void osaas_yield(void)
{
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

void osaas_printf(int level, const char *format, ...)
{
	(void)level;
	bench_die("%s", format);
}
