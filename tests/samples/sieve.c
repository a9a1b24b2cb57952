/* The sieve of Eratosthenes in 32 KiB. */
#include "sample.h"

SAMPLE("Sieve", "")

static uint8_t composite[32768];
static volatile unsigned found;

void sample_main(void)
{
	for (;;) {
		unsigned n = 0;
		memset(composite, 0, sizeof composite);
		for (size_t i = 2; i < sizeof composite; i++) {
			if (composite[i])
				continue;
			n++;
			for (size_t j = i * i; j < sizeof composite; j += i)
				composite[j] = 1;
		}
		found = n;
	}
}
