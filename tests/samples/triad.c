/* STREAM's triad: a = b + s c. */
#include "sample.h"

SAMPLE("Triad", "")

#define N (2 << 20)

static float a[N], b[N], c[N];

void sample_main(void)
{
	for (;;) {
		for (int i = 0; i < N; i++)
			a[i] = b[i] + 3.0f * c[i];
		b[a[5] > 1 ? 1 : 2] += 1;
	}
}
