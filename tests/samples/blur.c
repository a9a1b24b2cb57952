/* A picture made softer, row by row: each pixel with its neighbours left and right. */
#include "sample.h"

SAMPLE("Blur", "")

#define WIDTH  4096
#define HEIGHT 1024

static float from[HEIGHT][WIDTH], to[HEIGHT][WIDTH];

static void blur_row(float *out, const float *in)
{
	for (int x = 1; x < WIDTH - 1; x++)
		out[x] = 0.25f * (in[x - 1] + in[x + 1]) + 0.5f * in[x];
}

void sample_main(void)
{
	for (;;) {
		for (int y = 0; y < HEIGHT; y++)
			blur_row(to[y], from[y]);
		from[1][1] += to[2][2] + 1;
	}
}
