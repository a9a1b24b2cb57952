#include "plugins/sdk/ops.h"

#include <osaas_std.h>
#include <osaas_window.h>

void osaas_ops_listen(struct osaas_ops *ops, uint64_t tag, uint32_t kinds, float x_min,
	float x_max, float y_min, float y_max)
{
	const struct {
		uint32_t tag[2], kinds;
		float scroll[4];
	} listen = {OPS_TAG(tag), kinds, {x_min, x_max, y_min, y_max}};
	sdk_ops_record(ops, OP_LISTEN, &listen, sizeof listen);
}

void osaas_ops_keys(struct osaas_ops *ops, uint64_t tag, uint32_t required,
	uint32_t optional, uint32_t keysym, bool focused)
{
	const struct {
		uint32_t tag[2], required, optional, keysym, flags;
	} keys = {OPS_TAG(tag), required, optional, keysym, focused ? KEYS_FOCUSED : 0};
	sdk_ops_record(ops, OP_KEYS, &keys, sizeof keys);
}

void osaas_ops_transfer(struct osaas_ops *ops, uint64_t tag, enum osaas_transfer transfer,
	const char *type)
{
	const struct {
		uint32_t tag[2], transfer;
	} words = {OPS_TAG(tag), transfer};
	sdk_ops_text(ops, OP_TRANSFER, &words, sizeof words, type, strlen(type));
}

#define SAME(ours, wire) _Static_assert((int)(ours) == (int)(wire), "as on the wire")
SAME(OSAAS_POINTER_SCROLL, LISTEN_SCROLL);
SAME(OSAAS_POINTER_SCROLL * 2 - 1, LISTEN_POINTER);
SAME(OSAAS_LISTEN_FOCUS, LISTEN_FOCUS);
SAME(OSAAS_LISTEN_GESTURE, LISTEN_GESTURE);
SAME(OSAAS_LISTEN_PEN, LISTEN_PEN);
SAME(OSAAS_LISTEN_MERGE, LISTEN_MERGE);
SAME(OSAAS_MOD_SUPER * 2 - 1, KEYS_MODIFIERS);
SAME(OSAAS_TRANSFER_SOURCE, TRANSFER_SOURCE);
SAME(OSAAS_TRANSFER_TARGET, TRANSFER_TARGET);
