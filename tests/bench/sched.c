/*
 * sched: how fast the scheduler is, beside others in the same run. One JSON object
 * per line; "ratio" is ours / peer, "bound" what it should be at most.
 *
 *	bench_sched DIRECTORY [CASE ...]
 *
 * DIRECTORY holds the hogs and the peers' programs; the script beside this file
 * builds them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "measure.h"
#include "peer.h"

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"switch", case_switch},
	{"channel", case_channel},
	{"preempt", case_preempt},
	{"expiry", case_expiry},
	{"wakeup", case_wakeup},
	{"pick", case_pick},
	{"create", case_create},
};
#define CASES (sizeof cases / sizeof *cases)

static int usage(void)
{
	fputs("usage: bench_sched DIRECTORY [CASE ...]; cases:", stderr);
	for (size_t i = 0; i < CASES; i++)
		fprintf(stderr, " %s", cases[i].name);
	fputc('\n', stderr);
	return 2;
}

static bool run(const char *name)
{
	bool found = false;
	for (size_t i = 0; i < CASES; i++) {
		if (name && strcmp(name, cases[i].name) != 0)
			continue;
		cases[i].run();
		found = true;
	}
	return found;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage();
	hog_directory = argv[1];
	settle();
	peers_init(argv[1]);
	bool known = true;
	for (int i = 2; i < argc && known; i++)
		known = run(argv[i]);
	if (argc == 2)
		run(NULL);
	peers_finish();
	return known ? 0 : usage();
}
