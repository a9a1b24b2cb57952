/* For tests/bench/audio: paints its whole window anew for each frame, in a way that takes long. */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.bench.painter\n"
	       "name = Painter\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = painter_main\n"
	       "want = gui.window required: to be painted\n")

#define LAYERS 6

static uint8_t turn;

static void draw(osaas_chan window, const struct osaas_window_config *size)
{
	static uint64_t serial;
	float w = (float)size->width, h = (float)size->height;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	turn += 8;
	for (uint8_t i = 0; i < LAYERS; i++) {
		uint8_t a = i ? 128 : 255;
		const struct osaas_stop stops[] = {
			{0, turn, (uint8_t)(40 * i), 128, a}, {1, 128, turn, 0, a}};
		osaas_ops_clip_rect(&ops, 0, 0, w, h);
		osaas_ops_radial(&ops, w / 2, h / 2, 0, w / 2, h / 2, w,
			OSAAS_SPREAD_REPEAT, stops, 2);
		osaas_ops_paint(&ops);
		osaas_ops_clip_pop(&ops);
	}
	osaas_ops_send(window, &ops, ++serial);
}

OSAAS_EXPORT void painter_main(void);
void painter_main(void)
{
	struct osaas_window_config size = {0};
	struct osaas_msg msg;
	osaas_chan window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0) {
		if (msg.type == OSAAS_WINDOW_CONFIG)
			memcpy(&size, msg.u.bytes, sizeof size);
		if (msg.type == OSAAS_WINDOW_CLOSE)
			break;
		if (msg.type == OSAAS_WINDOW_CONFIG || msg.type == OSAAS_WINDOW_SHOWN)
			draw(window, &size);
	}
}
