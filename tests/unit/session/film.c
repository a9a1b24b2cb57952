/*
 * A static page with a film on it: a retained sub-layer of which a part changes with each
 * frame that was shown, 120 times; then it rests, and looks the same however it was shown.
 * A key starts it again.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

OSAAS_MANIFEST("id = org.osaas.test.film\n"
	       "name = Film\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = film_main\n"
	       "want = gui.window required: shows it\n")

enum {
	FILM = 1,
	WIDTH = 240,
	HEIGHT = 160,
	LEFT = 50,
	TOP = 40,
	BAR = 16,
	FRAMES = 120
};

static void fill(struct osaas_ops *ops, float x0, float y0, float x1, float y1)
{
	osaas_ops_clip_rect(ops, x0, y0, x1, y1);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_page(struct osaas_ops *ops, const struct osaas_window_config *config)
{
	float width = (float)config->width, height = (float)config->height;
	osaas_ops_color(ops, 0xe9, 0xe4, 0xd8, 255);
	fill(ops, 0, 0, width, height);
	for (int i = 0; i < 20; i++) {
		osaas_ops_color(ops, (uint8_t)(12 * i), 60, 90, 255);
		fill(ops, 20, 20 + 20 * (float)i, width / 2, 30 + 20 * (float)i);
	}
}

static void draw_film(struct osaas_ops *ops, int frame)
{
	float x = (float)(frame * 3 % (WIDTH - BAR));
	osaas_ops_sublayer_begin(ops, FILM, WIDTH, HEIGHT);
	osaas_ops_color(ops, 20, 30, 60, 255);
	fill(ops, 0, 0, WIDTH, HEIGHT);
	osaas_ops_color(ops, 240, (uint8_t)(frame * 2), 40, 255);
	fill(ops, x, 20, x + BAR, HEIGHT - 20);
	osaas_ops_sublayer_end(ops);
}

static int draw(osaas_chan window, const struct osaas_window_config *config, int frame,
	uint64_t serial)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	draw_film(&ops, frame);
	draw_page(&ops, config);
	osaas_ops_place(&ops, FILM, LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT, 0, 0);
	return osaas_ops_send(window, &ops, serial);
}

OSAAS_EXPORT void film_main(void);
void film_main(void)
{
	struct osaas_window_config config = {0};
	osaas_chan window = osaas_cap("gui.window");
	struct osaas_msg msg;
	uint64_t serial = 0;
	int frame = 0;
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		bool next = msg.type == OSAAS_WINDOW_SHOWN && msg.u.u64[0] == serial &&
			    frame < FRAMES;
		struct osaas_window_key key = {0};
		if (msg.type == OSAAS_WINDOW_CONFIG)
			memcpy(&config, msg.u.bytes, sizeof config);
		if (msg.type == OSAAS_WINDOW_KEY)
			memcpy(&key, msg.u.bytes, sizeof key);
		if (key.pressed)
			frame = 0;
		if (msg.type == OSAAS_WINDOW_CONFIG || key.pressed || next)
			draw(window, &config, frame += next, ++serial);
		if (next && frame == FRAMES)
			osaas_printf(OSAAS_LOG_INFO, "the film is over");
	}
}
