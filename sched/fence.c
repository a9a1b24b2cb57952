/*
 * The selector stays "block" only while a task's own code runs: from sched_host_leave,
 * or the end of preempt_taken, to sched_host_enter, its end or a signal handler. A handler that
 * returns there has to say "block" again first; its way back, rt_sigreturn, is
 * a system call then, and passes because it comes from the one place that is always
 * let through: the C library's restorer. The kernel looks at the address behind the
 * instruction, so that must be within, too.
 *
 * Should the selector ever block our own code, the call is made again without.
 */
#include "sched/fence.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/private.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define DISPATCH_OFF       0
#define DISPATCH_SELECTOR  1 /* everywhere but in a range, as a byte says */
#define DISPATCH_INCLUSIVE 2 /* in a range only */

volatile char fence_selector;

static enum fence_mode form = FENCE_OFF;

static int dispatch(int how, uintptr_t lo, size_t size, volatile char *selector)
{
	return prctl(PR_SET_SYSCALL_USER_DISPATCH, how, lo, size, selector) < 0 ? -errno
										: 0;
}

#ifdef __x86_64__
/* As the kernel has it; glibc keeps the restorer to itself. */
struct kernel_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

/* mov $15, %rax; syscall. */
static const uint8_t restorer_code[] = {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05};

static int selector_form(void)
{
	struct kernel_sigaction sa = {0};
	if (syscall(SYS_rt_sigaction, SIGSYS, NULL, &sa, sizeof sa.mask) < 0)
		return -errno;
	if (!sa.restorer || memcmp(sa.restorer, restorer_code, sizeof restorer_code) != 0)
		return -ENOTSUP;
	return dispatch(DISPATCH_SELECTOR, (uintptr_t)sa.restorer,
		sizeof restorer_code + 1, &fence_selector);
}
#else
static int selector_form(void)
{
	return -ENOTSUP;
}
#endif

static int range_form(uintptr_t lo, size_t size)
{
	return size ? dispatch(DISPATCH_INCLUSIVE, lo, size, NULL) : -ENOTSUP;
}

int sched_fence_init(enum fence_mode mode, uintptr_t lo, size_t size)
{
	if (form != FENCE_OFF)
		dispatch(DISPATCH_OFF, 0, 0, NULL);
	form = FENCE_OFF;
	fence_selector = FENCE_ALLOWS;
	if (mode == FENCE_OFF)
		return 0;
	if (mode != FENCE_SELECTOR && range_form(lo, size) == 0)
		form = FENCE_RANGE;
	else if (mode != FENCE_RANGE && selector_form() == 0)
		form = FENCE_SELECTOR;
	return form == FENCE_OFF ? -ENOTSUP : 0;
}

enum fence_mode sched_fence(void)
{
	return form;
}
