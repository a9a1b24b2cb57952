/*
 * A plugin may compute for ever; the loop must still get the processor. Two
 * signals do it, both to this thread: SIGRTMIN+1 from a one-shot timer, and
 * SIGURG from descriptors that became readable (preempt_watch). The handler
 * diverts the running task if that is safe (RUNTIME.md, section 3):
 *
 *	the PC lies in the text of the task's group, and no host call is in
 *	progress: otherwise libc or our own state may be torn;
 *	the stack has room for the saved registers.
 *
 * If it is not safe, preempt_wanted stays set: sched_host_leave and the
 * scheduler look at it. A signal may also fall into the few instructions
 * between those places and the plugin: so the timer is armed again, or a hog
 * that is just being entered would run for ever.
 */
#include "sched/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sched/switch.h"
#include "util/clock.h"
#include "util/log.h"

#define SIG_HINT       SIGURG /* standard: it coalesces; an rt signal would queue 50,000 */
#define SIG_TICK       (SIGRTMIN + 1)
#define RETRY_NS       (100 * NS_PER_US) /* well above handler and timer cost */
#define EARLY_NS       (60 * NS_PER_US) /* cheaper to end a turn than to arm the timer again */
#define ALT_STACK_SIZE ((size_t)64 * 1024)
/*
 * With a frozen clock the timer counts this thread's own time: how busy the machine is
 * changes nothing. After so much of it the loop is wanted, and the clock moves on.
 */
#define FROZEN_RUN_NS  (10 * NS_PER_MS)
#define FROZEN_STEP_NS (4 * NS_PER_MS)

volatile union preempt_wanted preempt_wanted;
struct preempt_counts preempt_counts;

static struct {
	timer_t timer;
	bool have_timer;
	volatile uint64_t armed_ns; /* 0: not armed, or it has expired */
	volatile unsigned retries;
	bool set;            /* and not disarmed since, expired or not */
	bool frozen;         /* the clock was, at preempt_init */
	volatile bool spent; /* ... and the time that may be run was */
	void *alt_stack;
} state;

static void settime(uint64_t ns)
{
	struct itimerspec it = {.it_value = ns_timespec(ns)};
	timer_settime(state.timer, TIMER_ABSTIME, &it, NULL);
}

static void run_for(uint64_t ns)
{
	struct itimerspec it = {.it_value = ns_timespec(ns)};
	state.armed_ns = ns;
	state.set = true;
	timer_settime(state.timer, 0, &it, NULL);
}

void preempt_arm(uint64_t ns)
{
	unsigned retries = state.retries;
	if (state.frozen) {
		if (!state.armed_ns)
			run_for(FROZEN_RUN_NS);
		return;
	}
	if (state.armed_ns && state.armed_ns <= ns)
		return;
	state.armed_ns = ns;
	state.set = true;
	settime(ns);
	/* Meanwhile the handler wanted it earlier, and this came over it. */
	if (state.retries != retries) {
		state.armed_ns = 0;
		preempt_retry();
	}
}

void preempt_disarm(void)
{
	if (!state.set)
		return;
	state.set = false;
	state.armed_ns = 0;
	settime(0);
}

void preempt_retry(void)
{
	state.retries++;
	if (state.frozen)
		run_for(RETRY_NS);
	else
		preempt_arm(clock_now_ns() + RETRY_NS);
}

void preempt_step(void)
{
	if (!state.spent)
		return;
	state.spent = false;
	if (clock_frozen_ns)
		clock_frozen_ns += FROZEN_STEP_NS;
}

static bool stack_has(const struct task *task, uintptr_t sp, size_t need)
{
	uintptr_t lo = (uintptr_t)task->stack.lo;
	return sp >= lo + need && sp <= lo + task->stack.size;
}

/* Not now: whoever is at work looks at preempt_wanted when it is done. */
static void defer(const struct task *task, const ucontext_t *uc)
{
	preempt_counts.deferred++;
	if (!task->in_host && !switch_is_diverted(uc))
		preempt_retry();
}

static void take(struct task *task, ucontext_t *uc)
{
	if (!group_has_text(task->group, switch_pc(uc)) || task->in_host) {
		defer(task, uc);
		return;
	}
	preempt_counts.diverted++;
	if (stack_has(task, switch_sp(uc), switch_divert_need()))
		switch_divert(uc);
	else
		fault_no_room(uc);
}

/* A task that makes no host call any more is cut here; till then the timer stays armed. */
static void replay(struct task *task, ucontext_t *uc)
{
	if (group_has_text(task->group, switch_pc(uc)) && !task->in_host &&
		journal_cut_next())
		take(task, uc);
	else
		preempt_retry();
}

bool preempt_cut_first(struct task *task, ucontext_t *uc)
{
	if (!journal_replaying() ||
		!stack_has(task, switch_sp(uc), switch_divert_need()) ||
		!journal_cut_next())
		return false;
	preempt_counts.diverted++;
	switch_divert(uc);
	return true;
}

/* Returns false when nothing is due yet: the timer was armed for an earlier turn. */
static bool tick(void)
{
	preempt_counts.ticks++;
	state.armed_ns = 0;
	if (!sched.current || preempt_wanted.is.loop)
		return true;
	if (state.frozen) {
		state.spent = true;
		return true;
	}
	uint64_t due = sched.due_ns;
	if (due == UINT64_MAX)
		return false;
	if (clock_now_ns() + EARLY_NS >= due)
		return true;
	preempt_arm(due);
	return false;
}

static void handle_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	char fence = fence_selector;
	uintptr_t pc = switch_pc(context);
	bool wanted = true;
	fence_selector = FENCE_ALLOWS;
	if (sig == SIG_HINT)
		preempt_counts.hints++;
	else
		wanted = tick();
	struct task *task = sched.current;
	if (journal_replaying()) {
		if (task)
			replay(task, context);
	} else if (wanted) {
		preempt_wanted.is.loop = 1;
		if (task)
			take(task, context);
	}
	errno = saved;
	if (switch_pc(context) == pc)
		fence_selector = fence;
}

static int install_handler(int sig)
{
	struct sigaction sa = {
		.sa_sigaction = handle_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIG_HINT);
	sigaddset(&sa.sa_mask, SIG_TICK);
	return sigaction(sig, &sa, NULL) < 0 ? -errno : 0;
}

static int make_alt_stack(void)
{
	void *p = mmap(NULL, ALT_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	state.alt_stack = p;
	stack_t ss = {.ss_sp = state.alt_stack, .ss_size = ALT_STACK_SIZE};
	return sigaltstack(&ss, NULL) < 0 ? -errno : 0;
}

static int make_timer(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIG_TICK};
#ifdef sigev_notify_thread_id
	ev.sigev_notify_thread_id = gettid();
#else
	ev._sigev_un._tid = gettid();
#endif
	state.frozen = clock_frozen_ns != 0;
	if (timer_create(state.frozen ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &ev,
		    &state.timer) < 0)
		return -errno;
	state.have_timer = true;
	return 0;
}

int preempt_init(void)
{
	preempt_counts = (struct preempt_counts){0};
	int r = switch_init();
	if (r == 0)
		r = make_alt_stack();
	if (r == 0)
		r = make_timer();
	if (r == 0)
		r = install_handler(SIG_HINT);
	if (r == 0)
		r = install_handler(SIG_TICK);
	if (r == 0)
		r = fault_init();
	if (r < 0) {
		log_error("preemption cannot be set up: %s; nothing can run without it",
			strerror(-r));
		preempt_finish();
	}
	return r;
}

void preempt_finish(void)
{
	signal(SIG_HINT, SIG_IGN);
	signal(SIG_TICK, SIG_IGN);
	fault_finish();
	if (state.have_timer)
		timer_delete(state.timer);
	stack_t off = {.ss_flags = SS_DISABLE};
	sigaltstack(&off, NULL);
	if (state.alt_stack)
		munmap(state.alt_stack, ALT_STACK_SIZE);
	memset(&state, 0, sizeof state);
	preempt_wanted.any = 0;
}

int preempt_watch(int fd)
{
	struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = gettid()};
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETOWN_EX, &owner) < 0 ||
		fcntl(fd, F_SETSIG, SIG_HINT) < 0 ||
		fcntl(fd, F_SETFL, flags | O_ASYNC) < 0)
		return -ENOTSUP;
	/* eventfd, timerfd, epoll and DRM accept it and do nothing: it does not stick. */
	return fcntl(fd, F_GETFL) & O_ASYNC ? 0 : -ENOTSUP;
}
