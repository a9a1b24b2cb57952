#include "gl/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/texture.h"
#include "util/opwire.h"

static int make_indices(struct gl_batch *b)
{
	static const uint16_t corners[6] = {0, 1, 2, 2, 1, 3};
	size_t size = (size_t)BATCH_QUADS * 6 * sizeof(uint16_t);
	uint16_t *indices = malloc(size);
	if (!indices)
		return -ENOMEM;
	for (size_t i = 0; i < (size_t)BATCH_QUADS * 6; i++)
		indices[i] = (uint16_t)(i / 6 * 4 + corners[i % 6]);
	glGenBuffers(1, &b->index_buffer);
	glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, b->index_buffer);
	glBufferData(GL_ELEMENT_ARRAY_BUFFER, (GLsizeiptr)size, indices, GL_STATIC_DRAW);
	free(indices);
	return 0;
}

/* Two texels a stop: the colour and the offset. */
static void make_stops(struct gl_batch *b)
{
	glActiveTexture(GL_TEXTURE0 + UNIT_STOPS);
	b->stops = texture_create(GL_NEAREST);
	glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, 2 * OPWIRE_MAX_STOPS, STOP_ROWS, 0,
		GL_RGBA, GL_UNSIGNED_BYTE, NULL);
}

static void reset(struct gl_batch *b)
{
	b->n = 0;
	b->oldest = b->ring.head;
	b->rows[0].n = b->rows[1].n = 0;
	b->round++;
}

int batch_init(struct gl_batch *b, GLenum srgb_internal, GLenum srgb_format)
{
	b->quads = malloc(BATCH_QUADS * sizeof *b->quads);
	glActiveTexture(GL_TEXTURE0 + UNIT_COVER);
	if (!b->quads || make_indices(b) || cover_ring_init(&b->ring))
		return -ENOMEM;
	glGenBuffers(1, &b->vertex_buffer);
	glActiveTexture(GL_TEXTURE0 + UNIT_GLYPHS);
	glyph_atlas_init(&b->glyphs, GL_ALPHA, GL_ALPHA);
	glActiveTexture(GL_TEXTURE0 + UNIT_SOURCE);
	glyph_atlas_init(&b->color_glyphs, srgb_internal, srgb_format);
	make_stops(b);
	reset(b);
	return 0;
}

void batch_finish(struct gl_batch *b)
{
	if (b->vertex_buffer)
		glDeleteBuffers(1, &b->vertex_buffer);
	if (b->index_buffer)
		glDeleteBuffers(1, &b->index_buffer);
	if (b->stops)
		glDeleteTextures(1, &b->stops);
	cover_ring_finish(&b->ring);
	glyph_atlas_finish(&b->glyphs);
	glyph_atlas_finish(&b->color_glyphs);
	free(b->quads);
	memset(b, 0, sizeof *b);
}

void batch_target(struct gl_batch *b, int32_t width, int32_t height, int32_t x, int32_t y)
{
	batch_flush(b);
	b->width = width;
	b->height = height;
	b->x = x;
	b->y = y;
}

/* What is not a vertex's own. */
static bool same_state(const struct paint_source *a, const struct paint_source *b)
{
	return a->program == b->program && a->texture == b->texture &&
	       a->under == b->under && memcmp(a->unit, b->unit, sizeof a->unit) == 0 &&
	       memcmp(a->extent, b->extent, sizeof a->extent) == 0 &&
	       memcmp(a->levels, b->levels, sizeof a->levels) == 0 &&
	       memcmp(a->clamp, b->clamp, sizeof a->clamp) == 0 &&
	       memcmp(a->terms, b->terms, sizeof a->terms) == 0;
}

void batch_use(
	struct gl_batch *b, const struct paint_source *source, struct batch_blend blend)
{
	if (!same_state(&b->source, source) || b->blend.on != blend.on ||
		(blend.on &&
			(b->blend.source != blend.source || b->blend.dest != blend.dest)))
		batch_flush(b);
	b->source = *source;
	b->blend = blend;
	b->rows[0].n = b->rows[1].n = 0;
}

static void bind(unsigned unit, GLuint texture)
{
	glActiveTexture(GL_TEXTURE0 + unit);
	glBindTexture(GL_TEXTURE_2D, texture);
}

static void set_state(struct gl_batch *b)
{
	const struct paint_source *s = &b->source;
	const struct gl_program *p = s->program;
	glUseProgram(p->id);
	glUniform2f(p->scale, 2.0f / (float)b->width, 2.0f / (float)b->height);
	glUniform2f(p->shift, (float)b->x, (float)b->y);
	glUniform2f(p->cover_unit, 1.0f / RING_WIDTH, 1.0f / RING_HEIGHT);
	glUniform2f(p->glyph_unit, 1.0f / ATLAS_SIDE, 1.0f / ATLAS_SIDE);
	glUniform2fv(p->unit, 1, s->unit);
	glUniform2fv(p->extent, 1, s->extent);
	glUniform2fv(p->fine, 1, s->fine);
	glUniform4fv(p->levels, 1, s->levels);
	glUniform4fv(p->clamp_fine, 1, s->clamp[0]);
	glUniform4fv(p->clamp_coarse, 1, s->clamp[1]);
	glUniform4fv(p->terms, 1, s->terms);
	glUniform1f(p->more, s->more);
	if (b->blend.on) {
		glEnable(GL_BLEND);
		glBlendFunc(b->blend.source, b->blend.dest);
	} else {
		glDisable(GL_BLEND);
	}
	bind(UNIT_STOPS, b->stops);
	bind(UNIT_GLYPHS, b->glyphs.texture);
	bind(UNIT_UNDER, s->under ? s->under : b->stops);
	bind(UNIT_SOURCE, s->texture ? s->texture : b->stops);
	bind(UNIT_COVER, b->ring.texture);
	cover_ring_send(&b->ring);
}

static void point_at(
	GLuint attribute, GLint n, GLenum type, GLboolean normalized, size_t offset)
{
	glEnableVertexAttribArray(attribute);
	glVertexAttribPointer(attribute, n, type, normalized, sizeof(struct batch_vertex),
		(const void *)offset);
}

#define FIELD(name) offsetof(struct batch_vertex, name)

void batch_flush(struct gl_batch *b)
{
	size_t size = b->n * sizeof *b->quads;
	if (b->n == 0)
		return;
	set_state(b);
	glBindBuffer(GL_ARRAY_BUFFER, b->vertex_buffer);
	glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)size, b->quads, GL_STREAM_DRAW);
	glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, b->index_buffer);
	point_at(ATTR_AT, 2, GL_SHORT, GL_FALSE, FIELD(x));
	point_at(ATTR_TEXEL, 2, GL_UNSIGNED_SHORT, GL_FALSE, FIELD(s));
	point_at(ATTR_COLOR, 4, GL_UNSIGNED_SHORT, GL_TRUE, FIELD(color));
	point_at(ATTR_BRUSH, 2, GL_FLOAT, GL_FALSE, FIELD(u));
	point_at(ATTR_RADIAL, 3, GL_FLOAT, GL_FALSE, FIELD(radial));
	point_at(ATTR_PICK, 3, GL_UNSIGNED_SHORT, GL_TRUE, FIELD(pick));
	point_at(ATTR_LOOK, 4, GL_UNSIGNED_BYTE, GL_FALSE, FIELD(look));
	glDrawElements(GL_TRIANGLES, (GLsizei)b->n * 6, GL_UNSIGNED_SHORT, NULL);
	for (GLuint i = ATTR_AT + 1; i < ATTR_KINDS; i++)
		glDisableVertexAttribArray(i);
	b->counts.calls++;
	b->counts.quads += b->n;
	b->counts.bytes += size;
	reset(b);
}

static void place_brush(const struct gl_batch *b, struct batch_vertex *v)
{
	struct gl_point p = affine_apply(&b->source.to_brush, v->x, v->y);
	v->u = (float)p.x;
	v->v = (float)p.y;
}

/* Covered by value of it; s and t are the texel of its first pixel. */
static void put_quad(struct gl_batch *b, struct gl_rect at, uint16_t value,
	enum batch_pick pick, int32_t s, int32_t t)
{
	struct batch_vertex one = {.look = {b->source.look[0], b->source.look[1],
					   b->source.look[2], b->source.look[3]},
		.radial = {
			b->source.radial[0], b->source.radial[1], b->source.radial[2]}};
	if (b->n == BATCH_QUADS)
		batch_flush(b);
	struct batch_vertex *v = b->quads[b->n++];
	if (b->source.look[1] > 0)
		b->stop_used[b->source.look[0]] = b->round;
	for (int i = 0; i < 4; i++)
		one.color[i] = (uint16_t)(b->source.color[i] * 65535.0f + 0.5f);
	one.pick[pick] = value;
	for (int i = 0; i < 4; i++) {
		bool right = i & 1, low = i & 2;
		v[i] = one;
		v[i].x = (int16_t)(right ? at.x1 : at.x0);
		v[i].y = (int16_t)(low ? at.y1 : at.y0);
		v[i].s = (uint16_t)(right ? s + at.x1 - at.x0 : s);
		v[i].t = (uint16_t)(low ? t + at.y1 - at.y0 : t);
		place_brush(b, &v[i]);
	}
}

void batch_box(struct gl_batch *b, struct gl_rect within)
{
	if (!rect_empty(&within))
		put_quad(b, within, COVER_FULL, PICK_FULL, 0, 0);
}

/* Room for n values that no gathered quad's values are overwritten for. */
static void make_room(struct gl_batch *b, size_t n)
{
	if (b->n > 0 && b->ring.head + n - b->oldest > RING_TEXELS)
		batch_flush(b);
	if (b->n == 0)
		b->oldest = b->ring.head;
}

/* Values that lie in the ring from place on. */
static void put_ring(struct gl_batch *b, int32_t x, int32_t y, int32_t n, uint64_t place)
{
	while (n > 0) {
		if (b->n == BATCH_QUADS)
			batch_flush(b);
		uint64_t at = place % RING_TEXELS;
		int32_t s = (int32_t)(at % RING_WIDTH), len = RING_WIDTH - s;
		len = len < n ? len : n;
		if (place < b->oldest)
			b->oldest = place;
		put_quad(b, (struct gl_rect){x, y, x + len, y + 1}, COVER_FULL, PICK_RING,
			s, (int32_t)(at / RING_WIDTH));
		x += len;
		n -= len;
		place += (uint64_t)len;
	}
}

void batch_values(
	struct gl_batch *b, int32_t x, int32_t y, const uint16_t *values, int32_t n)
{
	make_room(b, (size_t)n);
	put_ring(b, x, y, n, cover_ring_put(&b->ring, values, (size_t)n));
}

static struct batch_open *find_open(
	struct batch_row *row, size_t *from, const struct batch_open *span)
{
	while (*from < row->n && row->open[*from].x < span->x)
		++*from;
	/* A flush in the middle of a row empties the one above. */
	if (*from >= row->n)
		return NULL;
	struct batch_open *o = &row->open[*from];
	if (o->x != span->x || o->len != span->len || o->value != span->value)
		return NULL;
	return o;
}

static void grow_quad(struct gl_batch *b, struct batch_vertex *v)
{
	for (int i = 2; i < 4; i++) {
		v[i].y++;
		place_brush(b, &v[i]);
	}
}

/* from: how far the row above has been searched. */
static void put_run(struct gl_batch *b, struct batch_open span, int32_t y, size_t *from)
{
	struct batch_row *above = &b->rows[!b->row], *row = &b->rows[b->row];
	struct batch_open *grow = find_open(above, from, &span);
	if (grow) {
		span.quad = grow->quad;
		grow_quad(b, b->quads[span.quad]);
	} else {
		if (b->n == BATCH_QUADS)
			batch_flush(b);
		span.quad = (uint32_t)b->n;
		struct gl_rect at = {span.x, y, span.x + span.len, y + 1};
		put_quad(b, at, span.value, PICK_FULL, 0, 0);
	}
	if (row->n < BATCH_OPEN)
		row->open[row->n++] = span;
}

static void next_row(struct gl_batch *b, int32_t y)
{
	bool adjacent = b->rows[b->row].y + 1 == y;
	if (!adjacent)
		b->rows[b->row].n = 0;
	b->row = !b->row;
	b->rows[b->row].n = 0;
	b->rows[b->row].y = y;
}

/* How many values a mask has, all spans together. */
static size_t values_of(const struct gl_mask *mask)
{
	size_t n = 0;
	for (uint32_t i = 0; i < mask->rows[mask->height]; i++)
		if (mask->spans[i].cover != COVER_NONE &&
			mask->spans[i].cover + mask->spans[i].len > n)
			n = mask->spans[i].cover + mask->spans[i].len;
	return n;
}

/*
 * All values of a mask go into the ring together and stay; those of a huge one go run by
 * run, and are not kept.
 */
static bool keep_values(struct gl_batch *b, struct gl_mask *mask)
{
	if (cover_ring_has(&b->ring, mask->ring)) {
		if (b->n == 0 || mask->ring < b->oldest)
			b->oldest = mask->ring;
		return true;
	}
	size_t n = values_of(mask);
	if (n > RING_TEXELS / 4)
		return false;
	make_room(b, n);
	mask->ring = cover_ring_put(&b->ring, mask->cover, n);
	return true;
}

static void put_span(struct gl_batch *b, const struct gl_mask *mask,
	const struct gl_span *span, int32_t left, int32_t y, struct gl_rect within,
	size_t *from, bool kept)
{
	int32_t x = left > within.x0 ? left : within.x0, end = left + span->len;
	end = end < within.x1 ? end : within.x1;
	if (x >= end)
		return;
	if (span->cover == COVER_NONE)
		put_run(b,
			(struct batch_open){.x = (uint16_t)x,
				.len = (uint16_t)(end - x),
				.value = span->value},
			y, from);
	else if (kept)
		put_ring(b, x, y, end - x,
			mask->ring + span->cover + (uint64_t)(x - left));
	else
		batch_values(b, x, y, &mask->cover[span->cover + (uint32_t)(x - left)],
			end - x);
}

/* Spans begin at a pixel of the layer, which is never negative; of groups and stores neither. */
void batch_mask(struct gl_batch *b, struct gl_mask *mask, int32_t x, int32_t y,
	struct gl_rect within)
{
	within = rect_intersect(
		within, (struct gl_rect){x, y, x + mask->width, y + mask->height});
	if (rect_empty(&within))
		return;
	bool kept = keep_values(b, mask);
	b->rows[0].n = b->rows[1].n = 0;
	b->rows[b->row].y = -2;
	for (int32_t row = within.y0; row < within.y1; row++) {
		size_t from = 0;
		next_row(b, row);
		for (uint32_t i = mask->rows[row - y]; i < mask->rows[row - y + 1]; i++)
			put_span(b, mask, &mask->spans[i], x + mask->spans[i].x, row,
				within, &from, kept);
	}
}

bool batch_find_glyph(struct gl_batch *b, struct gl_glyph *glyph)
{
	struct glyph_atlas *atlas = glyph->color ? &b->color_glyphs : &b->glyphs;
	if (!glyph_atlas_fits(glyph))
		return false;
	if (b->n == BATCH_QUADS)
		batch_flush(b);
	if (glyph_atlas_has(atlas, glyph, b->round))
		return true;
	glActiveTexture(GL_TEXTURE0 + UNIT_GLYPHS);
	if (glyph_atlas_put(atlas, glyph, b->round))
		return true;
	batch_flush(b);
	glActiveTexture(GL_TEXTURE0 + UNIT_GLYPHS);
	return glyph_atlas_put(atlas, glyph, b->round);
}

void batch_glyph(struct gl_batch *b, struct gl_glyph *glyph, int32_t x, int32_t y,
	struct gl_rect within)
{
	struct gl_rect at = rect_intersect(
		within, (struct gl_rect){x, y, x + glyph->width, y + glyph->height});
	if (!rect_empty(&at))
		put_quad(b, at, COVER_FULL, PICK_GLYPH, glyph->atlas_x + at.x0 - x,
			glyph->atlas_y + at.y0 - y);
}

/* stops, as the shader takes them apart again */

static uint64_t key_of(const struct gl_stop *stops, uint32_t n)
{
	uint64_t key = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at;
		memcpy(&at, &stops[i].at, sizeof at);
		key = (key ^ ((uint64_t)at << 32 | stops[i].color)) * 0x9e3779b97f4a7c15u;
		key ^= key >> 29;
	}
	return key ? key : 1;
}

static void put_stops(
	struct gl_batch *b, size_t row, const struct gl_stop *stops, uint32_t n)
{
	uint8_t texels[OPWIRE_MAX_STOPS][2][4];
	for (uint32_t i = 0; i < n; i++) {
		double at = (double)stops[i].at * 4294967296.0;
		uint32_t fixed = at >= 4294967295.0 ? UINT32_MAX : (uint32_t)at;
		for (int k = 0; k < 4; k++) {
			texels[i][0][k] = (uint8_t)(stops[i].color >> (8 * k));
			texels[i][1][k] = (uint8_t)(fixed >> (24 - 8 * k));
		}
	}
	glActiveTexture(GL_TEXTURE0 + UNIT_STOPS);
	glBindTexture(GL_TEXTURE_2D, b->stops);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	glTexSubImage2D(GL_TEXTURE_2D, 0, 0, (GLint)row, (GLsizei)(2 * n), 1, GL_RGBA,
		GL_UNSIGNED_BYTE, texels);
	b->counts.bytes += n * sizeof *texels;
}

/* The rows are taken in turns; one that a gathered quad needs is not overwritten. */
uint8_t batch_stops(struct gl_batch *b, const struct gl_stop *stops, uint32_t n)
{
	uint64_t key = key_of(stops, n);
	size_t row = 0;
	while (row < STOP_ROWS && b->stop_keys[row] != key)
		row++;
	if (row == STOP_ROWS) {
		row = b->next_stop;
		b->next_stop = (row + 1) % STOP_ROWS;
		if (b->stop_used[row] == b->round)
			batch_flush(b);
		put_stops(b, row, stops, n);
		b->stop_keys[row] = key;
	}
	b->stop_used[row] = b->round;
	return (uint8_t)row;
}
