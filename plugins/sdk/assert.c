#include <osaas.h>
#include <osaas_std.h>

void osaas_assert_failed(const char *file, int line, const char *what)
{
	osaas_printf(OSAAS_LOG_ERROR, "%s:%d: does not hold: %s", file, line, what);
	osaas_exit(1);
}
