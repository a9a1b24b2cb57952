#include "sched/calendar.h"

#define MASK (CALENDAR_BUCKETS - 1)

void calendar_init(struct calendar *calendar)
{
	*calendar = (struct calendar){0};
	for (size_t i = 0; i < CALENDAR_BUCKETS; i++)
		list_init(&calendar->buckets[i]);
}

static unsigned bucket_of(uint64_t key)
{
	return (unsigned)(key >> CALENDAR_SHIFT) & MASK;
}

/* The day it is filed under: not in the past, not beyond the end. */
static uint64_t day_of(const struct calendar *calendar, uint64_t key)
{
	if (key < calendar->now)
		return calendar->now;
	if (key - calendar->now > CALENDAR_SPAN)
		return calendar->now + CALENDAR_SPAN;
	return key;
}

void calendar_add(struct calendar *calendar, struct calendar_entry *entry, uint64_t key)
{
	unsigned b = bucket_of(day_of(calendar, key));
	entry->key = key;
	entry->bucket = b;
	list_push_back(&calendar->buckets[b], &entry->link);
	calendar->words[b / 64] |= UINT64_C(1) << b % 64;
	calendar->summary |= 1u << b / 64;
}

void calendar_remove(struct calendar *calendar, struct calendar_entry *entry)
{
	unsigned b = entry->bucket;
	list_remove(&entry->link);
	if (!list_empty(&calendar->buckets[b]))
		return;
	calendar->words[b / 64] &= ~(UINT64_C(1) << b % 64);
	if (!calendar->words[b / 64])
		calendar->summary &= ~(1u << b / 64);
}

/* The first bucket that is not empty, from `from` on and round. */
static unsigned find(const struct calendar *calendar, unsigned from)
{
	unsigned w = from / 64;
	uint64_t word = calendar->words[w] & (~UINT64_C(0) << from % 64);
	if (!word) {
		uint32_t later = calendar->summary & ~((2u << w) - 1);
		w = (unsigned)__builtin_ctz(later ? later : calendar->summary);
		word = calendar->words[w];
	}
	return w * 64 + (unsigned)__builtin_ctzll(word);
}

static void refile(struct calendar *calendar, struct calendar_entry *entry)
{
	calendar_remove(calendar, entry);
	calendar_add(calendar, entry, entry->key);
}

/* All lie beyond the end, in bucket b: time comes nearer to them (Brown's direct search). */
static void jump(struct calendar *calendar, unsigned b)
{
	struct list *bucket = &calendar->buckets[b];
	uint64_t least = UINT64_MAX;
	size_t n = 0;
	list_for_each (entry, bucket, struct calendar_entry, link) {
		least = entry->key < least ? entry->key : least;
		n++;
	}
	calendar_advance(calendar, least - CALENDAR_SPAN / 2);
	while (n--)
		refile(calendar, container_of(bucket->next, struct calendar_entry, link));
}

struct calendar_entry *calendar_first(struct calendar *calendar)
{
	while (calendar->summary) {
		unsigned b = find(calendar, bucket_of(calendar->now));
		struct calendar_entry *entry = container_of(
			calendar->buckets[b].next, struct calendar_entry, link);
		uint64_t day = day_of(calendar, entry->key);
		if (bucket_of(day) != b) /* It was beyond the end when it was filed. */
			refile(calendar, entry);
		else if (day < entry->key)
			jump(calendar, b);
		else
			return entry;
	}
	return NULL;
}

void calendar_advance(struct calendar *calendar, uint64_t now)
{
	if (now > calendar->now)
		calendar->now = now;
}
