/*
 * switch: the only files that know a stack pointer (switch.h, switch_*.S,
 * arch_*.c). One pair per CPU.
 */
#ifndef OSAAS_SCHED_SWITCH_H
#define OSAAS_SCHED_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "sched/fault.h"

/*
 * switch_to saves the caller's callee-saved registers and floating-point control words on
 * its stack, its stack pointer in *save, and goes on where `to` was saved. When somebody
 * comes back, it returns *answer as it is then. 2 to 6 ns.
 *
 * switch_quick is for when neither of the two has other control words than the ABI's: it
 * neither reads nor loads them. Below 2 ns.
 *
 * Made to be called last: the one indirect jump by which they go on leads straight to the
 * caller of whoever waits. A return there would always be predicted wrong, since the
 * processor expects it to match the last call, which the other task made.
 */
#if defined(__x86_64__)
extern int (*switch_to)(
	void **save, void *to, const int *answer); /* set by switch_init */
int switch_quick(void **save, void *to, const int *answer);
#else
int switch_to(void **save, void *to, const int *answer);
#define switch_quick switch_to
#endif

/* switch_clean makes the flags fit for our own code: the direction flag may be a plugin's. */
static inline void switch_clean(void)
{
#if defined(__x86_64__)
	__asm__ volatile("cld" ::: "cc");
#endif
}

/* switch_make lays out a stack so that the first switch_to it calls fn(arg). fn never returns. */
void *switch_make(void *stack_top, void (*fn)(void *arg), void *arg);

/*
 * Preemption. A signal handler on its own stack diverts the interrupted code
 * to a trampoline that saves every register the CPU has (GPRs, flags, vector
 * state) on the interrupted stack, calls preempt_taken(), and goes on as if
 * nothing had been. switch_divert_need is the stack it takes in bytes.
 *
 * On aarch64 the way back to any pc needs a register of its own: x18, which the ABI
 * leaves to the platform, is ours. Code that is preempted is built with -ffixed-x18.
 */
uintptr_t switch_pc(const ucontext_t *uc);
uintptr_t switch_sp(const ucontext_t *uc);
size_t switch_divert_need(void);
void switch_divert(ucontext_t *uc);
/* Whether it was interrupted on its way there: preempt_taken is still to be called. */
bool switch_is_diverted(const ucontext_t *uc);
/* switch_redirect makes the interrupted code go on in fn() on another stack; what it did is lost. */
void switch_redirect(ucontext_t *uc, void (*fn)(void), void *stack_top);

/*
 * For faults. switch_skip makes it go on at `to` as if it had jumped there.
 * switch_calm: whether it only stopped because of a flag that some plugin left set:
 * x86's check of alignment, or, unless this is its own code, of single steps. Then
 * that is cleared, and all is well.
 */
uintptr_t switch_fp(const ucontext_t *uc);
/*
 * Where the innermost function returns to if it has made no frame: a guess. jumped: it
 * was called, and was not there. The stack pointer must be readable. 0: not known.
 */
uintptr_t switch_link(const ucontext_t *uc, bool jumped);
void switch_skip(ucontext_t *uc, void (*to)(void));
/* Back to the system call instruction before the pc, as it was before that. */
void switch_rewind(ucontext_t *uc);
bool switch_calm(ucontext_t *uc, int sig, int code, bool own);
enum fault_access switch_access(const ucontext_t *uc);
/* By fault_register_name; returns how many. */
unsigned switch_registers(const ucontext_t *uc, uint64_t out[FAULT_REGISTERS]);
#define SWITCH_CALL_MAX 7
/* Whether a call stands before pc; SWITCH_CALL_MAX bytes before it can be read. */
bool switch_called(uintptr_t pc);

/* switch_leave goes on in fn() on another stack, which never comes back. */
void switch_leave(void (*fn)(void), void *stack_top);

/* switch_init probes what vector state there is to save. 0 or -ENOTSUP. */
int switch_init(void);

/* Called by the trampoline; in sched.c. */
void preempt_taken(void);

#endif
