#include "input/signals.h"

#include <pthread.h>
#include <stddef.h>

/* Linux kills who has one of these held, and no report is written. */
static const int faults[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};

void signals_hold(sigset_t *old)
{
	sigset_t held;
	sigfillset(&held);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&held, faults[i]);
	pthread_sigmask(SIG_BLOCK, &held, old);
}

void signals_release(const sigset_t *old)
{
	pthread_sigmask(SIG_SETMASK, old, NULL);
}
