/* events: a heap of things to happen, by time; those at the same time in the order they were added. */
#ifndef OSAAS_SCHED_SIM_EVENTS_H
#define OSAAS_SCHED_SIM_EVENTS_H

#include <stddef.h>
#include <stdint.h>

struct event {
	uint64_t ns, order;
	unsigned source; /* fires; */
	unsigned task;   /* or, source being EVENT_TIMER, wakes */
};
#define EVENT_TIMER UINT32_MAX

struct events {
	struct event *heap;
	size_t n, size;
	uint64_t order;
};

void events_add(struct events *events, uint64_t ns, unsigned source, unsigned task);
/* UINT64_MAX: none. */
uint64_t events_next_ns(const struct events *events);
struct event events_pop(struct events *events);

#endif
