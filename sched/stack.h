/*
 * stack: memory for coroutines, with a guard below that faults. Stacks that
 * come back are kept and reused, emptied: nobody reads what was on another's.
 *
 * Stacks of one size are cut from slabs of up to 64. Guards are made by
 * MADV_GUARD_INSTALL (Linux 6.13), which leaves a slab one mapping: 40,000
 * stacks then need no more mappings than a few. On older kernels it is
 * mprotect, two mappings a stack, and vm.max_map_count ends it at 32,000.
 *
 * What is kept is bounded in bytes: 4 MiB of top pages that stay resident,
 * 8 MiB of stacks not emptied yet (counted whole), and 2 GiB of address space
 * in slabs nobody uses (4 MiB of page tables). What is more goes back.
 */
#ifndef OSAAS_SCHED_STACK_H
#define OSAAS_SCHED_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STACK_GUARD   (64u * 1024)
#define STACK_MIN     (64u * 1024)
#define STACK_DEFAULT (256u * 1024)
#define STACK_MAX     (64u * 1024 * 1024)

struct slab;

struct stack {
	void *lo;          /* lowest usable byte */
	size_t size;       /* usable bytes, a power of two */
	struct slab *slab; /* stack.c's */
};

/* stack_get: at least size bytes (0: STACK_DEFAULT), all zero. 0 or -ENOMEM. */
int stack_get(size_t size, struct stack *out);
/* stack_put gives it back and zeroes *stack. A stack that is zero is none: harmless. */
void stack_put(struct stack *stack);
/* stack_trim unmaps the slabs nobody uses. */
void stack_trim(void);
/* Whether addr lies in the guard below the stack: an access there is its overflow. */
bool stack_is_guard(const struct stack *stack, uintptr_t addr);

#endif
