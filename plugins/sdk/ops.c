#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include "util/opwire.h"

#define FIRST_SIZE 16384u

/* A path's record header, and where its verbs begin. */
#define RECORD_HEADER 4u
#define PAYLOAD_MAX   0xffffffu /* words */

void osaas_ops_begin(struct osaas_ops *ops)
{
	*ops = (struct osaas_ops){.len = OPWIRE_HEADER_SIZE};
}

void osaas_ops_drop(struct osaas_ops *ops)
{
	osaas_buf_free(ops->buf);
	*ops = (struct osaas_ops){0};
}

static void fail(struct osaas_ops *ops, int error)
{
	if (ops->error == 0)
		ops->error = error;
}

static void grow(struct osaas_ops *ops, size_t needed)
{
	size_t cap = ops->cap ? ops->cap : FIRST_SIZE;
	while (cap < needed)
		cap *= 2;
	uint8_t *buf = needed <= OPWIRE_MAX_STREAM ? osaas_buf_alloc(cap) : NULL;
	if (!buf) {
		fail(ops, needed <= OPWIRE_MAX_STREAM ? OSAAS_ENOMEM : OSAAS_EINVAL);
		return;
	}
	if (ops->buf)
		memcpy(buf, ops->buf, ops->len);
	osaas_buf_free(ops->buf);
	ops->buf = buf;
	ops->cap = cap;
}

/* Appends words as they lie in memory: this CPU is little endian, as the wire is. */
static void put(struct osaas_ops *ops, const void *words, size_t bytes)
{
	if (ops->error == 0 && ops->len + bytes > ops->cap)
		grow(ops, ops->len + bytes);
	if (ops->error)
		return;
	memcpy(ops->buf + ops->len, words, bytes);
	ops->len += bytes;
}

static void put_u32(struct osaas_ops *ops, uint32_t v)
{
	put(ops, &v, sizeof v);
}

static void record(
	struct osaas_ops *ops, enum op_code code, const void *payload, size_t bytes)
{
	if (ops->path)
		fail(ops, OSAAS_EINVAL); /* a path is open: clip_path comes first */
	put_u32(ops, (uint32_t)code | (uint32_t)(bytes / 4) << 8);
	put(ops, payload, bytes);
}

static void pop(struct osaas_ops *ops, enum op_code code, uint32_t *pushed)
{
	if (*pushed == 0)
		fail(ops, OSAAS_EINVAL);
	else
		--*pushed;
	record(ops, code, NULL, 0);
}

void osaas_ops_transform_push(
	struct osaas_ops *ops, float sx, float hx, float ox, float hy, float sy, float oy)
{
	const float m[6] = {sx, hx, ox, hy, sy, oy};
	ops->transforms++;
	record(ops, OP_TRANSFORM_PUSH, m, sizeof m);
}

void osaas_ops_offset_push(struct osaas_ops *ops, float x, float y)
{
	osaas_ops_transform_push(ops, 1, 0, x, 0, 1, y);
}

void osaas_ops_transform_mul(
	struct osaas_ops *ops, float sx, float hx, float ox, float hy, float sy, float oy)
{
	const float m[6] = {sx, hx, ox, hy, sy, oy};
	record(ops, OP_TRANSFORM_MUL, m, sizeof m);
}

void osaas_ops_transform_pop(struct osaas_ops *ops)
{
	pop(ops, OP_TRANSFORM_POP, &ops->transforms);
}

static void clip(struct osaas_ops *ops, enum op_code code, const float *v, size_t n)
{
	ops->clips++;
	record(ops, code, v, n * sizeof *v);
}

void osaas_ops_clip_rect(struct osaas_ops *ops, float x0, float y0, float x1, float y1)
{
	clip(ops, OP_CLIP_RECT, (const float[]){x0, y0, x1, y1}, 4);
}

void osaas_ops_clip_rrect(
	struct osaas_ops *ops, float x0, float y0, float x1, float y1, float radius)
{
	osaas_ops_clip_rrect4(ops, x0, y0, x1, y1, radius, radius, radius, radius);
}

void osaas_ops_clip_rrect4(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float nw, float ne, float se, float sw)
{
	clip(ops, OP_CLIP_RRECT, (const float[]){x0, y0, x1, y1, nw, ne, se, sw}, 8);
}

void osaas_ops_clip_ellipse(struct osaas_ops *ops, float x0, float y0, float x1, float y1)
{
	clip(ops, OP_CLIP_ELLIPSE, (const float[]){x0, y0, x1, y1}, 4);
}

void osaas_ops_clip_pop(struct osaas_ops *ops)
{
	pop(ops, OP_CLIP_POP, &ops->clips);
}

void osaas_ops_path_begin(struct osaas_ops *ops)
{
	size_t at = ops->len;
	record(ops, OP_CLIP_PATH, NULL, 0);
	ops->path = at;
}

static void verb(struct osaas_ops *ops, enum op_verb v, const float *coords, size_t n)
{
	if (!ops->path)
		fail(ops, OSAAS_EINVAL);
	put_u32(ops, v);
	put(ops, coords, n * sizeof *coords);
}

void osaas_ops_path_move(struct osaas_ops *ops, float x, float y)
{
	verb(ops, VERB_MOVE, (const float[]){x, y}, 2);
}

void osaas_ops_path_line(struct osaas_ops *ops, float x, float y)
{
	verb(ops, VERB_LINE, (const float[]){x, y}, 2);
}

void osaas_ops_path_quad(struct osaas_ops *ops, float cx, float cy, float x, float y)
{
	verb(ops, VERB_QUAD, (const float[]){cx, cy, x, y}, 4);
}

void osaas_ops_path_cubic(struct osaas_ops *ops, float c0x, float c0y, float c1x,
	float c1y, float x, float y)
{
	verb(ops, VERB_CUBIC, (const float[]){c0x, c0y, c1x, c1y, x, y}, 6);
}

void osaas_ops_path_close(struct osaas_ops *ops)
{
	verb(ops, VERB_CLOSE, NULL, 0);
}

void osaas_ops_clip_path(struct osaas_ops *ops)
{
	if (!ops->path)
		fail(ops, OSAAS_EINVAL);
	if (ops->error)
		return;
	size_t words = (ops->len - ops->path - RECORD_HEADER) / 4;
	uint32_t head = OP_CLIP_PATH | (uint32_t)words << 8;
	memcpy(ops->buf + ops->path, &head, sizeof head);
	ops->path = 0;
	ops->clips++;
}

void osaas_ops_color(struct osaas_ops *ops, uint8_t r, uint8_t g, uint8_t b, uint8_t a)
{
	const uint8_t rgba[4] = {r, g, b, a};
	record(ops, OP_BRUSH_COLOR, rgba, sizeof rgba);
}

void osaas_ops_paint(struct osaas_ops *ops)
{
	record(ops, OP_PAINT, NULL, 0);
}

void osaas_ops_area(struct osaas_ops *ops, uint64_t tag)
{
	record(ops, OP_AREA, &tag, sizeof tag);
}

static void put_header(struct osaas_ops *ops)
{
	if (!ops->buf && ops->error == 0)
		grow(ops, ops->len);
	if (ops->transforms || ops->clips || ops->path)
		fail(ops, OSAAS_EINVAL);
	if (ops->error)
		return;
	const uint32_t head[4] = {
		OPWIRE_MAGIC,
		OPWIRE_MAJOR | OPWIRE_MINOR << 16,
		(uint32_t)ops->len,
		0,
	};
	_Static_assert(sizeof head == OPWIRE_HEADER_SIZE, "the header is four words");
	memcpy(ops->buf, head, sizeof head);
}

int osaas_ops_send(osaas_chan window, struct osaas_ops *ops, uint64_t serial)
{
	put_header(ops);
	int r = ops->error;
	struct osaas_msg msg = {
		.type = OSAAS_WINDOW_FRAME, .buf = ops->buf, .len = ops->len};
	msg.u.u64[0] = serial;
	if (r == 0)
		r = osaas_send(window, &msg);
	if (r == 0)
		ops->buf = NULL;
	osaas_ops_drop(ops);
	return r;
}
