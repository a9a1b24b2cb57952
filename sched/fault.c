/*
 * A signal that an instruction caused belongs to the running task if it was running
 * its group's code: then it ends, and the handler sends what is left of it to
 * sched_doom, on a stack of its own. That is so when no host call is in progress and
 *
 *	the PC lies in the group's text; or
 *	the address lies in the guard below the task's stack: sched_host_enter and
 *	what calls it are the first to find no room, and have done nothing yet; or
 *	the PC lies nowhere in this program: the task jumped there.
 *
 * The rest is ours, and goes to whoever had the signal before: a host call, or the
 * scheduler itself on its way from one task to the next. But for fault_copy, which
 * touches what a plugin gave us: there the copy fails, and the host call with it.
 */
#include "sched/fault.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "sched/private.h"
#include "sched/switch.h"
#include "util/clock.h"

#define DOOM_STACK_SIZE ((size_t)32 * 1024)

/* copy_*.S */
extern const char fault_copy_end[];
void fault_copy_failed(void);

/* The linker's: the bounds of this program's own code. */
extern const char __executable_start[], etext[];

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2 /* si_code */
#endif

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
#define SIGNALS (sizeof signals / sizeof *signals)

static struct {
	size_t installed; /* of signals[] */
	struct sigaction old[SIGNALS];
	char *doom_stack; /* where sched_doom runs */
} state;

static bool has_address(int sig, int code)
{
	return code > 0 && code != SI_KERNEL && (sig == SIGSEGV || sig == SIGBUS);
}

/* Only the first counts: what its like do before the loop has ended them is its doing. */
static struct group_fault *note(const struct task *task, enum fault_kind kind)
{
	struct group_fault *f = &task->group->fault;
	preempt_wanted.is.loop = 1;
	if (f->kind != FAULT_NONE)
		return NULL;
	f->kind = kind;
	f->when_ns = clock_now_ns();
	memcpy(f->task, task->name, sizeof f->task);
	return f;
}

static void note_signal(const struct task *task, enum fault_kind kind,
	const siginfo_t *info, const ucontext_t *uc)
{
	struct group_fault *f = note(task, kind);
	if (!f)
		return;
	f->pc = switch_pc(uc);
	f->sp = switch_sp(uc);
	f->n_registers = switch_registers(uc, f->registers);
	if (info) {
		f->sig = info->si_signo;
		f->code = info->si_code;
		f->access = switch_access(uc);
		f->call = kind == FAULT_SYSCALL ? info->si_syscall : 0;
		f->call_arch = kind == FAULT_SYSCALL ? info->si_arch : 0;
		if (has_address(f->sig, f->code))
			f->address = (uintptr_t)info->si_addr;
	}
	fault_trace(f, task, uc);
}

static void doom(ucontext_t *uc)
{
	switch_redirect(uc, sched_doom, state.doom_stack + DOOM_STACK_SIZE);
}

void fault_no_room(ucontext_t *uc)
{
	note_signal(sched.current, FAULT_STACK, NULL, uc);
	doom(uc);
}

void fault_here(void)
{
	note(sched.current, FAULT_STACK);
	switch_leave(sched_doom, state.doom_stack + DOOM_STACK_SIZE);
}

static bool in_copy(uintptr_t pc)
{
	return pc >= (uintptr_t)&fault_copy && pc < (uintptr_t)fault_copy_end;
}

static bool in_program(uintptr_t pc)
{
	return pc >= (uintptr_t)__executable_start && pc < (uintptr_t)etext;
}

static bool is_guard(const struct task *task, const siginfo_t *info)
{
	return info->si_signo == SIGSEGV &&
	       stack_is_guard(&task->stack, (uintptr_t)info->si_addr);
}

static bool is_tasks(const struct task *task, const siginfo_t *info, uintptr_t pc)
{
	if (!task || task->in_host || !task->group->text_hi || info->si_code <= 0)
		return false;
	return group_has_text(task->group, pc) || is_guard(task, info) || !in_program(pc);
}

/*
 * A fault comes again by itself; one that was sent does not. Whose handler is next makes
 * system calls, wherever it came: the fence stays open.
 */
static bool pass(const siginfo_t *info)
{
	for (size_t i = 0; i < SIGNALS; i++) {
		if (signals[i] == info->si_signo)
			sigaction(signals[i], &state.old[i], NULL);
	}
	if (info->si_code <= 0)
		raise(info->si_signo);
	return true;
}

static bool is_dispatch(const siginfo_t *info)
{
	return info->si_signo == SIGSYS && info->si_code == SYS_USER_DISPATCH;
}

static enum fault_kind kind_of(const struct task *task, const siginfo_t *info)
{
	if (is_dispatch(info))
		return FAULT_SYSCALL;
	return is_guard(task, info) ? FAULT_STACK : FAULT_SIGNAL;
}

/* Whether it is passed on. */
static bool handle(int sig, siginfo_t *info, void *context)
{
	struct task *task = sched.current;
	if (is_dispatch(info))
		switch_rewind(context);
	uintptr_t pc = switch_pc(context);
	bool own = is_tasks(task, info, pc);
	if (info->si_code > 0 && in_copy(pc)) {
		if (task)
			note_signal(task, FAULT_POINTER, info, context);
		switch_skip(context, fault_copy_failed);
	} else if (switch_calm(context, sig, info->si_code, own)) {
		return false;
	} else if (own && sig != SIGTRAP && preempt_cut_first(task, context)) {
		return false; /* a trap would not come again */
	} else if (own) {
		note_signal(task, kind_of(task, info), info, context);
		doom(context);
	} else if (!is_dispatch(info)) {
		return pass(info);
	}
	return false;
}

static void handle_fault(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	char fence = fence_selector;
	uintptr_t pc = switch_pc(context);
	fence_selector = FENCE_ALLOWS;
	bool passed = handle(sig, info, context);
	errno = saved;
	if (switch_pc(context) == pc && !passed)
		fence_selector = fence;
}

static int install(void)
{
	struct sigaction sa = {
		.sa_sigaction = handle_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	sigfillset(&sa.sa_mask);
	state.installed = 0;
	for (size_t i = 0; i < SIGNALS; i++) {
		if (sigaction(signals[i], &sa, &state.old[i]) < 0)
			return -errno;
		state.installed++;
	}
	return 0;
}

int fault_init(void)
{
	void *p = mmap(NULL, DOOM_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	state.doom_stack = p;
	return install();
}

void fault_finish(void)
{
	for (size_t i = 0; i < state.installed; i++)
		sigaction(signals[i], &state.old[i], NULL);
	if (state.doom_stack)
		munmap(state.doom_stack, DOOM_STACK_SIZE);
	state.installed = 0;
	state.doom_stack = NULL;
}
