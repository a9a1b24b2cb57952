/*
 * For kana_test.py: one field, whose text is in the log after each change, the composition in
 * brackets. The right button empties it.
 */
#include <osaas.h>
#include <osaas_field.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.writer\n"
	       "name = Writer\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = writer_main\n"
	       "want = gui.window required: to write in\n"
	       "want = gui.text required: to show it\n")

#define BYTES 1000

static char room[OSAAS_FIELD_ROOM(BYTES)];
static struct osaas_field field = {.tag = 1,
	.flags = OSAAS_FIELD_MULTI,
	.hint = OSAAS_HINT_TEXT,
	.style = {.size = 16, .text = {0, 0, 0, 255}, .caret_color = {0, 0, 0, 255}}};
static struct osaas_window_config config;
static uint64_t serial;

static void draw(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_color(&ops, 255, 255, 255, 255);
	osaas_ops_paint(&ops);
	osaas_field_draw(&field, &ops, 0, 0, (float)config.width, (float)config.height);
	if (osaas_ops_send(field.window, &ops, ++serial) != 0)
		osaas_printf(OSAAS_LOG_ERROR, "writes: not sent");
}

/* As far as a line of the log goes. */
static void tell(void)
{
	static char last[400];
	char now[400];
	int start = (int)field.compose_start, end = (int)field.compose_end;
	if (start == end)
		start = end = (int)field.len;
	snprintf(now, sizeof now, "%.*s%s%.*s%s%s", start, field.text,
		start < end ? "[" : "", end - start, field.text + start,
		start < end ? "]" : "", field.text + end);
	if (strcmp(now, last) != 0)
		osaas_printf(OSAAS_LOG_INFO, "writes: '%s'", now);
	strlcpy(last, now, sizeof last);
}

#define BUTTON_RIGHT 0x111 /* BTN_RIGHT of linux/input-event-codes.h */

static bool empties(const struct osaas_msg *msg)
{
	struct osaas_window_pointer event;
	memcpy(&event, msg->u.bytes, sizeof event);
	return msg->type == OSAAS_WINDOW_POINTER && event.kind == OSAAS_POINTER_PRESS &&
	       event.button == BUTTON_RIGHT;
}

OSAAS_EXPORT void writer_main(void);
void writer_main(void)
{
	struct osaas_msg msg;
	field.window = osaas_cap("gui.window");
	field.gui_text = osaas_cap("gui.text");
	osaas_field_init(&field, room, BYTES);
	while (osaas_recv(field.window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		if (msg.type == OSAAS_WINDOW_CONFIG)
			memcpy(&config, msg.u.bytes, sizeof config);
		uint32_t what = osaas_field_event(&field, &msg);
		osaas_buf_free(msg.buf);
		if (empties(&msg))
			osaas_field_set(&field, "", 0);
		tell();
		if (msg.type == OSAAS_WINDOW_CONFIG || empties(&msg) ||
			(what & OSAAS_FIELD_DRAW))
			draw();
	}
}
