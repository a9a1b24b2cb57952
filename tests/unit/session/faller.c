/* A plugin for the tests that shows one frame, and then fails with code 3. */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.faller\n"
	       "name = Faller\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = faller_main\n"
	       "want = gui.window required: to be seen falling\n")

static void draw(osaas_chan window, const struct osaas_window_config *config)
{
	float w = (float)config->width, h = (float)config->height;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	for (int i = 0; i < 8; i++) {
		float x = w * (float)i / 8;
		osaas_ops_clip_rect(&ops, x, 0, x + w / 8, h);
		osaas_ops_color(
			&ops, (uint8_t)(230 - 12 * i), 214, (uint8_t)(150 + 10 * i), 255);
		osaas_ops_paint(&ops);
		osaas_ops_clip_pop(&ops);
	}
	osaas_ops_send(window, &ops, 1);
}

OSAAS_EXPORT void faller_main(void);
void faller_main(void)
{
	struct osaas_window_config config;
	struct osaas_msg msg;
	osaas_chan window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0) {
		if (msg.type == OSAAS_WINDOW_CONFIG) {
			memcpy(&config, msg.u.bytes, sizeof config);
			draw(window, &config);
		}
		if (msg.type == OSAAS_WINDOW_SHOWN)
			osaas_exit(3);
	}
}
