/*
 * For keyboard_test.py: a window that is one text field, and writes into the log how large
 * it is and what is in it. TYPED_FLAGS: enum osaas_field_flag; TYPED_HINT: enum osaas_hint.
 */
#include <osaas.h>
#include <osaas_field.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.typed\n"
	       "name = Typed\n"
	       "version = 1.0\n"
	       "abi = 1.1\n"
	       "entry = typed_main\n"
	       "want = gui.window required: to be typed into\n"
	       "want = gui.text required: to show it\n")

#define ROOM 200

static char room[OSAAS_FIELD_ROOM(ROOM)];
static struct osaas_field field = {.tag = 5,
	.label = "Field",
	.flags = TYPED_FLAGS,
	.hint = TYPED_HINT,
	.style = {.size = 16, .text = {0, 0, 0, 255}}};
static struct osaas_window_config config;
static uint64_t serial;

static void draw(void)
{
	float width = (float)config.width, height = (float)config.height;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, width, height);
	osaas_ops_color(&ops, 0xff, 0xff, 0xff, 255);
	osaas_ops_paint(&ops);
	osaas_field_draw(&field, &ops, 0, 0, width, height);
	osaas_ops_clip_pop(&ops);
	if (osaas_ops_send(field.window, &ops, ++serial) != 0)
		osaas_printf(OSAAS_LOG_ERROR, "typed: not sent");
}

static void handle(const struct osaas_msg *msg)
{
	uint32_t what = osaas_field_event(&field, msg);
	if (what & OSAAS_FIELD_CHANGED)
		osaas_printf(OSAAS_LOG_INFO, "typed: '%s'", field.text);
	if (msg->type == OSAAS_WINDOW_CONFIG) {
		memcpy(&config, msg->u.bytes, sizeof config);
		osaas_printf(OSAAS_LOG_INFO, "typed: height %d", config.height);
		what |= OSAAS_FIELD_DRAW;
	}
	if (what & OSAAS_FIELD_DRAW)
		draw();
}

OSAAS_EXPORT void typed_main(void);
void typed_main(void)
{
	struct osaas_msg msg = {0};
	field.window = osaas_cap("gui.window");
	field.gui_text = osaas_cap("gui.text");
	osaas_field_init(&field, room, ROOM);
	while (osaas_recv(field.window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		handle(&msg);
		osaas_buf_free(msg.buf);
	}
}
