/*
 * calendar: a queue ordered by a key that only grows (virtual time), in constant
 * time (Brown 1988: calendar queues). Entries within one bucket of 2^12 leave in
 * the order they came; more than CALENDAR_SPAN ahead they are filed at the end and
 * filed again when that comes.
 */
#ifndef OSAAS_SCHED_CALENDAR_H
#define OSAAS_SCHED_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/list.h"

#define CALENDAR_SHIFT   12 /* 4 us of virtual nanoseconds */
#define CALENDAR_BUCKETS 4096
#define CALENDAR_SPAN    ((uint64_t)(CALENDAR_BUCKETS - 1) << CALENDAR_SHIFT)

struct calendar_entry {
	struct list link;
	uint64_t key;
	unsigned bucket;
};

struct calendar {
	uint64_t words[CALENDAR_BUCKETS / 64]; /* a bit: the bucket is not empty */
	uint64_t summary;                      /* a bit: the word is not zero */
	uint64_t now;                          /* lower keys are filed today */
	struct list buckets[CALENDAR_BUCKETS];
};

void calendar_init(struct calendar *calendar);
void calendar_add(struct calendar *calendar, struct calendar_entry *entry, uint64_t key);
void calendar_remove(struct calendar *calendar, struct calendar_entry *entry);
/* The first, still in it; NULL: empty. */
struct calendar_entry *calendar_first(struct calendar *calendar);
/* Time comes to now, at most the first key; harmless when it goes back. */
void calendar_advance(struct calendar *calendar, uint64_t now);
static inline bool calendar_empty(const struct calendar *calendar)
{
	return calendar->summary == 0;
}

#endif
