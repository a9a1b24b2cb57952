/* The SDK's malloc in a program: under other names, and the few calls it makes of the host. */
#ifndef TESTS_BENCH_HEAP_HOST_H
#define TESTS_BENCH_HEAP_HOST_H

#include <stddef.h>

#include "plugins/include/osaas.h"

/* All that is looked into. */
extern struct osaas_range heap_host_root;

void *sdk_malloc(size_t size);
void sdk_free(void *p);
void *sdk_realloc(void *p, size_t size);

#endif
