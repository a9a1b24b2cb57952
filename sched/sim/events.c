#include "sched/sim/events.h"

#include "sched/sim/grow.h"

static int before(const struct event *a, const struct event *b)
{
	return a->ns != b->ns ? a->ns < b->ns : a->order < b->order;
}

void events_add(struct events *events, uint64_t ns, unsigned source, unsigned task)
{
	if (events->n == events->size) {
		events->size = events->size ? events->size * 2 : 256;
		events->heap = grow(events->heap, events->size, sizeof *events->heap);
	}
	const struct event event = {ns, events->order++, source, task};
	size_t i = events->n++;
	for (; i > 0 && before(&event, &events->heap[(i - 1) / 2]); i = (i - 1) / 2)
		events->heap[i] = events->heap[(i - 1) / 2];
	events->heap[i] = event;
}

uint64_t events_next_ns(const struct events *events)
{
	return events->n ? events->heap[0].ns : UINT64_MAX;
}

struct event events_pop(struct events *events)
{
	const struct event first = events->heap[0], last = events->heap[--events->n];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= events->n)
			break;
		if (child + 1 < events->n &&
			before(&events->heap[child + 1], &events->heap[child]))
			child++;
		if (before(&last, &events->heap[child]))
			break;
		events->heap[i] = events->heap[child];
		i = child;
	}
	events->heap[i] = last;
	return first;
}
