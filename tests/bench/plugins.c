/*
 * plugins: what plugins cost. One JSON object per line, as in sched.c.
 *
 *	bench_plugins DIRECTORY [CASE ...]
 */
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "measure.h"
#include "peer.h"

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"heap", case_heap},
	{"collect", case_collect},
	{"beside", case_beside},
};
#define CASES (sizeof cases / sizeof *cases)

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: bench_plugins DIRECTORY [CASE ...]; cases: heap collect "
		      "beside\n",
			stderr);
		return 2;
	}
	bench_name = "plugins";
	settle();
	peers_init(argv[1]);
	for (size_t i = 0; i < CASES; i++) {
		bool wanted = argc == 2;
		for (int k = 2; k < argc; k++)
			wanted |= strcmp(argv[k], cases[i].name) == 0;
		if (wanted)
			cases[i].run();
	}
	peers_finish();
	return 0;
}
