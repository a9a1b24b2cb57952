/* What a collector has to go through: nodes of 80 bytes in a list, which point all over it besides. */
#ifndef TESTS_BENCH_GRAPH_H
#define TESTS_BENCH_GRAPH_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GRAPH_NODES 100000 /* 8 MB */

struct graph_node {
	struct graph_node *next, *other;
	uint64_t numbers[8];
};

/* The head, which is the only way to it; NULL: no memory. */
static inline struct graph_node *graph_make(void *(*allocate)(size_t size))
{
	struct graph_node **all = malloc(GRAPH_NODES * sizeof *all), *head = NULL;
	uint64_t state = 7;
	for (size_t i = 0; all && i < GRAPH_NODES; i++) {
		all[i] = allocate(sizeof **all);
		if (!all[i])
			return NULL;
		memset(all[i], 0, sizeof **all);
		all[i]->next = head;
		head = all[i];
	}
	for (size_t i = 0; all && i < GRAPH_NODES; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		all[i]->other = all[(state >> 33) % GRAPH_NODES];
	}
	free(all);
	return head;
}

#endif
