#include <osaas_std.h>

void abort(void)
{
	__builtin_trap();
}
