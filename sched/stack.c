#include "sched/stack.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "sched/sanitize.h"

#define POOL_MAX 64

static struct stack pool[POOL_MAX];
static size_t pooled;

static size_t round_size(size_t size)
{
	size_t n = STACK_MIN;
	while (n < size)
		n *= 2;
	return n;
}

static int map_stack(size_t size, struct stack *out)
{
	char *base = mmap(NULL, size + STACK_GUARD, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (base == MAP_FAILED)
		return -ENOMEM;
	if (mprotect(base + STACK_GUARD, size, PROT_READ | PROT_WRITE) < 0) {
		munmap(base, size + STACK_GUARD);
		return -ENOMEM;
	}
	*out = (struct stack){.lo = base + STACK_GUARD, .size = size};
	return 0;
}

int stack_get(size_t size, struct stack *out)
{
	if (size > STACK_MAX)
		return -ENOMEM;
	size = round_size(size ? size : STACK_DEFAULT);
	for (size_t i = pooled; i-- > 0;) {
		if (pool[i].size != size)
			continue;
		*out = pool[i];
		pool[i] = pool[--pooled];
		return 0;
	}
	return map_stack(size, out);
}

static void unmap_stack(const struct stack *stack)
{
	munmap((char *)stack->lo - STACK_GUARD, stack->size + STACK_GUARD);
}

void stack_put(struct stack *stack)
{
	if (!stack->lo)
		return;
	sanitize_unpoison(stack->lo, stack->size);
	if (pooled < POOL_MAX && madvise(stack->lo, stack->size, MADV_DONTNEED) == 0)
		pool[pooled++] = *stack;
	else
		unmap_stack(stack);
	*stack = (struct stack){0};
}

void stack_trim(void)
{
	while (pooled)
		unmap_stack(&pool[--pooled]);
}
