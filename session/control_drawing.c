#include "session/control_drawing.h"

#include "gl/gl.h"
#include "gl/text.h"
#include "session/control_reply.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct reply_column cost_columns[] = {
	{"what", "drawing", REPLY_TEXT},
	{"frames", "frames", REPLY_COUNT},
	{"draw_calls", "draw calls", REPLY_COUNT},
	{"quads", "quads", REPLY_COUNT},
	{"uploaded_bytes", "uploaded KiB", REPLY_SIZE},
	{"painted_pixels", "pixels", REPLY_COUNT},
	{"composed_pixels", "composed", REPLY_COUNT},
	{"decode_ns", "decode ms", REPLY_TIME},
	{"cover_ns", "coverage ms", REPLY_TIME},
	{"paint_ns", "paint ms", REPLY_TIME},
	{"gl_ns", "GL ms", REPLY_TIME},
};

static const struct reply_column cache_columns[] = {
	{"cache", "cache", REPLY_TEXT},
	{"bytes", "KiB", REPLY_SIZE},
	{"most_bytes", "at most", REPLY_SIZE},
	{"count", "count", REPLY_COUNT},
	{"hits", "hits", REPLY_COUNT},
	{"misses", "misses", REPLY_COUNT},
	{"evicted", "evicted", REPLY_COUNT},
};

static const struct reply_column memory_columns[] = {
	{"layers", "layers", REPLY_COUNT},
	{"layer_bytes", "layers KiB", REPLY_SIZE},
	{"targets", "targets", REPLY_COUNT},
	{"target_bytes", "targets KiB", REPLY_SIZE},
	{"atlas_bytes", "atlases KiB", REPLY_SIZE},
	{"kept_macro_bytes", "kept macros KiB", REPLY_SIZE},
	{"kept_image_bytes", "kept images KiB", REPLY_SIZE},
	{"kept_content_bytes", "kept sub-layers KiB", REPLY_SIZE},
	{"kept_font_bytes", "kept fonts KiB", REPLY_SIZE},
};

static void put_cost(struct reply *reply, const char *what, uint64_t frames,
	const struct gl_cost *cost)
{
	reply_text(reply, what);
	reply_number(reply, frames);
	reply_number(reply, cost->calls);
	reply_number(reply, cost->quads);
	reply_number(reply, cost->uploaded);
	reply_number(reply, cost->painted);
	reply_number(reply, cost->composed);
	reply_number(reply, cost->decode_ns);
	reply_number(reply, cost->cover_ns);
	reply_number(reply, cost->paint_ns);
	reply_number(reply, cost->gl_ns);
}

static void put_cache(
	struct reply *reply, const char *name, const struct gl_cache_stats *cache)
{
	reply_text(reply, name);
	reply_number(reply, cache->bytes);
	reply_number(reply, cache->most_bytes);
	reply_number(reply, cache->n);
	reply_number(reply, cache->hits);
	reply_number(reply, cache->misses);
	reply_number(reply, cache->evicted);
}

/* Runs of plugins' texts, shaped. */
static struct gl_cache_stats text_stats(const struct gl_text *layouts)
{
	struct gl_text_stats stats = {0};
	if (layouts)
		stats = gl_text_stats(layouts);
	return (struct gl_cache_stats){.bytes = stats.bytes,
		.most_bytes = GL_TEXT_CACHE_BYTES,
		.n = stats.entries,
		.hits = stats.hits,
		.misses = stats.misses,
		.evicted = stats.evicted};
}

static void put_caches(
	struct reply *reply, const struct gl_stats *stats, const struct gl_text *layouts)
{
	struct gl_cache_stats text = text_stats(layouts);
	reply_table(reply, "caches", cache_columns, COUNT(cache_columns));
	put_cache(reply, "masks", &stats->masks);
	put_cache(reply, "glyphs", &stats->glyphs);
	put_cache(reply, "textures", &stats->textures);
	put_cache(reply, "sub-layers", &stats->stores);
	put_cache(reply, "groups", &stats->pool);
	put_cache(reply, "text", &text);
	reply_end(reply);
}

static void put_memory(struct reply *reply, const struct gl_stats *stats)
{
	reply_record(reply, "memory", memory_columns, COUNT(memory_columns));
	reply_number(reply, stats->n_layers);
	reply_number(reply, stats->layers);
	reply_number(reply, stats->n_targets);
	reply_number(reply, stats->targets);
	reply_number(reply, stats->atlases);
	reply_number(reply, stats->kept_macros);
	reply_number(reply, stats->kept_images);
	reply_number(reply, stats->kept_contents);
	reply_number(reply, stats->kept_fonts);
	reply_end(reply);
}

void control_drawing_put(
	const struct gl *gl, const struct gl_text *layouts, struct reply *reply)
{
	struct gl_stats stats = {0};
	if (gl)
		gl_get_stats(gl, &stats);
	reply_table(reply, "drawing", cost_columns, COUNT(cost_columns));
	put_cost(reply, "last frame", stats.frames > 0, &stats.last);
	put_cost(reply, "all", stats.frames, &stats.total);
	reply_end(reply);
	put_caches(reply, &stats, layouts);
	put_memory(reply, &stats);
}
