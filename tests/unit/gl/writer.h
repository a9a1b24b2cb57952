/*
 * writer: op streams for tests, written byte by byte from gl/OPS.md. It shares
 * neither code nor numbers with the SDK's encoder and opwire.h, so that one
 * cannot hide the other's mistake.
 */
#ifndef OSAAS_TESTS_GL_WRITER_H
#define OSAAS_TESTS_GL_WRITER_H

#include <stddef.h>
#include <stdint.h>

#define STREAM_MAX ((16u << 20) + 64)

struct stream {
	uint8_t *data; /* NULL until stream_begin; stream_free gives it back */
	size_t size;
};

void stream_begin(struct stream *s); /* header with the size left open */
void stream_end(struct stream *s);   /* writes the size */
void stream_free(struct stream *s);

void put_u32(struct stream *s, uint32_t v);
void put_f32(struct stream *s, float v);
/* put_op writes a record's head; words of payload are to follow. */
void put_op(struct stream *s, uint32_t code, uint32_t words);

void put_push(
	struct stream *s, float sx, float hx, float ox, float hy, float sy, float oy);
void put_move(struct stream *s, float x, float y); /* transform push of a translation */
void put_mul(
	struct stream *s, float sx, float hx, float ox, float hy, float sy, float oy);
void put_transform_pop(struct stream *s);
void put_rect(struct stream *s, float x0, float y0, float x1, float y1);
void put_rrect(struct stream *s, float x0, float y0, float x1, float y1, float radius);
void put_ellipse(struct stream *s, float x0, float y0, float x1, float y1);
/* put_polygon is a path of n points, x and y in turn, closed. */
void put_polygon(struct stream *s, const float *xy, size_t n);
void put_clip_pop(struct stream *s);
void put_color(struct stream *s, uint8_t r, uint8_t g, uint8_t b, uint8_t a);
void put_paint(struct stream *s);
void put_area(struct stream *s, uint64_t tag);

/* put_open writes a head whose length put_close writes, once the payload is there. */
size_t put_open(struct stream *s, uint32_t code);
void put_close(struct stream *s, size_t open);
void put_text(struct stream *s, const char *text); /* as payloads have it */

/* Filters: the words of the modifiers and flags as they are; ranges x min max, y min max. */
void put_listen(struct stream *s, uint64_t tag, uint32_t kinds, const float ranges[4]);
void put_keys(struct stream *s, uint64_t tag, uint32_t required, uint32_t optional,
	uint32_t keysym, uint32_t flags);
void put_transfer(struct stream *s, uint64_t tag, uint32_t transfer, const char *type);

void put_stroke(struct stream *s, float width, uint32_t join, uint32_t cap, float limit,
	const float *xy, size_t n); /* an open line of n points */
void put_blur(struct stream *s, float x0, float y0, float x1, float y1, float radius,
	float sigma, uint32_t flags);
/* n stops: offset and 0xRRGGBBAA; pad */
void put_linear(struct stream *s, float x0, float y0, float x1, float y1, uint32_t n,
	const float *at, const uint32_t *rgba);
void put_radial(struct stream *s, const float circles[6], uint32_t n, const float *at,
	const uint32_t *rgba);
void put_image_brush(
	struct stream *s, uint32_t id, float x0, float y0, float x1, float y1);
void put_blend(struct stream *s, uint32_t mode);
void put_group(struct stream *s, float opacity, uint32_t mode);
void put_group_pop(struct stream *s);
void put_place(struct stream *s, uint32_t id, float x0, float y0, float x1, float y1,
	float scroll_x, float scroll_y);
void put_id(struct stream *s, uint32_t code, uint32_t id); /* call, defer, retire */
/* width x height pixels, all 0xRRGGBBAA */
void put_image(
	struct stream *s, uint32_t id, uint32_t width, uint32_t height, uint32_t rgba);
void put_image_update(struct stream *s, uint32_t id, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height, uint32_t rgba);

/* A stroke of one line, join | cap << 8, with n dashes from 0. */
void put_dashed(struct stream *s, float width, uint32_t style, float limit, uint32_t n,
	const float *dashes);
/* A run of one glyph; its third word. */
void put_run(struct stream *s, uint32_t font, float size, uint32_t third);
/* Macro id, which calls another so many times. */
void put_caller(struct stream *s, uint32_t id, uint32_t calls, uint32_t times);

/* put_fill is rect, colour, paint, pop. */
void put_fill(struct stream *s, float x0, float y0, float x1, float y1, uint32_t rgba);

/* put_rich uses every op, every verb and two levels of everything that nests. */
void put_rich(struct stream *s);

/* put_everything uses every op but those of fonts, which need some. */
void put_everything(struct stream *s);

#endif
