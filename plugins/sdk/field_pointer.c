#include "plugins/sdk/field.h"

#define BUTTON_LEFT   0x110 /* BTN_LEFT of linux/input-event-codes.h */
#define BUTTON_MIDDLE 0x112
#define AGAIN_NS      UINT64_C(400000000) /* between two presses that are one double press */
#define HELD_NS       UINT64_C(500000000) /* a finger that stays so long means the word */

/* How far a pointer may move and still be in one place: half the size of the text. */
static bool is_near(const struct osaas_field *field, float x, float y)
{
	float dx = x - field->press.x, dy = y - field->press.y;
	float most = field->style.size / 2;
	return dx * dx + dy * dy <= most * most;
}

static void count(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	bool again = field->press.count > 0 && is_near(field, p->x, p->y) &&
		     p->time_ns - field->press.time_ns <= AGAIN_NS;
	field->press.count = again ? field->press.count % 3 + 1 : 1;
	field->press.time_ns = p->time_ns;
	field->press.x = p->x;
	field->press.y = p->y;
}

/* One press puts the caret there, with Shift the end of the selection. */
static void take(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	uint32_t start, end, number = field->press.count;
	bool upstream = false;
	sdk_field_unit(field, p->x, p->y, number, &start, &end);
	if (number < 2)
		start = end = sdk_field_hit(field, p->x, p->y, &upstream);
	bool extend = number < 2 && p->mods & OSAAS_MOD_SHIFT;
	sdk_field_place(field, end, extend);
	if (!extend)
		field->anchor = start;
	field->upstream = upstream;
	field->press.start = sdk_field_start(field);
	field->press.end = sdk_field_end(field);
	if (extend)
		field->press.start = field->press.end = field->anchor;
}

/* YIELDS. */
static uint32_t press_middle(
	struct osaas_field *field, const struct osaas_window_pointer *p)
{
	bool upstream;
	sdk_field_place(field, sdk_field_hit(field, p->x, p->y, &upstream), false);
	field->press.count = 0;
	return OSAAS_FIELD_DRAW | sdk_field_paste_primary(field);
}

static uint32_t press(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	if (p->button == BUTTON_MIDDLE)
		return press_middle(field, p);
	if (p->button != BUTTON_LEFT)
		return 0;
	count(field, p);
	field->press.down = true;
	field->press.moved = false;
	field->press.touch = p->source == OSAAS_SOURCE_TOUCH;
	if (field->press.touch)
		return 0;
	take(field, p);
	return OSAAS_FIELD_DRAW;
}

/* From what the press took to what is under the pointer now, in the same units. */
static uint32_t drag(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	uint32_t start, end;
	bool upstream = false;
	field->press.moved |= !is_near(field, p->x, p->y);
	if (!field->press.down || (field->press.touch && field->press.count < 2))
		return 0;
	sdk_field_unit(field, p->x, p->y, field->press.count, &start, &end);
	if (field->press.count < 2)
		start = end = sdk_field_hit(field, p->x, p->y, &upstream);
	uint32_t anchor = field->anchor, caret = field->caret;
	bool before = start < field->press.start;
	sdk_field_place(field, before ? start : end, true);
	field->anchor = before ? field->press.end : field->press.start;
	field->upstream = upstream;
	return anchor != field->anchor || caret != field->caret ? OSAAS_FIELD_DRAW : 0;
}

/* A finger means where it came down: what is under it may have moved since. YIELDS. */
static uint32_t release(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	bool down = field->press.down;
	if (p->button != BUTTON_LEFT)
		return 0;
	field->press.down = false;
	if (down && !field->press.touch)
		sdk_field_set_primary(field);
	if (!down || !field->press.touch || field->press.moved)
		return 0;
	if (p->time_ns - field->press.time_ns >= HELD_NS && field->press.count == 1)
		field->press.count = 2;
	struct osaas_window_pointer at = *p;
	at.x = field->press.x;
	at.y = field->press.y;
	take(field, &at);
	return OSAAS_FIELD_DRAW;
}

static uint32_t scroll(struct osaas_field *field, const struct osaas_window_pointer *p)
{
	field->scroll_x += p->scroll_x;
	field->scroll_y += p->scroll_y;
	return OSAAS_FIELD_DRAW;
}

uint32_t sdk_field_pointer(
	struct osaas_field *field, const struct osaas_window_pointer *pointer)
{
	switch (pointer->kind) {
	case OSAAS_POINTER_PRESS:
		return press(field, pointer);
	case OSAAS_POINTER_DRAG:
		return drag(field, pointer);
	case OSAAS_POINTER_RELEASE:
		return release(field, pointer);
	case OSAAS_POINTER_SCROLL:
		return scroll(field, pointer);
	case OSAAS_POINTER_CANCEL:
		field->press.down = false;
		field->press.count = 0;
		return 0;
	default:
		return 0;
	}
}
