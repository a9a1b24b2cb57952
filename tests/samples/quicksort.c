/* Numbers sorted, shuffled, sorted again. */
#include "sample.h"

SAMPLE("Quicksort", "")

#define N 8192

static uint32_t numbers[N];

static void sort(uint32_t *lo, uint32_t *hi)
{
	while (hi - lo > 1) {
		uint32_t pivot = lo[(hi - lo) / 2], *i = lo, *j = hi - 1;
		while (i <= j) {
			while (*i < pivot)
				i++;
			while (*j > pivot)
				j--;
			if (i > j)
				break;
			uint32_t t = *i;
			*i++ = *j;
			*j-- = t;
		}
		sort(lo, j + 1);
		lo = i;
	}
}

void sample_main(void)
{
	uint32_t seed = 1;
	for (;;) {
		for (int i = 0; i < N; i++)
			numbers[i] = xorshift(&seed);
		sort(numbers, numbers + N);
	}
}
