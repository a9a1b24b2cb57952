#include "util/xalloc.h"

#include <stdlib.h>
#include <string.h>

#include "util/log.h"

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n, size);
	if (!p) {
		log_error("out of memory for %zu bytes: close something and start again",
			n * size);
		abort();
	}
	return p;
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;
	return memcpy(xcalloc(1, n), s, n);
}
