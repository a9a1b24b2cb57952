/* Counts for ever. */
#include "hog.h"

HOG("64M")

static volatile uint64_t turns;

void hog_main(void)
{
	hog_ready();
	for (;;)
		turns++;
}
