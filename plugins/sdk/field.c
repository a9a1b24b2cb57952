#include "plugins/sdk/field.h"

#include <osaas_std.h>

void osaas_field_init(struct osaas_field *field, void *room, uint32_t max)
{
	uint8_t *end = (uint8_t *)room + OSAAS_FIELD_ROOM(max);
	osaas_assert(max > 0 && max <= OSAAS_FIELD_MAX);
	field->text = room;
	field->text[0] = 0;
	field->max = max;
	field->undo = (uint8_t *)(((uintptr_t)room + max + 1 + 7) & ~(uintptr_t)7);
	field->undo_size = (uint32_t)(end - field->undo);
	field->stale = true;
}

void osaas_field_finish(struct osaas_field *field)
{
	osaas_text_free(&field->layout);
	osaas_text_free(&field->ghost);
}

void osaas_field_set(struct osaas_field *field, const char *text, size_t len)
{
	uint32_t flags = field->flags;
	field->flags &= ~(uint32_t)OSAAS_FIELD_READ_ONLY;
	sdk_field_replace(field, 0, field->len, text, len, FIELD_EDIT_ALONE);
	field->flags = flags;
	field->compose_start = field->compose_end = 0;
	field->done = field->known = 0;
	sdk_field_place(field, field->len, false);
}

void osaas_field_select(struct osaas_field *field, uint32_t anchor, uint32_t caret)
{
	sdk_field_place(field, sdk_field_boundary(field, caret), false);
	field->anchor = sdk_field_boundary(field, anchor);
}

/* Events. A range of characters, which may be anything, as bytes. */
static bool range_of(const struct osaas_field *field,
	const struct osaas_window_edit *edit, uint32_t *start, uint32_t *end)
{
	*start = sdk_field_byte(field, edit->start);
	*end = sdk_field_byte(field, edit->end);
	return edit->start != UINT32_MAX || edit->end != UINT32_MAX;
}

static void sort(uint32_t *start, uint32_t *end)
{
	uint32_t first = *start < *end ? *start : *end;
	*end = *start < *end ? *end : *start;
	*start = first;
}

static uint32_t handle_edit(struct osaas_field *field,
	const struct osaas_window_edit *edit, const struct osaas_msg *msg)
{
	uint32_t start, end;
	enum field_edit how = FIELD_EDIT_ALONE;
	range_of(field, edit, &start, &end);
	sort(&start, &end);
	if (field->compose_start != field->compose_end && start == field->compose_start &&
		end == field->compose_end)
		how = FIELD_EDIT_COMPOSE;
	else if (start == end)
		how = FIELD_EDIT_TYPE;
	if (!sdk_field_replace(field, start, end, msg->buf ? msg->buf : "",
		    msg->buf ? (size_t)msg->len : 0, how))
		return 0;
	field->reveal = true;
	return OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED;
}

static uint32_t handle_select(
	struct osaas_field *field, const struct osaas_window_edit *edit)
{
	uint32_t start, end;
	if (!range_of(field, edit, &start, &end))
		start = end = field->caret;
	if (start == field->anchor && end == field->caret)
		return 0;
	sdk_field_place(field, end, false);
	field->anchor = start;
	return OSAAS_FIELD_DRAW;
}

static uint32_t handle_compose(
	struct osaas_field *field, const struct osaas_window_edit *edit)
{
	uint32_t start, end;
	if (!range_of(field, edit, &start, &end))
		start = end = 0;
	sort(&start, &end);
	field->compose_start = start < end ? start : 0;
	field->compose_end = start < end ? end : 0;
	return OSAAS_FIELD_DRAW;
}

static uint32_t handle_snippet(
	struct osaas_field *field, const struct osaas_window_edit *edit)
{
	field->ask_start = edit->start < edit->end ? edit->start : edit->end;
	field->ask_end = edit->start < edit->end ? edit->end : edit->start;
	return OSAAS_FIELD_DRAW;
}

static uint32_t handle_focus(struct osaas_field *field, bool focused)
{
	if (focused == field->focused)
		return 0;
	field->focused = focused;
	field->joins = false;
	field->reveal |= focused;
	if (!focused)
		field->compose_start = field->compose_end = 0;
	return OSAAS_FIELD_DRAW;
}

/* YIELDS. Text of somebody else's is put where it was dropped, and is selected then. */
static uint32_t handle_data(struct osaas_field *field,
	const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	bool upstream;
	uint32_t at = sdk_field_hit(field, drag->x, drag->y, &upstream);
	field->dropping = false;
	if (!msg->buf || drag->type_size > msg->len)
		return OSAAS_FIELD_DRAW;
	sdk_field_place(field, at, false);
	const char *data = (const char *)msg->buf + drag->type_size;
	if (!sdk_field_replace(field, at, at, data, (size_t)msg->len - drag->type_size,
		    FIELD_EDIT_ALONE))
		return OSAAS_FIELD_DRAW;
	field->anchor = at;
	field->compose_start = field->compose_end = 0;
	field->reveal = true;
	return OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED;
}

/* YIELDS. */
static uint32_t handle_drag(struct osaas_field *field,
	const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	bool upstream;
	switch (drag->kind) {
	case OSAAS_DRAG_ENTER:
	case OSAAS_DRAG_MOVE:
		field->dropping = true;
		field->drop = sdk_field_hit(field, drag->x, drag->y, &upstream);
		return OSAAS_FIELD_DRAW;
	case OSAAS_DRAG_LEAVE:
	case OSAAS_DRAG_CANCEL:
		field->dropping = false;
		return OSAAS_FIELD_DRAW;
	case OSAAS_DRAG_DATA:
		return handle_data(field, drag, msg);
	default:
		return 0;
	}
}

/* YIELDS. */
static uint32_t handle_act(struct osaas_field *field, uint32_t action)
{
	if (action == OSAAS_SEMANTIC_CLICK || action == OSAAS_SEMANTIC_FOCUS)
		osaas_window_focus_area(field->window, field->tag);
	return 0;
}

static uint64_t tag_of(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	struct osaas_window_pointer pointer;
	switch (msg->type) {
	case OSAAS_WINDOW_KEY:
		memcpy(&key, msg->u.bytes, sizeof key);
		return key.tag;
	case OSAAS_WINDOW_POINTER:
		memcpy(&pointer, msg->u.bytes, sizeof pointer);
		return pointer.tag;
	case OSAAS_WINDOW_AREA_FOCUS:
	case OSAAS_WINDOW_EDIT:
	case OSAAS_WINDOW_SELECT:
	case OSAAS_WINDOW_COMPOSE:
	case OSAAS_WINDOW_SNIPPET:
	case OSAAS_WINDOW_DRAG:
	case OSAAS_WINDOW_ACT:
		return msg->u.u64[0];
	default:
		return 0;
	}
}

static uint32_t handle(struct osaas_field *field, const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	struct osaas_window_pointer pointer;
	struct osaas_window_edit edit;
	struct osaas_window_drag drag;
	memcpy(&drag, msg->u.bytes, sizeof drag);
	memcpy(&key, msg->u.bytes, sizeof key);
	memcpy(&pointer, msg->u.bytes, sizeof pointer);
	memcpy(&edit, msg->u.bytes, sizeof edit);
	switch (msg->type) {
	case OSAAS_WINDOW_KEY:
		return sdk_field_key(field, &key);
	case OSAAS_WINDOW_POINTER:
		return sdk_field_pointer(field, &pointer);
	case OSAAS_WINDOW_AREA_FOCUS:
		return handle_focus(field, msg->u.u32[2]);
	case OSAAS_WINDOW_EDIT:
		return handle_edit(field, &edit, msg);
	case OSAAS_WINDOW_SELECT:
		return handle_select(field, &edit);
	case OSAAS_WINDOW_COMPOSE:
		return handle_compose(field, &edit);
	case OSAAS_WINDOW_SNIPPET:
		return handle_snippet(field, &edit);
	case OSAAS_WINDOW_DRAG:
		return handle_drag(field, &drag, msg);
	case OSAAS_WINDOW_ACT:
		return handle_act(field, msg->u.u32[2]);
	default:
		return 0;
	}
}

/* A field that was drawn under a tag 0 has none, and hears nothing. */
uint32_t osaas_field_event(struct osaas_field *field, const struct osaas_msg *msg)
{
	uint64_t tag = tag_of(msg);
	if (msg->type == OSAAS_WINDOW_LOST)
		field->press.down = false;
	if (tag == 0 || tag != field->tag)
		return 0;
	return OSAAS_FIELD_HEARD | handle(field, msg);
}
