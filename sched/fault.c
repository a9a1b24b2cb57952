/*
 * SIGSEGV in the guard below the running task's stack ends the task, unless a host
 * call is under way, whose state would be torn. The PC need not be in the group's text:
 * sched_host_enter and what calls it are the first to find no room, and
 * have done nothing yet. Any other SIGSEGV goes to whoever had the signal before.
 */
#include <errno.h>
#include <sys/mman.h>

#include "sched/private.h"
#include "sched/switch.h"

#define DOOM_STACK_SIZE ((size_t)32 * 1024)

static struct {
	bool installed;
	struct sigaction old;
	char *doom_stack; /* where sched_doom runs */
} state;

static void note_overflow(void)
{
	sched.current->group->overflowed = true;
}

void fault_no_room(ucontext_t *uc)
{
	note_overflow();
	switch_redirect(uc, sched_doom, state.doom_stack + DOOM_STACK_SIZE);
}

void fault_here(void)
{
	note_overflow();
	switch_leave(sched_doom, state.doom_stack + DOOM_STACK_SIZE);
}

/* A fault comes again by itself; one that was sent does not. */
static void pass(const siginfo_t *info)
{
	sigaction(SIGSEGV, &state.old, NULL);
	if (info->si_code <= 0)
		raise(SIGSEGV);
}

static bool is_overflow(const struct task *task, const siginfo_t *info)
{
	return task->group->text_hi && !task->in_host && info->si_code > 0 &&
	       stack_is_guard(&task->stack, (uintptr_t)info->si_addr);
}

static void handle_fault(int sig, siginfo_t *info, void *context)
{
	struct task *task = sched.current;
	if (task && is_overflow(task, info))
		fault_no_room(context);
	else
		pass(info);
}

int fault_init(void)
{
	struct sigaction sa = {
		.sa_sigaction = handle_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	void *p = mmap(NULL, DOOM_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	state.doom_stack = p;
	sigfillset(&sa.sa_mask);
	if (sigaction(SIGSEGV, &sa, &state.old) < 0)
		return -errno;
	state.installed = true;
	return 0;
}

void fault_finish(void)
{
	if (state.installed)
		sigaction(SIGSEGV, &state.old, NULL);
	if (state.doom_stack)
		munmap(state.doom_stack, DOOM_STACK_SIZE);
	state.installed = false;
	state.doom_stack = NULL;
}
