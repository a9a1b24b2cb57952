#include <errno.h>
#include <hb-ot.h>
#include <stdlib.h>
#include <string.h>

#include "gl/text_private.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/xalloc.h"

#define BUCKETS     1024u
#define CONTEXT_MAX 5u   /* characters on each side that HarfBuzz looks at */
#define PIECE       8u   /* characters that count like a glyph that is read */
#define CACHED_MAX  512u /* characters of an item that is kept */

/* Glyphs of an item: some fonts make many of one character, but no font so many of all. */
#define ITEM_GLYPHS(characters) (16u * (characters) + 64u)

/* In units of the font: the same for all sizes. */
struct unit_glyph {
	uint32_t glyph;
	uint32_t cluster; /* from the start of the item */
	int32_t advance, x, y;
	uint32_t unsafe;
};

/* What shaping depends on; text is the item with its context. */
struct key {
	uint32_t font, script;
	hb_language_t lang;
	uint32_t rtl, flags;
	uint32_t before, length, after; /* characters */
	uint32_t features;
	uint64_t hash;
};

struct entry {
	struct list bucket; // text_cache.buckets
	struct list used;   // text_cache.used, the last used first
	struct key key;
	size_t bytes;
	uint32_t count;
	/* then features, text, glyphs */
};

struct text_cache {
	struct list buckets[BUCKETS];
	struct list used;
	struct gl_text_stats stats;
};

struct text_cache *text_cache_create(void)
{
	struct text_cache *cache = xcalloc(1, sizeof *cache);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&cache->buckets[i]);
	list_init(&cache->used);
	return cache;
}

static void drop(struct text_cache *cache, struct entry *entry)
{
	cache->stats.bytes -= entry->bytes;
	cache->stats.entries--;
	list_remove(&entry->bucket);
	list_remove(&entry->used);
	free(entry);
}

void text_cache_destroy(struct text_cache *cache)
{
	if (!cache)
		return;
	list_for_each_safe (entry, &cache->used, struct entry, used)
		drop(cache, entry);
	free(cache);
}

struct gl_text_stats text_cache_stats(const struct text_cache *cache)
{
	return cache->stats;
}

static struct gl_text_feature *entry_features(struct entry *entry)
{
	return (struct gl_text_feature *)(entry + 1);
}

static uint32_t *entry_text(struct entry *entry)
{
	return (uint32_t *)(entry_features(entry) + entry->key.features);
}

static uint32_t text_length(const struct key *key)
{
	return key->before + key->length + key->after;
}

static struct unit_glyph *entry_glyphs(struct entry *entry)
{
	return (struct unit_glyph *)(entry_text(entry) + text_length(&entry->key));
}

/* FNV-1a, a word at a time. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x100000001b3u;
}

static void hash_key(
	struct key *key, const uint32_t *chars, const struct gl_text_feature *features)
{
	uint64_t h = 0xcbf29ce484222325u;
	h = mix(mix(h, key->font), key->script);
	h = mix(mix(h, (uintptr_t)key->lang), key->rtl << 8 | key->flags);
	h = mix(mix(h, key->before), key->length);
	for (uint32_t i = 0; i < text_length(key); i++)
		h = mix(h, chars[i]);
	for (uint32_t i = 0; i < key->features; i++)
		h = mix(mix(h, features[i].tag), features[i].value);
	key->hash = h ^ h >> 32;
}

static bool key_equal(const struct key *a, const struct key *b)
{
	return a->hash == b->hash && a->font == b->font && a->script == b->script &&
	       a->lang == b->lang && a->rtl == b->rtl && a->flags == b->flags &&
	       a->before == b->before && a->length == b->length && a->after == b->after &&
	       a->features == b->features;
}

static struct entry *cache_find(struct text_cache *cache, const struct key *key,
	const uint32_t *chars, const struct gl_text_feature *features)
{
	list_for_each (
		entry, &cache->buckets[key->hash % BUCKETS], struct entry, bucket) {
		if (!key_equal(&entry->key, key) ||
			memcmp(entry_text(entry), chars,
				text_length(key) * sizeof *chars) != 0 ||
			(key->features && memcmp(entry_features(entry), features,
						  key->features * sizeof *features) != 0))
			continue;
		list_remove(&entry->used);
		list_push_front(&cache->used, &entry->used);
		cache->stats.hits++;
		return entry;
	}
	cache->stats.misses++;
	return NULL;
}

static struct unit_glyph read_glyph(
	const hb_glyph_info_t *info, const hb_glyph_position_t *pos)
{
	return (struct unit_glyph){
		.glyph = info->codepoint,
		.cluster = info->cluster,
		.advance = pos->x_advance,
		.x = pos->x_offset,
		.y = pos->y_offset,
		.unsafe = hb_glyph_info_get_glyph_flags(info) &
			  HB_GLYPH_FLAG_UNSAFE_TO_BREAK,
	};
}

static void cache_put(struct text_cache *cache, const struct key *key,
	const uint32_t *chars, const struct gl_text_feature *features,
	const struct unit_glyph *glyphs, uint32_t n)
{
	size_t bytes = sizeof(struct entry) + key->features * sizeof *features +
		       text_length(key) * sizeof *chars + n * sizeof *glyphs;
	struct entry *entry = key->length <= CACHED_MAX ? malloc(bytes) : NULL;
	if (!entry)
		return;
	*entry = (struct entry){.key = *key, .bytes = bytes, .count = n};
	if (key->features)
		memcpy(entry_features(entry), features, key->features * sizeof *features);
	memcpy(entry_text(entry), chars, text_length(key) * sizeof *chars);
	memcpy(entry_glyphs(entry), glyphs, n * sizeof *glyphs);
	list_push_front(&cache->buckets[key->hash % BUCKETS], &entry->bucket);
	list_push_front(&cache->used, &entry->used);
	cache->stats.bytes += bytes;
	cache->stats.entries++;
	while (cache->stats.bytes > GL_TEXT_CACHE_BYTES) {
		drop(cache, container_of(cache->used.prev, struct entry, used));
		cache->stats.evicted++;
	}
}

static void put(struct gl_text *text, const struct text_item *item,
	const struct unit_glyph *glyphs, uint32_t n, float scale)
{
	struct text_shaped *to = text_shaped_at(text, item->first);
	for (uint32_t i = 0; i < n; i++) {
		to[i] = (struct text_shaped){
			.glyph = glyphs[i].glyph,
			.cluster = item->start + glyphs[i].cluster,
			.advance = (float)glyphs[i].advance * scale,
			.x = (float)glyphs[i].x * scale,
			.y = -(float)glyphs[i].y * scale,
			.unsafe = glyphs[i].unsafe,
		};
	}
}

/* Every cell gets its room behind it: at the last glyph of its cluster. */
static void put_spacing(struct gl_text *text, const struct text_item *item, float spacing)
{
	struct text_shaped *shaped = text_shaped_at(text, item->first);
	bool rtl = item->level & 1;
	for (uint32_t i = 0; i < item->count; i++) {
		bool last = i + 1 == item->count ||
			    shaped[i + 1].cluster != shaped[i].cluster;
		bool first = i == 0 || shaped[i - 1].cluster != shaped[i].cluster;
		if (!(rtl ? first : last))
			continue;
		uint32_t end = item->end, cells = 0;
		if (rtl ? i > 0 : i + 1 < item->count)
			end = shaped[rtl ? i - 1 : i + 1].cluster;
		for (uint32_t c = shaped[i].cluster; c < end; c++)
			cells += text->chars[c].flags & CHAR_CELL ? 1 : 0;
		shaped[i].advance += spacing * (float)cells;
		if (rtl)
			shaped[i].x += spacing * (float)cells;
	}
}

static void finish(struct gl_text *text, struct text_item *item)
{
	const struct gl_text_run *style = &text->request->runs[item->style];
	if (style->spacing < 0 || style->spacing > 0)
		put_spacing(text, item, style->spacing);
	item->width = 0;
	for (uint32_t i = 0; i < item->count; i++)
		item->width += text_shaped_at(text, item->first)[i].advance;
}

static int shape_now(struct gl_text *text, hb_font_t *font, const struct key *key,
	const uint32_t *chars, const struct gl_text_feature *features)
{
	hb_buffer_t *buffer = text->buffer;
	hb_feature_t set[GL_TEXT_FEATURES_MAX];
	for (uint32_t i = 0; i < key->features; i++)
		set[i] = (hb_feature_t){features[i].tag, features[i].value,
			HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END};
	hb_buffer_clear_contents(buffer);
	hb_buffer_set_direction(buffer, key->rtl ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
	hb_buffer_set_script(buffer, (hb_script_t)key->script);
	hb_buffer_set_language(buffer, key->lang);
	hb_buffer_set_flags(buffer, (hb_buffer_flags_t)key->flags);
	hb_buffer_add_utf32(
		buffer, chars, (int)text_length(key), key->before, (int)key->length);
	hb_shape(font, buffer, set, key->features);
	return hb_buffer_allocation_successful(buffer) ? 0 : -ENOMEM;
}

/* The result of HarfBuzz, with clusters from the start of the item. */
static struct unit_glyph *read_buffer(struct gl_text *text, uint32_t before, uint32_t *n)
{
	const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(text->buffer, n);
	const hb_glyph_position_t *pos = hb_buffer_get_glyph_positions(text->buffer, n);
	struct unit_glyph *glyphs =
		text_array_room(&text->scratch[2], *n + 1, sizeof *glyphs);
	for (uint32_t i = 0; glyphs && i < *n; i++) {
		glyphs[i] = read_glyph(&info[i], &pos[i]);
		glyphs[i].cluster -= before;
	}
	return glyphs;
}

static float scale_of(hb_font_t *font, float size)
{
	unsigned upem = hb_face_get_upem(hb_font_get_face(font));
	return size / (float)(upem ? upem : 1000);
}

/* The paragraph's characters around the item; none where a tab or its end is. */
static const uint32_t *get_chars(
	struct gl_text *text, const struct text_item *item, struct key *key)
{
	uint32_t start = item->start, end = item->end;
	bool own = start < text->char_count;
	while (own && key->before < CONTEXT_MAX && start > 0 &&
		!(text->chars[start - 1].flags & CHAR_BLANK)) {
		start--;
		key->before++;
	}
	while (own && key->after < CONTEXT_MAX && end < text->char_count &&
		!(text->chars[end].flags & CHAR_BLANK)) {
		end++;
		key->after++;
	}
	key->length = item->end - item->start;
	uint32_t *chars = text_array_room(&text->scratch[1], end - start, sizeof *chars);
	for (uint32_t i = start; chars && i < end; i++)
		chars[i - start] = text->chars[i].c;
	return chars;
}

static int reserve(struct gl_text *text, struct text_item *item, uint32_t n)
{
	item->first = text->shaped_count;
	item->count = n;
	if (!text_array_room(&text->shaped_array, (size_t)item->first + n + 1,
		    sizeof(struct text_shaped)))
		return -ENOMEM;
	text->shaped_count += n;
	return 0;
}

int text_shape(struct gl_text *text, struct text_item *item)
{
	const struct gl_text_run *style = &text->request->runs[item->style];
	hb_font_t *font = gl_font_shaper(text->fonts, item->font);
	item->first = text->shaped_count;
	item->count = 0;
	item->width = 0;
	if (item->kind == TEXT_KIND_TAB || item->kind == TEXT_KIND_NOTHING || !font)
		return 0;
	if (gl_font_dear(text->fonts, item->font))
		return -ETIME;
	struct key key = {.font = item->font,
		.script = item->script,
		.lang = hb_language_from_string(item->lang, -1),
		.rtl = item->level & 1,
		.features = style->feature_count};
	const uint32_t *chars = get_chars(text, item, &key);
	if (!chars)
		return -ENOMEM;
	key.flags = (key.before ? 0 : HB_BUFFER_FLAG_BOT) |
		    (key.after ? 0 : HB_BUFFER_FLAG_EOT);
	hash_key(&key, chars, style->features);
	struct entry *entry = cache_find(text->cache, &key, chars, style->features);
	const struct unit_glyph *glyphs = entry ? entry_glyphs(entry) : NULL;
	uint32_t n = entry ? entry->count : 0;
	if (!entry) {
		uint64_t start = clock_thread_ns();
		int r = shape_now(text, font, &key, chars, style->features);
		gl_font_charge(text->fonts, item->font, clock_thread_ns() - start,
			1 + key.length / PIECE);
		if (r < 0)
			return r;
		glyphs = read_buffer(text, key.before, &n);
		if (!glyphs)
			return -ENOMEM;
		if (n > ITEM_GLYPHS(key.length))
			return -EOVERFLOW;
		cache_put(text->cache, &key, chars, style->features, glyphs, n);
	}
	if (reserve(text, item, n) < 0)
		return -ENOMEM;
	put(text, item, glyphs, n, scale_of(font, style->size));
	finish(text, item);
	return 0;
}

struct text_metrics text_font_metrics(struct gl_text *text, uint32_t font, uint16_t style)
{
	hb_font_extents_t extents = {0};
	hb_font_t *hb = gl_font_shaper(text->fonts, font);
	if (!hb)
		return (struct text_metrics){0};
	float scale = scale_of(hb, text->request->runs[style].size);
	hb_font_get_h_extents(hb, &extents);
	return (struct text_metrics){
		(float)extents.ascender * scale, -(float)extents.descender * scale};
}
