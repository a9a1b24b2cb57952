/*
 * dragged: for test_audio.py: a small window in a large one, which is dragged about by its bar
 * and whose shadow goes with it. Says how often it was drawn, each 100 frames.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.dragged\n"
	       "name = Dragged\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = dragged_main\n"
	       "want = gui.window required: to be dragged about in\n")

#define WIDTH  240.0f
#define HEIGHT 180.0f
#define BAR    32.0f

static osaas_chan window;
static struct osaas_window_config config;
static float x = 40, y = 40, grip_x, grip_y;
static bool held, changed, under_way;
static uint64_t frames;

static void rect(struct osaas_ops *ops, float x0, float y0, float x1, float y1,
	uint32_t color, uint8_t alpha)
{
	osaas_ops_clip_rrect(ops, x0, y0, x1, y1, 8);
	osaas_ops_color(ops, (uint8_t)(color >> 16), (uint8_t)(color >> 8),
		(uint8_t)color, alpha);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void draw(void)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, (float)config.width, (float)config.height);
	osaas_ops_color(&ops, 0x30, 0x50, 0x70, 255);
	osaas_ops_paint(&ops);
	osaas_ops_clip_pop(&ops);
	for (float i = 8; i > 0; i--)
		rect(&ops, x - i, y - i + 4, x + WIDTH + i, y + HEIGHT + i + 4, 0, 12);
	rect(&ops, x, y, x + WIDTH, y + HEIGHT, 0xf0f0e8, 255);
	osaas_ops_clip_rect(&ops, x, y, x + WIDTH, y + BAR);
	osaas_ops_area(&ops, 1);
	osaas_ops_clip_pop(&ops);
	rect(&ops, x, y, x + WIDTH, y + BAR, held ? 0xd7263d : 0x2f6f9f, 255);
	under_way = osaas_ops_send(window, &ops, ++frames) == 0;
	changed = false;
	if (frames % 100 == 0)
		osaas_printf(OSAAS_LOG_INFO, "drawn %lu at %d %d", (unsigned long)frames,
			(int)x, (int)y);
}

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.kind == OSAAS_POINTER_PRESS) {
		held = true;
		grip_x = p.x - x;
		grip_y = p.y - y;
	} else if (p.kind == OSAAS_POINTER_DRAG && held) {
		x = p.x - grip_x;
		y = p.y - grip_y;
	} else if (p.kind == OSAAS_POINTER_RELEASE || p.kind == OSAAS_POINTER_CANCEL) {
		held = false;
	} else {
		return;
	}
	changed = true;
}

OSAAS_EXPORT void dragged_main(void);
void dragged_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		if (msg.type == OSAAS_WINDOW_CONFIG) {
			memcpy(&config, msg.u.bytes, sizeof config);
			changed = true;
		} else if (msg.type == OSAAS_WINDOW_SHOWN) {
			under_way = false;
		} else if (msg.type == OSAAS_WINDOW_POINTER) {
			handle_pointer(&msg);
		}
		if (changed && !under_way && config.width)
			draw();
	}
}
