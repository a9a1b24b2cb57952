/*
 * xalloc: small allocations whose failure is fatal, in one place. For create,
 * hotplug and load only; never on the frame path, never for untrusted sizes.
 */
#ifndef OSAAS_UTIL_XALLOC_H
#define OSAAS_UTIL_XALLOC_H

#include <stddef.h>

/* xcalloc is calloc that logs and aborts instead of returning NULL. */
void *xcalloc(size_t n, size_t size);

/* xstrdup likewise. */
char *xstrdup(const char *s);

#endif
