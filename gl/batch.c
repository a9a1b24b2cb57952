#include "gl/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"

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

static void make_atlas(struct gl_batch *b)
{
	glGenTextures(1, &b->atlas);
	glBindTexture(GL_TEXTURE_2D, b->atlas);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
	/* GL_ALPHA is the one single-channel format that ES 2 and 3 share. */
	glTexImage2D(GL_TEXTURE_2D, 0, GL_ALPHA, ATLAS_WIDTH, ATLAS_HEIGHT, 0, GL_ALPHA,
		GL_UNSIGNED_BYTE, NULL);
}

static void reset(struct gl_batch *b)
{
	b->n = 0;
	b->next_s = 1; /* texel 0 is whole coverage, for plain quads */
	b->next_t = 0;
	b->rows[0].n = b->rows[1].n = 0;
}

int batch_init(struct gl_batch *b, const float *linear)
{
	b->linear = linear;
	b->quads = malloc(BATCH_QUADS * sizeof *b->quads);
	b->texels = calloc(ATLAS_WIDTH, ATLAS_HEIGHT);
	if (!b->quads || !b->texels || make_indices(b))
		return -ENOMEM;
	b->texels[0] = 255;
	glGenBuffers(1, &b->vertex_buffer);
	make_atlas(b);
	reset(b);
	return 0;
}

void batch_finish(struct gl_batch *b)
{
	if (b->vertex_buffer)
		glDeleteBuffers(1, &b->vertex_buffer);
	if (b->index_buffer)
		glDeleteBuffers(1, &b->index_buffer);
	if (b->atlas)
		glDeleteTextures(1, &b->atlas);
	free(b->quads);
	free(b->texels);
	memset(b, 0, sizeof *b);
}

void batch_begin(
	struct gl_batch *b, const struct gl_program *fill, int32_t width, int32_t height)
{
	reset(b);
	glUseProgram(fill->id);
	glUniform2f(fill->scale, 2.0f / (float)width, 2.0f / (float)height);
	glUniform2f(fill->unit, 1.0f / ATLAS_WIDTH, 1.0f / ATLAS_HEIGHT);
	glEnable(GL_BLEND);
	glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

static void point_at(
	GLuint attribute, GLint n, GLenum type, GLboolean normalized, size_t offset)
{
	glEnableVertexAttribArray(attribute);
	glVertexAttribPointer(attribute, n, type, normalized, sizeof(struct batch_vertex),
		(const void *)offset);
}

void batch_flush(struct gl_batch *b)
{
	if (b->n == 0)
		return;
	glBindTexture(GL_TEXTURE_2D, b->atlas);
	glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, ATLAS_WIDTH, b->next_t + 1, GL_ALPHA,
		GL_UNSIGNED_BYTE, b->texels);
	glBindBuffer(GL_ARRAY_BUFFER, b->vertex_buffer);
	glBufferData(GL_ARRAY_BUFFER, (GLsizeiptr)(b->n * sizeof *b->quads), b->quads,
		GL_STREAM_DRAW);
	glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, b->index_buffer);
	point_at(ATTR_AT, 2, GL_SHORT, GL_FALSE, offsetof(struct batch_vertex, x));
	point_at(ATTR_TEXEL, 2, GL_UNSIGNED_SHORT, GL_FALSE,
		offsetof(struct batch_vertex, s));
	point_at(ATTR_COLOR, 4, GL_UNSIGNED_SHORT, GL_TRUE,
		offsetof(struct batch_vertex, color));
	glDrawElements(GL_TRIANGLES, (GLsizei)b->n * 6, GL_UNSIGNED_SHORT, NULL);
	glDisableVertexAttribArray(ATTR_TEXEL);
	glDisableVertexAttribArray(ATTR_COLOR);
	reset(b);
}

/* A quad of the colour under way times value; s and t are its first texel, width its texels. */
static void put_quad(struct gl_batch *b, struct gl_rect at, uint16_t value, int32_t s,
	int32_t t, int32_t width)
{
	struct batch_vertex *v = b->quads[b->n++];
	uint16_t color[4];
	for (int i = 0; i < 4; i++)
		color[i] = (uint16_t)(b->color[i] * (float)value + 0.5f);
	for (int i = 0; i < 4; i++) {
		bool right = i & 1, low = i & 2;
		v[i] = (struct batch_vertex){
			.x = (int16_t)(right ? at.x1 : at.x0),
			.y = (int16_t)(low ? at.y1 : at.y0),
			.s = (uint16_t)(right ? s + width : s),
			.t = (uint16_t)(low && width ? t + 1 : t),
		};
		memcpy(v[i].color, color, sizeof color);
	}
}

/* Room in the atlas for up to len texels of one row; how many there are. */
static int32_t take_texels(struct gl_batch *b, int32_t len)
{
	if (len > ATLAS_WIDTH)
		len = ATLAS_WIDTH;
	bool row_full = b->next_s + len > ATLAS_WIDTH;
	if (b->n == BATCH_QUADS || (row_full && b->next_t + 1 == ATLAS_HEIGHT)) {
		batch_flush(b);
		row_full = b->next_s + len > ATLAS_WIDTH;
	}
	if (row_full) {
		b->next_s = 0;
		b->next_t++;
	}
	return len;
}

static void put_values(
	struct gl_batch *b, int32_t x, int32_t y, int32_t end, const uint16_t *values)
{
	while (x < end) {
		int32_t n = take_texels(b, end - x);
		uint8_t *out =
			&b->texels[(size_t)b->next_t * ATLAS_WIDTH + (size_t)b->next_s];
		for (int32_t i = 0; i < n; i++)
			out[i] = (uint8_t)((*values++ * 255u + COVER_FULL / 2) /
					   COVER_FULL);
		struct gl_rect at = {x, y, x + n, y + 1};
		put_quad(b, at, COVER_FULL, b->next_s, b->next_t, n);
		b->next_s += n;
		x += n;
	}
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

/* from: how far the row above has been searched. */
static void put_run(struct gl_batch *b, struct batch_open span, int32_t y, size_t *from)
{
	struct batch_row *above = &b->rows[!b->row], *row = &b->rows[b->row];
	struct batch_open *grow = find_open(above, from, &span);
	if (grow) {
		span.quad = grow->quad;
		b->quads[span.quad][2].y++;
		b->quads[span.quad][3].y++;
	} else {
		if (b->n == BATCH_QUADS)
			batch_flush(b);
		span.quad = (uint32_t)b->n;
		struct gl_rect at = {span.x, y, span.x + span.len, y + 1};
		put_quad(b, at, span.value, 0, 0, 0);
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

static void put_spans(
	struct gl_batch *b, const struct gl_clip *clip, struct gl_rect within)
{
	const struct gl_mask *mask = clip->mask;
	b->rows[0].n = b->rows[1].n = 0;
	b->rows[b->row].y = -2;
	for (int32_t y = within.y0; y < within.y1; y++) {
		size_t from = 0;
		next_row(b, y);
		for (uint32_t i = mask->rows[y - clip->mask_y];
			i < mask->rows[y - clip->mask_y + 1]; i++) {
			const struct gl_span *span = &mask->spans[i];
			int32_t left = clip->mask_x + span->x, x = left;
			int32_t end = x + span->len;
			x = x > within.x0 ? x : within.x0;
			end = end < within.x1 ? end : within.x1;
			if (x >= end)
				continue;
			if (span->cover == COVER_NONE)
				put_run(b,
					(struct batch_open){.x = (uint16_t)x,
						.len = (uint16_t)(end - x),
						.value = span->value},
					y, &from);
			else
				put_values(b, x, y, end,
					&mask->cover[span->cover + (uint32_t)(x - left)]);
		}
	}
}

void batch_fill(struct gl_batch *b, const struct gl_clip *clip, uint32_t color,
	struct gl_rect within)
{
	float alpha = (float)(color >> 24) / 255;
	if (rect_empty(&within) || alpha == 0)
		return;
	for (int i = 0; i < 3; i++)
		b->color[i] = b->linear[color >> (8 * i) & 0xff] * alpha;
	b->color[3] = alpha;
	if (clip && clip->mask) {
		put_spans(b, clip, within);
		return;
	}
	if (b->n == BATCH_QUADS)
		batch_flush(b);
	put_quad(b, within, COVER_FULL, 0, 0, 0);
}
