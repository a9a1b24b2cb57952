/*
 * plugins: what plugins cost: to load, to call the host, to have a heap. One JSON object
 * per line, as in sched.c.
 *
 *	bench_plugins DIRECTORY [CASE ...]
 *
 * DIRECTORY is tests/bench of the build: the subjects and the peer are there.
 */
#include "cases.h"
#include "runner.h"

int main(int argc, char **argv)
{
	static const struct bench_case cases[] = {
		{"load", case_load},
		{"call", case_call},
		{"heap", case_heap},
		{"collect", case_collect},
		{"beside", case_beside},
		{0},
	};
	return bench_run("plugins", cases, argc, argv);
}
