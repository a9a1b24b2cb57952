/* Counters, far more than a cache holds, hit at random. */
#include "sample.h"

SAMPLE("Histogram", "")

#define N (4 << 20)

static uint32_t counters[N];

void sample_main(void)
{
	uint32_t seed = 5;
	for (;;)
		counters[xorshift(&seed) % N]++;
}
