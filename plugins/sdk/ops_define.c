#include "plugins/sdk/ops.h"

#include <osaas_std.h>

/* Definitions do not stand in one another. */
static void check_outside(struct osaas_ops *ops)
{
	if (ops->block)
		sdk_ops_fail(ops, OSAAS_EINVAL);
}

/* A record that goes on until end_block; what is pushed in it is popped in it. */
static void begin_block(
	struct osaas_ops *ops, enum op_code code, const uint32_t *words, size_t n)
{
	size_t at = ops->len;
	check_outside(ops);
	sdk_ops_record(ops, code, words, n * sizeof *words);
	ops->block = at;
	memcpy(ops->outside, ops->pushed, sizeof ops->outside);
	memset(ops->pushed, 0, sizeof ops->pushed);
}

static void end_block(struct osaas_ops *ops, enum op_code code)
{
	bool good = ops->block && !ops->path;
	for (int i = 0; i < OSAAS_OPS_STACKS; i++)
		good = good && ops->pushed[i] == 0;
	if (good && ops->error == 0 && ops->buf[ops->block] != code)
		good = false;
	if (!good)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	sdk_ops_patch(ops, ops->block, code);
	ops->block = 0;
	memcpy(ops->pushed, ops->outside, sizeof ops->pushed);
}

void osaas_ops_macro_begin(struct osaas_ops *ops, uint32_t id)
{
	begin_block(ops, OP_MACRO, &id, 1);
}

void osaas_ops_macro_end(struct osaas_ops *ops)
{
	end_block(ops, OP_MACRO);
}

void osaas_ops_call(struct osaas_ops *ops, uint32_t id)
{
	sdk_ops_word(ops, OP_CALL, id);
}

void osaas_ops_defer(struct osaas_ops *ops, uint32_t id)
{
	sdk_ops_word(ops, OP_DEFER, id);
}

static void retire(struct osaas_ops *ops, enum op_code code, uint32_t id)
{
	check_outside(ops);
	sdk_ops_word(ops, code, id);
}

void osaas_ops_macro_retire(struct osaas_ops *ops, uint32_t id)
{
	retire(ops, OP_MACRO_RETIRE, id);
}

void osaas_ops_sublayer_begin(
	struct osaas_ops *ops, uint32_t id, uint32_t width, uint32_t height)
{
	begin_block(ops, OP_SUBLAYER, (const uint32_t[]){id, width, height, 0}, 4);
}

void osaas_ops_sublayer_end(struct osaas_ops *ops)
{
	end_block(ops, OP_SUBLAYER);
}

void osaas_ops_sublayer_retire(struct osaas_ops *ops, uint32_t id)
{
	retire(ops, OP_SUBLAYER_RETIRE, id);
}

/* n words, then the pixels; the last two words are their width and height. */
static void pixels(struct osaas_ops *ops, enum op_code code, const uint32_t *words,
	size_t n, const uint8_t *rgba, size_t stride)
{
	size_t row = (size_t)words[n - 2] * 4;
	uint32_t height = words[n - 1];
	uint64_t size = height == 0 || row <= OPWIRE_MAX_STREAM / height
				? row * (uint64_t)height
				: OPWIRE_MAX_STREAM;
	check_outside(ops);
	sdk_ops_head(ops, code, n * sizeof *words + size);
	sdk_ops_put(ops, words, n * sizeof *words);
	for (uint32_t y = 0; y < height && row > 0 && ops->error == 0; y++)
		sdk_ops_put(ops, rgba + y * stride, row);
}

void osaas_ops_image(struct osaas_ops *ops, uint32_t id, uint32_t width, uint32_t height,
	const uint8_t *rgba, size_t stride)
{
	pixels(ops, OP_IMAGE, (const uint32_t[]){id, width, height}, 3, rgba, stride);
}

void osaas_ops_image_update(struct osaas_ops *ops, uint32_t id, uint32_t x, uint32_t y,
	uint32_t width, uint32_t height, const uint8_t *rgba, size_t stride)
{
	pixels(ops, OP_IMAGE_UPDATE, (const uint32_t[]){id, x, y, width, height}, 5, rgba,
		stride);
}

void osaas_ops_image_retire(struct osaas_ops *ops, uint32_t id)
{
	retire(ops, OP_IMAGE_RETIRE, id);
}

void osaas_ops_font_query(struct osaas_ops *ops, uint32_t id, uint32_t weight,
	enum osaas_slant slant, const char *families)
{
	const uint32_t words[3] = {id, weight, slant};
	check_outside(ops);
	sdk_ops_text(ops, OP_FONT_QUERY, words, sizeof words, families, strlen(families));
}

void osaas_ops_font_bytes(
	struct osaas_ops *ops, uint32_t id, uint32_t face, const void *data, size_t size)
{
	const uint32_t words[2] = {id, face};
	check_outside(ops);
	if (size > OPWIRE_MAX_STREAM)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	if (ops->error)
		return;
	sdk_ops_head(ops, OP_FONT_BYTES, sizeof words + OPS_PADDED(size));
	sdk_ops_put(ops, words, sizeof words);
	sdk_ops_put_bytes(ops, data, size);
}

void osaas_ops_font_retire(struct osaas_ops *ops, uint32_t id)
{
	retire(ops, OP_FONT_RETIRE, id);
}

#define SAME(ours, wire) _Static_assert((int)(ours) == (int)(wire), "as on the wire")
SAME(OSAAS_SLANT_OBLIQUE + 1, SLANT_KINDS);
SAME(OSAAS_SLANT_ITALIC, SLANT_ITALIC);
