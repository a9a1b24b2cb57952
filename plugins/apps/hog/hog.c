/*
 * hog: computes for ever and never calls the host. It is there to be preempted:
 * whatever else runs must not notice it.
 */
#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.hog\n"
	       "name = Hog\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = hog_main\n")

static volatile uint64_t turns;

OSAAS_EXPORT void hog_main(void);
void hog_main(void)
{
	for (;;)
		turns++;
}
