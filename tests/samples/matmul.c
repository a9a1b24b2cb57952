/* Matrices that stay in the cache, multiplied. */
#include "sample.h"

SAMPLE("Matrix", "")

#define N 64

static float a[N][N], b[N][N], c[N][N];

void sample_main(void)
{
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			a[i][j] = (float)(i - j);
			b[i][j] = (float)(i ^ j);
		}
	}
	for (;;) {
		for (int i = 0; i < N; i++) {
			for (int j = 0; j < N; j++) {
				float sum = 0;
				for (int k = 0; k < N; k++)
					sum += a[i][k] * b[k][j];
				c[i][j] = sum * 0.001f;
			}
		}
		a[1][1] = c[2][2];
	}
}
