/* The peers' side of ../peer.h: reads names of cases, answers with numbers. */
#ifndef TESTS_BENCH_PEERS_PEER_H
#define TESTS_BENCH_PEERS_PEER_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct peer_case {
	const char *name; /* NULL: the end of the table */
	double (*run)(void);
};

static inline double now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static inline double peer_run(const struct peer_case *table, const char *name)
{
	for (; table->name; table++) {
		if (strcmp(table->name, name) == 0)
			return table->run();
	}
	return NAN;
}

static inline int peer_main(const char *version, const struct peer_case *table)
{
	char line[64];
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "version") == 0)
			puts(version);
		else
			printf("%.3f\n", peer_run(table, line));
		fflush(stdout);
	}
	return 0;
}

#endif
