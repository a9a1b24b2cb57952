/* Binary search in a large sorted array. */
#include "sample.h"

SAMPLE("Search", "")

#define N (4 << 20)

static uint32_t sorted[N];
static volatile uint64_t found;

static size_t find(uint32_t key)
{
	size_t lo = 0, hi = N;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (sorted[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void sample_main(void)
{
	uint32_t seed = 17;
	for (uint32_t i = 0; i < N; i++)
		sorted[i] = i * 1000;
	for (;;)
		found += find(xorshift(&seed));
}
