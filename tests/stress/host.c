#include "host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "stress.h"

#define STACK ((size_t)64 * 1024)

static void enter(void)
{
	sched_host_enter();
}

static int leave(int result)
{
	sched_host_leave();
	return result;
}

int host_send(struct chan *c, const void *el)
{
	enter();
	return leave(chan_send(c, el));
}

int host_recv(struct chan *c, void *el)
{
	enter();
	return leave(chan_recv(c, el));
}

int host_alt(struct alt *alts, size_t n, uint64_t deadline_ns)
{
	enter();
	return leave(chan_alt(alts, n, deadline_ns));
}

int host_chan_create(struct chan **out, size_t elsize, size_t depth)
{
	enter();
	*out = chan_create(elsize, depth);
	return leave(*out ? 0 : -ENOMEM);
}

void host_chan_destroy(struct chan *c)
{
	enter();
	chan_destroy(c, NULL, NULL);
	leave(0);
}

int host_spawn(const char *name, void (*fn)(void *arg), void *arg)
{
	enter();
	struct group *group = task_group(task_self());
	return leave(task_create(group, name, fn, arg, STACK, TASK_NORMAL) ? 0 : -ENOMEM);
}

void host_sleep(uint64_t ns)
{
	enter();
	task_sleep_until(clock_now_ns() + ns);
	leave(0);
}

void host_yield(void)
{
	enter();
	task_yield();
	leave(0);
}

uint64_t host_now(void)
{
	enter();
	uint64_t now = clock_now_ns();
	leave(0);
	return now;
}

void host_fault(struct part *part, const char *what, uint64_t got, uint64_t want)
{
	enter();
	stress_fault(part, "%s: %" PRIu64 " instead of %" PRIu64, what, got, want);
	leave(0);
}
