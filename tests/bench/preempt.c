/*
 * Being interrupted and going on: complete, from the signal to the next task and back,
 * beside a signal whose handler is empty. Both signals are raised by the code that is
 * interrupted, so that no timer is in it.
 */
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cases.h"
#include "contest.h"
#include "util/clock.h"

#define ROUNDS 5000

/* What a plugin's text is to the scheduler. */
#define HOG_TEXT __attribute__((section("hogtext"), noinline))
extern char __start_hogtext[], __stop_hogtext[];

static long process, thread;

/* In line: the C library's text is no plugin's. */
static inline __attribute__((always_inline)) void raise_here(long sig)
{
#if defined(__x86_64__)
	long r = SYS_tgkill;
	__asm__ volatile("syscall"
			 : "+a"(r)
			 : "D"(process), "S"(thread), "d"(sig)
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long r __asm__("x0") = process;
	register long a __asm__("x1") = thread;
	register long b __asm__("x2") = sig;
	register long nr __asm__("x8") = SYS_tgkill;
	__asm__ volatile("svc 0" : "+r"(r) : "r"(a), "r"(b), "r"(nr) : "memory");
#endif
}

HOG_TEXT static void raise_often(long sig)
{
	for (int i = 0; i < ROUNDS; i++)
		raise_here(sig);
}

static void hog(void *unused)
{
	(void)unused;
	raise_often(SIGURG);
}

static double preempt_ns(int hogs)
{
	uint64_t before = bench_group.preemptions;
	for (int i = 0; i < hogs; i++)
		bench_task(&bench_group, hog, NULL);
	uint64_t start = clock_now_ns();
	run_until_over(&bench_group);
	double ns = (double)(clock_now_ns() - start);
	uint64_t n = bench_group.preemptions - before;
	return n >= (uint64_t)hogs * ROUNDS * 9 / 10 ? ns / (double)n : NAN;
}

static void empty(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
}

static double signal_ns(int unused)
{
	(void)unused;
	uint64_t start = clock_now_ns();
	raise_often(SIGUSR2);
	return (double)(clock_now_ns() - start) / ROUNDS;
}

void case_preempt(void)
{
	case_begin();
	bench_group.text_lo = (uintptr_t)__start_hogtext;
	bench_group.text_hi = (uintptr_t)__stop_hogtext;
	process = getpid();
	thread = gettid();
	struct sigaction sa = {
		.sa_sigaction = empty,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};
	sigaction(SIGUSR2, &sa, NULL);
	contest_run(&(struct contest){
		.name = "preempt and resume",
		.unit = "ns",
		.ours = {.run = preempt_ns, .arg = 2},
		.sides = {{.run = signal_ns,
			.name = "signal to itself, empty handler",
			.bound = 1.3}},
	});
	case_end();
}
