/* What the tests of sched/ share: a scheduler per test, and running it to the end. */
#ifndef TESTS_SCHED_HELPER_H
#define TESTS_SCHED_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "util/clock.h"

extern char __start_hogtext[], __stop_hogtext[];
long registers_hold(long pattern, long rounds);
void spin(volatile long *stop);
void spin_off_stack(void);

int sched_setup(void **state);
int sched_teardown(void **state);

/* The group of the test; its text is the section hogtext. */
extern struct group test_group;

/* run_until_idle runs tasks until none is ready and none sleeps (at most 20 s: fails after that). */
void run_until_idle(void);
struct task *spawn(const char *name, void (*fn)(void *), void *arg);

#endif
