#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plugins/private.h"

int plugin_fail(struct plugin_error *err, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return code;
}

struct quoted plugin_quote(const char *text, size_t len)
{
	struct quoted q = {0};
	size_t max = sizeof q.text - 1, n = len < max ? len : max;
	for (size_t i = 0; i < n; i++)
		q.text[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	if (len > max)
		memcpy(q.text + max - 3, "...", 3);
	return q;
}
