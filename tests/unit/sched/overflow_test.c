/* A task that leaves its stack: ended where that is safe, a crash where it is not. */
#include "helper.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sanitize.h"
#include "sched/switch.h"

static volatile long stop;
static int n_others;

/* Plain recursion, a frame at a time. */
static volatile int deep_enough = 1 << 30;

HOGTEXT static int recurse(int depth)
{
	volatile char frame[512];
	frame[0] = (char)depth;
	return depth < deep_enough ? recurse(depth + 1) + frame[0] : 0;
}

static int recurse_in_host(int depth)
{
	volatile char frame[512];
	frame[0] = (char)depth;
	return depth < deep_enough ? recurse_in_host(depth + 1) + frame[0] : 0;
}

HOGTEXT static void poke(volatile char *at)
{
	*at = 1;
}

static volatile char *guard(size_t below)
{
	uintptr_t lo, hi;
	task_stack(task_self(), &lo, &hi);
	return (volatile char *)(lo - below);
}

static void by_recursion(void *arg)
{
	(void)arg;
	recurse(0);
	fail();
}

static void by_write(void *arg)
{
	(void)arg;
	poke(guard(1));
	fail();
}

static void by_write_far(void *arg)
{
	(void)arg;
	poke(guard(60000));
	fail();
}

static void by_preemption(void *arg)
{
	(void)arg;
	spin_off_stack();
}

static void other(void *arg)
{
	(void)arg;
	for (int i = 0; i < 50; i++) {
		task_yield();
		n_others++;
	}
}

static const struct {
	const char *name;
	void (*fn)(void *);
} ways[] = {
	{"recursion", by_recursion},
	{"a write", by_write},
	{"a write far below", by_write_far},
	{"preemption", by_preemption},
};
#define WAYS (sizeof ways / sizeof *ways)

/* It alone ends, its group says so, and its like and others go on. Again and again. */
static void test_ended(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5 * WAYS; i++) {
		struct group group;
		group_with_hogtext(&group, "deep");
		n_others = 0;
		spawn("other", other, NULL);
		spawn_in(&group, "sibling", other, NULL);
		spawn_in(&group, "deep", ways[i % WAYS].fn, NULL);
		run_until_idle();
		if (group.fault.kind != FAULT_STACK || n_others != 100 ||
			group.n_tasks != 0)
			fail_msg("%s: fault %u, others %d, left %zu", ways[i % WAYS].name,
				group.fault.kind, n_others, group.n_tasks);
		assert_int_equal(test_group.fault.kind, FAULT_NONE);
	}
}

/* The floating point it was in the middle of does not stay behind. */
#ifdef __x86_64__
HOGTEXT static void fill_x87_and_poke(volatile char *at)
{
	static const unsigned mxcsr = 0x7f80, cw = 0x0f7f;
	__asm__ volatile(
		"fldcw %1\n\tldmxcsr %0\n\t"
		"fld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\tfld1\n\t"
		"movb $1, (%2)"
		:
		: "m"(mxcsr), "m"(cw), "r"(at)
		: "memory");
}

static void leave_x87_full(void *arg)
{
	(void)arg;
	fill_x87_and_poke(guard(1));
}

static void test_floating_point(void **state)
{
	static volatile long double half = 0.5L;
	(void)state;
	spawn("full", leave_x87_full, NULL);
	run_until_idle();
	assert_int_equal(test_group.fault.kind, FAULT_STACK);
	assert_true(half + half == 1.0L);
}
#endif

/*
 * Room for what the trampoline saves and calls: measured by what they touch. Instrumented
 * calls touch more than switch_divert_need reckons with.
 */
#ifdef OSAAS_ASAN
#define MORE 2048
#else
#define MORE 0
#endif
static uintptr_t lowest;

HOGTEXT static void spin_at(volatile long *until, uintptr_t sp)
{
#if defined(__x86_64__)
	__asm__ volatile("movq %%rsp, %%rbx\n\tmovq %1, %%rsp\n"
			 "1:\tcmpq $0, (%0)\n\tje 1b\n\tmovq %%rbx, %%rsp"
			 :
			 : "r"(until), "r"(sp)
			 : "rbx", "memory", "cc");
#elif defined(__aarch64__)
	__asm__ volatile("mov x20, sp\n\tmov sp, %1\n"
			 "1:\tldr x21, [%0]\n\tcbz x21, 1b\n\tmov sp, x20"
			 :
			 : "r"(until), "r"(sp)
			 : "x20", "x21", "memory");
#endif
}

static void spin_with(void *arg)
{
	uintptr_t lo, hi;
	task_stack(task_self(), &lo, &hi);
	spin_at(&stop, lo + (size_t)(intptr_t)arg);
	for (lowest = lo; *(volatile char *)lowest == 0; lowest++)
		;
	lowest -= lo;
}

static void end_spin(void *arg)
{
	(void)arg;
	stop = 1;
}

static void test_room_for_the_registers(void **state)
{
	size_t need = (switch_divert_need() + 15) & ~(size_t)15;
	(void)state;
	for (int less = 0; less < 2; less++) {
		stop = 0;
		lowest = 0;
		test_group.fault.kind = FAULT_NONE;
		spawn("tight", spin_with,
			(void *)(intptr_t)(less ? need - 16 : need + MORE));
		spawn("stop", end_spin, NULL);
		run_until_idle();
		assert_int_equal(test_group.fault.kind, less ? FAULT_STACK : FAULT_NONE);
		if (!less && lowest < 128)
			fail_msg("%zu of %zu bytes were left", (size_t)lowest, need);
	}
}

/* A host call with any stack left: on it, just below it, or too little for it. */
HOGTEXT static void call_at(void (*call)(void), uintptr_t sp)
{
#if defined(__x86_64__)
	__asm__ volatile("movq %%rsp, %%rbx\n\tmovq %1, %%rsp\n\t"
			 "call *%0\n\tmovq %%rbx, %%rsp"
			 :
			 : "r"(call), "r"(sp)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",
			 "r11", "memory", "cc");
#elif defined(__aarch64__)
	__asm__ volatile("mov x20, sp\n\tmov sp, %1\n\tblr %0\n\tmov sp, x20"
			 :
			 : "r"(call), "r"(sp)
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",
			 "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x20",
			 "x30", "memory", "cc");
#endif
}

static int n_calls;

static void call_with(void *arg)
{
	uintptr_t lo, hi;
	task_stack(task_self(), &lo, &hi);
	call_at(sched_host_enter, lo + (size_t)(intptr_t)arg);
	n_calls++;
	sched_host_leave();
}

static void test_host_call(void **state)
{
	(void)state;
	for (size_t left = 0; left <= 17 * 1024; left += left < 4096 ? 16 : 512) {
		bool room = left > 16 * 1024;
		test_group.fault.kind = FAULT_NONE;
		n_calls = n_others = 0;
		spawn("caller", call_with, (void *)(intptr_t)left);
		spawn("other", other, NULL);
		run_until_idle();
		if ((test_group.fault.kind == FAULT_STACK) == room || n_calls != room ||
			n_others != 50)
			fail_msg("%zu bytes: fault %u, calls %d, others %d", left,
				test_group.fault.kind, n_calls, n_others);
	}
}

static volatile uintptr_t guard_of_nobody = 16;

/* What must not be survived: the session's own state may be torn, or it is no overflow. */
static void in_host_call(void *arg)
{
	(void)arg;
	sched_host_enter();
	recurse(0);
}

static void without_text(void *arg)
{
	(void)arg;
	recurse_in_host(0);
}

static void in_host_code(void *arg)
{
	(void)arg;
	*(volatile char *)guard_of_nobody = 1;
}

static void sent(void *arg)
{
	(void)arg;
	raise(SIGSEGV);
}

static void die_of(void (*fn)(void *))
{
	const struct rlimit no_core = {0, 0};
	setrlimit(RLIMIT_CORE, &no_core);
	sched_finish();
	signal(SIGSEGV, SIG_DFL);
	sched_setup(NULL);
	if (fn == without_text)
		group_init(&test_group, "host");
	spawn("crash", fn, NULL);
	for (int i = 0; i < 100; i++)
		sched_run();
	_exit(0);
}

static void test_crashes(void **state)
{
	static const struct {
		const char *name;
		void (*fn)(void *);
	} cases[] = {
		{"in a host call", in_host_call},
		{"in a task of the host's own", without_text},
		{"in the program's own code", in_host_code},
		{"sent by somebody", sent},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status;
		pid_t child = fork();
		if (child == 0)
			die_of(cases[i].fn);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV)
			fail_msg("%s: survived, or died otherwise: %#x", cases[i].name,
				status);
	}
}

/* cmocka takes SIGSEGV for itself after a test's setup: so that is the test's own. */
static void within_sched(void **state)
{
	void (*const *test)(void **) = *state;
	assert_int_equal(sched_setup(NULL), 0);
	(*test)(state);
	assert_int_equal(sched_teardown(NULL), 0);
}

int main(void)
{
	static void (*const tests_of[])(void **) = {
		test_ended,
		test_room_for_the_registers,
		test_host_call,
		test_crashes,
#ifdef __x86_64__
		test_floating_point,
#endif
	};
#define T(i, test_name)                                                                  \
	{                                                                                \
		.name = test_name, .test_func = within_sched,                            \
		.initial_state = (void *)(uintptr_t)&tests_of[i]                         \
	}
	const struct CMUnitTest tests[] = {
		T(0, "test_ended"),
		T(1, "test_room_for_the_registers"),
		T(2, "test_host_call"),
		T(3, "test_crashes"),
#ifdef __x86_64__
		T(4, "test_floating_point"),
#endif
	};
	return cmocka_run_group_tests_name("overflow", tests, NULL, NULL);
}
