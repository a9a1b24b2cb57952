#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk.h"

#define N 3000

static size_t compared;

static int compare_ints(const void *a, const void *b)
{
	int x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	compared++;
	return (x > y) - (x < y);
}

/* In which order the numbers lie before; each is a way in which some quicksort is slow. */
static int ordered(int i)
{
	return i;
}
static int reversed(int i)
{
	return -i;
}
static int equal(int i)
{
	return 0 * i;
}
static int organ(int i)
{
	return i < N / 2 ? i : N - i;
}
static int few(int i)
{
	return i * 7919 % 3;
}
static int mixed(int i)
{
	return (int)((unsigned)i * 2654435761u >> 1);
}
static int saw(int i)
{
	return i % 17;
}
static int (*const orders[])(int) = {ordered, reversed, equal, organ, few, mixed, saw};

static double log2_of(size_t n)
{
	return n > 1 ? log2((double)n) : 1;
}

static void test_orders(void **state)
{
	(void)state;
	static int a[N], b[N];
	for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
		for (size_t n = 0; n <= N; n = n < 60 ? n + 1 : n * 3 / 2) {
			for (size_t i = 0; i < n; i++)
				a[i] = b[i] = orders[o]((int)i);
			compared = 0;
			sdk_qsort(a, n, sizeof *a, compare_ints);
			assert_true((double)compared <= 4 * (double)n * log2_of(n) + 8);
			qsort(b, n, sizeof *b, compare_ints);
			assert_memory_equal(a, b, n * sizeof *a);
		}
	}
}

/*
 * McIlroy, "A killer adversary for quicksort", 1999: it makes up the order while it is asked,
 * as bad as it can be. Without the change to heapsort this is n^2 / 4 comparisons, and deep.
 */
static int made_up[N], solid, candidate;

static int adversary(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b, gas = N;
	compared++;
	if (made_up[x] == gas && made_up[y] == gas)
		made_up[x == candidate ? x : y] = solid++;
	if (made_up[x] == gas)
		candidate = x;
	else if (made_up[y] == gas)
		candidate = y;
	return made_up[x] - made_up[y];
}

static void test_adversary(void **state)
{
	(void)state;
	static int a[N];
	solid = candidate = 0;
	for (int i = 0; i < N; i++) {
		a[i] = i;
		made_up[i] = N;
	}
	compared = 0;
	sdk_qsort(a, N, sizeof *a, adversary);
	assert_true((double)compared < 6 * N * log2_of(N));
	for (int i = 1; i < N; i++)
		assert_true(made_up[a[i - 1]] <= made_up[a[i]]);
}

/* Elements of any size, odd ones too; what lies behind them stays. */
static void test_sizes(void **state)
{
	(void)state;
	enum {
		ELEMENTS = 100
	};
	for (size_t size = sizeof(int); size < 70; size++) {
		unsigned char a[ELEMENTS * 70 + 1];
		memset(a, 0xee, sizeof a);
		for (int i = 0; i < ELEMENTS; i++) {
			int key = mixed(i) % 1000;
			memset(a + (size_t)i * size, key & 0xff, size);
			memcpy(a + (size_t)i * size, &key, sizeof key);
		}
		sdk_qsort(a, ELEMENTS, size, compare_ints);
		for (int i = 0; i < ELEMENTS; i++) {
			unsigned char *p = a + (size_t)i * size;
			assert_true(i == 0 || compare_ints(p - size, p) <= 0);
			for (size_t k = sizeof(int); k < size; k++)
				assert_int_equal(
					p[k], p[0]); /* the element stayed together */
		}
		assert_int_equal(a[ELEMENTS * size], 0xee);
	}
}

static void test_search(void **state)
{
	(void)state;
	int a[60];
	for (size_t n = 0; n < 60; n++) {
		for (size_t i = 0; i < n; i++)
			a[i] = 2 * (int)i;
		for (int key = -1; key < 122; key++) {
			const int *p = sdk_bsearch(&key, a, n, sizeof *a, compare_ints);
			if (key < 0 || key % 2 || key >= 2 * (int)n)
				assert_null(p);
			else
				assert_ptr_equal(p, &a[key / 2]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_adversary),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_search),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
