/* The arrow that there is without any theme: black with a white rim. */
#include <math.h>
#include <stddef.h>

#include "session/cursor_theme.h"

#define SAMPLES 4 /* a side, of each pixel */
#define GRID    24.0
#define RIM     1.05 /* of the grid's units */

static const double outline[][2] = {
	{0, 0},
	{0, 17},
	{4, 13.3},
	{6.8, 19.8},
	{9.9, 18.5},
	{7, 12.2},
	{12.2, 12.2},
};
#define CORNERS (sizeof outline / sizeof *outline)

/* Even-odd: how many edges a ray to the right meets. */
static bool inside(double x, double y)
{
	bool in = false;
	for (size_t i = 0, j = CORNERS - 1; i < CORNERS; j = i++) {
		const double *a = outline[i], *b = outline[j];
		if ((a[1] > y) == (b[1] > y))
			continue;
		if (x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
			in = !in;
	}
	return in;
}

static double to_edge(const double *a, const double *b, double x, double y)
{
	double dx = b[0] - a[0], dy = b[1] - a[1];
	double t = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy);
	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(x - a[0] - t * dx, y - a[1] - t * dy);
}

static bool on_rim(double x, double y)
{
	for (size_t i = 0, j = CORNERS - 1; i < CORNERS; j = i++) {
		if (to_edge(outline[i], outline[j], x, y) < RIM)
			return true;
	}
	return false;
}

static uint32_t pixel(int px, int py, double scale)
{
	const unsigned all = SAMPLES * SAMPLES;
	unsigned covered = 0, white = 0;
	for (int i = 0; i < SAMPLES * SAMPLES; i++) {
		double x = (px + (i % SAMPLES + 0.5) / SAMPLES) * scale;
		double y = (py + ((double)(i / SAMPLES) + 0.5) / SAMPLES) * scale;
		bool in = inside(x, y);
		covered += in;
		white += in && on_rim(x, y);
	}
	uint32_t a = covered * 255 / all, c = white * 255 / all;
	return a << 24 | c << 16 | c << 8 | c;
}

void cursor_arrow(uint32_t *argb, int size)
{
	for (int i = 0; i < size * size; i++)
		argb[i] = pixel(i % size, i / size, GRID / size);
}
