/* tick: says in the log how long it has been running, every second, five times. It wants nothing. */
#include <osaas.h>
#include <osaas_std.h>

OSAAS_MANIFEST("id = org.osaas.tick\n"
	       "name = Tick\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = tick_main\n")

#define SECOND UINT64_C(1000000000)

OSAAS_EXPORT void tick_main(void);
void tick_main(void)
{
	uint64_t start = osaas_now();
	for (uint64_t i = 1; i <= 5; i++) {
		/* No channel to wait on: this is how one sleeps. */
		osaas_alt(NULL, 0, start + i * SECOND);
		double late = (double)(osaas_now() - start) / 1e9 - (double)i;
		osaas_printf(OSAAS_LOG_INFO, "tick %d, %.3f ms late", (int)i, 1e3 * late);
	}
}
