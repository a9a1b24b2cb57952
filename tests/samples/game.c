/* A game: balls that move and bounce, drawn for each frame that was shown. */
#include "sample.h"

#include <osaas_ops.h>
#include <osaas_window.h>

SAMPLE("Game", "want = gui.window required: shows the game\n")

#define BALLS 100

static struct ball {
	float x, y, dx, dy;
} balls[BALLS];
static float width = 800, height = 600;

static void move(void)
{
	for (int i = 0; i < BALLS; i++) {
		struct ball *b = &balls[i];
		b->x += b->dx;
		b->y += b->dy;
		if (b->x < 0 || b->x > width)
			b->dx = -b->dx;
		if (b->y < 0 || b->y > height)
			b->dy = -b->dy;
	}
}

static int draw(osaas_chan window, uint64_t serial)
{
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_color(&ops, 0, 0, 0, 255);
	osaas_ops_paint(&ops);
	for (int i = 0; i < BALLS; i++) {
		float x = balls[i].x, y = balls[i].y;
		osaas_ops_clip_ellipse(&ops, x - 5, y - 5, x + 5, y + 5);
		osaas_ops_color(&ops, 255, (uint8_t)(2 * i), 0, 255);
		osaas_ops_paint(&ops);
		osaas_ops_clip_pop(&ops);
	}
	return osaas_ops_send(window, &ops, serial);
}

void sample_main(void)
{
	osaas_chan window = osaas_cap("gui.window");
	uint32_t seed = 11;
	struct osaas_msg msg;
	for (int i = 0; i < BALLS; i++)
		balls[i] = (struct ball){(float)(xorshift(&seed) % 800),
			(float)(xorshift(&seed) % 600), (float)(i % 7) - 3,
			(float)(i % 5) - 2};
	for (uint64_t serial = 1; osaas_recv(window, &msg) == 0;) {
		if (msg.type == OSAAS_WINDOW_CLOSE)
			return;
		if (msg.type != OSAAS_WINDOW_CONFIG && msg.type != OSAAS_WINDOW_SHOWN)
			continue;
		move();
		if (draw(window, serial++) < 0)
			return;
	}
}
