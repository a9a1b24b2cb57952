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
	put_u32(s, 1); /* 1.0 */
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
