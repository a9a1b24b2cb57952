/* What the tests of the policy share: tasks and groups by number, chance, and a look inside. */
#ifndef TESTS_SCHED_POLICY_RIG_H
#define TESTS_SCHED_POLICY_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/policy.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MS       UINT64_C(1000000)
#define US       UINT64_C(1000)
#define BUCKET   (UINT64_C(1) << CALENDAR_SHIFT)
#define MANY     32
#define NOBODY   MANY
#define T(name)  cmocka_unit_test_setup(name, setup)

extern struct policy policy;
extern struct policy_group groups[MANY];
extern struct policy_task tasks[MANY];
extern struct reservation res[MANY];
extern uint64_t slice; /* of the last pick */

uint64_t chance(uint64_t n);                /* below n */
uint64_t between(uint64_t lo, uint64_t hi); /* both included; UINT64_MAX stays */
unsigned random_weight(void);               /* even over the powers of two */

/* start: task i is alone in group i, of the usual weight, until a test says otherwise. */
void start(uint64_t seed, uint64_t slice_ns);
int setup(void **state);

void ready(size_t i, enum task_class cls);
/* reserve: task i's own, res[i]; admitted. deadline 0: the period. */
void reserve(size_t i, uint64_t budget, uint64_t period, uint64_t deadline);
void ready_under(size_t i, size_t r, uint64_t now);

/* By number; NOBODY: none, or nobody was cut. */
size_t pick(uint64_t now);
size_t again(size_t group);
void ran(uint64_t ns, size_t cut);
/* drain picks and runs, 10 us each, until nothing is ready; the order, as letters. */
const char *drain(uint64_t now);

/* Everything ready is in one queue, the right one; queues are in order; counts agree. */
void check_structure(void);

#endif
