/*
 * plugins: what plugins cost. One JSON object per line, as in sched.c.
 *
 *	bench_plugins DIRECTORY [CASE ...]
 */
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "measure.h"

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"heap", case_heap},
	{"beside", case_beside},
};
#define CASES (sizeof cases / sizeof *cases)

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: bench_plugins DIRECTORY [CASE ...]; cases: heap beside\n",
			stderr);
		return 2;
	}
	hog_directory = argv[1];
	settle();
	for (size_t i = 0; i < CASES; i++) {
		bool wanted = argc == 2;
		for (int k = 2; k < argc; k++)
			wanted |= strcmp(argv[k], cases[i].name) == 0;
		if (wanted)
			cases[i].run();
	}
	return 0;
}
