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
/*
 * For functions that can be preempted. They call nothing but their like, and on aarch64
 * are too small for the compiler to need x18.
 */
#define HOGTEXT                                                                          \
	__attribute__((section("hogtext"), noinline, no_sanitize("address", "undefined")))
long registers_hold(long pattern, long rounds);
void spin(volatile long *stop);
void spin_off_stack(void);

/* FENCE=range or selector: behind the fence, where the kernel has it. */
int sched_setup(void **state);
int sched_teardown(void **state);

/* The group of the test; its text is the section hogtext. */
extern struct group test_group;
/* Another, for the test to kill. */
void group_with_hogtext(struct group *group, const char *name);

/* run_until_idle runs tasks until none is ready and none sleeps (at most 20 s: fails after that). */
void run_until_idle(void);
struct task *spawn(const char *name, void (*fn)(void *), void *arg);
struct task *spawn_in(
	struct group *group, const char *name, void (*fn)(void *), void *arg);
/* The line of the task table with that name; it must be there. Its strings are the table's. */
struct task_info task_line(const char *name);

#endif
