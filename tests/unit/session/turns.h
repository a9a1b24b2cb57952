/* turns: what tests with a real loop need: folders, and waiting that ends. */
#ifndef OSAAS_TESTS_UNIT_SESSION_TURNS_H
#define OSAAS_TESTS_UNIT_SESSION_TURNS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "session/loop.h"
#include "util/clock.h"

static inline uint64_t deadline(void)
{
	return clock_now_ns() + 60 * NS_PER_S;
}

/* One poll; past the deadline nothing will come any more. */
static inline void poll_loop(struct loop *loop, uint64_t end)
{
	loop_poll(loop, end);
	if (clock_now_ns() > end + 30 * NS_PER_S) {
		fprintf(stderr, "nothing came for a minute\n");
		abort();
	}
}

static inline void make_folder(char *path, size_t size)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(path, size, "%s/osaas.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(path))
		abort();
}

static inline void remove_folder(const char *path)
{
	char command[128];
	snprintf(command, sizeof command, "rm -rf '%s'", path);
	if (system(command) != 0)
		abort();
}

#endif
