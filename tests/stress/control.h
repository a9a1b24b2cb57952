/* control: errors made on purpose, each of which a check must find. */
#ifndef TESTS_STRESS_CONTROL_H
#define TESTS_STRESS_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct part;

bool control_known(const char *name);
void control_list(FILE *out);
size_t control_count(void);
/*
 * control_run_all runs this program with each of them and prints a TAP line
 * each, numbered from *n + 1. Returns whether one was not found by its part.
 */
bool control_run_all(
	const char *program, unsigned *n, struct part *const *parts, size_t n_parts);

/* The errors that no part makes. After sched_init: registers are not saved. */
void control_spoil(void);
/* At the end of a round. */
void control_leak(void);

#endif
