/* dice: one die. A click or a key rolls it. */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_random.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

OSAAS_MANIFEST("id = org.osaas.dice\n"
	       "name = Dice\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = dice_main\n"
	       "want = gui.window required: shows the die\n")

static struct osaas_window_config config;
static struct osaas_random chance;
static unsigned eyes = 5;

static void fill(struct osaas_ops *ops, uint8_t r, uint8_t g, uint8_t b)
{
	osaas_ops_color(ops, r, g, b, 255);
	osaas_ops_paint(ops);
	osaas_ops_clip_pop(ops);
}

/* Where the eyes of each number are, of the nine places of a 3 by 3 grid, row by row. */
static const char *const places[] = {"", "4", "08", "048", "0268", "02468", "025368"};

static void draw_eyes(struct osaas_ops *ops, float x, float y, float u)
{
	for (const char *p = places[eyes]; *p; p++) {
		float cx = x + u * (float)((*p - '0') % 3 - 1),
		      cy = y + u * (float)((*p - '0') / 3 - 1);
		float r = 0.36f * u;
		osaas_ops_clip_ellipse(ops, cx - r, cy - r, cx + r, cy + r);
		fill(ops, 0x2b, 0x3a, 0x4a);
	}
}

static int draw(osaas_chan window)
{
	float w = (float)config.width, h = (float)config.height;
	float x = w / 2, y = h / 2, u = fminf(w, h) / 8, half = 2 * u;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_clip_rect(&ops, 0, 0, w, h);
	osaas_ops_area(&ops, 1); /* all of it can be clicked */
	fill(&ops, 0x2f, 0x8f, 0x6b);
	osaas_ops_clip_rrect(&ops, x - half, y - half, x + half, y + half, 0.7f * u);
	fill(&ops, 0xff, 0xfd, 0xf8);
	draw_eyes(&ops, x, y, 1.1f * u);
	return osaas_ops_send(window, &ops, 0);
}

static bool rolls(const struct osaas_msg *msg)
{
	struct osaas_window_pointer pointer;
	struct osaas_window_key key;
	memcpy(&pointer, &msg->u, sizeof pointer);
	memcpy(&key, &msg->u, sizeof key);
	if (msg->type == OSAAS_WINDOW_POINTER)
		return pointer.kind & OSAAS_POINTER_PRESS;
	return msg->type == OSAAS_WINDOW_KEY && key.pressed && !key.repeat;
}

OSAAS_EXPORT void dice_main(void);
void dice_main(void)
{
	osaas_chan window = osaas_cap("gui.window");
	struct osaas_msg msg;
	osaas_random_seed(&chance, osaas_now());
	while (osaas_recv(window, &msg) == 0 && msg.type != OSAAS_WINDOW_CLOSE) {
		bool roll = rolls(&msg);
		if (msg.type == OSAAS_WINDOW_CONFIG)
			memcpy(&config, &msg.u, sizeof config);
		if (roll)
			eyes = 1 + (unsigned)osaas_random_below(&chance, 6);
		/* A frame for each roll: those that come too fast for the display replace each other. */
		if (roll || msg.type == OSAAS_WINDOW_CONFIG)
			draw(window);
	}
}
