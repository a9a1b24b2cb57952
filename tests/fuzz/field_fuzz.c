/*
 * Any messages to a text field: after each its text is good, its places lie in it, and at the
 * end all that can be undone comes again. The first byte says what kind of field it is; a
 * message is a byte for its type, a byte for how long its text is, its payload, its text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_utf8.h"
#include "plugins/include/osaas_window.h"
#include "tests/unit/plugins/field_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MAX = 96,
	TAG = 5,
	STEPS = 400
};

static struct osaas_field field;
static char room[OSAAS_FIELD_ROOM(MAX)];

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool is_boundary(uint32_t at)
{
	return at <= field.len &&
	       (at == field.len || ((uint8_t)field.text[at] & 0xc0) != 0x80);
}

static void check(void)
{
	bool multi = field.flags & OSAAS_FIELD_MULTI;
	must(field.len <= MAX && field.text[field.len] == 0);
	must(osaas_utf8_valid(field.text, field.len));
	for (uint32_t i = 0; i < field.len; i++)
		must((uint8_t)field.text[i] >= 0x20 ||
			(multi && (field.text[i] == '\n' || field.text[i] == '\t')));
	must(is_boundary(field.anchor) && is_boundary(field.caret));
	must(is_boundary(field.compose_start) && is_boundary(field.compose_end));
	must(field.compose_start <= field.compose_end);
	must(field.done <= field.known && field.known <= field.undo_size);
}

static void draw(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	must(osaas_field_draw(&field, &ops, 3, 5, 103, 65) == 0);
	must(osaas_ops_send(HOST_WINDOW, &ops, 1) == 0);
}

static void check_undo(void)
{
	char text[MAX + 1];
	uint32_t n = 0;
	memcpy(text, field.text, field.len + 1);
	for (; osaas_field_undo(&field); n++)
		check();
	for (; n > 0; n--)
		must(osaas_field_redo(&field));
	must(strcmp(text, field.text) == 0);
}

/* The tag is that of the field, where the type has one. */
static void aim(struct osaas_msg *msg)
{
	struct osaas_window_key key;
	struct osaas_window_pointer pointer;
	memcpy(&key, msg->u.bytes, sizeof key);
	memcpy(&pointer, msg->u.bytes, sizeof pointer);
	key.tag = pointer.tag = TAG;
	if (msg->type == OSAAS_WINDOW_KEY)
		memcpy(msg->u.bytes, &key, sizeof key);
	else if (msg->type == OSAAS_WINDOW_POINTER)
		memcpy(msg->u.bytes, &pointer, sizeof pointer);
	else
		msg->u.u64[0] = TAG;
}

/* Returns how much of the data it used. */
static size_t send(const uint8_t *data, size_t size)
{
	static const uint32_t types[] = {OSAAS_WINDOW_KEY, OSAAS_WINDOW_POINTER,
		OSAAS_WINDOW_AREA_FOCUS, OSAAS_WINDOW_EDIT, OSAAS_WINDOW_SELECT,
		OSAAS_WINDOW_COMPOSE, OSAAS_WINDOW_SNIPPET, OSAAS_WINDOW_DRAG,
		OSAAS_WINDOW_ACT, OSAAS_WINDOW_LOST};
	struct osaas_msg msg = {0};
	size_t used = 2 + sizeof msg.u.bytes, len;
	if (size < used)
		return size;
	msg.type = types[data[0] % (sizeof types / sizeof *types)];
	len = data[1];
	memcpy(msg.u.bytes, data + 2, sizeof msg.u.bytes);
	aim(&msg);
	len = len < size - used ? len : size - used;
	if (len > 0) {
		msg.buf = malloc(len);
		must(msg.buf);
		memcpy(msg.buf, data + used, len);
		msg.len = len;
	}
	uint32_t before = field.len, what = osaas_field_event(&field, &msg);
	must(before == field.len || what & OSAAS_FIELD_CHANGED);
	free(msg.buf);
	return used + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	field = (struct osaas_field){.tag = TAG,
		.window = HOST_WINDOW,
		.gui_text = HOST_TEXT,
		.clipboard = HOST_CLIPBOARD,
		.flags = data[0] & 7,
		.style = {.size = 16, .pad_x = 4, .pad_y = 2}};
	osaas_field_init(&field, room, MAX);
	field_host.clip_size[0] = field_host.clip_size[1] = 0;
	draw();
	size_t at = 1;
	for (int n = 0; at < size && n < STEPS; n++) {
		at += send(data + at, size - at);
		check();
		if (data[at - 1] & 1)
			draw();
	}
	draw();
	check_undo();
	osaas_field_finish(&field);
	osaas_buf_free(field_host.frame.buf);
	field_host.frame.buf = NULL;
	must(field_host.buffers == 0);
	return 0;
}
