/* The collector as ordinary code: roots are what the test says, never the test's own stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "heap_host.h"
#include "plugins/sdk/heap.h"

#define MIB    ((size_t)1 << 20)
#define HIDDEN UINT64_C(0x5555555555555555)

/* Addresses that the collector must not see are kept in disguise. */
static uintptr_t hide(const void *p)
{
	return (uintptr_t)p ^ HIDDEN;
}

static void *show(uintptr_t hidden)
{
	return (void *)(hidden ^ HIDDEN);
}

static void *roots[64];

static int setup(void **state)
{
	(void)state;
	heap_new(16 * MIB, true);
	memset(roots, 0, sizeof roots);
	heap_roots[0] = (struct osaas_range){roots, roots + 64};
	heap_n_roots = 1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	heap_delete();
	return 0;
}

/* Whether a block begins there. */
static bool lives(uintptr_t hidden)
{
	uint64_t offset = (uintptr_t)show(hidden) - (uintptr_t)sdk_heap;
	const struct page *page = page_at(sdk_heap, offset);
	if (page->kind == PAGE_LARGE)
		return page->first == offset >> PAGE_SHIFT;
	uint64_t b = page->kind == PAGE_SMALL ? small_index(sdk_heap, page, offset) : 0;
	return page->kind == PAGE_SMALL && b < page->count &&
	       (page->used[b / 64] >> b % 64 & 1);
}

static void collect(void)
{
	int freezes = heap_host.freezes;
	assert_int_equal(osaas_gc(), 0);
	assert_int_equal(heap_host.freezes, freezes + 1);
	assert_int_equal(heap_host.freezes, heap_host.thaws);
	heap_check();
}

/* What a root points at stays, and what it does not goes; sizes of both kinds. */
static const size_t sizes[] = {0, 1, 16, 48, 100, 1000, 8192, 8193, 50000, 1 << 20};
#define SIZES (sizeof sizes / sizeof *sizes)

static void test_root(void **state)
{
	(void)state;
	uintptr_t kept[SIZES], lost[SIZES];
	for (size_t i = 0; i < SIZES; i++) {
		roots[i] = sdk_malloc(sizes[i]);
		kept[i] = hide(roots[i]);
		memset(roots[i], 0x11, sizes[i]);
		lost[i] = hide(sdk_malloc(sizes[i]));
	}
	collect();
	for (size_t i = 0; i < SIZES; i++) {
		assert_true(lives(kept[i]));
		assert_false(lives(lost[i]));
		assert_true(sizes[i] == 0 || *(char *)roots[i] == 0x11);
	}
	memset(roots, 0, sizeof roots);
	collect();
	for (size_t i = 0; i < SIZES; i++)
		assert_false(lives(kept[i]));
	assert_int_equal(heap_taken(), 0);
	assert_int_equal(heap_free_runs(), 1);
}

/* Where in a block of size bytes an address keeps it. */
static const struct {
	size_t size;
	ptrdiff_t offset;
	bool keeps;
} interior[] = {
	{100, 0, true},
	{100, 1, true},
	{100, 99, true},
	{100, 111, true}, /* its class is 112 */
	{100, -1, false},
	{8192, 8191, true},
	{50000, 0, true},
	{50000, 4096, true},
	{50000, 49999, true},
	{50000, 53247, true}, /* 13 pages */
	{50000, 53248, false},
	{50000, -1, false},
};

static void test_interior(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof interior / sizeof *interior; i++) {
		uintptr_t before = hide(sdk_malloc(interior[i].size));
		char *p = sdk_malloc(interior[i].size);
		uintptr_t after = hide(sdk_malloc(interior[i].size));
		uintptr_t hidden = hide(p);
		roots[7] = p + interior[i].offset;
		p = NULL;
		collect();
		assert_int_equal(lives(hidden), interior[i].keeps);
		assert_true(!interior[i].keeps || (!lives(before) && !lives(after)));
		roots[7] = NULL;
		collect();
		assert_false(lives(hidden));
	}
}

/* Words of a root that are no addresses of blocks, or lie askew, keep nothing. */
static void test_not_roots(void **state)
{
	(void)state;
	uintptr_t hidden = hide(sdk_malloc(100)), freed = hide(sdk_malloc(100));
	roots[0] = sdk_heap;
	roots[1] = (char *)sdk_heap + sdk_heap->size;
	roots[2] = (char *)sdk_heap + sdk_heap->size - 1;
	roots[3] = (void *)UINTPTR_MAX;
	roots[4] = show(freed);
	sdk_free(show(freed));
	void *askew = show(hidden);
	memcpy((char *)&roots[5] + 4, &askew, sizeof askew);
	collect();
	assert_false(lives(hidden));
	assert_false(lives(freed));
}

struct node {
	struct node *next;
	uint64_t number;
	struct node *other;
};

static struct node *chain(size_t n)
{
	struct node *head = NULL;
	for (size_t i = 0; i < n; i++) {
		struct node *node = sdk_malloc(sizeof *node);
		*node = (struct node){.next = head, .number = i};
		head = node;
	}
	return head;
}

static void test_chain(void **state)
{
	(void)state;
	const size_t n = 200000;
	roots[3] = chain(n);
	uintptr_t hidden = hide(chain(1000));
	collect();
	const struct node *node = roots[3];
	for (size_t i = n; i-- > 0; node = node->next)
		assert_int_equal(node->number, i);
	assert_null(node);
	assert_false(lives(hidden));
	roots[3] = NULL;
	collect();
	assert_int_equal(heap_taken(), 0);
}

static void test_cycle(void **state)
{
	(void)state;
	struct node *a = chain(2), *b = sdk_malloc(sizeof *b);
	a->next->next = a;
	*b = (struct node){.next = b, .other = a};
	uintptr_t hidden[] = {hide(a), hide(a->next), hide(b)};
	roots[0] = a->next;
	a = b = NULL;
	collect();
	assert_true(lives(hidden[0]) && lives(hidden[1]) && !lives(hidden[2]));
	roots[0] = NULL;
	collect();
	assert_false(lives(hidden[0]) || lives(hidden[1]));
}

/* Atomic blocks are kept, but what they seem to point to is not; realloc keeps it so. */
static void test_atomic(void **state)
{
	(void)state;
	for (size_t size = 64; size < 100000; size *= 30) {
		void **atomic = osaas_malloc_atomic(size), **plain = sdk_malloc(size);
		uintptr_t of_atomic = hide(sdk_malloc(40)),
			  of_plain = hide(sdk_malloc(40));
		atomic[1] = show(of_atomic);
		plain[1] = show(of_plain);
		roots[0] = atomic = sdk_realloc(atomic, 2 * size);
		roots[1] = plain;
		uintptr_t hidden = hide(atomic);
		collect();
		assert_true(lives(hidden) && lives(of_plain) && !lives(of_atomic));
	}
}

/* A stack of one block overflows all the time: nothing is forgotten. */
static void test_overflow(void **state)
{
	(void)state;
	enum {
		WIDE = 3000,
		LONG = 20
	};
	sdk_free(sdk_malloc(1));
	sdk_heap->stack_max = 1;
	struct node **wide = roots[0] = sdk_calloc(WIDE, sizeof *wide);
	for (size_t i = 0; i < WIDE; i++)
		wide[i] = chain(LONG);
	uintptr_t lost = hide(chain(LONG));
	collect();
	for (size_t i = 0; i < WIDE; i++) {
		const struct node *node = wide[i];
		for (size_t k = LONG; k-- > 0; node = node->next) {
			assert_true(lives(hide(node)));
			assert_int_equal(node->number, k);
		}
	}
	assert_false(lives(lost));
}

/* A gigabyte, of which nobody keeps more than a little: it fits, by collecting. */
static void test_leak(void **state)
{
	size_t size = *(const size_t *)*state;
	size_t kept = size > 5000 ? 2 : 64; /* each the head of up to 16 */
	struct osaas_heap_stats stats;
	for (size_t all = 0, i = 0; all < 1024 * MIB; all += size, i++) {
		void **p = sdk_malloc(size);
		assert_non_null(p);
		p[0] = i / kept % 16 && size < MIB ? roots[i % kept] : NULL;
		roots[i % kept] = p;
	}
	osaas_heap_get_stats(&stats);
	assert_true(stats.collections > 50 && stats.collections < 300);
	assert_true(stats.peak <= 16 * MIB);
	collect();
}

/* Full of what is in use: NULL, and not a collection for each try. */
static void test_full(void **state)
{
	(void)state;
	struct node *all = NULL;
	size_t n = 0;
	for (void **p; (p = sdk_malloc(1000)); n++) {
		p[0] = all;
		roots[0] = all = (struct node *)p;
	}
	assert_true(n * 1000 > 13 * MIB);
	int freezes = heap_host.freezes;
	assert_true(freezes > 0);
	for (int i = 0; i < 1000; i++)
		assert_null(sdk_malloc(1000));
	assert_int_equal(heap_host.freezes, freezes);
	/* When it is not in use any more an explicit collection finds it. */
	roots[0] = NULL;
	all = NULL;
	collect();
	assert_non_null(sdk_malloc(1000));
}

/* Without `gc = yes` nothing is collected. */
static void test_off(void **state)
{
	(void)state;
	heap_new(MIB, false);
	assert_int_equal(osaas_gc(), 0); /* there is no heap yet */
	uintptr_t hidden = hide(sdk_malloc(100));
	assert_int_equal(osaas_gc(), OSAAS_EINVAL);
	while (sdk_malloc(1000))
		continue;
	assert_true(lives(hidden));
	assert_int_equal(heap_host.freezes, 0);
}

/* When the heap has grown the keeper is called for; it collects and is gone. */
static void test_keeper(void **state)
{
	(void)state;
	for (int i = 0; i < 900; i++)
		sdk_malloc(1000);
	assert_int_equal(heap_host.spawned, 0);
	for (int i = 0; i < 2000; i++)
		sdk_malloc(1000);
	assert_int_equal(heap_host.spawned, 1);
	assert_int_equal(heap_host.freezes, 0);
	heap_host.keeper(heap_host.keeper_arg);
	assert_true(heap_host.freezes > 0);
	assert_int_equal(heap_host.freezes, heap_host.thaws);
	assert_int_equal(heap_taken(), 0);
	assert_true(heap_host.given > MIB);
	heap_check();
}

/* A model: a random graph, of which what its roots reach must be there, and nothing else. */
#define NODES 2000

static struct {
	uintptr_t at; /* hidden; 0: none */
	size_t links[4], size;
	bool reached;
} graph[NODES];

static uint64_t random_state;

static uint64_t below(uint64_t n)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(0x2545f4914f6cdd1d) >> 32) * n >> 32;
}

static void grow(void)
{
	for (size_t i = 0; i < NODES; i++) {
		static const size_t most[] = {64, 64, 300, 300, 3000, 20000};
		if (graph[i].at)
			continue;
		graph[i].size = 64 + below(most[below(6)]);
		void *p = sdk_malloc(graph[i].size);
		/* What lies behind size bytes in the block is looked into as well. */
		memset(p, 0, sdk_malloc_usable_size(p));
		graph[i].at = hide(p);
	}
	for (size_t i = 0; i < NODES; i++) {
		void **p = show(graph[i].at);
		for (size_t k = 0; k < 4; k++) {
			size_t to = graph[i].links[k] = below(NODES);
			p[k * 2] = below(3) ? NULL : (char *)show(graph[to].at) + 63;
			if (!p[k * 2])
				graph[i].links[k] = NODES;
		}
	}
}

static void reach(size_t i)
{
	static size_t stack[NODES * 4];
	size_t n = 0;
	stack[n++] = i;
	while (n) {
		i = stack[--n];
		if (graph[i].reached)
			continue;
		graph[i].reached = true;
		for (size_t k = 0; k < 4; k++) {
			if (graph[i].links[k] < NODES)
				stack[n++] = graph[i].links[k];
		}
	}
}

static void test_graph(void **state)
{
	random_state = *(const uint64_t *)*state * UINT64_C(0x9e3779b97f4a7c15);
	memset(graph, 0, sizeof graph);
	for (int turn = 0; turn < 30; turn++) {
		grow();
		sdk_heap->stack_max = 1 + below(200);
		size_t n_roots = below(8);
		memset(roots, 0, sizeof roots);
		for (size_t i = 0; i < NODES; i++)
			graph[i].reached = false;
		for (size_t i = 0; i < n_roots; i++) {
			size_t to = below(NODES);
			roots[below(64)] = show(graph[to].at);
		}
		for (size_t i = 0; i < 64; i++) {
			for (size_t k = 0; roots[i] && k < NODES; k++) {
				if (show(graph[k].at) == roots[i])
					reach(k);
			}
		}
		collect();
		for (size_t i = 0; i < NODES; i++) {
			assert_int_equal(lives(graph[i].at), graph[i].reached);
			if (!graph[i].reached)
				graph[i].at = 0;
		}
	}
}

int main(void)
{
	static const size_t leaks[] = {16, 100, 5000, 100000, 3 << 20};
	static const uint64_t seeds[] = {1, 2};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_root, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interior, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_roots, setup, teardown),
		cmocka_unit_test_setup_teardown(test_chain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cycle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_atomic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
#define LEAK(i)                                                                          \
	cmocka_unit_test_prestate_setup_teardown(                                        \
		test_leak, setup, teardown, (void *)(uintptr_t)&leaks[i])
		LEAK(0),
		LEAK(1),
		LEAK(2),
		LEAK(3),
		LEAK(4),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keeper, setup, teardown),
#define GRAPH(i)                                                                         \
	cmocka_unit_test_prestate_setup_teardown(                                        \
		test_graph, setup, teardown, (void *)(uintptr_t)&seeds[i])
		GRAPH(0),
		GRAPH(1),
	};
	return cmocka_run_group_tests_name("sdk gc", tests, NULL, NULL);
}
