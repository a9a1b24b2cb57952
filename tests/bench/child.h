/* child: a measurement in a process of its own, where nothing is left from before. */
#ifndef TESTS_BENCH_CHILD_H
#define TESTS_BENCH_CHILD_H

/* in_child gives what measure(arg) gives there; NAN when it dies. */
double in_child(double (*measure)(int arg), int arg);

#endif
