#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"

/*
 * Sorted, not hashed: a plugin may point anywhere into a buffer, and there are
 * seldom more than a dozen.
 */
static uintptr_t start_of(const struct buffer *buffer)
{
	return (uintptr_t)buffer_data(buffer);
}

/* The first buffer that starts above p. */
static size_t above(const struct memory *m, uintptr_t p)
{
	size_t lo = 0, hi = m->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (start_of(m->sorted[mid]) <= p)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int grow(struct memory *m)
{
	size_t cap = m->cap ? m->cap * 2 : 16;
	struct buffer **sorted = realloc(m->sorted, cap * sizeof(struct buffer *));
	if (!sorted)
		return OSAAS_ENOMEM;
	m->sorted = sorted;
	m->cap = cap;
	return 0;
}

int memory_reserve(struct memory *m)
{
	if (m->n + m->reserved >= m->cap && grow(m) < 0)
		return OSAAS_ENOMEM;
	m->reserved++;
	return 0;
}

void memory_unreserve(struct memory *m)
{
	m->reserved--;
}

void memory_add(struct memory *m, struct buffer *buffer)
{
	assert(m->reserved > 0);
	m->reserved--;
	size_t i = above(m, start_of(buffer));
	memmove(&m->sorted[i + 1], &m->sorted[i], (m->n - i) * sizeof(struct buffer *));
	m->sorted[i] = buffer;
	m->n++;
}

struct buffer *memory_find(const struct memory *m, uintptr_t start)
{
	size_t i = above(m, start);
	return i > 0 && start_of(m->sorted[i - 1]) == start ? m->sorted[i - 1] : NULL;
}

void memory_take(struct memory *m, const struct buffer *buffer)
{
	size_t i = above(m, start_of(buffer)) - 1;
	m->n--;
	memmove(&m->sorted[i], &m->sorted[i + 1], (m->n - i) * sizeof(struct buffer *));
	m->reserved++;
}

size_t memory_span(const struct memory *m, uintptr_t p)
{
	size_t i = above(m, p);
	if (i == 0)
		return 0;
	uintptr_t end = start_of(m->sorted[i - 1]) + buffer_size(m->sorted[i - 1]);
	return p < end ? end - p : 0;
}

void memory_finish(struct memory *m)
{
	for (size_t i = 0; i < m->n; i++)
		buffer_destroy(m->sorted[i]);
	free(m->sorted);
	*m = (struct memory){0};
}
