#include "oracle.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Porter and Duff, "Compositing Digital Images", 1984: s times fs + d times fd. */
struct mode {
	const char *name;
	/* fs = s0 + s1 da, fd = d0 + d1 sa */
	double s0, s1, d0, d1;
	double product, most; /* + product s d, at most this much */
};

static const struct mode modes[] = {
	{"over", 1, 0, 1, -1, 0, INFINITY},
	{"clear", 0, 0, 0, 0, 0, INFINITY},
	{"source", 1, 0, 0, 0, 0, INFINITY},
	{"in", 0, 1, 0, 0, 0, INFINITY},
	{"out", 1, -1, 0, 0, 0, INFINITY},
	{"atop", 0, 1, 1, -1, 0, INFINITY},
	{"dest", 0, 0, 1, 0, 0, INFINITY},
	{"dest-over", 1, -1, 1, 0, 0, INFINITY},
	{"dest-in", 0, 0, 0, 1, 0, INFINITY},
	{"dest-out", 0, 0, 1, -1, 0, INFINITY},
	{"dest-atop", 1, -1, 0, 1, 0, INFINITY},
	{"xor", 1, -1, 1, -1, 0, INFINITY},
	{"plus", 1, 0, 1, 0, 0, 1},
	{"multiply", 1, -1, 1, -1, 1, INFINITY},
	{"screen", 1, 0, 1, 0, -1, INFINITY},
};

bool blend(const char *name, struct pixel *old, const struct pixel *s, double k)
{
	const struct mode *mode = NULL;
	struct pixel d = *old;
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(modes[i].name, name))
			mode = &modes[i];
	if (!mode)
		return false;
	double fs = mode->s0 + mode->s1 * d.v[3], fd = mode->d0 + mode->d1 * s->v[3];
	for (int i = 0; i < 4; i++) {
		double b = fs * s->v[i] + fd * d.v[i] + mode->product * s->v[i] * d.v[i];
		old->v[i] = (1 - k) * d.v[i] + k * fmin(b, mode->most);
	}
	return true;
}
