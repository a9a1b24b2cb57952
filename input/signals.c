#include "input/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/* Linux kills who causes one of these while it is held, and no report is written. */
static const int faults[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};

static sigset_t before;
static unsigned depth;

void signals_hold(void)
{
	sigset_t held;
	if (depth++)
		return;
	sigfillset(&held);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&held, faults[i]);
	pthread_sigmask(SIG_BLOCK, &held, &before);
}

void signals_release(void)
{
	if (--depth == 0)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
}

unsigned signals_let(void)
{
	unsigned was = depth;
	if (was) {
		depth = 1;
		signals_release();
	}
	return was;
}

void signals_hold_again(unsigned was)
{
	if (was) {
		signals_hold();
		depth = was;
	}
}
