/*
 * mask: libraries that start threads (Mesa) must not take the signals that are meant for us, and
 * those that wait for an answer (libseat) must not be interrupted by them.
 */
#ifndef OSAAS_SESSION_MASK_H
#define OSAAS_SESSION_MASK_H

#include <pthread.h>
#include <signal.h>

static inline void mask_signals(sigset_t *old)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, old);
}

static inline void unmask_signals(const sigset_t *old)
{
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

#endif
