#include "listening.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char heard[1024];

void hear(const char *fmt, ...)
{
	size_t n = strlen(heard);
	va_list ap;
	if (n)
		heard[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(heard + n, sizeof heard - n, fmt, ap);
	va_end(ap);
}

int open_any(void *data, const char *path, int flags)
{
	return 100;
}

void close_any(void *data, int fd)
{
}

bool take_no_key(void *data, const struct input_key *key)
{
	return false;
}
