/* runner: the program of a bench: its cases by name, one after the other. */
#ifndef TESTS_BENCH_RUNNER_H
#define TESTS_BENCH_RUNNER_H

struct bench_case {
	const char *name;
	void (*run)(void);
};

/*
 * bench_run is main of PROGRAM DIRECTORY [CASE ...]: settles, runs those cases or all, which end
 * with one whose name is NULL. DIRECTORY holds the peers' programs and what the cases load.
 */
int bench_run(const char *bench, const struct bench_case *cases, int argc, char **argv);

#endif
