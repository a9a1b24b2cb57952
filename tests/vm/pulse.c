/*
 * pulse: for the soak: a window that goes on. Each frame is of another colour, a tenth of
 * a second after the last one was shown; one that is never shown would be the last. Keys
 * go to the log: with what modifiers.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.pulse\n"
	       "name = Pulse\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = pulse_main\n"
	       "want = gui.window required: shows that time goes on\n")

#define PAUSE UINT64_C(100000000)

static struct osaas_window_config config;
static uint64_t frame;

static void rect(
	struct osaas_ops *ops, float x0, float y0, float x1, float y1, uint64_t color)
{
	osaas_ops_clip_rect(ops, x0, y0, x1, y1);
	osaas_ops_color(
		ops, (uint8_t)(color >> 16), (uint8_t)(color >> 8), (uint8_t)color, 255);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

/* A background that tells it apart from all else, and a square that changes. */
static void draw(osaas_chan window)
{
	struct osaas_ops ops;
	frame++;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, (float)config.width, (float)config.height);
	osaas_ops_area(&ops, 1);
	osaas_ops_color(&ops, 0x20, 0x60, 0x40, 255);
	osaas_ops_paint(&ops);
	osaas_ops_clip_pop(&ops);
	rect(&ops, 16, 16, 80, 80, (frame * 0x10f0b3) & 0xffffff);
	osaas_ops_send(window, &ops, frame);
}

static void tell_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, &msg->u, sizeof key);
	if (!key.pressed || key.repeat)
		return;
	char line[64];
	snprintf(line, sizeof line, "key %u modifiers %u", key.code, key.mods);
	osaas_log(OSAAS_LOG_INFO, line, strlen(line));
}

OSAAS_EXPORT void pulse_main(void);
void pulse_main(void)
{
	osaas_chan window = osaas_cap("gui.window");
	uint64_t due = OSAAS_FOREVER;
	for (;;) {
		struct osaas_msg msg;
		struct osaas_alt alt = {window, OSAAS_RECV, &msg, 0, 0};
		int r = osaas_alt(&alt, 1, due);
		if (r != 0) { /* it is time */
			due = OSAAS_FOREVER;
			draw(window);
			continue;
		}
		if (alt.result < 0 || msg.type == OSAAS_WINDOW_CLOSE)
			return;
		if (msg.type == OSAAS_WINDOW_CONFIG) {
			memcpy(&config, &msg.u, sizeof config);
			due = OSAAS_FOREVER;
			draw(window);
		} else if (msg.type == OSAAS_WINDOW_SHOWN) {
			due = osaas_now() + PAUSE;
		} else if (msg.type == OSAAS_WINDOW_KEY) {
			tell_key(&msg);
		}
	}
}
