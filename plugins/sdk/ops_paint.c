#include "plugins/sdk/ops.h"

void osaas_ops_color(struct osaas_ops *ops, uint8_t r, uint8_t g, uint8_t b, uint8_t a)
{
	const uint8_t rgba[4] = {r, g, b, a};
	sdk_ops_record(ops, OP_BRUSH_COLOR, rgba, sizeof rgba);
}

static void gradient(struct osaas_ops *ops, enum op_code code, const float *v, size_t n,
	enum osaas_spread spread, const struct osaas_stop *stops, uint32_t n_stops)
{
	_Static_assert(sizeof *stops == 8, "as on the wire");
	const uint32_t words[2] = {spread, n_stops};
	size_t size = n_stops <= OPWIRE_MAX_STOPS ? n_stops * sizeof *stops : 0;
	if (n_stops < 1 || n_stops > OPWIRE_MAX_STOPS)
		sdk_ops_fail(ops, OSAAS_EINVAL);
	sdk_ops_head(ops, code, n * sizeof *v + sizeof words + size);
	sdk_ops_put(ops, v, n * sizeof *v);
	sdk_ops_put(ops, words, sizeof words);
	sdk_ops_put(ops, stops, size);
}

void osaas_ops_linear(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	enum osaas_spread spread, const struct osaas_stop *stops, uint32_t n)
{
	gradient(ops, OP_BRUSH_LINEAR, (const float[]){x0, y0, x1, y1}, 4, spread, stops,
		n);
}

void osaas_ops_radial(struct osaas_ops *ops, float x0, float y0, float r0, float x1,
	float y1, float r1, enum osaas_spread spread, const struct osaas_stop *stops,
	uint32_t n)
{
	gradient(ops, OP_BRUSH_RADIAL, (const float[]){x0, y0, r0, x1, y1, r1}, 6, spread,
		stops, n);
}

void osaas_ops_brush_image(struct osaas_ops *ops, uint32_t image,
	enum osaas_filter filter, float x0, float y0, float x1, float y1)
{
	const struct {
		uint32_t id, filter;
		float v[4];
	} brush = {image, filter, {x0, y0, x1, y1}};
	sdk_ops_record(ops, OP_BRUSH_IMAGE, &brush, sizeof brush);
}

void osaas_ops_blend(struct osaas_ops *ops, enum osaas_blend blend)
{
	sdk_ops_word(ops, OP_BLEND, blend);
}

void osaas_ops_paint(struct osaas_ops *ops)
{
	sdk_ops_record(ops, OP_PAINT, NULL, 0);
}

void osaas_ops_group_push(struct osaas_ops *ops, float opacity, enum osaas_blend blend)
{
	const struct {
		float opacity;
		uint32_t blend;
	} group = {opacity, blend};
	sdk_ops_push(ops, STACK_GROUPS, OP_GROUP_PUSH, &group, sizeof group);
}

void osaas_ops_group_pop(struct osaas_ops *ops)
{
	sdk_ops_pop(ops, STACK_GROUPS, OP_GROUP_POP);
}

void osaas_ops_glyphs(struct osaas_ops *ops, uint32_t font, float size,
	const struct osaas_glyph *glyphs, uint32_t n)
{
	_Static_assert(sizeof *glyphs == 12, "as on the wire");
	const struct {
		uint32_t font;
		float size;
		uint32_t zero;
	} run = {font, size, 0};
	sdk_ops_head(ops, OP_GLYPHS, sizeof run + (uint64_t)n * sizeof *glyphs);
	sdk_ops_put(ops, &run, sizeof run);
	sdk_ops_put(ops, glyphs, (size_t)n * sizeof *glyphs);
}

void osaas_ops_place(struct osaas_ops *ops, uint32_t id, float x0, float y0, float x1,
	float y1, float scroll_x, float scroll_y)
{
	const struct {
		uint32_t id;
		float v[6];
	} place = {id, {x0, y0, x1, y1, scroll_x, scroll_y}};
	sdk_ops_record(ops, OP_PLACE, &place, sizeof place);
}

#define SAME(ours, wire) _Static_assert((int)(ours) == (int)(wire), "as on the wire")
SAME(OSAAS_JOIN_BEVEL + 1, JOIN_KINDS);
SAME(OSAAS_JOIN_MITER, JOIN_MITER);
SAME(OSAAS_CAP_SQUARE + 1, CAP_KINDS);
SAME(OSAAS_CAP_BUTT, CAP_BUTT);
SAME(OSAAS_SPREAD_REFLECT + 1, SPREAD_KINDS);
SAME(OSAAS_SPREAD_REPEAT, SPREAD_REPEAT);
SAME(OSAAS_FILTER_NEAREST + 1, FILTER_KINDS);
SAME(OSAAS_BLEND_SCREEN + 1, BLEND_KINDS);
SAME(OSAAS_BLEND_DEST_OVER, BLEND_DEST_OVER);
SAME(OSAAS_BLEND_XOR, BLEND_XOR);
