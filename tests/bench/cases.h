/* What the cases of the bench share: their names, and running tasks to the end. */
#ifndef TESTS_BENCH_CASES_H
#define TESTS_BENCH_CASES_H

#include "sched/sched.h"

struct plugin;

void case_switch(void);
void case_channel(void);
void case_preempt(void);
void case_expiry(void);
void case_wakeup(void);
void case_pick(void);
void case_create(void);
void case_heap(void);
void case_beside(void);
void case_collect(void);

void case_load(void);
void case_call(void);

/* case_begin and case_end put a scheduler around a case; bench_group is its group. */
extern struct group bench_group;
void case_begin(void);
void case_end(void);

/* bench_task makes a task of the group, or ends the program with a message. */
struct task *bench_task(struct group *group, void (*fn)(void *arg), void *arg);

/* run_until_over runs tasks until the group has none any more. */
void run_until_over(const struct group *group);

/* bench_hint interrupts this thread as a readable descriptor does (preempt_watch). */
void bench_hint(void);

/*
 * hog_start loads hogs/NAME.c, starts it, and returns when it is about to compute for
 * ever. Ends the program with a message when it cannot.
 */
struct plugin *hog_start(const char *name);
void hog_end(struct plugin *hog);

/* Where the hogs and subjects are. */
extern const char *hog_directory;

_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
