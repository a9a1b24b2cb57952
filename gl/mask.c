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

static void give_back(struct mask_cache *cache, struct gl_mask *mask);

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
	give_back(cache, mask);
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
	for (size_t i = 0; i < MASK_SIZES; i++)
		while (cache->spare[i]) {
			struct gl_mask *next = cache->spare[i]->next;
			free(cache->spare[i]);
			cache->spare[i] = next;
		}
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

/* Where the parts of a mask begin, and how much memory all of it takes. */
struct layout {
	size_t rows, spans, cover, bytes;
};

static struct layout lay_out(const struct mask_scratch *s, int32_t height)
{
	struct layout l = {.rows = sizeof(struct gl_mask)};
	l.spans = l.rows + ((size_t)height + 1) * sizeof *s->rows;
	l.cover = l.spans + s->n_spans * sizeof *s->spans;
	l.bytes = l.cover + s->n_cover * sizeof *s->cover;
	return l;
}

static void copy(void *to, const void *from, size_t size)
{
	if (size > 0)
		memcpy(to, from, size);
}

static void fill(struct gl_mask *mask, const struct mask_scratch *s, int32_t width,
	int32_t height, size_t bytes)
{
	struct layout l = lay_out(s, height);
	uint8_t *at = (uint8_t *)mask;
	*mask = (struct gl_mask){.width = width,
		.height = height,
		.rows = (uint32_t *)(void *)(at + l.rows),
		.spans = (struct gl_span *)(void *)(at + l.spans),
		.cover = (uint16_t *)(void *)(at + l.cover),
		.bytes = bytes,
		.refs = 1};
	list_init(&mask->link);
	copy(at + l.rows, s->rows, l.spans - l.rows);
	copy(at + l.spans, s->spans, l.cover - l.spans);
	copy(at + l.cover, s->cover, l.bytes - l.cover);
	for (size_t i = 0; i < s->n_spans; i++)
		mask->pixels += s->spans[i].len;
}

struct gl_mask *mask_build(const struct mask_scratch *s, int32_t width, int32_t height)
{
	size_t bytes = lay_out(s, height).bytes;
	struct gl_mask *mask = malloc(bytes);
	if (mask)
		fill(mask, s, width, height, bytes);
	return mask;
}

/* Four sizes for each power of two; *bytes is rounded up to one. */
static size_t mask_size(size_t *bytes)
{
	unsigned k = 63 - (unsigned)__builtin_clzll(*bytes | 256);
	size_t step = (size_t)1 << (k - 2), quarters = (*bytes + step - 1) / step;
	*bytes = quarters < 4 ? 4 * step : quarters * step;
	return (size_t)(k - 8) * 4 + (quarters < 4 ? 0 : quarters - 4);
}

static void give_back(struct mask_cache *cache, struct gl_mask *mask)
{
	size_t bytes = mask->bytes, size = mask_size(&bytes);
	if (cache->spare_bytes + mask->bytes > MASK_SPARE_BYTES || size >= MASK_SIZES) {
		free(mask);
		return;
	}
	mask->next = cache->spare[size];
	cache->spare[size] = mask;
	cache->spare_bytes += mask->bytes;
}

void mask_frame(struct mask_cache *cache)
{
	cache->frame_bytes = 0;
}

struct gl_mask *mask_make(struct mask_cache *cache, const struct mask_scratch *s,
	int32_t width, int32_t height)
{
	size_t bytes = lay_out(s, height).bytes, size = mask_size(&bytes);
	struct gl_mask *mask = size < MASK_SIZES ? cache->spare[size] : NULL;
	if (cache->bytes - cache->unused_bytes + bytes > MASK_HELD_BYTES &&
		cache->frame_bytes + bytes > MASK_SHARE_BYTES)
		return NULL;
	cache->frame_bytes += bytes;
	if (mask) {
		cache->spare[size] = mask->next;
		cache->spare_bytes -= bytes;
	} else {
		mask = malloc(bytes);
	}
	if (mask)
		fill(mask, s, width, height, bytes);
	return mask;
}
