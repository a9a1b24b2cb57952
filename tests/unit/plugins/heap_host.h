/* A host for the SDK's heap as ordinary code: a region, roots that a test names, a look inside. */
#ifndef TESTS_PLUGINS_HEAP_HOST_H
#define TESTS_PLUGINS_HEAP_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas.h"
#include "plugins/include/osaas_heap.h"

/* The SDK's, under other names. */
void *sdk_malloc(size_t size);
void *sdk_calloc(size_t n, size_t size);
void *sdk_realloc(void *p, size_t size);
void *sdk_aligned_alloc(size_t align, size_t size);
void sdk_free(void *p);
size_t sdk_malloc_usable_size(void *p);
char *sdk_strdup(const char *s);
char *sdk_strndup(const char *s, size_t max);

struct sdk_heap;
extern struct sdk_heap *sdk_heap;

/* heap_new begins a heap of that size; the one before is forgotten. */
void heap_new(size_t size, bool gc);
void heap_delete(void);

/* Ranges that osaas_freeze lists after the caller's stack, which is left out. */
#define HEAP_ROOTS 8
extern struct osaas_range heap_roots[HEAP_ROOTS];
extern uint32_t heap_n_roots;

extern struct heap_host {
	bool no_region;
	int yields, freezes, thaws, spawned;
	size_t given; /* bytes, by osaas_heap_give */
	void (*keeper)(void *arg);
	void *keeper_arg;
	char log[256];
} heap_host;

/* heap_check looks whether the heap's books agree with each other; it fails the test. */
void heap_check(void);
/* Pages in use; runs that are free. */
size_t heap_taken(void);
size_t heap_free_runs(void);

#endif
