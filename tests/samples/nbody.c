/* Five bodies under gravity, step by step. */
#include "sample.h"

SAMPLE("N-body", "")

static struct body {
	double p[3], v[3], mass;
} bodies[5] = {
	{{0, 0, 0}, {0, 0, 0}, 39.47},
	{{4.84, -1.16, -0.10}, {0.60, 2.81, -0.02}, 0.037},
	{{8.34, 4.12, -0.40}, {-1.01, 1.82, 0.008}, 0.011},
	{{12.89, -15.11, -0.22}, {1.08, 0.86, -0.01}, 0.0017},
	{{15.37, -25.91, 0.17}, {0.97, 0.59, -0.03}, 0.0020},
};

static void attract(struct body *a, struct body *b, double dt)
{
	double d[3], square = 0;
	for (int i = 0; i < 3; i++) {
		d[i] = a->p[i] - b->p[i];
		square += d[i] * d[i];
	}
	double m = dt / (square * __builtin_sqrt(square));
	for (int i = 0; i < 3; i++) {
		a->v[i] -= d[i] * b->mass * m;
		b->v[i] += d[i] * a->mass * m;
	}
}

void sample_main(void)
{
	for (;;) {
		for (int i = 0; i < 5; i++) {
			for (int j = i + 1; j < 5; j++)
				attract(&bodies[i], &bodies[j], 0.01);
		}
		for (int i = 0; i < 5; i++) {
			for (int k = 0; k < 3; k++)
				bodies[i].p[k] += 0.01 * bodies[i].v[k];
		}
	}
}
