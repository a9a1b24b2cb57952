#include "gl/mask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 1024u

int mask_cache_init(struct mask_cache *cache)
{
	*cache = (struct mask_cache){.n_buckets = FIRST_BUCKETS};
	list_init(&cache->unused);
	cache->buckets = calloc(cache->n_buckets, sizeof(struct gl_mask *));
	return cache->buckets ? 0 : -ENOMEM;
}

static struct gl_mask **bucket(struct mask_cache *cache, const uint64_t key[2])
{
	return &cache->buckets[key[0] & (cache->n_buckets - 1)];
}

static void drop(struct mask_cache *cache, struct gl_mask *mask)
{
	struct gl_mask **at = bucket(cache, mask->key);
	while (*at != mask)
		at = &(*at)->next;
	*at = mask->next;
	list_remove(&mask->link);
	cache->bytes -= mask->bytes;
	cache->unused_bytes -= mask->bytes;
	cache->n--;
	free(mask);
}

static void evict(struct mask_cache *cache, size_t keep)
{
	while (cache->unused_bytes > keep) {
		struct list *first = cache->unused.next;
		drop(cache, container_of(first, struct gl_mask, link));
		cache->evicted++;
	}
}

static void scratch_finish(struct mask_scratch *s)
{
	free(s->spans);
	free(s->cover);
	free(s->rows);
}

void mask_cache_finish(struct mask_cache *cache)
{
	if (cache->buckets)
		evict(cache, 0);
	free(cache->buckets);
	scratch_finish(&cache->scratch[0]);
	scratch_finish(&cache->scratch[1]);
	memset(cache, 0, sizeof *cache);
}

struct gl_mask *mask_find(struct mask_cache *cache, const uint64_t key[2])
{
	struct gl_mask *mask = *bucket(cache, key);
	while (mask && (mask->key[0] != key[0] || mask->key[1] != key[1]))
		mask = mask->next;
	if (!mask) {
		cache->misses++;
		return NULL;
	}
	cache->hits++;
	mask_hold(cache, mask);
	return mask;
}

/* More chains than this are slow to look through; without memory it stays as it is. */
static void grow(struct mask_cache *cache)
{
	size_t n = cache->n_buckets * 4;
	struct gl_mask **old = cache->buckets, **buckets;
	if (cache->n < cache->n_buckets)
		return;
	buckets = calloc(n, sizeof(struct gl_mask *));
	if (!buckets)
		return;
	size_t n_old = cache->n_buckets;
	cache->buckets = buckets;
	cache->n_buckets = n;
	for (size_t i = 0; i < n_old; i++)
		for (struct gl_mask *mask = old[i], *next; mask; mask = next) {
			struct gl_mask **at = bucket(cache, mask->key);
			next = mask->next;
			mask->next = *at;
			*at = mask;
		}
	free(old);
}

void mask_add(struct mask_cache *cache, struct gl_mask *mask)
{
	grow(cache);
	struct gl_mask **at = bucket(cache, mask->key);
	mask->next = *at;
	*at = mask;
	cache->n++;
	cache->bytes += mask->bytes;
}

void mask_hold(struct mask_cache *cache, struct gl_mask *mask)
{
	if (mask->refs++ > 0)
		return;
	list_remove(&mask->link);
	cache->unused_bytes -= mask->bytes;
}

void mask_release(struct mask_cache *cache, struct gl_mask *mask)
{
	if (!mask || --mask->refs > 0)
		return;
	list_push_back(&cache->unused, &mask->link);
	cache->unused_bytes += mask->bytes;
	evict(cache, MASK_CACHE_BYTES);
}

void mask_free(struct gl_mask *mask)
{
	free(mask);
}

struct gl_mask *mask_build(const struct mask_scratch *s, int32_t width, int32_t height)
{
	size_t rows = ((size_t)height + 1) * sizeof *s->rows;
	size_t spans = s->n_spans * sizeof *s->spans,
	       cover = s->n_cover * sizeof *s->cover;
	size_t bytes = sizeof(struct gl_mask) + rows + spans + cover;
	struct gl_mask *mask = malloc(bytes);
	if (!mask)
		return NULL;
	uint8_t *at = (uint8_t *)(mask + 1);
	*mask = (struct gl_mask){.width = width,
		.height = height,
		.rows = (uint32_t *)(void *)at,
		.spans = (struct gl_span *)(void *)(at + rows),
		.cover = (uint16_t *)(void *)(at + rows + spans),
		.bytes = bytes,
		.refs = 1};
	list_init(&mask->link);
	memcpy(at, s->rows, rows);
	if (spans)
		memcpy(at + rows, s->spans, spans);
	if (cover)
		memcpy(at + rows + spans, s->cover, cover);
	for (size_t i = 0; i < s->n_spans; i++)
		mask->pixels += s->spans[i].len;
	return mask;
}
