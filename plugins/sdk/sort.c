/*
 * Musser's introsort, 1997: quicksort, which changes to heapsort where it has gone
 * wrong for too long, and leaves small pieces to insertion. The larger piece is
 * the loop's, the smaller one the recursion's: log2(n) deep at most.
 */
#include <osaas_std.h>

#include <stdint.h>

#define SMALL 12 /* elements */

struct sort {
	size_t size;
	int (*compare)(const void *, const void *);
};

static void swap(char *a, char *b, size_t size)
{
	for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
		uint64_t x, y;
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		memcpy(a, &y, sizeof y);
		memcpy(b, &x, sizeof x);
		a += sizeof x;
		b += sizeof x;
	}
	for (; size > 0; size--, a++, b++) {
		char c = *a;
		*a = *b;
		*b = c;
	}
}

static void insertion(const struct sort *s, char *base, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		char *p = base + i * s->size;
		for (; p > base && s->compare(p - s->size, p) > 0; p -= s->size)
			swap(p - s->size, p, s->size);
	}
}

static void sift(const struct sort *s, char *base, size_t i, size_t n)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		char *c = base + child * s->size;
		if (child + 1 < n && s->compare(c, c + s->size) < 0) {
			child++;
			c += s->size;
		}
		if (s->compare(base + i * s->size, c) >= 0)
			return;
		swap(base + i * s->size, c, s->size);
	}
}

static void heap(const struct sort *s, char *base, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(s, base, i, n);
	while (n-- > 1) {
		swap(base, base + n * s->size, s->size);
		sift(s, base, 0, n);
	}
}

/* The median of first, middle and last becomes the first. */
static void choose_pivot(const struct sort *s, char *base, size_t n)
{
	char *middle = base + n / 2 * s->size, *last = base + (n - 1) * s->size;
	if (s->compare(middle, last) > 0)
		swap(middle, last, s->size);
	if (s->compare(base, middle) < 0)
		swap(base, middle, s->size);
	if (s->compare(base, last) > 0)
		swap(base, last, s->size);
}

/* Hoare: what is left of the result is not above the pivot, what is right not below. */
static size_t partition(const struct sort *s, char *base, size_t n)
{
	size_t lo = 0, hi = n;
	for (;;) {
		do
			lo++;
		while (lo < n && s->compare(base + lo * s->size, base) < 0);
		do
			hi--;
		while (hi > 0 && s->compare(base + hi * s->size, base) > 0);
		if (lo >= hi)
			break;
		swap(base + lo * s->size, base + hi * s->size, s->size);
	}
	swap(base, base + hi * s->size, s->size);
	return hi;
}

static void quick(const struct sort *s, char *base, size_t n, unsigned depth)
{
	while (n > SMALL) {
		if (depth-- == 0) {
			heap(s, base, n);
			return;
		}
		choose_pivot(s, base, n);
		size_t left = partition(s, base, n), right = n - left - 1;
		char *above = base + (left + 1) * s->size;
		if (left < right) {
			quick(s, base, left, depth);
			base = above;
			n = right;
		} else {
			quick(s, above, right, depth);
			n = left;
		}
	}
	insertion(s, base, n);
}

void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	unsigned depth = 0;
	for (size_t rest = n; rest > 0; rest /= 2)
		depth += 2;
	if (size > 0)
		quick(&(struct sort){size, compare}, base, n, depth);
}

void *bsearch(const void *key, const void *base, size_t n, size_t size,
	int (*compare)(const void *, const void *))
{
	const char *lo = base;
	while (n > 0) {
		const char *middle = lo + n / 2 * size;
		int order = compare(key, middle);
		if (order == 0)
			return (void *)(uintptr_t)middle;
		if (order > 0)
			lo = middle + size;
		n = order > 0 ? n - n / 2 - 1 : n / 2;
	}
	return NULL;
}
