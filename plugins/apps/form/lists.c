/*
 * Two lists. An item goes to a place in either by dragging, or by the keys: Ctrl+Up and
 * Ctrl+Down within its list, Space or Return to the other. Other windows' text can be
 * dropped as well, and becomes an item; and an item can be dropped there.
 */
#include "form.h"

#include <osaas_utf8.h>

#define TYPE_ITEM "application/x-osaas-form-item"
#define TYPE_TEXT "text/plain"

static const char *const titles[LISTS] = {"Available", "Chosen"};
#define NOWHERE UINT32_MAX

void lists_init(void)
{
	static const char *const names[] = {
		"Astronomy", "Botany", "Chess", "Drawing", "Engines", "Folk music"};
	form.lists = (struct lists){.items = 6, .count = {4, 2}};
	for (uint32_t i = 0; i < form.lists.items; i++) {
		strlcpy(form.lists.name[i], names[i], ITEM_BYTES);
		form.lists.at[i / 4][i % 4] = i;
	}
}

/* One row is left to drop things on. */
uint32_t lists_rows(uint32_t list)
{
	uint32_t n = form.lists.count[list] + 1;
	return n < 3 ? 3 : n;
}

bool is_list_tag(uint64_t tag)
{
	return (tag >= TAG_LIST && tag < TAG_LIST + LISTS) ||
	       (tag >= TAG_ITEM && tag < TAG_ITEM + ITEMS_MAX);
}

/* Where an item's tag, or a list's, is: which list, which place in it. */
static bool find(uint64_t tag, uint32_t *list, uint32_t *row)
{
	*row = NOWHERE;
	for (*list = 0; *list < LISTS; ++*list) {
		if (tag == TAG_LIST + *list)
			return true;
		for (uint32_t i = 0; i < form.lists.count[*list]; i++) {
			if (tag != TAG_ITEM + form.lists.at[*list][i])
				continue;
			*row = i;
			return true;
		}
	}
	return false;
}

static void take_out(uint32_t item)
{
	uint32_t list, row;
	if (!find(TAG_ITEM + item, &list, &row))
		return;
	uint32_t *at = form.lists.at[list], n = --form.lists.count[list];
	memmove(at + row, at + row + 1, (n - row) * sizeof *at);
	if (form.lists.current[list] >= n)
		form.lists.current[list] = n ? n - 1 : 0;
}

static void put_in(uint32_t item, uint32_t list, uint32_t row)
{
	uint32_t *at = form.lists.at[list], n = form.lists.count[list]++;
	row = row < n ? row : n;
	memmove(at + row + 1, at + row, (n - row) * sizeof *at);
	at[row] = item;
	form.lists.current[list] = row;
}

static void move(uint32_t item, uint32_t list, uint32_t row)
{
	uint32_t from, was;
	if (!find(TAG_ITEM + item, &from, &was))
		return;
	if (from == list && was < row && row != NOWHERE)
		row--;
	take_out(item);
	put_in(item, list, row);
	form.changed = true;
}

/* ---- What they look like ------------------------------------------------ */

static bool is_over(uint64_t tag)
{
	return form.drag.open && form.drag.over == tag;
}

static void draw_grip(struct osaas_ops *ops, struct rect r)
{
	float y = (r.y0 + r.y1) / 2, step = dp(5), half = dp(1);
	for (int i = 0; i < 6; i++) {
		float x = r.x0 + dp(14) + step * (float)(i % 2);
		float at = y + step * (float)(i / 2 - 1);
		paint_round(ops, (struct rect){x - half, at - half, x + half, at + half},
			half, color_soft);
	}
}

static void draw_item_face(struct osaas_ops *ops, const char *name, struct rect r)
{
	draw_grip(ops, r);
	r.x0 += dp(32);
	r.x1 -= dp(8);
	paint_words(ops, (struct words){name, 15, 400, color_ink, OSAAS_WORDS_LEFT}, r);
}

static struct rect shrunk(struct rect r, float x, float y)
{
	return (struct rect){r.x0 + x, r.y0 + y, r.x1 - x, r.y1 - y};
}

static void listen(struct osaas_ops *ops, uint64_t tag, bool can_focus)
{
	osaas_ops_listen(ops, tag,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_RELEASE | OSAAS_POINTER_DRAG |
			OSAAS_POINTER_CANCEL | OSAAS_POINTER_ENTER | OSAAS_POINTER_LEAVE |
			(can_focus ? OSAAS_LISTEN_FOCUS : 0) | OSAAS_LISTEN_MERGE,
		0, 0, 0, 0);
	osaas_ops_transfer(ops, tag, OSAAS_TRANSFER_TARGET, TYPE_ITEM);
	osaas_ops_transfer(ops, tag, OSAAS_TRANSFER_TARGET, TYPE_TEXT);
}

static void tell_item(struct osaas_ops *ops, uint64_t tag, const char *name, bool current)
{
	osaas_ops_area(ops, tag);
	osaas_ops_cursor(ops, OSAAS_CURSOR_GRAB);
	listen(ops, tag, current);
	osaas_ops_transfer(ops, tag, OSAAS_TRANSFER_SOURCE, TYPE_ITEM);
	osaas_ops_transfer(ops, tag, OSAAS_TRANSFER_SOURCE, TYPE_TEXT);
	osaas_ops_class(ops, OSAAS_CLASS_LIST_ITEM);
	osaas_ops_label(ops, name);
	osaas_ops_selected(ops, current);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_FOCUS);
	for (uint32_t key = KEY_UP; key <= KEY_DOWN; key += KEY_DOWN - KEY_UP) {
		osaas_ops_keys(ops, tag, 0, 0, key, true);
		osaas_ops_keys(ops, tag, OSAAS_MOD_CTRL, 0, key, true);
	}
}

static void draw_item(struct osaas_ops *ops, uint32_t list, uint32_t row)
{
	uint32_t item = form.lists.at[list][row];
	uint64_t tag = TAG_ITEM + item;
	struct rect r = layout_of(tag), face = shrunk(r, dp(4), dp(2));
	bool focused = form.focus == tag;
	if (focused)
		paint_box(ops, face, dp(6), color_wash, color_wash, true);
	else if (form.hover == tag && !form.drag.open)
		paint_round(ops, face, dp(6), color_wash);
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	tell_item(ops, tag, form.lists.name[item], form.lists.current[list] == row);
	bool away = form.drag.ours && form.drag.item == item;
	if (away)
		osaas_ops_group_push(ops, 0.35f, OSAAS_BLEND_OVER);
	draw_item_face(ops, form.lists.name[item], r);
	if (away)
		osaas_ops_group_pop(ops);
	osaas_ops_clip_pop(ops);
	if (is_over(tag)) {
		float y = form.drag.after ? r.y1 : r.y0, half = dp(1.5f);
		paint_round(ops,
			(struct rect){r.x0 + dp(6), y - half, r.x1 - dp(6), y + half},
			half, color_accent);
	}
}

/* A list without items is reached by Tab itself. */
static void draw_list(struct osaas_ops *ops, uint32_t list)
{
	struct rect r = form.layout.list[list];
	uint64_t tag = TAG_LIST + list;
	uint32_t n = form.lists.count[list];
	paint_words(ops,
		(struct words){titles[list], 13, 600, color_soft, OSAAS_WORDS_LEFT},
		form.layout.list_label[list]);
	paint_box(ops, r, dp(8), is_over(tag) ? color_wash : color_white,
		form.drag.open ? color_accent : color_line, form.focus == tag);
	osaas_ops_clip_rect(ops, r.x0, r.y0, r.x1, r.y1);
	osaas_ops_area(ops, tag);
	listen(ops, tag, n == 0);
	osaas_ops_class(ops, OSAAS_CLASS_LIST);
	osaas_ops_label(ops, titles[list]);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_FOCUS);
	if (n == 0)
		paint_words(ops,
			(struct words){
				"Nothing here", 14, 400, color_soft, OSAAS_WORDS_CENTER},
			shrunk(r, dp(8), 0));
	for (uint32_t row = 0; row < n; row++)
		draw_item(ops, list, row);
	osaas_ops_clip_pop(ops);
}

void lists_draw(struct osaas_ops *ops)
{
	for (uint32_t i = 0; i < LISTS; i++)
		draw_list(ops, i);
}

void lists_draw_dragged(struct osaas_ops *ops)
{
	const struct drag *d = &form.drag;
	if (!d->ours || !d->seen)
		return;
	struct rect from = layout_of(TAG_ITEM + d->item);
	struct rect r = {d->x - dp(20), d->y - dp(18), 0, d->y + dp(18)};
	r.x1 = r.x0 + (from.x1 - from.x0) * 0.8f;
	paint_shadow(ops, r, dp(8), dp(6));
	paint_box(ops, r, dp(8), color_white, color_accent, false);
	draw_item_face(ops, form.lists.name[d->item], r);
}

/* ---- Keys, pointer, actions --------------------------------------------- */

static void go_to(uint32_t list, uint32_t row)
{
	form.lists.current[list] = row;
	form.next_focus = TAG_ITEM + form.lists.at[list][row];
	form.reveal = form.changed = true;
}

/* To the end of the other list; the next one here is current then, and keeps the keys. */
static void send_over(uint32_t list, uint32_t row)
{
	uint32_t item = form.lists.at[list][row], n;
	move(item, LISTS - 1 - list, NOWHERE);
	n = form.lists.count[list];
	form.lists.current[list] = row < n ? row : n ? n - 1 : 0;
	if (n > 0)
		go_to(list, form.lists.current[list]);
	else
		form.next_focus = TAG_LIST + list;
}

static bool step(uint32_t list, uint32_t row, bool up, bool with_item)
{
	uint32_t n = form.lists.count[list], to = up ? row - 1 : row + 1;
	if (up ? row == 0 : row + 1 >= n)
		return true;
	if (with_item)
		move(form.lists.at[list][row], list, up ? to : to + 1);
	go_to(list, to);
	return true;
}

bool lists_key(const struct osaas_window_key *key)
{
	uint32_t list, row;
	bool ctrl = key->mods & OSAAS_MOD_CTRL;
	if (!find(key->tag, &list, &row) || row == NOWHERE)
		return false;
	switch (key->keysym) {
	case KEY_UP:
	case KEY_DOWN:
		return step(list, row, key->keysym == KEY_UP, ctrl);
	case KEY_HOME:
	case KEY_END:
		go_to(list, key->keysym == KEY_HOME ? 0 : form.lists.count[list] - 1);
		return true;
	case KEY_SPACE:
	case KEY_ENTER:
		if (!key->repeat)
			send_over(list, row);
		return true;
	default:
		return false;
	}
}

void lists_pointer(const struct osaas_window_pointer *p)
{
	uint32_t list, row;
	if (!find(p->tag, &list, &row))
		return;
	if (p->kind == OSAAS_POINTER_ENTER || p->kind == OSAAS_POINTER_LEAVE)
		form.hover = p->kind == OSAAS_POINTER_ENTER ? p->tag : 0;
	if (p->kind == OSAAS_POINTER_PRESS && p->button == BUTTON_LEFT &&
		row != NOWHERE) {
		go_to(list, row);
		form.pressed = p->tag;
	}
	if (p->kind == OSAAS_POINTER_RELEASE || p->kind == OSAAS_POINTER_CANCEL) {
		form.pressed = 0;
		if (!form.drag.open)
			form.drag = (struct drag){0};
	}
	if (p->kind == OSAAS_POINTER_DRAG && form.pressed == p->tag) {
		form.drag.ours = true;
		form.drag.item = (uint32_t)(p->tag - TAG_ITEM);
		form.drag.x = p->x;
		form.drag.y = p->y;
		form.drag.seen = true;
	}
	form.changed = true;
}

void lists_act(uint64_t tag, uint32_t action)
{
	uint32_t list, row;
	if (!find(tag, &list, &row))
		return;
	if (action == OSAAS_SEMANTIC_FOCUS && row != NOWHERE)
		go_to(list, row);
	if (action == OSAAS_SEMANTIC_FOCUS && row == NOWHERE &&
		form.lists.count[list] > 0)
		go_to(list, form.lists.current[list]);
	if (action == OSAAS_SEMANTIC_CLICK && row != NOWHERE)
		send_over(list, row);
}

/* ---- Dragged and dropped ------------------------------------------------ */

/* In the lower half of an item: what is dropped comes behind it. */
static bool is_after(const struct osaas_window_drag *drag)
{
	struct rect r = layout_of(drag->tag);
	return drag->tag >= TAG_ITEM && drag->y >= (r.y0 + r.y1) / 2;
}

/* What somebody else's text becomes: its first line, as much of it as an item holds. */
static bool add(const char *text, size_t n, uint32_t list, uint32_t row)
{
	struct lists *l = &form.lists;
	size_t size = 0, next;
	while (size < n && size < ITEM_BYTES - 1 && (uint8_t)text[size] >= 0x20)
		size++;
	if (size > osaas_utf8_check(text, size))
		size = osaas_utf8_check(text, size);
	for (next = 0; next < size && text[next] == ' ';)
		next++;
	if (next == size || l->items == ITEMS_MAX)
		return false;
	memcpy(l->name[l->items], text, size);
	l->name[l->items][size] = 0;
	put_in(l->items++, list, row);
	return true;
}

static void handle_data(const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	uint32_t list, row;
	if (!find(drag->tag, &list, &row) || !msg->buf || drag->type_size > msg->len)
		return;
	const char *data = (const char *)msg->buf + drag->type_size;
	size_t n = (size_t)msg->len - drag->type_size;
	bool taken = true;
	if (row != NOWHERE && is_after(drag))
		row++;
	if (form.drag.ours)
		move(form.drag.item, list, row);
	else
		taken = add(data, n, list, row);
	osaas_printf(OSAAS_LOG_INFO, "form: %s on %s, place %u",
		taken ? "dropped" : "not taken", titles[list],
		row == NOWHERE ? form.lists.count[list] : row + 1);
	form.changed = true;
}

/* YIELDS. Both types have the name. */
static void handle_request(
	const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	uint64_t item = drag->tag - TAG_ITEM;
	if (!msg->buf || drag->type_size > msg->len || item >= form.lists.items)
		return;
	const char *name = form.lists.name[item];
	osaas_window_offer(
		form.window, drag, msg->buf, drag->type_size, name, strlen(name));
}

void lists_drag(const struct osaas_window_drag *drag, const struct osaas_msg *msg)
{
	switch (drag->kind) {
	case OSAAS_DRAG_INITIATE:
		form.drag.open = true;
		break;
	case OSAAS_DRAG_ENTER:
	case OSAAS_DRAG_MOVE:
		form.drag.over = drag->tag;
		form.drag.after = is_after(drag);
		break;
	case OSAAS_DRAG_LEAVE:
		if (form.drag.over == drag->tag)
			form.drag.over = 0;
		break;
	case OSAAS_DRAG_REQUEST:
		handle_request(drag, msg);
		break;
	case OSAAS_DRAG_DATA:
		handle_data(drag, msg);
		break;
	case OSAAS_DRAG_CANCEL:
		form.drag = (struct drag){0};
		break;
	}
	form.changed = true;
}
