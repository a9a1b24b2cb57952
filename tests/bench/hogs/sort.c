/*
 * A sort whose comparator sorts: deep stacks, calls by pointer. The SDK has no qsort
 * yet; this is Shell's sort with C's interface.
 */
#include <osaas_std.h>

#include "hog.h"

HOG("64M")

#define ROWS 512
#define COLS 8

typedef int (*compare_fn)(const void *a, const void *b);

static void swap(unsigned char *a, unsigned char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

static __attribute__((noinline)) void sort(
	void *base, size_t n, size_t size, compare_fn compare)
{
	unsigned char *p = base;
	for (size_t gap = n / 2; gap > 0; gap /= 2) {
		for (size_t i = gap; i < n; i++) {
			for (size_t j = i; j >= gap; j -= gap) {
				if (compare(p + (j - gap) * size, p + j * size) <= 0)
					break;
				swap(p + (j - gap) * size, p + j * size, size);
			}
		}
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* Rows compare by their smallest members: sorted copies tell. */
static int by_row(const void *a, const void *b)
{
	uint32_t x[COLS], y[COLS];
	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	sort(x, COLS, sizeof *x, by_value);
	sort(y, COLS, sizeof *y, by_value);
	return memcmp(x, y, sizeof x);
}

static uint32_t rows[ROWS][COLS];

void hog_main(void)
{
	uint32_t seed = 1;
	hog_ready();
	for (;;) {
		for (int i = 0; i < ROWS * COLS; i++)
			rows[i / COLS][i % COLS] = seed = seed * 1664525 + 1013904223;
		sort(rows, ROWS, sizeof *rows, by_row);
	}
}
