/*
 * fence: a system call made by a task's own code ends the task, by the kernel's Syscall
 * User Dispatch. A fence, not a wall: code that means to can get round it.
 *
 * Two forms. Range (Linux 6.18): calls from a range of addresses, in which all such
 * code lies, are trapped; costs 35 ns a system call, nothing else. Selector (5.11): a
 * byte says whether calls are trapped, set on the way to such code and cleared on the way back;
 * 85 ns. x86-64 only so far.
 */
#ifndef OSAAS_SCHED_FENCE_H
#define OSAAS_SCHED_FENCE_H

#include <stddef.h>
#include <stdint.h>

enum fence_mode {
	FENCE_AUTO, /* the better form that there is */
	FENCE_OFF,
	FENCE_RANGE,    /* this or none: */
	FENCE_SELECTOR, /* for tests and measurements */
};

/*
 * sched_fence_init puts it up for this thread, after sched_init; sched_finish takes it down.
 * [lo, lo + size): where all tasks' own code lies; size 0: anywhere. 0, or -ENOTSUP:
 * the kernel, or the range, is not such that it can; then there is none.
 */
int sched_fence_init(enum fence_mode mode, uintptr_t lo, size_t size);

/* sched_fence: what is up: FENCE_OFF, FENCE_RANGE or FENCE_SELECTOR. */
enum fence_mode sched_fence(void);

#endif
