/* What the tests of plugins/ share: running plugins to an end, and what a process holds. */
#ifndef TESTS_PLUGINS_HELPER_H
#define TESTS_PLUGINS_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugins/endpoint.h"
#include "plugins/plugin.h"

/* The whole file; free it. */
void *read_file(const char *path, size_t *size);

size_t count_fds(void);
/* Lines of /proc/self/maps that hold the text; "" counts all. */
size_t count_maps(const char *text);

/* run_loop runs what is ready, reaps, sleeps; until done says so (fails after 20 s). */
void run_loop(bool (*done)(void *data), void *data);
/* run_idle runs until nothing is ready and none sleeps. */
void run_idle(void);

/* A running plugin and how it ended. */
struct ending {
	int calls;
	enum plugin_end how;
	int code;
};
void note_ending(void *data, struct plugin *plugin, enum plugin_end how, int code);
bool has_ended(void *ending);

struct plugin *load(const char *path);

/*
 * fence_by_environment puts the fence up as FENCE says, "range" or "selector"; without it
 * there is none, nor where the kernel has no such form: that is said.
 */
void fence_by_environment(void);

#endif
