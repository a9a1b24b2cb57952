/* Several alarms, each a coroutine that sleeps for its own time. */
#include "sample.h"

SAMPLE("Alarms", "")

static volatile unsigned rings;

static void alarm_main(void *arg)
{
	uint64_t period = (uint64_t)(uintptr_t)arg;
	for (;;) {
		osaas_alt(NULL, 0, osaas_now() + period);
		rings++;
	}
}

void sample_main(void)
{
	for (uintptr_t i = 1; i <= 4; i++)
		osaas_spawn(alarm_main, (void *)(i * 1000000), 0);
	alarm_main((void *)(uintptr_t)5000000);
}
