#include "plugins/sdk/ops.h"

#include <osaas_std.h>
#include <osaas_window.h>

#define FIRST_SIZE  16384u
#define RECORD_HEAD 4u
#define MITER_LIMIT 4.0f

void osaas_ops_begin(struct osaas_ops *ops)
{
	*ops = (struct osaas_ops){.len = OPWIRE_HEADER_SIZE};
}

void osaas_ops_drop(struct osaas_ops *ops)
{
	osaas_buf_free(ops->buf);
	*ops = (struct osaas_ops){0};
}

void sdk_ops_fail(struct osaas_ops *ops, int error)
{
	if (ops->error == 0)
		ops->error = error;
}

static void grow(struct osaas_ops *ops, size_t needed)
{
	size_t cap = ops->cap ? ops->cap : FIRST_SIZE;
	uint8_t *buf = NULL;
	if (needed <= OPWIRE_MAX_STREAM) {
		while (cap < needed)
			cap *= 2;
		buf = osaas_buf_alloc(cap);
	}
	if (!buf) {
		sdk_ops_fail(
			ops, needed <= OPWIRE_MAX_STREAM ? OSAAS_ENOMEM : OSAAS_EINVAL);
		return;
	}
	if (ops->buf)
		memcpy(buf, ops->buf, ops->len);
	osaas_buf_free(ops->buf);
	ops->buf = buf;
	ops->cap = cap;
}

void sdk_ops_put(struct osaas_ops *ops, const void *words, size_t bytes)
{
	if (ops->error == 0 && bytes > OPWIRE_MAX_STREAM)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	if (ops->error == 0 && ops->len + bytes > ops->cap)
		grow(ops, ops->len + bytes);
	if (ops->error || bytes == 0)
		return;
	memcpy(ops->buf + ops->len, words, bytes);
	ops->len += bytes;
}

static void put_u32(struct osaas_ops *ops, uint32_t v)
{
	sdk_ops_put(ops, &v, sizeof v);
}

void sdk_ops_put_bytes(struct osaas_ops *ops, const void *data, size_t size)
{
	put_u32(ops, (uint32_t)size);
	sdk_ops_put(ops, data, size);
	sdk_ops_put(ops, "\0\0", (4 - size % 4) % 4);
}

void sdk_ops_head(struct osaas_ops *ops, enum op_code code, uint64_t bytes)
{
	/* While a path is open: clip_path, clip_even_odd or clip_stroke comes first. */
	if (ops->path || bytes > OPWIRE_MAX_STREAM)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	put_u32(ops, (uint32_t)code | (uint32_t)(bytes / 4) << 8);
}

void sdk_ops_record(
	struct osaas_ops *ops, enum op_code code, const void *payload, size_t bytes)
{
	sdk_ops_head(ops, code, bytes);
	sdk_ops_put(ops, payload, bytes);
}

void sdk_ops_text(struct osaas_ops *ops, enum op_code code, const void *words,
	size_t bytes, const char *text, size_t text_bytes)
{
	if (text_bytes > OPWIRE_MAX_STRING)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	sdk_ops_head(ops, code, bytes + OPS_PADDED(text_bytes));
	sdk_ops_put(ops, words, bytes);
	sdk_ops_put_bytes(ops, text, text_bytes);
}

void sdk_ops_word(struct osaas_ops *ops, enum op_code code, uint32_t word)
{
	sdk_ops_record(ops, code, &word, sizeof word);
}

void sdk_ops_push(struct osaas_ops *ops, enum ops_stack stack, enum op_code code,
	const void *payload, size_t bytes)
{
	ops->pushed[stack]++;
	sdk_ops_record(ops, code, payload, bytes);
}

void sdk_ops_pop(struct osaas_ops *ops, enum ops_stack stack, enum op_code code)
{
	if (ops->pushed[stack] == 0)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	else
		ops->pushed[stack]--;
	sdk_ops_record(ops, code, NULL, 0);
}

void sdk_ops_patch(struct osaas_ops *ops, size_t at, enum op_code code)
{
	if (ops->error)
		return;
	uint32_t words = (uint32_t)((ops->len - at - RECORD_HEAD) / 4);
	uint32_t head = (uint32_t)code | words << 8;
	memcpy(ops->buf + at, &head, sizeof head);
}

void osaas_ops_transform_push(
	struct osaas_ops *ops, float sx, float hx, float ox, float hy, float sy, float oy)
{
	const float m[6] = {sx, hx, ox, hy, sy, oy};
	sdk_ops_push(ops, STACK_TRANSFORMS, OP_TRANSFORM_PUSH, m, sizeof m);
}

void osaas_ops_offset_push(struct osaas_ops *ops, float x, float y)
{
	osaas_ops_transform_push(ops, 1, 0, x, 0, 1, y);
}

void osaas_ops_transform_mul(
	struct osaas_ops *ops, float sx, float hx, float ox, float hy, float sy, float oy)
{
	const float m[6] = {sx, hx, ox, hy, sy, oy};
	sdk_ops_record(ops, OP_TRANSFORM_MUL, m, sizeof m);
}

void osaas_ops_transform_pop(struct osaas_ops *ops)
{
	sdk_ops_pop(ops, STACK_TRANSFORMS, OP_TRANSFORM_POP);
}

static void clip(struct osaas_ops *ops, enum op_code code, const float *v, size_t n)
{
	sdk_ops_push(ops, STACK_CLIPS, code, v, n * sizeof *v);
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

void osaas_ops_clip_blur(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float radius, float sigma)
{
	osaas_ops_clip_blur4(
		ops, x0, y0, x1, y1, radius, radius, radius, radius, sigma, false);
}

void osaas_ops_clip_blur4(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	float nw, float ne, float se, float sw, float sigma, bool inverted)
{
	const struct {
		float v[9];
		uint32_t flags;
	} blur = {{x0, y0, x1, y1, nw, ne, se, sw, sigma}, inverted ? BLUR_INVERTED : 0};
	sdk_ops_push(ops, STACK_CLIPS, OP_CLIP_BLUR, &blur, sizeof blur);
}

void osaas_ops_clip_pop(struct osaas_ops *ops)
{
	sdk_ops_pop(ops, STACK_CLIPS, OP_CLIP_POP);
}

void osaas_ops_path_begin(struct osaas_ops *ops)
{
	size_t at = ops->len;
	sdk_ops_record(ops, OP_CLIP_PATH, NULL, 0);
	ops->path = at;
}

static void verb(struct osaas_ops *ops, enum op_verb v, const float *coords, size_t n)
{
	if (!ops->path)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	put_u32(ops, v);
	sdk_ops_put(ops, coords, n * sizeof *coords);
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

void osaas_ops_path_gap(struct osaas_ops *ops, float x, float y)
{
	verb(ops, VERB_GAP, (const float[]){x, y}, 2);
}

void osaas_ops_path_close(struct osaas_ops *ops)
{
	verb(ops, VERB_CLOSE, NULL, 0);
}

static void end_path(struct osaas_ops *ops, enum op_code code)
{
	if (!ops->path)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	sdk_ops_patch(ops, ops->path, code);
	ops->path = 0;
	ops->pushed[STACK_CLIPS]++;
}

void osaas_ops_clip_path(struct osaas_ops *ops)
{
	end_path(ops, OP_CLIP_PATH);
}

void osaas_ops_clip_even_odd(struct osaas_ops *ops)
{
	end_path(ops, OP_CLIP_EVEN_ODD);
}

/* Room of that size before the verbs of the path that is open. */
static uint8_t *open_room(struct osaas_ops *ops, size_t bytes)
{
	size_t first = ops->path + RECORD_HEAD, verbs = ops->len - first;
	static const uint8_t zeros[(OPWIRE_STROKE_WORDS + OPWIRE_MAX_DASHES) * 4];
	sdk_ops_put(ops, zeros, bytes);
	if (ops->error)
		return NULL;
	memmove(ops->buf + first + bytes, ops->buf + first, verbs);
	return ops->buf + first;
}

void osaas_ops_clip_stroke(struct osaas_ops *ops, const struct osaas_stroke *stroke)
{
	const struct {
		float width;
		uint32_t join_cap;
		float limit, offset;
		uint32_t n;
	} head = {
		.width = stroke->width,
		.join_cap = (uint32_t)stroke->join | (uint32_t)stroke->cap << 8,
		.limit = stroke->miter_limit > 0 ? stroke->miter_limit : MITER_LIMIT,
		.offset = stroke->dash_offset,
		.n = stroke->n_dashes,
	};
	_Static_assert(sizeof head == OPWIRE_STROKE_WORDS * 4, "as on the wire");
	if (!ops->path || head.n > OPWIRE_MAX_DASHES)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	size_t dashes = head.n * sizeof *stroke->dashes;
	uint8_t *room = ops->error ? NULL : open_room(ops, sizeof head + dashes);
	if (room) {
		memcpy(room, &head, sizeof head);
		if (dashes > 0)
			memcpy(room + sizeof head, stroke->dashes, dashes);
	}
	end_path(ops, OP_CLIP_STROKE);
}

static bool is_open(const struct osaas_ops *ops)
{
	bool open = ops->path || ops->block;
	for (int i = 0; i < OSAAS_OPS_STACKS; i++)
		open = open || ops->pushed[i] > 0;
	return open;
}

static void put_header(struct osaas_ops *ops)
{
	if (!ops->buf && ops->error == 0)
		grow(ops, ops->len);
	if (is_open(ops))
		sdk_ops_fail(ops, OSAAS_EINVAL);
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

int osaas_ops_send_image(osaas_chan window, uint64_t serial, uint32_t id, uint32_t width,
	uint32_t height, void *pixels)
{
	const struct osaas_window_image image = {serial, id, width, height, 0};
	struct osaas_msg msg = {.type = OSAAS_WINDOW_IMAGE,
		.buf = pixels,
		.len = (uint64_t)width * height * 4};
	memcpy(msg.u.bytes, &image, sizeof image);
	return osaas_send(window, &msg);
}
