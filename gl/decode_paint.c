/* What paints: fills, groups, glyph runs and sub-layers, as items in order. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/decode_private.h"
#include "gl/glyph.h"
#include "gl/resource.h"
#include "gl/sublayer.h"

static uint64_t clip_hash(const struct decoder *d, uint32_t clip)
{
	return clip == SCENE_NONE ? 1 : d->scene->clips[clip].hash;
}

static int new_item(struct decoder *d, enum item_kind kind, struct gl_item **out)
{
	struct gl_scene *s = d->scene;
	if (d->n_paints == OPWIRE_MAX_PAINTS)
		return refuse(
			d, -E2BIG, "more than %u paints in a stream", OPWIRE_MAX_PAINTS);
	d->n_paints++;
	if (!scene_reserve(s, items, 1))
		return refuse_memory(d);
	*out = &s->items[s->n_items];
	**out = (struct gl_item){
		.kind = kind,
		.blend = d->blend,
		.clip = d->clip,
		.brush = SCENE_NONE,
		.offset = d->place.offset,
	};
	return 0;
}

static void add_item(struct decoder *d, struct gl_item *item, uint64_t hash)
{
	hash = hash_mix(hash, item->kind | (uint64_t)item->blend << 8);
	item->hash = hash_mix(hash, clip_hash(d, item->clip));
	d->scene->n_items++;
}

int op_paint(struct decoder *d)
{
	struct gl_item *item;
	bool nothing;
	int rc = new_item(d, ITEM_FILL, &item);
	if (!rc)
		rc = resolve_brush(d, &item->brush, &item->clip, &nothing);
	if (rc || nothing)
		return rc;
	const struct gl_brush *brush = &d->scene->brushes[item->brush];
	item->content = brush->image ? brush->image->serial : 0;
	add_item(d, item, brush->geometry);
	return 0;
}

/* groups */

int op_group_push(struct decoder *d)
{
	struct gl_item *item;
	float opacity = bytes_f32(&d->in);
	uint8_t mode;
	if (!(opacity >= 0 && opacity <= 1))
		return refuse(d, -EINVAL, "the opacity is not within 0 and 1");
	int rc = read_choice(d, &d->in, BLEND_KINDS, "blend mode", &mode);
	if (rc)
		return rc;
	if (d->n_groups == OPWIRE_MAX_GROUPS)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_GROUPS);
	rc = new_item(d, ITEM_GROUP, &item);
	if (rc)
		return rc;
	item->blend = mode;
	item->opacity = opacity;
	if (!blend_unbounded(mode))
		item->clip = SCENE_NONE;
	d->groups[d->n_groups] = (uint32_t)d->scene->n_items;
	d->group_places[d->n_groups++] = d->place;
	add_item(d, item, hash_double(0, (double)opacity));
	return 0;
}

int op_group_pop(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	if (d->n_groups == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	if (!scene_reserve(s, items, 1))
		return refuse_memory(d);
	uint32_t start = d->groups[--d->n_groups];
	struct gl_item *end = &s->items[s->n_items];
	*end = s->items[start];
	end->kind = ITEM_GROUP_END;
	end->offset = d->place.offset;
	end->end = start;
	end->hash = hash_mix(end->hash, ITEM_GROUP_END);
	s->items[start].end = (uint32_t)s->n_items++;
	return 0;
}

/* glyphs */

#define GLYPH_BYTES 12u

static bool is_upright(const struct gl_affine *m, double size)
{
	return m->hx == 0 && m->hy == 0 && m->sx == m->sy && m->sx > 0 &&
	       size * m->sx <= (double)GLYPH_MAX_SIZE;
}

static uint64_t hash_run(const struct gl_run *run)
{
	const struct gl_affine *m = &run->to_device;
	uint64_t h = hash_double(run->font, (double)run->size);
	h = hash_double(hash_double(h, m->sx), m->hx);
	return hash_double(hash_double(h, m->hy), m->sy);
}

/* Which number is wrong is found anew: refusals need not be fast. */
static int refuse_glyph(struct decoder *d, const float v[2])
{
	struct gl_point p;
	int rc = 0;
	for (int i = 0; i < 2 && !rc; i++)
		rc = check_number(d, (double)v[i], (double)OPWIRE_MAX_COORD);
	return rc ? rc : to_device(d, (double)v[0], (double)v[1], &p);
}

static uint64_t hash_glyph(uint64_t h, const struct gl_scene_glyph *g)
{
	uint32_t words[2];
	memcpy(words, &g->x, 4);
	memcpy(words + 1, &g->y, 4);
	h = hash_mix(h, (uint64_t)g->id << 32 ^ words[0]);
	return hash_mix(h, words[1]);
}

/* The glyphs of the payload, appended; the hash takes all of them in. */
static int read_glyphs(struct decoder *d, uint32_t n, uint64_t *hash)
{
	struct gl_scene *s = d->scene;
	const struct gl_affine m = d->transform;
	if (n > OPWIRE_MAX_GLYPHS - s->n_glyphs)
		return refuse(
			d, -E2BIG, "more than %u glyphs in a stream", OPWIRE_MAX_GLYPHS);
	if (n == 0)
		return 0;
	if (!scene_reserve(s, glyphs, n))
		return refuse_memory(d);
	const uint8_t *in = bytes_take(&d->in, (size_t)n * GLYPH_BYTES);
	struct gl_scene_glyph *g = s->glyphs + s->n_glyphs;
	uint64_t h = *hash;
	for (uint32_t i = 0; i < n; i++, g++, in += GLYPH_BYTES) {
		uint32_t id = bytes_at_u32(in);
		const float v[2] = {bytes_at_f32(in + 4), bytes_at_f32(in + 8)};
		struct gl_point p = affine_apply(&m, (double)v[0], (double)v[1]);
		bool good = fabsf(v[0]) <= OPWIRE_MAX_COORD &&
			    fabsf(v[1]) <= OPWIRE_MAX_COORD &&
			    fabs(p.x) <= (double)OPWIRE_MAX_DEVICE &&
			    fabs(p.y) <= (double)OPWIRE_MAX_DEVICE;
		if (!good)
			return refuse_glyph(d, v);
		*g = (struct gl_scene_glyph){.id = id, .x = (float)p.x, .y = (float)p.y};
		h = hash_glyph(h, g);
	}
	*hash = h;
	return 0;
}

static int read_run(struct decoder *d, struct gl_run *run)
{
	uint32_t id = bytes_u32(&d->in);
	*run = (struct gl_run){
		.size = bytes_f32(&d->in),
		.to_device = d->transform,
	};
	int rc = 0;
	if (d->resources)
		run->font = resource_font(d->resources, id, &run->kept, &rc);
	if (rc)
		return refuse_memory(d);
	if (!run->font)
		return refuse(d, -EINVAL, "font %u is not defined", id);
	if (!(run->size > 0))
		return refuse(d, -EINVAL, "the size is not above 0");
	if (run->size > OPWIRE_MAX_GLYPH_SIZE)
		return refuse(d, -E2BIG, "a size of %g; at most %g", (double)run->size,
			(double)OPWIRE_MAX_GLYPH_SIZE);
	if (bytes_u32(&d->in) != 0)
		return refuse(d, -EINVAL, "the third word is not zero");
	run->upright = is_upright(&d->transform, (double)run->size);
	return 0;
}

int op_glyphs(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	struct gl_affine inverse;
	struct gl_item *item;
	struct gl_run run;
	uint32_t n = (uint32_t)(d->in.size / GLYPH_BYTES - 1);
	if (d->in.size % GLYPH_BYTES != 0)
		return refuse(d, -EINVAL, "the last glyph is cut off");
	int rc = read_run(d, &run);
	uint64_t hash = hash_run(&run);
	if (!rc)
		rc = read_glyphs(d, n, &hash);
	if (!rc)
		rc = new_item(d, ITEM_GLYPHS, &item);
	bool nothing = n == 0 || !affine_invert(&d->transform, &inverse);
	if (rc || nothing)
		return rc;
	if (!scene_reserve(s, runs, 1))
		return refuse_memory(d);
	rc = resolve_brush(d, &item->brush, &item->clip, &nothing);
	if (rc)
		return rc;
	item->first = (uint32_t)s->n_glyphs;
	item->n = n;
	item->end = (uint32_t)s->n_runs;
	run.hash = hash;
	s->runs[s->n_runs++] = run;
	kept_font_hold(run.kept);
	s->n_glyphs += n;
	add_item(d, item, hash_mix(hash, s->brushes[item->brush].hash));
	return 0;
}

/* sub-layers */

static bool is_whole(double v)
{
	return v == floor(v);
}

/* The viewport through which areas of the content are hit. */
static int add_window(struct decoder *d, const struct gl_item *item)
{
	struct gl_scene *s = d->scene;
	if (s->n_areas == OPWIRE_MAX_AREAS)
		return refuse(
			d, -E2BIG, "more than %u areas in a stream", OPWIRE_MAX_AREAS);
	if (!scene_reserve(s, areas, 1))
		return refuse_memory(d);
	s->areas[s->n_areas++] = (struct gl_area){
		.clip = item->clip,
		.parent = d->area,
		.to_local = item->to_content,
		.pass = d->n_passes > 0,
		.sublayer = item->sublayer,
		.clips = (uint32_t)s->n_clips,
	};
	sublayer_hold(item->sublayer);
	s->placed[item->sublayer->placed].last = (uint32_t)s->n_areas - 1;
	return 0;
}

/* The first place of a content in a frame. */
static int note_placed(struct decoder *d, struct gl_sublayer *sublayer)
{
	static uint64_t last_frame;
	struct gl_scene *s = d->scene;
	if (d->frame == 0)
		d->frame = ++last_frame;
	if (sublayer->frame == d->frame)
		return 0;
	if (!scene_reserve(s, placed, 1))
		return refuse_memory(d);
	sublayer->frame = d->frame;
	sublayer->placed = (uint32_t)s->n_placed;
	s->placed[s->n_placed++] = (struct gl_placed){sublayer, SCENE_NONE};
	return place_filters(d, &sublayer->scene);
}

/* v: the viewport, and the point of the content at its top left. */
static void place_content(struct gl_item *item, struct gl_sublayer *sublayer,
	const struct gl_affine *to_local, const double v[6])
{
	struct gl_affine *m = &item->to_content;
	*m = *to_local;
	m->ox += v[4] - v[0];
	m->oy += v[5] - v[1];
	item->exact = m->sx == 1 && m->hx == 0 && m->hy == 0 && m->sy == 1 &&
		      is_whole(m->ox) && is_whole(m->oy);
	item->sublayer = sublayer;
}

static uint64_t hash_place(const struct gl_item *item)
{
	const struct gl_affine *m = &item->to_content;
	const double numbers[6] = {m->sx, m->hx, m->ox, m->hy, m->sy, m->oy};
	uint64_t h = 0;
	for (int i = 0; i < 6; i++)
		h = hash_double(h, numbers[i]);
	return h;
}

int op_place(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in);
	struct gl_affine to_local;
	struct gl_sublayer *sublayer;
	struct gl_item *item;
	double v[6];
	if (d->content)
		return refuse(d, -EINVAL, "not inside a sub-layer");
	sublayer = d->resources ? resource_sublayer(d->resources, id) : NULL;
	if (!sublayer)
		return refuse(d, -EINVAL, "sub-layer %u is not defined", id);
	int rc = read_numbers(d, &d->in, v, 6);
	if (!rc)
		rc = note_placed(d, sublayer);
	if (!rc)
		rc = new_item(d, ITEM_PLACE, &item);
	if (rc)
		return rc;
	const double box[4] = {fmax(v[0], v[0] - v[4]), fmax(v[1], v[1] - v[5]),
		fmin(v[2], v[0] - v[4] + sublayer->width),
		fmin(v[3], v[1] - v[5] + sublayer->height)};
	if (!affine_invert(&d->transform, &to_local) ||
		!(box[0] < box[2] && box[1] < box[3]))
		return 0;
	rc = clip_made(d, box, &item->clip);
	if (rc)
		return rc;
	place_content(item, sublayer, &to_local, v);
	rc = add_window(d, item);
	if (rc)
		return rc;
	sublayer_hold(sublayer);
	item->content = sublayer->serial;
	add_item(d, item, hash_place(item));
	return 0;
}
