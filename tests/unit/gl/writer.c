#include "writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void put_u32(struct stream *s, uint32_t v)
{
	assert(s->size + 4 <= STREAM_MAX);
	for (int i = 0; i < 4; i++)
		s->data[s->size++] = (uint8_t)(v >> (8 * i));
}

void put_f32(struct stream *s, float v)
{
	uint32_t u;
	memcpy(&u, &v, 4);
	put_u32(s, u);
}

static void put_floats(struct stream *s, const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_f32(s, v[i]);
}

void put_op(struct stream *s, uint32_t code, uint32_t words)
{
	put_u32(s, code | words << 8);
}

void stream_begin(struct stream *s)
{
	if (!s->data)
		s->data = malloc(STREAM_MAX);
	assert(s->data);
	s->size = 0;
	put_u32(s, 0x706f534f);
	put_u32(s, 1 | 1 << 16); /* 1.1 */
	put_u32(s, 0);
	put_u32(s, 0);
}

void stream_end(struct stream *s)
{
	size_t size = s->size;
	s->size = 8;
	put_u32(s, (uint32_t)size);
	s->size = size;
}

void stream_free(struct stream *s)
{
	free(s->data);
	*s = (struct stream){0};
}

void put_push(
	struct stream *s, float sx, float hx, float ox, float hy, float sy, float oy)
{
	put_op(s, 0x01, 6);
	put_floats(s, (const float[]){sx, hx, ox, hy, sy, oy}, 6);
}

void put_move(struct stream *s, float x, float y)
{
	put_push(s, 1, 0, x, 0, 1, y);
}

void put_mul(struct stream *s, float sx, float hx, float ox, float hy, float sy, float oy)
{
	put_op(s, 0x02, 6);
	put_floats(s, (const float[]){sx, hx, ox, hy, sy, oy}, 6);
}

void put_transform_pop(struct stream *s)
{
	put_op(s, 0x03, 0);
}

void put_rect(struct stream *s, float x0, float y0, float x1, float y1)
{
	put_op(s, 0x10, 4);
	put_floats(s, (const float[]){x0, y0, x1, y1}, 4);
}

void put_rrect(struct stream *s, float x0, float y0, float x1, float y1, float radius)
{
	put_op(s, 0x11, 8);
	put_floats(s, (const float[]){x0, y0, x1, y1, radius, radius, radius, radius}, 8);
}

void put_ellipse(struct stream *s, float x0, float y0, float x1, float y1)
{
	put_op(s, 0x12, 4);
	put_floats(s, (const float[]){x0, y0, x1, y1}, 4);
}

void put_polygon(struct stream *s, const float *xy, size_t n)
{
	put_op(s, 0x13, (uint32_t)(3 * n + 1));
	for (size_t i = 0; i < n; i++) {
		put_u32(s, i ? 2 : 1);
		put_floats(s, &xy[2 * i], 2);
	}
	put_u32(s, 5);
}

void put_clip_pop(struct stream *s)
{
	put_op(s, 0x1f, 0);
}

void put_color(struct stream *s, uint8_t r, uint8_t g, uint8_t b, uint8_t a)
{
	put_op(s, 0x20, 1);
	put_u32(s, r | (uint32_t)g << 8 | (uint32_t)b << 16 | (uint32_t)a << 24);
}

void put_paint(struct stream *s)
{
	put_op(s, 0x30, 0);
}

void put_area(struct stream *s, uint64_t tag)
{
	put_op(s, 0x40, 2);
	put_u32(s, (uint32_t)tag);
	put_u32(s, (uint32_t)(tag >> 32));
}

size_t put_open(struct stream *s, uint32_t code)
{
	put_u32(s, code);
	return s->size - 4;
}

void put_close(struct stream *s, size_t open)
{
	struct stream part = {.data = s->data, .size = open};
	put_u32(&part, s->data[open] | (uint32_t)((s->size - open - 4) / 4) << 8);
}

void put_text(struct stream *s, const char *text)
{
	size_t n = strlen(text);
	put_u32(s, (uint32_t)n);
	assert(s->size + n + 4 <= STREAM_MAX);
	memcpy(&s->data[s->size], text, n);
	s->size += n;
	while (s->size % 4 != 0)
		s->data[s->size++] = 0;
}

static void put_rgba(struct stream *s, uint32_t rgba)
{
	put_u32(s,
		rgba >> 24 | (rgba >> 8 & 0xff00) | (rgba << 8 & 0xff0000) | rgba << 24);
}

void put_stroke(struct stream *s, float width, uint32_t join, uint32_t cap, float limit,
	const float *xy, size_t n)
{
	put_op(s, 0x15, (uint32_t)(5 + 3 * n));
	put_f32(s, width);
	put_u32(s, join | cap << 8);
	put_f32(s, limit);
	put_f32(s, 0);
	put_u32(s, 0);
	for (size_t i = 0; i < n; i++) {
		put_u32(s, i ? 2 : 1);
		put_floats(s, &xy[2 * i], 2);
	}
}

void put_blur(struct stream *s, float x0, float y0, float x1, float y1, float radius,
	float sigma, uint32_t flags)
{
	put_op(s, 0x16, 10);
	put_floats(s,
		(const float[]){x0, y0, x1, y1, radius, radius, radius, radius, sigma},
		9);
	put_u32(s, flags);
}

static void put_stops(struct stream *s, uint32_t n, const float *at, const uint32_t *rgba)
{
	put_u32(s, 0);
	put_u32(s, n);
	for (uint32_t i = 0; i < n; i++) {
		put_f32(s, at[i]);
		put_rgba(s, rgba[i]);
	}
}

void put_linear(struct stream *s, float x0, float y0, float x1, float y1, uint32_t n,
	const float *at, const uint32_t *rgba)
{
	put_op(s, 0x21, 6 + 2 * n);
	put_floats(s, (const float[]){x0, y0, x1, y1}, 4);
	put_stops(s, n, at, rgba);
}

void put_radial(struct stream *s, const float circles[6], uint32_t n, const float *at,
	const uint32_t *rgba)
{
	put_op(s, 0x22, 8 + 2 * n);
	put_floats(s, circles, 6);
	put_stops(s, n, at, rgba);
}

void put_image_brush(
	struct stream *s, uint32_t id, float x0, float y0, float x1, float y1)
{
	put_op(s, 0x23, 6);
	put_u32(s, id);
	put_u32(s, 0);
	put_floats(s, (const float[]){x0, y0, x1, y1}, 4);
}

void put_blend(struct stream *s, uint32_t mode)
{
	put_op(s, 0x24, 1);
	put_u32(s, mode);
}

void put_group(struct stream *s, float opacity, uint32_t mode)
{
	put_op(s, 0x31, 2);
	put_f32(s, opacity);
	put_u32(s, mode);
}

void put_group_pop(struct stream *s)
{
	put_op(s, 0x32, 0);
}

void put_place(struct stream *s, uint32_t id, float x0, float y0, float x1, float y1,
	float scroll_x, float scroll_y)
{
	put_op(s, 0x34, 7);
	put_u32(s, id);
	put_floats(s, (const float[]){x0, y0, x1, y1, scroll_x, scroll_y}, 6);
}

void put_id(struct stream *s, uint32_t code, uint32_t id)
{
	put_op(s, code, 1);
	put_u32(s, id);
}

void put_image(
	struct stream *s, uint32_t id, uint32_t width, uint32_t height, uint32_t rgba)
{
	put_op(s, 0x70, 3 + width * height);
	put_u32(s, id);
	put_u32(s, width);
	put_u32(s, height);
	for (uint32_t i = 0; i < width * height; i++)
		put_rgba(s, rgba);
}

void put_image_update(struct stream *s, uint32_t id, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height, uint32_t rgba)
{
	put_op(s, 0x71, 5 + width * height);
	put_u32(s, id);
	put_u32(s, x);
	put_u32(s, y);
	put_u32(s, width);
	put_u32(s, height);
	for (uint32_t i = 0; i < width * height; i++)
		put_rgba(s, rgba);
}

void put_dashed(struct stream *s, float width, uint32_t style, float limit, uint32_t n,
	const float *dashes)
{
	put_op(s, 0x15, 5 + n + 6);
	put_f32(s, width), put_u32(s, style), put_f32(s, limit);
	put_f32(s, 0), put_u32(s, n);
	for (uint32_t i = 0; i < n; i++)
		put_f32(s, dashes[i]);
	put_u32(s, 1), put_f32(s, 5), put_f32(s, 5);
	put_u32(s, 2), put_f32(s, 9), put_f32(s, 5);
}

void put_run(struct stream *s, uint32_t font, float size, uint32_t third)
{
	put_op(s, 0x33, 6);
	put_u32(s, font), put_f32(s, size), put_u32(s, third);
	put_u32(s, 1), put_f32(s, 0), put_f32(s, 0);
}

void put_caller(struct stream *s, uint32_t id, uint32_t calls, uint32_t times)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, id);
	while (times-- > 0)
		put_id(s, 0x61, calls);
	put_close(s, at);
}

void put_fill(struct stream *s, float x0, float y0, float x1, float y1, uint32_t rgba)
{
	put_rect(s, x0, y0, x1, y1);
	put_color(s, (uint8_t)(rgba >> 24), (uint8_t)(rgba >> 16), (uint8_t)(rgba >> 8),
		(uint8_t)rgba);
	put_paint(s);
	put_clip_pop(s);
}

void put_rich(struct stream *s)
{
	put_fill(s, 0, 0, 64, 64, 0xffffffff);
	put_area(s, 1);
	put_move(s, 3.5f, 2.25f);
	put_rrect(s, 0, 0, 50, 40, 7);
	put_area(s, UINT64_C(0x1122334455667788));
	put_color(s, 200, 30, 60, 190);
	put_paint(s);
	put_mul(s, 0.8f, 0.3f, 4, -0.2f, 0.9f, 6);
	put_ellipse(s, 2, 3, 40, 33);
	put_color(s, 10, 130, 60, 128);
	put_paint(s);
	put_push(s, 1.5f, 0, 0, 0, 1.5f, 0);
	put_op(s, 0x13, 19);
	put_u32(s, 1), put_f32(s, 5), put_f32(s, 5);
	put_u32(s, 2), put_f32(s, 20), put_f32(s, 8);
	put_u32(s, 3), put_f32(s, 30), put_f32(s, 20), put_f32(s, 18), put_f32(s, 25);
	put_u32(s, 4), put_f32(s, 1), put_f32(s, 30), put_f32(s, -3), put_f32(s, 12);
	put_f32(s, 9), put_f32(s, 9);
	put_u32(s, 5);
	put_area(s, 3);
	put_color(s, 0, 0, 255, 255);
	put_paint(s);
	put_clip_pop(s);
	put_transform_pop(s);
	put_clip_pop(s);
	put_clip_pop(s);
	put_transform_pop(s);
}

static void put_tag(struct stream *s, uint64_t tag)
{
	put_u32(s, (uint32_t)tag), put_u32(s, (uint32_t)(tag >> 32));
}

void put_listen(struct stream *s, uint64_t tag, uint32_t kinds, const float ranges[4])
{
	put_op(s, 0x45, 7), put_tag(s, tag), put_u32(s, kinds);
	put_floats(s, ranges, 4);
}

void put_keys(struct stream *s, uint64_t tag, uint32_t required, uint32_t optional,
	uint32_t keysym, uint32_t flags)
{
	put_op(s, 0x46, 6), put_tag(s, tag);
	put_u32(s, required), put_u32(s, optional), put_u32(s, keysym), put_u32(s, flags);
}

void put_transfer(struct stream *s, uint64_t tag, uint32_t transfer, const char *type)
{
	size_t at = put_open(s, 0x47);
	put_tag(s, tag), put_u32(s, transfer);
	put_text(s, type);
	put_close(s, at);
}

static void put_filters(struct stream *s)
{
	put_listen(s, 7, 0xfff, (const float[]){-1, 2, -3, 4});
	put_keys(s, 7, 1, 6, 0x73, 1);
	put_transfer(s, 7, 1, "text/plain");
}

static void put_semantics(struct stream *s)
{
	size_t at;
	put_op(s, 0x43, 1), put_u32(s, 4);
	put_op(s, 0x44, 1), put_u32(s, 1);
	put_op(s, 0x48, 3), put_u32(s, 7), put_u32(s, 0), put_u32(s, 2);
	put_op(s, 0x49, 8), put_u32(s, 7), put_u32(s, 0), put_u32(s, 1), put_u32(s, 3);
	put_floats(s, (const float[]){4, 20, 10, 3}, 4);
	put_op(s, 0x4a, 6), put_u32(s, 7), put_u32(s, 0);
	put_floats(s, (const float[]){4, 10, 9, 23}, 4);
	at = put_open(s, 0x4b);
	put_u32(s, 7), put_u32(s, 0), put_u32(s, 0), put_u32(s, 2);
	put_text(s, "h\xc3\xa9");
	put_close(s, at);
	for (uint32_t op = 0x50; op <= 0x55; op++) {
		at = put_open(s, op);
		if (op >= 0x52 && op <= 0x54)
			put_u32(s, 1);
		else
			put_text(s, "words");
		put_close(s, at);
	}
	put_op(s, 0x56, 3), put_floats(s, (const float[]){1, 0, 2}, 3);
	put_op(s, 0x57, 1), put_u32(s, 5);
}

static void put_definitions(struct stream *s)
{
	put_image(s, 7, 3, 2, 0x80402080);
	put_image_update(s, 7, 1, 0, 2, 1, 0xffffffff);
	size_t at = put_open(s, 0x60);
	put_u32(s, 9);
	put_fill(s, 1, 1, 5, 4.5f, 0x00ff00ff);
	put_close(s, at);
	at = put_open(s, 0x64);
	put_u32(s, 3), put_u32(s, 20), put_u32(s, 30), put_u32(s, 0);
	put_rect(s, 2, 2, 18, 28);
	put_area(s, 40);
	put_id(s, 0x61, 9);
	put_id(s, 0x62, 9);
	put_clip_pop(s);
	put_close(s, at);
}

static void put_brushes(struct stream *s)
{
	const float at[] = {0, 0.5f, 1}, circles[] = {20, 20, 2, 24, 20, 30};
	const uint32_t colors[] = {0xff0000ff, 0x00ff0080, 0x0000ffff};
	put_linear(s, 0, 0, 60, 10, 3, at, colors);
	put_paint(s);
	put_radial(s, circles, 2, at, colors);
	put_blend(s, 5);
	put_paint(s);
	put_image_brush(s, 7, 0, 0, 3, 2);
	put_blend(s, 0);
	put_paint(s);
	put_color(s, 0, 0, 0, 99);
}

static void put_odd_clips(struct stream *s)
{
	const float line[] = {5, 5, 50, 9, 20, 40};
	put_stroke(s, 4, 1, 2, 10, line, 3);
	put_brushes(s);
	put_clip_pop(s);
	put_op(s, 0x15, 5 + 2 + 10);
	put_floats(s, (const float[]){3}, 1), put_u32(s, 0);
	put_floats(s, (const float[]){1, 2}, 2), put_u32(s, 2);
	put_floats(s, (const float[]){4, 3}, 2);
	put_u32(s, 1), put_f32(s, 5), put_f32(s, 60);
	put_u32(s, 2), put_f32(s, 50), put_f32(s, 60);
	put_u32(s, 6), put_f32(s, 60), put_f32(s, 60);
	put_u32(s, 5);
	put_paint(s);
	put_clip_pop(s);
	put_op(s, 0x14, 13);
	for (uint32_t i = 0; i < 4; i++) {
		put_u32(s, i == 0 ? 1 : 2);
		put_f32(s, i % 2 ? 50 : 10), put_f32(s, i < 2 ? 40 : 70);
	}
	put_u32(s, 5);
	put_paint(s);
	put_clip_pop(s);
	put_blur(s, 10, 10, 40, 30, 5, 3, 0);
	put_paint(s);
	put_clip_pop(s);
	put_blur(s, 10, 10, 40, 30, 5, 3, 1);
	put_paint(s);
	put_clip_pop(s);
}

void put_everything(struct stream *s)
{
	put_definitions(s);
	put_rich(s);
	put_group(s, 0.5f, 0);
	put_odd_clips(s);
	put_group(s, 1, 6);
	put_id(s, 0x61, 9);
	put_group_pop(s);
	put_group_pop(s);
	put_op(s, 0x41, 0);
	put_rect(s, 0, 0, 30, 30);
	put_area(s, 8);
	put_filters(s);
	put_semantics(s);
	put_clip_pop(s);
	put_op(s, 0x42, 0);
	put_move(s, 10, 5);
	put_place(s, 3, 0, 0, 15, 15, 2, 4);
	put_id(s, 0x62, 9);
	put_transform_pop(s);
	put_id(s, 0x63, 9);
	put_id(s, 0x65, 3);
	put_id(s, 0x72, 7);
}
