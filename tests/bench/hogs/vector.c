/* Keeps the vector registers busy, so that there is something to save. */
#include "hog.h"

HOG("64M")

#define N 1024

static float a[N], b[N];

void hog_main(void)
{
	for (int i = 0; i < N; i++)
		a[i] = b[i] = (float)i / N;
	hog_ready();
	for (;;) {
		for (int i = 0; i < N; i++)
			a[i] = a[i] * 0.999f + b[i];
		__asm__ volatile("" ::: "memory");
	}
}
