#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "heap_host.h"

#define MIB ((size_t)1 << 20)

static int setup(void **state)
{
	(void)state;
	heap_new(16 * MIB, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	heap_delete();
	return 0;
}

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i])
			return false;
	}
	return true;
}

/* Every size: aligned, large enough, apart from its neighbour, and not much too large. */
static void test_sizes(void **state)
{
	(void)state;
	char *last = NULL;
	for (size_t n = 0; n <= 20000; n += n < 9000 ? 1 : 97) {
		char *p = sdk_malloc(n);
		assert_non_null(p);
		size_t usable = sdk_malloc_usable_size(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		assert_true(usable >= n);
		assert_true(
			usable <= n + 16 || usable <= n + n / 4 || usable <= n + 4095);
		memset(p, (int)n, usable);
		sdk_free(last);
		assert_true(n == 0 || p[0] == (char)n);
		assert_true(n == 0 || p[usable - 1] == (char)n);
		last = p;
	}
	sdk_free(last);
	heap_check();
}

static const struct {
	size_t align, size;
	bool works;
} aligned[] = {
	{0, 8, false},
	{1, 8, true},
	{3, 8, false},
	{16, 1, true},
	{32, 0, true},
	{32, 33, true},
	{64, 100, true},
	{64, 8000, true},
	{128, 8192, true},
	{256, 9000, true},
	{512, 512, true},
	{1024, 3000, true},
	{2048, 2049, true},
	{4096, 1, true},
	{4096, 5000, true},
	{8192, 1, true},
	{65536, 100000, true},
	{1 << 20, 1 << 20, true},
	{1 << 24, 1, false},
	{(size_t)1 << 63, 1, false},
	{16, SIZE_MAX, false},
	{4096, SIZE_MAX, false},
	{4096, SIZE_MAX - 5000, false},
};

static void test_aligned(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof aligned / sizeof *aligned; i++) {
		for (int k = 0; k < 3; k++) {
			char *p = sdk_aligned_alloc(aligned[i].align, aligned[i].size);
			assert_int_equal(p != NULL, aligned[i].works);
			if (!p)
				continue;
			assert_int_equal((uintptr_t)p % aligned[i].align, 0);
			assert_true(sdk_malloc_usable_size(p) >= aligned[i].size);
			memset(p, 0x55, aligned[i].size);
			char *between = sdk_malloc(5000);
			heap_check();
			sdk_free(p);
			sdk_free(between);
		}
	}
	heap_check();
}

/* What is free is used before anything new. */
static void test_reuse(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 16, 100, 500, 2000, 8192, 8193, 100000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		void *kept = sdk_malloc(sizes[i]);
		sdk_free(sdk_malloc(sizes[i]));
		size_t taken = heap_taken();
		for (int k = 0; k < 10000; k++)
			sdk_free(sdk_malloc(sizes[i]));
		assert_int_equal(heap_taken(), taken);
		sdk_free(kept);
	}
	struct osaas_heap_stats stats;
	osaas_heap_get_stats(&stats);
	assert_true(stats.peak < MIB && stats.size > 15 * MIB);
	heap_check();
}

static size_t fill_up(void **blocks, size_t max, size_t size)
{
	size_t n = 0;
	while (n < max && (blocks[n] = sdk_malloc(size)))
		memset(blocks[n++], 0xa5, size);
	return n;
}

/* Full: NULL, nothing broken; all of it again when it was freed, in any order. */
static void test_exhaustion(void **state)
{
	(void)state;
	static void *blocks[1 << 20];
	static const struct {
		size_t size, step;
	} cases[] = {{16, 1}, {48, 7}, {640, 3}, {5000, 13}, {8192, 1}, {9000, 5},
		{70000, 2}, {4 * MIB, 1}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = fill_up(blocks, 1 << 20, cases[i].size);
		assert_true(n * cases[i].size > 11 * MIB && n < 1 << 20);
		assert_null(sdk_malloc(cases[i].size));
		assert_null(sdk_calloc(n, cases[i].size));
		assert_null(sdk_realloc(blocks[0], 8 * MIB));
		heap_check();
		for (size_t k = 0; k < cases[i].step; k++) {
			for (size_t b = k; b < n; b += cases[i].step)
				sdk_free(blocks[b]);
		}
		heap_check();
	}
	/* Everything became one piece again: only spans that are kept are in between. */
	void *all = sdk_malloc(12 * MIB);
	assert_non_null(all);
	sdk_free(all);
}

static const size_t impossible[] = {16 * MIB, 17 * MIB, (size_t)1 << 32, (size_t)1 << 40,
	SIZE_MAX / 2, SIZE_MAX - 4096, SIZE_MAX - 15, SIZE_MAX};

static void test_huge(void **state)
{
	(void)state;
	void *p = sdk_malloc(10);
	for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
		assert_null(sdk_malloc(impossible[i]));
		assert_null(sdk_calloc(1, impossible[i]));
		assert_null(sdk_calloc(impossible[i], 16));
		assert_null(sdk_realloc(p, impossible[i]));
		assert_null(osaas_malloc_atomic(impossible[i]));
	}
	sdk_free(p);
	heap_check();
}

/* Neighbours that are free are one run, whichever goes first. */
static void test_coalescing(void **state)
{
	(void)state;
	static const int orders[][4] = {
		{0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 1, 3}, {1, 3, 0, 2}, {2, 0, 3, 1}};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		void *p[4];
		for (int k = 0; k < 4; k++)
			p[k] = sdk_malloc(20000);
		for (int k = 0; k < 4; k++) {
			sdk_free(p[orders[i][k]]);
			heap_check();
		}
		assert_int_equal(heap_free_runs(), 1);
		assert_int_equal(heap_taken(), 0);
	}
}

static void test_zeroed(void **state)
{
	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		for (size_t n = 1; n < 300000; n = n * 3 / 2 + 1) {
			char *p = sdk_calloc(1, n);
			assert_true(is_zero(p, n));
			memset(p, 0xff, sdk_malloc_usable_size(p));
			sdk_free(p);
		}
	}
	char *p = sdk_calloc(0, 0);
	assert_non_null(p);
	sdk_free(p);
	heap_check();
}

static void test_resize(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 16, 17, 100, 90, 3000, 8192, 8193, 20000,
		9000, 4096, 1 << 20, 2 << 20, 1 << 19, 30, 0, 12};
	unsigned char *p = sdk_realloc(NULL, 5);
	size_t held = 5;
	memset(p, 7, 5);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		p = sdk_realloc(p, sizes[i]);
		assert_non_null(p);
		size_t both = held < sizes[i] ? held : sizes[i];
		for (size_t k = 0; k < both; k++)
			assert_int_equal(p[k], 7);
		memset(p, 7, sizes[i]);
		held = sizes[i];
		heap_check();
	}
	sdk_free(p);
	/* Large ones grow where they are when they can. */
	p = sdk_malloc(20000);
	assert_ptr_equal(sdk_realloc(p, 200000), p);
	assert_ptr_equal(sdk_realloc(p, 30000), p);
	void *behind = sdk_malloc(20000);
	assert_ptr_not_equal(p = sdk_realloc(p, 200000), NULL);
	sdk_free(behind);
	sdk_free(p);
	heap_check();
}

static void test_strings(void **state)
{
	(void)state;
	static const char text[] = "a piece of text";
	for (size_t n = 0; n < 40; n++) {
		char *a = sdk_strndup(text, n), *b = strndup(text, n);
		assert_string_equal(a, b);
		sdk_free(a);
		free(b);
	}
	char *copy = sdk_strdup(text);
	assert_string_equal(copy, text);
	sdk_free(copy);
	sdk_free(NULL);
	assert_int_equal(sdk_malloc_usable_size(NULL), 0);
}

/* No region: no memory, and no harm. */
static void test_no_region(void **state)
{
	(void)state;
	heap_host.no_region = true;
	assert_null(sdk_malloc(10));
	assert_null(sdk_calloc(10, 10));
	assert_null(sdk_realloc(NULL, 100));
	assert_null(sdk_aligned_alloc(65536, 100));
	heap_host.no_region = false;
	void *p = sdk_malloc(10);
	assert_non_null(p);
	sdk_free(p);
}

/* Somebody who was preempted inside is waited for. */
static void test_lock(void **state)
{
	(void)state;
	extern unsigned sdk_heap_taken;
	void *p = sdk_malloc(10);
	for (int i = 0; i < 3; i++) {
		sdk_heap_taken = 1;
		if (i == 0)
			sdk_free(p);
		else if (i == 1)
			p = sdk_malloc(9000);
		else
			p = sdk_realloc(p, 90000);
		assert_int_equal(heap_host.yields, i + 1);
	}
	sdk_free(p);
	heap_check();
}

/* Pages that stay free go back, but not those that were used in between. */
static void test_trim(void **state)
{
	(void)state;
	unsigned char *p = sdk_malloc(8 * MIB), *q = sdk_malloc(4 * MIB);
	memset(p, 1, 8 * MIB);
	assert_int_equal(heap_host.spawned, 0);
	sdk_free(p);
	assert_int_equal(heap_host.spawned, 1);
	sdk_free(q);
	assert_int_equal(heap_host.spawned, 1);
	heap_host.keeper(heap_host.keeper_arg);
	assert_true(heap_host.given >= 12 * MIB);
	assert_int_equal(heap_host.freezes, heap_host.thaws);
	heap_check();
	p = sdk_calloc(1, 8 * MIB);
	assert_true(is_zero((char *)p, 8 * MIB));
	sdk_free(p);
	assert_int_equal(heap_host.spawned, 2);
}

/* Mistakes end the program by a trap, with a line that says what. */
static char *block, *other;

static void free_twice(void)
{
	sdk_free(block);
	sdk_free(block);
}

static void free_twice_large(void)
{
	char *p = sdk_malloc(50000);
	sdk_free(p);
	sdk_free(p);
}

static void free_twice_later(void)
{
	sdk_free(block);
	for (int i = 0; i < 300; i++)
		sdk_malloc(100 + (size_t)i * 100 / 1900 * 2000);
	sdk_free(block);
}

static void free_inside(void)
{
	sdk_free(block + 16);
}

static void free_inside_large(void)
{
	sdk_free((char *)sdk_malloc(50000) + 4096);
}

static void free_odd(void)
{
	sdk_free(block + 1);
}

static void free_stack(void)
{
	char local[16];
	sdk_free(local + (block - block));
}

static void free_heap_itself(void)
{
	sdk_free(sdk_heap);
}

static void free_beyond(void)
{
	sdk_free((char *)sdk_heap + 16 * MIB - 4096);
}

static void free_small_number(void)
{
	sdk_free((void *)(uintptr_t)(8 + (block - block)));
}

static void realloc_freed(void)
{
	sdk_free(block);
	other = sdk_realloc(block, 100);
}

static void usable_freed(void)
{
	sdk_free(block);
	other = (char *)sdk_malloc_usable_size(block);
}

static void free_before_all(void)
{
	heap_new(16 * MIB, false);
	sdk_free((void *)(uintptr_t)4096);
}

static const struct {
	const char *name, *says;
	void (*run)(void);
} mistakes[] = {
	{"twice", "free(0x", free_twice},
	{"twice, large", "free(0x", free_twice_large},
	{"twice, later", "free(0x", free_twice_later},
	{"inside", "free(0x", free_inside},
	{"inside, large", "free(0x", free_inside_large},
	{"odd", "free(0x", free_odd},
	{"stack", "free(0x", free_stack},
	{"heap", "free(0x", free_heap_itself},
	{"beyond", "free(0x", free_beyond},
	{"number", "free(0x", free_small_number},
	{"before all", "free(0x", free_before_all},
	{"realloc", "realloc(0x", realloc_freed},
	{"usable", "malloc_usable_size(0x", usable_freed},
};

static void make_mistake(size_t i, int err)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(SIGILL, SIG_DFL);
	signal(SIGTRAP, SIG_DFL);
	dup2(err, 2);
	block = sdk_malloc(2000);
	mistakes[i].run();
	_exit(0);
}

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		int pipes[2], status;
		char text[512];
		assert_int_equal(pipe(pipes), 0);
		pid_t child = fork();
		if (child == 0)
			make_mistake(i, pipes[1]);
		close(pipes[1]);
		ssize_t n = read(pipes[0], text, sizeof text - 1);
		text[n > 0 ? n : 0] = '\0';
		close(pipes[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFSIGNALED(status) || !strstr(text, mistakes[i].says))
			fail_msg("%s: status %#x, said '%s'", mistakes[i].name, status,
				text);
	}
}

/*
 * The model: what is allocated, with a pattern of its own in it. Blocks that overlap,
 * or that change when others come and go, show in the patterns.
 */
#define SLOTS 3000

static struct slot {
	unsigned char *p;
	size_t size;
	unsigned char seed;
} slots[SLOTS];

static uint64_t random_state;

static uint64_t below(uint64_t n)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(0x2545f4914f6cdd1d) >> 32) * n >> 32;
}

static size_t any_size(void)
{
	static const size_t most[] = {32, 200, 200, 1000, 1000, 9000, 40000, 300000};
	return below(most[below(8)]);
}

static void write_pattern(struct slot *s)
{
	s->seed = (unsigned char)below(256);
	for (size_t i = 0; i < s->size; i++)
		s->p[i] = (unsigned char)(s->seed + i * 7);
}

static void check_pattern(const struct slot *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(s->p[i], (unsigned char)(s->seed + i * 7));
}

static void model_allocate(struct slot *s)
{
	size_t size = any_size(), align = (size_t)16 << below(10);
	uint64_t how = below(8);
	s->p = how == 0   ? sdk_calloc(1, size)
	       : how == 1 ? sdk_aligned_alloc(align, size)
	       : how == 2 ? osaas_malloc_atomic(size)
			  : sdk_malloc(size);
	if (!s->p)
		return;
	assert_int_equal((uintptr_t)s->p % (how == 1 ? align : 16), 0);
	assert_true(how != 0 || is_zero((char *)s->p, size));
	s->size = size;
	write_pattern(s);
}

static void model_step(void)
{
	struct slot *s = &slots[below(SLOTS)];
	if (!s->p) {
		model_allocate(s);
		return;
	}
	if (below(3)) {
		check_pattern(s, s->size);
		sdk_free(s->p);
		s->p = NULL;
		return;
	}
	size_t size = any_size();
	unsigned char *p = sdk_realloc(s->p, size);
	if (!p)
		return;
	s->p = p;
	check_pattern(s, size < s->size ? size : s->size);
	s->size = size;
	write_pattern(s);
}

static void test_model(void **state)
{
	uint64_t seed = *(const uint64_t *)*state;
	heap_new((8 + seed % 3 * 12) * MIB, false);
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15);
	memset(slots, 0, sizeof slots);
	for (int i = 0; i < 60000; i++) {
		model_step();
		if (i % 4000 == 0)
			heap_check();
		if (heap_host.keeper && i % 5000 == 0) {
			heap_host.keeper(heap_host.keeper_arg);
			heap_host.keeper = NULL;
		}
	}
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i].p)
			check_pattern(&slots[i], slots[i].size);
		sdk_free(slots[i].p);
	}
	heap_check();
	struct osaas_heap_stats stats;
	osaas_heap_get_stats(&stats);
	assert_true(stats.used <= MIB);
}

int main(void)
{
	static const uint64_t seeds[] = {1, 2, 3};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_aligned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reuse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exhaustion, setup, teardown),
		cmocka_unit_test_setup_teardown(test_huge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_coalescing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_zeroed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resize, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_region, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trim, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mistakes, setup, teardown),
		cmocka_unit_test_prestate(test_model, (void *)(uintptr_t)&seeds[0]),
		cmocka_unit_test_prestate(test_model, (void *)(uintptr_t)&seeds[1]),
		cmocka_unit_test_prestate(test_model, (void *)(uintptr_t)&seeds[2]),
	};
	return cmocka_run_group_tests_name("sdk heap", tests, NULL, NULL);
}
