#include "session/op_stream.h"

#include <stdlib.h>
#include <string.h>

#include "util/opwire.h"
#include "util/utf8.h"
#include "util/text_layout.h"

static void put(struct op_stream *stream, const void *bytes, size_t n)
{
	if (stream->failed)
		return;
	if (stream->size + n > stream->room) {
		size_t room = (stream->size + n) * 2;
		uint8_t *data = realloc(stream->data, room);
		if (!data) {
			stream->failed = true;
			return;
		}
		stream->data = data;
		stream->room = room;
	}
	if (n)
		memcpy(stream->data + stream->size, bytes, n);
	stream->size += n;
}

static void put_u32(struct op_stream *stream, uint32_t v)
{
	const uint8_t le[] = {
		(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
	put(stream, le, sizeof le);
}

static void put_floats(struct op_stream *stream, const float *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v;
		memcpy(&v, &f[i], sizeof v);
		put_u32(stream, v);
	}
}

static void set_u32(struct op_stream *stream, size_t at, uint32_t v)
{
	size_t size = stream->size;
	if (stream->failed)
		return;
	stream->size = at;
	put_u32(stream, v);
	stream->size = size;
}

static void put_head(struct op_stream *stream, enum op_code code, size_t words)
{
	put_u32(stream, (uint32_t)code | (uint32_t)words << 8);
}

void op_stream_begin(struct op_stream *stream)
{
	stream->size = stream->path = 0;
	stream->failed = false;
	put_u32(stream, OPWIRE_MAGIC);
	put_u32(stream, OPWIRE_MAJOR | OPWIRE_MINOR << 16);
	put_u32(stream, 0);
	put_u32(stream, 0);
}

bool op_stream_end(struct op_stream *stream)
{
	set_u32(stream, 8, (uint32_t)stream->size);
	return !stream->failed;
}

void op_stream_free(struct op_stream *stream)
{
	free(stream->data);
	*stream = (struct op_stream){0};
}

static void put_shape(
	struct op_stream *stream, enum op_code code, const float *f, size_t n)
{
	put_head(stream, code, n);
	put_floats(stream, f, n);
}

void op_stream_rect(struct op_stream *stream, float x0, float y0, float x1, float y1)
{
	put_shape(stream, OP_CLIP_RECT, (const float[]){x0, y0, x1, y1}, 4);
}

void op_stream_rrect(
	struct op_stream *stream, float x0, float y0, float x1, float y1, float radius)
{
	const float r = radius > 0 ? radius : 0;
	put_shape(stream, OP_CLIP_RRECT, (const float[]){x0, y0, x1, y1, r, r, r, r}, 8);
}

void op_stream_ellipse(struct op_stream *stream, float x0, float y0, float x1, float y1)
{
	put_shape(stream, OP_CLIP_ELLIPSE, (const float[]){x0, y0, x1, y1}, 4);
}

void op_stream_blur(struct op_stream *stream, float x0, float y0, float x1, float y1,
	float radius, float sigma)
{
	const float r = radius > 0 ? radius : 0;
	put_head(stream, OP_CLIP_BLUR, 10);
	put_floats(stream, (const float[]){x0, y0, x1, y1, r, r, r, r, sigma}, 9);
	put_u32(stream, 0);
}

void op_stream_path_begin(struct op_stream *stream)
{
	stream->path = stream->size;
	put_head(stream, OP_CLIP_PATH, 0);
}

static void put_verb(
	struct op_stream *stream, enum op_verb verb, const float *f, size_t n)
{
	put_u32(stream, verb);
	put_floats(stream, f, n);
}

void op_stream_path_move(struct op_stream *stream, float x, float y)
{
	put_verb(stream, VERB_MOVE, (const float[]){x, y}, 2);
}

void op_stream_path_line(struct op_stream *stream, float x, float y)
{
	put_verb(stream, VERB_LINE, (const float[]){x, y}, 2);
}

void op_stream_path_end(struct op_stream *stream)
{
	size_t words = (stream->size - stream->path) / 4 - 1;
	set_u32(stream, stream->path, OP_CLIP_PATH | (uint32_t)words << 8);
	stream->path = 0;
}

void op_stream_pop(struct op_stream *stream)
{
	put_head(stream, OP_CLIP_POP, 0);
}

void op_stream_area(struct op_stream *stream, uint64_t tag)
{
	put_head(stream, OP_AREA, 2);
	put_u32(stream, (uint32_t)tag);
	put_u32(stream, (uint32_t)(tag >> 32));
}

void op_stream_color(struct op_stream *stream, uint32_t rgb, uint8_t alpha)
{
	uint32_t r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
	put_head(stream, OP_BRUSH_COLOR, 1);
	put_u32(stream, r | g << 8 | b << 16 | (uint32_t)alpha << 24);
}

void op_stream_glyphs(struct op_stream *stream, uint32_t font, float size,
	const struct text_glyph *glyphs, size_t n, float x, float y)
{
	put_head(stream, OP_GLYPHS, 3 + 3 * n);
	put_u32(stream, font);
	put_floats(stream, &size, 1);
	put_u32(stream, 0);
	for (size_t i = 0; i < n; i++) {
		put_u32(stream, glyphs[i].glyph);
		put_floats(stream, (const float[]){glyphs[i].x + x, glyphs[i].y + y}, 2);
	}
}

void op_stream_fill(struct op_stream *stream, uint32_t rgb, uint8_t alpha)
{
	op_stream_color(stream, rgb, alpha);
	put_head(stream, OP_PAINT, 0);
}

#define SAID_MAX 4000

void op_stream_say(struct op_stream *stream, unsigned code, const char *text)
{
	char said[SAID_MAX + 4] = {0};
	size_t n = 0, left = strlen(text);
	while (left > 0) {
		uint32_t c;
		size_t step = utf8_read((const unsigned char *)text, left, &c);
		size_t used = step ? step : 1;
		if (n + used > SAID_MAX)
			break;
		memcpy(&said[n], step ? text : "?", used);
		n += used;
		text += used;
		left -= used;
	}
	size_t words = (n + 3) / 4;
	put_head(stream, (enum op_code)code, 1 + words);
	put_u32(stream, (uint32_t)n);
	put(stream, said, 4 * words);
}

void op_stream_is(struct op_stream *stream, uint32_t class, uint32_t actions)
{
	put_head(stream, OP_CLASS, 1);
	put_u32(stream, class);
	if (!actions)
		return;
	put_head(stream, OP_SEMANTIC_DO, 1);
	put_u32(stream, actions);
}
