/*
 * For nested_test.py: writes into the log what comes to its window, and fills it with a
 * colour, another one for each key that is pressed. Its left half asks for the hand. F11 captures
 * the pointer.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.teller\n"
	       "name = Teller\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = teller_main\n"
	       "want = gui.window required: to tell of\n"
	       "want = input.capture optional: to tell of motion\n")

#define F11 87

static const uint8_t colours[][3] = {
	{0xc0, 0x40, 0x20}, {0x20, 0xa0, 0x40}, {0x60, 0x20, 0xc0}};

static osaas_chan window;
static struct osaas_window_config config;
static uint64_t serial;
static unsigned colour;

static void draw(void)
{
	float width = (float)config.width, height = (float)config.height;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, width, height);
	const uint8_t *rgb = colours[colour % 3];
	osaas_ops_color(&ops, rgb[0], rgb[1], rgb[2], 255);
	osaas_ops_paint(&ops);
	osaas_ops_area(&ops, 1);
	osaas_ops_clip_rect(&ops, 0, 0, width / 2, height);
	osaas_ops_cursor(&ops, OSAAS_CURSOR_POINTER);
	osaas_ops_clip_pop(&ops);
	osaas_ops_clip_pop(&ops);
	if (osaas_ops_send(window, &ops, ++serial) != 0)
		osaas_printf(OSAAS_LOG_ERROR, "tells: not sent");
}

static void tell_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (key.repeat) {
		osaas_printf(OSAAS_LOG_INFO, "tells: again %u", key.code);
		return;
	}
	osaas_printf(OSAAS_LOG_INFO, "tells: key %u %s '%s'", key.code,
		key.pressed ? "down" : "up", key.text);
	if (!key.pressed)
		return;
	colour++;
	draw();
	if (key.code == F11)
		osaas_window_capture(window, true);
}

static void tell_motion(const struct osaas_msg *msg)
{
	struct osaas_window_motion m;
	memcpy(&m, msg->u.bytes, sizeof m);
	osaas_printf(OSAAS_LOG_INFO, "tells: motion %d %d", (int)m.dx, (int)m.dy);
}

static void tell_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.kind == OSAAS_POINTER_SCROLL)
		osaas_printf(OSAAS_LOG_INFO, "tells: scroll %d %d", (int)p.scroll_x,
			(int)p.scroll_y);
	else
		osaas_printf(OSAAS_LOG_INFO, "tells: pointer %u at %d %d button %x of %u",
			p.kind, (int)p.x, (int)p.y, p.button, p.source);
}

static void handle(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		memcpy(&config, msg->u.bytes, sizeof config);
		osaas_printf(OSAAS_LOG_INFO, "tells: size %d %d scale %d%%", config.width,
			config.height, (int)(config.scale * 100));
		draw();
		break;
	case OSAAS_WINDOW_KEY:
		tell_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		tell_pointer(msg);
		break;
	case OSAAS_WINDOW_MOTION:
		tell_motion(msg);
		break;
	case OSAAS_WINDOW_CAPTURED:
		osaas_printf(OSAAS_LOG_INFO, "tells: captured %u", msg->u.u32[0]);
		break;
	}
}

OSAAS_EXPORT void teller_main(void);
void teller_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE)
		handle(&msg);
}
