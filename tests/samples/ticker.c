/* Wakes every few milliseconds and counts. */
#include "sample.h"

SAMPLE("Ticker", "")

static volatile uint64_t ticks, late;

void sample_main(void)
{
	for (uint64_t next = osaas_now();; ticks++) {
		next += 2000000;
		osaas_alt(NULL, 0, next);
		if (osaas_now() > next + 1000000)
			late++;
	}
}
