/* Words of a large block added up. */
#include "sample.h"

SAMPLE("Checksum", "")

#define N ((32 << 20) / 8)

static volatile uint64_t result;

static uint64_t sum(const uint64_t *p, size_t n)
{
	uint64_t s = 0;
	for (size_t i = 0; i < n; i++)
		s += p[i];
	return s;
}

void sample_main(void)
{
	uint64_t *block = osaas_buf_alloc(32 << 20);
	if (!block)
		osaas_exit(1);
	for (;;) {
		result = sum(block, N);
		block[result % N]++;
	}
}
