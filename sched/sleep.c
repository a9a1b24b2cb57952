#include <errno.h>
#include <stdlib.h>

#include "sched/private.h"

static struct task **heap;
static size_t n_heap, capacity;

int sleep_reserve(size_t n_tasks)
{
	if (n_tasks <= capacity)
		return 0;
	size_t n = capacity ? capacity * 2 : 64;
	while (n < n_tasks)
		n *= 2;
	struct task **p = realloc(heap, n * sizeof *p);
	if (!p)
		return -ENOMEM;
	heap = p;
	capacity = n;
	return 0;
}

static void put(size_t i, struct task *task)
{
	heap[i] = task;
	task->heap_index = i;
}

static void sift_up(size_t i, struct task *task)
{
	while (i > 0 && heap[(i - 1) / 2]->wake_ns > task->wake_ns) {
		put(i, heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(i, task);
}

static void sift_down(size_t i, struct task *task)
{
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= n_heap)
			break;
		if (child + 1 < n_heap && heap[child + 1]->wake_ns < heap[child]->wake_ns)
			child++;
		if (heap[child]->wake_ns >= task->wake_ns)
			break;
		put(i, heap[child]);
		i = child;
	}
	put(i, task);
}

void sleep_add(struct task *task)
{
	sift_up(n_heap++, task);
}

void sleep_remove(struct task *task)
{
	size_t i = task->heap_index;
	if (i == SLEEP_NONE)
		return;
	task->heap_index = SLEEP_NONE;
	struct task *last = heap[--n_heap];
	if (last == task)
		return;
	if (i > 0 && heap[(i - 1) / 2]->wake_ns > last->wake_ns)
		sift_up(i, last);
	else
		sift_down(i, last);
}

struct task *sleep_first(void)
{
	return n_heap ? heap[0] : NULL;
}

void sleep_free(void)
{
	free(heap);
	heap = NULL;
	n_heap = capacity = 0;
}
