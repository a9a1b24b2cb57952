/*
 * op_stream: writes an op stream (gl/OPS.md) of the session's own, for what it draws
 * itself. Shapes are clips: push one, paint, pop it.
 *
 * Failure (out of memory) is sticky: the calls after it do nothing, and op_stream_end
 * says so.
 */
#ifndef OSAAS_SESSION_OP_STREAM_H
#define OSAAS_SESSION_OP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_glyph;

struct op_stream {
	uint8_t *data; /* owned */
	size_t size, room;
	size_t path; /* offset of the one being written; 0: none */
	bool failed;
};

/* op_stream_begin starts an empty one, of zeroes or in the memory of the last. */
void op_stream_begin(struct op_stream *stream);
/* op_stream_end: whether data and size are a whole stream. */
bool op_stream_end(struct op_stream *stream);
void op_stream_free(struct op_stream *stream);

/* Each pushes one clip. */
void op_stream_rect(struct op_stream *stream, float x0, float y0, float x1, float y1);
void op_stream_rrect(
	struct op_stream *stream, float x0, float y0, float x1, float y1, float radius);
void op_stream_ellipse(struct op_stream *stream, float x0, float y0, float x1, float y1);
/* A rounded rect blurred with a Gaussian of this standard deviation: a shadow. */
void op_stream_blur(struct op_stream *stream, float x0, float y0, float x1, float y1,
	float radius, float sigma);
/* A path: begin, verbs, and end, which pushes it. */
void op_stream_path_begin(struct op_stream *stream);
void op_stream_path_move(struct op_stream *stream, float x, float y);
void op_stream_path_line(struct op_stream *stream, float x, float y);
void op_stream_path_end(struct op_stream *stream);

void op_stream_pop(struct op_stream *stream);
void op_stream_area(struct op_stream *stream, uint64_t tag);
/* op_stream_color sets the brush to sRGB 0xRRGGBB at alpha 0..255. */
void op_stream_color(struct op_stream *stream, uint32_t rgb, uint8_t alpha);
/* op_stream_glyphs paints n glyphs (util/text_layout.h) of a host's font, moved by x, y. */
void op_stream_glyphs(struct op_stream *stream, uint32_t font, float size,
	const struct text_glyph *glyphs, size_t n, float x, float y);
/*
 * What the clip is, for who does not see it: op_stream_say: OP_LABEL or OP_DESCRIPTION, of
 * which bytes that are no text become '?', and only the first few thousand count;
 * op_stream_is: enum op_class, and bits of enum op_semantic_action.
 */
void op_stream_say(struct op_stream *stream, unsigned code, const char *text);
void op_stream_is(struct op_stream *stream, uint32_t class, uint32_t actions);
/* op_stream_fill paints the clip with sRGB 0xRRGGBB at alpha 0..255. */
void op_stream_fill(struct op_stream *stream, uint32_t rgb, uint8_t alpha);

#endif
