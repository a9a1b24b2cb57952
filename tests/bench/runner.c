#include "runner.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "measure.h"
#include "peer.h"

static int usage(const char *bench, const struct bench_case *cases)
{
	fprintf(stderr, "usage: bench_%s DIRECTORY [CASE ...]; cases:", bench);
	for (; cases->name; cases++)
		fprintf(stderr, " %s", cases->name);
	fputc('\n', stderr);
	return 2;
}

static bool run(const struct bench_case *cases, const char *name)
{
	bool found = false;
	for (; cases->name; cases++) {
		if (name && strcmp(name, cases->name) != 0)
			continue;
		cases->run();
		found = true;
	}
	return found;
}

int bench_run(const char *bench, const struct bench_case *cases, int argc, char **argv)
{
	if (argc < 2)
		return usage(bench, cases);
	bench_name = bench;
	hog_directory = argv[1];
	settle();
	peers_init(argv[1]);
	bool known = true;
	for (int i = 2; i < argc && known; i++)
		known = run(cases, argv[i]);
	if (argc == 2)
		run(cases, NULL);
	peers_finish();
	return known ? 0 : usage(bench, cases);
}
