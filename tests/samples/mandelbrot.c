/* The set of Mandelbrot, a picture at a time. */
#include "sample.h"

#include <osaas_ops.h>
#include <osaas_window.h>

SAMPLE("Mandelbrot", "want = gui.window required: shows the set\n")

#define WIDTH  640
#define HEIGHT 480
#define LIMIT  1024

static uint8_t picture[WIDTH * HEIGHT];

static uint8_t escape(double cx, double cy)
{
	double x = 0, y = 0;
	int n = 0;
	for (; n < LIMIT && x * x + y * y < 4; n++) {
		double t = x * x - y * y + cx;
		y = 2 * x * y + cy;
		x = t;
	}
	return (uint8_t)n;
}

static void compute(double zoom)
{
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++)
			picture[y * WIDTH + x] =
				escape(-0.7 + (x - 320) * zoom, (y - 240) * zoom);
	}
}

void sample_main(void)
{
	osaas_chan window = osaas_cap("gui.window");
	struct osaas_msg msg;
	double zoom = 0.005;
	for (uint64_t serial = 1; osaas_recv(window, &msg) == 0; serial++) {
		struct osaas_ops ops;
		compute(zoom);
		zoom *= 0.99;
		osaas_ops_begin(&ops);
		osaas_ops_color(&ops, picture[0], picture[WIDTH], picture[7], 255);
		osaas_ops_paint(&ops);
		if (osaas_ops_send(window, &ops, serial) < 0)
			return;
	}
}
