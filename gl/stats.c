/* What the renderer holds, and what drawing cost. */
#include "gl/glyph.h"
#include "gl/private.h"
#include "gl/store.h"

#define PIXEL 4 /* bytes */

static uint64_t uploaded(const struct gl *gl)
{
	const struct gl_batch *b = &gl->batch;
	return b->counts.bytes + b->ring.uploaded + b->glyphs.uploaded +
	       b->color_glyphs.uploaded;
}

static struct gl_cost total(const struct gl *gl)
{
	struct gl_cost cost = gl->cost;
	cost.calls += gl->batch.counts.calls;
	cost.quads += gl->batch.counts.quads;
	cost.uploaded += uploaded(gl) + gl->textures.uploaded;
	return cost;
}

void stats_keep(struct gl *gl)
{
	gl->cost.calls += gl->batch.counts.calls;
	gl->cost.quads += gl->batch.counts.quads;
	gl->cost.uploaded += uploaded(gl);
}

void stats_end_frame(struct gl *gl)
{
	struct gl_cost now = total(gl);
	const struct gl_cost *was = &gl->before;
	gl->frames++;
	gl->last = (struct gl_cost){
		.calls = now.calls - was->calls,
		.quads = now.quads - was->quads,
		.uploaded = now.uploaded - was->uploaded,
		.painted = now.painted - was->painted,
		.composed = now.composed - was->composed,
		.decode_ns = now.decode_ns - was->decode_ns,
		.cover_ns = now.cover_ns - was->cover_ns,
		.paint_ns = now.paint_ns - was->paint_ns,
		.gl_ns = now.gl_ns - was->gl_ns,
	};
	gl->before = now;
}

static size_t bytes_of(int32_t width, int32_t height)
{
	return (size_t)width * (size_t)height * PIXEL;
}

static struct gl_cache_stats masks_of(const struct gl *gl)
{
	return (struct gl_cache_stats){
		.bytes = gl->masks.bytes,
		.most_bytes = MASK_CACHE_BYTES,
		.n = gl->masks.n,
		.hits = gl->masks.hits,
		.misses = gl->masks.misses,
		.evicted = gl->masks.evicted,
	};
}

static struct gl_cache_stats glyphs_of(const struct gl *gl)
{
	struct glyph_stats s = {0};
	glyph_cache_stats(gl->glyphs, &s);
	return (struct gl_cache_stats){
		.bytes = s.bytes,
		.most_bytes = GLYPH_CACHE_BYTES,
		.n = s.glyphs,
		.hits = s.hits,
		.misses = s.misses,
		.evicted = s.evicted,
	};
}

static struct gl_cache_stats textures_of(const struct gl *gl)
{
	struct gl_cache_stats out = {
		.bytes = gl->textures.bytes,
		.most_bytes = TEXTURE_CACHE_BYTES,
		.evicted = gl->textures.evicted,
	};
	for (size_t i = 0; i < gl->textures.n; i++)
		out.n += gl->textures.all[i].image != NULL;
	return out;
}

static struct gl_cache_stats pool_of(const struct gl *gl)
{
	struct gl_cache_stats out = {.bytes = gl->pool.bytes, .most_bytes = POOL_BYTES};
	for (size_t i = 0; i < POOL_SURFACES; i++)
		out.n += gl->pool.surfaces[i].texture != 0;
	return out;
}

static size_t atlases_of(const struct gl *gl)
{
	if (gl->painter != GL_PAINTER_GL)
		return 0;
	return RING_TEXELS * 2 + (size_t)ATLAS_SIDE * ATLAS_SIDE * (1 + PIXEL) +
	       (size_t)STOP_ROWS * 2 * OPWIRE_MAX_STOPS * PIXEL;
}

static void add_kept(const struct gl_layer *layer, struct gl_stats *out)
{
	struct resource_stats kept;
	resources_stats(layer->resources, &kept);
	out->kept_macros += kept.bytes[RESOURCE_MACRO];
	out->kept_images += kept.bytes[RESOURCE_IMAGE];
	out->kept_contents += kept.bytes[RESOURCE_SUBLAYER];
	out->kept_fonts += kept.bytes[RESOURCE_FONT];
}

void gl_get_stats(const struct gl *gl, struct gl_stats *out)
{
	*out = (struct gl_stats){
		.masks = masks_of(gl),
		.glyphs = glyphs_of(gl),
		.textures = textures_of(gl),
		.pool = pool_of(gl),
		.stores = {.bytes = gl->store_bytes, .most_bytes = STORE_BYTES},
		.atlases = atlases_of(gl),
		.frames = gl->frames,
		.last = gl->last,
		.total = total(gl),
	};
	list_for_each (store, &gl->stores, struct gl_store, link)
		out->stores.n++;
	list_for_each (layer, &gl->layers, struct gl_layer, link) {
		out->layers += bytes_of(layer->width, layer->height);
		out->n_layers++;
		add_kept(layer, out);
	}
	list_for_each (target, &gl->targets, struct gl_target, link) {
		out->targets += bytes_of(target->surface.width, target->surface.height);
		out->n_targets++;
	}
}
