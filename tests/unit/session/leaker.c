/* A plugin for ctl_test.py: forgets 2 MiB ten times a second, and sleeps in between. */
#include <osaas.h>
#include <osaas_std.h>

OSAAS_MANIFEST("id = org.osaas.test.leaker\n"
	       "name = Leaker\n"
	       "version = 1.0\n"
	       "abi = 1.1\n"
	       "entry = leaker_main\n"
	       "heap = 8M\n"
	       "gc = yes\n")

OSAAS_EXPORT void leaker_main(void);
void leaker_main(void)
{
	for (;;) {
		for (int i = 0; i < 200; i++) {
			char *p = malloc(10000);
			if (p)
				memset(p, 1, 10000);
		}
		osaas_alt(NULL, 0, osaas_now() + 100000000);
	}
}
