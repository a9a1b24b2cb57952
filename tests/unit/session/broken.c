/* A plugin for cli_test.py whose manifest has a mistake in line 2. */
#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.test.broken\n"
	       "nmae = Broken\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = broken_main\n")

OSAAS_EXPORT void broken_main(void);

OSAAS_EXPORT void broken_main(void)
{
}
