/* A clock: draws its hands, then waits for the next tick, or for a new size. */
#include "sample.h"

#include <osaas_ops.h>
#include <osaas_window.h>

SAMPLE("Clock", "want = gui.window required: shows the time\n")

static osaas_chan window;
static uint64_t serial;

static void hand(struct osaas_ops *ops, float turn, float length)
{
	float x = 100 + length * sinf(turn * 6.2831853f);
	float y = 100 - length * cosf(turn * 6.2831853f);
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 100, 100);
	osaas_ops_path_line(ops, x, y);
	osaas_ops_path_line(ops, x + 2, y + 2);
	osaas_ops_path_close(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static int draw(uint64_t now)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_color(&ops, 20, 20, 30, 255);
	osaas_ops_paint(&ops);
	osaas_ops_color(&ops, 220, 220, 210, 255);
	hand(&ops, (float)(now / 1000000000 % 60) / 60, 90);
	hand(&ops, (float)(now / 60000000000 % 60) / 60, 80);
	hand(&ops, (float)(now / 3600000000000 % 12) / 12, 50);
	return osaas_ops_send(window, &ops, ++serial);
}

void sample_main(void)
{
	window = osaas_cap("gui.window");
	for (;;) {
		struct osaas_msg msg;
		struct osaas_alt alt = {.chan = window, .op = OSAAS_RECV, .msg = &msg};
		int r = osaas_alt(&alt, 1, osaas_now() + 5000000);
		if (r == 0 && (alt.result < 0 || msg.type == OSAAS_WINDOW_CLOSE))
			return;
		if (draw(osaas_now()) < 0)
			return;
	}
}
