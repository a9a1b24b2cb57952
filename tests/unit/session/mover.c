/*
 * A plugin for tests of frames: a square moves with each frame that is shown. It says when
 * the first ones were, and every 600th; the sum is over all of them.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

OSAAS_MANIFEST("id = org.osaas.test.mover\n"
	       "name = Mover\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = mover_main\n"
	       "want = gui.window required: to be seen\n")

static osaas_chan window;
static struct osaas_window_config config;
static uint64_t serial, sum;

static void draw(void)
{
	float w = (float)config.width, h = (float)config.height;
	float x = (float)(serial * 4 % (uint64_t)config.width);
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, w, h);
	osaas_ops_color(&ops, 32, 64, 96, 255);
	osaas_ops_paint(&ops);
	osaas_ops_clip_pop(&ops);
	osaas_ops_clip_rect(&ops, x, h / 4, x + 16, h / 4 + 16);
	osaas_ops_color(&ops, 255, 255, 0, 255);
	osaas_ops_paint(&ops);
	osaas_ops_clip_pop(&ops);
	osaas_ops_send(window, &ops, ++serial);
}

static void handle_shown(const struct osaas_window_shown *shown)
{
	sum = sum * 31 + shown->present_ns;
	if (serial <= 20 || serial % 600 == 0)
		osaas_printf(OSAAS_LOG_INFO, "frame %llu at %llu sum %llx",
			(unsigned long long)shown->serial,
			(unsigned long long)shown->present_ns, (unsigned long long)sum);
	draw();
}

OSAAS_EXPORT void mover_main(void);
void mover_main(void)
{
	struct osaas_msg msg;
	window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		if (msg.type == OSAAS_WINDOW_CONFIG) {
			memcpy(&config, msg.u.bytes, sizeof config);
			draw();
		} else if (msg.type == OSAAS_WINDOW_SHOWN) {
			struct osaas_window_shown shown;
			memcpy(&shown, msg.u.bytes, sizeof shown);
			handle_shown(&shown);
		}
	}
}
