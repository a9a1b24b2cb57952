#include "plugins/sdk/ops.h"

#include <osaas_std.h>

void osaas_ops_area(struct osaas_ops *ops, uint64_t tag)
{
	sdk_ops_record(ops, OP_AREA, &tag, sizeof tag);
}

void osaas_ops_pass_push(struct osaas_ops *ops)
{
	sdk_ops_push(ops, STACK_PASSES, OP_PASS_PUSH, NULL, 0);
}

void osaas_ops_pass_pop(struct osaas_ops *ops)
{
	sdk_ops_pop(ops, STACK_PASSES, OP_PASS_POP);
}

void osaas_ops_cursor(struct osaas_ops *ops, enum osaas_cursor cursor)
{
	sdk_ops_word(ops, OP_CURSOR, cursor);
}

void osaas_ops_action(struct osaas_ops *ops, enum osaas_action action)
{
	sdk_ops_word(ops, OP_ACTION, action);
}

void osaas_ops_input_hint(struct osaas_ops *ops, uint64_t tag, enum osaas_hint hint)
{
	const struct {
		uint32_t tag[2], hint;
	} note = {OPS_TAG(tag), hint};
	sdk_ops_record(ops, OP_INPUT_HINT, &note, sizeof note);
}

void osaas_ops_selection(struct osaas_ops *ops, uint64_t tag, uint32_t start,
	uint32_t end, float x, float y, float ascent, float descent)
{
	const struct {
		uint32_t tag[2], start, end;
		float v[4];
	} note = {OPS_TAG(tag), start, end, {x, y, ascent, descent}};
	sdk_ops_record(ops, OP_SELECTION, &note, sizeof note);
}

void osaas_ops_composition(
	struct osaas_ops *ops, uint64_t tag, float x0, float y0, float x1, float y1)
{
	const struct {
		uint32_t tag[2];
		float v[4];
	} note = {OPS_TAG(tag), {x0, y0, x1, y1}};
	sdk_ops_record(ops, OP_COMPOSITION, &note, sizeof note);
}

void osaas_ops_snippet(struct osaas_ops *ops, uint64_t tag, uint32_t start, uint32_t end,
	const char *text, size_t bytes)
{
	const struct {
		uint32_t tag[2], start, end;
	} note = {OPS_TAG(tag), start, end};
	sdk_ops_text(ops, OP_SNIPPET, &note, sizeof note, text, bytes);
}

void osaas_ops_label(struct osaas_ops *ops, const char *text)
{
	sdk_ops_text(ops, OP_LABEL, NULL, 0, text, strlen(text));
}

void osaas_ops_description(struct osaas_ops *ops, const char *text)
{
	sdk_ops_text(ops, OP_DESCRIPTION, NULL, 0, text, strlen(text));
}

void osaas_ops_class(struct osaas_ops *ops, enum osaas_class what)
{
	sdk_ops_word(ops, OP_CLASS, what);
}

void osaas_ops_selected(struct osaas_ops *ops, bool selected)
{
	sdk_ops_word(ops, OP_SELECTED, selected);
}

void osaas_ops_enabled(struct osaas_ops *ops, bool enabled)
{
	sdk_ops_word(ops, OP_ENABLED, enabled);
}

void osaas_ops_value(struct osaas_ops *ops, const char *text, size_t bytes)
{
	sdk_ops_text(ops, OP_VALUE, NULL, 0, text, bytes);
}

void osaas_ops_range(struct osaas_ops *ops, float now, float min, float max)
{
	const float v[3] = {now, min, max};
	sdk_ops_record(ops, OP_RANGE, v, sizeof v);
}

void osaas_ops_semantic_actions(struct osaas_ops *ops, uint32_t bits)
{
	sdk_ops_word(ops, OP_SEMANTIC_DO, bits);
}

#define SAME(ours, wire) _Static_assert((int)(ours) == (int)(wire), "as on the wire")
SAME(OSAAS_CURSOR_NWSE_RESIZE + 1, CURSOR_KINDS);
SAME(OSAAS_CURSOR_NOT_ALLOWED, CURSOR_NOT_ALLOWED);
SAME(OSAAS_ACTION_RESIZE_NW + 1, ACTION_KINDS);
SAME(OSAAS_ACTION_RESIZE_SE, ACTION_RESIZE_SE);
SAME(OSAAS_HINT_PASSWORD + 1, HINT_KINDS);
SAME(OSAAS_HINT_URL, HINT_URL);
SAME(OSAAS_CLASS_GROUP + 1, CLASS_KINDS);
SAME(OSAAS_CLASS_TREE_ITEM, CLASS_TREE_ITEM);
SAME(OSAAS_SEMANTIC_DISMISS * 2 - 1, SEMANTIC_ALL);
SAME(OSAAS_SEMANTIC_EXPAND, SEMANTIC_EXPAND);
