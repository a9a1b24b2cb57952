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
	calendar->summary |= UINT64_C(1) << b / 64;
}

void calendar_remove(struct calendar *calendar, struct calendar_entry *entry)
{
	unsigned b = entry->bucket;
	list_remove(&entry->link);
	if (!list_empty(&calendar->buckets[b]))
		return;
	calendar->words[b / 64] &= ~(UINT64_C(1) << b % 64);
	if (!calendar->words[b / 64])
		calendar->summary &= ~(UINT64_C(1) << b / 64);
}

/* The first bucket that is not empty, from `from` on and round. */
static unsigned find(const struct calendar *calendar, unsigned from)
{
	unsigned w = from / 64;
	uint64_t word = calendar->words[w] & (~UINT64_C(0) << from % 64);
	if (!word) {
		uint64_t later = calendar->summary & ~((UINT64_C(2) << w) - 1);
		w = (unsigned)__builtin_ctzll(later ? later : calendar->summary);
		word = calendar->words[w];
	}
	return w * 64 + (unsigned)__builtin_ctzll(word);
}

static void refile(struct calendar *calendar, struct calendar_entry *entry)
{
	calendar_remove(calendar, entry);
	calendar_add(calendar, entry, entry->key);
}

/*
 * All lie beyond the end, in that bucket: the least is searched (Brown's direct search).
 * Time stays where it is, so that what is added nearer is still filed by its key.
 */
static struct calendar_entry *search(struct list *bucket)
{
	struct calendar_entry *least =
		container_of(bucket->next, struct calendar_entry, link);
	list_for_each (entry, bucket, struct calendar_entry, link) {
		if (entry->key >> CALENDAR_SHIFT < least->key >> CALENDAR_SHIFT)
			least = entry;
	}
	return least;
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
			return search(&calendar->buckets[b]);
		else
			return entry;
	}
	return NULL;
}

/* Before that leap all lay beyond the end, in this bucket: no key is less than now. */
static void refile_all(struct calendar *calendar, struct list *bucket)
{
	size_t n = 0;
	list_for_each (entry, bucket, struct calendar_entry, link)
		n++;
	while (n--)
		refile(calendar, container_of(bucket->next, struct calendar_entry, link));
}

void calendar_advance(struct calendar *calendar, uint64_t now)
{
	if (now <= calendar->now)
		return;
	uint64_t end = calendar->now + CALENDAR_SPAN;
	calendar->now = now;
	if (now >> CALENDAR_SHIFT > end >> CALENDAR_SHIFT)
		refile_all(calendar, &calendar->buckets[bucket_of(end)]);
}
