/*
 * host: the calls of preemptible code, each between sched_host_enter and
 * sched_host_leave as those of plugins/abi.c are. All may yield.
 */
#ifndef TESTS_STRESS_HOST_H
#define TESTS_STRESS_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "sched/chan.h"

struct part;

int host_send(struct chan *c, const void *el);
int host_recv(struct chan *c, void *el);
int host_alt(struct alt *alts, size_t n, uint64_t deadline_ns);
/* The channel is stored before anything else can happen: who is killed leaves none behind. */
int host_chan_create(struct chan **out, size_t elsize, size_t depth);
void host_chan_destroy(struct chan *c);
int host_spawn(const char *name, void (*fn)(void *arg), void *arg);
void host_sleep(uint64_t ns);
void host_yield(void);
uint64_t host_now(void);
/* host_fault: a value was not what it must be. */
void host_fault(struct part *part, const char *what, uint64_t got, uint64_t want);

#endif
