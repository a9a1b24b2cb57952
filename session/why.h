/* why: why something was refused, for whoever has to say it. */
#ifndef OSAAS_SESSION_WHY_H
#define OSAAS_SESSION_WHY_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* why_not writes it, cut to size bytes with its NUL: -EINVAL. */
__attribute__((format(printf, 3, 4))) static inline int why_not(
	char *why, size_t size, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

#endif
