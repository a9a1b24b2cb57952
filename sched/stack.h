/*
 * stack: memory for coroutines, with a guard below that faults. Stacks that
 * come back are kept and reused, emptied: nobody reads what was on another's.
 */
#ifndef OSAAS_SCHED_STACK_H
#define OSAAS_SCHED_STACK_H

#include <stddef.h>

#define STACK_GUARD   (64u * 1024)
#define STACK_MIN     (64u * 1024)
#define STACK_DEFAULT (256u * 1024)
#define STACK_MAX     (64u * 1024 * 1024)

struct stack {
	void *lo;    /* lowest usable byte */
	size_t size; /* usable bytes, a power of two */
};

/* stack_get: at least size bytes. 0 or -ENOMEM. */
int stack_get(size_t size, struct stack *out);
void stack_put(struct stack *stack);
/* stack_trim unmaps those that are kept. */
void stack_trim(void);

#endif
