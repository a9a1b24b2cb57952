#include "helper.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sanitize.h"
#include "sched/stack.h"

#define GUARD_INSTALL 102
#define MANY          40000

#ifdef OSAAS_ASAN
#define ASAN_MAPS 600 /* its allocator's */
#else
#define ASAN_MAPS 0
#endif

/* What the kernel of the test refuses: the guards of Linux 6.13, or emptying (locked memory). */
static bool no_guard_install, no_dontneed;

int madvise(void *addr, size_t length, int advice)
{
	if ((no_guard_install && advice == GUARD_INSTALL) ||
		(no_dontneed && advice == MADV_DONTNEED)) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_madvise, addr, length, advice);
}

static bool has_guard_install(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p = mmap(
		NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool has = madvise(p, page, GUARD_INSTALL) == 0 &&
		   getrusage(RUSAGE_SELF, p) < 0; /* EFAULT */
	munmap(p, page);
	return has;
}

static long count_maps(void)
{
	long n = 0;
	FILE *f = fopen("/proc/self/maps", "r");
	for (int c; (c = getc(f)) != EOF;)
		n += c == '\n';
	fclose(f);
	return n;
}

/* Field 0: address space, 1: resident. Bytes. */
static size_t statm(int field)
{
	size_t pages[2] = {0};
	FILE *f = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(f, "%zu %zu", &pages[0], &pages[1]), 2);
	fclose(f);
	return pages[field] * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t read_max_map_count(void)
{
	size_t n = 0;
	FILE *f = fopen("/proc/sys/vm/max_map_count", "r");
	if (f && fscanf(f, "%zu", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

static int teardown(void **state)
{
	(void)state;
	no_guard_install = no_dontneed = false;
	stack_trim();
	return 0;
}

static void test_sizes(void **state)
{
	(void)state;
	static const struct {
		size_t ask, get;
	} cases[] = {
		{0, STACK_DEFAULT},
		{1, STACK_MIN},
		{STACK_MIN, STACK_MIN},
		{STACK_MIN + 1, 2 * STACK_MIN},
		{STACK_DEFAULT, STACK_DEFAULT},
		{3 << 20, 4 << 20},
		{STACK_MAX, STACK_MAX},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stack s;
		assert_int_equal(stack_get(cases[i].ask, &s), 0);
		assert_int_equal(s.size, cases[i].get);
		((volatile char *)s.lo)[0] = 1;
		((volatile char *)s.lo)[s.size - 1] = 1;
		stack_put(&s);
		assert_null(s.lo);
		stack_put(&s);
	}
	struct stack none;
	assert_int_equal(stack_get((size_t)STACK_MAX + 1, &none), -ENOMEM);
	assert_int_equal(stack_get(SIZE_MAX, &none), -ENOMEM);
}

static struct stack under_test;

static void handle_fault(int sig, siginfo_t *info, void *context)
{
	_exit(stack_is_guard(&under_test, (uintptr_t)info->si_addr) ? 42 : 1);
}

/* 42: it faulted, in the guard. 0: it did not. */
static int touch_in_child(char *at)
{
	struct sigaction sa = {.sa_sigaction = handle_fault, .sa_flags = SA_SIGINFO};
	int status;
	pid_t child = fork();
	if (child == 0) {
		sigaction(SIGSEGV, &sa, NULL);
		*(volatile char *)at = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check_guard(void)
{
	static const struct {
		long at;
		int status;
	} cases[] = {
		{-(long)STACK_GUARD, 42},
		{-(long)STACK_GUARD / 2, 42},
		{-1, 42},
		{0, 0},
		{STACK_DEFAULT - 1, 0},
	};
	/* Several of a slab, new and used. */
	struct stack s[4];
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(stack_get(0, &s[i]), 0);
		for (size_t i = 0; i < 4 * sizeof cases / sizeof *cases; i++) {
			under_test = s[i % 4];
			char *at = (char *)under_test.lo + cases[i / 4].at;
			assert_int_equal(touch_in_child(at), cases[i / 4].status);
		}
		for (int i = 0; i < 4; i++)
			stack_put(&s[i]);
	}
}

static void test_guard(void **state)
{
	(void)state;
	if (!has_guard_install())
		return; /* not here; in TAP, cmocka counts a skipped test as failed */
	check_guard();
}

static void test_guard_old_kernel(void **state)
{
	(void)state;
	no_guard_install = true;
	check_guard();
}

static void test_is_guard(void **state)
{
	(void)state;
	struct stack s, none = {0};
	assert_int_equal(stack_get(0, &s), 0);
	uintptr_t lo = (uintptr_t)s.lo;
	assert_true(stack_is_guard(&s, lo - 1));
	assert_true(stack_is_guard(&s, lo - STACK_GUARD));
	assert_false(stack_is_guard(&s, lo));
	assert_false(stack_is_guard(&s, lo - STACK_GUARD - 1));
	assert_false(stack_is_guard(&s, lo + s.size));
	assert_false(stack_is_guard(&none, 0));
	assert_false(stack_is_guard(&none, UINTPTR_MAX));
	stack_put(&s);
}

static void get_many(struct stack *s, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(stack_get(size, &s[i]), 0);
}

/* In two passes: neighbours do not come back together. */
static void put_many(struct stack *s, size_t n)
{
	for (size_t i = 0; i < n; i += 2)
		stack_put(&s[i]);
	for (size_t i = 1; i < n; i += 2)
		stack_put(&s[i]);
}

static bool is_zero(const struct stack *s)
{
	const unsigned char *p = s->lo;
	return p[0] == 0 && memcmp(p, p + 1, s->size - 1) == 0;
}

/* More than stay hot, so that every way of emptying is taken; and from every state. */
static void check_reuse(void)
{
	enum {
		N = 1300
	};
	static struct stack s[N];
	for (int round = 0; round < 3; round++) {
		get_many(s, N, STACK_MIN);
		for (size_t i = 0; i < N; i++) {
			if (!is_zero(&s[i]))
				fail_msg("round %d: stack %zu is not empty", round, i);
			memset(s[i].lo, 0xaa, s[i].size);
		}
		put_many(s, N);
	}
}

/* In any order, half of them in use: clean, hot and dirty ones in one slab. */
static void check_churn(void)
{
	enum {
		N = 2600
	};
	static struct stack s[N];
	srand(1);
	for (int i = 0; i < 10000; i++) {
		struct stack *one = &s[rand() % N];
		if (one->lo) {
			stack_put(one);
			continue;
		}
		assert_int_equal(stack_get(STACK_MIN, one), 0);
		if (!is_zero(one))
			fail_msg("step %d: the stack is not empty", i);
		memset(one->lo, 0xaa, one->size);
	}
	put_many(s, N);
}

static void soil(struct stack *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		memset(s[i].lo, 0xaa, s[i].size);
}

/* One slab with stacks that were emptied beside some that are still to be. */
static void check_mixture(void)
{
	enum {
		HOT = 1100,
		N = 32
	};
	static struct stack hot[HOT], s[N], large;
	stack_trim();
	get_many(hot, HOT, 2 * STACK_MIN);
	put_many(hot, HOT);
	get_many(s, N, STACK_MIN);
	soil(s, N);
	put_many(s + N / 4, N / 4);
	get_many(&large, 1, 16 << 20);
	stack_put(&large); /* too large to wait: all are emptied */
	put_many(s, N / 4);
	get_many(s, N / 2, STACK_MIN);
	for (size_t i = 0; i < N / 2; i++)
		assert_true(is_zero(&s[i]));
	put_many(s, N);
}

static void test_reuse_is_empty(void **state)
{
	(void)state;
	check_reuse();
	check_churn();
	check_mixture();
}

static void test_reuse_of_locked_memory(void **state)
{
	(void)state;
	no_dontneed = true;
	check_reuse();
	check_churn();
	check_mixture();
}

static void test_nothing_is_left(void **state)
{
	(void)state;
	enum {
		N = 500
	};
	static struct stack s[N];
	for (int old = 0; old < 2; old++) {
		no_guard_install = old;
		stack_trim();
		long maps = count_maps();
		size_t bytes = mallinfo2().uordblks;
		get_many(s, N, 0);
		put_many(s, N);
		stack_trim();
		assert_int_equal(count_maps(), maps);
		assert_int_equal(mallinfo2().uordblks, bytes);
	}
}

/* What is kept has a bound in bytes: resident, and of address space. */
static void test_pool_is_bounded(void **state)
{
	(void)state;
	enum {
		N = 8000,
		DEEP = 32 * 1024
	};
	static struct stack s[N];
	size_t room = statm(0), resident = statm(1);
	get_many(s, N, STACK_MIN);
	for (size_t i = 0; i < N; i++)
		memset((char *)s[i].lo + s[i].size - DEEP, 1, DEEP);
	assert_true(statm(1) - resident > (size_t)N * DEEP / 10 * 9);
	put_many(s, N);
#ifndef OSAAS_ASAN /* its shadow stays */
	assert_true(statm(1) < resident + ((size_t)14 << 20));
#endif
	get_many(s, N, STACK_MAX / 64);
	put_many(s, N);
	assert_true(statm(0) < room + ((size_t)2200 << 20));
	stack_trim();
	assert_true(statm(0) < room + ((size_t)64 << 20));
}

static int yielded;

static void yielder(void *arg)
{
	(void)arg;
	task_yield();
	yielded++;
}

/* 40,000 coroutines at once: no mapping each, and hardly more than a page resident. */
static void test_many(void **state)
{
	if (!has_guard_install())
		return; /* not here; in TAP, cmocka counts a skipped test as failed */
#ifdef OSAAS_ASAN
	size_t size = STACK_MIN, most = SIZE_MAX; /* its shadow is an eighth of it all */
#else
	size_t size = 0, most = 8192;
#endif
	sched_setup(state);
	long maps = count_maps();
	size_t resident = statm(1);
	for (int i = 0; i < MANY; i++)
		assert_non_null(task_create(
			&test_group, "many", yielder, NULL, size, TASK_NORMAL));
	while (test_group.n_tasks == MANY && yielded == 0)
		sched_run();
	assert_true(count_maps() < maps + 16 + ASAN_MAPS);
	assert_true((statm(1) - resident) / MANY <= most);
	run_until_idle();
	assert_int_equal(yielded, MANY);
	assert_int_equal(sched_teardown(state), 0);
	assert_true(count_maps() <= maps + ASAN_MAPS);
}

/* Without them mappings run out: an error, after which everything goes on. */
static void test_mappings_run_out(void **state)
{
	(void)state;
	size_t limit = read_max_map_count(), n = 0;
	if (limit == 0 || limit > 200000)
		return; /* not here; in TAP, cmocka counts a skipped test as failed */
	long maps = count_maps();
	size_t bytes = mallinfo2().uordblks;
	no_guard_install = true;
	struct stack *s = calloc(limit, sizeof *s), one;
	while (n < limit && stack_get(STACK_MIN, &s[n]) == 0)
		n++;
	assert_true(n > limit / 3 && n < limit);
	assert_int_equal(stack_get(STACK_MIN, &one), -ENOMEM);
	assert_int_equal(stack_get(0, &one), -ENOMEM);
	/* Room for one is room for another, of another size too. */
	for (size_t i = n; i-- > n - 200;)
		stack_put(&s[i]);
	n -= 200;
	for (int i = 0; i < 20; i++)
		get_many(&s[n++], 1, i % 2 ? 0 : STACK_MIN);
	put_many(s, n);
	free(s);
	stack_trim();
	assert_in_range(count_maps(), 1, maps + ASAN_MAPS);
	assert_int_equal(mallinfo2().uordblks, bytes);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		T(test_sizes),
		T(test_guard),
		T(test_guard_old_kernel),
		T(test_is_guard),
		T(test_reuse_is_empty),
		T(test_reuse_of_locked_memory),
		T(test_nothing_is_left),
		T(test_pool_is_bounded),
		T(test_many),
		T(test_mappings_run_out),
	};
	return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
